"""Exercises of 01_slopes: what autograd gives you."""

from collections.abc import Callable
from functools import partial
from random import Random

import numpy as np

from grader.judge import catalogue as known
from grader.judge.exercises.lookback import REFLECTION, quiz
from grader.judge.functions import FUNCTIONS
from grader.judge.model import Answer, Crash, Exercise, Givens, Key, Mistake
from grader.judge.patterns import Between, Holds, Lacks, NotANumber

# --------------------------------------------------------------------------- sum_grads


def _pair(givens: Givens):
    return FUNCTIONS[givens["loss"]], np.array([givens["x0"], givens["y0"]], dtype=float)


def _sum_grads(givens: Givens) -> np.ndarray:
    loss, point = _pair(givens)
    return loss.gradient(point)


def _draw_sum_grads(rng: Random) -> Givens:
    return {
        "loss": rng.choice(["volume", "weighted"]),
        "x0": rng.randint(2, 6),
        "y0": round(rng.uniform(-6.0, -2.0), 2),
    }


SUM_GRADS = Exercise(
    id="sum_grads",
    function="sum_grads",
    title="Slopes of a sum",
    points=10,
    givens={"loss": "plus", "x0": 10, "y0": 5},
    draw=_draw_sum_grads,
    keys=(Key("sum_grads", "the two slopes"), Key("weighted_grads", "the two slopes of weighted", optional=True)),
    reference=lambda givens: {"sum_grads": _sum_grads(givens), "weighted_grads": [9.0, -4.0]},
    crashes=(
        Crash(known.EMPTY_SLOTS, "RuntimeError", "only for scalar outputs", r"torch\.Tensor\("),
        Crash(known.EMPTY_SLOTS, "RuntimeError", "must match the size", r"torch\.Tensor\("),
    ),
    mistakes=(
        Mistake(known.READS_POINT, lambda g: {"sum_grads": _pair(g)[1]}),
        Mistake(known.READS_VALUE, lambda g: {"sum_grads": np.full(2, _pair(g)[0].value(_pair(g)[1]))}),
        Mistake(known.COUNTED_TWICE, lambda g: {"sum_grads": 2 * _sum_grads(g)}),
        Mistake(known.SIGN_REVERSED, lambda g: {"sum_grads": -_sum_grads(g)}),
        Mistake(known.SWAPPED, lambda g: {"sum_grads": _sum_grads(g)[::-1]}),
        Mistake(known.SWAPPED, lambda g: {"weighted_grads": [-4.0, 9.0]}),
        Mistake(known.FUNCTION_FIXED, lambda g: {"sum_grads": np.ones(2)}),
        Mistake(known.FUNCTION_FIXED, lambda g: {"weighted_grads": np.ones(2)}),
    ),
    hints=(
        "What does the error message say about the kind of number that can have a gradient?",
        "Make two tensors of real numbers that require a gradient, then call the loss and backward().",
        "torch.tensor(float(x0), requires_grad=True) works for whole numbers too; each slope is in its .grad.",
    ),
)

# --------------------------------------------------------------------------- X_grad


def _matrix(givens: Givens):
    return FUNCTIONS[givens["f"]], np.array(givens["X"], dtype=float)


def _slopes(givens: Givens) -> np.ndarray:
    f, X = _matrix(givens)
    return f.gradient(X)


def _grad_answer(slopes: np.ndarray) -> Answer:
    return {"X_grad": slopes}


def _draw_matrix(rng: Random) -> Givens:
    rows = [[round(rng.uniform(-2.0, 2.0), 2) for _ in range(4)] for _ in range(3)]
    return {"f": rng.choice(["sum_of_sines", "log_sum_exp", "mean_of_exp"]), "X": rows}


