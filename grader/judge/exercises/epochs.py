"""Exercises of 07_schedules, second part: schedules that follow the epochs of a training."""

from collections.abc import Callable
from random import Random

import numpy as np

from grader.judge import catalogue as known
from grader.judge import schedules
from grader.judge.draws import showing
from grader.judge.exercises.lookback import REFLECTION, quiz
from grader.judge.exercises.schedule import rates
from grader.judge.model import Answer, Exercise, Givens, Key, Mistake
from grader.judge.patterns import NotZero
from grader.judge.rules import OWN_SCHEDULER, WITH_SCHEDULER

# --------------------------------------------------------------------------- drops, plateau_rates, MyPlateau

LOSSES = [1.0, 0.8, 0.7, 0.71, 0.72, 0.69, 0.7, 0.7, 0.71, 0.72, 0.65, 0.66, 0.66, 0.67, 0.68]
MY_LOSSES = [1.94, 1.85, 1.85, 1.85, 1.88, 1.85, 1.85, 1.83, 1.73, 1.64, 1.64, 1.73, 1.64, 1.32, 1.34, 1.3, 1.3, 1.3]
MY_SCORES = [0.74, 0.74, 0.72, 0.75, 0.75, 0.8, 0.82, 0.82, 0.84, 0.8, 0.84, 0.82, 0.8, 0.93, 1.03, 1.15]
TRAINING = [1.0, 0.85, 0.75, 0.7, 0.66, 0.66, 0.67, 0.66, 0.58, 0.55, 0.52, 0.5, 0.48, 0.46, 0.44]

DROPS = Exercise(
    id="drops",
    title="Predict: when the rate drops",
    points=4,
    prediction=True,
    keys=(Key("drops", "the epochs of the drops"),),
    reference=lambda givens: {"drops": [8, 13]},
    mistakes=(
        Mistake(known.ONE_EPOCH_EARLY, lambda g: {"drops": [4, 7, 9, 12, 14]}),
        Mistake(known.ONE_EPOCH_EARLY, lambda g: {"drops": [4, 7, 12]}),
        Mistake(known.ONE_EPOCH_EARLY, lambda g: {"drops": [7, 12]}),
        Mistake(known.COUNT_FROM_DROP, lambda g: {"drops": [9, 14]}),
        Mistake(known.COUNT_KEPT, lambda g: {"drops": [8, 9, 13, 14]}),
        Mistake(known.LAST_FOR_BEST, lambda g: {"drops": [9, 14]}),
        Mistake(known.COUNT_NEVER_EMPTIED, lambda g: {"drops": [6, 9, 13]}),
    ),
    hints=(
        "Go through the losses with a finger: best so far, and how many since without a better one?",
        "With a patience of 2, two epochs without improvement are borne, and the third makes the rate drop.",
        "After a drop the count starts at zero again.",
    ),
)


def _plateau(g: Givens, metrics: str = "losses", **changed) -> np.ndarray:
    hyper = {name: g[name] for name in ("factor", "patience", "threshold", "cooldown", "min_lr", "mode") if name in g}
    return schedules.Plateau(**(hyper | changed)).rates(g["lr"], g[metrics])


def _plateaus(key: str, **changed) -> Callable[[Givens], Answer]:
    return lambda g: {key: _plateau(g, **changed)}


def _losses(rng: Random, n: int) -> list[float]:
    """Return losses that fall, and rest now and then."""
    losses, level = [], rng.uniform(1.0, 2.0)
    for _ in range(n):
        if rng.random() < 0.3:
            level *= rng.choice([0.8, 0.9, 0.99])
        losses.append(round(level * rng.choice([1.0, 1.0, 1.02, 1.05]), 4))
    return losses


PLATEAU_KEY = rates("plateau_rates")
PLATEAU_MISTAKES = (
    Mistake(known.OTHER_METRIC, _plateaus("plateau_rates", metrics="training")),
    Mistake(known.PATIENCE_DEFAULT, _plateaus("plateau_rates", patience=10)),
    Mistake(known.GAMMA_DEFAULT, _plateaus("plateau_rates", factor=0.1)),
    Mistake(known.NEVER_SCHEDULED, lambda g: {"plateau_rates": schedules.constant(g["lr"], len(g["losses"]) + 1)}),
    Mistake(known.ONE_EPOCH_EARLY, lambda g: {"plateau_rates": _plateau(g, patience=g["patience"] - 1)}),
    Mistake(known.ONE_EPOCH_LATE, lambda g: {"plateau_rates": _plateau(g, patience=g["patience"] + 1)}),
    Mistake(known.LARGE_IS_GOOD, _plateaus("plateau_rates", mode="max")),
    Mistake(known.REST_ADDED, lambda g: {"plateau_rates": _plateau(g, cooldown=g["patience"])}),
    Mistake(known.RATE_AFTERWARDS, lambda g: {"plateau_rates": _plateau(g)[1:]}),
    Mistake(known.NEXT_MISSING, lambda g: {"plateau_rates": _plateau(g)[:-1]}),
)


