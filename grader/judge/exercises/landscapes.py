"""Exercises of 06_landscapes: starts, valleys, saddles and races."""

from collections.abc import Callable
from functools import partial
from random import Random

import numpy as np

from grader.judge import catalogue as known
from grader.judge import faults, optimizers
from grader.judge.draws import repeated, showing
from grader.judge.exercises.lookback import REFLECTION, quiz
from grader.judge.functions import FUNCTIONS, Function
from grader.judge.model import Answer, Crash, Exercise, Givens, Key, Mistake
from grader.judge.patterns import Begins, Between, Holds, Lacks
from grader.judge.trails import remember

Walk = Callable[[Function, object, int], np.ndarray]  # walk(f, start, steps) -> points, the start first

SGD: Walk = partial(optimizers.sgd, lr=0.1)
MOMENTUM: Walk = partial(optimizers.sgd, lr=0.1, momentum=0.9)
ADAM: Walk = partial(optimizers.adam, lr=0.1)
QUICK: Walk = partial(optimizers.sgd, lr=0.5)
MADE: dict[str, Walk] = {"make_sgd": SGD, "make_momentum": MOMENTUM, "make_adam": ADAM, "make_quick": QUICK}

# --------------------------------------------------------------------------- cos_guess, where

COS_GUESS = Exercise(
    id="cos_guess",
    title="Predict: three balls on a wave",
    points=5,
    prediction=True,
    partial=True,
    keys=(
        Key("cos_right", "the end from the right of zero", atol=0.05),
        Key("cos_left", "the end from the left of zero", atol=0.05),
        Key("cos_top", "the end from zero", atol=0.05),
    ),
    reference=lambda givens: {"cos_right": np.pi, "cos_left": -np.pi, "cos_top": 0.0},
    mistakes=(
        Mistake(known.STEEPEST_VALLEY, lambda g: {"cos_right": -np.pi, "cos_left": np.pi}),
        Mistake(known.QUARTER_WAVE, lambda g: {"cos_right": np.pi / 2}),
        Mistake(known.QUARTER_WAVE, lambda g: {"cos_left": -np.pi / 2}),
        Mistake(known.ROLLS_FROM_TOP, lambda g: {"cos_top": np.pi}),
        Mistake(known.ROLLS_FROM_TOP, lambda g: {"cos_top": -np.pi}),
    ),
    hints=(
        "Where are the lowest points of the cosine on both sides of zero?",
        "Each ball rolls down the side that it starts on.",
        "What is the slope exactly at the top?",
    ),
)


def _ends(walk: Walk, g: Givens, steps: int = 0, f: Function | None = None) -> np.ndarray:
    return np.array([walk(f or FUNCTIONS[g["f"]], x, g["steps"] + steps)[-1] for x in g["starts"]])


def _chained(walk: Walk, g: Givens) -> np.ndarray:
    """Return the ends when every walk goes on where the one before it stopped."""
    f, x, ends = FUNCTIONS[g["f"]], g["starts"][0], []
    for _ in g["starts"]:
        x = walk(f, x, g["steps"])[-1]
        ends.append(x)
    return np.array(ends)


def _uncleared_ends(g: Givens) -> np.ndarray:
    return np.array([SGD(optimizers.accumulating(FUNCTIONS[g["f"]]), x, g["steps"])[-1] for x in g["starts"]])


def _draw_where(rng: Random) -> Givens:
    return {
        "f": "function_2d",
        "starts": [round(rng.uniform(0.3, 2.0), 2), round(rng.uniform(-3.0, -2.0), 2), round(rng.uniform(5.0, 6.0), 2)],
        "steps": rng.randint(8, 12),
    }


