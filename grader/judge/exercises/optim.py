"""Exercises of 04_optim: the same walk, packaged by torch.optim."""

from collections.abc import Callable
from functools import partial
from random import Random

import numpy as np

from grader.judge import catalogue as known
from grader.judge import faults, optimizers, walks
from grader.judge.exercises.descent import TABLE_GIVENS, TABLE_KEYS, TABLE_MISTAKES, draw_table, rows
from grader.judge.exercises.lookback import REFLECTION, quiz
from grader.judge.functions import FUNCTIONS, Function
from grader.judge.model import Answer, Crash, Exercise, Givens, Key, Mistake
from grader.judge.rules import STEPPED, WITH_OPTIM
from grader.judge.trails import Trail, recording_mistakes, trail, walk_mistakes

SKEWED = FUNCTIONS["function_skewed"]


def without(mistakes: tuple[Mistake, ...], *misconceptions) -> tuple[Mistake, ...]:
    """Return the mistakes but those of some misconceptions, which have another name here."""
    return tuple(mistake for mistake in mistakes if mistake.misconception not in misconceptions)


# --------------------------------------------------------------------------- x_iters_sgd

X_ITERS_SGD = Exercise(
    id="x_iters_sgd",
    title="The table again, packaged",
    points=10,
    givens=TABLE_GIVENS,
    draw=draw_table,
    keys=TABLE_KEYS,
    reference=rows,
    rules=(WITH_OPTIM, STEPPED),
    mistakes=(
        Mistake(known.NOT_STEPPED, lambda g: rows(g, kind=walks.stay)),
        Mistake(known.RATE_DEFAULT, lambda g: rows({**g, "lr": 0.001})),
        *without(TABLE_MISTAKES, known.BACKWARD_ONLY),
    ),
    hints=(
        "Which two lines of the loop by hand does the optimizer replace, and with which calls?",
        "Build torch.optim.SGD([x], lr=lr) once, before the loop; inside: zero_grad, forward, backward, step.",
        "After optimizer.step(), when the number of steps done is a multiple of every, store x and its square.",
    ),
)

# --------------------------------------------------------------------------- var_history_3


def _sgd_walk(kind: Callable, g: Givens, extra: int) -> np.ndarray:
    return kind(SKEWED, g["start"], g["lr"], g["steps"] + extra)


def _record_3(xs: np.ndarray, fs: np.ndarray) -> Answer:
    return {"var_history_3": xs, "fn_history_3": fs}


def _draw_sgd(rng: Random) -> Givens:
    return {
        "start": [round(rng.uniform(4.0, 9.0), 2), round(rng.uniform(-9.0, -5.0), 2)],
        "lr": round(rng.uniform(0.002, 0.006), 4),
        "steps": rng.randint(20, 40),
    }


VAR_HISTORY_3 = Exercise(
    id="var_history_3",
    title="Your loop, packaged",
    points=20,
    givens={"start": (8.0, 8.0), "lr": 0.001, "steps": 500},
    draw=_draw_sgd,
    keys=(
        Key("var_history_3", "v", kind="path", last_optional=True),
        Key("fn_history_3", "f(v)", kind="path", last_optional=True),
    ),
    reference=lambda g: _record_3(*trail(SKEWED, _sgd_walk(walks.descend, g, 0))),
    rules=(WITH_OPTIM, STEPPED),
    mistakes=(
        Mistake(
            known.RATE_DEFAULT, lambda g: _record_3(*trail(SKEWED, _sgd_walk(walks.descend, {**g, "lr": 0.001}, 0)))
        ),
        Mistake(known.NOT_STEPPED, lambda g: _record_3(*trail(SKEWED, _sgd_walk(walks.stay, g, 0)))),
        *without(walk_mistakes(_sgd_walk, _record_3, lambda g: SKEWED), known.BACKWARD_ONLY, known.CLEARED_EARLY),
    ),
    hints=(
        "At which place of the loop is the point recorded, so that point and value belong together?",
        "zero_grad, value, record both, backward, step: in this order everything is of one moment.",
        "Store v.detach().clone() and value.item() after the value is computed and before optimizer.step().",
    ),
)

# --------------------------------------------------------------------------- first_step, var_history_4

