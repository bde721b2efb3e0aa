"""Run every benchmark, print one line for each figure, ``bench: NAME VALUE``, and keep them in RESULTS.md."""

import os
import platform
import sys
from pathlib import Path

import matplotlib
import psutil
import torch

from benchmarks import grading, nbgrader, plots

RESULTS = Path(__file__).with_name("RESULTS.md")
PAGE = """\
# Results

Made by `make bench`, in one run on one machine: {machine}.
Every ratio has both of its sides from this run.

| figure | value |
|---|---|
{rows}
"""


def machine() -> str:
    """Return what was measured on."""
    cores, memory = os.cpu_count(), psutil.virtual_memory().total / 2**30
    versions = f"Python {sys.version.split()[0]}, torch {torch.__version__}, Matplotlib {matplotlib.__version__}"
    return f"{platform.system()} {platform.machine()}, {cores} cores, {memory:.0f} GiB, {versions}"


def main() -> None:
    """Print every figure, or those of the named modules, and write the page when all are there."""
    matplotlib.use("agg")
    torch.set_num_threads(1)
    print(machine())
    named = [module for module in (plots, grading, nbgrader) if module.__name__.split(".")[-1] in sys.argv[1:]]
    figures = {}
    for module in named or (plots, grading, nbgrader):
        for measure in module.MEASURES:
            for name, value in measure().items():
                figures[name] = value
                print(f"bench: {name} {value:.4g}", flush=True)
    if not named:
        rows = "\n".join(f"| `{name}` | {value:.4g} |" for name, value in figures.items())
        RESULTS.write_text(PAGE.format(machine=machine(), rows=rows), encoding="utf-8")


if __name__ == "__main__":
    main()
