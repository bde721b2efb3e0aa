"""Exercises of 05_inside, second part: optimizer classes of one's own."""

from collections.abc import Callable
from functools import partial
from random import Random

import numpy as np

from grader.judge import catalogue as known
from grader.judge import faults, optimizers, trials
from grader.judge.functions import FUNCTIONS, Function
from grader.judge.model import Answer, Crash, Exercise, Givens, Key, Mistake
from grader.judge.patterns import FirstRowNotZero, NothingAfterStart
from grader.judge.rules import OWN_OPTIMIZER

NONE_CRASHES = (
    *(Crash(known.NONE_USED, error, "NoneType") for error in ("TypeError", "AttributeError", "RuntimeError")),
    Crash(known.CLOSURE_UNWATCHED, "RuntimeError", "does not require grad"),
)

COUNTED = 2e-4  # a count that is kept as a float32 tensor, as torch keeps it, makes its corrections less exact
LABELS = {
    "path": "the path",
    "tensors": "five tensors",
    "groups": "two groups",
    "midway": "the rate halved on the way",
    "resumed": "saved and loaded",
    "losses": "the steps with a closure",
    "grads": "the change of the gradients",
}


def class_keys(name: str, tolerance: float = 1e-5) -> tuple[Key, ...]:
    """Return the keys of the situations that a class is tried in."""
    still = {"grads": (f"{name}_path",)}  # who does nothing touches no gradient
    return tuple(
        Key(f"{name}_{one}", label, kind="path", rtol=tolerance, atol=tolerance, needs=still.get(one, ()))
        for one, label in LABELS.items()
    )


def walked(rule: trials.Rule, g: Givens, lr=None) -> np.ndarray:
    """Return the points of a rule with the givens of a class, or with another rate."""
    return rule(FUNCTIONS[g["f"]], g["start"], g["steps"], lr=g["lr"] if lr is None else lr)


def in_groups(rule: trials.Rule, g: Givens, **rates: float) -> np.ndarray:
    """Return the points of a rule whose coordinates are in two groups."""
    return trials.groups(rule, FUNCTIONS[g["f"]], g["start"], g["steps"], g["lr"], **rates)


def tried(name: str, rule: Callable[[Givens], trials.Rule]) -> Callable[[Givens], Answer]:
    """Return what a right class does in all situations, under the keys of `name`."""

    def reference(g: Givens) -> Answer:
        made = trials.trials(rule(g), FUNCTIONS[g["f"]], g["start"], g["steps"], g["lr"])
        return {f"{name}_{situation}": value for situation, value in made.items()}

    return reference


def path_of(name: str, rule: Callable[[Givens], trials.Rule]) -> Callable[[Givens], Answer]:
    """Return the path that a faulty rule makes."""
    return lambda g: {f"{name}_path": walked(rule(g), g)}


def groups_of(name: str, rule: Callable[[Givens], trials.Rule]) -> Callable[[Givens], Answer]:
    """Return what a faulty rule makes of two groups, for faults that a rate of one hides."""
    return lambda g: {f"{name}_groups": in_groups(rule(g), g)}


