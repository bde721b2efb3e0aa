"""Update rules as students get them wrong, beside the right ones in `optimizers`."""

import numpy as np

from grader.judge.functions import Function
from grader.judge.optimizers import at_step, iterate


def rebuilt(rule, f: Function, start, steps: int) -> np.ndarray:
    """Walk with a rule that begins anew in each step, and so remembers nothing."""
    points = [np.asarray(start, dtype=float)]
    for _ in range(steps):
        points.append(rule(f, points[-1], 1)[1])
    return np.array(points)


def ema(f: Function, start, steps: int, *, lr, momentum: float) -> np.ndarray:
    """Walk with m = momentum * m + (1 - momentum) * g: a mean of the gradients, and a form of its own."""
    m = 0.0

    def update(x, g, t):
        nonlocal m
        m = momentum * m + (1 - momentum) * g
        return x - at_step(lr, t) * m

    return iterate(f, start, steps, update)


def velocity(f: Function, start, steps: int, *, lr, momentum: float, nesterov=False, weight_decay=0.0) -> np.ndarray:
    """Walk with v = momentum * v - lr * g: the rate is inside the memory (Sutskever and others, 2013)."""
    v = 0.0

    def update(x, g, t):
        nonlocal v
        g = g + weight_decay * x
        v = momentum * v - at_step(lr, t) * g
        return x + (momentum * v - at_step(lr, t) * g if nesterov else v)

    return iterate(f, start, steps, update)


def look_ahead(f: Function, start, steps: int, *, lr, momentum: float) -> np.ndarray:
    """Walk as Nesterov wrote it: the gradient at the point ahead, and the point itself recorded."""
    v, x = 0.0, np.asarray(start, dtype=float)
    points = [x]
    for t in range(1, steps + 1):
        v = momentum * v - at_step(lr, t) * f.gradient(x + momentum * v)
        x = x + v
        points.append(x)
    return np.array(points)


def look_ahead_with_sum(f: Function, start, steps: int, *, lr, momentum: float) -> np.ndarray:
    """Do the same with a memory of gradients, as torch keeps it; the two part when the rate changes."""
    b, x = 0.0, np.asarray(start, dtype=float)
    points = [x]
    for t in range(1, steps + 1):
        rate = at_step(lr, t)
        b = momentum * b + f.gradient(x - rate * momentum * b)
        x = x - rate * b
        points.append(x)
    return np.array(points)


def late_buffer(f: Function, start, steps: int, *, lr, momentum: float, weight_decay=0.0) -> np.ndarray:
    """Step with the buffer first and update it afterwards."""
    b = 0.0

    def update(x, g, t):
        nonlocal b
        moved = x - at_step(lr, t) * b
        b = momentum * b + g + weight_decay * x
        return moved

    return iterate(f, start, steps, update)


def kept_gradient(f: Function, start, steps: int, *, lr, momentum: float, in_place=False) -> np.ndarray:
    """Keep p.grad itself as the first memory, so that the next backward() fills the memory too.

    in_place: the memory stays p.grad; otherwise the second step makes a tensor of its own.
    """
    b = 0.0

    def update(x, g, t):
        nonlocal b
        old = 0 * g if t == 1 else g if in_place or t == 2 else b
        b = momentum * old + (old * momentum if in_place and t > 1 else g)
        return x - at_step(lr, t) * b

    return iterate(f, start, steps, update)


def damped_first(f: Function, start, steps: int, *, lr, momentum: float, dampening: float) -> np.ndarray:
    """Damp the first gradient too, where torch puts it into the buffer as it is."""
    b = 0.0

    def update(x, g, t):
        nonlocal b
        b = momentum * b + (1 - dampening) * g
        return x - at_step(lr, t) * b

    return iterate(f, start, steps, update)


def decoupled_sgd(f: Function, start, steps: int, *, lr, momentum: float, weight_decay: float) -> np.ndarray:
    """Shrink x by lr * weight_decay where SGD adds the decay to the gradient."""
    b = 0.0

    def update(x, g, t):
        nonlocal b
        b = momentum * b + g
        return x * (1 - at_step(lr, t) * weight_decay) - at_step(lr, t) * b

    return iterate(f, start, steps, update)


def nesterov_raw(f: Function, start, steps: int, *, lr, momentum: float, weight_decay: float) -> np.ndarray:
    """Add the gradient without its decay to the memory in the Nesterov step."""
    b = None

    def update(x, g, t):
        nonlocal b
        d = g + weight_decay * x
        b = d if b is None else momentum * b + d
        return x - at_step(lr, t) * (g + momentum * b)

    return iterate(f, start, steps, update)


