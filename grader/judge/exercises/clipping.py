"""Exercises of 05_inside, third part: clipping, and the look back."""

from collections.abc import Callable
from random import Random

import numpy as np

from grader.judge import catalogue as known
from grader.judge import optimizers
from grader.judge.exercises.lookback import REFLECTION, quiz
from grader.judge.functions import FUNCTIONS, Function
from grader.judge.model import Answer, Crash, Exercise, Givens, Key, Mistake
from grader.judge.patterns import NotANumber
from grader.judge.rules import OWN_CLIPPING

# --------------------------------------------------------------------------- clip_by_norm, clipped_descent


def _parts(g: Givens, scale: float = 1.0) -> list[np.ndarray]:
    return [scale * np.asarray(g[name], dtype=float).ravel() for name in ("first", "second")]


def _length(parts: list[np.ndarray]) -> float:
    return float(np.sqrt(sum(np.sum(part**2) for part in parts)))


def _clip_all(g: Givens, scale: float = 1.0) -> np.ndarray:
    parts = _parts(g, scale)
    length = _length(parts)
    return np.concatenate(parts) * min(1.0, g["max_norm"] / length if length else 1.0)


def _clip_each(g: Givens) -> np.ndarray:
    return np.concatenate([part * min(1.0, g["max_norm"] / _length([part])) for part in _parts(g)])


def _lengths(g: Givens, measure: Callable = _length) -> np.ndarray:
    return np.array([measure(_parts(g, scale)) for scale in (1.0, g["small"], 0.0)])


def _clipped(g: Givens) -> Answer:
    return {
        "clip_norm": _lengths(g),
        "clipped_long": _clip_all(g),
        "clipped_short": _clip_all(g, g["small"]),
        "clipped_zero": np.zeros(sum(part.size for part in _parts(g))),
    }


def _draw_clip(rng: Random) -> Givens:
    return {
        "first": [round(rng.uniform(2.0, 5.0), 1), round(rng.uniform(-5.0, -2.0), 1), round(rng.uniform(3.0, 6.0), 1)],
        "second": [[round(rng.uniform(4.0, 9.0), 1), round(rng.uniform(-9.0, -4.0), 1)]],
        "max_norm": round(rng.uniform(1.0, 1.8), 1),
        "small": 0.05,
    }


CLIP_BY_NORM = Exercise(
    id="clip_by_norm",
    title="Shorten a gradient",
    function="clip_by_norm",
    points=10,
    partial=True,
    givens={"first": [3.0, -4.0], "second": [[12.0, 0.0]], "max_norm": 2.0, "small": 0.1},
    draw=_draw_clip,
    rules=(OWN_CLIPPING,),
    keys=(
        Key("clip_norm", "the lengths returned"),
        Key("clipped_long", "the long gradients"),
        Key("clipped_short", "the short gradients", needs=("clipped_long",)),
        Key("clipped_zero", "the zero gradients", needs=("clipped_long",)),
    ),
    crashes=tuple(Crash(known.NONE_USED, error, "NoneType") for error in ("TypeError", "AttributeError")),
    reference=_clipped,
    mistakes=(
        Mistake(known.NORM_AFTER, lambda g: {"clip_norm": np.minimum(_lengths(g), g["max_norm"])}),
        Mistake(known.SQUARE_FOR_LENGTH, lambda g: {"clip_norm": _lengths(g) ** 2}),
        Mistake(known.OTHER_NORM, lambda g: {"clip_norm": _lengths(g, lambda p: sum(np.abs(a).sum() for a in p))}),
        Mistake(known.OTHER_NORM, lambda g: {"clip_norm": _lengths(g, lambda p: sum(_length([a]) for a in p))}),
        Mistake(known.EACH_APART, lambda g: {"clipped_long": _clip_each(g)}),
        Mistake(
            known.BY_VALUE,
            lambda g: {"clipped_long": np.clip(np.concatenate(_parts(g)), -g["max_norm"], g["max_norm"])},
        ),
        Mistake(known.NOT_CLIPPED, lambda g: {"clipped_long": np.concatenate(_parts(g))}),
        Mistake(known.ALWAYS_SCALED, lambda g: {"clipped_short": _clip_all(g)}),
        Mistake(known.ZERO_BY_ZERO, lambda g: {"clipped_zero": NotANumber()}),
    ),
    hints=(
        "How long is one arrow that is made of all numbers of all gradients?",
        "The root of the sum of all squares; where it is above max_norm, multiply every gradient by max_norm over it.",
        "Skip tensors whose grad is None, change p.grad in place, and return the length from before as a float.",
    ),
)


