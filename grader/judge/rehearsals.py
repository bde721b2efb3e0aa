"""The numbers of a rehearsed training in NumPy, done right and done wrong in the ways that students know."""

from dataclasses import dataclass

import numpy as np

from grader.core.rows import FEATURES, UNEVEN, rows
from grader.judge.model import Answer, Givens


@dataclass
class Training:
    """One run of `fit` on the rehearsal's data, with at most a few faults.

    evaluates: evaluation happens in evaluation mode; "first": training mode never comes back after it.
    weighted: the loss of an epoch counts each row once, and not each batch; "over rows": the means of the
        batches are divided by the number of rows.
    clears: gradients are emptied before each "batch", each "epoch" or "never".
    restores: the weights of the best epoch are put back.
    chooses: the curve whose lowest point is the best epoch; "last" takes the last epoch, and "falling" the last one
        that is better than the one before it. scheduled: how often the scheduler steps.
    """

    g: Givens
    evaluates: bool | str = True
    weighted: bool | str = True
    clears: str = "batch"
    restores: bool = True
    chooses: str = "val"
    scheduled: str = "epoch"

    def __post_init__(self):
        self.parts, self.theta = rows(self.g["seed"]), np.zeros(FEATURES + 1)
        self.memory, self.slope = None, 0.0
        self.training, self.dropped, self.ticks = True, 0, 0

    def answer(self) -> Answer:
        """Return everything that the rehearsal records."""
        curves, kept = {"train": [], "val": []}, []
        for _ in range(self.g["epochs"]):
            curves["train"].append(self._learn())
            curves["val"].append(self._look("val"))
            kept.append(self.theta.copy())
            if self.scheduled == "epoch":
                self.ticks += 1
        best = self._best(curves)
        self.theta = kept[best] if self.restores else kept[-1]
        test = self._look("test")
        batches = {name: len(self._batches(name)) for name in self.parts}
        return {
            "fit_train": np.array(curves["train"]),
            "fit_val": np.array(curves["val"]),
            "fit_best": best,
            "fit_test": test,
            "fit_weights": self.theta.copy(),
            "fit_learning": self.g["epochs"] * batches["train"],
            "fit_looking": self.g["epochs"] * batches["val"] + batches["test"],
            "fit_tracked": 0,
            "fit_tests": 1,
            "fit_scheduled": self.ticks,
        }

    def _best(self, curves: dict[str, list]) -> int:
        if self.chooses == "last":
            return self.g["epochs"] - 1
        if self.chooses == "falling":
            return int(np.flatnonzero(np.diff(curves["val"], prepend=np.inf) < 0)[-1])
        return int(np.argmin(curves[self.chooses]))

    def _batches(self, part: str) -> list[tuple[np.ndarray, np.ndarray]]:
        X, y = self.parts[part]
        size = self.g["batch_size"]
        return [(X[at : at + size], y[at : at + size]) for at in range(0, len(y), size)]

    def _learn(self) -> float:
        if self.evaluates != "first":
            self.training = True
        self.slope = 0.0 if self.clears == "epoch" else self.slope
        losses = []
        for X, y in self._batches("train"):
            A, error = self._errors(X, y)
            losses.append((_loss(error), len(y)))
            slope = 2 * A.T @ (np.where(error < 0, UNEVEN, 1.0) * error) / len(y)
            self.slope = slope if self.clears == "batch" else self.slope + slope
            self.memory = self.slope if self.memory is None else 0.5 * self.memory + self.slope
            self.theta = self.theta - self.g["lr"] * 0.7 ** (self.ticks // 3) * self.memory
            if self.scheduled == "batch":
                self.ticks += 1
        return self._mean(losses)

    def _look(self, part: str) -> float:
        if self.evaluates:
            self.training = False
        return self._mean([(_loss(self._errors(X, y)[1]), len(y)) for X, y in self._batches(part)])

    def _errors(self, X: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the rows with a column of ones, shape (n, FEATURES + 1), and how far the model is off, shape (n,)."""
        if self.training:
            keep = np.full(FEATURES, FEATURES / (FEATURES - 1))
            keep[self.dropped % FEATURES] = 0.0
            self.dropped += 1
            X = X * keep
        A = np.column_stack([X, np.ones(len(X))])
        return A, A @ self.theta - y

    def _mean(self, losses: list[tuple[float, int]]) -> float:
        values, counts = np.array(losses).T
        if self.weighted == "over rows":
            return float(values.sum() / counts.sum())
        return float(np.average(values, weights=counts if self.weighted else None))


def _loss(error: np.ndarray) -> float:
    """Return the mean of the squared errors, in which those below the target count more."""
    return float(np.mean(np.where(error < 0, UNEVEN, 1.0) * error**2))
