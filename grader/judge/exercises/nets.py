"""Exercises of 08_model, second part: training with validation, initialisation, groups and clipping."""

from collections.abc import Callable
from functools import partial

import numpy as np

from grader.core.rows import ROWS
from grader.judge import catalogue as known
from grader.judge import data, optimizers
from grader.judge.draws import repeated
from grader.judge.exercises.lookback import REFLECTION, quiz
from grader.judge.functions import Function
from grader.judge.model import Answer, Exercise, Givens, Key, Mistake
from grader.judge.patterns import NotANumber, NotZero
from grader.judge.rehearsals import Training
from grader.judge.trails import remember

# --------------------------------------------------------------------------- fit


def _fitted(*keys: str, **faults) -> Callable[[Givens], Answer]:
    """Return the answers of a training with these faults, or some of them."""

    def make(g: Givens) -> Answer:
        answers = Training(g, **faults).answer()
        return {key: answers[key] for key in keys} if keys else answers

    return make


_fit = remember(_fitted())
CURVES = ("fit_train", "fit_val")


def _curves(g: Givens) -> Answer:
    return {key: _fit(g)[key] for key in CURVES}


def _per_batch(key: str) -> Callable[[Givens], Answer]:
    """Return a curve whose sums over rows are divided by the number of batches."""
    part = key.removeprefix("fit_")
    return lambda g: {key: _fit(g)[key] * ROWS[part] / -(-ROWS[part] // g["batch_size"])}


def _number_of(key: str, count: Callable[[Givens, Answer], int]) -> Callable[[Givens], Answer]:
    return lambda g: {key: count(g, _fit(g))}


def _tells(g: Givens) -> bool:
    """Say whether validation and training disagree about the best epoch, and neither takes the first or last."""
    curves = _fit(g)
    lowest = np.sort(curves["fit_val"])
    ends, best = (0, g["epochs"] - 1), int(np.argmin(curves["fit_train"]))
    return (
        curves["fit_best"] not in (*ends, best, g["epochs"] - 2, best - 1)
        and best not in ends
        and curves["fit_best"] != int(np.flatnonzero(np.diff(curves["fit_val"], prepend=np.inf) < 0)[-1])
        and lowest[1] - lowest[0] > 1e-3
        and float(curves["fit_train"].max()) < 20
    )


FIT = Exercise(
    id="fit",
    title="A training loop for good",
    function="fit",
    points=25,
    partial=True,
    givens={"seed": 9999, "batch_size": 4, "epochs": 10, "lr": 0.07},
    draw=repeated(
        lambda rng: {
            "seed": rng.randint(1, 9000),
            "batch_size": rng.choice([3, 4, 6, 8]),
            "epochs": rng.randint(6, 9),
            "lr": round(rng.uniform(0.04, 0.1), 3),
        },
        _tells,
    ),
    keys=(
        Key("fit_train", "the training loss", kind="path", counts="losses", rtol=1e-4),
        Key("fit_val", "the validation loss", kind="path", counts="losses", rtol=1e-4),
        Key("fit_best", "the best epoch"),
        Key("fit_test", "the test loss", rtol=1e-4),
        Key("fit_weights", "the weights that are left", rtol=1e-4, atol=1e-5),
        Key("fit_learning", "the passes in training mode"),
        Key("fit_looking", "the passes in evaluation mode"),
        Key("fit_tracked", "the evaluations that record gradients", needs=("fit_looking",)),
        Key("fit_tests", "the times through the test rows"),
        Key("fit_scheduled", "the steps of the scheduler"),
    ),
    reference=_fit,
    mistakes=(
        Mistake(known.EVAL_FORGOTTEN, _fitted("fit_train", "fit_val", evaluates=False)),
        Mistake(known.EVAL_FORGOTTEN, _number_of("fit_looking", lambda g, right: 0)),
        Mistake(known.TRAIN_FORGOTTEN, _fitted("fit_train", evaluates="first")),
        Mistake(known.EVALUATION_RECORDED, lambda g: {"fit_train": _fit(g)["fit_train"], "fit_tracked": NotZero()}),
        Mistake(known.LAST_FOR_BEST, _fitted(*CURVES, "fit_best", chooses="falling")),
        Mistake(known.LARGE_IS_GOOD, lambda g: {**_curves(g), "fit_best": int(np.argmax(_fit(g)["fit_val"]))}),
        Mistake(known.LOSS_FOR_EPOCH, lambda g: {**_curves(g), "fit_best": _fit(g)["fit_val"].min()}),
        Mistake(known.SUM_OF_ERRORS, lambda g: {"fit_train": _fit(g)["fit_train"] * ROWS["train"]}),
        Mistake(known.SUM_OF_ERRORS, lambda g: {"fit_val": _fit(g)["fit_val"] * ROWS["val"]}),
        Mistake(known.BATCH_MEANS, _fitted("fit_train", weighted=False)),
        Mistake(known.BATCH_MEANS, _fitted("fit_val", weighted=False)),
        Mistake(known.BATCH_MEANS, _fitted("fit_test", weighted=False)),
        Mistake(known.BEST_NOT_KEPT, _fitted(*CURVES, "fit_best", chooses="last")),
        Mistake(known.BEST_NOT_KEPT, _fitted(*CURVES, "fit_weights", restores=False)),
        Mistake(known.BEST_NOT_KEPT, _fitted(*CURVES, "fit_test", restores=False)),
        Mistake(known.CHOSEN_BY_TRAINING, _fitted(*CURVES, "fit_best", chooses="train")),
        Mistake(known.COUNTS_FROM_ONE, lambda g: {**_curves(g), "fit_best": _fit(g)["fit_best"] + 1}),
        Mistake(known.TEST_EVERY_EPOCH, _number_of("fit_tests", lambda g, right: g["epochs"])),
        Mistake(known.TEST_EVERY_EPOCH, _number_of("fit_tests", lambda g, right: g["epochs"] + 1)),
        Mistake(known.TEST_NEVER, _number_of("fit_tests", lambda g, right: 0)),
        Mistake(known.PER_BATCH, _fitted("fit_scheduled", scheduled="batch")),
        Mistake(known.NEVER_SCHEDULED, _fitted("fit_scheduled", scheduled="never")),
        Mistake(known.NEVER_CLEARED, _fitted("fit_train", "fit_val", clears="never")),
        Mistake(known.NEVER_CLEARED, _fitted("fit_train", "fit_val", clears="epoch")),
        Mistake(known.OTHER_DIVISOR, _per_batch("fit_train")),
        Mistake(known.OTHER_DIVISOR, _per_batch("fit_val")),
        Mistake(known.OTHER_DIVISOR, _fitted("fit_train", weighted="over rows")),
        Mistake(known.OTHER_DIVISOR, _fitted("fit_val", weighted="over rows")),
    ),
    hints=(
        "What changes between learning and looking, and who has to say so each time?",
        "Each epoch: train(), the batches with their steps; eval() and no_grad, the batches of validation; "
        "scheduler.step(). A copy of the state whenever the validation loss is the lowest so far.",
        "copy.deepcopy(model.state_dict()) keeps the best weights; add up loss.item() * len(y), divide by the rows.",
    ),
)

# --------------------------------------------------------------------------- init_guess, init_

FATES = {"zeros": "gone", "normal": "stuck", "xavier": "kept"}
INIT_GUESS = Exercise(
    id="init_guess",
    title="Predict: a signal through six layers",
    points=5,
    prediction=True,
    partial=True,
    keys=(
        Key("tanh_zeros", "zeros", kind="word"),
        Key("tanh_normal", "N(0, 1)", kind="word"),
        Key("tanh_xavier", "Xavier", kind="word"),
        Key("relu_xavier", "Xavier with relu", rtol=0.15),
    ),
    reference=lambda givens: {f"tanh_{kind}": fate for kind, fate in FATES.items()} | {"relu_xavier": 1 / 8},
    mistakes=(
        Mistake(known.ZEROS_HARMLESS, lambda g: {"tanh_zeros": "kept"}),
        Mistake(known.ZEROS_HARMLESS, lambda g: {"tanh_zeros": "stuck"}),
        Mistake(known.WIDTH_OVERLOOKED, lambda g: {"tanh_normal": "kept"}),
        Mistake(known.WIDTH_OVERLOOKED, lambda g: {"tanh_normal": "gone"}),
        Mistake(known.XAVIER_OVERLOOKED, lambda g: {"tanh_xavier": "gone"}),
        Mistake(known.XAVIER_OVERLOOKED, lambda g: {"tanh_xavier": "stuck"}),
        Mistake(known.RELU_HARMLESS, lambda g: {"relu_xavier": 1.0}),
        Mistake(known.HALVED_EACH_LAYER, lambda g: {"relu_xavier": 1 / 64}),
    ),
    hints=(
        "How large is the sum of 256 terms of size one with random signs?",
        "It is about 16, and tanh(16) is 1. With weights of 1/16 the sum is about 1.",
        "relu keeps half of the mean square; over six layers, which root of that is it?",
    ),
)

KINDS = ("zeros", "normal", "xavier", "kaiming")
STDS = tuple(f"std_{kind}" for kind in KINDS)


def _shapes(g: Givens) -> np.ndarray:
    """Return inputs and outputs of each layer, shape (layers, 2)."""
    return np.array(list(zip(g["widths"][:-1], g["widths"][1:], strict=True)), dtype=float)


def _deviations(g: Givens) -> dict[str, np.ndarray]:
    inputs, outputs = _shapes(g).T
    return {
        "zeros": np.zeros(len(inputs)),
        "normal": np.ones(len(inputs)),
        "xavier": np.sqrt(2 / (inputs + outputs)),
        "kaiming": np.sqrt(2 / inputs),
    }


def _left(g: Givens, kind: str, *, inner: bool = False) -> Answer:
    """Return the deviations when all layers, or the inner ones, stay as torch made them."""
    layers = slice(g["inner"] if inner else 0, None)
    inputs, _ = _shapes(g).T
    made = _deviations(g)[kind].copy()
    made[layers] = 1 / np.sqrt(3 * inputs[layers])
    return {f"std_{kind}": made}


def _init_mistake(kind: str, make: Callable[[np.ndarray, np.ndarray], np.ndarray]) -> Callable[[Givens], Answer]:
    return lambda g: {f"std_{kind}": make(*_shapes(g).T)}


def _initialised(g: Givens) -> Answer:
    """Return what holds for a net whose nn.Linear alone were initialised, and can learn."""
    return {"init_biases": 0.0, "init_centre": 0.0, "init_learning": 2.0 * len(_shapes(g)), "init_others": 0.0}


INIT = Exercise(
    id="init_",
    title="Initialise a net",
    function="init_",
    points=10,
    partial=True,
    givens={"seed": 9999, "widths": [128, 256, 384, 192], "inner": 1},
    draw=lambda rng: {
        "seed": rng.randint(1, 9000),
        "widths": [rng.randint(180, 220), rng.randint(300, 340), rng.randint(140, 160), rng.randint(230, 260)],
        "inner": 2,
    },
    keys=(
        *(Key(f"std_{kind}", f"the deviation of {kind}", rtol=0.025) for kind in KINDS),
        Key("init_biases", "the largest bias"),
        Key("init_centre", "the mean of the weights in deviations", atol=0.05, needs=STDS),
        Key("init_learning", "the tensors that learn", needs=STDS),
        Key("init_others", "the change of other layers", needs=STDS),
    ),
    reference=lambda g: {f"std_{kind}": made for kind, made in _deviations(g).items()} | _initialised(g),
    mistakes=(
        *(Mistake(known.INIT_LEFT, partial(_left, kind=kind)) for kind in KINDS),
        *(Mistake(known.TOP_LAYERS_ONLY, partial(_left, kind=kind, inner=True)) for kind in KINDS),
        Mistake(known.SQUARE_FOR_LENGTH, _init_mistake("xavier", lambda i, o: 2 / (i + o))),
        Mistake(known.SQUARE_FOR_LENGTH, _init_mistake("kaiming", lambda i, o: 2 / i)),
        Mistake(known.OUTPUTS_FOR_INPUTS, _init_mistake("kaiming", lambda i, o: np.sqrt(2 / o))),
        Mistake(known.ONE_SIDE_ONLY, _init_mistake("xavier", lambda i, o: np.sqrt(1 / i))),
        Mistake(known.ONE_SIDE_ONLY, _init_mistake("xavier", lambda i, o: np.sqrt(2 / i))),
        Mistake(known.GAIN_LEFT_OUT, _init_mistake("kaiming", lambda i, o: np.sqrt(1 / i))),
        Mistake(known.GAIN_LEFT_OUT, _init_mistake("xavier", lambda i, o: np.sqrt(1 / (i + o)))),
        Mistake(known.BOUND_FOR_DEVIATION, _init_mistake("xavier", lambda i, o: np.sqrt(2 / (i + o) / 3))),
        Mistake(known.BOUND_FOR_DEVIATION, _init_mistake("kaiming", lambda i, o: np.sqrt(2 / i / 3))),
        Mistake(known.BOUND_FOR_DEVIATION, _init_mistake("xavier", lambda i, o: np.sqrt(6 / (i + o)))),
        Mistake(known.BOUND_FOR_DEVIATION, _init_mistake("kaiming", lambda i, o: np.sqrt(6 / i))),
        Mistake(known.NOT_LEARNING, lambda g: {"init_learning": 0.0}),
        Mistake(known.OTHERS_CHANGED, lambda g: {"init_others": NotZero()}),
        Mistake(known.GAIN_ADDED, _init_mistake("xavier", lambda i, o: 5 / 3 * np.sqrt(2 / (i + o)))),
        Mistake(known.BIASES_LEFT, lambda g: {"init_biases": NotZero()}),
        Mistake(known.NOT_CENTRED, lambda g: {"init_centre": np.sqrt(3.0)}),
    ),
    hints=(
        "Which layers of a net hold weights, also those inside another Sequential?",
        "for layer in model.modules(), and isinstance(layer, nn.Linear); nn.init has a function for each kind.",
        'xavier_normal_(layer.weight), kaiming_normal_(layer.weight, nonlinearity="relu"), and zeros_ for the bias.',
    ),
)

# --------------------------------------------------------------------------- groups

# Dimensions of the tensors of the notebook's net, in its order: a weight and a bias for each layer.
LAYERS = {"linear": (2, 1), "norm": (1, 1), "kernel": (3, 1)}


def _layers(g: Givens) -> list[str]:
    return ["norm", "linear", "kernel", "linear"] if g["norm_first"] else ["linear", "norm", "linear", "kernel"]


def _decays(g: Givens, decayed: Callable[[str, int], bool] = lambda layer, dim: dim >= 2, rest: float = 0.0) -> Answer:
    """Return the decay of each tensor; decayed(layer, dimensions) says which ones have it."""
    which = [decayed(layer, dim) for layer in _layers(g) for dim in LAYERS[layer]]
    return {"decay_of_each": np.where(which, g["decay"], rest)}


def _named_weights(g: Givens) -> Answer:
    """Return the decays when every tensor that is called weight has it."""
    return {"decay_of_each": np.where([True, False] * len(_layers(g)), g["decay"], 0.0)}


GROUPS = Exercise(
    id="groups",
    title="Two groups",
    function="groups",
    points=8,
    givens={"width": 16, "decay": 0.1, "norm_first": False},
    draw=lambda rng: {"width": rng.randint(4, 12), "decay": round(rng.uniform(0.02, 0.5), 3), "norm_first": True},
    keys=(Key("decay_of_each", "the decay of each tensor"),),
    reference=_decays,
    mistakes=(
        Mistake(known.TENSORS_MISSING, lambda g: {"decay_of_each": NotANumber()}),
        Mistake(known.ALL_DECAY, lambda g: _decays(g, lambda layer, dim: True)),
        Mistake(known.DECAY_EXCHANGED, lambda g: _decays(g, lambda layer, dim: dim < 2)),
        Mistake(known.NORMS_DECAY, _named_weights),
        Mistake(known.KERNELS_LEFT_OUT, lambda g: _decays(g, lambda layer, dim: dim == 2)),
        Mistake(known.DECAY_DEFAULT, lambda g: _decays(g, rest=0.01)),
        Mistake(known.DECAY_DEFAULT, lambda g: _decays({**g, "decay": 0.01}, lambda layer, dim: True)),
        Mistake(known.NO_DECAY, lambda g: _decays(g, lambda layer, dim: False)),
    ),
    hints=(
        "How many dimensions has a matrix of weights, and how many a bias?",
        "p.dim() >= 2 tells them apart; every parameter of the model belongs to exactly one group.",
        'Each group is {"params": [...], "weight_decay": ...}, and the second one says 0.0.',
    ),
)

# --------------------------------------------------------------------------- train_moons


def _net(g: Givens, *, squashed: bool = False) -> tuple[Function, np.ndarray]:
    """Return the loss of the net as a function of all its numbers, shape (4 h + 1,), and its start.

    squashed: the scores go through a sigmoid before the loss, which takes another one.
    """
    X, y = data.moons(g["seed"], g["rows"])
    start = data.net_start(g["seed"], g["hidden"])
    cuts = np.cumsum([part.size for part in start])[:-1]

    def forward(theta):
        W1, b1, W2, b2 = (part.reshape(one.shape) for part, one in zip(np.split(theta, cuts), start, strict=True))
        inner = np.tanh(X @ W1.T + b1)
        return W2, inner, (inner @ W2.T + b2)[:, 0]

    def value(theta):
        scores = forward(theta)[2]
        scores = 1 / (1 + np.exp(-scores)) if squashed else scores
        return float(np.mean(np.logaddexp(0, scores) - y * scores))

    def gradient(theta):
        W2, inner, scores = forward(theta)
        p = 1 / (1 + np.exp(-scores))
        up = (1 / (1 + np.exp(-p)) - y) * p * (1 - p) if squashed else p - y
        up = (up / len(y))[:, None]
        back = up @ W2 * (1 - inner**2)
        return np.concatenate([(back.T @ X).ravel(), back.sum(axis=0), (up.T @ inner).ravel(), up.sum(axis=0)])

    return Function(value, gradient), np.concatenate([part.ravel() for part in start])


def _moons(g: Givens, how: str = "", steps: int = 0) -> Answer:
    """Return losses and lengths of a training.

    how: "late", "each value", "each tensor", "always", "piled up", "sigmoid twice" or "still".
    """
    f, start = _net(g, squashed=how == "sigmoid twice")
    h, lengths = g["hidden"], []
    decay = g["decay"] * np.repeat([1.0, 0.0, 1.0, 0.0], [2 * h, h, h, 1])
    left = np.zeros_like(start)

    def clipped(theta):
        nonlocal left
        slope = f.gradient(theta) + left
        length = np.sqrt(np.sum(slope**2))
        lengths.append(length)
        short = slope if how == "late" else slope * min(1.0, g["max_norm"] / length)
        if how == "each value":
            short = np.clip(slope, -g["max_norm"], g["max_norm"])
        if how == "always":
            short = slope * g["max_norm"] / length
        if how == "each tensor":
            parts = np.split(slope, np.cumsum([2 * h, h, h]))
            short = np.concatenate([p * min(1.0, g["max_norm"] / np.sqrt(np.sum(p**2))) for p in parts])
        left = short if how == "piled up" else left
        return short

    moving = Function(f.value, clipped)
    lr = 0.0 if how == "still" else g["lr"]
    points = optimizers.sgd(moving, start, g["epochs"] + steps, lr=lr, momentum=0.9, weight_decay=decay)
    losses = np.array([f.value(theta) for theta in points])
    return {"moons_losses": losses[:-1], "moons_norms": np.array(lengths)}


_trained_moons = remember(_moons)


def _moons_late(g: Givens) -> Answer:
    return {"moons_losses": _moons(g, steps=1)["moons_losses"][1:]}


def _shows_clipping(g: Givens) -> bool:
    """Say whether clipping acts at first and not always, and all numbers stay tame."""
    right = _trained_moons(g)
    apart = np.abs(_moons(g, "late")["moons_losses"] - right["moons_losses"]).max()
    norms, limit = right["moons_norms"], g["max_norm"]
    at_times = norms[0] > 1.2 * limit and norms[:-3].min() < 0.9 * limit
    return at_times and apart > 0.01 and right["moons_losses"].max() < 3


TRAIN_MOONS = Exercise(
    id="train_moons",
    title="Two moons",
    function="train_moons",
    points=12,
    partial=True,
    givens={"seed": 9999, "rows": 200, "hidden": 8, "lr": 0.5, "decay": 0.001, "max_norm": 0.1, "epochs": 300},
    draw=repeated(
        lambda rng: {
            "seed": rng.randint(1, 9000),
            "rows": rng.randint(30, 60),
            "hidden": rng.randint(4, 8),
            "lr": round(rng.uniform(0.2, 0.5), 2),
            "decay": round(rng.uniform(0.005, 0.02), 3),
            "max_norm": round(rng.uniform(0.08, 0.15), 2),
            "epochs": rng.randint(15, 25),
        },
        _shows_clipping,
    ),
    keys=(
        Key("moons_losses", "the loss", kind="path", counts="losses", rtol=1e-4),
        Key("moons_norms", "the length of the gradient", kind="path", counts="losses", rtol=1e-4),
    ),
    reference=_trained_moons,
    mistakes=(
        Mistake(known.CLIPPED_TOO_LATE, lambda g: _moons(g, "late")),
        Mistake(known.BY_VALUE, lambda g: {"moons_losses": _moons(g, "each value")["moons_losses"]}),
        Mistake(known.EACH_APART, lambda g: {"moons_losses": _moons(g, "each tensor")["moons_losses"]}),
        Mistake(known.ALWAYS_SCALED, lambda g: {"moons_losses": _moons(g, "always")["moons_losses"]}),
        Mistake(known.SIGMOID_TWICE, lambda g: {"moons_losses": _moons(g, "sigmoid twice")["moons_losses"]}),
        Mistake(known.NEVER_CLEARED, lambda g: _moons(g, "piled up")),
        Mistake(known.NOT_STEPPED, lambda g: _moons(g, "still")),
        Mistake(known.AFTER_THE_STEP, _moons_late),
        Mistake(
            known.NORM_AFTER, lambda g: {"moons_norms": np.minimum(_trained_moons(g)["moons_norms"], g["max_norm"])}
        ),
        Mistake(
            known.LISTS_EXCHANGED,
            lambda g: {
                "moons_losses": _trained_moons(g)["moons_norms"],
                "moons_norms": _trained_moons(g)["moons_losses"],
            },
        ),
    ),
    hints=(
        "When is the gradient complete, and when is it too late to shorten it?",
        "Clear, scores of shape (n,), loss, backward, clip, step; clip_grad_norm_ returns the length from before.",
        "torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm).item() goes into the second list.",
    ),
)

EXERCISES = (
    FIT,
    INIT_GUESS,
    INIT,
    GROUPS,
    TRAIN_MOONS,
    quiz(
        "bcabc",
        "what the sum over more rows does to the slope.",
        "which rows choose, and which ones only tell.",
        "what eval() switches off, and what it leaves on.",
        "what CrossEntropyLoss wants.",
        "which tensors are left out of the decay.",
    ),
    REFLECTION,
)