WHERE = Exercise(
    id="where",
    title="Where they end",
    function="where",
    points=10,
    partial=True,
    givens={"f": "cosine", "starts": [0.1, -0.1, 0.0], "steps": 200},
    draw=_draw_where,
    keys=(
        Key("cos_end_sgd", "the ends of SGD", atol=2e-5),
        Key("cos_end_adam", "the ends of Adam", atol=2e-5),
    ),
    reference=lambda g: {"cos_end_sgd": _ends(SGD, g), "cos_end_adam": _ends(ADAM, g)},
    mistakes=(
        Mistake(known.NEVER_CLEARED, lambda g: {"cos_end_sgd": _uncleared_ends(g)}),
        Mistake(known.NOT_STEPPED, lambda g: {"cos_end_sgd": np.array(g["starts"])}),
        Mistake(known.ONE_TOO_FEW_STEPS, lambda g: {"cos_end_sgd": _ends(SGD, g, -1)}),
        Mistake(known.ONE_TOO_MANY, lambda g: {"cos_end_sgd": _ends(SGD, g, 1)}),
        Mistake(known.GOES_ON, lambda g: {"cos_end_sgd": _chained(SGD, g)}),
        Mistake(known.VALUE_FOR_PLACE, lambda g: {"cos_end_sgd": FUNCTIONS[g["f"]].value(_ends(SGD, g))}),
        Mistake(known.REBUILT, lambda g: {"cos_end_adam": _ends(partial(faults.rebuilt, ADAM), g)}),
        Mistake(known.OPTIMIZER_FIXED, lambda g: {"cos_end_sgd": _ends(ADAM, g)}),
        Mistake(known.OPTIMIZER_FIXED, lambda g: {"cos_end_adam": _ends(SGD, g)}),
    ),
    hints=(
        "What must be made anew for each start?",
        "A tensor and an optimizer for each start; then the loop of four lines; then x.item().",
        "for x0 in starts: x = torch.tensor(x0, requires_grad=True); optimizer = make([x]); and the loop.",
    ),
)

# --------------------------------------------------------------------------- basin

MINIMA = {
    "function_2d": [-6.807, -1.28, 3.985, 9.592],
    "waves": [-5.707, -1.922, 1.922, 5.707],
}


def _labels(places, minima) -> np.ndarray:
    return np.array([int(np.argmin(np.abs(x - np.array(minima)))) for x in places], dtype=float)


def _furthest(places, minima) -> np.ndarray:
    return np.array([int(np.argmax(np.abs(x - np.array(minima)))) for x in places], dtype=float)


_basin_ends = remember(lambda g: _ends(MADE[g["make"]], g))


def _uncleared_basin_ends(g: Givens) -> np.ndarray:
    f, walk = FUNCTIONS[g["f"]], MADE[g["make"]]
    return np.array([walk(optimizers.accumulating(f), x, g["steps"])[-1] for x in g["starts"]])


def _draw_basin(rng: Random) -> Givens:
    """Return starts with few enough steps that another number of them, or another optimizer, ends elsewhere."""
    made = {"f": "waves", "make": "make_momentum", "steps": rng.randint(8, 14), "minima": MINIMA["waves"][::-1]}
    starts: list[float] = []
    while len(starts) < 12:
        x = round(rng.uniform(-9.5, 9.5), 2)
        if _is_clear({**made, "starts": [x - 1e-3, x, x + 1e-3]}):
            starts.append(x)
    return {**made, "starts": starts}


def _is_clear(g: Givens) -> bool:
    """Say whether walks from neighbouring starts end near the same minimum, and well away from the middle of two."""
    ends = _ends(MADE[g["make"]], g)
    middle = np.array(g["minima"][:-1]) / 2 + np.array(g["minima"][1:]) / 2
    return bool(np.ptp(ends) < 0.1) and float(np.abs(np.subtract.outer(ends, middle)).min()) > 0.2


def _tells(g: Givens) -> bool:
    others = [_ends(walk, g) for make, walk in MADE.items() if make != g["make"]]
    long = _ends(MADE[g["make"]], g, 60 - g["steps"])
    places = (_basin_ends(g), g["starts"], _uncleared_basin_ends(g), long, *others)
    right, *wrong = (_labels(place, g["minima"]) for place in places)
    return not any(np.array_equal(right, one) for one in wrong)


