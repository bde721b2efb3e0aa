"""Rehearse a training function with a model and data that keep a diary, and return what they saw as numbers.

The lessons record these numbers; nothing here knows what is right.
"""

import torch
from torch.utils.data import DataLoader, TensorDataset

from grader.core.rows import FEATURES, UNEVEN, rows


class _Diary(list):
    """What happened, in order; a copied model goes on writing into the same one."""

    def __deepcopy__(self, memo) -> "_Diary":
        return self


class Drop(torch.nn.Module):
    """Drops one feature after the other while it learns, where nn.Dropout would draw lots."""

    def __init__(self, diary: _Diary):
        super().__init__()
        self.diary, self.dropped = diary, 0

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Return X, in training mode without one of its columns; note the mode and whether gradients are recorded."""
        self.diary.append((self.training, torch.is_grad_enabled()))
        if not self.training:
            return X
        keep = torch.full((FEATURES,), FEATURES / (FEATURES - 1), dtype=X.dtype)
        keep[self.dropped % FEATURES] = 0.0
        self.dropped += 1
        return X * keep


class Probe(torch.nn.Module):
    """A linear model behind a `Drop`; it starts with zeros and returns one number for each row, shape (n,)."""

    def __init__(self, diary: _Diary):
        super().__init__()
        self.drop = Drop(diary)
        self.line = torch.nn.Linear(FEATURES, 1, dtype=torch.float64)
        for parameter in self.parameters():
            torch.nn.init.zeros_(parameter)

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Return one number for each row."""
        return self.line(self.drop(X)).squeeze(-1)


class UnevenLoss(torch.nn.Module):
    """The mean of the squared errors, in which outputs below their targets count more: the order matters."""

    def forward(self, output: torch.Tensor, target: torch.Tensor) -> torch.Tensor:
        """Return one number."""
        error = output - target
        return (torch.where(error < 0, UNEVEN, 1.0) * error**2).mean()


class Counted(DataLoader):
    """A loader that notes in the diary whose rows are handed out, and counts how often it is gone through."""

    passes = 0

    def __init__(self, part: str, diary: _Diary, rows: TensorDataset, batch_size: int):
        super().__init__(rows, batch_size=batch_size)
        self.part, self.diary = part, diary

    def __iter__(self):
        self.passes += 1
        for batch in super().__iter__():
            self.diary.append(self.part)
            yield batch


def passes(diary: _Diary) -> list[tuple[str, bool, bool]]:
    """Return for each call of the model whose rows came last, whether it was in training mode, and recorded."""
    part, found = "", []
    for note in diary:
        if isinstance(note, str):
            part = note
        else:
            found.append((part, *note))
    return found


def rehearse(fit, seed: int, batch_size: int, epochs: int, lr: float) -> dict:
    """Run `fit` once and return its history and what model, loaders and scheduler noticed.

    fit(model, loss_function, loaders, optimizer, scheduler, epochs) returns a dictionary with the
    losses "train" and "val", the number of the "best" epoch and the "test" loss.

    Raises:
        KeyError: when one of these is missing.

    """
    diary = _Diary()
    model = Probe(diary)
    loaders = {
        name: Counted(name, diary, TensorDataset(*map(torch.tensor, part)), batch_size)
        for name, part in rows(seed).items()
    }
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=3, gamma=0.7)
    history = fit(model, UnevenLoss(), loaders, optimizer, scheduler, epochs)
    end = [number for parameter in model.parameters() for number in parameter.detach().reshape(-1).tolist()]
    return {
        "fit_train": [float(loss) for loss in history["train"]],
        "fit_val": [float(loss) for loss in history["val"]],
        "fit_best": history["best"],
        "fit_test": float(history["test"]),
        "fit_weights": end,
        "fit_learning": sum(training for part, training, _ in passes(diary) if part == "train"),
        "fit_looking": sum(not training for part, training, _ in passes(diary) if part != "train"),
        "fit_tracked": sum(recorded for part, _, recorded in passes(diary) if part != "train"),
        "fit_tests": loaders["test"].passes,
        "fit_scheduled": scheduler.last_epoch,
    }