def class_mistakes(name: str, rule: Callable[[Givens], trials.Rule], memory: str = "moves") -> tuple[Mistake, ...]:
    """Return what any optimizer class can get wrong around its rule.

    memory: what it does with a gradient of zero: it "moves" the tensor, only "fades", or "stays".
    """

    def situation(key: str, make: Callable[[Givens], object]) -> Callable[[Givens], Answer]:
        return lambda g: {f"{name}_{key}": make(g)}

    def several(**faulty) -> Callable[[Givens], object]:
        return lambda g: trials.tensors(rule(g), g["steps"], g["lr"], **faulty)

    def again(g: Givens) -> np.ndarray:
        return trials.restarted(rule(g), FUNCTIONS[g["f"]], g["start"], g["steps"], g["lr"])

    def rows(g: Givens) -> np.ndarray:
        return trials.trials(rule(g), FUNCTIONS[g["f"]], g["start"], g["steps"], g["lr"])["losses"]

    def lost(g: Givens) -> np.ndarray:
        return np.column_stack([np.full(g["steps"], np.nan), rows(g)[:, 1:]])

    def idle(g: Givens) -> np.ndarray:
        return np.tile([np.nan, 0.0, *np.ravel(g["start"])], (g["steps"], 1))

    def twice(g: Givens) -> np.ndarray:
        return rows(g) * np.array([1.0, 2.0, *np.ones(np.size(g["start"]))])

    def late(g: Givens) -> np.ndarray:
        found = rows(g)
        return np.column_stack([found[:, :2], np.vstack([g["start"], found[:-1, 2:]])])

    skipped = Mistake(known.ZERO_SKIPPED, situation("tensors", several(zero_skipped=True)))
    moved = Mistake(known.NONE_MOVES, situation("tensors", several(none_moves=True)))
    return (
        Mistake(known.RATE_FORGOTTEN, situation("path", lambda g: walked(rule(g), g, lr=1.0))),
        Mistake(known.GROUP_IGNORED, situation("groups", lambda g: in_groups(rule(g), g, second=1.0))),
        Mistake(known.RATE_FROZEN, situation("midway", lambda g: walked(rule(g), g))),
        Mistake(known.STATE_ELSEWHERE, situation("resumed", again)),
        Mistake(known.CLOSURE_IDLE, situation("losses", idle)),
        Mistake(known.CLOSURE_TWICE, situation("losses", twice)),
        Mistake(known.CLOSURE_LATE, situation("losses", late)),
        Mistake(known.LOSS_LOST, situation("losses", lost)),
        Mistake(known.GRAD_TOUCHED, situation("grads", lambda g: FirstRowNotZero())),
        *{"moves": (skipped, moved), "fades": (skipped,), "stays": ()}[memory],
    )


def uphill(rule: Callable[[Givens], trials.Rule]) -> Callable[[Givens], trials.Rule]:
    """Return the rule with the sign of its step reversed."""
    return lambda g: lambda f, start, steps, lr: rule(g)(f, start, steps, lr=-lr)


def draw_start(rng: Random) -> Givens:
    """Return a function, a start and a number of steps for a class."""
    return {
        "f": "function_tilted",
        "start": [round(rng.uniform(3.0, 8.0), 2), round(rng.uniform(-8.0, -3.0), 2)],
        "steps": rng.choice([14, 16, 18]),
    }


# --------------------------------------------------------------------------- MySGD

SGD_CONFIGS = ("plain", "decayed", "momentum", "nesterov", "dampened")


def _sgd(g: Givens) -> trials.Rule:
    return partial(optimizers.sgd, momentum=g["momentum"], weight_decay=g["weight_decay"])


def _configured(config: str, rule=optimizers.sgd, **changed) -> Callable[[Givens], Answer]:
    def walk(g: Givens) -> Answer:
        hyper = {
            "plain": {},
            "decayed": {"weight_decay": g["weight_decay"]},
            "momentum": {"momentum": g["momentum"]},
            "nesterov": {"momentum": g["momentum"], "weight_decay": g["weight_decay"], "nesterov": True},
            "dampened": {"momentum": g["momentum"], "dampening": g["dampening"]},
        }[config]
        return {f"sgd_{config}": walked(partial(rule, **(hyper | changed)), g)}

    return walk


def _swapped(config: str, other: str) -> Callable[[Givens], Answer]:
    return lambda g: {f"sgd_{config}": _configured(other)(g)[f"sgd_{other}"]}


def _dampened_otherwise(g: Givens) -> Answer:
    return _configured("dampened", dampening=1 - g["dampening"])(g)


def _raw(g: Givens) -> Answer:
    hyper = {"momentum": g["momentum"], "weight_decay": g["weight_decay"]}
    return {"sgd_nesterov": walked(partial(faults.nesterov_raw, **hyper), g)}


def _sgd_reference(g: Givens) -> Answer:
    made: Answer = {}
    for config in SGD_CONFIGS:
        made |= _configured(config)(g)
    return made | tried("sgd", _sgd)(g)


def _velocity_midway(g: Givens) -> Answer:
    rule = partial(faults.velocity, momentum=g["momentum"], weight_decay=g["weight_decay"])
    return {"sgd_midway": walked(rule, g, trials.halved(g["lr"], g["steps"]))}


def _draw_sgd(rng: Random) -> Givens:
    return draw_start(rng) | {
        "lr": round(rng.uniform(0.002, 0.006), 4),
        "momentum": round(rng.uniform(0.5, 0.8), 2),
        "dampening": round(rng.uniform(0.2, 0.4), 2),
        "weight_decay": round(rng.uniform(0.5, 2.0), 2),
    }