X_GRAD = Exercise(
    id="X_grad",
    function="grad_of",
    title="Slopes of a whole matrix",
    points=15,
    givens={
        "f": "ten_squares",
        "X": [[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]],
    },
    draw=_draw_matrix,
    keys=(Key("X_grad", "X_grad"), Key("X_after", "X after the call", optional=True)),
    reference=lambda givens: {"X_grad": _slopes(givens), "X_after": _matrix(givens)[1]},
    mistakes=(
        Mistake(known.COUNTED_TWICE, lambda g: _grad_answer(2 * _slopes(g))),
        Mistake(known.HALF_SLOPE, lambda g: _grad_answer(_slopes(g) / 2)),
        Mistake(known.AVERAGED, lambda g: _grad_answer(_slopes(g) / 12)),
        Mistake(known.READS_POINT, lambda g: _grad_answer(_matrix(g)[1])),
        Mistake(known.READS_VALUE, lambda g: _grad_answer(np.full((3, 4), _matrix(g)[0].value(_matrix(g)[1])))),
        Mistake(known.SIGN_REVERSED, lambda g: _grad_answer(-_slopes(g))),
    ),
    hints=(
        "Which tensor does autograd watch, and which attribute holds the result after backward()?",
        "Work on a copy: X.clone() leaves the original alone, and the copy can require a gradient.",
        "Four lines: copy and require the gradient, call f, call backward(), return the gradient of the copy.",
    ),
)

# --------------------------------------------------------------------------- graph_chain

CHAINS = {
    "ten_squares": ["MulBackward", "SumBackward", "PowBackward", "AccumulateGrad"],
    "sine_times_exp": ["SumBackward", "MulBackward", "SinBackward", "AccumulateGrad"],
    "exp_times_cosine": ["MeanBackward", "MulBackward", "ExpBackward", "AccumulateGrad"],
}
BY_LAST_PAIR = {
    "ten_squares": ["MulBackward"],
    "sine_times_exp": ["SumBackward", "MulBackward", "ExpBackward", "AccumulateGrad"],
    "exp_times_cosine": ["MeanBackward", "MulBackward", "CosBackward", "AccumulateGrad"],
}


def _chain(givens: Givens) -> list[str]:
    return CHAINS[givens["expression"]]


GRAPH_CHAIN = Exercise(
    id="graph_chain",
    function="graph_chain",
    title="Walk the graph",
    points=15,
    givens={"expression": "ten_squares"},
    draw=lambda rng: {"expression": rng.choice(["sine_times_exp", "exp_times_cosine"])},
    keys=(Key("chain", "the chain", kind="words"),),
    reference=lambda givens: {"chain": _chain(givens)},
    mistakes=(
        Mistake(known.HEAD_MISSING, lambda g: {"chain": _chain(g)[1:]}),
        Mistake(known.LEAF_MISSING, lambda g: {"chain": _chain(g)[:-1]}),
        Mistake(known.BACKWARDS, lambda g: {"chain": _chain(g)[::-1]}),
        Mistake(known.ONLY_HEAD, lambda g: {"chain": _chain(g)[:1]}),
        Mistake(known.OTHER_BRANCH, lambda g: {"chain": BY_LAST_PAIR[g["expression"]]}),
    ),
    hints=(
        "Which attribute of a node leads to the nodes it depends on, and when is there none left?",
        "node.next_functions is a tuple of pairs; the first element of a pair is the next node, or None.",
        "Start with node = t.grad_fn; while there is a node, store its name and go to its first next node.",
    ),
)

# --------------------------------------------------------------------------- twice, grad_n

TWICE = Exercise(
    id="twice",
    prediction=True,
    title="Predict: backward, twice",
    points=5,
    keys=(Key("twice", "x.grad after the second backward()"),),
    reference=lambda givens: {"twice": 40.0},
    mistakes=(
        Mistake(known.CLEARED_ALWAYS, lambda g: {"twice": 20.0}),
        Mistake(known.READS_VALUE, lambda g: {"twice": 10.0}),
        Mistake(known.SQUARED, lambda g: {"twice": 400.0}),
        Mistake(known.CLEARED_LATE, lambda g: {"twice": 0.0}),
    ),
    hints=(
        "What is the slope at this point, and what does a second backward() do with the first result?",
        "Each backward() computes the same slope here; think about where it is put.",
        "Gradients add up until somebody empties them.",
    ),
)


