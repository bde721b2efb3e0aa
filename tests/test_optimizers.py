"""The NumPy references agree with torch.optim, step by step, so that a change in torch is noticed."""

import itertools

import numpy as np
import pytest
import torch

from grader.judge import optimizers, walks
from grader.judge.functions import FUNCTIONS

START = (8.0, -5.0)
MATRIX = torch.tensor([[1.0, -4.0], [1.0, 4.0]], dtype=torch.float64)


def skewed(v):
    return 10 * v @ (MATRIX @ v)


def torch_path(optimizer: type, steps: int, **hyper) -> np.ndarray:
    """Return the points of an optimizer of torch in double precision, the start first."""
    v = torch.tensor(START, dtype=torch.float64, requires_grad=True)
    walker = optimizer([v], **hyper)
    points = [v.detach().clone()]

    def closure():
        walker.zero_grad()
        loss = skewed(v)
        loss.backward()
        return loss

    for _ in range(steps):
        walker.step(closure)
        points.append(v.detach().clone())
    return torch.stack(points).numpy()


SGD = [
    {"momentum": 0.9},
    {"momentum": 0.9, "nesterov": True},
    {"momentum": 0.5, "dampening": 0.2},
    {"weight_decay": 0.1},
]
RULES = {
    "sgd": (torch.optim.SGD, optimizers.sgd, (0.0005, 0.02), [{}, *SGD]),
    "adam": (torch.optim.Adam, optimizers.adam, (0.01, 1.0), [{}, {"weight_decay": 0.1}, {"betas": (0.5, 0.9)}]),
    "adamw": (torch.optim.AdamW, optimizers.adamw, (0.01, 1.0), [{}, {"weight_decay": 0.1}]),
    "adagrad": (torch.optim.Adagrad, optimizers.adagrad, (0.01, 1.0), [{}]),
    "rmsprop": (torch.optim.RMSprop, optimizers.rmsprop, (0.01, 1.0), [{}, {"alpha": 0.9}]),
    "adadelta": (torch.optim.Adadelta, optimizers.adadelta, (0.01, 1.0), [{}, {"rho": 0.5}]),
    "lbfgs": (torch.optim.LBFGS, optimizers.lbfgs, (0.1, 1.0), [{}, {"history_size": 3}]),
}
UNSETTLED = {("rmsprop", 1.0)}  # jumps to and fro for ever, so that the last digit grows: the first steps count
CASES = [
    (name, rate, steps, hyper)
    for name, (_, _, rates, options) in RULES.items()
    for rate, steps, hyper in itertools.product(rates, (1, 10, 100), options)
]


@pytest.mark.parametrize(("name", "rate", "steps", "hyper"), CASES)
def test_a_reference_walks_as_torch_does(name, rate, steps, hyper):
    theirs, ours, _, _ = RULES[name]

    expected = torch_path(theirs, steps, lr=rate, **hyper)

    actual = ours(FUNCTIONS["function_skewed"], START, steps, lr=rate, **hyper)
    shown = 21 if (name, rate) in UNSETTLED else len(expected)
    np.testing.assert_allclose(actual[:shown], expected[:shown], rtol=1e-8, atol=1e-10)


def test_plain_descent_is_sgd():
    expected = torch_path(torch.optim.SGD, 100, lr=0.01)

    np.testing.assert_allclose(walks.descend(FUNCTIONS["function_skewed"], START, 0.01, 100), expected, rtol=1e-9)