BASIN = Exercise(
    id="basin",
    title="Basins",
    function="basin",
    points=15,
    givens={
        "f": "function_2d",
        "starts": [-10 + 0.5 * k for k in range(40)],
        "make": "make_quick",
        "steps": 60,
        "minima": MINIMA["function_2d"],
    },
    draw=repeated(_draw_basin, _tells),
    keys=(Key("basins", "the labels"),),
    reference=lambda g: {"basins": _labels(_basin_ends(g), g["minima"])},
    mistakes=(
        Mistake(known.NEAREST_TO_START, lambda g: {"basins": _labels(g["starts"], g["minima"])}),
        Mistake(known.NEVER_CLEARED, lambda g: {"basins": _labels(_uncleared_basin_ends(g), g["minima"])}),
        Mistake(known.FURTHEST_MINIMUM, lambda g: {"basins": _furthest(_basin_ends(g), g["minima"])}),
        Mistake(known.SIGNED_DISTANCE, lambda g: {"basins": np.full(len(g["starts"]), np.argmax(g["minima"]))}),
        Mistake(known.COUNTS_FROM_ONE, lambda g: {"basins": _labels(_basin_ends(g), g["minima"]) + 1}),
        Mistake(known.END_FOR_LABEL, lambda g: {"basins": _basin_ends(g)}),
        Mistake(known.MINIMUM_FOR_LABEL, lambda g: {"basins": _named_minima(g)}),
        Mistake(known.OPTIMIZER_FIXED, lambda g: {"basins": _labels(_ends(SGD, g), g["minima"])}),
        Mistake(known.OPTIMIZER_FIXED, lambda g: {"basins": _labels(_ends(QUICK, g), g["minima"])}),
    ),
    hints=(
        "Which number says how far an end is from each of the minima?",
        "Walk as in the exercise before, and take the distances of the end to all minima.",
        "min(range(len(minima)), key=lambda i: abs(end - minima[i])) is the number of the nearest one.",
    ),
)


def _named_minima(g: Givens) -> np.ndarray:
    return np.array(g["minima"])[_labels(_basin_ends(g), g["minima"]).astype(int)]


# --------------------------------------------------------------------------- valley_guess, jump

VALLEY_GUESS = Exercise(
    id="valley_guess",
    title="Predict: two valleys",
    points=5,
    prediction=True,
    partial=True,
    keys=(Key("sgd_valley", "the valley of SGD", atol=0.3), Key("adam_valley", "the valley of Adam", atol=0.3)),
    reference=lambda givens: {"sgd_valley": 3.985, "adam_valley": -1.28},
    mistakes=(
        Mistake(known.LARGE_RATE_JUMPS, lambda g: {"sgd_valley": -1.28}),
        Mistake(known.ALL_STOP_THERE, lambda g: {"adam_valley": 3.985}),
        Mistake(known.CLIMBS, lambda g: {"sgd_valley": 9.592}),
        Mistake(known.FLIES_PAST, lambda g: {"adam_valley": -6.807}),
    ),
    hints=(
        "How large is the slope on the way down from 8, and how long is a step of SGD with it?",
        "The slope of this curve is never much more than one, and it is small near each valley.",
        "Adam's steps are about as long as its rate, wherever it is: two units at a time.",
    ),
)

RATES = (0.1, 0.5, 1.0, 2.0)


def _jump(g: Givens, f: Function | None = None, **changed) -> np.ndarray:
    return optimizers.adam(f or FUNCTIONS[g["f"]], g["x0"], g["n"], **({"lr": g["lr"]} | changed))


def _jump_ends(g: Givens) -> np.ndarray:
    return np.array([optimizers.sgd(FUNCTIONS["function_2d"], g["x0"], g["long"], lr=lr)[-1] for lr in RATES])


def _jumped(make: Callable[[Givens], np.ndarray]) -> Callable[[Givens], Answer]:
    return lambda g: {"adam_jump": make(g)}


def _draw_jump(rng: Random) -> Givens:
    return {
        "f": "cosine",
        "x0": round(rng.uniform(6.5, 8.5), 1),
        "lr": round(rng.uniform(1.2, 2.2), 1),
        "n": rng.randint(8, 12),
        "long": rng.randint(20, 40),
    }


