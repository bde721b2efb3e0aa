"""The seeds' calls as they stand, on current Matplotlib, and inputs that are not as they should be."""

import base64
import io
import json
import math
import re
import subprocess
import sys
import warnings
from functools import partial

import matplotlib
import numpy as np
import pytest
import torch
from matplotlib import pyplot as plt

import live_plot
from _live_plot.backend import DRAFT
from live_plot import anim_2d, anim_3d, animate, show_contours, show_loss

G = np.array([[1.0, -4.0], [1.0, 4.0]])


@pytest.fixture(autouse=True)
def _no_figures_left():
    plt.close("all")
    yield
    plt.close("all")


def function_2d(x):
    return x**2 / 20 + torch.tanh(torch.sin(x))


def function_skewed(v):
    return 10 * v @ (torch.tensor(G, dtype=v.dtype) @ v)


def spec(animation) -> dict:
    """Return the data that the page gets, read as strict JSON."""
    text = re.search(r'getElementById\("[^"]+"\),(\{.*\})\)</script>$', animation.html(), re.DOTALL).group(1)
    return json.loads(text.replace("<\\/", "</"), parse_constant=lambda name: pytest.fail(f"{name} in JSON"))


def adam_walk() -> list:
    x = torch.tensor([8.0], requires_grad=True)
    optimizer, points = torch.optim.Adam([x], lr=2), []
    for _ in range(15):
        optimizer.zero_grad()
        y = function_2d(x)
        points.append((x.item(), y.item()))
        y.backward()
        optimizer.step()
    return points


def test_the_founding_2d_call_draws_every_point():
    points = adam_walk()

    moving = anim_2d(np.arange(-10, 10, 0.1), function_2d, points, 400)

    track = spec(moving)["tracks"][0]
    assert len(track["places"]) == len(points) == 15
    assert track["words"][-1].startswith(f"x = {points[-1][0]:.6g}")
    assert spec(moving)["delta"] == 400
    assert moving.png().startswith(b"\x89PNG")
    assert not plt.get_fignums()


@pytest.mark.parametrize(("elev", "azim"), [(40, 250), (30, 130), (80, 130), (37, 120)])
def test_the_founding_3d_call_works_with_its_views(elev, azim):
    points = [(6 * 0.8**k, -0.01 * 1.2**k, 36 * 0.64**k) for k in range(15)]

    moving = anim_3d(np.arange(-8, 8, 0.5), np.arange(-8, 8, 0.5), elev, azim, lambda X, Y: X**2 - Y**2, points, 300)

    assert len(spec(moving)["tracks"][0]["places"]) == 15


@pytest.mark.parametrize(
    "objective",
    [
        lambda X: 10 * np.sum(X.T @ G @ X),  # the founding form: a NumPy column of shape (2, 1)
        function_skewed,
        lambda x, y: 10 * (x**2 - 3 * x * y + 4 * y**2),
        lambda v: float(10 * v @ (torch.tensor(G) @ v)) if v[0] < 100 else 0.0,  # cannot be vectorised
    ],
)
def test_the_founding_contours_take_every_form_of_objective(objective):
    axes = show_contours(objective, [-10.0, 10.0], [-10.0, 10.0], x_ticks=30, y_ticks=20)

    assert axes is plt.gca()
    np.testing.assert_allclose(
        live_plot.surface(objective, np.array([8.0, 1.0]), np.array([8.0])), [[1280.0, 10 - 240 + 2560]], rtol=1e-6
    )


def test_a_sum_over_the_whole_grid_is_not_taken_for_a_landscape():
    """Broadcasting can be silently wrong: one number for all points."""
    np.testing.assert_allclose(live_plot.curve(lambda x: (x**2).sum(), np.array([1.0, 2.0, 3.0])), [1, 4, 9])


def test_a_whole_grid_is_evaluated_in_few_calls():
    calls = []

    def counted(v):
        calls.append(1)
        return (v**2).sum()

    live_plot.surface(counted, np.linspace(-1, 1, 100), np.linspace(-1, 1, 100))

    assert len(calls) < 20