def _slope(givens: Givens) -> float:
    return float(FUNCTIONS[givens["f"]].gradient(np.array(givens["x0"])))


def _grads(g: Givens, added: Callable[[int], float], cleared: Callable[[int], float]) -> Answer:
    """Return what is in x.grad after n and after n + 2 rounds, if it is so many slopes without and with clearing."""
    return {"grad_n": [count(rounds) * _slope(g) for rounds in (g["n"], g["n"] + 2) for count in (added, cleared)]}


def _once(rounds: int) -> float:
    return 1.0


def _all(rounds: int) -> float:
    return float(rounds)


def _draw_grad_n(rng: Random) -> Givens:
    return {
        "f": rng.choice(["sum_of_sines", "mean_of_exp"]),
        "x0": round(rng.uniform(0.4, 1.2), 2),
        "n": rng.randint(3, 5),
    }


GRAD_N = Exercise(
    id="grad_n",
    function="grad_n",
    title="Gradients add up",
    points=10,
    givens={"f": "ten_squares", "x0": 1.0, "n": 2},
    draw=_draw_grad_n,
    keys=(Key("grad_n", "x.grad without and with clearing, after n rounds and after n + 2"),),
    crashes=tuple(
        Crash(known.CLEARED_LATE, error, "NoneType", r"(?s)\A(?>.*?backward\(\)).*\.grad = None\s++(?:return|#|$)")
        for error in ("AttributeError", "TypeError")
    ),
    reference=lambda g: _grads(g, _all, _once),
    mistakes=(
        Mistake(known.CLEARED_ALWAYS, lambda g: _grads(g, _once, _once)),
        Mistake(known.RETURN_IN_LOOP, lambda g: _grads(g, _once, _once)),
        Mistake(known.NEVER_CLEARED, lambda g: _grads(g, _all, _all)),
        Mistake(known.CLEARED_LATE, lambda g: _grads(g, _all, lambda rounds: 0.0)),
        Mistake(known.FLAG_REVERSED, lambda g: _grads(g, _once, _all)),
        Mistake(known.ONE_ROUND_MORE, lambda g: _grads(g, lambda rounds: rounds + 1, _once)),
        Mistake(known.ONE_BACKWARD_LESS, lambda g: _grads(g, lambda rounds: rounds - 1, _once)),
        Mistake(known.READS_POINT, lambda g: {"grad_n": [g["x0"]] * 4}),
    ),
    hints=(
        "Which line runs n times, and which of them only when clear is True?",
        "Inside the loop: compute f anew, then backward(); clear before it, not after the last one.",
        "x.grad = None before the forward pass empties the gradient; the first time there is none yet.",
    ),
)

# --------------------------------------------------------------------------- numeric_slope, best_h


def _secant(givens: Givens, left: float, right: float, width: float) -> Answer:
    """Return the slope between x + left*h and x + right*h, divided by width*h."""
    f, x, h = FUNCTIONS[givens["f"]], givens["x"], givens["h"]
    rise = f.value(np.array(x + right * h)) - f.value(np.array(x + left * h))
    return {"numeric_slope": float(rise) / (width * h)}


BRACKETS = ("none", "above", "below")


def _without_brackets(givens: Givens, which: str) -> Answer:
    """Return the slope without brackets, or with those of one side of the stroke alone."""
    f, x, h = FUNCTIONS[givens["f"]], givens["x"], givens["h"]
    left, right = (float(f.value(np.array(x + side * h))) for side in (-1, 1))
    made = {"none": right - left / 2 * h, "above": (right - left) / 2 * h, "below": right - left / (2 * h)}
    return {"numeric_slope": made[which]}


def _exact(givens: Givens) -> Answer:
    return {"numeric_slope": float(FUNCTIONS[givens["f"]].gradient(np.array(givens["x"])))}


