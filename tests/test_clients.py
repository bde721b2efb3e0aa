"""What students do, in a real JupyterLab: run, answer, look at the picture, scrub it, click a landscape."""

import io
import re
import shutil

import nbformat
import pytest
from browser import Lab, Notebook, browser, notebook, shot, why_not
from PIL import Image

import live_plot
from grader.instructor import bank, paths

pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "it can be driven"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
]
LESSON, EXERCISE = "02_descent", "gd_abs_cube"
ROSENBROCK = "def rosenbrock(v):\n    return (1 - v[0]) ** 2 + 100 * (v[1] - v[0] ** 2) ** 2\n"
MINE = """
class MySGD(torch.optim.Optimizer):
    def __init__(self, params, lr=0.1):
        super().__init__(params, dict(lr=lr))

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                p -= group["lr"] * p.grad
"""
CELLS = {
    "setup": "import time\nimport torch\nimport live_plot\n" + ROSENBROCK + MINE,
    "race": "live_plot.race(rosenbrock, (-1.5, 2.0), {'SGD': lambda p: torch.optim.SGD(p, lr=1e-3), "
    "'Adam': lambda p: torch.optim.Adam(p, lr=0.05)}, steps=60, x_range=(-2, 2), y_range=(-1, 3), delta=100)",
    "explore": "touched = live_plot.explore(rosenbrock, (-2, 2), (-1, 3), [torch.optim.SGD, MySGD], "
    "lr=(1e-5, 1e-1), start=(1.0, 2.0))\ntouched",
    "live": "with live_plot.LivePlot(lambda x: x**2, (-10, 10), fps=20) as live:\n    for k in range(40):\n"
    "        live.add(8 * 0.9**k, loss=64 * 0.81**k)\n        time.sleep(0.05)",
    "broken": "with live_plot.LivePlot(lambda x: x**2, (-10, 10)) as burst:\n    for k in range(40):\n"
    "        live.add(8.0) if k else burst.add(8.0)\n        raise KeyError('mine')",
    "ipympl": "%matplotlib ipympl\nfrom matplotlib import pyplot as plt\nplt.figure()\nplt.plot([1, 2, 4])\nplt.show()",
    "widget": "with live_plot.LivePlot(rosenbrock, (-2, 2), (-1, 3), fps=20, widget=True) as canvas:\n"
    "    for k in range(40):\n        canvas.add(-1.5 + 0.05 * k, 2.0, loss=64 * 0.9**k)\n        time.sleep(0.05)",
    "contours": "axes = live_plot.show_contours(rosenbrock, [-2.0, 2.0], [-1.0, 3.0])\nplt.plot([0, 1], [0, 1], 'o-')",
}


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    """Serve a released lesson and a notebook of plots."""
    folder = tmp_path_factory.mktemp("lab")
    shutil.copy(paths.release(LESSON), folder)
    notebook(CELLS, folder / "plots.ipynb")
    bundle = live_plot.animate(lambda x: x**2, [2.0, 1.0, 0.5])._repr_mimebundle_()
    notebook({"stored": "walk"}, folder / "stored.ipynb", {"stored": [nbformat.v4.new_output("display_data", bundle)]})
    with Lab.serve(folder) as address:
        yield address


@pytest.fixture
def plots(lab):
    """Open the notebook of plots, and run its first cell."""
    with browser() as page:
        client = Lab(page, lab, "plots.ipynb")
        client.run("setup")
        yield client


def pixels(locator) -> bytes:
    """Return what a part of the page looks like."""
    return Image.open(io.BytesIO(locator.screenshot())).convert("RGB").tobytes()


def status(output) -> str:
    """Return what the player says of the step."""
    return output.locator("[aria-live]").last.inner_text()