FIRST_STEP = Exercise(
    id="first_step",
    title="Predict: the first step of Adam",
    points=5,
    prediction=True,
    partial=True,
    keys=(
        Key("step_length", "how far each coordinate moves", rtol=0.02),
        Key("x1_moves", "the way of x1", kind="word"),
    ),
    reference=lambda givens: {"step_length": 1.0, "x1_moves": "away"},
    mistakes=(
        Mistake(known.STEP_GROWS_WITH_SLOPE, lambda g: {"step_length": 400.0}),
        Mistake(known.STEP_GROWS_WITH_SLOPE, lambda g: {"step_length": 80.0}),
        Mistake(known.RATE_DEFAULT, lambda g: {"step_length": 0.001}),
        Mistake(known.AIMS_AT_MINIMUM, lambda g: {"x1_moves": "towards"}),
    ),
    hints=(
        "Adam divides the smoothed slope by the root of the smoothed square: what is that in the first step?",
        "A number divided by its own size is plus or minus one.",
        "The slope in x1 is negative at this point, and a step goes against the slope.",
    ),
)


def _adamw(g: Givens, extra: int = 0, f: Function = SKEWED, **changed) -> np.ndarray:
    hyper = {"lr": g["lr"], "weight_decay": g["weight_decay"]} | changed
    return optimizers.adamw(f, g["start"], g["steps"] + extra, **hyper)


def _adamw_right(g: Givens) -> Trail:
    return trail(SKEWED, _adamw(g, 1))


def _record_4(xs: np.ndarray, fs: np.ndarray) -> Answer:
    return {"var_history_4": xs, "fn_history_4": fs}


def _recorded_4(walk: Callable[[Givens], np.ndarray]) -> Callable[[Givens], Answer]:
    return lambda g: _record_4(*trail(SKEWED, walk(g)))


def _rebuilt(g: Givens) -> np.ndarray:
    rule = partial(optimizers.adamw, lr=g["lr"], weight_decay=g["weight_decay"])
    return faults.rebuilt(rule, SKEWED, g["start"], g["steps"])


def _draw_adamw(rng: Random) -> Givens:
    return {
        "start": [round(rng.uniform(5.0, 9.0), 2), round(rng.uniform(-9.0, -5.0), 2)],
        "lr": round(rng.uniform(0.1, 0.6), 2),
        "weight_decay": round(rng.uniform(0.03, 0.2), 3),
        "steps": rng.randint(15, 25),
    }


VAR_HISTORY_4 = Exercise(
    id="var_history_4",
    title="AdamW in the valley",
    points=15,
    givens={"start": (8.0, 8.0), "lr": 1.0, "weight_decay": 0.01, "steps": 500},
    draw=_draw_adamw,
    keys=(
        Key("var_history_4", "v", kind="path", last_optional=True, rtol=1e-4, atol=1e-4),
        Key("fn_history_4", "f(v)", kind="path", last_optional=True, rtol=1e-3, atol=1e-2),
    ),
    reference=_recorded_4(_adamw),
    rules=(WITH_OPTIM, STEPPED),
    mistakes=(
        Mistake(known.NOT_STEPPED, _recorded_4(lambda g: walks.stay(SKEWED, g["start"], 0, g["steps"]))),
        Mistake(known.NO_DECAY, _recorded_4(lambda g: _adamw(g, weight_decay=0.0))),
        Mistake(
            known.DECAY_IN_GRADIENT,
            _recorded_4(
                lambda g: optimizers.adam(SKEWED, g["start"], g["steps"], lr=g["lr"], weight_decay=g["weight_decay"])
            ),
        ),
        Mistake(known.DECAY_DEFAULT, _recorded_4(lambda g: _adamw(g, weight_decay=0.01))),
        Mistake(known.RATE_DEFAULT, _recorded_4(lambda g: _adamw(g, lr=0.001))),
        Mistake(known.BETAS_SWAPPED, _recorded_4(lambda g: _adamw(g, betas=(0.999, 0.9)))),
        Mistake(known.NEVER_CLEARED, _recorded_4(lambda g: _adamw(g, f=optimizers.accumulating(SKEWED)))),
        Mistake(known.REBUILT, _recorded_4(_rebuilt)),
        Mistake(known.PLAIN_DESCENT, _recorded_4(lambda g: walks.descend(SKEWED, g["start"], g["lr"], g["steps"]))),
        *recording_mistakes(_adamw_right, _record_4),
    ),
    hints=(
        "What changes in the loop of the exercise before, and which givens does the optimizer take?",
        "Only the line that builds the optimizer changes: torch.optim.AdamW with lr and weight_decay.",
        "Record before the step, as before: a copy of v, and the value at that v.",
    ),
)

