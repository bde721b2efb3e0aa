"""Everything in the five founding documents has a home in a lesson, runs there, and prints its figures.

One row for each entry of the documents: the document, what it is about, the lesson, the cell, what the
cell must contain, and what its output must show. A cell is named by its id, or by a piece of
its text where it has none of its own.
"""

import re
from dataclasses import dataclass
from itertools import pairwise

import nbformat
import pytest

from grader.core.answerfile import loads
from grader.instructor import paths, runner


@dataclass(frozen=True)
class Row:
    """One entry: where it lives, what is written there (`says`), and what is printed there (`shows`)."""

    seed: str
    item: str
    lesson: str
    cell: str
    says: tuple[str, ...] = ()
    shows: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.seed} {self.item}"


START, SLOPES, DESCENT, OPTIM = "00_start", "01_slopes", "02_descent", "04_optim"
INSIDE, LANDSCAPES, SCHEDULES, MODEL = "05_inside", "06_landscapes", "07_schedules", "08_model"

ROWS = (
    # what all of them begin with
    Row("004", "a set-up that works in Colab too", DESCENT, "setup", ("import live_plot", "-m pip install")),
    Row("004", "three digits", START, "set_printoptions(precision=3)", (), ("tensor([3.142])",)),
    Row("003", "w becomes w minus rate times slope", DESCENT, "## 2.0 A whole walk", ("x_k - \\mathrm{lr} \\cdot f'(x_k)",)),
    Row("004", "why no_grad", DESCENT, "Why `torch.no_grad()`?", ("while autograd is watching",)),
    # 000: a parabola, a cosine
    Row("000", "optimizers go down the hill", DESCENT, "## 2.0 A whole walk", ("lowest point",)),
    Row("000", "x² - x - 1 from 4, 0.1, 20 steps, by hand", DESCENT, "def parabola", ("x**2 - x - 1", "4.0", "range(20)"),
        ("x = 0.5403522, f(x) = -1.2483717", "2.74", "2.292")),
    Row("000", "the same with SGD", OPTIM, "def parabola", ("optim.SGD([x], lr=0.1)", "range(20)", "zero_grad()"),
        ("x = 0.5403522, f(x) = -1.2483717",)),
    Row("000", "its moving picture", OPTIM, "picture_parabola", ("live_plot.animate(parabola",), ("20 steps from (4, 11)",)),
    Row("000", "cos from two starts and the top, SGD against Adam", LANDSCAPES, "record_where", (),
        ("sgd   [3.1415915, -3.1415915, 0.0]", "adam  [3.1416931, -3.1416931, 0.0]")),
    Row("000", "its moving picture, both optimizers", LANDSCAPES, "picture_where", ("make_sgd", "make_adam"),
        ("SGD from 0.1", "SGD from -0.1", "Adam from 0.1", "Adam from -0.1")),
    # 001: x squared, and a plane through data
    Row("001", "optimizers named", OPTIM, "record_lineup", (), ("Adam", "RMSprop", "Adagrad", "SGD")),
    Row("001", "x² from 15, 0.05, 100 steps, every 20th", DESCENT, "given_x_iters",
        ("start=15.0", "lr=0.05", "steps=100", "every=20")),
    Row("001", "the table as it was printed, with its fault", DESCENT, "resulting y", (),
        ("2.0263     1.8236       4.1058", "0.2463     0.2217       0.0607", "0.0300     0.0270       0.0009",
         "0.0036     0.0033       0.0000", "0.0004     0.0004       0.0000")),
    Row("001", "the table put right", DESCENT, "picture_x_iters", (),
        ("20   1.82365   3.3257", "40   0.221713   0.0491568", "100   0.000398421   1.58739e-07")),
    Row("001", "x_iters and y_hist with optim.SGD", OPTIM, "picture_x_iters_sgd", (),
        ("1.823649525642395", "0.22171321511268616", "0.026955142617225647", "0.0032771159894764423",
         "0.0003984206705354154", "225.0", "3.3256975923757324", "0.049156749755604245", "0.0007265797135149743",
         "1.0739489208482162e-05", "1.5873903070989003e-07")),
    Row("001", "a recipe in six steps", OPTIM, "## 4.0 The recipe", ("1.", "2.", "3.", "4.", "5.", "6.")),
    Row("001", "data of 100 rows and their shapes", MODEL, "def plane",
        ("SEED = 9999", "rng.random((100, 2)) * 10", "rng.normal(0, 12)", "(0.77, -0.56)"),
        ("200 100 torch.float64 torch.Size([100, 2]) torch.Size([100])",)),
    Row("001", "OLS as a module, its parameters and its state", MODEL, "record_OLS", ("model.state_dict()",),
        ("Parameter containing", "dtype=torch.float64, requires_grad=True", "OrderedDict", "'weights'", "'bias'")),
    Row("001", "80 rows, 10 and 10; 500 epochs, 0.00005, 0.9", MODEL, "given_train_ols",
        ("seed=9999", "lr=0.00005", "momentum=0.9", "epochs=500")),
    Row("001", "losses at 1, 101, 201, 301, 401 and the weights", MODEL, "record_train_ols", (),
        ("epoch   1: loss", "epoch 101: loss", "epoch 201: loss", "epoch 301: loss", "epoch 401: loss", "weights [0.76")),
    Row("001", "the figures of the run without a seed", MODEL, "unseeded = ", (),
        ("34.4812", "3.8853", "0.4403", "0.0499", "0.1127", "0.1133", "[0.7765, -0.5534]")),
    Row("001", "the first of them", MODEL, "unseeded = ", ("13091.3530",)),
    Row("001", "why the rate is so small", MODEL, "record_rate_limits", (), ("sum, with momentum, mean:",)),
    # 002: the package and its tricks
    Row("002", "SGD of a model, Adam of named tensors", OPTIM, "## 4.0 The recipe",
        ("SGD(model.parameters(), lr=0.01)", "lr=0.0001")),
    Row("002", "step(closure) and L-BFGS", OPTIM, "record_run_lbfgs", (), ("looked at the function",)),
    Row("002", "momentum 0.9 at 0.01", INSIDE, '"momentum": 0.307916', (), ("{'lr': 0.01, 'momentum': 0.9} -> 175",)),
    Row("002", "dropout", MODEL, "nn.Dropout(p=0.5)", (), ("learning:  [2.0, 0.0", "looked at: [1.0, 1.0")),
    Row("002", "weight initialisation", MODEL, "record_init_", (), ("xavier   [0.07", "kaiming")),
    Row("002", "the rate decays over epochs", SCHEDULES, "given_train", (), ("8 batches in each of 5 epochs",)),
    # 003: gradients, contours, two landscapes, an answer file
    Row("003", "integers cannot require gradients", SLOPES, "torch.tensor(10, requires_grad=True)", (),
        ("Only Tensors of floating point and complex dtype can require gradients",)),
    Row("003", "x + y and its gradients", SLOPES, "y = torch.tensor(5.0", (), ("before backward: None None", "1.0 1.0")),
    Row("003", "X_grad of ten squares", SLOPES, "record_X_grad", (),
        ("[[20.0, 40.0, 60.0, 80.0], [100.0, 120.0, 140.0, 160.0], [180.0, 200.0, 220.0, 240.0]]",)),
    Row("003", "the chain of grad_fn", SLOPES, "picture_graph_chain", (),
        ("MulBackward0 → SumBackward0 → PowBackward0 → AccumulateGrad",)),
    Row("003", "show_contours", SLOPES, "picture_descent_direction", ("live_plot.show_places(function_skewed",)),
    Row("003", "a parabola from (8, 8), 0.001, 500 steps", DESCENT, "picture_make_gradient_step", (),
        ("499 steps from (8, 8) to (0.0003349, 0.0003349)",)),
    Row("003", "its loss, linear and logarithmic", DESCENT, "picture_make_gradient_step_loss", (), ("from (1280) to",)),
    Row("003", "the skewed valley by hand", DESCENT, "k in (0, 1, 2, 499)", (),
        ("v = (8.080000, 7.600000)", "v = (8.146399, 7.234400)", "v = (0.217417, 0.090057)   f(v) = 0.209714",
         "f(v) = 1280.000000")),
    Row("003", "the same with SGD", OPTIM, "picture_var_history_3", (), ("optim.SGD: 499 steps from (8, 8) to (0.2174, 0.09006)",)),
    Row("003", "AdamW with a rate of 1", OPTIM, 'answer.get("var_history_4"))\nfor k in', (), ("(8.9200, 6.9200)", "(9.7155, 5.8729)")),
    Row("003", "optimizers of one's own", INSIDE, "given_MyAdamW", (), ("AdamW  3.996", "Adam   3.9")),
    Row("003", "the answer file", OPTIM, "answer.download()", (), ("answers are stored in",)),
    # 004: a cube, losses, schedules, landscapes
    Row("004", "|x³| from 7, 0.01, 10 steps", DESCENT, "record_gd_abs_cube", (),
        ("y =  343.0000", "169.1124", "98.1363", "62.7742", "42.8914", "30.7482", "22.8679", "17.5094", "13.7279",
         "10.9770", "x =   2.0743   y =    8.9245")),
    Row("004", "without abs, from -7", DESCENT, "picture_gd_abs_cube_negative", (), ("[-7.0, -8.47, -10.62",)),
    Row("004", "six optimizers at 0.01", OPTIM, "record_lineup", (), ("Adadelta            14.99966", "LBFGS")),
    Row("004", "L1Loss of (1, 1, 1) and (1, 2, 3)", OPTIM, "loss_function = torch.nn.L1Loss()", (), ("L1Loss: 1.0",)),
    Row("004", "seven losses", MODEL, "given_five_losses", (), ("L1Loss: 1.0000   MSELoss: 1.6667",)),
    Row("004", "the other five of them", MODEL, "record_five_losses", (),
        ("cross entropy", "NLL", "KL divergence", "BCE", "Poisson")),
    Row("004", "an optimizer and a loss from 8, 0.01, 10 steps", OPTIM, "record_cube_l1", (),
        ("[512.0, 224.756, 122.838, 75.67, 50.365, 35.411, 25.943, 19.627, 15.237, 12.084, 9.756]",)),
    Row("004", "four schedulers", SCHEDULES, "build", ("LambdaLR", "StepLR", "MultiStepLR", "ExponentialLR")),
    Row("004", "5|x| with ExponentialLR(0.8), 150 steps", SCHEDULES, "def five_abs",
        ("ExponentialLR(optimizer, gamma=0.8)", "range(150)", "L1Loss()"),
        ("y =         40   rate used =        0.5   x afterwards =        5.5", "x afterwards =        3.5",
         "x afterwards =        1.9", "x afterwards =       0.62", "x afterwards =     -0.404",
         "x afterwards =     0.4152", "rate used =  1.817e-15")),
    Row("004", "the same without a schedule", SCHEDULES, "def five_abs", (), ("with a constant rate: [0.5, -2.0, 0.5, -2.0]",)),
    Row("004", "function_2d with Adam, 2, 15 steps", LANDSCAPES, "record_jump", (),
        ("[8.0, 6.0, 4.0715, 2.5257, 1.5199, 0.5632, -0.5964", "-2.7963, -3.0304, -2.7303, -2.1163, -1.4087, -0.7466",
         "-0.2908, -0.174]")),
    Row("004", "its picture, anim_2d every 400 ms", LANDSCAPES, "picture_jump",
        ("live_plot.anim_2d(torch.arange(-10, 10, 0.1), function_2d, points, 400)",)),
    Row("004", "a saddle from (6, -0.01), seen from (40, 250)", LANDSCAPES, "picture_escape",
        ("[6.0, -0.01]", "40, 250"), ("'SGD': [0.2111, -0.1541]", "'Adam': [4.5205, -1.4681]")),
    Row("004", "when it leaves", LANDSCAPES, "record_escape", (), ("'sgd': 26",)),
    Row("004", "x³ - y³ from (10, -4), seen from (30, 130)", LANDSCAPES, "picture_bottoms",
        ("X**3 - Y**3, (10.0, -4.0), 30, 130",), ("f = -inf",)),
    Row("004", "a ring from (4, -5), seen from (80, 130)", LANDSCAPES, "picture_bottoms",
        ("(4.0, -5.0), 80, 130",), ("r = 5.238",)),
    Row("004", "a valley from (6, -15), seen from (37, 120)", LANDSCAPES, "picture_bottoms",
        ("(6.0, -15.0), 37, 120, 0.5",), ("a valley: after 14 steps",)),
)  # fmt: skip


