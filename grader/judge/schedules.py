"""The schedules of torch.optim.lr_scheduler in float64 NumPy; tests hold each against torch.

Every function returns the rate used in each of n steps, shape (n,), with torch's names for the
hyper-parameters; the formulas are those of torch's documentation.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


def constant(lr: float, n: int) -> np.ndarray:
    """Return the same rate for every step."""
    return np.full(n, float(lr))


def scaled(lr: float, n: int, factor: Callable[[int], float]) -> np.ndarray:
    """Return lr times factor(k), as LambdaLR does."""
    return np.array([lr * factor(k) for k in range(n)], dtype=float)


def step(lr: float, n: int, *, step_size: int, gamma: float) -> np.ndarray:
    """Multiply by gamma after every `step_size` steps."""
    return scaled(lr, n, lambda k: gamma ** (k // step_size))


def multi_step(lr: float, n: int, *, milestones: Sequence[int], gamma: float) -> np.ndarray:
    """Multiply by gamma at each milestone."""
    return scaled(lr, n, lambda k: gamma ** sum(k >= one for one in milestones))


def exponential(lr: float, n: int, *, gamma: float) -> np.ndarray:
    """Multiply by gamma after each step."""
    return scaled(lr, n, lambda k: gamma**k)


def linear(lr: float, n: int, *, start_factor: float, total_iters: int) -> np.ndarray:
    """Rise in a straight line from lr * start_factor to lr within total_iters steps."""
    return scaled(lr, n, lambda k: start_factor + (1 - start_factor) * min(k, total_iters) / total_iters)


def cosine(lr: float, n: int, *, t_max: int, eta_min: float = 0.0) -> np.ndarray:
    """Fall along half a cosine to eta_min at step t_max; past it the curve climbs back."""
    return eta_min + (lr - eta_min) * (1 + np.cos(np.pi * np.arange(n) / t_max)) / 2


def restarts(lr: float, n: int, *, t_0: int, t_mult: int = 1, eta_min: float = 0.0) -> np.ndarray:
    """Fall along half a cosine in t_0 steps and start again, each time t_mult times as long."""
    rates, period, at = [], t_0, 0
    for _ in range(n):
        rates.append(eta_min + (lr - eta_min) * (1 + np.cos(np.pi * at / period)) / 2)
        at += 1
        if at == period:
            at, period = 0, period * t_mult
    return np.array(rates, dtype=float)


def _half_cosine(first: float, last: float, share: float) -> float:
    return last + (first - last) * (1 + np.cos(np.pi * share)) / 2


def _straight(first: float, last: float, share: float) -> float:
    return first + (last - first) * share


def one_cycle(
    n: int, *, max_lr: float, total_steps: int, pct_start: float, div_factor=25.0, final_div_factor=1e4,
    momenta=(0.85, 0.95), along: Callable = _half_cosine,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    """Return rates that rise to max_lr and fall far below, and momenta that do the opposite (Smith, 2018)."""
    first, last = max_lr / div_factor, max_lr / div_factor / final_div_factor
    peak, end = pct_start * total_steps - 1, total_steps - 1
    rates, momentum = [], []
    for k in range(n):
        if k <= peak:
            share, ends, sides = k / peak, (first, max_lr), momenta[::-1]
        else:
            share, ends, sides = (k - peak) / (end - peak), (max_lr, last), momenta
        rates.append(along(*ends, share))
        momentum.append(along(*sides, share))
    return np.array(rates), np.array(momentum)


def one_cycle_straight(n: int, **hyper) -> tuple[np.ndarray, np.ndarray]:
    """Return the cycle with straight lines, anneal_strategy="linear"."""
    return one_cycle(n, along=_straight, **hyper)


def warmup_cosine(lr: float, n: int, *, warm: int, total: int, start_factor: float) -> np.ndarray:
    """Rise for `warm` steps, then fall along half a cosine for the rest: SequentialLR of the two."""
    rising = linear(lr, warm, start_factor=start_factor, total_iters=warm)
    return np.concatenate([rising, cosine(lr, max(0, n - warm), t_max=max(1, total - warm))])[:n]


@dataclass(frozen=True)
class Plateau:
    """The rule of ReduceLROnPlateau, and the ways in which students get it wrong.

    mode, factor, patience, threshold (relative), cooldown, min_lr: as in torch.
    early: drops when the count reaches patience. follows_last: compares with the value before instead
    of the best. restless: does not start counting anew after a drop. tireless: an improvement does not
    start the count anew. absolute: the threshold is taken off as it is, not as a part of the best.
    creeping: every small gain becomes the best. blind: a rest keeps no best. forgetful: a drop forgets it.
    wrong_side: in mode max the threshold is taken off. counted: the first metric counts as a bad one.
    complement: what the factor leaves is taken for the factor. divided: the rate is divided by it.
    floored: min and max are exchanged where the rate must not fall below min_lr. hovering: a drop that
    would go below is left out.
    """

    factor: float
    patience: int
    threshold: float = 1e-4
    cooldown: int = 0
    min_lr: float = 0.0
    mode: str = "min"
    early: bool = False
    follows_last: bool = False
    restless: bool = False
    tireless: bool = False
    absolute: bool = False
    creeping: bool = False
    blind: bool = False
    forgetful: bool = False
    wrong_side: bool = False
    counted: bool = False
    complement: bool = False
    divided: bool = False
    floored: bool = False
    hovering: bool = False

    def rates(self, lr: float, metrics: Sequence[float]) -> np.ndarray:
        """Return the rate used in each epoch, shape (len(metrics) + 1,): the last one is used next."""
        rates, best, bad, resting = [float(lr)], metrics[0] if self.counted else None, 0, 0
        for metric in metrics:
            if self.blind and resting:
                resting, bad = resting - 1, 0
                rates.append(float(lr))
                continue
            if best is None or self._better(metric, best):
                best, bad = metric, bad if self.tireless else 0
            else:
                bad += 1
            if self.follows_last or (self.creeping and (metric < best) == (self.mode == "min")):
                best = metric
            if resting:
                resting, bad = resting - 1, 0
            if bad > self.patience - self.early:
                best = metric if self.forgetful else best
                lr = self._lowered(lr)
                resting, bad = self.cooldown, bad if self.restless else 0
            rates.append(float(lr))
        return np.array(rates)

    def _lowered(self, lr: float) -> float:
        factor = 1 - self.factor if self.complement else 1 / self.factor if self.divided else self.factor
        if self.hovering and lr * factor < self.min_lr:
            return lr
        return (min if self.floored else max)(lr * factor, self.min_lr)

    def _better(self, metric: float, best: float) -> bool:
        if self.mode == "max":
            threshold = -self.threshold if self.wrong_side else self.threshold
            return metric > (best + threshold if self.absolute else best * (1 + threshold))
        return metric < (best - self.threshold if self.absolute else best * (1 - self.threshold))
