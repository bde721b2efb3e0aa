"""Exercises of 08_model, first part: a plane through points, its rates, its losses and its noise."""

from collections.abc import Callable
from functools import partial
from random import Random

import numpy as np

from grader.judge import catalogue as known
from grader.judge import data, optimizers
from grader.judge.draws import repeated, showing
from grader.judge.functions import Function
from grader.judge.model import Answer, Exercise, Givens, Key, Mistake
from grader.judge.patterns import Foreign, NotZero, Part
from grader.judge.trails import remember

Make = Callable[[Givens], np.ndarray]

# --------------------------------------------------------------------------- OLS


def _plane_at(g: Givens, *, bias: bool = True, weights: bool = True) -> np.ndarray:
    return np.asarray(g["points"]) @ np.asarray(g["weights"]) * weights + g["bias"] * bias


def _slopes_at(g: Givens) -> np.ndarray:
    """Return the gradient of the sum of the outputs: by the weights, shape (2,), and by the bias."""
    points = np.asarray(g["points"])
    return np.append(points.sum(axis=0), len(points))


def _draw_ols(rng: Random) -> Givens:
    return {
        "weights": [round(rng.uniform(1.0, 3.0), 1), round(rng.uniform(-3.0, -1.0), 1)],
        "bias": round(rng.uniform(5.0, 20.0), 1),
        "points": [[round(rng.uniform(1.0, 9.0), 1) for _ in range(2)] for _ in range(rng.randint(3, 5))],
    }


NAMES = ("bias", "weights")
OLS = Exercise(
    id="OLS",
    title="A plane as a module",
    function="OLS",
    points=10,
    partial=True,
    givens={"weights": [2.0, -1.0], "bias": 0.5, "points": [[1.0, 2.0], [3.0, 4.0], [5.0, 1.0]]},
    draw=_draw_ols,
    keys=(
        Key("ols_names", "the names of the parameters", kind="set"),
        Key("ols_output", "the output"),
        Key("ols_dimensions", "the number of dimensions of the output"),
        Key("ols_single", "the number of tensors that are not in double precision", needs=("ols_output",)),
        Key("ols_slopes", "the gradient of the sum of the outputs"),
        Key("ols_same_start", "equal starts"),
    ),
    reference=lambda g: {
        "ols_names": list(NAMES),
        "ols_output": _plane_at(g),
        "ols_dimensions": 1,
        "ols_single": 0,
        "ols_slopes": _slopes_at(g),
        "ols_same_start": 0.0,
    },
    mistakes=(
        Mistake(known.NO_PARAMETER, lambda g: {"ols_names": Part(NAMES)}),
        Mistake(known.OTHER_NAMES, lambda g: {"ols_names": Foreign(NAMES)}),
        Mistake(known.COLUMN_OUT, lambda g: {"ols_dimensions": 2}),
        Mistake(known.SINGLE_PRECISION, lambda g: {"ols_single": NotZero()}),
        Mistake(known.BIAS_LEFT_OUT, lambda g: {"ols_output": _plane_at(g, bias=False)}),
        Mistake(known.NOT_LEARNING, lambda g: {"ols_output": _plane_at(g), "ols_slopes": _slopes_at(g) * [1, 1, 0]}),
        Mistake(known.NOT_LEARNING, lambda g: {"ols_output": _plane_at(g), "ols_slopes": _slopes_at(g) * [0, 0, 1]}),
        Mistake(known.BIAS_SUBTRACTED, lambda g: {"ols_output": 2 * _plane_at(g, bias=False) - _plane_at(g)}),
        Mistake(known.FIXED_START, lambda g: {"ols_same_start": 1.0}),
        Mistake(known.SUMMED_UP, lambda g: {"ols_output": _plane_at(g).sum()}),
        Mistake(known.SUMMED_UP, lambda g: {"ols_output": _plane_at(g).mean()}),
    ),
    hints=(
        "What makes a tensor one that model.parameters() finds?",
        "super().__init__() first; then nn.Parameter around torch.randn(2, dtype=torch.float64), and one for the bias.",
        "forward returns x @ self.weights + self.bias: one number for each row.",
    ),
)