@pytest.mark.parametrize("kind", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_tensors_of_every_kind_are_paths(kind):
    path = [torch.tensor([1.0], dtype=kind, requires_grad=True), torch.tensor(0.5, dtype=kind), 0.25]

    assert animate(lambda x: x**2, torch.stack([torch.as_tensor(p).reshape(()) for p in path])).data[0][0] == [1.0, 1.0]


@pytest.mark.parametrize("path", [None, [], [3.0], torch.zeros(0)])
def test_no_point_and_one_point_are_drawn(path):
    assert "path: " in animate(function_2d, path).alt


def test_a_diverged_path_ends_where_it_bursts():
    moving = animate(function_2d, [8.0, 100.0, 200.0, math.inf, math.nan], x_range=(-10, 10))

    assert "diverged at step 3" in moving.alt
    assert spec(moving)["tracks"][0]["places"][-1] is None


def test_ten_thousand_points_are_thinned_and_keep_their_ends():
    moving = animate(lambda x: x**2, np.linspace(8, 0, 10_000))

    steps = spec(moving)["tracks"][0]["steps"]
    assert 4900 < len(steps) <= 5000
    assert (steps[0], steps[-1]) == (0, 9999)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda: anim_2d((-1, 1), function_2d, [1.0, 2.0]),
            ValueError,
            r"expected n points \(x, f\(x\)\), got shape \(2,\); did you append x only",
        ),
        (lambda: anim_2d((1, 1), function_2d, []), ValueError, "x_range: expected a range such as"),
        (lambda: anim_2d((-1, 1), function_2d, [], delta=0), ValueError, "more than 0; got 0"),
        (lambda: anim_2d((-1, 1), function_2d, [], delta="fast"), TypeError, "time of a step in milliseconds"),
        (
            lambda: anim_2d((-1, 1), lambda x: x * math.nan, []),
            ValueError,
            "func returned no finite value from -1 to 1",
        ),
        (
            lambda: animate(lambda v: v, [[1.0, 2.0]]),
            ValueError,
            r"func got shape \(2,\) and returned shape \(2,\) for one point",
        ),
        (lambda: animate(function_2d, [[1.0, 2.0, 3.0]]), ValueError, "one or two coordinates"),
        (lambda: animate(function_2d, ["a", "b"]), ValueError, "path: expected numbers"),
        (
            lambda: show_contours(function_skewed, [1.0, -1.0]),
            ValueError,
            "x_lims: expected two limits, the lower one first",
        ),
        (lambda: show_contours(function_skewed, x_ticks=1), ValueError, "x_ticks: expected at least 2, got 1"),
        (lambda: animate(function_2d, [1.0]).save("x.mp4"), ValueError, "choose an ending of .html, .png or .gif"),
    ],
)
def test_wrong_input_gets_one_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()


def test_an_exception_of_the_students_function_comes_through():
    def broken(x):
        raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        animate(broken, [1.0, 2.0])


def test_the_page_asks_for_nothing_from_the_network_and_escapes_labels():
    moving = animate(lambda x: x**2, [1.0, 0.5], [2.0, 1.0], labels=["</script><b>", "b"])

    html = moving.html()
    assert not re.search(r"https?://", html)
    assert html.count("</script>") == 1
    assert spec(moving)["tracks"][0]["label"] == "</script><b>"


def test_without_scripts_the_page_is_a_picture_with_facts():
    html = animate(lambda x: x**2, [1.0, 0.5]).html()

    before_script = html.split("<script>", maxsplit=1)[0]
    assert 'alt="The curve of f from' in before_script
    assert "<button" not in before_script


def test_plots_leave_settings_random_numbers_and_warnings_alone():
    torch.manual_seed(1)
    before = dict(matplotlib.rcParams), torch.get_rng_state(), np.random.get_state()[1].copy(), list(warnings.filters)

    animate(function_skewed, [[8.0, 8.0], [4.0, 4.0]]).html()
    show_loss([1.0, 0.5])

    assert dict(matplotlib.rcParams) == before[0]
    assert torch.equal(torch.get_rng_state(), before[1])
    np.testing.assert_array_equal(np.random.get_state()[1], before[2])
    assert list(warnings.filters) == before[3]
    assert not plt.get_fignums()


def test_losses_are_drawn_linear_and_logarithmic():
    figure = show_loss([4.0, 2.0, 1.0], torch.tensor([1.0, 0.5]), labels=["a", "b"])

    assert [axes.get_yscale() for axes in figure.axes] == ["linear", "log"]
    assert set(figure._repr_mimebundle_()) == {"image/png", "text/plain"}
    assert show_loss([]).axes[0].texts[0].get_text() == "nothing recorded yet"


@pytest.mark.parametrize("ends", [(0.3101, 0.3102), (0.31, 0.35), (1.0, 30.0), (0.9, 9.1), (1e-24, 1e3)])
def test_a_logarithmic_axis_has_labels_whatever_its_range(ends):
    chart = live_plot.show_curves({"loss": ends}, log="y")
    chart._repr_mimebundle_()

    low, high = chart.axes[0].get_ylim()
    seen = [one.get_text() for one in chart.axes[0].get_yticklabels() if low <= one.get_position()[1] <= high]
    assert len(list(filter(None, seen))) >= 3


def test_a_moving_picture_has_every_step(tmp_path):
    from PIL import Image

    animate(lambda x: x**2, [4.0, 2.0, 1.0]).save(tmp_path / "walk.gif")

    assert Image.open(tmp_path / "walk.gif").n_frames == 3


def test_importing_loads_no_pyplot_and_no_notebook():
    code = (
        "import sys, live_plot; print([m for m in ('matplotlib.pyplot', 'IPython', 'ipywidgets') if m in sys.modules])"
    )

    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