def _draw_plateau(rng: Random) -> Givens:
    n = rng.randint(14, 18)
    rest = rng.randint(3, 6)
    training = [round(2.0 * 0.93 ** (k if k < rest else max(rest, k - 4)), 4) for k in range(n)]
    return {
        "lr": round(rng.uniform(0.2, 0.9), 2),
        "factor": rng.choice([0.3, 0.4, 0.6]),
        "patience": rng.randint(1, 2),
        "losses": _losses(rng, n),
        "training": training,
    }


PLATEAU_RATES = Exercise(
    id="plateau_rates",
    title="Reduce on a plateau",
    function="plateau_rates",
    decoys=("training",),
    points=4,
    givens={"lr": 0.1, "factor": 0.5, "patience": 2, "losses": LOSSES, "training": TRAINING},
    draw=showing(_draw_plateau, _plateaus("plateau_rates"), PLATEAU_MISTAKES[:-2]),
    keys=(PLATEAU_KEY,),
    reference=_plateaus("plateau_rates"),
    rules=(WITH_SCHEDULER,),
    mistakes=PLATEAU_MISTAKES,
    hints=(
        "Which of the two losses should decide, and how does the scheduler get to know it?",
        "ReduceLROnPlateau takes factor and patience; its step takes the validation loss of the epoch.",
        "Read the rate before the steps of each epoch, and once more at the end: one number more than losses.",
    ),
)


def _score_rates(g: Givens, **changed) -> np.ndarray:
    """Return the rates of a plateau that watches scores: mode max, and no cooldown."""
    return _plateau(g, "scores", **({"mode": "max", "cooldown": 0} | changed))


def _scored(**changed) -> Callable[[Givens], Answer]:
    return lambda g: {"score_plateau": _score_rates(g, **changed)}


MY_KEYS = (rates("loss_plateau", "the rate under the losses"), rates("score_plateau", "the rate under the scores"))
MY_MISTAKES = (
    Mistake(known.ONE_EPOCH_EARLY, _plateaus("loss_plateau", early=True)),
    Mistake(known.LAST_FOR_BEST, _plateaus("loss_plateau", follows_last=True)),
    Mistake(known.COUNT_NEVER_EMPTIED, _plateaus("loss_plateau", tireless=True)),
    Mistake(known.THRESHOLD_IGNORED, _plateaus("loss_plateau", threshold=0.0)),
    Mistake(known.THRESHOLD_ABSOLUTE, _plateaus("loss_plateau", absolute=True)),
    Mistake(known.COOLDOWN_IGNORED, _plateaus("loss_plateau", cooldown=0)),
    Mistake(known.FLOOR_IGNORED, _plateaus("loss_plateau", min_lr=0.0)),
    Mistake(known.CREEPING_BEST, _plateaus("loss_plateau", creeping=True)),
    Mistake(known.REST_TOO_LONG, lambda g: {"loss_plateau": _plateau(g, cooldown=g["cooldown"] + 1)}),
    Mistake(known.BLIND_REST, _plateaus("loss_plateau", blind=True)),
    Mistake(known.FIRST_COUNTED, _plateaus("loss_plateau", counted=True)),
    Mistake(known.OTHER_WAY_ROUND, _plateaus("loss_plateau", divided=True)),
    Mistake(known.COMPLEMENT, _plateaus("loss_plateau", complement=True)),
    Mistake(known.FLOOR_NOT_REACHED, _plateaus("loss_plateau", hovering=True)),
    Mistake(known.MIN_FOR_MAX, _plateaus("loss_plateau", floored=True)),
    Mistake(known.BEST_LOST, _plateaus("loss_plateau", forgetful=True)),
    Mistake(known.ONE_EPOCH_LATE, lambda g: {"loss_plateau": _plateau(g, patience=g["patience"] + 1)}),
    Mistake(known.RATE_ELSEWHERE, lambda g: {"loss_plateau": schedules.constant(g["lr"], len(g["losses"]) + 1)}),
    Mistake(known.COUNT_KEPT, _scored(restless=True)),
    Mistake(known.MODE_IGNORED, _scored(mode="min")),
    Mistake(known.MODE_THRESHOLD, _scored(wrong_side=True)),
    Mistake(known.THRESHOLD_ABSOLUTE, _scored(absolute=True)),
)