JUMP = Exercise(
    id="jump",
    title="Over the hill",
    function="jump",
    points=15,
    partial=True,
    givens={"f": "function_2d", "x0": 8.0, "lr": 2.0, "n": 15, "long": 60},
    draw=_draw_jump,
    keys=(
        Key("adam_jump", "x of Adam", kind="path", rtol=1e-3, atol=1e-3),
        Key("sgd_ends", "the ends of SGD", rtol=1e-3, atol=1e-3),
    ),
    reference=lambda g: {"adam_jump": _jump(g), "sgd_ends": _jump_ends(g)},
    mistakes=(
        Mistake(known.NEVER_CLEARED, _jumped(lambda g: _jump(g, optimizers.accumulating(FUNCTIONS[g["f"]])))),
        Mistake(
            known.REBUILT,
            _jumped(lambda g: faults.rebuilt(partial(optimizers.adam, lr=g["lr"]), FUNCTIONS[g["f"]], g["x0"], g["n"])),
        ),
        Mistake(known.AFTER_THE_STEP, _jumped(lambda g: _jump({**g, "n": g["n"] + 1})[1:])),
        Mistake(known.START_MISSING, _jumped(lambda g: _jump(g)[1:])),
        Mistake(known.NOT_STEPPED, _jumped(lambda g: np.full(g["n"] + 1, g["x0"]))),
        Mistake(known.VALUE_FOR_PLACE, _jumped(lambda g: FUNCTIONS[g["f"]].value(_jump(g)))),
        Mistake(known.FUNCTION_FIXED, _jumped(lambda g: _jump(g, FUNCTIONS["function_2d"]))),
    ),
    hints=(
        "What is recorded, and how many points does a walk of n steps have?",
        "The start, and x.item() after each step.",
        "x = torch.tensor(x0, requires_grad=True), optimizer = make([x]), points = [x.item()], and the loop.",
    ),
)

# --------------------------------------------------------------------------- saddle_guess, escape

SADDLE_GUESS = Exercise(
    id="saddle_guess",
    title="Predict: leaving a saddle",
    points=5,
    prediction=True,
    partial=True,
    keys=(Key("saddle_step", "the step in which it has left", atol=1.0), Key("saddle_top", "from zero", kind="word")),
    reference=lambda givens: {"saddle_step": 26.0, "saddle_top": "never"},
    mistakes=(
        Mistake(known.GROWS_EVENLY, lambda g: {"saddle_step": 500.0}),
        Mistake(known.GROWS_EVENLY, lambda g: {"saddle_step": 495.0}),
        Mistake(known.GROWS_EVENLY, lambda g: {"saddle_step": 100.0}),
        Mistake(known.TEN_PERCENT, lambda g: {"saddle_step": 49.0}),
        Mistake(known.ROLLS_FROM_TOP, lambda g: {"saddle_top": "later"}),
        Mistake(known.ROLLS_FROM_TOP, lambda g: {"saddle_top": "same"}),
    ),
    hints=(
        "By which factor does y grow in one step?",
        "y becomes y + 0.1 * 2 * y, so it is multiplied by 1.2: which power of 1.2 makes 0.01 larger than 1?",
        "And what is 1.2 times zero?",
    ),
)


@remember
def _escape_paths(g: Givens) -> dict[str, np.ndarray]:
    walks = {"escape_sgd": SGD, "escape_momentum": MOMENTUM, "escape_adam": ADAM}
    return {key: walk(FUNCTIONS[g["f"]], g["start"], g["cap"]) for key, walk in walks.items()}


def _left(shown: np.ndarray, g: Givens) -> float:
    """Return the first step at which a coordinate is beyond the bound, or the last step that is allowed."""
    return float(np.argmax(shown > g["bound"])) if (shown > g["bound"]).any() else float(g["cap"])


def _escapes(
    g: Givens, shift: int = 0, *, shown: Callable = lambda path: np.abs(path[:, 1]), uncleared=False
) -> Answer:
    """Return when each walk leaves; shown(path) is the distance that is watched at each of its points."""
    paths = _escape_paths(g)
    if uncleared:
        paths = {"escape_sgd": SGD(optimizers.accumulating(FUNCTIONS[g["f"]]), g["start"], g["cap"])}
    fixed = {"escape_top": float(g["cap"]), "escape_outside": np.zeros(2)}
    return {key: _left(shown(path), g) + shift for key, path in paths.items()} | fixed


def _outside_from_start(g: Givens) -> Answer:
    """Return when walks leave that start beyond the bound, if it is measured from where they start."""
    starts = [(g["start"][0], 1.1 * side) for side in (g["bound"], -g["bound"])]
    paths = [SGD(FUNCTIONS[g["f"]], start, g["cap"]) for start in starts]
    return {"escape_outside": np.array([_left(np.abs(path[:, 1] - path[0, 1]), g) for path in paths])}


