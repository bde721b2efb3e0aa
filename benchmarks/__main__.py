"""Run every benchmark and print one line for each figure: ``bench: NAME VALUE``."""

import statistics
import subprocess
import sys
from collections.abc import Callable

import matplotlib
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.animation import FuncAnimation

import live_plot
from benchmarks import grading
from benchmarks.timing import seconds
from grader.judge import walks
from grader.judge.diagnosis import judge
from grader.judge.exercises import find
from grader.judge.functions import FUNCTIONS
from grader.judge.model import Evidence
from grader.judge.overlay import overlay

GRID = np.arange(-10, 10, 0.1)


def function_2d(x):
    """Return the founding example's curve."""
    return x**2 / 20 + torch.tanh(torch.sin(x))


def walk(n: int) -> list[tuple[float, float]]:
    """Return n points on the curve, from 8 towards the valley."""
    xs = np.linspace(8, -1.28, n)
    return list(zip(xs, live_plot.curve(function_2d, xs), strict=True))


def jshtml(points: list) -> str:
    """Draw the walk frame by frame, as matplotlib's animation does."""
    figure, axes = plt.subplots()
    axes.plot(GRID, live_plot.curve(function_2d, GRID))
    (ball,) = axes.plot([], [], "o")

    def frame(k: int):
        ball.set_data([points[k][0]], [points[k][1]])
        return (ball,)

    page = FuncAnimation(figure, frame, frames=len(points)).to_jshtml()
    plt.close(figure)
    return page


def double_loop(function: Callable, xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Evaluate a landscape point by point, as the founding notebook does."""
    return np.array([[function(torch.tensor([x, y])).item() for x in xs] for y in ys])


def function_skewed(v):
    """Return the founding valley."""
    return 10 * v @ (torch.tensor([[1.0, -4.0], [1.0, 4.0]], dtype=v.dtype) @ v)


def measure_player() -> dict[str, float]:
    """Compare the player with ``to_jshtml`` at 150 points, and with itself at 15 and 500."""
    times = {
        n: seconds(lambda n=n: live_plot.anim_2d(GRID, function_2d, walk(n), 60).html(), 7) for n in (15, 150, 500)
    }
    return {
        "player_over_jshtml_150": seconds(lambda: jshtml(walk(150)), 1) / times[150],
        "player_bytes_150": len(live_plot.anim_2d(GRID, function_2d, walk(150), 60).html()),
        "player_growth_500_over_15": times[500] / times[15],
    }


def measure_landscape() -> dict[str, float]:
    """Compare a landscape of 100 x 100 points with the double loop."""
    xs = np.linspace(-10, 10, 100)
    slow = seconds(lambda: double_loop(function_skewed, xs, xs), 3)
    return {"landscape_over_loop": slow / seconds(lambda: live_plot.surface(function_skewed, xs, xs), 7)}


def measure_check() -> dict[str, float]:
    """Time a check of 500 points that is not passed, with its picture, in milliseconds."""
    one = find("02_descent", "var_history_2")
    skewed = FUNCTIONS["function_skewed"]
    xs = walks.never_clear(skewed, (8.0, 8.0), 0.001, 500)
    values = {"var_history_2": xs.tolist(), "fn_history_2": walks.values(skewed, xs).tolist()}

    def check() -> None:
        overlay(one, values, one.givens, judge(one, Evidence(values), one.givens))

    return {"check_ms": 1000 * seconds(check, 15)}


def measure_import() -> dict[str, float]:
    """Time ``import grader, live_plot`` after torch and pyplot."""
    code = (
        "import time, torch, matplotlib.pyplot\nstart = time.perf_counter()\n"
        "import grader, live_plot\nprint(time.perf_counter() - start)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(5)]
    return {"import_s": statistics.median(float(run.stdout) for run in runs)}


def main() -> None:
    """Print every figure, with the versions it was measured with."""
    matplotlib.use("agg")
    torch.set_num_threads(1)
    print(f"Python {sys.version.split()[0]}, torch {torch.__version__}, matplotlib {matplotlib.__version__}")
    plots = (measure_import, measure_check, measure_landscape, measure_player)
    for part in (*plots, grading.measure_sandbox, grading.measure_answer_files):
        for name, value in part().items():
            print(f"bench: {name} {value:.4g}", flush=True)


if __name__ == "__main__":
    main()