def _draw_secant(rng: Random) -> Givens:
    return {
        "f": rng.choice(["cosine", "sum_of_sines"]),
        "x": round(rng.uniform(1.8, 2.6), 2),
        "h": round(rng.uniform(0.15, 0.4), 2),
    }


NUMERIC_SLOPE = Exercise(
    id="numeric_slope",
    function="numeric_slope",
    title="A slope without autograd",
    points=10,
    givens={"f": "cube", "x": 2.0, "h": 0.1},
    draw=_draw_secant,
    keys=(Key("numeric_slope", "the numeric slope", rtol=2e-6),),
    reference=lambda g: _secant(g, -1, 1, 2),
    mistakes=(
        Mistake(known.ONE_SIDED, lambda g: _secant(g, 0, 1, 1)),
        Mistake(known.ONE_SIDED, lambda g: _secant(g, -1, 0, 1)),
        Mistake(known.WIDTH_HALVED, lambda g: _secant(g, -1, 1, 1)),
        *(Mistake(known.PRECEDENCE, partial(_without_brackets, which=which)) for which in BRACKETS),
        Mistake(known.EXACT_SLOPE, _exact),
        Mistake(known.SIGN_REVERSED, lambda g: _secant(g, 1, -1, 2)),
    ),
    hints=(
        "Which two points does the formula use, and how far apart are they?",
        "Both points lie at distance h from x, one on each side.",
        "The divisor is the whole distance between the two points.",
    ),
)

BEST_H = Exercise(
    id="best_h",
    prediction=True,
    title="The best h",
    points=5,
    keys=(Key("best_h", "your h"),),
    reference=lambda givens: {"best_h": 1e-5},
    accepts=lambda values, givens: Between(9.9e-7, 1.01e-4).fits(values["best_h"]),
    mistakes=(
        Mistake(known.SMALLER_IS_BETTER, lambda g: {"best_h": Between(1e-18, 9.8e-7)}),
        Mistake(known.TOO_COARSE, lambda g: {"best_h": Between(1.02e-4, 10.0)}),
        Mistake(known.EXPONENT, lambda g: {"best_h": Between(-16.0, -1.0)}),
    ),
    hints=(
        "Where is the lowest point of the error curve?",
        "Read the table: which row has the smallest error?",
        "It lies well to the right of the smallest h, and well to the left of the largest.",
    ),
)

# --------------------------------------------------------------------------- leaves

LEAVES = Exercise(
    id="leaves",
    title="Leaves and gradients",
    points=15,
    keys=(
        Key("leaves", "the leaves", kind="set", case="lower"),
        Key("gets_grad", "the tensors with a gradient", kind="set", case="lower"),
    ),
    reference=lambda givens: {"leaves": ["a", "b", "d", "u"], "gets_grad": ["a"]},
    partial=True,
    mistakes=(
        Mistake(known.LEAF_NEEDS_GRAD, lambda g: {"leaves": Lacks("b")}),
        Mistake(known.DETACHED_AS_RESULT, lambda g: {"leaves": Lacks("d")}),
        Mistake(known.RESULT_AS_LEAF, lambda g: {"leaves": Holds("c")}),
        Mistake(known.RESULT_AS_LEAF, lambda g: {"leaves": Holds("e")}),
        Mistake(known.GRAD_WITHOUT_ASKING, lambda g: {"gets_grad": Holds("b")}),
        Mistake(known.GRAD_WITHOUT_ASKING, lambda g: {"gets_grad": Holds("d")}),
        Mistake(known.RESULT_KEEPS_GRAD, lambda g: {"gets_grad": Holds("c")}),
        Mistake(known.RESULT_KEEPS_GRAD, lambda g: {"gets_grad": Holds("e")}),
        Mistake(known.NOT_REACHED, lambda g: {"gets_grad": Holds("u")}),
        Mistake(known.GRAD_OVERLOOKED, lambda g: {"gets_grad": Lacks("a")}),
    ),
    hints=(
        "Which of these did an operation on a watched tensor make?",
        "A leaf has no grad_fn. A gradient stays only in a leaf that requires one and that the loss is made from.",
        "e is half of a leaf, and that makes it a result.",
    ),
)

