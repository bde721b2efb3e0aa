"""What the trials of an optimizer class record, with torch's own classes, is what the NumPy rules say."""

from functools import partial

import numpy as np
import pytest
import torch
from test_optimizers import skewed

from grader.core.trials import SITUATIONS, trials
from grader.judge import faults, optimizers
from grader.judge import trials as expected
from grader.judge.functions import FUNCTIONS

START = (8.0, -5.0)
MATRIX = {
    "sgd": (
        torch.optim.SGD,
        optimizers.sgd,
        (1e-4, 0.01),
        [{}, {"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}],
    ),
    "sgd with decay": (
        torch.optim.SGD,
        optimizers.sgd,
        (1e-4, 0.01),
        [{"momentum": 0.5, "dampening": 0.3}, {"momentum": 0.9, "weight_decay": 0.5}],
    ),
    "adagrad": (torch.optim.Adagrad, optimizers.adagrad, (0.01, 2.0), [{}, {"eps": 0.5}]),
    "rmsprop": (torch.optim.RMSprop, optimizers.rmsprop, (0.01, 0.3), [{}, {"alpha": 0.9, "eps": 1.0}]),
    "adadelta": (torch.optim.Adadelta, optimizers.adadelta, (0.1, 1.0), [{}, {"rho": 0.7, "eps": 0.01}]),
    "adam": (torch.optim.Adam, optimizers.adam, (0.01, 1.0), [{}, {"betas": (0.7, 0.95), "eps": 1.0}]),
    "adam with decay": (torch.optim.Adam, optimizers.adam, (0.01, 1.0), [{"weight_decay": 0.5}]),
    "adamw": (torch.optim.AdamW, optimizers.adamw, (0.01, 1.0), [{}, {"weight_decay": 0.5}]),
}
CASES = [
    (name, rate, steps, hyper)
    for name, (_, _, rates, options) in MATRIX.items()
    for rate in rates
    for steps in (4, 50)
    for hyper in options
]


@pytest.mark.parametrize(("name", "rate", "steps", "hyper"), CASES)
def test_every_situation_of_torchs_class_is_the_rules(name, rate, steps, hyper):
    theirs, rule, _, _ = MATRIX[name]

    seen = dict(trials(partial(theirs, **hyper), skewed, START, steps, rate))

    wanted = expected.trials(partial(rule, **hyper), FUNCTIONS["function_skewed"], START, steps, rate)
    assert tuple(seen) == SITUATIONS
    for situation, value in seen.items():
        np.testing.assert_allclose(value, wanted[situation], rtol=1e-7, atol=1e-8, err_msg=situation)


def test_a_rate_inside_the_memory_parts_from_torch_when_the_rate_changes():
    """With a constant rate nobody could tell the two forms apart."""
    f, rate = FUNCTIONS["function_skewed"], expected.halved(0.005, 20)

    constant = [walk(f, START, 20, lr=0.005, momentum=0.9) for walk in (optimizers.sgd, faults.velocity)]
    changed = [walk(f, START, 20, lr=rate, momentum=0.9) for walk in (optimizers.sgd, faults.velocity)]

    np.testing.assert_allclose(*constant, rtol=1e-9)
    assert np.abs(changed[0] - changed[1]).max() > 0.01


def test_a_faultless_faulty_adam_is_adam():
    f = FUNCTIONS["function_skewed"]
    hyper = {"lr": 0.3, "betas": (0.9, 0.99), "eps": 1e-6}

    np.testing.assert_allclose(faults.adam(f, START, 40, **hyper), optimizers.adam(f, START, 40, **hyper), rtol=1e-12)


def test_one_failing_situation_does_not_hide_the_others():
    class Careless(torch.optim.SGD):
        def step(self, closure=None):
            for group in self.param_groups:
                for p in group["params"]:
                    p.data -= group["lr"] * p.grad
            return closure() if closure else None

    found, seen = trials(Careless, skewed, START, 6, 0.001), []
    with pytest.raises(TypeError, match="NoneType"):
        seen.extend(situation for situation, _ in found)

    assert seen == ["path", "groups", "midway", "resumed", "grads"]
