"""Exercises of 02_descent: walking downhill by hand."""

from collections.abc import Callable
from functools import partial
from random import Random

import numpy as np

from grader.judge import catalogue as known
from grader.judge import walks
from grader.judge.exercises.lookback import REFLECTION, quiz
from grader.judge.functions import FUNCTIONS
from grader.judge.model import Answer, Crash, Exercise, Givens, Key, Misconception, Mistake
from grader.judge.patterns import Holds, Lacks, NotCount, NotNext, NotZero, Precedes
from grader.judge.rules import BY_HAND
from grader.judge.trails import walk_mistakes

SQUARE = FUNCTIONS["square"]
ABS_CUBE = FUNCTIONS["abs_cube"]
SKEWED = FUNCTIONS["function_skewed"]


# --------------------------------------------------------------------------- p3

P3 = Exercise(
    id="p3",
    prediction=True,
    title="Predict: three steps",
    points=10,
    keys=(Key("p3", "the three points", atol=0.06),),
    reference=lambda givens: {"p3": [13.5, 12.15, 10.935]},
    mistakes=(
        Mistake(known.FIRST_SLOPE, lambda g: {"p3": [13.5, 12.0, 10.5]}),
        Mistake(known.HALF_SLOPE, lambda g: {"p3": [14.25, 13.5375, 12.860625]}),
        Mistake(known.CLIMBS, lambda g: {"p3": [16.5, 18.15, 19.965]}),
        Mistake(known.STARTS_WITH_START, lambda g: {"p3": [15.0, 13.5, 12.15]}),
        Mistake(known.STARTS_WITH_START, lambda g: {"p3": [15.0, 13.5, 12.15, 10.935]}),
        Mistake(known.RATE_FORGOTTEN, lambda g: {"p3": [-15.0, 15.0, -15.0]}),
        Mistake(known.DOUBLED, lambda g: {"p3": [12.0, 9.6, 7.68]}),
        Mistake(known.NEVER_CLEARED, lambda g: {"p3": [13.5, 10.65, 6.735]}),
        Mistake(known.SLOPE_FORGOTTEN, lambda g: {"p3": [14.95, 14.9, 14.85]}),
        Mistake(known.STEP_FOR_POINT, lambda g: {"p3": [1.5, 1.35, 1.215]}),
        Mistake(known.VALUE_FOR_PLACE, lambda g: {"p3": [182.25, 147.6225, 119.574225]}),
    ),
    hints=(
        "What is the slope of the function at the point you stand on?",
        "Compute the slope anew at each point, multiply it by lr, subtract.",
        "Each step removes the same fraction of x.",
    ),
)

# --------------------------------------------------------------------------- loop_order

# A  y = f(x)              C  with torch.no_grad():    E  x.grad.zero_()           G  x -= lr * x.grad
# B  x = torch.tensor(..)  D  for k in range(steps):   F  x = x - lr * x.grad      H  y.backward()
# I  y = f(x) before the loop (not indented)
RIGHT_ORDERS = ("BDAHCGE",)
LINE_MISSING = Misconception(
    "line missing or doubled",
    "One of the needed lines is not there, or one is there twice.",
    "Start, loop, forward, backward, step, clearing: which of them is missing?",
)
LOOP_FIRST = Misconception(
    "start inside the loop",
    "The line that makes x comes after the line that begins the loop.",
    "How often may x be made?",
)
BACKWARD_FIRST = Misconception(
    "backward before forward",
    "backward() comes before the loss that it starts from.",
    "Which number does backward() start from, and which line computes it?",
)
OUTSIDE_NO_GRAD = Misconception(
    "step outside no_grad",
    "The update does not stand directly under the with line that belongs to it.",
    "Which line is indented under torch.no_grad?",
)