# --------------------------------------------------------------------------- mse_fate, cube_l1

MSE_FATE = Exercise(
    id="mse_fate",
    title="Predict: the squared error",
    points=5,
    prediction=True,
    keys=(Key("mse_fate", "the fate of the walk", kind="word"),),
    reference=lambda givens: {"mse_fate": "C"},
    mistakes=(
        Mistake(known.NEVER_CONVERGES_BACK, lambda g: {"mse_fate": "A"}),
        Mistake(known.NEVER_CONVERGES_BACK, lambda g: {"mse_fate": "B"}),
        Mistake(known.SLOPE_OVERLOOKED, lambda g: {"mse_fate": "D"}),
        Mistake(known.SLOWLY_UP, lambda g: {"mse_fate": "E"}),
    ),
    hints=(
        "Write down the slope of the squared error at the start: which power of x is it?",
        "Multiply it by the rate and compare with x itself.",
        "The first step is thousands long; from there the slope is larger still.",
    ),
)


def _size(target: float) -> Function:
    """Return |x**3 - target|, with the sign of the difference in its gradient."""
    return Function(lambda x: np.abs(x**3 - target), lambda x: np.sign(x**3 - target) * 3 * x**2)


def _squared(target: float) -> Function:
    """Return the squared error of x**3."""
    return Function(lambda x: (x**3 - target) ** 2, lambda x: 2 * (x**3 - target) * 3 * x**2)


def _losses(g: Givens, kind: Callable = walks.descend, lr: float | None = None, target: float | None = None, extra=0):
    f = _size(g["y_target"])
    moved = f if target is None else _size(target)
    return walks.values(f, kind(moved, g["x0"], lr or g["lr"], g["iterations"] + extra))


def _mse_losses(g: Givens) -> np.ndarray:
    f = _squared(g["y_target"])
    return walks.values(f, walks.descend(f, g["x0"], g["lr"], g["iterations"]))


PROBE_TARGET = 0.5


def _probe(shown: Function, moved: Function | None = None) -> np.ndarray:
    """Return the losses of a short walk from 1.2 that the notebook makes with another loss function."""
    return walks.values(shown, walks.descend(moved or shown, 1.2, 0.01, 5))


def _draw_cube(rng: Random) -> Givens:
    return {
        "x0": round(rng.uniform(6.0, 8.0), 1),
        "lr": round(rng.uniform(0.004, 0.008), 4),
        "iterations": rng.randint(6, 9),
        "y_target": round(rng.uniform(-9.0, -2.0), 1),
    }


CUBE_L1 = Exercise(
    id="cube_l1",
    title="Optimizer and loss function",
    function="cube_l1",
    points=10,
    givens={"x0": 8.0, "lr": 0.01, "iterations": 10, "y_target": 0.0},
    draw=_draw_cube,
    keys=(
        Key("cube_l1", "the loss", kind="path"),
        Key("cube_mse", "the squared error", kind="path", optional=True),
    ),
    reference=lambda g: {"cube_l1": _losses(g), "cube_mse": _probe(_squared(PROBE_TARGET))},
    crashes=(Crash(known.TARGET_NO_TENSOR, "AttributeError", "'float' object has no attribute 'size'"),),
    rules=(WITH_OPTIM, STEPPED),
    mistakes=(
        Mistake(known.NEVER_CLEARED, lambda g: {"cube_l1": _losses(g, walks.never_clear)}),
        Mistake(known.NOT_STEPPED, lambda g: {"cube_l1": _losses(g, walks.stay)}),
        Mistake(known.RATE_DEFAULT, lambda g: {"cube_l1": _losses(g, lr=0.001)}),
        Mistake(known.CLIMBS, lambda g: {"cube_l1": _losses(g, walks.climb)}),
        Mistake(known.AFTER_THE_STEP, lambda g: {"cube_l1": _losses(g, extra=1)[1:]}),
        Mistake(known.LOSS_FIXED, lambda g: {"cube_mse": _probe(_size(PROBE_TARGET))}),
        Mistake(known.LOSS_FIXED, lambda g: {"cube_mse": _probe(_squared(PROBE_TARGET), _size(PROBE_TARGET))}),
        Mistake(known.START_MISSING, lambda g: {"cube_l1": _losses(g)[1:]}),
        Mistake(known.STARTS_WITH_START, lambda g: {"cube_l1": np.append(_losses(g)[:1], _losses(g)[:-1])}),
        Mistake(known.ONE_TOO_FEW, lambda g: {"cube_l1": _losses(g)[:-1]}),
        Mistake(known.TARGET_IGNORED, lambda g: {"cube_l1": walks.values(_size(0.0), _zero_walk(g))}),
        Mistake(known.TARGET_IGNORED, lambda g: {"cube_mse": _probe(_squared(0.0))}),
        Mistake(known.TARGET_IGNORED, lambda g: {"cube_mse": _probe(_size(0.0))}),
        Mistake(known.OTHER_LOSS, lambda g: {"cube_l1": _mse_losses(g)}),
        Mistake(
            known.RECORDS_POINT,
            lambda g: {"cube_l1": walks.descend(_size(g["y_target"]), g["x0"], g["lr"], g["iterations"])},
        ),
    ),
    hints=(
        "What does the loss function compare, and what does the optimizer move?",
        "loss = loss_function(cube(x), target), with the target as a tensor; the optimizer is SGD([x], lr=lr).",
        "Record loss.item() at the start and after each step: iterations plus one numbers.",
    ),
)


