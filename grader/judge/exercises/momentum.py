"""Exercises of 05_inside, first part: the forms of momentum."""

from collections.abc import Callable
from random import Random

import numpy as np

from grader.judge import catalogue as known
from grader.judge import faults, optimizers
from grader.judge.functions import FUNCTIONS
from grader.judge.model import Answer, Exercise, Givens, Key, Mistake
from grader.judge.rules import OWN_OPTIMIZER

# --------------------------------------------------------------------------- first_lengths

FIRST_LENGTHS = Exercise(
    id="first_lengths",
    title="Predict: six first steps",
    points=10,
    prediction=True,
    partial=True,
    keys=(
        Key("first_sgd", "SGD", rtol=0.02),
        Key("first_momentum", "momentum", rtol=0.02),
        Key("first_mean", "the mean of gradients", rtol=0.02),
        Key("first_nesterov", "Nesterov", rtol=0.02),
        Key("first_adam", "Adam", rtol=0.02),
        Key("first_uncorrected", "Adam without its correction", rtol=0.02),
    ),
    reference=lambda givens: {
        "first_sgd": 1.5,
        "first_momentum": 1.5,
        "first_mean": 0.15,
        "first_nesterov": 2.85,
        "first_adam": 0.05,
        "first_uncorrected": 0.15811388,
    },
    mistakes=(
        Mistake(known.HALF_SLOPE, lambda g: {"first_sgd": 0.75}),
        Mistake(known.FIRST_STEP_GROWS, lambda g: {"first_momentum": 2.85}),
        Mistake(known.FIRST_STEP_GROWS, lambda g: {"first_momentum": 15.0}),
        Mistake(known.MEAN_FOR_SUM, lambda g: {"first_momentum": 0.15}),
        Mistake(known.EMA_FIRST_FULL, lambda g: {"first_mean": 1.5}),
        Mistake(known.WEIGHTS_SWAPPED, lambda g: {"first_mean": 1.35}),
        Mistake(known.AHEAD_OVERLOOKED, lambda g: {"first_nesterov": 1.5}),
        Mistake(known.STEP_GROWS_WITH_SLOPE, lambda g: {"first_adam": 1.5}),
        Mistake(known.STEP_GROWS_WITH_SLOPE, lambda g: {"first_uncorrected": 1.5}),
        Mistake(known.SMALLER_WITHOUT, lambda g: {"first_uncorrected": 0.005}),
        Mistake(known.SMALLER_WITHOUT, lambda g: {"first_uncorrected": 0.05}),
    ),
    hints=(
        "Put g = 30 into each formula, with an empty memory.",
        "Momentum's first memory is g itself; the mean takes in a tenth of g; Nesterov adds mu times the memory to g.",
        "Without its correction Adam divides a tenth of g by the root of a thousandth of its square.",
    ),
)

# --------------------------------------------------------------------------- convert, momentum_path

CONVERT = Exercise(
    id="convert",
    title="Predict: forms and fates",
    points=5,
    prediction=True,
    partial=True,
    keys=(
        Key("mean_factor", "the factor for the mean", rtol=0.01),
        Key("velocity_factor", "the factor for the velocity", rtol=0.01),
        Key("fewer_steps", "the one with fewer steps", kind="word"),
        Key("nesterov_fate", "the fate of Nesterov", kind="word"),
    ),
    reference=lambda givens: {
        "mean_factor": 10.0,
        "velocity_factor": 1.0,
        "fewer_steps": "plain",
        "nesterov_fate": "diverges",
    },
    mistakes=(
        Mistake(known.FACTOR_INVERTED, lambda g: {"mean_factor": 0.1}),
        Mistake(known.MEAN_FOR_SUM, lambda g: {"mean_factor": 1.0}),
        Mistake(known.RATE_OUTSIDE, lambda g: {"velocity_factor": 10.0}),
        Mistake(known.MOMENTUM_ALWAYS_FASTER, lambda g: {"fewer_steps": "momentum"}),
        Mistake(known.NESTEROV_ALWAYS_SAFER, lambda g: {"nesterov_fate": "arrives"}),
    ),
    hints=(
        "Write the first two steps of two forms side by side, with letters instead of numbers.",
        "The mean is the fading sum times 1 - mu; the velocity is the fading sum times -lr while the rate is constant.",
        "Memory makes a walk that is fast already swing; and Nesterov's step is longer than that of momentum.",
    ),
)

FORMS = ("torch", "mean", "velocity", "nesterov")


def rates(g: Givens) -> Callable[[int], float]:
    """Return the rate of step t, from one: lr, and half of it from the step `halved_at` on, which counts from zero."""
    return lambda t: g["lr"] if t <= g["halved_at"] else g["lr"] / 2