# --------------------------------------------------------------------------- train_ols

SPLIT = {"train": slice(0, 80), "val": slice(80, 90), "test": slice(90, 100), "all": slice(0, 100)}
SPLIT |= {"not test": slice(0, 90), "train less": slice(0, 79), "val less": slice(80, 89), "test less": slice(90, 99)}


def _squares(X: np.ndarray, y: np.ndarray) -> Function:
    """Return the sum of squared errors of a plane with the parameters theta = (w1, w2, bias)."""
    A = np.column_stack([X, np.ones(len(X))])
    return Function(lambda theta: np.sum((A @ theta - y) ** 2), lambda theta: 2 * A.T @ (A @ theta - y))


def _parts(g: Givens) -> dict[str, Function]:
    X, y = data.plane(g["seed"], g["weights"])
    return {name: _squares(X[rows], y[rows]) for name, rows in SPLIT.items()}


def _walk_ols(g: Givens, f: Function, lr: float = 1.0, momentum: float | None = None) -> np.ndarray:
    """Return the parameters before each step and after the last; lr: a factor of the given rate."""
    memory = g["momentum"] if momentum is None else momentum
    start = data.plane_start(g["seed"])
    return optimizers.sgd(f, start, g["epochs"], lr=lr * g["lr"], momentum=memory)


def _history(g: Givens, points: np.ndarray) -> Answer:
    """Return what is recorded when training visits these points, epochs + 1 of them."""
    parts = _parts(g)
    return {
        "ols_train": np.array([parts["train"].value(theta) for theta in points[:-1]]),
        "ols_val": np.array([parts["val"].value(theta) for theta in points[:-1]]),
        "ols_test": parts["test"].value(points[-1]),
        "ols_end": points[-1],
        "ols_graphs": 0,
    }


def _training(**changed) -> Callable[[Givens], Answer]:
    """Return the history of a training in which something is changed."""
    return remember(lambda g: _history(g, _walk_ols(g, _parts(g)["train"], **changed)))


_trained, _plain = _training(), _training(momentum=0.0)


def _trained_on(part: str) -> Callable[[Givens], Answer]:
    """Return the history of a training on other rows, with the loss of those rows."""

    def make(g: Givens) -> Answer:
        f = _parts(g)[part]
        points = _walk_ols(g, f)
        return _history(g, points) | {"ols_train": np.array([f.value(theta) for theta in points[:-1]])}

    return make


def _mean_loss(g: Givens) -> Answer:
    return {"ols_train": _training(lr=1 / 80)(g)["ols_train"] / 80}


def _never_cleared(g: Givens) -> Answer:
    points = _walk_ols(g, optimizers.accumulating(_parts(g)["train"]))
    return {"ols_end": points[-1], "ols_train": _history(g, points)["ols_train"]}


def _seen_by(g: Givens, part: str) -> np.ndarray:
    """Return the loss of some rows at each point of the right training, the last one behind the last step."""
    f = _parts(g)[part]
    return np.array([f.value(theta) for theta in _walk_ols(g, _parts(g)["train"])])


def _last_row_tells(g: Givens) -> bool:
    """Say whether the last row of the test makes a difference."""
    return abs(_seen_by(g, "test less")[-1] / _trained(g)["ols_test"] - 1) > 1e-3


def _draw_train_ols(rng: Random) -> Givens:
    return {
        "seed": rng.randint(1, 9000),
        "weights": [round(rng.uniform(-3.0, 3.0), 2), round(rng.uniform(-3.0, 3.0), 2)],
        "lr": round(rng.uniform(3e-5, 6e-5), 6),
        "momentum": round(rng.uniform(0.6, 0.9), 2),
        "epochs": rng.randint(15, 30),
    }