def _zero_walk(g: Givens) -> np.ndarray:
    return walks.descend(_size(0.0), g["x0"], g["lr"], g["iterations"])


# --------------------------------------------------------------------------- slowest, lineup

LINE_UP = {
    "SGD with momentum": lambda f, x, n: optimizers.sgd(f, x, n, lr=0.01, momentum=0.9),
    "Adam": lambda f, x, n: optimizers.adam(f, x, n, lr=0.01),
    "Adadelta": lambda f, x, n: optimizers.adadelta(f, x, n, lr=0.01),
    "Adagrad": lambda f, x, n: optimizers.adagrad(f, x, n, lr=0.01),
    "RMSprop": lambda f, x, n: optimizers.rmsprop(f, x, n, lr=0.01),
    "LBFGS": lambda f, x, n: optimizers.lbfgs(f, x, n, lr=0.01, history_size=10),
}

SLOWEST = Exercise(
    id="slowest",
    title="Predict: the slowest",
    points=5,
    prediction=True,
    keys=(Key("slowest", "the slowest", kind="word"),),
    reference=lambda givens: {"slowest": "Adadelta"},
    mistakes=(
        Mistake(known.NATURAL_RATE, lambda g: {"slowest": "Adam"}),
        Mistake(known.NATURAL_RATE, lambda g: {"slowest": "Adagrad"}),
        Mistake(known.NATURAL_RATE, lambda g: {"slowest": "RMSprop"}),
        Mistake(known.LOOKS_OVERLOOKED, lambda g: {"slowest": "LBFGS"}),
        Mistake(known.SLOPE_OVERLOOKED, lambda g: {"slowest": "SGD"}),
        Mistake(known.SLOPE_OVERLOOKED, lambda g: {"slowest": "SGD with momentum"}),
    ),
    hints=(
        "Which of these rules has a default rate of one, and why?",
        "One rule scales its step by the steps it made before, and before the first there were none.",
        "Look its default up: help(torch.optim.Adadelta).",
    ),
)


TWO = {
    "short": lambda f, x, n: optimizers.sgd(f, x, n, lr=0.02),
    "long": lambda f, x, n: optimizers.adam(f, x, n, lr=0.3),
}


def _ends(g: Givens, steps: int | None = None, rules: dict = LINE_UP) -> np.ndarray:
    n = g["steps"] if steps is None else steps
    return np.array([rule(FUNCTIONS[g["f"]], g["x0"], n)[-1] for rule in rules.values()])


def _chained_ends(g: Givens) -> np.ndarray:
    """Return the ends when every contestant goes on where the one before it stopped."""
    x, ends = g["x0"], []
    for rule in LINE_UP.values():
        x = rule(FUNCTIONS[g["f"]], x, g["steps"])[-1]
        ends.append(x)
    return np.array(ends)