# --------------------------------------------------------------------------- first_move, descent_direction

FIRST_MOVE = Exercise(
    id="first_move",
    title="Predict: the first move",
    points=5,
    keys=(Key("first_move", "the first move", kind="word"),),
    reference=lambda givens: {"first_move": "B"},
    mistakes=(
        Mistake(known.AIMS_AT_MINIMUM, lambda g: {"first_move": "A"}),
        Mistake(known.CLIMBS, lambda g: {"first_move": "C"}),
        Mistake(known.STEEPEST_AXIS, lambda g: {"first_move": "D"}),
    ),
    hints=(
        "What does autograd say about the two slopes at this point?",
        "Downhill means: each coordinate moves against its own slope.",
        "One slope is negative there, so its coordinate grows.",
    ),
)


def _down(givens: Givens):
    f, point = FUNCTIONS[givens["f"]], np.array(givens["xy"], dtype=float)
    return f, point, -f.gradient(point)


def _unit(vector: np.ndarray, length: float | None = None) -> Answer:
    length = np.linalg.norm(vector) if length is None else length
    return {"descent_direction": vector / length}


def _draw_direction(rng: Random) -> Givens:
    return {
        "f": "function_tilted",
        "xy": [round(rng.uniform(2.0, 5.0), 2), round(rng.uniform(-9.0, -5.5), 2)],
    }


DESCENT_DIRECTION = Exercise(
    id="descent_direction",
    function="descent_direction",
    title="The way down",
    points=10,
    givens={"f": "function_skewed", "xy": (8.0, 8.0)},
    draw=_draw_direction,
    keys=(
        Key("descent_direction", "the direction"),
        Key("direction_at_bottom", "the direction where it is flat"),
        Key("directions_near_bottom", "the directions above and to the left of a bottom", optional=True),
    ),
    reference=lambda g: (
        _unit(_down(g)[2])
        | {"direction_at_bottom": np.zeros(2), "directions_near_bottom": np.array([[0.0, -1.0], [1.0, 0.0]])}
    ),
    mistakes=(
        Mistake(known.CLIMBS, lambda g: _unit(-_down(g)[2])),
        Mistake(known.NOT_UNIT, lambda g: _unit(_down(g)[2], 1.0)),
        Mistake(known.OTHER_NORM, lambda g: _unit(_down(g)[2], np.abs(_down(g)[2]).sum())),
        Mistake(known.OTHER_NORM, lambda g: _unit(_down(g)[2], np.abs(_down(g)[2]).max())),
        Mistake(known.SQUARE_FOR_LENGTH, lambda g: _unit(_down(g)[2], np.sum(_down(g)[2] ** 2))),
        Mistake(known.SWAPPED, lambda g: _unit(_down(g)[2][::-1])),
        Mistake(known.AIMS_AT_MINIMUM, lambda g: _unit(-_down(g)[1])),
        Mistake(known.NOT_SYMMETRIC, lambda g: _unit(-_down(g)[0].matrix @ _down(g)[1])),
        Mistake(known.ZERO_BY_ZERO, lambda g: {"direction_at_bottom": NotANumber()}),
    ),
    hints=(
        "Which vector points downhill, and what makes its length one?",
        "Take the gradient, turn it round, divide it by its Euclidean length.",
        "Where that length is zero, return the zero vector before dividing.",
    ),
)

EXERCISES = (
    SUM_GRADS,
    X_GRAD,
    GRAPH_CHAIN,
    TWICE,
    GRAD_N,
    NUMERIC_SLOPE,
    BEST_H,
    LEAVES,
    FIRST_MOVE,
    DESCENT_DIRECTION,
    quiz(
        "bcbac",
        "backward() only computes slopes and stores them.",
        "a gradient has one slope for each entry of the tensor.",
        "new slopes are added to what is there.",
        "results pass their gradient on.",
        "downhill is against the gradient.",
    ),
    REFLECTION,
)