MY_SGD = Exercise(
    id="MySGD",
    title="SGD of your own",
    function="MySGD",
    points=30,
    partial=True,
    givens={
        "f": "function_skewed",
        "start": (8.0, 8.0),
        "lr": 0.002,
        "steps": 40,
        "momentum": 0.9,
        "dampening": 0.3,
        "weight_decay": 1.0,
    },
    draw=_draw_sgd,
    keys=(
        Key("sgd_plain", "without momentum", kind="path"),
        Key("sgd_decayed", "with weight decay", kind="path"),
        Key("sgd_momentum", "with momentum", kind="path"),
        Key("sgd_nesterov", "with Nesterov", kind="path"),
        Key("sgd_dampened", "with dampening", kind="path"),
        *class_keys("sgd"),
    ),
    reference=_sgd_reference,
    rules=(OWN_OPTIMIZER,),
    crashes=NONE_CRASHES,
    mistakes=(
        Mistake(known.CLIMBS, _configured("plain", lambda *a, lr: optimizers.sgd(*a, lr=-lr))),
        Mistake(known.MEAN_FOR_SUM, _configured("momentum", faults.ema)),
        Mistake(known.OLD_BUFFER, _configured("momentum", faults.late_buffer)),
        Mistake(known.MOMENTUM_LOST, _swapped("momentum", "plain")),
        Mistake(known.GRAD_KEPT, _configured("momentum", faults.kept_gradient)),
        Mistake(known.GRAD_KEPT, _configured("momentum", faults.kept_gradient, in_place=True)),
        Mistake(known.NESTEROV_FOR_MOMENTUM, _configured("momentum", nesterov=True)),
        Mistake(known.NESTEROV_IGNORED, _configured("nesterov", nesterov=False)),
        Mistake(known.NESTEROV_RAW, _raw),
        Mistake(known.NO_DECAY, _swapped("decayed", "plain")),
        Mistake(known.DAMPED_FIRST, _configured("dampened", faults.damped_first)),
        Mistake(known.DAMPENING_IGNORED, _swapped("dampened", "momentum")),
        Mistake(known.DAMPENING_REVERSED, _dampened_otherwise),
        Mistake(known.DECAY_TIMES_RATE, lambda g: _configured("decayed", weight_decay=g["lr"] * g["weight_decay"])(g)),
        Mistake(known.NO_DECAY, path_of("sgd", lambda g: partial(optimizers.sgd, momentum=g["momentum"]))),
        Mistake(known.DECAY_SIGN, path_of("sgd", lambda g: _sgd({**g, "weight_decay": -g["weight_decay"]}))),
        Mistake(
            known.DECAY_DECOUPLED,
            path_of(
                "sgd", lambda g: partial(faults.decoupled_sgd, momentum=g["momentum"], weight_decay=g["weight_decay"])
            ),
        ),
        Mistake(known.RATE_IN_VELOCITY, _velocity_midway),
        *class_mistakes("sgd", _sgd),
    ),
    hints=(
        "Take the class Plain and ask: which lines stand between the gradient and the step?",
        "g = p.grad + weight_decay * p; then the memory b in self.state[p]; then lr * b, or lr * (g + momentum * b).",
        "The first memory is g itself, without dampening; make new tensors, so that p.grad stays as it is.",
    ),
)


# --------------------------------------------------------------------------- MyAdagrad, MyRMSprop, MyAdadelta


def _adagrad(g: Givens) -> trials.Rule:
    return partial(optimizers.adagrad, eps=g["eps"])


def _scaled(**how) -> Callable[[Givens], trials.Rule]:
    return lambda g: partial(faults.scaled_by, eps=g["eps"], **how)


def _draw_adagrad(rng: Random) -> Givens:
    return draw_start(rng) | {"lr": round(rng.uniform(1.1, 1.8), 2), "eps": rng.choice([0.5, 1.0, 2.0])}