def test_a_lesson_is_worked_through(lab):
    """Run all, a wrong answer, a right one: the card and the picture follow, and the player moves."""
    with browser() as page:
        client = Lab(page, lab, f"{LESSON}.ipynb")
        client.run_all()
        untouched = client.output(f"check_{EXERCISE}").inner_text()
        shot(page, "lab-1-run-all")

        slip = bank.model(LESSON, EXERCISE).replace("        x.grad.zero_()\n", "")
        answered = []
        for name, source in (("2-wrong", slip), ("3-right", bank.model(LESSON, EXERCISE))):
            client.write(EXERCISE, source)
            for cell in (
                f"given_{EXERCISE}",
                EXERCISE,
                f"record_{EXERCISE}",
                f"check_{EXERCISE}",
                f"picture_{EXERCISE}",
            ):
                client.run(cell)
            picture = client.output(f"picture_{EXERCISE}")
            picture.locator("canvas").first.wait_for()
            client.output(f"check_{EXERCISE}").scroll_into_view_if_needed()
            shot(page, f"lab-{name}")
            answered.append(client.output(f"check_{EXERCISE}").inner_text())
            picture.locator("input[type=range]").focus()
            page.keyboard.press("End")
            answered.append(status(picture))

        assert "Not attempted" in untouched
        assert "Each backward() adds to x.grad." in answered[0]
        assert "✓" in answered[2]
        assert answered[1] != answered[3]
        assert "step 10: x = 2.07" in answered[3]
        assert page.problems == []


def test_the_player_is_scrubbed_with_mouse_and_keys_and_leaves_the_notebook_alone(plots):
    client, page = plots, plots.page
    client.run("race")
    output = client.output("race")
    slider, canvas = output.locator("input[type=range]"), output.locator("canvas").first
    canvas.wait_for()

    output.get_by_role("button", name="pause").click()
    slider.evaluate("(e) => { e.value = 30; e.dispatchEvent(new Event('input')); }")
    halfway = status(output)
    before = pixels(canvas)
    slider.focus()
    page.keyboard.press("ArrowRight")
    after = status(output)
    page.keyboard.press("End")
    end = status(output)
    output.get_by_role("button", name="Adam").click()
    alone = status(output)
    cells = client.page.evaluate("jupyterapp.shell.currentWidget.content.widgets.length")
    shot(page, "lab-race")

    assert re.match(r"SGD, step 30: \(.*loss .*\nAdam, step 30: ", halfway)
    assert "SGD, step 31:" in after
    assert "SGD, step 60:" in end
    assert pixels(canvas) != before
    assert "Adam" not in alone
    assert cells == len(CELLS)
    assert page.problems == []