TRAIN_OLS = Exercise(
    id="train_ols",
    title="Train, validate, test",
    function="train_ols",
    points=15,
    partial=True,
    givens={"seed": 9999, "weights": [0.77, -0.56], "lr": 0.00005, "momentum": 0.9, "epochs": 500},
    draw=repeated(_draw_train_ols, _last_row_tells),
    keys=(
        Key("ols_train", "the training loss", kind="path", counts="losses"),
        Key("ols_val", "the validation loss", kind="path", counts="losses"),
        Key("ols_test", "the test loss"),
        Key("ols_end", "weights and bias at the end"),
        Key("ols_graphs", "the losses that keep their graph", needs=("ols_train", "ols_val")),
    ),
    reference=_trained,
    mistakes=(
        Mistake(known.NOT_STEPPED, _training(lr=0.0)),
        Mistake(known.GRAPH_KEPT, lambda g: {"ols_graphs": NotZero()}),
        Mistake(known.LAST_ROW_MISSING, _trained_on("train less")),
        Mistake(known.LAST_ROW_MISSING, lambda g: {"ols_val": _seen_by(g, "val less")[:-1]}),
        Mistake(known.LAST_ROW_MISSING, lambda g: {"ols_test": _seen_by(g, "test less")[-1]}),
        Mistake(known.LOSS_MEAN, _mean_loss),
        Mistake(known.LOSS_MEAN, lambda g: {"ols_train": _trained(g)["ols_train"] / 80}),
        Mistake(known.LOSS_MEAN, lambda g: {"ols_val": _trained(g)["ols_val"] / 10}),
        Mistake(known.LOSS_MEAN, lambda g: {"ols_test": _trained(g)["ols_test"] / 10}),
        Mistake(known.ROWS_HELD_BACK, _trained_on("all")),
        Mistake(known.ROWS_HELD_BACK, _trained_on("not test")),
        Mistake(known.TEST_FOR_VALIDATION, lambda g: {"ols_val": _seen_by(g, "test")[:-1]}),
        Mistake(known.TEST_FOR_VALIDATION, lambda g: {"ols_test": _trained(g)["ols_val"][-1]}),
        Mistake(known.PLAIN_DESCENT, _plain),
        Mistake(known.NEVER_CLEARED, _never_cleared),
        Mistake(known.AFTER_THE_STEP, lambda g: {"ols_train": _seen_by(g, "train")[1:]}),
        Mistake(known.AFTER_THE_STEP, lambda g: {"ols_val": _seen_by(g, "val")[1:]}),
        Mistake(known.TESTED_EARLY, lambda g: {**_trained(g), "ols_test": _seen_by(g, "test")[-2]}),
        Mistake(known.TESTED_EARLY, lambda g: {**_trained(g), "ols_test": _seen_by(g, "test")[0]}),
        Mistake(known.REBUILT, _plain),
    ),
    hints=(
        "Which rows may change the weights, which ones are only looked at in every epoch, and which ones once?",
        "In each epoch: clear, training loss, backward; validation loss under no_grad; then the step.",
        "After the loop, under no_grad: ((model(X[90:]) - y[90:]) ** 2).sum().item().",
    ),
)

# --------------------------------------------------------------------------- limits_guess, rate_limits

LIMITS_GUESS = Exercise(
    id="limits_guess",
    title="Predict: sum and mean",
    points=5,
    prediction=True,
    partial=True,
    keys=(
        Key("mean_factor", "the factor of the mean", rtol=0.01),
        Key("momentum_factor", "the factor of momentum", rtol=0.02),
    ),
    reference=lambda givens: {"mean_factor": 80.0, "momentum_factor": 1.9},
    mistakes=(
        Mistake(known.OTHER_WAY_ROUND, lambda g: {"mean_factor": 1 / 80}),
        Mistake(known.OTHER_WAY_ROUND, lambda g: {"momentum_factor": 1 / 1.9}),
        Mistake(known.SAME_LIMIT, lambda g: {"mean_factor": 1.0}),
        Mistake(known.SAME_LIMIT, lambda g: {"momentum_factor": 1.0}),
        Mistake(known.ROWS_HELD_BACK, lambda g: {"mean_factor": 100.0}),
        Mistake(known.MEMORY_MULTIPLIES, lambda g: {"momentum_factor": 10.0}),
        Mistake(known.MEMORY_MULTIPLIES, lambda g: {"momentum_factor": 0.1}),
        Mistake(known.ONE_LEFT_OUT, lambda g: {"momentum_factor": 0.9}),
    ),
    hints=(
        "How much flatter is the mean of 80 squares than their sum?",
        "The limit is two over the largest curvature, and the curvature of the mean is that of the sum over the rows.",
        "With momentum the limit is two times (one plus momentum) over the largest curvature.",
    ),
)


