"""Exercises of 07_schedules, first part: curves that count steps."""

from collections.abc import Callable
from random import Random

import numpy as np

from grader.judge import catalogue as known
from grader.judge import schedules, walks
from grader.judge.functions import FUNCTIONS, Function
from grader.judge.model import Answer, Crash, Exercise, Givens, Key, Mistake
from grader.judge.patterns import NotZero
from grader.judge.rules import WITH_SCHEDULER, WITHOUT_SCHEDULER
from grader.judge.trails import Trail, recording_mistakes, trail


def rates(key: str, label: str = "the rate") -> Key:
    """Return the key of a curve of rates, one for each step."""
    return Key(key, label, kind="path", counts="rounds", rtol=1e-5, atol=1e-9)


WARNINGS = Key("rate_warnings", "the number of warnings")

# --------------------------------------------------------------------------- bounce

BOUNCE = Exercise(
    id="bounce",
    title="Predict: the last two points",
    points=10,
    prediction=True,
    partial=True,
    keys=(
        Key("bounce_high", "the higher end of the bounce"),
        Key("bounce_low", "the lower end of the bounce"),
        Key("decayed_end", "the end with a falling rate", atol=0.01),
    ),
    reference=lambda givens: {"bounce_high": 0.5, "bounce_low": -2.0, "decayed_end": 0.0},
    mistakes=(
        Mistake(known.ENDS_EXCHANGED, lambda g: {"bounce_high": -2.0, "bounce_low": 0.5}),
        Mistake(known.SIGN_REVERSED, lambda g: {"bounce_low": 2.0}),
        Mistake(known.BOUNCE_SYMMETRIC, lambda g: {"bounce_high": 1.25, "bounce_low": -1.25}),
        Mistake(known.BOUNCE_SYMMETRIC, lambda g: {"bounce_high": 2.5, "bounce_low": -2.5}),
        Mistake(known.KINK_SETTLES, lambda g: {"bounce_high": 0.0}),
        Mistake(known.KINK_SETTLES, lambda g: {"bounce_low": 0.0}),
        Mistake(known.DECAY_STALLS, lambda g: {"decayed_end": 0.5}),
        Mistake(known.DECAY_STALLS, lambda g: {"decayed_end": -2.0}),
    ),
    hints=(
        "How long is one step of size lr times slope here, and does it depend on x?",
        "From the start downwards, take off this length until you are below zero; then it is added again.",
        "With the falling rate the steps shrink like a power: add them all up and compare with the start.",
    ),
)

# --------------------------------------------------------------------------- expo


def _expo_rates(g: Givens, extra: int = 0) -> np.ndarray:
    return schedules.exponential(g["lr"], g["steps"] + extra, gamma=g["gamma"])


def _expo_record(xs: np.ndarray, fs: np.ndarray) -> Answer:
    return {"sched_x": xs, "sched_y": fs}


def _expo_walk(g: Givens, used: np.ndarray, scale: float = 1.0) -> Answer:
    f = FUNCTIONS[g["f"]]
    return _expo_record(*trail(f, walks.with_rates(f, g["x0"], scale * used)))


def _expo(g: Givens) -> Answer:
    return {**_expo_walk(g, _expo_rates(g)), "sched_lr": _expo_rates(g)}


def _expo_trail(g: Givens) -> Trail:
    f = FUNCTIONS[g["f"]]
    return trail(f, walks.with_rates(f, g["x0"], _expo_rates(g, 1)))


def _compounded(g: Givens) -> np.ndarray:
    k = np.arange(g["steps"])
    return g["lr"] * g["gamma"] ** (k * (k + 1) / 2)


def _used_wrong(make: Callable[[Givens], np.ndarray]) -> Callable[[Givens], Answer]:
    return lambda g: {"sched_x": _expo_walk(g, make(g))["sched_x"]}


def _expo_uncleared(g: Givens) -> Answer:
    f, total = FUNCTIONS[g["f"]], 0.0
    x, points = g["x0"], [g["x0"]]
    for lr in _expo_rates(g):
        total = total + f.gradient(x)
        x = x - lr * total
        points.append(x)
    return {"sched_x": np.array(points)}


def _expo_to_zero(g: Givens) -> Answer:
    """Return the walk down the size of f, as L1Loss with the target zero makes it."""
    f = FUNCTIONS[g["f"]]
    size = Function(lambda x: np.abs(f.value(x)), lambda x: np.sign(f.value(x)) * f.gradient(x))
    return {"sched_x": walks.with_rates(size, g["x0"], _expo_rates(g))}