def _accumulated_ends(g: Givens) -> np.ndarray:
    ends = [rule(optimizers.accumulating(FUNCTIONS[g["f"]]), g["x0"], g["steps"])[-1] for rule in LINE_UP.values()]
    return np.array(ends)


def _draw_line_up(rng: Random) -> Givens:
    return {
        "f": rng.choice(["parabola", "steep"]),
        "x0": round(rng.uniform(6.0, 12.0), 1),
        "steps": rng.randint(3, 8),
    }


LINEUP = Exercise(
    id="lineup",
    title="The line-up",
    function="line_up",
    points=10,
    givens={"f": "square", "x0": 15.0, "steps": 10},
    draw=_draw_line_up,
    keys=(
        Key("lineup", "where they stand", rtol=1e-4, atol=1e-4),
        Key("lineup_two", "where two others stand", rtol=1e-4, atol=1e-4, optional=True),
    ),
    reference=lambda g: {"lineup": _ends(g), "lineup_two": _ends(g, rules=TWO)},
    crashes=tuple(Crash(known.CONTESTANTS_FIXED, "KeyError", repr(name)) for name in TWO),
    mistakes=(
        Mistake(known.ONE_TOO_MANY, lambda g: {"lineup": _ends(g, g["steps"] + 1)}),
        Mistake(known.ONE_TOO_FEW, lambda g: {"lineup": _ends(g, g["steps"] - 1)}),
        Mistake(known.NOT_STEPPED, lambda g: {"lineup": np.full(6, g["x0"])}),
        Mistake(known.NEVER_CLEARED, lambda g: {"lineup": _accumulated_ends(g)}),
        Mistake(known.GOES_ON, lambda g: {"lineup": _chained_ends(g)}),
        Mistake(known.VALUE_FOR_PLACE, lambda g: {"lineup": walks.values(FUNCTIONS[g["f"]], _ends(g))}),
    ),
    hints=(
        "Which optimizer in the list needs a function for its step?",
        "Write a closure that clears, computes, calls backward and returns the loss; step(closure) works for all.",
        "Make a fresh x and a fresh optimizer for each name, or the second one goes on where the first one stopped.",
    ),
)

# --------------------------------------------------------------------------- run_lbfgs


def _lbfgs(g: Givens, f: Function | None = None, steps: int | None = None) -> np.ndarray:
    steps = g["steps"] if steps is None else steps
    return optimizers.lbfgs(f or FUNCTIONS[g["f"]], g["x0"], steps, lr=g["lr"])


def _lbfgs_rebuilt(g: Givens) -> Answer:
    rule = partial(optimizers.lbfgs, lr=g["lr"])
    return {"lbfgs_path": faults.rebuilt(rule, FUNCTIONS[g["f"]], g["x0"], g["steps"])}


def _lbfgs_aliased(g: Givens) -> Answer:
    """Return the path when only its start is a copy."""
    path = _lbfgs(g)
    return {"lbfgs_path": np.vstack([path[:1], np.broadcast_to(path[-1], (g["steps"], 2))])}


def _draw_lbfgs(rng: Random) -> Givens:
    return {
        "f": "function_tilted",
        "x0": [round(rng.uniform(3.0, 8.0), 2), round(rng.uniform(-8.0, -3.0), 2)],
        "lr": round(rng.uniform(0.05, 0.2), 2),
        "steps": rng.choice([2, 3, 5]),
    }