@pytest.fixture(scope="module")
def block(store):
    """Return the text of a cell, found by its id or by a piece of its text, and what it printed."""

    def of(lesson: str, cell: str) -> tuple[str, str]:
        notebook = nbformat.read(paths.solution(lesson), as_version=4)
        done = store.run(lesson, runner.sources(notebook, hidden=False))
        homes = [one for one in notebook.cells if one.id == cell] or [
            one for one in notebook.cells if cell in one.source
        ]
        assert homes, f"{lesson} has no cell {cell!r}"
        home = homes[0]
        outputs = done.outputs.get(home.id, [])
        shown = [o.get("text", "") + o.get("evalue", "") + o.get("data", {}).get("text/plain", "") for o in outputs]
        return home.source, "".join(shown)

    return of


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_every_entry_of_the_founding_documents_lives_in_a_cell_that_runs(row, block):
    source, shown = block(row.lesson, row.cell)

    for piece in row.says:
        assert piece in source, (row.cell, piece)
    for figure in row.shows:
        assert figure in shown, (row.cell, figure)


def test_rows_show_something_and_cover_all_five_documents():
    assert {row.seed for row in ROWS} == {"000", "001", "002", "003", "004"}
    assert all(row.says or row.shows for row in ROWS)
    assert len({str(row) for row in ROWS}) == len(ROWS)


def test_the_loss_of_the_plane_falls_by_the_same_factor(store):
    """What the founding run shows without a seed, ours shows with one: a straight line on logarithmic axes."""
    notebook = nbformat.read(paths.solution(MODEL), as_version=4)
    answers = loads(store.run(MODEL, runner.sources(notebook, hidden=False)).answers)
    losses = answers["ols_train"][100::100]
    ratios = [after / before for before, after in pairwise(losses)]

    assert max(ratios) < 1.01 * min(ratios)
    assert answers["ols_end"][:2] == pytest.approx([0.77, -0.56], rel=0.01)


def test_prints_of_a_lesson_hold_no_error_that_is_not_meant(store):
    for lesson in paths.lessons():
        notebook = nbformat.read(paths.solution(lesson), as_version=4)
        done = store.run(lesson, runner.sources(notebook, hidden=False))
        shown = "".join(o.get("text", "") for outputs in done.outputs.values() for o in outputs)

        assert not re.search(r"no picture of|does not race", shown), lesson