def _only(keys: tuple[str, ...], make: Callable[[Givens], Answer]) -> Callable[[Givens], Answer]:
    return lambda g: {key: made for key, made in make(g).items() if key in keys}


def _draw_escape(rng: Random) -> Givens:
    return {
        "f": "steep_saddle",
        "start": [round(rng.uniform(3.0, 6.0), 1), round(rng.uniform(-0.4, -0.01), 3)],
        "bound": round(rng.uniform(1.0, 2.0), 1),
        "cap": rng.randint(150, 200),
    }


MOVING = ("escape_sgd", "escape_momentum", "escape_adam")
FROM_START = Mistake(
    known.DISTANCE_FROM_START, _only(MOVING, lambda g: _escapes(g, shown=lambda path: np.abs(path[:, 1] - path[0, 1])))
)
UNCLEARED = Mistake(known.NEVER_CLEARED, _only(("escape_sgd",), lambda g: _escapes(g, uncleared=True)))
ESCAPE = Exercise(
    id="escape",
    title="How long it stays",
    function="escape",
    points=10,
    partial=True,
    givens={"f": "saddle", "start": (6.0, -0.01), "bound": 1.0, "cap": 200},
    draw=showing(_draw_escape, _escapes, (FROM_START, UNCLEARED)),
    keys=(
        Key("escape_sgd", "the step of SGD"),
        Key("escape_momentum", "the step of momentum"),
        Key("escape_adam", "the step of Adam"),
        Key("escape_top", "the step from zero", needs=MOVING),
        Key("escape_outside", "the steps from beyond the bound on both sides", optional=True, needs=MOVING),
    ),
    reference=_escapes,
    mistakes=(
        Mistake(known.ONE_TOO_MANY_COUNTED, _only(MOVING, lambda g: _escapes(g, 1))),
        Mistake(known.ONE_TOO_FEW_COUNTED, _only(MOVING, lambda g: _escapes(g, -1))),
        Mistake(known.OTHER_COORDINATE, _only(("escape_sgd",), lambda g: _escapes(g, shown=lambda p: np.abs(p[:, 0])))),
        Mistake(known.SIGN_IGNORED, _only(MOVING, lambda g: _escapes(g, shown=lambda p: p[:, 1]))),
        Mistake(known.ONE_TOO_MANY_COUNTED, lambda g: {"escape_outside": np.ones(2)}),
        UNCLEARED,
        FROM_START,
        Mistake(known.DISTANCE_FROM_START, _outside_from_start),
        Mistake(known.NOT_STEPPED, lambda g: dict.fromkeys(MOVING, float(g["cap"]))),
    ),
    hints=(
        "How many steps have been made when you look at y for the first time?",
        "Look at abs(y) before each step; at k = 0 no step has been made yet.",
        "for k in range(cap): if abs(v[1].item()) > bound, return k; then one step. After the loop return cap.",
    ),
)

# --------------------------------------------------------------------------- race, race_rates

CONTESTANTS: dict[str, Walk] = {
    "SGD": partial(optimizers.sgd, lr=0.005),
    "momentum": partial(optimizers.sgd, lr=0.002, momentum=0.9),
    "Adam": ADAM,
    "LBFGS": partial(optimizers.lbfgs, lr=0.2),
}
OTHERS: dict[str, Walk] = {"short": partial(optimizers.sgd, lr=0.001), "long": partial(optimizers.adam, lr=0.2)}


def _watched(f: Function, seen: list[float]) -> Function:
    def value(x):
        seen.append(float(f.value(x)))
        return seen[-1]

    return Function(value, f.gradient, f.matrix)


def _met(name: str, g: Givens, f: Function, steps: int) -> list[float]:
    """Return the values that one contestant meets in so many steps, in the order in which it looks."""
    if name != "LBFGS":
        return [float(f.value(x)) for x in CONTESTANTS[name](f, g["start"], steps)]
    seen: list[float] = []
    CONTESTANTS[name](_watched(f, seen), g["start"], steps)
    return seen


@remember
def _looks(g: Givens) -> list[list[float]]:
    """Return the values that each contestant meets in as many whole steps as use up the budget."""
    f, met = FUNCTIONS[g["f"]], []
    for name in CONTESTANTS:
        steps = g["budget"] if name != "LBFGS" else 1
        while len(met_by := _met(name, g, f, steps)) < g["budget"]:
            steps += 1
        met.append(met_by)
    return met