MY_ADAGRAD = Exercise(
    id="MyAdagrad",
    title="Adagrad of your own",
    function="MyAdagrad",
    points=15,
    partial=True,
    givens={"f": "function_skewed", "start": (8.0, 8.0), "lr": 2.0, "steps": 60, "eps": 1e-10},
    draw=_draw_adagrad,
    keys=class_keys("adagrad"),
    reference=tried("adagrad", _adagrad),
    rules=(OWN_OPTIMIZER,),
    crashes=NONE_CRASHES,
    mistakes=(
        Mistake(known.ROOT_MISSING, path_of("adagrad", _scaled(root=False))),
        Mistake(known.EPS_OTHER, path_of("adagrad", lambda g: partial(faults.scaled_by, eps=1e-10))),
        Mistake(known.EPS_INSIDE, path_of("adagrad", _scaled(inside=True))),
        Mistake(known.ONE_SIZE, path_of("adagrad", _scaled(kind="summed"))),
        Mistake(known.NOT_SQUARED, path_of("adagrad", _scaled(kind="raw"))),
        Mistake(known.OLD_SQUARES, path_of("adagrad", _scaled(kind="late"))),
        Mistake(known.GRADIENT_LEFT_OUT, path_of("adagrad", _scaled(kind="bare"))),
        Mistake(known.STEPS_STAY, path_of("adagrad", _scaled(keep=0.0))),
        Mistake(known.FORGETS, path_of("adagrad", _scaled(keep=0.9, new=0.1))),
        Mistake(known.FORGETS, path_of("adagrad", _scaled(keep=0.99, new=0.01))),
        Mistake(known.CLIMBS, path_of("adagrad", uphill(_adagrad))),
        Mistake(known.MOMENTUM_LOST, path_of("adagrad", lambda g: optimizers.sgd)),
        *class_mistakes("adagrad", _adagrad, "stays"),
    ),
    hints=(
        "What does Adagrad remember for each number of a tensor?",
        "The sum of its squared gradients; it starts at zero, and each step adds g * g.",
        "p -= lr * g / (sum.sqrt() + eps), with lr and eps from the group and the sum from self.state[p].",
    ),
)


def _rmsprop(g: Givens) -> trials.Rule:
    return partial(optimizers.rmsprop, alpha=g["alpha"], eps=g["eps"])


def _rms_faulty(**how) -> Callable[[Givens], trials.Rule]:
    def make(g: Givens) -> trials.Rule:
        return partial(faults.scaled_by, **({"eps": g["eps"], "keep": g["alpha"], "new": 1 - g["alpha"]} | how))

    return make


def _draw_rmsprop(rng: Random) -> Givens:
    return draw_start(rng) | {
        "lr": round(rng.uniform(0.1, 0.5), 2),
        "alpha": round(rng.uniform(0.85, 0.95), 2),
        "eps": rng.choice([0.5, 1.0, 2.0]),
    }


MY_RMSPROP = Exercise(
    id="MyRMSprop",
    title="RMSprop of your own",
    function="MyRMSprop",
    points=10,
    partial=True,
    givens={"f": "function_skewed", "start": (8.0, 8.0), "lr": 0.1, "steps": 60, "alpha": 0.99, "eps": 1e-8},
    draw=_draw_rmsprop,
    keys=class_keys("rms"),
    reference=tried("rms", _rmsprop),
    rules=(OWN_OPTIMIZER,),
    crashes=NONE_CRASHES,
    mistakes=(
        Mistake(known.ROOT_MISSING, path_of("rms", _rms_faulty(root=False))),
        Mistake(known.EPS_OTHER, path_of("rms", _rms_faulty(eps=1e-8))),
        Mistake(known.EPS_INSIDE, path_of("rms", _rms_faulty(inside=True))),
        Mistake(known.ONE_SIZE, path_of("rms", _rms_faulty(kind="summed"))),
        Mistake(known.NOT_SQUARED, path_of("rms", _rms_faulty(kind="raw"))),
        Mistake(known.OLD_SQUARES, path_of("rms", _rms_faulty(kind="late"))),
        Mistake(known.GRADIENT_LEFT_OUT, path_of("rms", _rms_faulty(kind="bare"))),
        Mistake(known.EMA_FIRST_FULL, path_of("rms", _rms_faulty(kind="full"))),
        Mistake(known.CORRECTED, path_of("rms", _rms_faulty(kind="corrected"))),
        Mistake(known.STEPS_STAY, path_of("rms", _rms_faulty(keep=0.0))),
        Mistake(known.NEVER_FORGETS, path_of("rms", _rms_faulty(keep=1.0, new=1.0))),
        Mistake(known.NEW_UNWEIGHTED, path_of("rms", _rms_faulty(new=1.0))),
        Mistake(
            known.WEIGHTS_SWAPPED,
            path_of("rms", lambda g: partial(faults.scaled_by, eps=g["eps"], keep=1 - g["alpha"], new=g["alpha"])),
        ),
        Mistake(known.CLIMBS, path_of("rms", uphill(_rmsprop))),
        Mistake(known.MOMENTUM_LOST, path_of("rms", lambda g: optimizers.sgd)),
        *class_mistakes("rms", _rmsprop, "fades"),
    ),
    hints=(
        "What changes when the sum of Adagrad becomes a mean that forgets?",
        "v = alpha * v + (1 - alpha) * g * g, from zero.",
        "p -= lr * g / (v.sqrt() + eps): epsilon is added after the root.",
    ),
)


