"""Rules about how an exercise is solved: neither magics nor other cells hide a name, and a percent sign is no magic."""

import time

import pytest
import torch

from grader.judge.rules import (
    BY_HAND,
    OWN_OPTIMIZER,
    SCHEDULED,
    STEPPED,
    WITH_SCHEDULER,
    WITHOUT_SCHEDULER,
    broken_rule,
    names_used,
    parse,
    tree,
)

BEHIND = "sgd = torch.optim.SGD([x], lr=lr)"


@pytest.mark.parametrize(
    "source",
    [
        BEHIND,
        f"print('last x = %.4f' % 0.5)\n{BEHIND}",
        f"print('last %.4f'\n      % 0.5)\n{BEHIND}",
        f"print('x = %s' % x)\n%matplotlib inline\n{BEHIND}",
        f"%time {BEHIND}",
        f"%timeit -n 1 {BEHIND}",
        f"%%time\n{BEHIND}",
        f"v = !ls\n{BEHIND}",
        f"print('last %.4f'\n      % 0.5)\n%matplotlib inline\n{BEHIND}",
        f"%%timeit -n 1 -r 2\n{BEHIND}",
        f"%matplotlib inline\nprint('last %.4f'\n      % 0.5)\n{BEHIND}",
    ],
)
def test_a_name_is_seen_whatever_stands_beside_it(source):
    assert "torch.optim.SGD" in names_used(source)


@pytest.mark.parametrize(
    ("other", "own"),
    [
        ("import torch.optim as optim", "o = optim.SGD([x], lr=lr)"),
        ("from torch import optim", "o = optim.SGD([x], lr=lr)"),
        ("from torch.optim import SGD as Mine", "o = Mine([x], lr=lr)"),
        ("from torch.optim import *", "o = SGD([x], lr=lr)"),
        ("import torch as t", "o = t.optim.SGD([x], lr=lr)"),
        ("import torch\nmine = torch.optim.SGD", "o = mine([x], lr=lr)"),
        ("def make(x):\n    return torch.optim.SGD([x], lr=lr)", "o = make(x)"),
        ("class A(torch.optim.SGD): pass\n\n\ndef make(x):\n    return A([x], lr=lr)", "o = make(x)"),
    ],
)
def test_a_name_is_seen_through_another_cell(other, own):
    assert broken_rule(own, (BY_HAND,), others=["x = (", other]) is BY_HAND


@pytest.mark.parametrize(
    ("other", "own"),
    [
        ("from torch.optim import *", "class SGD:\n    pass\n\n\no = SGD()"),
        ("from torch import optim", "x = x - lr * x.grad"),
        ("def race():\n    return torch.optim.SGD", "x = x - lr * x.grad"),
        ("from torch.optim import SGD\n\n\ndef SGD(x):\n    return x", "o = SGD(x)"),
        ("lr = answer.given('f', lr=1)\nanswer['end'] = race(torch.optim.SGD)", "x = x - lr * x.grad"),
    ],
)
def test_what_the_cell_does_not_use_breaks_no_rule(other, own):
    assert broken_rule(own, (BY_HAND, OWN_OPTIMIZER), others=[other]) is None


@pytest.mark.parametrize(
    "source",
    [
        "kinds, n = (torch.optim.SGD,), 1\n\n\ndef f(x):\n    return kinds[0]([x], lr=1)",
        "def f(x):\n    return make(x)\n\n\nmake = lambda x: torch.optim.SGD([x], lr=1)",
        "class f:\n    pass\n\n\nf.step = torch.optim.SGD.step",
        "def f(x):\n    return x\n\n\nf = torch.optim.SGD",
        "if True:\n    def f(x):\n        return torch.optim.SGD([x], lr=1)",
        "class f(torch.optim.SGD):\n    pass",
    ],
)
def test_what_a_function_leads_to_is_seen(source):
    assert broken_rule(source, (BY_HAND,), "f") is BY_HAND


@pytest.mark.parametrize(
    "source",
    [
        "optimizer.step()",
        "take = optimizer.step\ntake()",
        "torch.optim.SGD([x], lr=lr).step()",
        "def go():\n    made[0].step(loss)\n\n\ngo()",
    ],
)
def test_a_method_is_seen_whoever_owns_it(source):
    assert broken_rule(source, (STEPPED,)) is None
    assert broken_rule(source.replace("step", "zero_grad"), (STEPPED,)) is STEPPED


def test_a_cell_that_is_read_again_leads_to_the_same_names():
    source = "step = torch.optim.SGD\n\n\ndef f(x):\n    return step([x], lr=1)"

    assert names_used(source, (), "f") == names_used(source, ("",), "f") >= {"torch.optim.SGD", "x"}


@pytest.mark.parametrize("end", ["", "\n" + "x = 1\n" * 2000], ids=["short", "long"])
def test_a_cell_is_read_once(end):
    """A notebook is judged twice, and each exercise asks for what all cells define."""
    source = f"made = torch.optim.SGD{end}"

    assert tree(source) is tree(source)
    assert parse(source) is not parse(source)


@pytest.mark.parametrize("source", ["def f(:", "x = ("])
def test_what_is_no_python_has_no_tree(source):
    assert tree(source) is None


HIDDEN = f"%time {BEHIND}\n%matplotlib inline\nfoo?\ny = !ls\nif x:\n    %timeit -n 1 y = 2\n"


def test_a_long_cell_with_magics_hides_nothing():
    """IPython reads a cell again for each of its magics; of a long one only the lines are looked at."""
    assert broken_rule(HIDDEN + "a;" * 20_000, (BY_HAND,)) is BY_HAND


def test_a_magic_that_is_called_without_its_code_hides_nothing():
    assert broken_rule(f"{BEHIND}\nif 0:\n    o.run_line_magic()", (BY_HAND,)) is BY_HAND


LONG = {
    "magics": ("%time x = 1\n" * 20 + "a;" * 32_000, ()),
    "owners": ("\n".join(f"a{n}" + ".b" * 900 for n in range(30)), ()),
    "imports": ("y = x", ("from a import " + ",".join(f"b{n}" for n in range(10_000)), "x = 0\n" * 4000)),
    "one name": ("y = x", ("x = 0\n" * 16_000,)),
    "cells": ("y = x", tuple(f"q{n} = 1\nimport torch as t{n}" for n in range(1900))),
}


@pytest.mark.parametrize("name", LONG)
def test_names_are_found_in_time(name):
    """It is done outside of the sandbox, for every exercise."""
    start = time.process_time()
    names_used(*LONG[name])

    assert time.process_time() - start < 5


def test_a_star_brings_every_scheduler_of_torch():
    cell = "s = ExponentialLR(optimizer, gamma=0.9)"
    star = ("from torch.optim.lr_scheduler import *",)

    assert set(torch.optim.lr_scheduler.__all__) <= set(SCHEDULED)
    assert broken_rule(cell, (WITH_SCHEDULER,), "", star) is None
    assert broken_rule(cell, (WITHOUT_SCHEDULER,), "", star) == WITHOUT_SCHEDULER