# --------------------------------------------------------------------------- what goes with each step


def test_strips_move_with_the_path_and_are_told_with_it():
    rates = [0.5, 0.25, 0.125]

    moving = animate(lambda x: x**2, [4.0, 2.0, 1.0, 0.5], x_range=(-5, 5), strips={"learning rate": rates})

    path, strip = spec(moving)["tracks"]
    assert path["words"][0].endswith(", learning rate 0.5")
    assert path["words"][3] == "x = 0.5, f = 0.25"  # no step begins at the last point
    assert strip["words"] is None
    assert len(strip["places"]) == len(rates)
    assert strip["frame"][1] > path["frame"][3]  # below the landscape
    assert "learning rate from 0.5 to 0.125" in moving.alt


def test_a_strip_has_a_series_for_each_path():
    paths = [[4.0, 2.0], [3.0, 1.0]]

    moving = animate(lambda x: x**2, *paths, strips={"rate": [[0.1], [0.2]], "state": [[[1, 2]], None]})

    assert [track["owner"] for track in spec(moving)["tracks"] if not track["words"]] == [0, 1, 0, 0, 1]
    with pytest.raises(ValueError, match="strips: 'rate' needs one series for each of the 2 paths, got 1"):
        animate(lambda x: x**2, *paths, strips={"rate": [[0.1]]})


@pytest.mark.parametrize(
    "series", [None, [], [math.nan] * 3, [math.inf, 1.0], [0.0, 0.0], [1e-9, 1.0], [1e200, -1e200]]
)
def test_strips_of_strange_numbers_are_drawn(series):
    assert spec(animate(lambda x: x**2, [1.0, 0.5, 0.2], strips={"strange": series}))


def test_a_curve_of_rates_is_drawn_for_each_series():
    chart = live_plot.show_rates([0.1, 0.05], None, labels=["a", "b"], marks=[1])

    assert chart.alt == "learning rate against step. a: 1 steps from (0.1) to (0.05). b: no steps recorded."
    assert chart._repr_mimebundle_()["image/png"]
    assert not plt.get_fignums()


# --------------------------------------------------------------------------- walks, races, live pictures


def test_a_walk_has_a_point_before_each_step_and_one_behind_the_last():
    walk = live_plot.descend(lambda x: x**2, 15.0, lambda p: torch.optim.SGD(p, lr=0.05), steps=3)

    np.testing.assert_allclose(np.concatenate(walk.points), [15, 13.5, 12.15, 10.935])
    np.testing.assert_allclose(walk.series["loss"], [225, 182.25, 147.6225, 119.574225])
    assert [float(rate) for rate in walk.series["learning rate"]] == [0.05] * 3


def test_a_walk_takes_closures_schedulers_two_numbers_and_single_precision():
    def halving(optimizer):
        return torch.optim.lr_scheduler.ExponentialLR(optimizer, 0.5)

    single = torch.tensor([[2.0, 0.0], [0.0, 1.0]])
    newton = live_plot.descend(lambda x, y: x**2 + 3 * y**2, (4.0, 2.0), lambda p: torch.optim.LBFGS(p, lr=1), 5)
    slower = live_plot.descend(lambda v: v @ single @ v, (1.0, 1.0), lambda p: torch.optim.SGD(p, lr=0.1), 3, halving)

    assert float(newton.series["loss"][-1]) < 1e-6
    np.testing.assert_allclose(slower.series["learning rate"], [0.1, 0.05, 0.025])


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: live_plot.descend(lambda x: x**2, 1.0, lambda p: None), "path: expected an optimizer, such as"),
        (lambda: live_plot.descend(lambda x: 3.0, 1.0, torch.optim.SGD), "func must return one number as a tensor"),
        (lambda: live_plot.descend(lambda v: v, (1.0, 2.0), torch.optim.SGD), "func must return one number"),
        (lambda: live_plot.explore(lambda x: x**2, (-1, 1), optimizers={"mine": 3}), "mine is no class"),
    ],
)
def test_what_is_no_optimizer_or_no_loss_gets_one_sentence(call, sentence):
    with pytest.raises(TypeError, match=sentence):
        call()


def test_a_race_has_all_on_one_clock_with_their_losses():
    moving = live_plot.race(
        function_skewed,
        (8.0, 8.0),
        {"SGD": lambda p: torch.optim.SGD(p, lr=1e-3), "far": lambda p: torch.optim.SGD(p, lr=1.0)},
        steps=200,
        x_range=(-10, 10),
        y_range=(-10, 10),
    )

    said = {track["label"]: track["words"] for track in spec(moving)["tracks"] if track["words"]}
    assert list(said) == ["SGD", "far"]
    assert re.fullmatch(r"\(8, 8\), f = 1280, loss 1280", said["SGD"][0])
    assert "outside the picture" in said["far"][1]
    assert "far: 200 steps from (8, 8)" in moving.alt
    assert "diverged at step" in moving.alt