def scaled_by(
    f: Function, start, steps: int, *, lr, root=True, inside=False, eps=1e-8, keep=1.0, new=1.0, kind=""
) -> np.ndarray:
    """Divide the gradient by a memory of its squares, v = keep * v + new * g**2, in one way or another.

    root: whether the root is taken. inside: whether eps is added under it.
    kind: "summed" adds up the squares of all entries; "raw" takes the gradients in unsquared; "full" the
    first square whole; "corrected" divides the memory as Adam does; "late" steps before it is renewed;
    "bare" divides the rate and leaves the gradient out.
    """
    v = 0.0

    def update(x, g, t):
        nonlocal v
        taken = np.sum(g**2) if kind == "summed" else g if kind == "raw" else g**2
        old, v = v, taken if kind == "full" and t == 1 else keep * v + new * taken
        used = {"late": old, "corrected": v / (1 - keep**t) if keep < 1 else v}.get(kind, v)
        size = used if not root else np.sqrt(used + eps if inside else used)
        return x - at_step(lr, t) * (1.0 if kind == "bare" else g) / (size if inside and root else size + eps)

    return iterate(f, start, steps, update)


def delta(f: Function, start, steps: int, *, lr, rho: float, eps: float, kind: str) -> np.ndarray:
    """Walk Adadelta's way with one fault.

    kind: "outside" adds eps after the roots; "gradients" remembers squared gradients where the squared
    steps belong; "still" never updates the memory of steps; "scaled" remembers the steps times lr; "late"
    steps before the squared gradients are renewed; "exchanged" puts each root in the other's place;
    "rootless" takes none.
    """
    v = moved = 0.0

    def update(x, g, t):
        nonlocal v, moved
        old, v = v, rho * v + (1 - rho) * g**2
        up, down = moved + eps, (old if kind == "late" else v) + eps
        if kind == "outside":
            step = (np.sqrt(moved) + eps) / (np.sqrt(v) + eps) * g
        elif kind == "rootless":
            step = up / down * g
        else:
            step = np.sqrt(down / up if kind == "exchanged" else up / down) * g
        kept = {"gradients": g, "still": 0.0, "scaled": at_step(lr, t) * step}.get(kind, step)
        moved = rho * moved + (1 - rho) * kept**2
        return x - at_step(lr, t) * step

    return iterate(f, start, steps, update)


def adam(
    f: Function, start, steps: int, *, lr, betas, eps, weight_decay=0.0, shrink=0.0, count=None, first=True,
    second=True, inside=False, root=True, late=False, whole=False, memory=True,
    stored_hats=False, kind="",
) -> np.ndarray:  # fmt: skip
    """Walk Adam's way with one or more faults.

    weight_decay: added to the gradient. shrink: taken off x itself before the step (`late`: after it).
    count: another step count than t. first, second: whether each moment is corrected. inside: eps under
    the root. root: whether the root is taken. whole: the shrinking forgets the rate.
    memory: whether the moments are kept. stored_hats: they are kept corrected.
    kind: "summed" takes the gradient into the first moment at full size; "lasting" lets nothing of it fade;
    "direct" steps along the gradient; "raw" takes the gradient into the second moment unsquared, and "of mean" the
    square of the first moment; "exchanged" corrects each moment with the other's beta; "multiplied" multiplies.
    """
    m = v = 0.0

    def update(x, g, t):
        nonlocal m, v
        k = count(t) if count else t
        g = g + weight_decay * x
        m = memory * (1.0 if kind == "lasting" else betas[0]) * m + (1.0 if kind == "summed" else 1 - betas[0]) * g
        taken = {"raw": g, "of mean": m**2}.get(kind, g**2)
        v = memory * betas[1] * v + (1 - betas[1]) * taken
        corrections = [1 - beta**k for beta in (betas[::-1] if kind == "exchanged" else betas)]
        if kind == "multiplied":
            corrections = [1 / one for one in corrections]
        up = g if kind == "direct" else m / corrections[0] if first else m
        size = v / corrections[1] if second else v
        down = size + eps if not root else np.sqrt(size + eps) if inside else np.sqrt(size) + eps
        if stored_hats:
            m, v = up, size
        rest = 1 - (1.0 if whole else at_step(lr, t)) * shrink
        move = at_step(lr, t) * up / down
        return (x - move) * rest if late else x * rest - move

    return iterate(f, start, steps, update)