LOOP_ORDER = Exercise(
    id="loop_order",
    title="Seven lines in order",
    points=10,
    keys=(Key("loop_order", "the order", kind="words", case="upper"),),
    reference=lambda givens: {"loop_order": list(RIGHT_ORDERS[0])},
    accepts=lambda values, givens: "".join(values["loop_order"]) in RIGHT_ORDERS,
    mistakes=(
        Mistake(known.CLEARED_EARLY, lambda g: {"loop_order": list("BDAHECG")}),
        Mistake(known.CLEARED_EARLY, lambda g: {"loop_order": list("BDAECGH")}),
        Mistake(known.GRAD_IS_NONE, lambda g: {"loop_order": list("BDEAHCG")}),
        Mistake(known.GRAD_IS_NONE, lambda g: {"loop_order": list("BDAEHCG")}),
        *(
            Mistake(known.GRAD_IS_NONE, lambda g, order=order: {"loop_order": list(order)})
            for order in ("BDACGHE", "BDACGEH", "BDCGAHE", "BEDAHCG")
        ),
        Mistake(known.GRAPH_REUSED, lambda g: {"loop_order": list("BADHCGE")}),
        Mistake(OUTSIDE_NO_GRAD, lambda g: {"loop_order": list("BDAHGCE")}),
        Mistake(known.REBOUND, lambda g: {"loop_order": Holds("F")}),
        Mistake(known.GRAPH_REUSED, lambda g: {"loop_order": Holds("I")}),
        Mistake(known.NEVER_CLEARED, lambda g: {"loop_order": Lacks("E")}),
        Mistake(LINE_MISSING, lambda g: {"loop_order": NotCount(7)}),
        Mistake(LOOP_FIRST, lambda g: {"loop_order": Precedes("D", "B")}),
        Mistake(BACKWARD_FIRST, lambda g: {"loop_order": Precedes("H", "A")}),
        Mistake(OUTSIDE_NO_GRAD, lambda g: {"loop_order": NotNext("C", "G")}),
    ),
    hints=(
        "Which two lines do not belong to the program at all?",
        "Forward, backward, step, clear: that is one round of the loop.",
        "Before the loop stands one line only, the one that makes x.",
    ),
)

# --------------------------------------------------------------------------- gd_abs_cube


def _cube_walk(kind: Callable, g: Givens, extra: int) -> np.ndarray:
    return kind(ABS_CUBE, g["x0"], g["lr"], g["iterations"] + extra)


def _cube_record(xs: np.ndarray, ys: np.ndarray) -> Answer:
    return {"cube_x": xs, "cube_y": ys}


def _cube_right(g: Givens) -> Answer:
    xs = _cube_walk(walks.descend, g, 0)
    start = np.array([g["x0"], abs(g["x0"]) ** 3])
    return _cube_record(xs, walks.values(ABS_CUBE, xs)) | {"cube_zero": start}


def _cube_without_abs(g: Givens) -> Answer:
    f = FUNCTIONS["cube"]
    xs = walks.descend(f, g["x0"], g["lr"], g["iterations"])
    return {"cube_x": xs}


def _draw_cube(rng: Random) -> Givens:
    return {
        "x0": round(rng.uniform(-8.0, -5.0), 1),
        "lr": round(rng.uniform(0.004, 0.012), 4),
        "iterations": rng.randint(6, 9),
    }


GD_ABS_CUBE = Exercise(
    id="gd_abs_cube",
    function="gd_abs_cube",
    title="By hand",
    points=20,
    givens={"x0": 7.0, "lr": 0.01, "iterations": 10},
    draw=_draw_cube,
    keys=(
        Key("cube_x", "x", kind="path"),
        Key("cube_y", "y", kind="path"),
        Key("cube_zero", "x and y of a walk of no steps"),
    ),
    reference=_cube_right,
    rules=(BY_HAND,),
    crashes=(
        Crash(known.EMPTY_SLOTS, "RuntimeError", "only one element tensors can be converted"),
        Crash(known.EMPTY_SLOTS, "RuntimeError", "cannot be converted to Scalar", r"torch\.Tensor\("),
    ),
    mistakes=(
        Mistake(known.MISSES_ABS, _cube_without_abs),
        *walk_mistakes(_cube_walk, _cube_record, lambda g: ABS_CUBE),
    ),
    hints=(
        "Which five lines make one round: forward, backward, step, clear, record?",
        "The loss is cube(x).abs(); the step stands under torch.no_grad() and changes x in place.",
        "Record the start before the loop, and after each step record x and the loss at that same x, as numbers.",
    ),
)

# --------------------------------------------------------------------------- make_gradient_step


def _step_walk(kind: Callable, g: Givens, extra: int) -> np.ndarray:
    return kind(FUNCTIONS[g["function"]], g["start"], g["alpha"], g["steps"] + extra)


def _step_record(xs: np.ndarray, fs: np.ndarray) -> Answer:
    return {"var_history_1": xs, "fn_history_1": fs}


def _step_answer(kind: Callable, g: Givens, **changed) -> Answer:
    xs = _step_walk(kind, {**g, **changed}, 0)
    return _step_record(xs, walks.values(FUNCTIONS[g["function"]], xs))