def test_a_live_plot_becomes_the_film_of_what_was_added():
    with live_plot.LivePlot(lambda x: x**2, (-10, 10)) as live:
        for k in range(5):
            x = torch.tensor([8.0 * 0.5**k], requires_grad=True)
            live.add(x, loss=x**2, moments={"m": k, "v": -k})

    path, loss, m, v = spec(live.animation)["tracks"]
    assert path["words"][1] == "x = 4, f = 16, loss 16, moments m 1 v -1"
    assert len(loss["places"]) == len(m["places"]) == len(v["places"]) == 5
    assert live.animation.data[0][-1] == [0.5, 0.25]


def test_a_live_plot_without_a_landscape_shows_losses_of_both_kinds():
    with live_plot.LivePlot() as live:
        for k in range(3):
            live.add(loss={"training": 1 / (k + 1), "validation": 2 / (k + 1)})

    assert spec(live.animation)["tracks"][0]["words"][2] == "loss training 0.3333 validation 0.6667"
    assert live.animation.alt == "Numbers against the step. loss from 1 2 to 0.3333 0.6667."


def test_an_exception_in_the_loop_comes_through_and_the_film_is_there():
    live = live_plot.LivePlot(lambda x: x**2, (-1, 1))

    def loop():
        with live:
            live.add(0.5)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        loop()
    assert live.animation.data == [[[0.5, 0.25]]]


def added(live, *point) -> None:
    with live:
        live.add(*point)


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: live_plot.LivePlot(lambda x: x**2), "give the range that the landscape covers"),
        (lambda: live_plot.LivePlot(fps=0), "fps: expected a number of pictures per second"),
        (lambda: added(live_plot.LivePlot(lambda x: x**2, (-1, 1)), [1.0, 2.0, 3.0]), "expected one coordinate"),
        (lambda: added(live_plot.LivePlot(lambda x: x**2, (-1, 1)), "a"), "point: expected numbers"),
        (lambda: added(live_plot.LivePlot(), 1.0), "expected no place, since there is no landscape"),
        (lambda: live_plot.LivePlot(lambda x, y: x * y, (-1, 1)), "func takes two numbers: give a y_range, too"),
        (lambda: live_plot.explore(lambda x: x**2, (-1, 1), start=(1, 2)), "start: expected one number"),
        (lambda: live_plot.explore(lambda x: x**2, (-1, 1), lr=(1, 0.1)), "lr: expected the two ends of a slider"),
        (
            lambda: animate(lambda x: x**2, [1.0], labels=["a", "b"]),
            "labels: expected one for each path, 1 in all; got 2",
        ),
        (
            lambda: animate(lambda x: x**2, [1.0], [2.0], strips={"moments": {"m": [1.0]}}),
            "names its columns, which goes with one path only",
        ),
    ],
)
def test_a_live_picture_says_what_it_cannot_draw(call, sentence):
    with pytest.raises(ValueError, match=sentence):
        call()


class Halving(torch.optim.Optimizer):
    """A student's optimizer, with a step that takes no closure."""

    def __init__(self, params, lr=0.1):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self):
        """Halve everything."""
        for p in self.param_groups[0]["params"]:
            p.mul_(0.5)


class Broken(Halving):
    """One that is not finished."""

    def step(self):
        """Raise what a stub raises."""
        raise NotImplementedError("your code here")


def test_a_landscape_is_explored_with_a_students_own_class():
    explorer = live_plot.explore(function_skewed, (-10, 10), (-10, 10), [torch.optim.SGD, Halving, Broken], steps=4)

    explorer.choose(start=(8.0, -4.0), lr=0.001, momentum=0.5)

    assert explorer.animation.data[1][:3] == [[8.0, -4.0], [4.0, -2.0], [2.0, -1.0]]
    assert explorer.problems == ["Broken does not race: NotImplementedError: your code here"]
    with pytest.raises(ValueError, match="start: expected two numbers"):
        explorer.choose(start=(math.nan, 1.0))


@pytest.mark.parametrize("kind", [torch.optim.SGD, torch.optim.Adam, torch.optim.Adagrad, lambda p: Halving(p)])
def test_sliders_reach_what_an_optimizer_calls_them(kind):
    explorer = live_plot.explore(lambda x: x**2, (-10, 10), optimizers={"one": kind}, start=4.0, steps=2)

    explorer.choose(lr=0.25, momentum=0.5)

    assert explorer.problems == []
    assert explorer.animation.data[0][0] == [4.0, 16.0]


