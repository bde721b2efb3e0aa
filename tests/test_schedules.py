"""The NumPy schedules agree with torch's, step by step, so that a change in torch is noticed."""

import itertools
import random

import numpy as np
import pytest
import torch
from torch.optim import lr_scheduler

from grader.core.trials import rates_used
from grader.judge import schedules
from grader.judge.exercises.schedule import fall_then_rise, joined, rise_times_fall

LR, STEPS = 0.3, (1, 10, 60)


def warm(optimizer, steps: int, total: int = 40):
    rise = lr_scheduler.LinearLR(optimizer, 0.1, total_iters=steps)
    return lr_scheduler.SequentialLR(
        optimizer, [rise, lr_scheduler.CosineAnnealingLR(optimizer, total - steps)], [steps]
    )


PAIRS = {
    "step": (lambda o: lr_scheduler.StepLR(o, 3, 0.5), lambda n: schedules.step(LR, n, step_size=3, gamma=0.5)),
    "milestones": (
        lambda o: lr_scheduler.MultiStepLR(o, [3, 7, 20], 0.1),
        lambda n: schedules.multi_step(LR, n, milestones=[3, 7, 20], gamma=0.1),
    ),
    "exponential": (lambda o: lr_scheduler.ExponentialLR(o, 0.8), lambda n: schedules.exponential(LR, n, gamma=0.8)),
    "inverse": (
        lambda o: lr_scheduler.LambdaLR(o, lambda k: 1 / (1 + k)),
        lambda n: schedules.scaled(LR, n, lambda k: 1 / (1 + k)),
    ),
    "cosine": (
        lambda o: lr_scheduler.CosineAnnealingLR(o, 13, 0.01),
        lambda n: schedules.cosine(LR, n, t_max=13, eta_min=0.01),
    ),
    "restarts": (
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, 5, 2, 0.01),
        lambda n: schedules.restarts(LR, n, t_0=5, t_mult=2, eta_min=0.01),
    ),
    "linear": (
        lambda o: lr_scheduler.LinearLR(o, 0.2, total_iters=6),
        lambda n: schedules.linear(LR, n, start_factor=0.2, total_iters=6),
    ),
    **{
        f"warm-{steps}": (
            lambda o, steps=steps: warm(o, steps),
            lambda n, steps=steps: schedules.warmup_cosine(LR, n, warm=steps, total=40, start_factor=0.1),
        )
        for steps in (1, 5, 38)
    },
}


@pytest.mark.parametrize(("kind", "n"), list(itertools.product(PAIRS, STEPS)))
def test_a_schedule_is_torchs(kind, n):
    theirs, ours = PAIRS[kind]

    np.testing.assert_allclose(ours(n), rates_used(theirs, LR, n), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("share", [0.2, 0.3, 0.55])
@pytest.mark.parametrize(("strategy", "ours"), [("cos", schedules.one_cycle), ("linear", schedules.one_cycle_straight)])
def test_the_cycle_and_its_momentum_are_torchs(strategy, ours, share):
    def make(optimizer):
        return lr_scheduler.OneCycleLR(optimizer, 0.4, 50, pct_start=share, anneal_strategy=strategy)

    rates, momenta = ours(50, max_lr=0.4, total_steps=50, pct_start=share)

    np.testing.assert_allclose(rates, rates_used(make, LR, 50), rtol=1e-9)
    np.testing.assert_allclose(momenta, rates_used(make, LR, 50, "momentum", momentum=0.9), rtol=1e-9)


@pytest.mark.parametrize(
    ("wrong", "make"),
    [
        (lambda g: joined(g, 6, 20), lambda o, rise, fall: lr_scheduler.SequentialLR(o, [rise, fall], [6])),
        (fall_then_rise, lambda o, rise, fall: lr_scheduler.SequentialLR(o, [fall, rise], [5])),
        (lambda g: rise_times_fall(g, 20), lambda o, rise, fall: lr_scheduler.ChainedScheduler([rise, fall])),
    ],
)
def test_wrong_warm_ups_are_what_torch_makes_of_them(wrong, make):
    def scheduler(optimizer):
        rise = lr_scheduler.LinearLR(optimizer, 0.1, total_iters=5)
        return make(optimizer, rise, lr_scheduler.CosineAnnealingLR(optimizer, 20))

    givens = {"lr": 0.4, "warm": 5, "total": 25, "start_factor": 0.1}

    np.testing.assert_allclose(wrong(givens), rates_used(scheduler, 0.4, 25), rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("seed", range(40))
@pytest.mark.parametrize("mode", ["min", "max"])
def test_the_plateau_is_torchs_on_random_metrics(seed, mode):
    rng = random.Random(seed)
    hyper = {
        "factor": rng.choice([0.1, 0.5]),
        "patience": rng.randint(0, 3),
        "threshold": rng.choice([1e-4, 0.05]),
        "cooldown": rng.randint(0, 3),
        "min_lr": rng.choice([0.0, 0.05]),
        "mode": mode,
    }
    metrics = [rng.uniform(0.5, 1.5) for _ in range(60)]
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=LR)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, eps=0, **hyper)
    expected = [LR]
    for metric in metrics:
        scheduler.step(metric)
        expected.append(optimizer.param_groups[0]["lr"])

    np.testing.assert_allclose(schedules.Plateau(**hyper).rates(LR, metrics), expected, rtol=1e-12)


def test_rates_used_says_when_it_gets_no_scheduler():
    with pytest.raises(TypeError, match="expected a scheduler, got NoneType"):
        rates_used(lambda optimizer: None, 0.1, 3)