def _best(g: Givens) -> np.ndarray:
    return np.array([min(met[: g["budget"]]) for met in _looks(g)])


def _best_of_others(g: Givens) -> np.ndarray:
    f = FUNCTIONS[g["f"]]
    return np.array([min(map(f.value, walk(f, g["start"], g["budget"] - 1))) for walk in OTHERS.values()])


def _best_past(g: Givens) -> np.ndarray:
    """Return the best values when the looks of the last step of LBFGS all count."""
    return np.append(_best(g)[:3], min(_looks(g)[3]))


def _best_of_steps(g: Givens) -> np.ndarray:
    """Return the best values when a step counts once, however often it looks."""
    return np.append(_best(g)[:3], min(_met("LBFGS", g, FUNCTIONS[g["f"]], g["budget"])))


def _best_uncleared(g: Givens) -> np.ndarray:
    """Return the best values of three contestants whose gradients add up."""
    with np.errstate(over="ignore", invalid="ignore"):
        f = FUNCTIONS[g["f"]]
        met = [_met(name, g, optimizers.accumulating(f), g["budget"]) for name in tuple(CONTESTANTS)[:3]]
    return np.array([min(values[: g["budget"]]) for values in met])


def _last(g: Givens) -> np.ndarray:
    return np.array([met[: g["budget"]][-1] for met in _looks(g)])


def _draw_race(rng: Random) -> Givens:
    return {
        "f": "banana",
        "start": [round(rng.uniform(-1.6, -1.0), 2), round(rng.uniform(1.2, 2.2), 2)],
        "budget": rng.randint(15, 25),
    }


def _race_tells(g: Givens) -> bool:
    best = _best(g)  # more steps of LBFGS only find lower values than those past the budget
    return not any(np.allclose(best, wrong, rtol=1e-2) for wrong in (_last(g), _best_past(g)))


RACE = Exercise(
    id="race",
    title="A fair race",
    function="race",
    points=10,
    givens={"f": "rosenbrock", "start": (-1.5, 2.0), "budget": 16},
    draw=repeated(_draw_race, _race_tells),
    keys=(
        Key("race_best", "the lowest values", rtol=1e-3, atol=1e-5),
        Key("race_two", "the lowest values of two others", rtol=1e-3, atol=1e-5, optional=True),
    ),
    reference=lambda g: {"race_best": _best(g), "race_two": _best_of_others(g)},
    crashes=tuple(Crash(known.CONTESTANTS_FIXED, "KeyError", repr(name)) for name in OTHERS),
    mistakes=(
        Mistake(known.STEPS_FOR_LOOKS, lambda g: {"race_best": _best_of_steps(g)}),
        Mistake(known.LAST_FOR_LOWEST, lambda g: {"race_best": _last(g)}),
        Mistake(known.START_FOR_LOWEST, lambda g: {"race_best": np.array([met[0] for met in _looks(g)])}),
        Mistake(known.LOOKS_PAST, lambda g: {"race_best": _best_past(g)}),
        Mistake(known.NEVER_CLEARED, lambda g: {"race_best": Begins(tuple(_best_uncleared(g)))}),
    ),
    hints=(
        "Who knows how often a contestant has looked at f?",
        "The closure does: let it append every loss to a list, and go on while the list is shorter than the budget.",
        "LBFGS may look past the budget within its last step: take the lowest of the first `budget` values.",
    ),
)

TARGET, TUNED_STARTS = 0.05, ((-1.5, 2.0), (1.5, -1.0), (0.0, 1.5), (-1.0, 0.5))
TUNED = {
    "rate_sgd": optimizers.sgd,
    "rate_momentum": partial(optimizers.sgd, momentum=0.9),
    "rate_adam": optimizers.adam,
}


def _arrives(key: str, rate: float) -> bool:
    """Say whether a rate brings the race below the target from all starts, within 300 looks."""
    f = FUNCTIONS["rosenbrock"]
    with np.errstate(over="ignore", invalid="ignore"):
        paths = [TUNED[key](f, start, 299, lr=rate) for start in TUNED_STARTS]
        lowest = [np.nanmin([float(f.value(x)) for x in path]) for path in paths]
    return bool(max(lowest) < TARGET)


