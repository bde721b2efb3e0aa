"""Rules about how an exercise is solved: magics do not hide a name, and a percent sign is no magic."""

import pytest

from grader.judge.rules import names_used, tree

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


@pytest.mark.parametrize("source", ["def f(:", "x = ("])
def test_what_is_no_python_has_no_tree(source):
    assert tree(source) is None