def _form(rule, **changed) -> Callable[[Givens], np.ndarray]:
    def walk(g: Givens) -> np.ndarray:
        return rule(FUNCTIONS[g["f"]], g["x0"], g["n"], **({"lr": rates(g), "momentum": g["mu"]} | changed))

    return walk


TORCH, MEAN, VELOCITY = _form(optimizers.sgd), _form(faults.ema), _form(faults.velocity)
NESTEROV = _form(optimizers.sgd, nesterov=True)


def _plain(g: Givens) -> np.ndarray:
    return optimizers.sgd(FUNCTIONS[g["f"]], g["x0"], g["n"], lr=rates(g))


def _uphill(g: Givens) -> np.ndarray:
    return optimizers.sgd(FUNCTIONS[g["f"]], g["x0"], g["n"], lr=lambda t: -rates(g)(t), momentum=g["mu"])


def _uncleared(g: Givens) -> np.ndarray:
    return optimizers.sgd(optimizers.accumulating(FUNCTIONS[g["f"]]), g["x0"], g["n"], lr=rates(g), momentum=g["mu"])


def _made(key: str, walk: Callable[[Givens], object]) -> Callable[[Givens], Answer]:
    return lambda g: {key: walk(g)}


def _draw_momentum(rng: Random) -> Givens:
    n = rng.randint(16, 24)
    return {
        "f": "function_tilted",
        "x0": [round(rng.uniform(3.0, 8.0), 2), round(rng.uniform(-8.0, -3.0), 2)],
        "lr": round(rng.uniform(0.002, 0.006), 4),
        "mu": round(rng.uniform(0.5, 0.8), 2),
        "n": n,
        "halved_at": n // 2,
    }


MOMENTUM_PATH = Exercise(
    id="momentum_path",
    title="Four forms of momentum",
    function="momentum_path",
    points=15,
    partial=True,
    givens={"f": "function_skewed", "x0": (8.0, 8.0), "lr": 0.002, "mu": 0.9, "n": 120, "halved_at": 120},
    draw=_draw_momentum,
    keys=tuple(Key(f"form_{form}", f"the {form} form", kind="path", rtol=1e-4, atol=1e-4) for form in FORMS),
    reference=lambda g: {
        "form_torch": TORCH(g),
        "form_mean": MEAN(g),
        "form_velocity": VELOCITY(g),
        "form_nesterov": NESTEROV(g),
    },
    rules=(OWN_OPTIMIZER,),
    mistakes=(
        Mistake(known.MEAN_FOR_SUM, _made("form_torch", MEAN)),
        Mistake(known.OLD_BUFFER, _made("form_torch", _form(faults.late_buffer))),
        Mistake(known.NESTEROV_FOR_MOMENTUM, _made("form_torch", NESTEROV)),
        Mistake(known.RATE_IN_VELOCITY, _made("form_torch", VELOCITY)),
        Mistake(known.MOMENTUM_LOST, _made("form_torch", _plain)),
        Mistake(known.CLIMBS, _made("form_torch", _uphill)),
        Mistake(known.NEVER_CLEARED, _made("form_torch", _uncleared)),
        Mistake(known.SUM_FOR_MEAN, _made("form_mean", TORCH)),
        Mistake(known.RATE_OUTSIDE, _made("form_velocity", TORCH)),
        Mistake(known.MEAN_FOR_SUM, _made("form_velocity", MEAN)),
        Mistake(known.CLIMBS, _made("form_velocity", _uphill)),
        Mistake(known.NESTEROV_IGNORED, _made("form_nesterov", TORCH)),
        Mistake(known.LOOK_AHEAD, _made("form_nesterov", _form(faults.look_ahead))),
        Mistake(known.LOOK_AHEAD, _made("form_nesterov", _form(faults.look_ahead_with_sum))),
        Mistake(known.RATE_IN_VELOCITY, _made("form_nesterov", _form(faults.velocity, nesterov=True))),
        *(
            Mistake(known.AFTER_THE_STEP, lambda g, key=key, walk=walk: {key: walk({**g, "n": g["n"] + 1})[1:]})
            for key, walk in (("form_torch", TORCH), ("form_mean", MEAN), ("form_velocity", VELOCITY))
        ),
    ),
    hints=(
        "Which lines are the same in all four forms, and in which one do they differ?",
        "Keep the point and the memory; in each round: gradient, new memory, step, record.",
        "The memory starts at zero in all forms; rates[k] is the rate of round k.",
    ),
)

EXERCISES = (FIRST_LENGTHS, CONVERT, MOMENTUM_PATH)