RUN_LBFGS = Exercise(
    id="run_lbfgs",
    title="A step that looks several times",
    function="run_lbfgs",
    points=20,
    givens={"f": "function_skewed", "x0": (8.0, 8.0), "lr": 0.1, "steps": 4},
    draw=_draw_lbfgs,
    keys=(Key("lbfgs_path", "v", kind="path", rtol=1e-3, atol=1e-3),),
    reference=lambda g: {"lbfgs_path": _lbfgs(g)},
    rules=(WITH_OPTIM, STEPPED),
    mistakes=(
        Mistake(known.NOT_STEPPED, lambda g: {"lbfgs_path": walks.stay(SKEWED, g["x0"], 0, g["steps"])}),
        Mistake(known.NEVER_CLEARED, lambda g: {"lbfgs_path": _lbfgs(g, optimizers.accumulating(FUNCTIONS[g["f"]]))}),
        Mistake(known.AFTER_THE_STEP, lambda g: {"lbfgs_path": _lbfgs(g, steps=g["steps"] + 1)[1:]}),
        Mistake(known.START_MISSING, lambda g: {"lbfgs_path": _lbfgs(g)[1:]}),
        Mistake(
            known.PLAIN_DESCENT,
            lambda g: {"lbfgs_path": walks.descend(FUNCTIONS[g["f"]], g["x0"], g["lr"], g["steps"])},
        ),
        Mistake(known.SAME_OBJECT, lambda g: {"lbfgs_path": np.broadcast_to(_lbfgs(g)[-1], (g["steps"] + 1, 2))}),
        Mistake(known.SAME_OBJECT, _lbfgs_aliased),
        Mistake(known.REBUILT, _lbfgs_rebuilt),
        Mistake(known.RATE_DEFAULT, lambda g: {"lbfgs_path": _lbfgs({**g, "lr": 1.0})}),
    ),
    hints=(
        "What has to happen each time LBFGS looks at the function?",
        "closure(): clear the gradient, compute the loss, call backward, return the loss.",
        "Then each round is one call, optimizer.step(closure), and one copy of the point.",
    ),
)

# --------------------------------------------------------------------------- two_speed


def _two_speed(
    g: Givens, lr_x: float | None = None, lr_y: float | None = None, slope: Callable | None = None
) -> Answer:
    f = FUNCTIONS[g["f"]]
    rates, slope = np.array([lr_x or g["lr_x"], lr_y or g["lr_y"]]), slope or f.gradient
    scaled = Function(f.value, lambda v: rates * slope(v), f.matrix)
    return {"two_speed": walks.descend(scaled, g["start"], 1.0, g["steps"])}


def _two_speed_uncleared(g: Givens) -> Answer:
    return _two_speed(g, slope=optimizers.accumulating(FUNCTIONS[g["f"]]).gradient)


def _two_speed_exchanged(g: Givens) -> Answer:
    """Give f the two coordinates in the other order."""
    return _two_speed(g, slope=lambda v: FUNCTIONS[g["f"]].gradient(v[::-1])[::-1])


def _draw_two_speed(rng: Random) -> Givens:
    return {
        "f": "function_tilted",
        "start": [round(rng.uniform(4.0, 8.0), 2), round(rng.uniform(-9.0, -5.0), 2)],
        "lr_x": round(rng.uniform(0.004, 0.008), 4),
        "lr_y": round(rng.uniform(0.0015, 0.003), 4),
        "steps": rng.randint(15, 25),
    }


TWO_SPEED = Exercise(
    id="two_speed",
    title="Two speeds",
    function="two_speed",
    points=8,
    givens={"f": "function_skewed", "start": (8.0, 8.0), "lr_x": 0.01, "lr_y": 0.002, "steps": 60},
    draw=_draw_two_speed,
    keys=(Key("two_speed", "v", kind="path"),),
    reference=_two_speed,
    rules=(WITH_OPTIM, STEPPED),
    mistakes=(
        Mistake(known.NEVER_CLEARED, _two_speed_uncleared),
        Mistake(known.RATES_SWAPPED, lambda g: _two_speed(g, g["lr_y"], g["lr_x"])),
        Mistake(known.COORDINATES_EXCHANGED, _two_speed_exchanged),
        Mistake(known.COORDINATES_EXCHANGED, lambda g: {"two_speed": _two_speed(g)["two_speed"][:, ::-1]}),
        Mistake(known.ONE_RATE, lambda g: _two_speed(g, g["lr_x"], g["lr_x"])),
        Mistake(known.ONE_RATE, lambda g: _two_speed(g, g["lr_y"], g["lr_y"])),
        Mistake(known.RATE_DEFAULT, lambda g: _two_speed(g, 0.001, 0.001)),
        Mistake(known.RATE_DEFAULT, lambda g: _two_speed(g, g["lr_x"], 0.001)),
        Mistake(known.RATE_DEFAULT, lambda g: _two_speed(g, 0.001, g["lr_y"])),
        Mistake(known.NOT_STEPPED, lambda g: {"two_speed": walks.stay(SKEWED, g["start"], 0, g["steps"])}),
        Mistake(known.START_MISSING, lambda g: {"two_speed": _two_speed(g)["two_speed"][1:]}),
    ),
    hints=(
        "How does an optimizer learn which rate belongs to which tensor?",
        "Give it a list of dictionaries: one with the params x and its lr, one with the params y and its lr.",
        "x and y are tensors of their own; f gets torch.stack([x, y]).",
    ),
)

