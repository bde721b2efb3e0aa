"""The NumPy side of 08_model: its data, its trainings and what a rehearsal records."""

import copy
import json

import numpy as np
import pytest
import torch

from grader.core.earlier import optimizer_classes
from grader.core.rehearsals import rehearse
from grader.instructor import bank, paths
from grader.judge import data
from grader.judge.exercises import find
from grader.judge.rehearsals import Training

SEEDS = (1, 9999)


@pytest.fixture(scope="module")
def notebook(benches) -> dict:
    return benches("08_model").namespace


@pytest.mark.parametrize("seed", SEEDS)
def test_data_of_the_judge_is_the_data_of_the_notebook(notebook, seed):
    pairs = [
        (notebook["plane"](seed, (1.5, -2.0)), data.plane(seed, (1.5, -2.0))),
        (notebook["cloud"](seed, 30), data.cloud(seed, 30)),
        (notebook["moons"](seed, 31), data.moons(seed, 31)),
        ([notebook["draw_batches"](seed, 30, 4, 7)], [data.draw_batches(seed, 30, 4, 7)]),
        (notebook["small_net"](seed, 5).parameters(), data.net_start(seed, 5)),
    ]
    start = torch.cat([p.detach().reshape(-1) for p in notebook["Plane"](seed).parameters()])

    for made, expected in pairs:
        for one, other in zip(made, expected, strict=True):
            np.testing.assert_array_equal(torch.as_tensor(one).detach().numpy(), other)
    np.testing.assert_array_equal(start.numpy(), data.plane_start(seed))


@pytest.fixture(scope="module")
def fit(notebook):
    namespace = dict(notebook)
    exec(bank.model("08_model", "fit"), namespace)
    return namespace["fit"]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("batch_size", [3, 4, 8])
def test_a_rehearsal_with_torch_is_the_training_in_numpy(fit, seed, batch_size):
    g = {"seed": seed, "batch_size": batch_size, "epochs": 7, "lr": 0.07}

    seen, expected = rehearse(fit, **g), Training(g).answer()

    assert set(seen) == set(expected)
    for key, value in seen.items():
        np.testing.assert_allclose(value, expected[key], rtol=1e-9, atol=1e-12, err_msg=key)


def test_a_copied_model_writes_into_the_same_diary(fit):
    def with_copy(model, *others):
        twin = copy.deepcopy(model)
        return fit(twin, *others[:-2], others[-2], others[-1])

    g = {"seed": 1, "batch_size": 4, "epochs": 2, "lr": 0.05}

    assert rehearse(with_copy, **g)["fit_learning"] == Training(g).answer()["fit_learning"]


@pytest.mark.parametrize(
    ("faults", "key"),
    [
        ({"evaluates": False}, "fit_val"),
        ({"evaluates": "first"}, "fit_train"),
        ({"weighted": False}, "fit_test"),
        ({"clears": "never"}, "fit_train"),
        ({"clears": "epoch"}, "fit_train"),
        ({"weighted": "over rows"}, "fit_val"),
        ({"restores": False}, "fit_weights"),
        ({"chooses": "train"}, "fit_best"),
        ({"scheduled": "batch"}, "fit_scheduled"),
    ],
)
def test_every_fault_of_a_training_shows(faults, key):
    g = find("08_model", "fit").givens

    assert not np.array_equal(Training(g, **faults).answer()[key], Training(g).answer()[key])


# --------------------------------------------------------------------------- classes of an earlier lesson


def test_classes_of_the_earlier_lesson_are_found(tmp_path):
    solved = paths.solution("05_inside").read_text(encoding="utf-8")
    (tmp_path / "05_inside.ipynb").write_text(solved, encoding="utf-8")

    found = optimizer_classes("05_inside", tmp_path)

    assert list(found) == ["MySGD", "MyAdagrad", "MyRMSprop", "MyAdadelta", "MyAdam", "MyAdamW"]
    x = torch.tensor(15.0, requires_grad=True)
    optimizer = found["MyAdam"]([x], lr=0.5)
    (x**2).backward()
    optimizer.step()
    assert x.item() == pytest.approx(14.5)


def test_an_untouched_missing_or_broken_earlier_lesson_gives_no_class_and_a_sentence(tmp_path, capsys):
    released = paths.release("05_inside").read_text(encoding="utf-8")
    (tmp_path / "05_inside.ipynb").write_text(released, encoding="utf-8")
    (tmp_path / "04_optim.ipynb").write_text("{", encoding="utf-8")

    for lesson, sentence in (
        ("05_inside", "holds no finished optimizer class yet"),
        ("04_optim", "cannot be read"),
        ("03_missing", "is not beside this notebook"),
    ):
        assert optimizer_classes(lesson, tmp_path) == {}
        assert sentence in capsys.readouterr().out


def test_a_cell_that_raises_hides_no_other_class(tmp_path):
    notebook = json.loads(paths.solution("05_inside").read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        if cell.get("id") == "MyAdagrad":
            cell["source"] = "raise ValueError('not today')\n"
    (tmp_path / "05_inside.ipynb").write_text(json.dumps(notebook), encoding="utf-8")

    assert "MyAdam" in optimizer_classes("05_inside", tmp_path)