def _adadelta(g: Givens) -> trials.Rule:
    return partial(optimizers.adadelta, rho=g["rho"], eps=g["eps"])


def _delta_faulty(kind: str) -> Callable[[Givens], trials.Rule]:
    return lambda g: partial(faults.delta, rho=g["rho"], eps=g["eps"], kind=kind)


def _draw_adadelta(rng: Random) -> Givens:
    return draw_start(rng) | {
        "lr": round(rng.uniform(0.5, 0.9), 2),
        "rho": round(rng.uniform(0.7, 0.9), 2),
        "eps": rng.choice([0.01, 0.02]),
    }


MY_ADADELTA = Exercise(
    id="MyAdadelta",
    title="Adadelta of your own",
    function="MyAdadelta",
    points=10,
    partial=True,
    givens={"f": "function_skewed", "start": (8.0, 8.0), "lr": 1.0, "steps": 60, "rho": 0.9, "eps": 1e-3},
    draw=_draw_adadelta,
    keys=class_keys("delta"),
    reference=tried("delta", _adadelta),
    rules=(OWN_OPTIMIZER,),
    crashes=NONE_CRASHES,
    mistakes=(
        Mistake(known.EPS_OUTSIDE, path_of("delta", _delta_faulty("outside"))),
        Mistake(known.GRADIENT_FOR_STEP, path_of("delta", _delta_faulty("gradients"))),
        Mistake(known.STEPS_NOT_REMEMBERED, path_of("delta", _delta_faulty("still"))),
        Mistake(known.OLD_SQUARES, path_of("delta", _delta_faulty("late"))),
        Mistake(known.ROOTS_EXCHANGED, path_of("delta", _delta_faulty("exchanged"))),
        Mistake(known.ROOT_MISSING, path_of("delta", _delta_faulty("rootless"))),
        Mistake(known.NO_START, lambda g: {"delta_path": walked(optimizers.sgd, g, lr=0.0)}),
        Mistake(known.STEP_SCALED, path_of("delta", _delta_faulty("scaled"))),
        Mistake(known.STEP_SCALED, groups_of("delta", _delta_faulty("scaled"))),
        Mistake(known.CLIMBS, path_of("delta", uphill(_adadelta))),
        *class_mistakes("delta", _adadelta, "fades"),
    ),
    hints=(
        "How many memories does Adadelta have for each tensor, and in which order are they updated and used?",
        "First v, the mean of squared gradients; then the step from both roots; then u, the mean of squared steps.",
        "step = (u + eps).sqrt() / (v + eps).sqrt() * g; u = rho * u + (1 - rho) * step * step; p -= lr * step.",
    ),
)

# --------------------------------------------------------------------------- MyAdam, MyAdamW


def _betas(g: Givens) -> tuple[float, float]:
    return (g["beta1"], g["beta2"])


def _adam(g: Givens) -> trials.Rule:
    return partial(optimizers.adam, betas=_betas(g), eps=g["eps"])


def _adam_faulty(**how) -> Callable[[Givens], trials.Rule]:
    return lambda g: partial(faults.adam, **({"betas": _betas(g), "eps": g["eps"]} | how))


def _adam_counter(name: str, rule: Callable[[Givens], trials.Rule], counts: tuple) -> Callable[[Givens], Answer]:
    def make(g: Givens) -> Answer:
        rules = [partial(rule(g), count=count) for count in counts]
        return {f"{name}_tensors": trials.tensors_of(rules, g["steps"], g["lr"])}

    return make


