"""Run every benchmark and print one line for each figure: ``bench: NAME VALUE``."""

import sys

import matplotlib
import torch

from benchmarks import grading, plots


def main() -> None:
    """Print every figure, with the versions it was measured with."""
    matplotlib.use("agg")
    torch.set_num_threads(1)
    print(f"Python {sys.version.split()[0]}, torch {torch.__version__}, matplotlib {matplotlib.__version__}")
    of_plots = (plots.measure_import, plots.measure_landscape, plots.measure_player, plots.measure_live)
    of_grading = (grading.measure_check, grading.measure_sandbox, grading.measure_answer_files)
    for part in (*of_plots, *of_grading):
        for name, value in part().items():
            print(f"bench: {name} {value:.4g}", flush=True)


if __name__ == "__main__":
    main()