def _draw_expo(rng: Random) -> Givens:
    return {
        "f": "lowered",
        "x0": round(rng.uniform(5.0, 9.0), 1) * rng.choice([-1, 1]),
        "lr": round(rng.uniform(0.06, 0.12), 3),
        "gamma": round(rng.uniform(0.7, 0.9), 2),
        "steps": rng.randint(10, 16),
    }


EXPO = Exercise(
    id="expo",
    title="A falling rate",
    function="expo",
    points=12,
    givens={"f": "five_abs", "x0": 8.0, "lr": 0.5, "gamma": 0.8, "steps": 150},
    draw=_draw_expo,
    keys=(
        Key("sched_x", "x", kind="path", rtol=1e-4, atol=1e-5),
        Key("sched_y", "f(x)", kind="path", rtol=1e-4, atol=1e-4),
        rates("sched_lr", "the rate used"),
    ),
    reference=_expo,
    rules=(WITH_SCHEDULER,),
    mistakes=(
        Mistake(known.SCHEDULER_FIRST, _used_wrong(lambda g: _expo_rates(g, 1)[1:])),
        Mistake(known.NEVER_SCHEDULED, _used_wrong(lambda g: schedules.constant(g["lr"], g["steps"]))),
        Mistake(known.SCHEDULED_TWICE, _used_wrong(lambda g: _expo_rates({**g, "gamma": g["gamma"] ** 2}))),
        Mistake(known.RATE_COMPOUNDED, _used_wrong(_compounded)),
        Mistake(known.RATE_FOR_FACTOR, _used_wrong(lambda g: g["lr"] * _expo_rates(g))),
        Mistake(known.RATE_AFTERWARDS, lambda g: {"sched_lr": _expo_rates(g, 1)[1:]}),
        Mistake(known.WRONG_GETTER, lambda g: {"sched_lr": _expo_rates(g, 1)[1:]}),
        Mistake(known.NEVER_CLEARED, _expo_uncleared),
        Mistake(known.TO_ITS_ZERO, _expo_to_zero),
        Mistake(known.CLIMBS, lambda g: _expo_walk(g, _expo_rates(g), -1.0)),
        Mistake(known.DOUBLED, lambda g: _expo_walk(g, _expo_rates(g), 2.0)),
        Mistake(known.NOT_STEPPED, lambda g: _expo_walk(g, _expo_rates(g), 0.0)),
        Mistake(known.COMPLEMENT, _used_wrong(lambda g: _expo_rates({**g, "gamma": 1 - g["gamma"]}))),
        *recording_mistakes(_expo_trail, _expo_record),
    ),
    hints=(
        "Which three lines end a round, and in which order: the rate read, the optimizer, the scheduler?",
        "Build SGD and ExponentialLR(optimizer, gamma) once; in the loop the optimizer steps before the scheduler.",
        'Append optimizer.param_groups[0]["lr"] just before optimizer.step(), and x.item() with f(x) just after it.',
    ),
)

# --------------------------------------------------------------------------- lr_curve


def _inverse(lr: float, n: int) -> np.ndarray:
    return schedules.scaled(lr, n, lambda k: 1 / (1 + k))


def _stairs(g: Givens, extra: int = 0, **changed) -> np.ndarray:
    hyper = {"step_size": g["step_size"], "gamma": g["gamma"]} | changed
    return schedules.step(g["lr0"], g["n"] + extra, **hyper)


def _falling(g: Givens) -> np.ndarray:
    return schedules.exponential(g["lr0"], g["n"], gamma=g["gamma"])


def _asked_step_lr(g: Givens) -> np.ndarray:
    """Return what get_lr() of StepLR says when it is called from outside: each stair's first rate drops again."""
    k = np.arange(g["n"])
    return np.where((k > 0) & (k % g["step_size"] == 0), _stairs(g) * g["gamma"], _stairs(g))


def _draw_curve(rng: Random) -> Givens:
    return {
        "lr0": round(rng.uniform(0.2, 0.9), 2),
        "n": rng.randint(10, 14),
        "step_size": rng.randint(2, 4),
        "gamma": round(rng.uniform(0.3, 0.7), 2),
    }