def _steps_with_other_slope(g: Givens) -> Answer:
    xs = walks.descend(FUNCTIONS["bowl"], g["start"], g["alpha"], g["steps"])
    return {"var_history_1": xs}


def _draw_step(rng: Random) -> Givens:
    return {
        "function": rng.choice(["function_tilted", "function_skewed"]),
        "start": [round(rng.uniform(3.0, 6.0), 2), round(rng.uniform(-9.0, -6.5), 2)],
        "alpha": round(rng.uniform(0.004, 0.009), 4),
        "steps": rng.randint(15, 25),
    }


MAKE_GRADIENT_STEP = Exercise(
    id="make_gradient_step",
    function="make_gradient_step",
    title="One step as a function",
    points=25,
    givens={"function": "bowl", "start": (8.0, 8.0), "alpha": 0.001, "steps": 500},
    draw=_draw_step,
    keys=(
        Key("var_history_1", "X", kind="path", last_optional=True),
        Key("fn_history_1", "the value", kind="path", last_optional=True),
        Key("grad_left", "the gradient left in X", optional=True),
    ),
    reference=lambda g: _step_answer(walks.descend, g) | {"grad_left": np.zeros(2)},
    rules=(BY_HAND,),
    mistakes=(
        Mistake(known.NEVER_CLEARED, lambda g: _step_answer(walks.never_clear, g)),
        Mistake(known.BACKWARD_ONLY, lambda g: _step_answer(walks.stay, g)),
        Mistake(known.CLEARED_EARLY, lambda g: _step_answer(walks.stay, g)),
        Mistake(known.FIRST_SLOPE, lambda g: _step_answer(walks.keep_first_slope, g)),
        Mistake(known.CLIMBS, lambda g: _step_answer(walks.climb, g)),
        Mistake(known.DOUBLED, lambda g: _step_answer(walks.step_twice, g)),
        Mistake(known.HALF_SLOPE, lambda g: _step_answer(walks.halve_slope, g)),
        Mistake(known.SIGN_ONLY, lambda g: _step_answer(walks.sign_only, g)),
        Mistake(known.SIGN_ONLY, lambda g: _step_answer(walks.unit_steps, g)),
        Mistake(known.RATE_FORGOTTEN, lambda g: _step_answer(walks.descend, g, alpha=1.0)),
        Mistake(known.RATE_FIXED, lambda g: _step_answer(walks.descend, g, alpha=0.001)),
        Mistake(known.FUNCTION_FIXED, _steps_with_other_slope),
        Mistake(known.LEFT_FULL, lambda g: {"grad_left": NotZero()}),
    ),
    hints=(
        "Which lines of the loop you wrote by hand make up one step?",
        "Compute the value, call backward(), change X in place under torch.no_grad(), empty the gradient.",
        "X -= alpha * X.grad changes the numbers inside the tensor that the caller holds; X = X - ... would not.",
    ),
)

# --------------------------------------------------------------------------- var_history_2


def _skewed_walk(kind: Callable, g: Givens, extra: int) -> np.ndarray:
    return kind(SKEWED, g["start"], g["lr"], g["steps"] + extra)


def _skewed_record(xs: np.ndarray, fs: np.ndarray) -> Answer:
    return {"var_history_2": xs, "fn_history_2": fs}


def _skewed_answer(kind: Callable, g: Givens) -> Answer:
    xs = _skewed_walk(kind, g, 0)
    return _skewed_record(xs, walks.values(SKEWED, xs))


def _draw_skewed(rng: Random) -> Givens:
    return {
        "start": [round(rng.uniform(4.0, 9.0), 2), round(rng.uniform(-9.0, -5.0), 2)],
        "lr": round(rng.uniform(0.001, 0.006), 4),
        "steps": rng.randint(20, 40),
    }


VAR_HISTORY_2 = Exercise(
    id="var_history_2",
    title="A narrow valley",
    points=20,
    givens={"start": (8.0, 8.0), "lr": 0.001, "steps": 500},
    draw=_draw_skewed,
    keys=(
        Key("var_history_2", "v", kind="path", last_optional=True),
        Key("fn_history_2", "f(v)", kind="path", last_optional=True),
    ),
    reference=partial(_skewed_answer, walks.descend),
    rules=(BY_HAND,),
    mistakes=(
        *walk_mistakes(_skewed_walk, _skewed_record, lambda g: SKEWED),
        Mistake(known.NOT_SYMMETRIC, partial(_skewed_answer, walks.twice_the_matrix)),
        Mistake(known.COORDINATE_BY_COORDINATE, partial(_skewed_answer, walks.one_by_one)),
    ),
    hints=(
        "In which order do recording, backward, step and clearing come in one round?",
        "Record first: a copy of v and the value f(v) as a number, both before the step.",
        "v.detach().clone() is a copy; a list of v itself would hold one tensor many times.",
    ),
)