def test_until_momentum_is_moved_each_optimizer_has_its_own():
    made = {"SGD": torch.optim.SGD, "Adam": lambda p, lr, betas=(0.9, 0.999): torch.optim.Adam(p, lr, betas)}
    right = {"SGD": torch.optim.SGD, "Adam": torch.optim.Adam}
    start = {"start": (8.0, 8.0), "steps": 9}

    explorer = live_plot.explore(function_skewed, (-10, 10), (-10, 10), made, **start)
    apart = live_plot.race(function_skewed, (8.0, 8.0), {n: partial(k, lr=explorer.lr) for n, k in right.items()}, 9)

    np.testing.assert_allclose(explorer.animation.data[1], apart.data[1])


def test_number_boxes_choose_where_there_is_no_anywidget():
    from _live_plot.explore import _boxes

    explorer = live_plot.explore(lambda x: x**2, (-10, 10), start=4.0, steps=2)
    box = _boxes(explorer)

    box.children[0].children[0].value = 6.0

    assert explorer.start == [6.0]
    assert box.children[3].value == explorer.animation.still


# --------------------------------------------------------------------------- harmless when graded


@pytest.mark.parametrize(("way", "kinds"), [("png", {"image/png", "text/plain"}), ("none", {"text/plain"})])
def test_other_backends_show_less(monkeypatch, way, kinds):
    monkeypatch.setenv("LIVE_PLOT_BACKEND", way)

    shown = [animate(lambda x: x**2, [4.0, 2.0]), live_plot.anim_3d((-1, 1), (-1, 1), 40, 30, lambda X, Y: X * Y, [])]

    assert [set(one._repr_mimebundle_()) for one in shown] == [kinds, kinds]


SHOWN = {
    "curve": lambda: animate(lambda x: x**2, [4.0, 2.0, math.nan], title="down", strips={"rate": [0.1, 0.2]}),
    "contours": lambda: animate(function_skewed, [(8.0, 8.0), (1.0, 2.0)], [(8.0, 8.0)], labels=["a", "b"]),
    "surface": lambda: live_plot.anim_3d((-1, 1), (-1, 1), 40, 30, lambda X, Y: X * Y, [(0, 0, 0), (1, 1, 1)]),
    "nowhere": lambda: live_plot.animate(lambda x: x, [], x_range=(-1, 1)),
    "loss": lambda: show_loss([4.0, 2.0, 1.0], None, labels=["a", "$b$"]),
    "rates": lambda: live_plot.show_rates([0.1, 0.05], marks=[1]),
    "curves": lambda: live_plot.show_curves({"f": [1, 10]}, at=[0.1, 1], marks={"f": 0.5}, dots={"f": [(1, 2)]}, log="xy"),
    "places": lambda: live_plot.show_places(function_skewed, {"s": [(8, 8)]}, (-9, 9), (-9, 9), arrows={"g": [(8, 8, 1, 2)]}),
    "bars": lambda: live_plot.show_bars({"a": [1, 2], "b": None}, ["x", "y"], log=True),
    "chain": lambda: live_plot.show_chain(["MulBackward0", "AccumulateGrad"]),
    "matrices": lambda: live_plot.show_matrices({"X": [[1, 2], [3, math.inf]], "none": None}),
}  # fmt: skip


@pytest.mark.parametrize("name", SHOWN)
def test_a_draft_is_drawn_as_the_picture_itself(monkeypatch, name):
    """A grader draws drafts elsewhere, and nobody should see a difference."""
    from _live_plot.draw import draw

    monkeypatch.setenv("LIVE_PLOT_BACKEND", "png")
    picture = SHOWN[name]()._repr_mimebundle_()
    monkeypatch.setenv("LIVE_PLOT_BACKEND", "data")
    bundle = SHOWN[name]()._repr_mimebundle_()

    assert set(bundle) == {DRAFT, "text/plain"}
    assert bundle["text/plain"] == picture["text/plain"]
    np.testing.assert_array_equal(pixels(draw(bundle[DRAFT])), pixels(base64.b64decode(picture["image/png"])))


def pixels(png: bytes) -> np.ndarray:
    from PIL import Image

    return np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))


def test_a_picture_that_is_no_draft_any_more_is_drawn_where_it_is(monkeypatch):
    monkeypatch.setenv("LIVE_PLOT_BACKEND", "data")
    long = animate(lambda x: x**2, np.linspace(4, 1, 100_000))
    changed = show_loss([1.0, 0.5])
    changed.axes[0].set_title("my own")

    assert "image/png" in long._repr_mimebundle_()
    assert "image/png" in changed._repr_mimebundle_()
    assert animate(lambda x: x**2, [4.0]).still.startswith(b"\x89PNG")


def test_the_backend_that_draws_nothing_does_not_ask_for_heights(monkeypatch):
    monkeypatch.setenv("LIVE_PLOT_BACKEND", "none")

    def asked(x):
        raise AssertionError("nobody asks")

    animate(asked, [4.0, 2.0])
    with live_plot.LivePlot(asked, (-1, 1)) as live:
        live.add(1.0)
    assert animate(asked, [4.0]).data == [[[4.0]]]