def _my_plateau(g: Givens) -> Answer:
    return _plateaus("loss_plateau")(g) | _scored()(g)


def _draw_my_plateau(rng: Random) -> Givens:
    return {
        "lr": round(rng.uniform(0.3, 0.6), 2),
        "factor": rng.choice([0.6, 0.65, 0.7]),
        "patience": rng.choice([1, 3]),
        "threshold": rng.choice([0.015, 0.02, 0.025, 0.03]),
        "cooldown": rng.choice([2, 3]),
        "min_lr": rng.choice([0.02, 0.03]),
        "losses": _losses(rng, 60),
        "scores": [round(1 / loss, 4) for loss in _losses(rng, 40)],
    }


MY_PLATEAU = Exercise(
    id="MyPlateau",
    title="A plateau of your own",
    function="MyPlateau",
    points=18,
    partial=True,
    givens={
        "lr": 0.4,
        "factor": 0.5,
        "patience": 2,
        "threshold": 0.05,
        "cooldown": 1,
        "min_lr": 0.06,
        "losses": MY_LOSSES,
        "scores": MY_SCORES,
    },
    draw=showing(_draw_my_plateau, _my_plateau, MY_MISTAKES),
    keys=MY_KEYS,
    reference=_my_plateau,
    rules=(OWN_SCHEDULER,),
    mistakes=MY_MISTAKES,
    hints=(
        "Which numbers must the object remember from one call to the next?",
        "The best so far, the count of bad epochs, and how many epochs of cooldown are left.",
        "Better means metric < best * (1 - threshold); in the cooldown the count is zero; drop above patience.",
    ),
)

# --------------------------------------------------------------------------- step_counts, train

STEP_COUNTS = Exercise(
    id="step_counts",
    title="Predict: how often they step",
    points=5,
    prediction=True,
    partial=True,
    keys=(
        Key("cycle_steps", "the steps of OneCycleLR"),
        Key("stair_steps", "the steps of StepLR"),
        Key("right_program", "the right program", kind="word", case="upper"),
    ),
    reference=lambda givens: {"cycle_steps": 40, "stair_steps": 5, "right_program": "C"},
    mistakes=(
        Mistake(known.COUNT_EPOCHS, lambda g: {"cycle_steps": 5}),
        Mistake(known.COUNT_EPOCHS, lambda g: {"cycle_steps": 8}),
        Mistake(known.COUNT_EPOCHS, lambda g: {"stair_steps": 40}),
        Mistake(known.COUNT_EPOCHS, lambda g: {"stair_steps": 8}),
        Mistake(known.PER_EPOCH, lambda g: {"right_program": "A"}),
        Mistake(known.PER_BATCH, lambda g: {"right_program": "B"}),
        Mistake(known.SCHEDULER_FIRST, lambda g: {"right_program": "D"}),
    ),
    hints=(
        "How many batches does the whole training have?",
        "OneCycleLR plans every single batch; StepLR with a step_size of 2 is meant to drop every two epochs.",
        "In the right program each of the two stands in the loop whose rounds it counts, after optimizer.step().",
    ),
)


def _batches(g: Givens) -> int:
    whole, rest = divmod(g["rows"], g["batch_size"])
    return whole + bool(rest and not g["drop_last"])


def _other(g: Givens) -> Givens:
    """Return the givens with the loader that does the other thing with a last batch that is not full."""
    return {**g, "drop_last": not g["drop_last"]}


def _train_cycle(g: Givens, batches: int | None = None) -> np.ndarray:
    total = g["epochs"] * (batches or _batches(g))
    return schedules.one_cycle(total, max_lr=g["lr"], total_steps=total, pct_start=0.3)[0]


def _cycle_per_epoch(g: Givens) -> np.ndarray:
    """Return the rates when the scheduler, planned for all batches, steps once an epoch."""
    n, batches = g["epochs"], _batches(g)
    return np.repeat(schedules.one_cycle(n, max_lr=g["lr"], total_steps=n * batches, pct_start=0.3)[0], batches)


def _cycle_of_epochs(g: Givens) -> np.ndarray:
    """Return the rates when the scheduler is planned for the epochs, and steps once an epoch."""
    n = g["epochs"]
    return np.repeat(schedules.one_cycle(n, max_lr=g["lr"], total_steps=n, pct_start=0.3)[0], _batches(g))


def _planned_for(g: Givens, total: int) -> np.ndarray:
    """Return the rates of a cycle that is planned for more steps than it gets."""
    return schedules.one_cycle(g["epochs"] * _batches(g), max_lr=g["lr"], total_steps=total, pct_start=0.3)[0]