def _clipped_walk(g: Givens, how: str = "length") -> np.ndarray:
    f, left = FUNCTIONS[g["f"]], 0.0

    def shortened(x):
        nonlocal left
        slope = f.gradient(x) + left
        length = np.sqrt(np.sum(slope**2))
        if how == "values":
            return np.clip(slope, -g["max_norm"], g["max_norm"])
        short = slope * (g["max_norm"] / length if how == "always" else min(1.0, g["max_norm"] / max(length, 1e-300)))
        left = short if how == "added" else 0.0
        return short

    return optimizers.sgd(Function(f.value, shortened), g["start"], g["steps"], lr=g["lr"])


def _unclipped_walk(g: Givens) -> np.ndarray:
    return optimizers.sgd(FUNCTIONS[g["f"]], g["start"], g["steps"], lr=g["lr"])


def _clip_walk(make: Callable[[Givens], np.ndarray]) -> Callable[[Givens], Answer]:
    return lambda g: {"clipped_path": make(g)}


def _draw_clip_walk(rng: Random) -> Givens:
    return {
        "f": "function_tilted",
        "start": [round(rng.uniform(2.0, 4.0), 2), round(rng.uniform(-4.0, -2.0), 2)],
        "lr": round(rng.uniform(0.008, 0.012), 4),
        "steps": rng.randint(14, 18),
        "max_norm": round(rng.uniform(40.0, 60.0), 1),
    }


CLIPPED_DESCENT = Exercise(
    id="clipped_descent",
    title="The place for clipping",
    function="clipped_descent",
    points=10,
    givens={"f": "function_skewed", "start": (8.0, 8.0), "lr": 0.01, "steps": 60, "max_norm": 60.0},
    draw=_draw_clip_walk,
    keys=(Key("clipped_path", "v", kind="path"),),
    reference=_clip_walk(_clipped_walk),
    mistakes=(
        Mistake(known.CLIPPED_TOO_LATE, _clip_walk(_unclipped_walk)),
        Mistake(known.NEVER_CLEARED, _clip_walk(lambda g: _clipped_walk(g, "added"))),
        Mistake(known.BY_VALUE, _clip_walk(lambda g: _clipped_walk(g, "values"))),
        Mistake(known.ALWAYS_SCALED, _clip_walk(lambda g: _clipped_walk(g, "always"))),
        Mistake(known.CLIMBS, _clip_walk(lambda g: _clipped_walk({**g, "lr": -g["lr"]}))),
        Mistake(known.START_MISSING, _clip_walk(lambda g: _clipped_walk({**g, "steps": g["steps"] + 1})[1:])),
        Mistake(known.NOT_STEPPED, _clip_walk(lambda g: _clipped_walk({**g, "lr": 0.0}))),
    ),
    hints=(
        "When is there a gradient to clip, and when is it too late?",
        "Clear, compute, backward, clip, step: the gradient is clipped after backward() and before step().",
        "torch.nn.utils.clip_grad_norm_([v], max_norm) between the two, or your own function.",
    ),
)

EXERCISES = (
    CLIP_BY_NORM,
    CLIPPED_DESCENT,
    quiz(
        "bcabc",
        "what the memory of momentum adds up.",
        "what is divided by its own size.",
        "why the moments are corrected.",
        "where the decay of AdamW goes.",
        "what step does with a tensor that has no gradient.",
    ),
    REFLECTION,
)