def _features(g: Givens) -> np.ndarray:
    X, _ = data.plane(g["seed"], (0.0, 0.0))
    return X[: g["rows"]] * [1.0, g["scale"]]


def _curvatures(g: Givens, *, bias: bool = True, factor: float = 2.0) -> np.ndarray:
    """Return the eigenvalues of the Hessian of the sum of squares, the smallest first."""
    X = _features(g)
    A = np.column_stack([X, np.ones(len(X))]) if bias else X
    return np.linalg.eigvalsh(factor * A.T @ A)


def _limits(g: Givens, largest: float | None = None, top: float = 2.0) -> Answer:
    largest = _curvatures(g)[-1] if largest is None else largest
    return {
        "limit_sum": top / largest,
        "limit_momentum": top * (1 + g["momentum"]) / largest,
        "limit_mean": top * g["rows"] / largest,
    }


RATE_LIMITS = Exercise(
    id="rate_limits",
    title="Why the rate is so small",
    function="rate_limits",
    points=15,
    partial=True,
    givens={"seed": 9999, "rows": 80, "scale": 1.0, "momentum": 0.9},
    draw=lambda rng: {
        "seed": rng.randint(1, 9000),
        "rows": rng.randint(20, 60),
        "scale": round(rng.uniform(2.0, 10.0), 1),
        "momentum": round(rng.uniform(0.3, 0.8), 2),
    },
    keys=(
        Key("limit_sum", "the limit of the sum", rtol=1e-4, atol=0.0),
        Key("limit_momentum", "the limit with momentum", rtol=1e-4, atol=0.0),
        Key("limit_mean", "the limit of the mean", rtol=1e-4, atol=0.0),
    ),
    reference=_limits,
    mistakes=(
        Mistake(known.BIAS_LEFT_OUT, lambda g: _limits(g, _curvatures(g, bias=False)[-1])),
        Mistake(known.HESSIAN_HALVED, lambda g: _limits(g, _curvatures(g, factor=1.0)[-1])),
        Mistake(known.ONE_FOR_TWO, lambda g: _limits(g, top=1.0)),
        Mistake(known.SMALLEST_CURVATURE, lambda g: _limits(g, _curvatures(g)[0])),
        Mistake(known.ALL_CURVATURES, lambda g: _limits(g, _curvatures(g).sum())),
        Mistake(known.OTHER_WAY_ROUND, lambda g: {"limit_mean": _limits(g)["limit_sum"] / g["rows"]}),
        Mistake(known.OTHER_WAY_ROUND, lambda g: {"limit_momentum": _limits(g)["limit_sum"] / (1 + g["momentum"])}),
        Mistake(known.MEMORY_MULTIPLIES, lambda g: {"limit_momentum": _limits(g)["limit_sum"] * (1 - g["momentum"])}),
        Mistake(known.SAME_LIMIT, lambda g: {"limit_mean": _limits(g)["limit_sum"]}),
        Mistake(known.SAME_LIMIT, lambda g: {"limit_momentum": _limits(g)["limit_sum"]}),
        Mistake(known.MEMORY_MULTIPLIES, lambda g: {"limit_momentum": _limits(g)["limit_sum"] / (1 - g["momentum"])}),
    ),
    hints=(
        "What is the second derivative of (a * w - y)**2 by w, and what takes its place with several weights?",
        "A is X with a column of ones for the bias; the Hessian of the sum of squares is 2 * A.T @ A.",
        "torch.linalg.eigvalsh(2 * A.T @ A) has the curvatures, the largest at the end.",
    ),
)

# --------------------------------------------------------------------------- loss_guess, five_losses