LR_CURVE = Exercise(
    id="lr_curve",
    title="A curve without a model",
    function="lr_curve",
    points=8,
    givens={"lr0": 0.1, "n": 12, "step_size": 3, "gamma": 0.5},
    draw=_draw_curve,
    keys=(rates("rate_curve"), rates("other_curve", "the rate of ExponentialLR"), WARNINGS),
    reference=lambda g: {"rate_curve": _stairs(g), "other_curve": _falling(g), "rate_warnings": 0},
    mistakes=(
        Mistake(known.RATE_AFTERWARDS, lambda g: {"rate_curve": _stairs(g, 1)[1:]}),
        Mistake(known.NEVER_SCHEDULED, lambda g: {"rate_curve": schedules.constant(g["lr0"], g["n"])}),
        Mistake(known.SCHEDULED_TWICE, lambda g: {"rate_curve": _stairs(g, g["n"])[::2]}),
        Mistake(known.WRONG_GETTER, lambda g: {"rate_curve": _asked_step_lr(g)}),
        Mistake(known.RATE_DEFAULT, lambda g: {"rate_curve": _stairs({**g, "lr0": 0.001})}),
        Mistake(known.ONE_TOO_MANY, lambda g: {"rate_curve": _stairs(g, 1)}),
        Mistake(known.MAKER_IGNORED, lambda g: {"other_curve": _stairs(g)}),
        Mistake(known.WARNED, lambda g: {"rate_warnings": NotZero()}),
    ),
    hints=(
        "What does make_scheduler need, and what does that need in its turn?",
        "An optimizer over one tensor of your own is enough: torch.optim.SGD([torch.zeros(1)], lr=lr0).",
        "In each round: read param_groups[0]['lr'], step the optimizer (nothing moves), step the scheduler.",
    ),
)

# --------------------------------------------------------------------------- build


def _drops(g: Givens, *, milestones=None, gamma: float | None = None) -> np.ndarray:
    milestones = g["milestones"] if milestones is None else milestones
    return schedules.multi_step(g["lr0"], g["n"], milestones=milestones, gamma=gamma or g["gamma"])


def _shifted(g: Givens, by: int) -> list[int]:
    return [one + by for one in g["milestones"]]


def _draw_build(rng: Random) -> Givens:
    first = rng.randint(2, 4)
    return {
        "lr0": round(rng.uniform(0.2, 0.9), 2),
        "n": rng.randint(13, 16),
        "step_size": rng.randint(3, 5),
        "gamma": round(rng.uniform(0.3, 0.7), 2),
        "milestones": [first, first + rng.randint(3, 4)],
    }


BUILD = Exercise(
    id="build",
    title="Four schedulers",
    function="build",
    points=12,
    partial=True,
    givens={"lr0": 0.1, "n": 12, "step_size": 3, "gamma": 0.5, "milestones": [3, 7]},
    draw=_draw_build,
    keys=(
        rates("rates_step", "the rate of StepLR"),
        rates("rates_milestones", "the rate of MultiStepLR"),
        rates("rates_exponential", "the rate of ExponentialLR"),
        rates("rates_inverse", "the rate of LambdaLR"),
    ),
    reference=lambda g: {
        "rates_step": _stairs(g),
        "rates_milestones": _drops(g),
        "rates_exponential": _falling(g),
        "rates_inverse": _inverse(g["lr0"], g["n"]),
    },
    rules=(WITH_SCHEDULER,),
    crashes=(Crash(known.DIVIDED_BY_ZERO, "ZeroDivisionError", "division by zero"),),
    mistakes=(
        Mistake(known.GAMMA_DEFAULT, lambda g: {"rates_step": _stairs(g, gamma=0.1)}),
        Mistake(known.GAMMA_DEFAULT, lambda g: {"rates_milestones": _drops(g, gamma=0.1)}),
        Mistake(known.OFF_BY_ONE_STAIR, lambda g: {"rates_step": _stairs(g, step_size=g["step_size"] - 1)}),
        Mistake(known.OFF_BY_ONE_STAIR, lambda g: {"rates_step": _stairs(g, step_size=g["step_size"] + 1)}),
        Mistake(known.OFF_BY_ONE_STAIR, lambda g: {"rates_milestones": _drops(g, milestones=_shifted(g, -1))}),
        Mistake(known.OFF_BY_ONE_STAIR, lambda g: {"rates_milestones": _drops(g, milestones=_shifted(g, 1))}),
        Mistake(known.ONE_DROP, lambda g: {"rates_milestones": _drops(g, milestones=g["milestones"][:1])}),
        Mistake(known.RATE_FOR_FACTOR, lambda g: {"rates_inverse": g["lr0"] * _inverse(g["lr0"], g["n"])}),
        Mistake(
            known.DIVIDED_BY_ZERO,
            lambda g: {"rates_inverse": schedules.scaled(g["lr0"], g["n"], lambda k: 1 / max(1, k))},
        ),
        Mistake(known.NEVER_SCHEDULED, lambda g: {"rates_step": schedules.constant(g["lr0"], g["n"])}),
        Mistake(known.ANOTHER_KIND, lambda g: {"rates_exponential": _stairs(g)}),
        Mistake(known.ANOTHER_KIND, lambda g: {"rates_step": _falling(g)}),
    ),
    hints=(
        "Which class of torch.optim.lr_scheduler belongs to each of the four descriptions?",
        "StepLR, MultiStepLR, ExponentialLR and LambdaLR; each takes the optimizer first.",
        "LambdaLR takes a function of k that returns what the first rate is multiplied by: here 1 / (1 + k).",
    ),
)