# --------------------------------------------------------------------------- pause_and_resume

MAKERS = {
    "make_adam": lambda f, x, n: optimizers.adam(f, x, n, lr=0.5),
    "make_momentum": lambda f, x, n: optimizers.sgd(f, x, n, lr=0.002, momentum=0.9),
    "make_rmsprop": lambda f, x, n: optimizers.rmsprop(f, x, n, lr=0.3),
}


def _unbroken(g: Givens) -> np.ndarray:
    return MAKERS[g["make"]](FUNCTIONS[g["f"]], g["start"], g["n1"] + g["n2"])


def _restarted(g: Givens, at_start: bool) -> np.ndarray:
    rule, f = MAKERS[g["make"]], FUNCTIONS[g["f"]]
    first = rule(f, g["start"], g["n1"])
    second = rule(f, g["start"] if at_start else first[-1], g["n2"])
    return np.concatenate([first, second[1:]])


def _paused(g: Givens) -> Answer:
    xs = _unbroken(g)
    return {"paused": xs, "optimizers_built": 2, "paused_tensors": xs[[g["n1"], g["n1"] + g["n2"]]]}


def _uncleared_pause(g: Givens) -> Answer:
    f = optimizers.accumulating(FUNCTIONS[g["f"]])
    return {"paused": MAKERS[g["make"]](f, g["start"], g["n1"] + g["n2"])}


def _draw_pause(rng: Random) -> Givens:
    return {
        "make": rng.choice(["make_momentum", "make_rmsprop"]),
        "f": "function_tilted",
        "start": [round(rng.uniform(4.0, 8.0), 2), round(rng.uniform(-9.0, -5.0), 2)],
        "n1": rng.randint(5, 7),
        "n2": rng.randint(8, 10),
    }


PAUSE_AND_RESUME = Exercise(
    id="pause_and_resume",
    title="Pause and resume",
    function="pause_and_resume",
    points=12,
    givens={"make": "make_adam", "f": "function_skewed", "start": (8.0, 8.0), "n1": 20, "n2": 20},
    draw=_draw_pause,
    keys=(
        Key("paused", "v", kind="path", rtol=1e-4, atol=1e-4),
        Key("optimizers_built", "the number of optimizers built"),
        Key("paused_tensors", "the tensors of the first and the last optimizer", rtol=1e-4, atol=1e-4),
    ),
    reference=_paused,
    mistakes=(
        Mistake(known.STATE_LOST, lambda g: {"paused": _restarted(g, at_start=False)}),
        Mistake(known.POINT_LOST, lambda g: {"paused": _restarted(g, at_start=True)}),
        Mistake(known.NEVER_CLEARED, _uncleared_pause),
        Mistake(known.NO_PAUSE, lambda g: {"optimizers_built": 1}),
        Mistake(known.SAME_TENSOR, lambda g: {"paused_tensors": _paused(g)["paused_tensors"][[1, 0]]}),
        Mistake(known.SAME_TENSOR, lambda g: {"paused_tensors": _paused(g)["paused_tensors"][[1, 1]]}),
        Mistake(known.START_MISSING, lambda g: {"paused": _unbroken(g)[1:]}),
        Mistake(known.NOT_STEPPED, lambda g: {"paused": walks.stay(SKEWED, g["start"], 0, g["n1"] + g["n2"])}),
    ),
    hints=(
        "What do you have to save besides the point?",
        "optimizer.state_dict() before the pause, load_state_dict on a new optimizer of the new tensor after it.",
        "Record n1 + n2 + 1 points: the start, and the point after each step.",
    ),
)

EXERCISES = (
    X_ITERS_SGD,
    VAR_HISTORY_3,
    FIRST_STEP,
    VAR_HISTORY_4,
    MSE_FATE,
    CUBE_L1,
    SLOWEST,
    LINEUP,
    RUN_LBFGS,
    TWO_SPEED,
    PAUSE_AND_RESUME,
    quiz(
        "cabcb",
        "the optimizer works on the tensors that it was given.",
        "old gradients must be gone before backward() adds new ones.",
        "the same update as by hand.",
        "momentum and its kin live in the state.",
        "the closure is called by step(), more than once.",
    ),
    REFLECTION,
)