LOSS_GUESS = Exercise(
    id="loss_guess",
    title="Predict: three losses",
    points=8,
    prediction=True,
    partial=True,
    keys=(
        Key("guess_l1", "L1Loss", atol=0.04),
        Key("guess_mse", "MSELoss", atol=0.04),
        Key("guess_shapes", "MSELoss of two shapes", atol=0.04),
    ),
    reference=lambda givens: {"guess_l1": 1.0, "guess_mse": 5 / 3, "guess_shapes": 4 / 3},
    mistakes=(
        Mistake(known.SUM_OF_ERRORS, lambda g: {"guess_l1": 3.0}),
        Mistake(known.SUM_OF_ERRORS, lambda g: {"guess_mse": 5.0}),
        Mistake(known.SUM_OF_ERRORS, lambda g: {"guess_shapes": 12.0}),
        Mistake(known.ROOT_OF_SQUARES, lambda g: {"guess_mse": np.sqrt(5 / 3)}),
        Mistake(known.ERRORS_NOT_SQUARED, lambda g: {"guess_mse": 1.0}),
        Mistake(known.SIGNS_KEPT, lambda g: {"guess_l1": -1.0}),
        Mistake(known.SHAPES_THOUGHT_EQUAL, lambda g: {"guess_shapes": 0.0}),
    ),
    hints=(
        "Both losses are means over all entries: of what?",
        "The errors are 0, -1 and -2.",
        "A row of three minus a column of three is a table of three times three.",
    ),
)


def _log_softmax(scores: np.ndarray) -> np.ndarray:
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))