def test_a_wrong_backend_is_named(monkeypatch):
    monkeypatch.setenv("LIVE_PLOT_BACKEND", "gif")

    with pytest.raises(ValueError, match="LIVE_PLOT_BACKEND='gif': expected one of html, png, data, none"):
        animate(lambda x: x**2, [1.0])


def test_a_function_that_prints_draws_at_random_and_warns_disturbs_nothing(capsys):
    state = torch.get_rng_state(), np.random.get_state()[1].copy()

    def noisy(x):
        print("hello")
        warnings.warn("careful", stacklevel=1)
        return x**2 + 0.01 * torch.rand(()) + 0.01 * np.random.rand()

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        animate(noisy, [4.0, 2.0])

    assert capsys.readouterr().out == ""
    assert torch.equal(torch.get_rng_state(), state[0])
    np.testing.assert_array_equal(np.random.get_state()[1], state[1])


def test_a_slow_function_is_asked_less_often():
    import time

    def slow(v):
        time.sleep(0.002)
        return float(v[0] ** 2 + v[1])

    start = time.perf_counter()
    found = live_plot.surface(slow, np.linspace(-1, 1, 100), np.linspace(-1, 1, 100))

    assert time.perf_counter() - start < 12  # one by one it would be more than 20
    np.testing.assert_allclose(found[0, 0], 0.0, atol=1e-9)
    np.testing.assert_allclose(found[50, 50], found[50, 49], atol=0.05)


# --------------------------------------------------------------------------- curves and places


def test_curves_have_marks_of_their_own_look():
    chart = live_plot.show_curves(
        {"a": [1.0, 2.0], "b": None}, at=[0.1, 1.0], marks={"a": 0.5, "b": math.nan}, log="xy"
    )

    curve_a, curve_b, mark = chart.axes[0].lines
    assert mark.get_color() == curve_a.get_color() != curve_b.get_color()
    assert [chart.axes[0].get_xscale(), chart.axes[0].get_yscale()] == ["log", "log"]
    with pytest.raises(ValueError, match="expected 2 numbers in each, as in `at`; got"):
        live_plot.show_curves({"a": [1.0, 2.0, 3.0]}, at=[0.1, 1.0])


@pytest.mark.parametrize(
    "chart",
    [
        lambda: show_loss(),
        lambda: show_loss([math.inf, 1e308, 1.0]),
        lambda: live_plot.show_bars({}, []),
        lambda: live_plot.show_bars({}, ["a"]),
        lambda: live_plot.show_bars({"a": [1e308, -1e308, math.nan]}, [1, 2, 3], log=True),
        lambda: live_plot.show_matrices({}),
        lambda: live_plot.show_curves({"a": [1e308, -1e308]}, dots={"a": [(math.inf, 1)]}, log="y", limits=(-1, 1)),
        lambda: live_plot.show_curves({"a": [1, 2]}, marks=1.0),
        lambda: live_plot.show_chain([]),
    ],
)
def test_charts_of_nothing_or_of_numbers_without_end_are_drawn(chart):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert chart()._repr_mimebundle_()["image/png"]


def test_bars_lie_where_their_names_are_words():
    upright = live_plot.show_bars({"never": [2, 4], "always": [2, 2]}, [1, 2], name="grad", against="rounds")
    lying = live_plot.show_bars({"left": [1e-3, 10.0, 0.0]}, ["SGD", "Adam", "LBFGS"], log=True)

    assert upright.alt == "Bars of grad for 1, 2. never: 2, 4. always: 2, 2."
    assert [bar.get_height() for bar in upright.axes[0].patches] == [2, 4, 2, 2]
    assert [bar.get_width() for bar in lying.axes[0].patches] == [1e-3, 10.0, 0.0]
    assert (upright.axes[0].get_yscale(), lying.axes[0].get_xscale()) == ("linear", "symlog")
    assert [label.get_text() for label in lying.axes[0].get_yticklabels()] == ["SGD", "Adam", "LBFGS"]


def test_a_chain_has_an_arrow_between_two_names():
    chart = live_plot.show_chain(["MulBackward0", "SumBackward0", "AccumulateGrad"])

    assert chart.alt == "A chain of 3 boxes: MulBackward0, SumBackward0, AccumulateGrad."
    assert [one.get_text() for one in chart.axes[0].texts] == ["MulBackward0", "SumBackward0", "", "AccumulateGrad", ""]
    assert live_plot.show_chain(None).axes[0].texts[0].get_text() == "nothing recorded yet"


def test_matrices_carry_their_numbers():
    chart = live_plot.show_matrices({"X": [[1, 2], [3, 4]], "row": [5.0, 6.0], "later": None})

    assert (
        chart.alt
        == "Numbers in rows and columns. X: 2 rows of 2 numbers. row: 1 row of 2 numbers. later: no numbers yet."
    )
    assert [[text.get_text() for text in axes.texts] for axes in chart.axes] == [
        ["1", "2", "3", "4"],
        ["5", "6"],
        ["nothing recorded yet"],
    ]