def _all_arrive(values: Answer, givens: Givens) -> bool:
    return all(np.size(values[key]) == 1 and _arrives(key, float(np.ravel(values[key])[0])) for key in TUNED)


RACE_RATES = Exercise(
    id="race_rates",
    title="Tune three rates",
    points=10,
    prediction=True,
    keys=tuple(Key(key, f"the rate of {key.removeprefix('rate_')}") for key in TUNED),
    reference=lambda givens: {"rate_sgd": 0.013, "rate_momentum": 0.004, "rate_adam": 0.2},
    accepts=_all_arrive,
    mistakes=(
        Mistake(known.RATE_TOO_SMALL, lambda g: {"rate_sgd": Between(0.0, 0.008)}),
        Mistake(known.RATE_TOO_SMALL, lambda g: {"rate_momentum": Between(0.0, 0.0006)}),
        Mistake(known.RATE_TOO_SMALL, lambda g: {"rate_adam": Between(0.0, 0.02)}),
        Mistake(known.RATE_TOO_LARGE, lambda g: {"rate_sgd": Between(0.04, 1e9)}),
        Mistake(known.RATE_TOO_LARGE, lambda g: {"rate_momentum": Between(0.05, 1e9)}),
        Mistake(known.SIGN_REVERSED, lambda g: {"rate_sgd": Between(-1e9, -1e-9)}),
    ),
    hints=(
        "Which of the three is furthest from the target, and does it crawl or does it burst?",
        "Change one rate by a factor of two at a time, and look at the table.",
        "SGD bears about a hundredth here, momentum less than half of that, and Adam much more.",
    ),
)

# --------------------------------------------------------------------------- bottoms, safe_descend

BOTTOMS = Exercise(
    id="bottoms",
    title="Which have a lowest point?",
    points=5,
    keys=(Key("bottoms", "your letters", kind="set", case="upper"),),
    reference=lambda givens: {"bottoms": ["A", "D"]},
    mistakes=(
        Mistake(known.SADDLE_AS_BOTTOM, lambda g: {"bottoms": Holds("B")}),
        Mistake(known.CUBE_AS_BOTTOM, lambda g: {"bottoms": Holds("C")}),
        Mistake(known.RING_OVERLOOKED, lambda g: {"bottoms": Lacks("D")}),
        Mistake(known.BOWL_OVERLOOKED, lambda g: {"bottoms": Lacks("A")}),
    ),
    hints=(
        "Is there a direction in which the function falls for ever?",
        "Let y grow with x at zero, and look at the sign of what is left.",
        "A lowest value that is taken at many points is still a lowest value.",
    ),
)

CASES = ("bowl", "rosenbrock", "saddle", "two_cubes")
CONVERGED, DIVERGED, UNFINISHED = "converged", "diverged", "unfinished"


@np.errstate(over="ignore", invalid="ignore")  # a wrong answer may walk on when the numbers burst
def _safe(
    g: Givens, name: str, length: Callable = np.linalg.norm, reach: Callable = lambda x: np.abs(x).max()
) -> tuple[list, str]:
    """Return the points that a careful descent keeps on one function, and why it stopped.

    length: of a gradient. reach: how far a point is from zero.
    """
    f, x = FUNCTIONS[name], np.array(g["start"], dtype=float)
    points = [x]
    for _ in range(g["steps"]):
        slope = f.gradient(x)
        if length(slope) < g["tol"]:
            return points, CONVERGED
        x = x - g["lr"] * slope
        points.append(x)
        if reach(x) > g["bound"]:
            return points, DIVERGED
    return points, UNFINISHED


