"""Rehearse a training function with a model and data that keep a diary, and return what they saw as numbers.

The lessons record these numbers; nothing here knows what is right.
"""

import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

FEATURES = 4
ROWS = {"train": 22, "val": 14, "test": 10}  # no multiple of the batch size: the last batch is a smaller one


def rows(seed: int) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """Return X of shape (n, FEATURES) and y of shape (n,) for training, validation and test."""
    rng = np.random.default_rng(seed)
    weights = rng.standard_normal(FEATURES)
    parts = {}
    for name, n in ROWS.items():
        X = rng.standard_normal((n, FEATURES))
        parts[name] = X, X @ weights + 1 + 0.8 * rng.standard_normal(n)
    return parts


class _Diary(list):
    """What happened, in order; a copied model goes on writing into the same one."""

    def __deepcopy__(self, memo) -> "_Diary":
        return self


class Probe(torch.nn.Module):
    """A linear model that, in training mode, drops one feature after the other instead of drawing lots."""

    def __init__(self):
        super().__init__()
        self.line = torch.nn.Linear(FEATURES, 1, dtype=torch.float64)
        for parameter in self.parameters():
            torch.nn.init.zeros_(parameter)
        self.diary = _Diary()
        self.dropped = 0

    def forward(self, X: torch.Tensor) -> torch.Tensor:
        """Return one number for each row, shape (n,), and note the mode and whether gradients are recorded."""
        self.diary.append((self.training, torch.is_grad_enabled()))
        if self.training:
            keep = torch.full((FEATURES,), FEATURES / (FEATURES - 1), dtype=X.dtype)
            keep[self.dropped % FEATURES] = 0.0
            self.dropped += 1
            X = X * keep
        return self.line(X).squeeze(-1)


class Counted(DataLoader):
    """A loader that counts how often somebody goes through it."""

    passes = 0

    def __iter__(self):
        self.passes += 1
        return super().__iter__()


def rehearse(fit, seed: int, batch_size: int, epochs: int, lr: float) -> dict:
    """Run `fit` once and return its history and what model, loaders and scheduler noticed.

    fit(model, loss_function, loaders, optimizer, scheduler, epochs) returns a dictionary with the
    losses "train" and "val", the number of the "best" epoch and the "test" loss.

    Raises:
        KeyError: when one of these is missing.

    """
    model = Probe()
    loaders = {
        name: Counted(TensorDataset(*map(torch.tensor, part)), batch_size=batch_size)
        for name, part in rows(seed).items()
    }
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=0.5)
    scheduler = torch.optim.lr_scheduler.StepLR(optimizer, step_size=3, gamma=0.7)
    history = fit(model, torch.nn.MSELoss(), loaders, optimizer, scheduler, epochs)
    end = [number for parameter in model.parameters() for number in parameter.detach().reshape(-1).tolist()]
    return {
        "fit_train": [float(loss) for loss in history["train"]],
        "fit_val": [float(loss) for loss in history["val"]],
        "fit_best": history["best"],
        "fit_test": float(history["test"]),
        "fit_weights": end,
        "fit_learning": sum(training for training, _ in model.diary),
        "fit_looking": sum(not training for training, _ in model.diary),
        "fit_tracked": sum(recorded and not training for training, recorded in model.diary),
        "fit_tests": loaders["test"].passes,
        "fit_scheduled": scheduler.last_epoch,
    }