def _rounded_up(g: Givens) -> Answer:
    """Return the rates under the loader that drops rows, when the batches are counted as if it did not."""
    dropping = {**g, "drop_last": True}
    planned = g["epochs"] * _batches(_other(dropping))
    return {"cycle_used" if g["drop_last"] else "other_used": _planned_for(dropping, planned)}


def _train_stairs(g: Givens, *, per_batch: bool = False, gamma: float = 0.5) -> np.ndarray:
    batches = _batches(g)
    if per_batch:
        return schedules.step(g["lr"], g["epochs"] * batches, step_size=2, gamma=gamma)
    return np.repeat(schedules.step(g["lr"], g["epochs"], step_size=2, gamma=gamma), batches)


def _stairs_twice(g: Givens) -> np.ndarray:
    """Return the rates when StepLR steps after each batch and once more after each epoch."""
    counts = np.concatenate([e * (_batches(g) + 1) + np.arange(_batches(g)) for e in range(g["epochs"])])
    return g["lr"] * 0.5 ** (counts // 2)


def _draw_train(rng: Random) -> Givens:
    size = rng.randint(5, 8)
    return {
        "rows": size * rng.randint(4, 6) + rng.randint(1, size - 1),
        "batch_size": size,
        "drop_last": rng.choice([True, False]),
        "epochs": rng.randint(5, 7),
        "lr": round(rng.uniform(0.2, 0.9), 2),
    }


TRAIN = Exercise(
    id="train",
    title="Per batch, per epoch",
    function="train",
    points=15,
    partial=True,
    givens={"rows": 80, "batch_size": 10, "drop_last": False, "epochs": 5, "lr": 0.4},
    draw=_draw_train,
    keys=(
        rates("cycle_used", "the rate of the cycle"),
        rates("stair_used", "the rate of the stairs"),
        rates("other_used", "the rate of the cycle with the other loader"),
        Key("train_warnings", "the number of warnings", needs=("cycle_used", "stair_used")),
    ),
    reference=lambda g: {
        "cycle_used": _train_cycle(g),
        "stair_used": _train_stairs(g),
        "other_used": _train_cycle(_other(g)),
        "train_warnings": 0,
    },
    mistakes=(
        Mistake(known.PER_EPOCH, lambda g: {"cycle_used": _cycle_per_epoch(g)}),
        Mistake(known.PER_EPOCH, lambda g: {"cycle_used": _cycle_of_epochs(g)}),
        Mistake(known.PER_BATCH, lambda g: {"stair_used": _train_stairs(g, per_batch=True)}),
        Mistake(known.SCHEDULED_TWICE, lambda g: {"stair_used": _stairs_twice(g)}),
        Mistake(known.EPOCH_ONLY, lambda g: {"stair_used": _train_stairs(g)[:: _batches(g)]}),
        Mistake(known.EPOCH_ONLY, lambda g: {"cycle_used": _train_cycle(g)[:: _batches(g)]}),
        Mistake(known.NEVER_SCHEDULED, lambda g: {"stair_used": schedules.constant(g["lr"], len(_train_stairs(g)))}),
        Mistake(
            known.NEVER_SCHEDULED, lambda g: {"cycle_used": schedules.constant(g["lr"] / 25, len(_train_cycle(g)))}
        ),
        Mistake(known.ONE_ROUND_LESS, lambda g: {"cycle_used": _train_cycle(g, _batches(g) - 1)}),
        Mistake(known.BATCHES_COUNTED, _rounded_up),
        Mistake(known.GAMMA_DEFAULT, lambda g: {"stair_used": _train_stairs(g, gamma=0.1)}),
        *(
            Mistake(known.CYCLE_TOO_LONG, lambda g, made=made: {"cycle_used": _planned_for(g, made(g))})
            for made in (lambda g: g["epochs"] * _batches(g) + 1, lambda g: g["epochs"] * g["rows"])
        ),
        Mistake(known.WARNED, lambda g: {"train_warnings": NotZero()}),
    ),
    hints=(
        "Which of the two schedulers counts batches, and which counts epochs?",
        "len(loader) is the number of batches in an epoch; total_steps is that times the epochs.",
        "scheduler.step() for the cycle goes into the inner loop after optimizer.step(), for the stairs after it.",
    ),
)

EXERCISES = (
    DROPS,
    PLATEAU_RATES,
    MY_PLATEAU,
    STEP_COUNTS,
    TRAIN,
    quiz(
        "bacbc",
        "the order of the two steps of a round.",
        "where the optimizer keeps the rate it uses.",
        "what LambdaLR does with the number it gets.",
        "a cosine goes on when T_max has passed.",
        "what the plateau looks at.",
    ),
    REFLECTION,
)