def test_places_lie_on_their_landscape_with_arrows():
    chart = live_plot.show_places(
        function_skewed,
        {"start": [(8.0, 8.0)], "end": None},
        (-10, 10),
        (-10, 10),
        arrows={"batches": [(8, 8, -1, -2)]},
    )
    on_curve = live_plot.show_places(lambda x: x**2, {"valley": [1.0, 2.0]}, (-3, 3))

    assert chart.alt.endswith("start: 1 place. end: 0 places.")
    assert [text.get_text() for text in chart.axes[0].get_legend().get_texts()] == ["batches", "start", "end"]
    np.testing.assert_allclose(on_curve.axes[0].lines[1].get_xydata(), [[1, 1], [2, 4]])
    assert not plt.get_fignums()


# --------------------------------------------------------------------------- what people do, and should not


def test_the_exception_of_the_loop_matters_more_than_a_picture_that_fails():
    def loop():
        with live_plot.LivePlot(lambda x: math.sqrt(x), (0, 4)) as live:
            live.add(1.0)
            live.add(-1.0)
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine") as caught:
        loop()
    assert "LivePlot could not draw" in caught.value.__notes__[0]


def test_a_series_that_comes_now_and_then_stays_at_its_steps():
    with live_plot.LivePlot(lambda x: x**2, (-10, 10)) as live:
        for k in range(11):
            live.add(8 * 0.9**k, loss=k, **({"validation": k} if k % 5 == 0 else {}))

    words = spec(live.animation)["tracks"][0]["words"]
    assert words[5].endswith("loss 5, validation 5")
    assert words[10].endswith("loss 10, validation 10")
    assert words[3].endswith("validation nan")


def test_a_series_keeps_its_form_and_the_point_is_not_recorded_twice():
    with live_plot.LivePlot(lambda x: x**2, (-10, 10)) as live:
        live.add(1.0, loss=1.0)
        with pytest.raises(ValueError, match="loss: every step needs the same form as the first one"):
            live.add(2.0, loss={"training": 1.0})
        live.add(0.5, loss=0.5)

    assert len(live.animation.data[0]) == 2


@pytest.mark.parametrize("function", ["one", "two"])
def test_a_function_that_changes_its_argument_gets_its_true_landscape(function):
    def one(x):
        x -= 1
        return x**2 if x > 0 else 0 * x

    def two(x, y):
        x -= 1
        return x**2 if x > 0 else y

    xs = np.array([0.0, 1.0, 2.0, 3.0])
    if function == "one":
        np.testing.assert_allclose(live_plot.curve(one, xs), [0, 0, 1, 4])
    else:
        found = live_plot.surface(two, xs, np.array([0.0, 5.0]))
        np.testing.assert_allclose(found, [[0, 0, 1, 4], [5, 5, 1, 4]])
    np.testing.assert_allclose(xs, [0, 1, 2, 3])


@pytest.mark.parametrize(
    "points",
    [
        range(5, 0, -1),
        (x for x in (2.0, 1.0)),
        [torch.tensor([2.0]), torch.tensor([1.0]), 0.5],
        np.array([2, 1], object),
    ],
)
def test_any_sequence_of_numbers_is_a_path(points):
    assert len(animate(lambda x: x**2, points).data[0]) >= 2


@pytest.mark.parametrize(
    "points",
    ["12", ["1", "2"], b"5", [1j, 2], np.array([1j]), torch.tensor([1j]), np.array(["2020-01-01"], "M8[D]"), {1.0}],
)
def test_what_are_no_numbers_is_refused(points):
    with pytest.raises(ValueError, match="path: expected numbers"):
        animate(lambda x: x**2, points)