# --------------------------------------------------------------------------- factors


def _factor_rates(g: Givens) -> Answer:
    lr, n = g["lr0"], g["n"]
    return {
        "factor_step": _stairs(g),
        "factor_milestones": _drops(g),
        "factor_exponential": _falling(g),
        "factor_cosine": schedules.cosine(lr, n, t_max=g["t_max"]),
        "factor_warmup": schedules.scaled(lr, n, lambda k: min(1.0, (k + 1) / g["warm"])),
    }


def _factor(name: str, formula: Callable[[Givens, int], float]) -> Callable[[Givens], Answer]:
    return lambda g: {f"factor_{name}": schedules.scaled(g["lr0"], g["n"], lambda k: formula(g, k))}


def _draw_factors(rng: Random) -> Givens:
    return _draw_build(rng) | {"t_max": rng.randint(17, 24), "warm": rng.randint(4, 7)}


FACTORS = Exercise(
    id="factors",
    title="The same curves as factors",
    function="factors",
    points=15,
    partial=True,
    givens={
        "lr0": 0.1,
        "n": 12,
        "step_size": 3,
        "gamma": 0.5,
        "milestones": [3, 7],
        "t_max": 15,
        "warm": 4,
    },
    draw=_draw_factors,
    keys=tuple(
        rates(f"factor_{name}", f"the rate with the {name} factor")
        for name in ("step", "milestones", "exponential", "cosine", "warmup")
    ),
    reference=_factor_rates,
    rules=(WITHOUT_SCHEDULER,),
    mistakes=(
        *(
            Mistake(known.RATE_FOR_FACTOR, lambda g, name=name: {name: g["lr0"] * _factor_rates(g)[name]})
            for name in ("factor_step", "factor_milestones", "factor_exponential", "factor_cosine", "factor_warmup")
        ),
        Mistake(known.OFF_BY_ONE_STAIR, _factor("step", lambda g, k: g["gamma"] ** ((k + 1) // g["step_size"]))),
        Mistake(known.NO_STAIRS, _factor("step", lambda g, k: g["gamma"] ** (k / g["step_size"]))),
        Mistake(known.ONE_ROUND_ONLY, _factor("milestones", lambda g, k: g["gamma"] if k in g["milestones"] else 1.0)),
        Mistake(known.COSINE_NOT_HALVED, _factor("cosine", lambda g, k: np.cos(np.pi * k / g["t_max"]) / 2)),
        Mistake(known.WHOLE_WAVE, _factor("cosine", lambda g, k: (1 + np.cos(np.pi * k / g["t_max"] / 2)) / 2)),
        Mistake(known.WHOLE_WAVE, _factor("cosine", lambda g, k: np.cos(np.pi * k / g["t_max"] / 2))),
        Mistake(known.REMAINDER, _factor("step", lambda g, k: g["gamma"] ** (k % g["step_size"]))),
        Mistake(
            known.OFF_BY_ONE_STAIR,
            _factor("milestones", lambda g, k: g["gamma"] ** sum(k > m for m in g["milestones"])),
        ),
        Mistake(known.ONE_DROP, _factor("milestones", lambda g, k: g["gamma"] ** (k >= g["milestones"][0]))),
        Mistake(known.PRODUCT_FOR_POWER, _factor("exponential", lambda g, k: g["gamma"] * k)),
        Mistake(known.ONE_ROUND_AHEAD, _factor("exponential", lambda g, k: g["gamma"] ** (k + 1))),
        Mistake(known.COSINE_NOT_HALVED, _factor("cosine", lambda g, k: np.cos(np.pi * k / g["t_max"]))),
        Mistake(known.COSINE_NOT_HALVED, _factor("cosine", lambda g, k: 1 + np.cos(np.pi * k / g["t_max"]))),
        Mistake(known.WHOLE_WAVE, _factor("cosine", lambda g, k: (1 + np.cos(2 * np.pi * k / g["t_max"])) / 2)),
        Mistake(known.ONE_ROUND_AHEAD, _factor("cosine", lambda g, k: (1 + np.cos(np.pi * (k + 1) / g["t_max"])) / 2)),
        Mistake(known.ONE_ROUND_AHEAD, _factor("warmup", lambda g, k: min(1.0, (k + 2) / g["warm"]))),
        Mistake(
            known.OFF_BY_ONE_STAIR,
            _factor("milestones", lambda g, k: g["gamma"] ** sum(k + 1 >= m for m in g["milestones"])),
        ),
        Mistake(known.ONE_ROUND_BEHIND, _factor("exponential", lambda g, k: g["gamma"] ** (k - 1))),
        Mistake(known.WHOLE_WAVE, _factor("cosine", lambda g, k: (1 + np.sin(np.pi * k / g["t_max"])) / 2)),
        Mistake(known.WHOLE_WAVE, _factor("cosine", lambda g, k: (1 + np.cos(k / g["t_max"])) / 2)),
        Mistake(known.STRAIGHT_LINE, _factor("cosine", lambda g, k: 1 - k / g["t_max"])),
        Mistake(known.MIN_FOR_MAX, _factor("warmup", lambda g, k: max(1.0, (k + 1) / g["warm"]))),
        Mistake(known.STARTS_AT_ZERO, _factor("warmup", lambda g, k: min(1.0, k / g["warm"]))),
        Mistake(known.NEVER_FULL, _factor("warmup", lambda g, k: (k + 1) / g["warm"])),
        Mistake(known.NEVER_FULL, _factor("warmup", lambda g, k: k / g["warm"])),
    ),
    hints=(
        "What is each curve divided by its first rate?",
        "A staircase needs the whole quotient k // step_size; a milestone counts when k has reached it.",
        "Half a cosine is (1 + cos(pi * k / t_max)) / 2; the warm-up is (k + 1) / warm and never above 1.",
    ),
)

# --------------------------------------------------------------------------- resume_rates


def _resumed(g: Givens, first: int, second: np.ndarray) -> Answer:
    return {"resumed_rates": np.concatenate([_stairs({**g, "n": first}), second])}


def _resume_right(g: Givens) -> Answer:
    return _resumed(g, g["n1"] + g["n2"], np.zeros(0))


def _resume_restarted(g: Givens) -> Answer:
    return _resumed(g, g["n1"], _stairs({**g, "n": g["n2"]}))


def _resume_faded(g: Givens) -> Answer:
    """Only the optimizer is restored: its rate is there, and the stairs are counted from the pause on."""
    last = _stairs({**g, "n": g["n1"] + 1})[-1]
    return _resumed(g, g["n1"], _stairs({**g, "lr0": last, "n": g["n2"]}))


def _resume_stuck(g: Givens) -> Answer:
    """Only the scheduler is restored: it counts on, from the first rate."""
    counts = np.arange(g["n1"], g["n1"] + g["n2"]) // g["step_size"] - g["n1"] // g["step_size"]
    return _resumed(g, g["n1"], g["lr0"] * g["gamma"] ** counts)


def _draw_resume(rng: Random) -> Givens:
    size = rng.randint(3, 4)
    return {
        "lr0": round(rng.uniform(0.2, 0.9), 2),
        "step_size": size,
        "gamma": round(rng.uniform(0.3, 0.7), 2),
        "n1": size + rng.randint(1, size - 1),
        "n2": rng.randint(6, 9),
    }


RESUME_RATES = Exercise(
    id="resume_rates",
    title="A pause in the schedule",
    function="resume_rates",
    points=5,
    givens={"lr0": 0.1, "step_size": 4, "gamma": 0.5, "n1": 6, "n2": 8},
    draw=_draw_resume,
    keys=(
        rates("resumed_rates"),
        Key("schedulers_built", "the number of schedulers built and stepped"),
        Key("resume_warnings", "the number of warnings"),
    ),
    reference=lambda g: {**_resume_right(g), "schedulers_built": 2, "resume_warnings": 0},
    mistakes=(
        Mistake(known.SCHEDULE_LOST, _resume_restarted),
        Mistake(known.SCHEDULE_LOST, _resume_faded),
        Mistake(known.SCHEDULE_STUCK, _resume_stuck),
        Mistake(known.NO_PAUSE, lambda g: {"schedulers_built": 1}),
        Mistake(known.WARNED, lambda g: {"resume_warnings": NotZero()}),
        Mistake(known.NEVER_SCHEDULED, lambda g: {"resumed_rates": schedules.constant(g["lr0"], g["n1"] + g["n2"])}),
    ),
    hints=(
        "Which two objects remember where the schedule stands?",
        "Both have state_dict() and load_state_dict(): the rate is in the optimizer, the count in the scheduler.",
        "After the pause build a new pair with make(), load both states, and go on reading the rate.",
    ),
)

# --------------------------------------------------------------------------- read_off

READ_OFF = Exercise(
    id="read_off",
    title="Read three curves",
    points=6,
    prediction=True,
    partial=True,
    keys=(
        Key("T_max", "T_max of run A", atol=1.0),
        Key("eta_min", "eta_min of run A", atol=0.004),
        Key("T_0", "T_0 of run B", atol=0.5),
        Key("T_mult", "T_mult of run B", atol=0.1),
        Key("max_lr", "max_lr of run C", atol=0.015),
        Key("pct_start", "pct_start of run C", atol=0.04),
    ),
    reference=lambda givens: {
        "T_max": 20.0,
        "eta_min": 0.02,
        "T_0": 6.0,
        "T_mult": 2.0,
        "max_lr": 0.4,
        "pct_start": 0.25,
    },
    mistakes=(
        Mistake(known.WHOLE_WAVE, lambda g: {"T_max": 40.0}),
        Mistake(known.COSINE_FLOOR, lambda g: {"eta_min": 0.0}),
        Mistake(known.EQUAL_PERIODS, lambda g: {"T_mult": 1.0}),
        Mistake(known.PERIODS_ADDED, lambda g: {"T_0": 18.0}),
        Mistake(known.LENGTH_FOR_RATIO, lambda g: {"T_mult": 12.0}),
        Mistake(known.PERCENT, lambda g: {"pct_start": 25.0}),
        Mistake(known.STEP_FOR_SHARE, lambda g: {"pct_start": 10.0}),
        Mistake(known.STEP_FOR_SHARE, lambda g: {"pct_start": 9.0}),
        Mistake(known.FIRST_FOR_PEAK, lambda g: {"max_lr": 0.016}),
    ),
    hints=(
        "On which axis do you read T_max, T_0 and pct_start, and on which eta_min and max_lr?",
        "T_max is the step at which run A is lowest; T_0 is the step of the first jump of run B.",
        "T_mult is the second period of run B over its first; pct_start is the step of the peak over all steps.",
    ),
)

# --------------------------------------------------------------------------- cosine_rates


def _cosines(g: Givens, **changed) -> np.ndarray:
    return schedules.cosine(g["lr"], g["n"], **({"t_max": g["t_max"], "eta_min": g["eta_min"]} | changed))


def _restarts(g: Givens, **changed) -> np.ndarray:
    return schedules.restarts(
        g["lr"], g["n"], **({"t_0": g["t_0"], "t_mult": g["t_mult"], "eta_min": g["eta_min"]} | changed)
    )


def _draw_cosine(rng: Random) -> Givens:
    return {
        "lr": round(rng.uniform(0.2, 0.9), 2),
        "n": rng.randint(28, 34),
        "t_max": rng.randint(9, 14),
        "eta_min": round(rng.uniform(0.01, 0.05), 3),
        "t_0": rng.randint(4, 7),
        "t_mult": rng.choice([2, 3]),
    }


COSINE_RATES = Exercise(
    id="cosine_rates",
    title="Cosines, with and without a restart",
    function="cosine_rates",
    points=8,
    partial=True,
    givens={"lr": 0.1, "n": 36, "t_max": 12, "eta_min": 0.01, "t_0": 5, "t_mult": 2},
    draw=_draw_cosine,
    keys=(rates("annealed", "the annealed rate"), rates("restarted", "the rate with restarts")),
    reference=lambda g: {"annealed": _cosines(g), "restarted": _restarts(g)},
    rules=(WITH_SCHEDULER,),
    mistakes=(
        Mistake(known.CURVES_EXCHANGED, lambda g: {"annealed": _restarts(g), "restarted": _cosines(g)}),
        Mistake(known.COSINE_FLOOR, lambda g: {"annealed": _cosines(g, eta_min=0.0)}),
        Mistake(known.COSINE_FLOOR, lambda g: {"restarted": _restarts(g, eta_min=0.0)}),
        Mistake(known.CYCLE_TOO_LONG, lambda g: {"annealed": _cosines(g, t_max=g["n"])}),
        Mistake(known.CYCLE_TOO_LONG, lambda g: {"annealed": _cosines(g, t_max=g["t_0"])}),
        Mistake(known.EQUAL_PERIODS, lambda g: {"restarted": _restarts(g, t_mult=1)}),
        Mistake(known.NO_RESTART, lambda g: {"restarted": _cosines(g)}),
        Mistake(known.NO_RESTART, lambda g: {"restarted": _cosines(g, t_max=g["t_0"])}),
        Mistake(known.SCHEDULED_TWICE, lambda g: {"annealed": _cosines({**g, "n": 2 * g["n"]})[::2]}),
        Mistake(known.RATE_AFTERWARDS, lambda g: {"annealed": _cosines({**g, "n": g["n"] + 1})[1:]}),
        Mistake(known.RATE_AFTERWARDS, lambda g: {"restarted": _restarts({**g, "n": g["n"] + 1})[1:]}),
        Mistake(known.NEVER_SCHEDULED, lambda g: {"annealed": schedules.constant(g["lr"], g["n"])}),
        Mistake(known.NEVER_SCHEDULED, lambda g: {"restarted": schedules.constant(g["lr"], g["n"])}),
    ),
    hints=(
        "Which arguments do the two classes share, and which has only one of them?",
        "CosineAnnealingLR takes T_max and eta_min; CosineAnnealingWarmRestarts takes T_0, T_mult and eta_min.",
        "Read the rate before the two steps of each round, as in lr_curve.",
    ),
)

# --------------------------------------------------------------------------- one_cycle


def _cycle(g: Givens, make: Callable = schedules.one_cycle, n: int | None = None, **changed) -> Answer:
    hyper = {"max_lr": g["max_lr"], "total_steps": g["total"], "pct_start": g["pct_start"]} | changed
    used, momenta = make(g["total"] if n is None else n, **hyper)
    return {"cycle_rates": used, "cycle_momenta": momenta}


def _draw_cycle(rng: Random) -> Givens:
    return {
        "total": rng.randint(20, 40),
        "max_lr": round(rng.uniform(0.2, 0.9), 2),
        "pct_start": round(rng.uniform(0.4, 0.6), 2),
    }


ONE_CYCLE = Exercise(
    id="one_cycle",
    title="One cycle, and its momentum",
    function="one_cycle",
    points=6,
    givens={"total": 50, "max_lr": 0.4, "pct_start": 0.2},
    draw=_draw_cycle,
    keys=(
        rates("cycle_rates"),
        rates("cycle_momenta", "the momentum"),
        Key("cycle_warnings", "the number of warnings"),
    ),
    reference=lambda g: {**_cycle(g), "cycle_warnings": 0},
    rules=(WITH_SCHEDULER,),
    mistakes=(
        Mistake(known.MOMENTUM_STAYS, lambda g: {"cycle_momenta": np.full(g["total"], 0.9)}),
        Mistake(known.MOMENTUM_WITH_RATE, lambda g: {"cycle_momenta": 1.8 - _cycle(g)["cycle_momenta"]}),
        Mistake(known.PEAK_DEFAULT, lambda g: _cycle(g, pct_start=0.3)),
        Mistake(known.STRAIGHT_CYCLE, lambda g: _cycle(g, schedules.one_cycle_straight)),
        Mistake(known.CYCLE_TOO_LONG, lambda g: _cycle(g, total_steps=2 * g["total"])),
        *(Mistake(known.CYCLE_TOO_LONG, lambda g, by=by: _cycle(g, total_steps=g["total"] + by)) for by in (1, 2)),
        Mistake(known.CURVES_EXCHANGED, lambda g: dict(zip(_cycle(g), reversed(_cycle(g).values()), strict=True))),
        Mistake(known.WARNED, lambda g: {"cycle_warnings": NotZero()}),
        Mistake(known.NEVER_SCHEDULED, lambda g: {"cycle_rates": np.full(g["total"], g["max_lr"] / 25)}),
    ),
    hints=(
        "How many times will the scheduler step, and which argument tells it so?",
        "OneCycleLR(optimizer, max_lr=max_lr, total_steps=total, pct_start=pct_start) on an SGD with momentum.",
        'Before the steps of each round read both param_groups[0]["lr"] and param_groups[0]["momentum"].',
    ),
)

# --------------------------------------------------------------------------- warmup_cosine


def _warmed(g: Givens, **changed) -> np.ndarray:
    hyper = {"warm": g["warm"], "total": g["total"], "start_factor": g["start_factor"]} | changed
    return schedules.warmup_cosine(g["lr"], g["total"], **hyper)


def joined(g: Givens, at: int, t_max: int) -> np.ndarray:
    """Return the curve whose warm-up of `warm` steps is cut at step `at`."""
    rising = schedules.linear(g["lr"], at, start_factor=g["start_factor"], total_iters=g["warm"])
    return np.concatenate([rising, schedules.cosine(g["lr"], g["total"] - at, t_max=t_max)])


def risen(g: Givens, steps: int) -> np.ndarray:
    """Return the curve whose rise is planned for another number of steps."""
    rising = schedules.linear(g["lr"], g["warm"], start_factor=g["start_factor"], total_iters=steps)
    rest = g["total"] - g["warm"]
    return np.concatenate([rising, schedules.cosine(g["lr"], rest, t_max=rest)])


def rise(g: Givens) -> np.ndarray:
    """Return the curve of the warm-up alone."""
    return schedules.linear(g["lr"], g["total"], start_factor=g["start_factor"], total_iters=g["warm"])


def fall_then_rise(g: Givens) -> np.ndarray:
    """Return the curve of the two schedules in the other order."""
    falling = schedules.cosine(g["lr"], g["warm"], t_max=g["total"] - g["warm"])
    return np.concatenate([falling, rise(g)[: g["total"] - g["warm"]]])


def rise_times_fall(g: Givens, t_max: int) -> np.ndarray:
    """Return what ChainedScheduler makes: torch's cosine rescales whatever the rate is by then."""
    return rise(g) * schedules.cosine(1.0, g["total"], t_max=t_max)


def _warm(make: Callable[[Givens], np.ndarray]) -> Callable[[Givens], Answer]:
    return lambda g: {"warm_rates": make(g)}


def _draw_warm(rng: Random) -> Givens:
    return {
        "lr": round(rng.uniform(0.2, 0.9), 2),
        "warm": rng.choice([4, 7, 8]),
        "total": rng.randint(20, 30),
        "start_factor": round(rng.uniform(0.05, 0.2), 2),
    }


WARMUP_COSINE = Exercise(
    id="warmup_cosine",
    title="Warm up, then cool down",
    function="warmup_cosine",
    points=12,
    givens={"lr": 0.4, "warm": 6, "total": 26, "start_factor": 0.1},
    draw=_draw_warm,
    keys=(rates("warm_rates"),),
    reference=_warm(_warmed),
    rules=(WITH_SCHEDULER,),
    mistakes=(
        Mistake(known.JOINT_LATE, _warm(lambda g: joined(g, g["warm"] + 1, g["total"] - g["warm"]))),
        Mistake(known.JOINT_LATE, _warm(lambda g: joined(g, g["warm"] - 1, g["total"] - g["warm"]))),
        Mistake(known.JOINT_LATE, _warm(lambda g: joined(g, g["total"] - g["warm"], g["total"] - g["warm"]))),
        Mistake(known.COSINE_TOO_LONG, _warm(lambda g: joined(g, g["warm"], g["total"]))),
        *(
            Mistake(known.COSINE_LENGTH, _warm(lambda g, by=by: joined(g, g["warm"], g["total"] - g["warm"] + by)))
            for by in (-1, 1)
        ),
        Mistake(known.WARM_DEFAULT, _warm(lambda g: risen(g, 5))),
        Mistake(known.LATE_RISE, _warm(lambda g: risen(g, g["warm"] - 1))),
        Mistake(known.LATE_RISE, _warm(lambda g: risen(g, g["total"]))),
        Mistake(known.ORDER_OF_SCHEDULES, _warm(fall_then_rise)),
        Mistake(known.BOTH_AT_ONCE, _warm(lambda g: rise_times_fall(g, g["total"] - g["warm"]))),
        Mistake(known.BOTH_AT_ONCE, _warm(lambda g: rise_times_fall(g, g["total"]))),
        Mistake(known.START_DEFAULT, _warm(lambda g: _warmed(g, start_factor=1 / 3))),
        Mistake(known.ONLY_WARMUP, _warm(rise)),
        Mistake(known.NO_WARMUP, _warm(lambda g: schedules.cosine(g["lr"], g["total"], t_max=g["total"]))),
        Mistake(known.NO_WARMUP, _warm(lambda g: schedules.cosine(g["lr"], g["total"], t_max=g["total"] - g["warm"]))),
    ),
    hints=(
        "Which two schedules follow each other, and how many steps does each get?",
        "LinearLR for warm steps, CosineAnnealingLR for the total - warm that are left.",
        "SequentialLR(optimizer, [rise, fall], milestones=[warm]); return it.",
    ),
)

EXERCISES = (
    BOUNCE,
    EXPO,
    LR_CURVE,
    BUILD,
    FACTORS,
    RESUME_RATES,
    READ_OFF,
    COSINE_RATES,
    ONE_CYCLE,
    WARMUP_COSINE,
)
