"""Pictures in words, made of facts."""

from collections.abc import Sequence

import numpy as np

from _live_plot.strips import Strip


def before_burst(path: np.ndarray) -> int:
    """Return how many points of a path there are before the first that is not finite."""
    finite = np.isfinite(path).all(axis=tuple(range(1, path.ndim)))
    return len(path) if finite.all() else int(np.argmin(finite))


def describe(landscape: str, paths: list[np.ndarray], labels: Sequence[str], strips: Sequence[Strip] = ()) -> str:
    """Return a description made of facts: the landscape, start and end of each path, and of each strip."""
    parts = [landscape]
    for path, label in zip(paths, labels, strict=False):  # without a landscape there are no paths
        whole = before_burst(path)
        if not whole:
            parts.append(f"{label}: {'diverged at step 0' if len(path) else 'no steps recorded'}")
            continue
        start, end = (", ".join(f"{v:.4g}" for v in point) for point in (path[0], path[whole - 1]))
        gone = f", diverged at step {whole}" if whole < len(path) else ""
        parts.append(f"{label}: {len(path) - 1} steps from ({start}) to ({end}){gone}")
    for strip in strips:
        for label, one in zip(labels, strip.series, strict=True):
            if len(one):
                ends = " to ".join(" ".join(f"{v:.4g}" for v in row) for row in (one[0], one[-1]))
                parts.append(f"{strip.name}{f' of {label}' if len(labels) > 1 else ''} from {ends}")
    return ". ".join(parts) + "."
