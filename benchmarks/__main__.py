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

| figure | value | aim | | what it is |
|---|---|---|---|---|
{rows}
"""
WHAT = {  # aim, and what it is
    "import_s": ("", "seconds to import `grader` and `live_plot`, after torch and pyplot"),
    "landscape_over_loop": (
        "at least 300",
        "time of a loop that asks place by place, over that of a landscape asked at once",
    ),
    "player_over_video_150": ("", "time of Matplotlib's video of 150 steps, over that of our player"),
    "player_over_jshtml_150": ("", "time of Matplotlib's own player of 150 steps, over that of ours"),
    "player_bytes_150": ("", "bytes of a player of 150 steps"),
    "player_growth_500_over_15": ("", "time for 500 steps over time for 15"),
    "live_pictures_per_s": ("", "pictures a second while a loop runs"),
    "check_ms": ("at most 100", "milliseconds of a check of 500 points, with its picture"),
    "over_bare_execution": (
        "at most 1.25",
        "a run in the sandbox, its pictures drawn for the first time, over the same cells in a warm process",
    ),
    "overhead_ms": ("at most 60", "the same as a difference, in milliseconds for a notebook"),
    "seen_over_bare_execution": ("", "a run whose pictures were drawn before for somebody else, over the same cells"),
    "answer_files_per_s": ("at least 500", "answer files of 120 kB, with 1,000 arrays each, judged a second"),
    "worker_mib": (
        "at most 350",
        "most memory of a worker: its own, its server's, its job's, and its part in what it was forked from",
    ),
    "forgeries_nbgrader": ("", "of six forged hand-ins, how many get points from nbgrader without our plug-ins"),
    "forgeries_ours": ("at most 0", "how many of them get points from us"),
    "nbgrader_speedup": (
        "at least 20",
        "notebooks run a minute, ours over nbgrader's; 60 hand-ins, a fifth of them hostile",
    ),
    "nbgrader_speedup_hand_ins": ("", "the same with a hand-in that is run twice counted once"),
    "nbgrader_speedup_honest": ("at least 20", "notebooks run a minute; 30 hand-ins, none of them hostile"),
    "nbgrader_speedup_hand_ins_honest": ("", "the same with a hand-in that is run twice counted once"),
    "cost_growth_1000_over_50": (
        "at most 1.05",
        "time for a hand-in in a class of 1,000 over that in one of 50, start included",
    ),
    "driver_mib": ("", "memory of the process that writes the gradebook, at 1,000 hand-ins"),
    "driver_growth_1000_over_50": ("at most 1.1", "the same, over that at 50 hand-ins: whether it is flat"),
}


def machine() -> str:
    """Return what was measured on."""
    cores, memory = os.cpu_count(), psutil.virtual_memory().total / 2**30
    versions = f"Python {sys.version.split()[0]}, torch {torch.__version__}, Matplotlib {matplotlib.__version__}"
    return f"{platform.system()} {platform.machine()}, {cores} cores, {memory:.0f} GiB, {versions}"


def _row(name: str, value: float) -> str:
    """Return a line of the page: the figure, its aim, and whether it is reached."""
    aim, what = WHAT[name]
    sense, _, number = aim.rpartition(" ")
    reached = value >= float(number) if sense == "at least" else not number or value <= float(number)
    return f"| `{name}` | {value:.4g} | {aim} | {('reached' if reached else 'missed') if aim else ''} | {what} |"


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
        rows = "\n".join(_row(name, value) for name, value in figures.items())
        RESULTS.write_text(PAGE.format(machine=machine(), rows=rows), encoding="utf-8")


if __name__ == "__main__":
    main()