# --------------------------------------------------------------------------- x_iters


def _table(g: Givens, kind: Callable = walks.descend) -> np.ndarray:
    return kind(SQUARE, g["start"], g["lr"], g["steps"] + g["every"] + 1)


def rows(g: Givens, shift: int = 0, shift_y: int | None = None, kind: Callable = walks.descend) -> Answer:
    """Return the table with x taken `shift` and y `shift_y` steps off the right moment; the start stays."""
    xs, at = _table(g, kind), np.arange(g["every"], g["steps"] + 1, g["every"])
    x_at = np.concatenate([[0], at + shift])
    y_at = x_at if shift_y is None else np.concatenate([[0], at + shift_y])
    return {"x_iters": xs[x_at], "y_hist": xs[y_at] ** 2}


def rows_from_zero(g: Givens) -> Answer:
    """Return the table of a count that begins at zero, with the row after the update."""
    xs = _table(g)[np.concatenate([[0], np.arange(1, g["steps"] + 1, g["every"])])]
    return {"x_iters": xs, "y_hist": xs**2}


def rows_cut(g: Givens) -> Answer:
    """Return the table without its start."""
    return {name: row[1:] for name, row in rows(g).items()}


def rows_exchanged(g: Givens) -> Answer:
    """Return the table with its columns exchanged."""
    right = rows(g)
    return {"x_iters": right["y_hist"], "y_hist": right["x_iters"]}


def rows_all(g: Givens) -> Answer:
    """Return the table with a row for every step."""
    xs = _table(g)[: g["steps"] + 1]
    return {"x_iters": xs, "y_hist": xs**2}


def draw_table(rng: Random) -> Givens:
    """Return other givens for a table: whole rows, and a rate that converges."""
    every = rng.randint(4, 9)
    return {
        "start": round(rng.uniform(6.0, 20.0), 1),
        "lr": round(rng.uniform(0.02, 0.06), 3),
        "steps": every * rng.randint(4, 6),
        "every": every,
    }


TABLE_MISTAKES = (
    Mistake(known.TWO_MOMENTS, lambda g: rows(g, shift_y=-1)),
    Mistake(known.TWO_MOMENTS, lambda g: rows(g, shift=-1, shift_y=0)),
    Mistake(known.ONE_STEP_EARLY, lambda g: rows(g, shift=-1)),
    Mistake(known.COUNTS_FROM_ZERO, rows_from_zero),
    Mistake(known.START_MISSING, rows_cut),
    Mistake(known.EVERY_STEP, rows_all),
    Mistake(known.NEVER_CLEARED, lambda g: rows(g, kind=walks.never_clear)),
    Mistake(known.CLIMBS, lambda g: rows(g, kind=walks.climb)),
    Mistake(known.BACKWARD_ONLY, lambda g: rows(g, kind=walks.stay)),
    Mistake(known.DOUBLED, lambda g: rows(g, kind=walks.step_twice)),
    Mistake(known.RATE_FORGOTTEN, lambda g: rows({**g, "lr": 1.0})),
    Mistake(known.LISTS_EXCHANGED, rows_exchanged),
)
TABLE_GIVENS = {"start": 15.0, "lr": 0.05, "steps": 100, "every": 20}
TABLE_KEYS = (Key("x_iters", "x", kind="path", counts="rows"), Key("y_hist", "y", kind="path", counts="rows"))

X_ITERS = Exercise(
    id="x_iters",
    title="Repair a table",
    points=15,
    givens=TABLE_GIVENS,
    draw=draw_table,
    keys=TABLE_KEYS,
    reference=rows,
    rules=(BY_HAND,),
    mistakes=TABLE_MISTAKES,
    hints=(
        "At which x was the y of each row computed?",
        "After the step x is new, so y must be computed again before the row is stored.",
        "Store x and its square together, right after the update, when the number of updates is a multiple of every.",
    ),
)

# --------------------------------------------------------------------------- gradient_descent


def _descent_walk(kind: Callable, g: Givens, extra: int) -> np.ndarray:
    return kind(FUNCTIONS[g["f"]], g["x0"], g["lr"], g["steps"] + extra)