def adam_mistakes(name: str, faulty: Callable[..., Callable[[Givens], trials.Rule]]) -> tuple[Mistake, ...]:
    """Return the mistakes of Adam's rule; faulty(**how) is the rule with a fault."""

    def made(**how) -> Callable[[Givens], Answer]:
        return path_of(name, faulty(**how))

    def swapped(g: Givens) -> Answer:
        return path_of(name, faulty(betas=_betas(g)[::-1]))(g)

    def one_beta(which: int) -> Callable[[Givens], Answer]:
        return lambda g: path_of(name, faulty(betas=(_betas(g)[which],) * 2))(g)

    return (
        Mistake(known.UNCORRECTED, made(first=False, second=False)),
        Mistake(known.HALF_CORRECTED, made(first=False)),
        Mistake(known.HALF_CORRECTED, made(second=False)),
        Mistake(known.BETAS_SWAPPED, swapped),
        Mistake(known.EPS_OTHER, made(eps=1e-8)),
        Mistake(known.EPS_INSIDE, made(inside=True)),
        Mistake(known.ROOT_MISSING, made(root=False)),
        Mistake(known.COUNT_STUCK, made(count=lambda t: 1)),
        Mistake(known.COUNT_AHEAD, made(count=lambda t: t + 1)),
        Mistake(known.CORRECTIONS_EXCHANGED, made(kind="exchanged")),
        Mistake(known.CORRECTION_MULTIPLIED, made(kind="multiplied")),
        Mistake(known.SUM_FOR_MEAN, made(kind="summed")),
        Mistake(known.NOTHING_FADES, made(kind="lasting")),
        Mistake(known.MOMENTUM_LOST, made(kind="direct")),
        Mistake(known.NOT_SQUARED, made(kind="raw")),
        Mistake(known.MEAN_SQUARED, made(kind="of mean")),
        Mistake(known.ONE_BETA, one_beta(0)),
        Mistake(known.ONE_BETA, one_beta(1)),
        Mistake(known.HATS_STORED, made(stored_hats=True)),
        Mistake(known.MOMENTUM_LOST, made(memory=False)),
        Mistake(known.MOMENTUM_LOST, made(memory=False, count=lambda t: 1)),
        Mistake(known.COUNT_FROM_ZERO, lambda g: {f"{name}_path": NothingAfterStart()}),
        Mistake(known.COUNT_SHARED, _adam_counter(name, faulty(), trials.shared_counts())),
        Mistake(known.COUNT_COMMON, _adam_counter(name, faulty(), trials.common_count())),
    )


def _draw_adam(rng: Random) -> Givens:
    return draw_start(rng) | {
        "lr": round(rng.uniform(0.1, 0.5), 2),
        "beta1": round(rng.uniform(0.7, 0.9), 2),
        "beta2": round(rng.uniform(0.95, 0.99), 3),
        "eps": rng.choice([0.5, 1.0, 2.0]),
    }


MY_ADAM = Exercise(
    id="MyAdam",
    title="Adam of your own",
    function="MyAdam",
    points=25,
    partial=True,
    givens={
        "f": "function_skewed",
        "start": (8.0, 8.0),
        "lr": 0.5,
        "steps": 60,
        "beta1": 0.9,
        "beta2": 0.999,
        "eps": 1e-8,
    },
    draw=_draw_adam,
    keys=class_keys("adam", COUNTED),
    reference=tried("adam", _adam),
    rules=(OWN_OPTIMIZER,),
    crashes=(*NONE_CRASHES, Crash(known.COUNT_FROM_ZERO, "ZeroDivisionError", "division by zero")),
    mistakes=(
        *adam_mistakes("adam", _adam_faulty),
        Mistake(known.CLIMBS, path_of("adam", uphill(_adam))),
        Mistake(known.MOMENTUM_LOST, path_of("adam", lambda g: optimizers.sgd)),
        *class_mistakes("adam", _adam),
    ),
    hints=(
        "Which three things does each tensor keep in self.state[p]?",
        "m, v and the count t; all start at zero, and t grows by one before it is used.",
        "m / (1 - beta1**t) over (v / (1 - beta2**t)).sqrt() + eps, times lr.",
    ),
)