def _scores(g: Givens) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return scores (n, c), labels (n,), distributions (n, c) and counts (n,)."""
    labels = np.asarray(g["labels"], dtype=int)
    return np.asarray(g["scores"]), labels, np.asarray(g["parts"]), np.asarray(g["counts"])


def _cross_entropy(g: Givens, change: Callable = lambda scores: scores) -> float:
    scores, labels, _, _ = _scores(g)
    return -float(np.mean(_log_softmax(change(scores))[np.arange(len(labels)), labels]))


def _picked(g: Givens, change: Callable) -> float:
    """Return what NLLLoss makes of something other than logarithms of probabilities."""
    scores, labels, _, _ = _scores(g)
    return -float(np.mean(change(scores)[np.arange(len(labels)), labels]))


def _divergence(g: Givens, log: Callable = _log_softmax, over: Callable = len) -> float:
    scores, _, parts, _ = _scores(g)
    return float(np.sum(parts * (np.log(parts) - log(scores))) / over(scores))


def _reversed_divergence(g: Givens) -> float:
    scores, _, parts, _ = _scores(g)
    return float(np.sum(_softmax(scores) * (_log_softmax(scores) - np.log(parts))) / len(scores))


def _sigmoid(scores: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-scores[:, 0]))


def _binary(g: Givens, probability: Callable[[np.ndarray], np.ndarray] = _sigmoid, *, reverse: bool = False) -> float:
    scores, labels, _, _ = _scores(g)
    p = probability(scores)
    return -float(np.mean(np.where((labels == 0) != reverse, np.log(p), np.log(1 - p))))


def _poisson(g: Givens, log_rate: Callable = lambda scores: scores[:, 0]) -> float:
    scores, _, _, counts = _scores(g)
    return float(np.mean(np.exp(log_rate(scores)) - counts * log_rate(scores)))


def _softmax(scores: np.ndarray) -> np.ndarray:
    return np.exp(_log_softmax(scores))


def _five(g: Givens) -> Answer:
    return {
        "loss_cross": _cross_entropy(g),
        "loss_nll": _cross_entropy(g),
        "loss_kl": _divergence(g),
        "loss_bce": _binary(g),
        "loss_poisson": _poisson(g),
    }


def _poisson_of_rate(g: Givens) -> float:
    """Return PoissonNLLLoss(log_input=False) of scores that are logarithms; its epsilon keeps the logarithm finite."""
    scores, _, _, counts = _scores(g)
    with np.errstate(invalid="ignore"):
        return float(np.mean(scores[:, 0] - counts * np.log(scores[:, 0] + 1e-8)))


LOSS_MISTAKES = (
    Mistake(known.SOFTMAX_TWICE, lambda g: {"loss_cross": _cross_entropy(g, _softmax)}),
    Mistake(known.SCORES_FOR_LOGS, lambda g: {"loss_nll": _picked(g, lambda scores: scores)}),
    Mistake(known.LOG_MISSING, lambda g: {"loss_nll": _picked(g, _softmax)}),
    Mistake(known.LOG_MISSING, lambda g: {"loss_kl": _divergence(g, _softmax)}),
    Mistake(known.SCORES_FOR_LOGS, lambda g: {"loss_kl": _divergence(g, lambda scores: scores)}),
    Mistake(known.MEAN_OVER_ENTRIES, lambda g: {"loss_kl": _divergence(g, over=np.size)}),
    Mistake(known.SUM_OF_ERRORS, lambda g: {"loss_kl": _divergence(g, over=lambda scores: 1)}),
    Mistake(known.DIVERGENCE_REVERSED, lambda g: {"loss_kl": _reversed_divergence(g)}),
    Mistake(
        known.SIGMOID_TWICE, lambda g: {"loss_bce": _binary(g, lambda scores: 1 / (1 + np.exp(-_sigmoid(scores))))}
    ),
    Mistake(known.SOFTMAX_FOR_SIGMOID, lambda g: {"loss_bce": _binary(g, lambda scores: _softmax(scores)[:, 0])}),
    Mistake(known.LABEL_REVERSED, lambda g: {"loss_bce": _binary(g, reverse=True)}),
    Mistake(known.EXP_TWICE, lambda g: {"loss_poisson": _poisson(g, lambda scores: np.exp(scores[:, 0]))}),
    Mistake(known.RATE_FOR_LOG, lambda g: {"loss_poisson": _poisson_of_rate(g)}),
)


def _draw_losses(rng: Random) -> Givens:
    n = rng.randint(4, 6)
    shares = [[rng.uniform(0.5, 2.0) for _ in range(3)] for _ in range(n)]
    return {
        "scores": [
            [round(rng.uniform(0.2, 2.5), 2), *(round(rng.uniform(-2.0, 3.0), 2) for _ in "ab")] for _ in range(n)
        ],
        "labels": [0, 1, 2, *(rng.randint(0, 2) for _ in range(n - 3))],
        "parts": [[share / sum(row) for share in row] for row in shares],
        "counts": [float(rng.randint(0, 6)) for _ in range(n)],
    }


FIVE_LOSSES = Exercise(
    id="five_losses",
    title="What each loss wants",
    function="five_losses",
    points=12,
    partial=True,
    givens={
        "scores": [[2.0, 0.5, -1.0], [0.3, 1.2, 0.1], [1.0, -0.5, 2.5], [0.4, 0.2, 0.1]],
        "labels": [0, 1, 2, 0],
        "parts": [[0.7, 0.2, 0.1], [0.2, 0.5, 0.3], [0.1, 0.1, 0.8], [0.4, 0.3, 0.3]],
        "counts": [6.0, 1.0, 3.0, 2.0],
    },
    draw=showing(_draw_losses, _five, LOSS_MISTAKES),
    keys=(
        Key("loss_cross", "CrossEntropyLoss"),
        Key("loss_nll", "NLLLoss"),
        Key("loss_kl", "KLDivLoss"),
        Key("loss_bce", "BCELoss"),
        Key("loss_poisson", "PoissonNLLLoss"),
    ),
    reference=_five,
    mistakes=LOSS_MISTAKES,
    hints=(
        "Which of the five want scores, which logarithms of probabilities, and which probabilities?",
        "log_softmax(dim=1) for NLLLoss and KLDivLoss, scores[:, 0].sigmoid() for BCELoss; the others take scores.",
        'nn.KLDivLoss(reduction="batchmean")(logarithms, parts); (labels == 0).double() is what BCELoss compares with.',
    ),
)

# --------------------------------------------------------------------------- spread, noisy_path


def _batch_gradients(g: Givens, size: int, *, total: bool = False, factor: float = 2.0) -> np.ndarray:
    """Return the gradients of the batches of one size, shape (number, 2)."""
    X, y = data.cloud(g["seed"], g["rows"])
    rows = data.draw_batches(g["seed"], g["rows"], size, g["number"])
    errors = X[rows] @ np.asarray(g["w"]) - y[rows]
    return factor * np.einsum("nbi,nb->ni", X[rows], errors) / (1 if total else size)


def _full_gradient(g: Givens, factor: float = 2.0) -> np.ndarray:
    X, y = data.cloud(g["seed"], g["rows"])
    return factor * X.T @ (X @ np.asarray(g["w"]) - y) / len(y)


def _spreads(g: Givens, of: Callable[[np.ndarray], float] = np.mean, **changed) -> np.ndarray:
    full = _full_gradient(g, changed.get("factor", 2.0))
    return np.array([of(np.sum((_batch_gradients(g, size, **changed) - full) ** 2, axis=1)) for size in g["sizes"]])


def _summed_spread(g: Givens) -> np.ndarray:
    """Return the spread of gradients of sums, over the batch and over all rows."""
    full = _full_gradient(g) * g["rows"]
    return np.array([np.mean(np.sum((_batch_gradients(g, n, total=True) - full) ** 2, axis=1)) for n in g["sizes"]])


def _piled_up(g: Givens, *, on_full: bool = False) -> np.ndarray:
    """Return the spread when the gradients of the batches add up; on_full: upon the full gradient."""
    full = _full_gradient(g)
    piles = [np.cumsum(_batch_gradients(g, size), axis=0) + on_full * full for size in g["sizes"]]
    return np.array([np.mean(np.sum((pile - full) ** 2, axis=1)) for pile in piles])


def _spread_mistake(make: Make) -> Callable[[Givens], Answer]:
    return lambda g: {"noise": make(g)}


SPREAD = Exercise(
    id="spread",
    title="How noisy a batch is",
    function="spread",
    points=8,
    givens={"seed": 9999, "rows": 200, "w": [0.0, 0.0], "sizes": [1, 2, 4, 8, 16, 32, 64], "number": 300},
    draw=lambda rng: {
        "seed": rng.randint(1, 9000),
        "rows": rng.randint(30, 60),
        "w": [round(rng.uniform(-2.0, 1.0), 2), round(rng.uniform(0.0, 2.0), 2)],
        "sizes": [2, 5, 10],
        "number": rng.randint(20, 40),
    },
    keys=(Key("noise", "the spread"),),
    reference=lambda g: {"noise": _spreads(g)},
    mistakes=(
        Mistake(known.LOSS_SUM, _spread_mistake(partial(_spreads, total=True))),
        Mistake(known.HALF_SLOPE, _spread_mistake(partial(_spreads, factor=1.0))),
        Mistake(
            known.ROOT_OF_SQUARES, _spread_mistake(partial(_spreads, of=lambda squares: np.mean(np.sqrt(squares))))
        ),
        Mistake(known.ROOT_OF_SQUARES, _spread_mistake(lambda g: np.sqrt(_spreads(g)))),
        Mistake(known.SUM_OF_ERRORS, _spread_mistake(partial(_spreads, of=np.sum))),
        Mistake(known.MEAN_OVER_ENTRIES, _spread_mistake(lambda g: _spreads(g) / 2)),
        Mistake(known.LOSS_SUM, _spread_mistake(_summed_spread)),
        Mistake(known.NEVER_CLEARED, _spread_mistake(_piled_up)),
        Mistake(known.NEVER_CLEARED, _spread_mistake(partial(_piled_up, on_full=True))),
        Mistake(known.GRAD_KEPT, _spread_mistake(lambda g: np.zeros(len(g["sizes"])))),
        Mistake(
            known.SPREAD_ABOUT_ZERO,
            _spread_mistake(
                lambda g: np.array([np.mean(np.sum(_batch_gradients(g, n) ** 2, axis=1)) for n in g["sizes"]])
            ),
        ),
        Mistake(
            known.SPREAD_ABOUT_MEAN,
            _spread_mistake(lambda g: np.array([np.sum(np.var(_batch_gradients(g, n), axis=0)) for n in g["sizes"]])),
        ),
        Mistake(
            known.SPREAD_ABOUT_MEAN,
            _spread_mistake(
                lambda g: np.array([np.sum(np.var(_batch_gradients(g, n), axis=0, ddof=1)) for n in g["sizes"]])
            ),
        ),
    ),
    hints=(
        "From which gradient is the distance of each batch measured?",
        "One gradient of all rows, then one for each batch; the squared distance is the sum of two squares.",
        "loss = ((X[batch] @ w - y[batch]) ** 2).mean(); (slope,) = torch.autograd.grad(loss, w) has nothing to clear.",
    ),
)


def _noisy(g: Givens, rows_of: Callable[[int, np.ndarray], np.ndarray] | None = None, *, lr: float = 1.0,
           piled: bool = False) -> np.ndarray:  # fmt: skip
    """Walk with the gradient of one batch in each step."""
    X, y = data.cloud(g["seed"], g["rows"])
    batches = data.draw_batches(g["seed"], g["rows"], g["size"], g["steps"])
    k = -1

    def gradient(w):
        nonlocal k
        k += 1
        rows = batches[k % len(batches)] if rows_of is None else rows_of(k, batches)
        return 2 * X[rows].T @ (X[rows] @ w - y[rows]) / len(rows)

    f = Function(lambda w: 0.0, gradient)
    f = optimizers.accumulating(f) if piled else f
    return optimizers.sgd(f, g["start"], g["steps"], lr=lr * g["lr"])


def _noisy_mistake(make: Make) -> Callable[[Givens], Answer]:
    return lambda g: {"noisy_path": make(g)}


NOISY_PATH = Exercise(
    id="noisy_path",
    title="A walk on batches",
    function="noisy_path",
    points=7,
    givens={"seed": 9999, "rows": 200, "start": (-1.5, 1.5), "lr": 0.1, "size": 4, "steps": 60},
    draw=lambda rng: {
        "seed": rng.randint(1, 9000),
        "rows": rng.randint(30, 60),
        "start": [round(rng.uniform(-2.0, 0.0), 2), round(rng.uniform(0.5, 2.0), 2)],
        "lr": round(rng.uniform(0.03, 0.1), 3),
        "size": rng.randint(3, 6),
        "steps": rng.randint(10, 20),
    },
    keys=(Key("noisy_path", "w", kind="path"),),
    reference=_noisy_mistake(_noisy),
    mistakes=(
        Mistake(known.NEVER_CLEARED, _noisy_mistake(partial(_noisy, piled=True))),
        Mistake(known.ALL_ROWS, _noisy_mistake(lambda g: _noisy(g, lambda k, batches: np.arange(g["rows"])))),
        Mistake(known.SAME_BATCH, _noisy_mistake(partial(_noisy, rows_of=lambda k, batches: batches[0]))),
        Mistake(known.SAME_BATCH, _noisy_mistake(partial(_noisy, rows_of=lambda k, batches: batches[-1]))),
        Mistake(known.LOSS_SUM, _noisy_mistake(lambda g: _noisy(g, lr=g["size"]))),
        Mistake(known.CLIMBS, _noisy_mistake(partial(_noisy, lr=-1.0))),
        Mistake(known.START_MISSING, _noisy_mistake(lambda g: _noisy(g)[1:])),
        Mistake(known.SAME_OBJECT, _noisy_mistake(lambda g: np.broadcast_to(_noisy(g)[-1], _noisy(g).shape))),
        Mistake(known.NOT_STEPPED, _noisy_mistake(partial(_noisy, lr=0.0))),
        Mistake(known.HALF_SLOPE, _noisy_mistake(partial(_noisy, lr=0.5))),
    ),
    hints=(
        "What changes from step to step, besides w?",
        "for batch in batches: clear, the mean of the squared errors of X[batch], backward, step, record.",
        "((X[batch] @ w - y[batch]) ** 2).mean().backward() is the line in the middle.",
    ),
)

EXERCISES = (OLS, TRAIN_OLS, LIMITS_GUESS, RATE_LIMITS, LOSS_GUESS, FIVE_LOSSES, SPREAD, NOISY_PATH)