def test_a_click_an_arrow_key_a_number_and_a_slider_choose_the_start(plots):
    client, page = plots, plots.page
    client.run("explore")
    output = client.output("explore")
    canvas = output.locator("canvas").first
    canvas.wait_for()
    seen = [client.ask("touched.start")]

    def settled(act) -> None:
        before = client.ask("(touched.start, touched.lr, touched.momentum)")
        act()
        for _ in range(100):
            page.wait_for_timeout(100)
            if client.ask("(touched.start, touched.lr, touched.momentum)") != before:
                break
        else:
            pytest.fail(f"nothing came of it; it stands at {before}")
        page.wait_for_timeout(600)
        seen.append(client.ask("touched.start"))

    box = canvas.bounding_box()
    settled(lambda: page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"]))
    shot(page, "lab-explore")
    output.locator("canvas").first.focus()
    settled(lambda: page.keyboard.press("ArrowRight"))
    number = output.get_by_label("start, x2")
    number.fill("2.5")
    settled(lambda: number.press("Enter"))
    output.get_by_role("slider", name="rate", exact=True).focus()
    settled(lambda: page.keyboard.press("Home"))
    output.get_by_role("slider", name="momentum", exact=True).focus()
    settled(lambda: page.keyboard.press("End"))

    numbers = [[float(one) for one in re.findall(r"-?[\d.]+", text)] for text in seen]
    assert numbers[0] == [1.0, 2.0]
    assert -2 < numbers[1][0] < 0
    assert numbers[2] == pytest.approx([numbers[1][0] + 0.1, numbers[1][1]], abs=1e-3)
    assert numbers[3] == pytest.approx([numbers[2][0], 2.5], abs=1e-3)
    assert client.ask("(round(touched.lr, 6), round(touched.momentum, 6))") == "(1e-05, 0.99)"
    assert client.ask("[walk for walk in touched.problems]") == "[]"
    assert "MySGD, step" in status(output)
    assert page.problems == []


def test_pictures_come_while_the_loop_runs_and_the_player_follows(plots):
    client, page = plots, plots.page
    client.start("live")
    seen = client.pictures("live")
    client.output("live").locator("canvas").first.wait_for()

    assert len(seen) > 10
    assert int(client.ask("live.pictures")) > 10
    assert page.problems == []


def test_an_exception_in_the_loop_leaves_the_player_and_comes_through(plots):
    plots.run("broken")

    output = plots.output("broken")
    assert "KeyError" in output.inner_text()
    assert output.locator("img").count() == 1  # one point: a picture without controls


def test_ipympl_shows_figures_and_a_live_canvas(plots):
    client, page = plots, plots.page
    client.run("ipympl")
    figure = client.output("ipympl").locator(".jupyter-matplotlib-canvas-container canvas").first
    figure.wait_for()
    client.start("widget")
    seen = client.pictures("widget", ".jupyter-matplotlib-canvas-container canvas", "e => e.toDataURL()")
    client.run("race")
    client.run("contours")
    client.output("contours").locator(".jupyter-matplotlib-canvas-container canvas").first.wait_for()
    page.wait_for_timeout(500)
    shot(page, "lab-ipympl")

    assert len(seen) > 5
    assert client.output("race").locator("input[type=range]").count() == 1


def test_notebook_7_plays_and_takes_a_click(tmp_path):
    notebook(CELLS, tmp_path / "plots.ipynb")

    with Notebook.serve(tmp_path) as address, browser() as page:
        client = Notebook(page, address, "plots.ipynb")
        for cell in ("setup", "race", "explore"):
            client.run(cell)
        race, touched = client.output("race"), client.output("explore")
        race.locator("canvas").first.wait_for()
        race.locator("input[type=range]").focus()
        page.keyboard.press("End")
        end = status(race)
        touched.scroll_into_view_if_needed()
        canvas = touched.locator("canvas").first
        canvas.wait_for()
        box = canvas.bounding_box()
        page.mouse.click(box["x"] + 0.3 * box["width"], box["y"] + 0.3 * box["height"])
        for _ in range(100):
            page.wait_for_timeout(100)
            if client.ask("touched.start") != "[1.0, 2.0]":
                break
        shot(page, "notebook-7")

        assert "SGD, step 60: (" in end
        assert client.ask("touched.start") != "[1.0, 2.0]"


def test_an_untrusted_notebook_shows_the_picture_and_no_dead_controls(lab):
    """JupyterLab takes scripts, styles and the attribute `hidden` away from what it did not run itself."""
    with browser() as page:
        client = Lab(page, lab, "stored.ipynb")
        output = client.output("stored")
        output.locator("img").wait_for()
        shot(page, "lab-untrusted")

        assert output.locator("img").get_attribute("alt").startswith("The curve of f from")
        assert output.locator("img").bounding_box()["height"] > 200
        assert output.locator("button, input, canvas").count() == 0


def test_dark_themes_and_reduced_motion_are_respected(tmp_path):
    live_plot.animate(lambda x: x**2, [4.0, 2.0, 1.0], [3.0, 1.0], labels=["a", "b"]).save(tmp_path / "a.html")
    with browser(reduced_motion="reduce", color_scheme="dark") as page:
        page.goto(f"file://{tmp_path}/a.html")
        page.add_style_tag(content="body { background: #111; color: #eee; }")
        page.locator("canvas").first.wait_for()
        shot(page, "dark")

        said = page.locator("[aria-live]").last
        assert "step 2" in said.inner_text()  # it stands at its end, and does not move
        colours = said.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e.parentElement).backgroundColor]")
        assert colours == ["rgb(26, 26, 26)", "rgb(255, 255, 255)"]
        assert page.get_by_role("button", name="play").is_visible()