def _descent_record(xs: np.ndarray, fs: np.ndarray) -> Answer:
    return {"descent_xs": xs, "descent_fs": fs}


FEW = 3


def _stop(g: Givens) -> int:
    """Return the number of steps after which f is below tol for the first time, at most `steps`."""
    fs = walks.values(FUNCTIONS[g["f"]], _descent_walk(walks.descend, g, 0))
    below = np.flatnonzero(fs < g["tol"])
    return int(below[0]) if below.size else g["steps"]


def _descent_right(g: Givens) -> Answer:
    xs = _descent_walk(walks.descend, g, 0)
    return _descent_record(xs, walks.values(FUNCTIONS[g["f"]], xs)) | {
        "stopped_after": _stop(g),
        "x0_after": np.array(g["x0"], dtype=float),
        "no_steps": np.array([g["x0"]], dtype=float),
        "few_steps": FEW,
        "parabola_stops": [20.0, 6.0, 0.0],
    }


def _descent_path(g: Givens) -> Answer:
    return {"descent_xs": _descent_right(g)["descent_xs"]}


def _draw_descent(rng: Random) -> Givens:
    givens = {
        "f": rng.choice(["function_skewed", "function_tilted"]),
        "x0": [round(rng.uniform(3.0, 6.0), 2), round(rng.uniform(-9.0, -6.5), 2)],
        "lr": round(rng.uniform(0.004, 0.009), 4),
        "steps": rng.randint(15, 25),
    }
    fs = walks.values(FUNCTIONS[givens["f"]], _descent_walk(walks.descend, givens, 0))
    stop = rng.randint(5, givens["steps"] - 4)
    return givens | {"tol": float(f"{np.sqrt(fs[stop] * fs[stop - 1]):.4g}")}


GRADIENT_DESCENT = Exercise(
    id="gradient_descent",
    function="gradient_descent",
    title="The whole walk as a function",
    points=20,
    givens={"f": "square", "x0": 15.0, "lr": 0.05, "steps": 100, "tol": 1e-6},
    draw=_draw_descent,
    keys=(
        Key("descent_xs", "x", kind="path"),
        Key("descent_fs", "f(x)", kind="path"),
        Key("stopped_after", "steps taken with tol"),
        Key("x0_after", "x0 after the call"),
        Key("no_steps", "the points of a walk of no steps", kind="path"),
        Key("few_steps", "steps taken when too few are allowed for tol", optional=True),
        Key("parabola_stops", "steps on the parabola, without tol, with zero, and from below it", optional=True),
    ),
    reference=_descent_right,
    rules=(BY_HAND,),
    mistakes=(
        *walk_mistakes(_descent_walk, _descent_record, lambda g: FUNCTIONS[g["f"]]),
        Mistake(known.LATE_STOP, lambda g: {"stopped_after": _stop(g) + 1}),
        Mistake(known.NEVER_STOPS, lambda g: {**_descent_path(g), "stopped_after": g["steps"]}),
        Mistake(known.STEPS_IGNORED, lambda g: {"few_steps": _stop(g)}),
        Mistake(known.LATE_STOP, lambda g: {"parabola_stops": [20.0, 6.0, 1.0]}),
        Mistake(known.ZERO_FOR_NONE, lambda g: {"parabola_stops": [20.0, 20.0, 20.0]}),
        Mistake(known.ZERO_FOR_NONE, lambda g: {"parabola_stops": [6.0, 6.0, 0.0]}),
        Mistake(known.SIZE_FOR_VALUE, lambda g: {"parabola_stops": [20.0, 20.0, 20.0]}),
        Mistake(known.X_CHANGED, lambda g: {"x0_after": _descent_walk(walks.descend, g, 0)[_stop(g)]}),
    ),
    hints=(
        "What does a Path hold before the first step, and who owns the tensor x0?",
        "Make your own copy: x = x0.clone().detach().requires_grad_(), so that the caller's tensor stays as it is.",
        "After each step, and before the first, record x and f(x); leave the loop as soon as f(x) < tol.",
    ),
)

EXERCISES = (
    P3,
    LOOP_ORDER,
    GD_ABS_CUBE,
    MAKE_GRADIENT_STEP,
    VAR_HISTORY_2,
    X_ITERS,
    GRADIENT_DESCENT,
    quiz(
        "bacbc",
        "one line moves x, and it is not backward().",
        "the move itself must not become part of the graph.",
        "each backward() adds to what is in x.grad.",
        "a list that holds one tensor many times shows its last value many times.",
        "count the start as well.",
    ),
    REFLECTION,
)
