"""What plots cost: the player beside Matplotlib's own ways, a landscape beside a double loop, live pictures."""

import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import matplotlib
import numpy as np
import torch
from matplotlib import pyplot as plt
from matplotlib.animation import FuncAnimation

import live_plot
from benchmarks.timing import seconds

GRID = np.arange(-10, 10, 0.1)
LIVE = """\
import time
import live_plot
start = time.perf_counter()
with live_plot.LivePlot(lambda x: x**2, (-10, 10), fps=50) as live:
    for k in range(400):
        live.add(8 * 0.99**k, loss=64 * 0.98**k)
        time.sleep(0.01)
seconds = time.perf_counter() - start"""


def function_2d(x):
    """Return the founding example's curve."""
    return x**2 / 20 + torch.tanh(torch.sin(x))


def function_skewed(v):
    """Return the founding valley, whose matrix is a turn and a stretch."""
    turn = torch.tensor([[1.0, -1.0], [1.0, 1.0]], dtype=v.dtype)
    stretch = torch.tensor([[1.0, 0.0], [0.0, 4.0]], dtype=v.dtype)
    return 10 * v @ (turn @ stretch @ v)


def walk(n: int) -> list[tuple[float, float]]:
    """Return n points on the curve, from 8 towards the valley."""
    xs = np.linspace(8, -1.28, n)
    return list(zip(xs, live_plot.curve(function_2d, xs), strict=True))


def frames(points: list) -> FuncAnimation:
    """Return the walk drawn frame by frame, as Matplotlib's animation does."""
    figure, axes = plt.subplots()
    axes.plot(GRID, live_plot.curve(function_2d, GRID))
    (ball,) = axes.plot([], [], "o")

    def frame(k: int):
        ball.set_data([points[k][0]], [points[k][1]])
        return (ball,)

    return FuncAnimation(figure, frame, frames=len(points))


def page(points: list, way: str) -> str:
    """Return the page of a walk in one of Matplotlib's ways, "to_jshtml" or "to_html5_video"."""
    made = getattr(frames(points), way)()
    plt.close("all")
    return made


def player(points: list) -> str:
    """Return the page of a walk in ours."""
    return live_plot.anim_2d(GRID, function_2d, points, 60).html()


def double_loop(function: Callable, xs: np.ndarray, ys: np.ndarray) -> np.ndarray:
    """Evaluate a landscape point by point, as the founding notebook does."""
    return np.array([[function(torch.tensor([x, y])).item() for x in xs] for y in ys])


def measure_player() -> dict[str, float]:
    """Compare the player with Matplotlib's two ways at 150 points, and with itself from 15 to 5,000."""
    matplotlib.rcParams["animation.ffmpeg_path"] = _ffmpeg()
    times = {n: seconds(lambda n=n: player(walk(n)), 7) for n in (15, 150, 500, 5000)}
    old = {way: seconds(lambda way=way: page(walk(150), way), 1) for way in ("to_html5_video", "to_jshtml")}
    sizes = {n: len(player(walk(n))) for n in times}
    print("points:  ", ", ".join(f"{n}: {1000 * times[n]:.0f} ms, {sizes[n] / 1000:.0f} kB" for n in times))
    print("at 150:  ", ", ".join(f"{way}: {took:.2f} s" for way, took in old.items()))
    return {
        "player_over_video_150": old["to_html5_video"] / times[150],
        "player_over_jshtml_150": old["to_jshtml"] / times[150],
        "player_bytes_150": sizes[150],
        "player_growth_500_over_15": times[500] / times[15],
    }


def _ffmpeg() -> str:
    import imageio_ffmpeg

    return imageio_ffmpeg.get_ffmpeg_exe()


def measure_landscape() -> dict[str, float]:
    """Compare a landscape of 100 x 100 points with the double loop."""
    xs = np.linspace(-10, 10, 100)
    slow = seconds(lambda: double_loop(function_skewed, xs, xs), 5)
    return {"landscape_over_loop": slow / seconds(lambda: live_plot.surface(function_skewed, xs, xs), 25)}


def measure_live() -> dict[str, float]:
    """Count the pictures that a browser shows in a second of a loop, in JupyterLab; nothing without a browser."""
    from tests.browser import Lab, browser, notebook, why_not

    if why_not():
        print(f"live_pictures_per_s is not measured: {why_not()}")
        return {}
    with tempfile.TemporaryDirectory(prefix="downhill-bench-") as folder:
        notebook({"live": LIVE}, Path(folder) / "live.ipynb")
        with Lab.serve(Path(folder)) as address, browser() as page:
            lab = Lab(page, address, "live.ipynb")
            lab.start("live")
            shown = lab.pictures("live")
            return {"live_pictures_per_s": len(shown) / float(lab.ask("seconds"))}


def measure_import() -> dict[str, float]:
    """Time ``import grader, live_plot`` after torch and pyplot."""
    code = (
        "import time, torch, matplotlib.pyplot\nstart = time.perf_counter()\n"
        "import grader, live_plot\nprint(time.perf_counter() - start)"
    )
    runs = [subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True) for _ in range(5)]
    return {"import_s": sorted(float(run.stdout) for run in runs)[2]}


MEASURES = (measure_import, measure_landscape, measure_player, measure_live)