def _safely(g: Givens, shift: int = 0, only: str = "", **otherwise: Callable) -> Answer:
    """Return the answers of a careful descent; only: the reason for which the lengths are shifted."""
    found = [_safe(g, name, **otherwise) for name in CASES]
    return {
        "safe_reasons": [reason for _, reason in found],
        "safe_lengths": np.array([len(points) + shift * (only in ("", reason)) for points, reason in found]),
        "safe_ends": np.array([[*points[0], *points[-1]] for points, _ in found]),
        "safe_middles": np.array([points[len(points) // 2] for points, _ in found]),
    }


def _one_tensor(g: Givens) -> Answer:
    """Return the ends when the list holds one tensor many times."""
    return {"safe_ends": np.tile(_safely(g)["safe_ends"][:, 2:], 2)}


def _one_after_the_start(g: Givens) -> Answer:
    """Return the middles when the list holds the start, and one tensor many times."""
    return {"safe_middles": _safely(g)["safe_ends"][:, 2:]}


def _lengths(*arguments, **otherwise) -> Callable[[Givens], Answer]:
    return lambda g: {"safe_lengths": _safely(g, *arguments, **otherwise)["safe_lengths"]}


def _endless(g: Givens) -> Answer:
    return {"safe_lengths": np.full(len(CASES), g["steps"] + 1)}


def _saddle_as_bottom(g: Givens) -> Answer:
    reasons = dict(zip(CASES, _safely(g)["safe_reasons"], strict=True)) | {"saddle": CONVERGED}
    return {"safe_reasons": list(reasons.values())}


def _draw_safe(rng: Random) -> Givens:
    return {
        "start": [-round(rng.uniform(0.8, 1.4), 2), round(rng.uniform(0.8, 1.4), 2)],
        "lr": round(rng.uniform(0.01, 0.02), 3),
        "steps": rng.randint(180, 240),
        "bound": round(rng.uniform(5.0, 9.0), 1),
        "tol": rng.choice([2e-3, 5e-4]),
    }


OTHER_BOUNDS = (  # the one that the fewest draws show comes first
    Mistake(known.SIGN_IGNORED, _lengths(reach=np.max)),
    Mistake(known.DISTANCE_FOR_COORDINATE, _lengths(reach=np.linalg.norm)),
    Mistake(known.LARGEST_SLOPE, _lengths(length=lambda slope: np.abs(slope).max())),
)
SAFE_DESCEND = Exercise(
    id="safe_descend",
    title="A descent that says why it stopped",
    function="safe_descend",
    points=10,
    partial=True,
    givens={"start": (1.5, 0.5), "lr": 0.01, "steps": 300, "bound": 10.0, "tol": 1e-3},
    draw=showing(_draw_safe, _safely, OTHER_BOUNDS),
    keys=(
        Key("safe_reasons", "the reasons", kind="words"),
        Key("safe_lengths", "the numbers of points"),
        Key("safe_ends", "first and last points", rtol=1e-3, atol=1e-3),
        Key("safe_middles", "the points half way", rtol=1e-3, atol=1e-3, optional=True),
    ),
    reference=_safely,
    mistakes=(
        Mistake(known.START_MISSING, _lengths(-1)),
        Mistake(known.ONE_TOO_MANY, _lengths(1)),
        Mistake(known.LATE_STOP, _lengths(1, CONVERGED)),
        Mistake(known.ONE_TOO_FEW, _lengths(-1, DIVERGED)),
        Mistake(known.CLIMBS, lambda g: {"safe_reasons": [DIVERGED] * len(CASES)}),
        *OTHER_BOUNDS,
        Mistake(known.NEVER_STOPS, _endless),
        Mistake(known.SAME_OBJECT, _one_tensor),
        Mistake(known.SAME_OBJECT, _one_after_the_start),
        Mistake(
            known.BOUND_IGNORED, lambda g: {"safe_reasons": [_bound_ignored(r) for r in _safely(g)["safe_reasons"]]}
        ),
        Mistake(known.SADDLE_AS_BOTTOM, _saddle_as_bottom),
    ),
    hints=(
        "In which order do you ask: is it flat, is it too far, are the steps used up?",
        "Before a step: a slope shorter than tol means converged. After it: a coordinate beyond bound means diverged.",
        "When the loop ends without either, return the points and 'unfinished'.",
    ),
)


def _bound_ignored(reason: str) -> str:
    return UNFINISHED if reason == DIVERGED else reason


EXERCISES = (
    COS_GUESS,
    WHERE,
    BASIN,
    VALLEY_GUESS,
    JUMP,
    SADDLE_GUESS,
    ESCAPE,
    RACE,
    RACE_RATES,
    BOTTOMS,
    SAFE_DESCEND,
    quiz(
        "cbabc",
        "what decides which valley a walk ends in.",
        "why Adam left the first valley.",
        "what the slope at a saddle is.",
        "what is equal in a fair race.",
        "what a function without a lowest point does to a descent.",
    ),
    REFLECTION,
)