ZERO_GRADIENT = Exercise(
    id="zero_gradient",
    title="Predict: a weight without a slope",
    points=5,
    prediction=True,
    partial=True,
    keys=(Key("zero_adamw", "the weight under AdamW", atol=2e-4), Key("zero_adam", "the weight under Adam", rtol=2e-4)),
    reference=lambda givens: {"zero_adamw": 3.996, "zero_adam": 3.9},
    mistakes=(
        Mistake(known.RULES_EXCHANGED, lambda g: {"zero_adamw": 3.9, "zero_adam": 3.996}),
        Mistake(known.NOTHING_MOVES, lambda g: {"zero_adamw": 4.0}),
        Mistake(known.NOTHING_MOVES, lambda g: {"zero_adam": 4.0}),
        Mistake(known.SHRINKS_BY_DECAY, lambda g: {"zero_adamw": 3.96}),
        Mistake(known.ALL_DECAY_ALIKE, lambda g: {"zero_adamw": 3.9}),
        Mistake(known.ALL_DECAY_ALIKE, lambda g: {"zero_adam": 3.996}),
    ),
    hints=(
        "What is the gradient that Adam sees when the decay is added to it?",
        "It is small, and Adam's first step does not care: it has the length of the rate.",
        "AdamW multiplies the weight by 1 - lr * weight_decay and has no slope to follow.",
    ),
)


def _adamw(g: Givens) -> trials.Rule:
    return partial(optimizers.adamw, betas=_betas(g), eps=g["eps"], weight_decay=g["weight_decay"])


def _adamw_faulty(**how) -> Callable[[Givens], trials.Rule]:
    return lambda g: _adam_faulty(**({"shrink": g["weight_decay"]} | how))(g)


def _adamw_uphill(g: Givens) -> trials.Rule:
    """Return the rule whose weights shrink as they should and whose step goes up."""
    return lambda f, start, steps, lr: faults.adam(
        Function(f.value, lambda x: -f.gradient(x)), start, steps, lr=lr, betas=_betas(g), eps=g["eps"],
        shrink=g["weight_decay"],
    )  # fmt: skip


def _draw_adamw(rng: Random) -> Givens:
    return _draw_adam(rng) | {"weight_decay": round(rng.uniform(0.5, 1.0), 2)}


MY_ADAMW = Exercise(
    id="MyAdamW",
    title="AdamW of your own",
    function="MyAdamW",
    points=15,
    partial=True,
    givens={
        "f": "function_skewed",
        "start": (8.0, 8.0),
        "lr": 1.0,
        "steps": 60,
        "beta1": 0.9,
        "beta2": 0.999,
        "eps": 1e-8,
        "weight_decay": 0.01,
    },
    draw=_draw_adamw,
    keys=class_keys("adamw", COUNTED),
    reference=tried("adamw", _adamw),
    rules=(OWN_OPTIMIZER,),
    crashes=(*NONE_CRASHES, Crash(known.COUNT_FROM_ZERO, "ZeroDivisionError", "division by zero")),
    mistakes=(
        Mistake(known.NO_DECAY, path_of("adamw", _adam)),
        Mistake(
            known.DECAY_IN_GRADIENT,
            path_of("adamw", lambda g: partial(_adam(g), weight_decay=g["weight_decay"])),
        ),
        Mistake(known.DECAY_LATE, path_of("adamw", _adamw_faulty(late=True))),
        Mistake(known.DECAY_SIGN, path_of("adamw", lambda g: _adamw({**g, "weight_decay": -g["weight_decay"]}))),
        Mistake(known.SHRINKS_BY_DECAY, path_of("adamw", _adamw_faulty(whole=True))),
        Mistake(known.SHRINKS_BY_DECAY, groups_of("adamw", _adamw_faulty(whole=True))),
        *adam_mistakes("adamw", _adamw_faulty),
        Mistake(known.CLIMBS, path_of("adamw", _adamw_uphill)),
        *class_mistakes("adamw", _adamw),
    ),
    hints=(
        "Which single line makes AdamW out of Adam?",
        "Before the step the weight is multiplied by 1 - lr * weight_decay; m and v never see the decay.",
        "p.mul_(1 - lr * weight_decay), and then Adam's step.",
    ),
)

EXERCISES = (MY_SGD, MY_ADAGRAD, MY_RMSPROP, MY_ADADELTA, MY_ADAM, ZERO_GRADIENT, MY_ADAMW)