@pytest.mark.parametrize(
    ("call", "error", "sentence"),
    [
        (
            lambda: animate(lambda x: print(end=""), [1.0, 2.0]),
            ValueError,
            "func returned nothing: is its return missing",
        ),
        (lambda: animate("x**2", [1.0]), ValueError, "func: expected a function, got 'x"),
        (lambda: live_plot.race(lambda x: x**2, 4.0, [torch.optim.SGD]), TypeError, "optimizers: expected names with"),
        (
            lambda: live_plot.race(lambda x: x**2, 4.0, {"SGD": torch.optim.SGD([torch.zeros(1)])}),
            TypeError,
            "SGD: expected a function that makes an optimizer, such as lambda p",
        ),
        (lambda: live_plot.race(lambda x: x.data**2, 4.0, {"SGD": torch.optim.SGD}), TypeError, "func has no slope"),
        (
            lambda: live_plot.descend(lambda x: x**2, None, torch.optim.SGD),
            ValueError,
            "start: expected one number or two",
        ),
        (lambda: live_plot.descend(lambda x: x**2, 1.0, torch.optim.SGD, 2.5), TypeError, "steps: expected a whole"),
        (lambda: anim_2d(10, function_2d, []), ValueError, "x_range: expected a range"),
        (lambda: anim_2d((-1, 1), function_2d, [(1, 2, 3), (1, 2, 3)]), ValueError, "turns it round"),
        (lambda: show_contours(function_skewed, 10), ValueError, "x_lims: expected two limits"),
        (lambda: show_contours(function_skewed, levels=1), ValueError, "levels: expected at least 2"),
        (
            lambda: animate(lambda x: x**2, [1.0], [2.0], strips={"loss": None}),
            ValueError,
            "one series for each of the 2",
        ),
        (lambda: animate(lambda x: x**2, [1.0], strips=[1, 2]), ValueError, "strips: expected names with series"),
        (lambda: show_loss([1], [2], labels=["a"]), ValueError, "labels: expected one for each curve, 2 in all; got 1"),
        (lambda: live_plot.show_curves([1, 2]), ValueError, "curves: expected names with numbers"),
        (lambda: live_plot.show_bars([1, 2], "ab"), ValueError, "bars: expected names with numbers"),
        (
            lambda: live_plot.show_bars({"a": [1]}, ["x", "y"]),
            ValueError,
            r"bars: expected 2 numbers in each, .* got \[1\]",
        ),
        (lambda: live_plot.show_bars({"a": [1]}, None), ValueError, "names: expected a list of names"),
        (lambda: live_plot.show_bars({"a": [1]}, "x"), ValueError, "names: expected a list of names"),
        (lambda: live_plot.show_chain(5), ValueError, "names: expected a list of names, .* got 5"),
        (lambda: live_plot.show_curves({"a": [1]}, dots=[(1, 2)]), ValueError, "dots: expected names with places"),
        (lambda: live_plot.show_curves({"a": [1]}, log=True), ValueError, "log: expected 'x', 'y' or 'xy', got True"),
        (lambda: show_loss([1], labels=3), ValueError, "labels: expected a list of names, .* got 3"),
        (lambda: live_plot.show_matrices([[1]]), ValueError, "matrices: expected names with rows"),
        (lambda: live_plot.show_matrices({"X": 1.0}), ValueError, r"X: expected rows of numbers, got shape \(\)"),
        (
            lambda: live_plot.show_places(function_skewed, {"a": [3.0, 7.0, 8.0]}, (-10, 10), (-10, 10)),
            ValueError,
            "'a' has 1 numbers for each place, and the landscape 2",
        ),
        (lambda: live_plot.explore(lambda x: x**2, (-5, 5), [torch.optim.SGD]), TypeError, "optimizers="),
        (lambda: live_plot.LivePlot(delta="fast"), TypeError, "time of a step in milliseconds"),
        (lambda: live_plot.LivePlot().add(loss=1.0), RuntimeError, "open the plot first"),
    ],
)
def test_what_people_get_wrong_gets_one_sentence(call, error, sentence):
    with pytest.raises(error, match=sentence):
        call()
    assert not plt.get_fignums()


def test_an_optimizer_that_stops_in_the_middle_is_named():
    class Stops(Halving):
        def step(self):
            raise IndexError("mine")

    with pytest.raises(IndexError, match="mine") as caught:
        live_plot.race(lambda x: x**2, 4.0, {"fine": lambda p: Halving(p), "stops": lambda p: Stops(p)})
    assert caught.value.__notes__ == ["while stops took step 1"]


@pytest.mark.parametrize("text", [r"$\foo$", "costs $5", "$x^2$", "_private", "<b>"])
def test_labels_and_titles_are_drawn_whatever_they_hold(text):
    moving = animate(lambda x: x**2, [4.0, 2.0], [3.0, 1.0], labels=[text, "b"], title=text, strips={text: [[1], [2]]})

    assert moving.still


def test_a_tangent_asks_for_no_place_outside_of_the_picture():
    assert animate(lambda x: math.sqrt(x), [1.0, 0.0], x_range=(0, 3)).still


def test_the_first_burst_ends_a_path_in_every_description():
    moving = animate(lambda x: x**2, [1.0, math.nan, 2.0])

    assert moving.alt.endswith("path: 2 steps from (1, 1) to (1, 1), diverged at step 1.")
    assert spec(moving)["tracks"][0]["words"][2] == "diverged at step 1"
    assert repr(moving) == moving.alt


def test_two_unnamed_optimizers_and_one_with_keywords_all_take_part():
    class Open(torch.optim.SGD):
        def __init__(self, params, **settings):
            super().__init__(params, **settings)

    some = [lambda p: Halving(p), lambda p: torch.optim.Adam(p), Open]
    explorer = live_plot.explore(lambda x: x**2, (-10, 10), optimizers=some, start=4.0, steps=1, lr=(0.1, 0.4))

    assert len(explorer.animation.data) == 3
    assert explorer.animation.data[2][1][0] == pytest.approx(4 - 0.2 * 8)
