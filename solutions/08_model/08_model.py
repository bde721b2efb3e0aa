# %% [markdown]
# # 8 · A real model: data, loss, training
#
# 90 minutes, 140 points, difficulty: hard.
# Everything so far moved one or two numbers; a model has many of them, rows of data to learn from, and rows that it must not learn from.
#
# **After this page you can**
# - write a model as an `nn.Module`, and train, validate and test it with the rows meant for each;
# - say why a rate had to be as small as it was, and what a mini-batch does to the gradient;
# - write a training loop with everything in its place: modes, schedule, best epoch, clipping, decay.
#
# It needs the loop with `torch.optim` of lesson 4, clipping from lesson 5 and schedulers from lesson 7.

# %% [markdown]
# ## 8.1 A plane as a module
# A hundred rows of two features, and a target that is a plane over them: $y = w_1 x_1 + w_2 x_2 + b$.
# The bias $b$ is one random number, the same for all rows.
# The numbers are random and the *seed* makes them the same ones for everybody: without it, no figure on this page could be repeated.

# %%
import copy
import math
from itertools import pairwise

import numpy as np
from torch import nn
from torch.nn import functional as F

SEED = 9999


def plane(seed, weights):
    rng = np.random.default_rng(seed)
    X = rng.random((100, 2)) * 10
    bias = rng.normal(0, 12)
    return torch.tensor(X), torch.tensor(X @ np.array(weights) + bias)


X, y = plane(SEED, (0.77, -0.56))
print(X.numel(), y.numel(), X.dtype, X.shape, y.shape)

# %% [markdown]
# An `nn.Module` finds its numbers by itself when they are wrapped in `nn.Parameter`: then `model.parameters()` hands them to an optimizer, and `model.state_dict()` saves them.

# %%
weights, bias, points = answer.given("OLS", weights=[2.0, -1.0], bias=0.5, points=[[1.0, 2.0], [3.0, 4.0], [5.0, 1.0]])

# %% [markdown]
# **Your turn.** Write the class: two parameters in double precision, drawn from `torch.randn`, and `forward`.
# About 7 lines.


# %% exercise="OLS"
class OLS(nn.Module):
    """A plane: parameters `weights` of shape (2,) and `bias` of shape (1,), both float64 and random at first.

    forward(x) takes rows of shape (n, 2) and returns one number for each, shape (n,).
    """

    ### BEGIN SOLUTION
    def __init__(self):
        super().__init__()
        self.weights = nn.Parameter(torch.randn(2, dtype=torch.float64))
        self.bias = nn.Parameter(torch.randn(1, dtype=torch.float64))

    def forward(self, x):
        return x @ self.weights + self.bias

    ### END SOLUTION


# %% record="OLS"
model, other = OLS(), OLS()
answer["ols_names"] = [name for name, _ in model.named_parameters()]
pairs = list(zip(model.parameters(), other.parameters(), strict=True))
answer["ols_same_start"] = float(any(torch.equal(a, b) for a, b in pairs))
print("parameters:", list(model.parameters()))
print("state:", model.state_dict())
with torch.no_grad():
    model.weights.copy_(torch.tensor(weights))
    model.bias.copy_(torch.tensor([bias]))
output = model(torch.tensor(points, dtype=torch.float64))
answer["ols_output"], answer["ols_dimensions"] = output, output.dim()
answer["ols_single"] = sum(one.dtype != torch.float64 for one in (*model.parameters(), output))
output.sum().backward()
slopes = [torch.zeros_like(p) if p.grad is None else p.grad for p in (model.weights, model.bias)]
answer["ols_slopes"] = torch.cat(slopes)

# %% check="OLS"
check(answer, "OLS")

# %% [markdown]
# A plain tensor in place of a parameter would work in `forward`, and no optimizer would ever hear of it.

# %% [markdown]
# ## 8.2 Train, validate, test
# The first 80 rows are for **training**: the loss of these rows, and of no others, moves the weights.
# The next 10 are for **validation**: looked at in every epoch, to see whether it helps and to choose rates and times.
# The last 10 are the **test**: looked at once, when everything is decided.
#
# The loss is the **sum** of the squared errors, `((model(X) - y) ** 2).sum()`, the optimizer is SGD with momentum, and one *epoch* here is one step with all training rows.
# `Plane` does what your class does, on top of `nn.Linear`, and starts from numbers of its seed.


# %%
class Plane(nn.Linear):
    def __init__(self, seed):
        super().__init__(2, 1, dtype=torch.float64)
        start = torch.tensor(np.random.default_rng(seed).standard_normal(3))
        with torch.no_grad():
            self.weight.copy_(start[:2][None])
            self.bias.copy_(start[2:])

    def forward(self, x):
        return super().forward(x).squeeze(-1)


seed, weights, lr, momentum, epochs = answer.given(
    "train_ols", seed=9999, weights=[0.77, -0.56], lr=0.00005, momentum=0.9, epochs=500
)

# %% [markdown]
# **Your turn.** Train, and return three things: the training loss of each epoch, the validation loss of each epoch, both from **before** the epoch's step and sums of squares, and the test loss after the last step.
# About 14 lines.


# %% exercise="train_ols"
def train_ols(model, X, y, lr, momentum, epochs):
    """Train on the first 80 rows with SGD; return (train, val, test).

    train, val: `epochs` floats each, sums of squared errors over the first 80 rows and over the next 10, before the step.
    test: one float, the sum over the last 10 rows when the training is over.
    """
    ### BEGIN SOLUTION
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
    train, val = [], []
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = ((model(X[:80]) - y[:80]) ** 2).sum()
        loss.backward()
        train.append(loss.item())
        with torch.no_grad():
            val.append(((model(X[80:90]) - y[80:90]) ** 2).sum().item())
        optimizer.step()
    with torch.no_grad():
        test = ((model(X[90:]) - y[90:]) ** 2).sum().item()
    return train, val, test
    ### END SOLUTION


# %% record="train_ols"
X, y = plane(seed, weights)
model = Plane(seed)
train, val, test = train_ols(model, X, y, lr, momentum, epochs)
answer["ols_train"], answer["ols_val"], answer["ols_test"] = train, val, test
answer["ols_graphs"] = sum(getattr(one, "grad_fn", None) is not None for one in (*train, *val, test))
answer["ols_end"] = torch.cat([model.weight.detach()[0], model.bias.detach()])
for epoch in range(0, epochs, 100):
    print(f"epoch {epoch + 1:3}: loss {float(train[epoch]):.4f}   validation {float(val[epoch]):.4f}")
w1, w2, b = answer["ols_end"].tolist()
print(f"weights [{w1:.4f}, {w2:.4f}], bias {b:.4f}, test loss {float(test):.6f}")

# %% check="train_ols"
check(answer, "train_ols")

# %% picture="train_ols"
display(live_plot.show_loss(answer.get("ols_train"), answer.get("ols_val"), labels=["training", "validation"]))

# %% [markdown]
# The first epochs do almost everything; from then on each 100 epochs divide the loss by the same number, a straight line on the logarithmic picture.
# That line is the *flattest* direction of the loss: the rate cannot be made larger to hurry it, because the steepest direction forbids it.
# The test loss is as small as the validation loss: the plane holds for rows that it has not seen.
#
# A run of the same program **without** a seed once printed the losses below.
# Nobody will ever see these five numbers again, yet the straight line is in them, too.

# %%
unseeded = {1: 13091.3530, 101: 34.4812, 201: 3.8853, 301: 0.4403, 401: 0.0499}
for (_, before), (epoch, loss) in pairwise(unseeded.items()):
    print(f"without a seed, epoch {epoch}: loss {loss:.4f}, {loss / before:.4f} of the one before")
print("its weights at epoch 401: [0.7765, -0.5534]")

# %% [markdown]
# ## 8.3 Why the rate is so small
# The rate 0.00005 is not an accident.
# A loss with the largest curvature $\lambda$ lets plain SGD walk with rates below $2/\lambda$; with momentum $\mu$ below $2(1 + \mu)/\lambda$.
# For the sum of squares the matrix of second derivatives is $2 A^\top A$, where $A$ is $X$ with a column of ones for the bias, and $\lambda$ is its largest eigenvalue.
#
# **Predict**, for the 80 training rows:
#
# - `answer["mean_factor"]`: by which factor does the limit change when the loss is the **mean** of the squares and not their sum?
# - `answer["momentum_factor"]`: by which factor does a momentum of 0.9 change it?

# %% exercise="limits_guess"
### BEGIN SOLUTION
answer["mean_factor"] = 80
answer["momentum_factor"] = 1.9
### END SOLUTION

# %% check="limits_guess"
check(answer, "limits_guess")

# %%
seed, rows, scale, momentum = answer.given("rate_limits", seed=9999, rows=80, scale=1.0, momentum=0.9)

# %% [markdown]
# **Your turn.** Compute the three limits from the features alone.
# About 5 lines.


# %% exercise="rate_limits"
def rate_limits(X, momentum):
    """Return three floats: the largest rate for the sum of squares, the same with momentum, and for the mean without.

    X: the training rows, shape (n, 2); the model has a weight for each feature, and a bias.
    """
    ### BEGIN SOLUTION
    A = torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], dim=1)
    largest = torch.linalg.eigvalsh(2 * A.T @ A)[-1].item()
    return 2 / largest, 2 * (1 + momentum) / largest, 2 * len(X) / largest
    ### END SOLUTION


# %% record="rate_limits"
X, _ = plane(seed, (0.0, 0.0))
limits = rate_limits(X[:rows] * torch.tensor([1.0, scale], dtype=torch.float64), momentum)
answer["limit_sum"], answer["limit_momentum"], answer["limit_mean"] = limits
print("sum, with momentum, mean:", [f"{float(limit):.6f}" for limit in limits])

# %% check="rate_limits"
check(answer, "rate_limits")

# %% picture="rate_limits"
X, y = plane(SEED, (0.77, -0.56))
rates, ends = np.geomspace(1e-5, 6e-4, 40), {}
for memory in (0.0, 0.9):
    ends[f"momentum {memory}"] = []
    for rate in rates:
        model = Plane(SEED)
        optimizer = torch.optim.SGD(model.parameters(), lr=rate, momentum=memory)
        for _ in range(60):
            optimizer.zero_grad()
            loss = ((model(X[:80]) - y[:80]) ** 2).sum()
            loss.backward()
            optimizer.step()
        ends[f"momentum {memory}"].append(min(loss.item(), 1e12) if loss.isfinite() else 1e12)
limits = live_plot.numbers([answer.get(f"limit_{name}", float("nan")) for name in ("sum", "momentum")])
walls = dict(zip(ends, limits, strict=True))
names = {"name": "loss after 60 epochs", "against": "rate"}
live_plot.show_curves(ends, at=rates, marks=walls, log="xy", limits=(1, 1e9), **names)

# %% [markdown]
# The dotted lines are your limits: left of them the loss falls, right of them it grows without end, and there is nothing in between.
# The limit belongs to the *sum over 80 rows*; with twice the rows it would be half as large.
# That is why most losses of torch are means: their rates survive a change of the number of rows.

# %% [markdown]
# ## 8.4 What each loss wants
# torch has a loss for each kind of question, and most mistakes are made with what goes in.
#
# | loss | takes | compares with |
# |---|---|---|
# | `nn.L1Loss`, `nn.MSELoss` | numbers | numbers of the **same shape** |
# | `nn.CrossEntropyLoss` | scores, any real numbers, one for each class | the number of the right class |
# | `nn.NLLLoss` | logarithms of probabilities, `scores.log_softmax(dim=1)` | the number of the right class |
# | `nn.KLDivLoss` | logarithms of probabilities | probabilities |
# | `nn.BCELoss` | a probability, `score.sigmoid()` | 0 or 1 |
# | `nn.PoissonNLLLoss` | the logarithm of an expected count | a count |
#
# **Predict** the values, to one digit after the point:
#
# - `answer["guess_l1"]`: `nn.L1Loss()` of `[1, 1, 1]` and `[1, 2, 3]`;
# - `answer["guess_mse"]`: `nn.MSELoss()` of the same two;
# - `answer["guess_shapes"]`: `nn.MSELoss()` of a row `[1, 2, 3]`, shape `(3,)`, and a column `[[1], [2], [3]]`, shape `(3, 1)`: torch compares each number with each.

# %% exercise="loss_guess"
### BEGIN SOLUTION
answer["guess_l1"] = 1.0
answer["guess_mse"] = 1.6667
answer["guess_shapes"] = 1.3333
### END SOLUTION

# %% check="loss_guess"
check(answer, "loss_guess")

# %%
import warnings

ones, numbers = torch.ones(3), torch.tensor([1.0, 2.0, 3.0])
print(f"L1Loss: {nn.L1Loss()(ones, numbers).item():.4f}   MSELoss: {nn.MSELoss()(ones, numbers).item():.4f}")
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter("always")
    print(f"a row and a column: {nn.MSELoss()(numbers, numbers[:, None]).item():.4f}")
print("torch warns:", str(caught[0].message).split(". ")[0] if caught else "nothing")

scores, labels, parts, counts = answer.given(
    "five_losses",
    scores=[[2.0, 0.5, -1.0], [0.3, 1.2, 0.1], [1.0, -0.5, 2.5], [0.4, 0.2, 0.1]],
    labels=[0, 1, 2, 0],
    parts=[[0.7, 0.2, 0.1], [0.2, 0.5, 0.3], [0.1, 0.1, 0.8], [0.4, 0.3, 0.3]],
    counts=[6.0, 1.0, 3.0, 2.0],
)

# %% [markdown]
# **Your turn.** The same scores, four rows of three, go into five losses; turn them into what each one takes.
# About 8 lines.


# %% exercise="five_losses"
def five_losses(scores, labels, parts, counts):
    """Return five losses as floats, in this order.

    scores: shape (n, 3), a score for each class. labels: shape (n,), the right classes.
    parts: shape (n, 3), probabilities. counts: shape (n,). All but the labels are float64.

    1. CrossEntropyLoss of the scores and the labels
    2. NLLLoss of the same
    3. KLDivLoss(reduction="batchmean"): the scores make the logarithms, and `parts` is what they are compared with
    4. BCELoss of "is the label 0?", whose score is the first column
    5. PoissonNLLLoss of the counts; the first column is the logarithm of the expected count
    """
    ### BEGIN SOLUTION
    logs, first = scores.log_softmax(dim=1), scores[:, 0]
    losses = [
        nn.CrossEntropyLoss()(scores, labels),
        nn.NLLLoss()(logs, labels),
        nn.KLDivLoss(reduction="batchmean")(logs, parts),
        nn.BCELoss()(first.sigmoid(), (labels == 0).double()),
        nn.PoissonNLLLoss()(first, counts),
    ]
    return [loss.item() for loss in losses]
    ### END SOLUTION


# %% record="five_losses"
tensors = (torch.tensor(one, dtype=torch.float64) for one in (scores, parts, counts))
given_scores, given_parts, given_counts = tensors
cross, nll, kl, bce, poisson = five_losses(given_scores, torch.tensor(labels), given_parts, given_counts)
answer["loss_cross"], answer["loss_nll"], answer["loss_kl"] = cross, nll, kl
answer["loss_bce"], answer["loss_poisson"] = bce, poisson
names = ("cross entropy", "NLL", "KL divergence", "BCE", "Poisson")
print({name: round(float(loss), 4) for name, loss in zip(names, (cross, nll, kl, bce, poisson), strict=True)})

# %% check="five_losses"
check(answer, "five_losses")

# %% picture="five_losses"
grid = torch.linspace(-4, 4, 200)
lines = {"L1Loss": grid.abs(), "MSELoss": grid**2}
display(live_plot.show_curves(lines, at=grid, name="loss", against="error", limits=(0, 8)))
scores = torch.stack([grid, torch.zeros(200), torch.zeros(200)], dim=1)
first = torch.zeros(200, dtype=torch.long)
lines = {
    "scores in": F.cross_entropy(scores, first, reduction="none"),
    "probabilities in": F.cross_entropy(scores.softmax(dim=1), first, reduction="none"),
}
names = {"name": "CrossEntropyLoss", "against": "score of the right class"}
display(live_plot.show_curves(lines, at=grid, limits=(0, 4.5), **names))
print(f"with probabilities in, three classes: never below {-math.log(math.e / (math.e + 2)):.4f}")

# %% [markdown]
# Cross entropy and NLL agree, because the first is the second after a log-softmax.
# Whoever puts probabilities into `CrossEntropyLoss` gets a softmax of a softmax: no error, no warning, and a loss that cannot fall below 0.55, however right the answer is.

# %% [markdown]
# ## 8.5 A noisy gradient
# With a million rows nobody computes the gradient of all of them for one step.
# A *mini-batch* is a handful of rows, and its gradient is right on average, and off by some noise each time.


# %%
def cloud(seed, rows):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((rows, 2)) * [1.0, 0.5]
    y = X @ [2.0, -1.0] + 0.5 * rng.standard_normal(rows)
    return torch.tensor(X), torch.tensor(y)


def draw_batches(seed, rows, size, number):
    return np.random.default_rng([seed, size]).integers(rows, size=(number, size)).tolist()


seed, rows, w, sizes, number = answer.given(
    "spread", seed=9999, rows=200, w=[0.0, 0.0], sizes=[1, 2, 4, 8, 16, 32, 64], number=300
)

# %% [markdown]
# The loss is the **mean** of the squared errors, `((X @ w - y) ** 2).mean()`, over all rows or over those of a batch.
#
# **Your turn.** Return the mean, over the batches, of the squared distance between the gradient of the batch and that of all rows.
# About 8 lines.


# %% exercise="spread"
def spread(X, y, w, batches):
    """Return a float: the mean over `batches` of the squared length of (gradient of the batch - gradient of all rows).

    X: shape (n, 2). y: shape (n,). w: shape (2,), requires no gradient. batches: lists of row numbers.
    """

    ### BEGIN SOLUTION
    def slope(rows):
        v = w.clone().requires_grad_()
        loss = ((X[rows] @ v - y[rows]) ** 2).mean()
        loss.backward()
        return v.grad

    full = slope(list(range(len(X))))
    return sum(((slope(batch) - full) ** 2).sum().item() for batch in batches) / len(batches)
    ### END SOLUTION


# %% record="spread"
X, y = cloud(seed, rows)
place = torch.tensor(w, dtype=torch.float64)
answer["noise"] = [spread(X, y, place, draw_batches(seed, rows, size, number)) for size in sizes]
noise = live_plot.numbers(answer["noise"])
print("spread:", [round(float(one), 3) for one in noise])
print(f"slope on logarithmic axes: {np.polyfit(np.log(sizes), np.log(noise), 1)[0]:.3f}")

# %% check="spread"
check(answer, "spread")

# %% picture="spread"
X, y = cloud(SEED, 200)


def cloud_loss(w1, w2):
    outputs = X[:, :1] * w1.reshape(1, -1) + X[:, 1:] * w2.reshape(1, -1)
    return ((outputs - y[:, None]) ** 2).mean(dim=0).reshape(w1.shape)


arrows = {}
for size in (1, 4, 16):
    arrows[f"batches of {size}"] = []
    for batch in draw_batches(SEED, 200, size, 40):
        slope = 2 * X[batch].T @ (X[batch] @ torch.tensor([-1.5, 1.5], dtype=torch.float64) - y[batch]) / size
        arrows[f"batches of {size}"].append((-1.5, 1.5, -0.3 * slope[0], -0.3 * slope[1]))
places = {"the weights": [(-1.5, 1.5)], "where they belong": [(2, -1)]}
live_plot.show_places(cloud_loss, places, x_range=(-3, 5), y_range=(-4, 3), arrows=arrows)

# %% [markdown]
# Each arrow is the step that one batch proposes; the square is where the weights belong.
# Four times the rows, a quarter of the squared noise: on logarithmic axes a line with the slope −1.
# The noise itself shrinks with the *root* of the batch size, so that each further digit costs a hundred times the rows.

# %%
seed, rows, start, lr, size, steps = answer.given(
    "noisy_path", seed=9999, rows=200, start=(-1.5, 1.5), lr=0.1, size=4, steps=60
)

# %% [markdown]
# **Your turn.** Walk with these batches, one step of plain SGD with each, and return the points.
# About 9 lines.


# %% exercise="noisy_path"
def noisy_path(X, y, start, lr, batches):
    """Return len(batches) + 1 points of shape (2,), the start first: one step with each batch, in their order.

    The loss of a step is the mean of the squared errors over the rows of its batch.
    """
    w = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    ### BEGIN SOLUTION
    optimizer = torch.optim.SGD([w], lr=lr)
    points = [w.detach().clone()]
    for batch in batches:
        optimizer.zero_grad()
        ((X[batch] @ w - y[batch]) ** 2).mean().backward()
        optimizer.step()
        points.append(w.detach().clone())
    return points
    ### END SOLUTION


# %% record="noisy_path"
X, y = cloud(seed, rows)
answer["noisy_path"] = noisy_path(X, y, start, lr, draw_batches(seed, rows, size, steps))

# %% check="noisy_path"
check(answer, "noisy_path")

# %% picture="noisy_path"
X, y = cloud(SEED, 200)
full = [torch.tensor([-1.5, 1.5], dtype=torch.float64)]
for _ in range(60):
    full.append(full[-1] - 0.1 * 2 * X.T @ (X @ full[-1] - y) / 200)
try:
    paths, labels = (answer.get("noisy_path"), full), ["batches of 4", "all rows"]
    display(live_plot.animate(cloud_loss, *paths, x_range=(-3, 4), y_range=(-3, 3), labels=labels, delta=120))
except Exception as error:
    print("no picture of these points:", error)

# %% [markdown]
# Far from the bottom the two walks agree: the slope is much larger than the noise.
# Near it the batches never come to rest; that is what falling rates are for.

# %% [markdown]
# ## 8.6 A training loop for good
# Here is everything that a training loop has to do.
#
# - Rows come in batches from a *loader*: `for X, y in loaders["train"]`. The last batch may be smaller than the others.
# - Before it learns, the model is told `model.train()`; before it is looked at, `model.eval()`. Layers such as `nn.Dropout(p)`, which sets a random part of the numbers to zero while it learns, need to know.
# - Looking needs no gradients: `torch.no_grad()`. That is another switch than `eval()`.
# - The loss of an epoch is the mean **over its rows**: a small last batch counts less than a full one. `loss_function` gives the mean of a batch.
# - The scheduler steps once an epoch.
# - The weights with the smallest validation loss are kept, put back at the end, and looked at with the test rows, once.

# %%
dropout = nn.Dropout(p=0.5)
torch.manual_seed(SEED)
print("learning: ", dropout.train()(torch.ones(8)).tolist())
print("looked at:", dropout.eval()(torch.ones(8)).tolist())

from grader.core.rehearsals import rehearse

seed, batch_size, epochs, lr = answer.given("fit", seed=9999, batch_size=4, epochs=10, lr=0.07)

# %% [markdown]
# **Your turn.** Write the loop.
# The line below the cell rehearses it with a model and loaders that keep a diary: in which mode they were called, whether gradients were recorded, how often the test rows were used.
# About 30 lines.


# %% exercise="fit"
def fit(model, loss_function, loaders, optimizer, scheduler, epochs):
    """Train, and return a dictionary; the model has the weights of the best epoch afterwards.

    loaders: "train", "val" and "test"; each gives batches (X, y). loss_function(model(X), y) is the mean of a batch.

    "train": the training loss of each epoch, its mean per row, as the batches went by
    "val": the validation loss of each epoch, its mean per row, after the steps of the epoch
    "best": the epoch, counted from 0, with the smallest validation loss
    "test": the test loss, its mean per row, with the weights of the best epoch
    """

    ### BEGIN SOLUTION
    def look(loader):
        model.eval()
        total = rows = 0
        with torch.no_grad():
            for X, y in loader:
                total += loss_function(model(X), y).item() * len(y)
                rows += len(y)
        return total / rows

    train, val = [], []
    for epoch in range(epochs):
        model.train()
        total = rows = 0
        for X, y in loaders["train"]:
            optimizer.zero_grad()
            loss = loss_function(model(X), y)
            loss.backward()
            optimizer.step()
            total += loss.item() * len(y)
            rows += len(y)
        train.append(total / rows)
        val.append(look(loaders["val"]))
        if val[-1] == min(val):
            best, kept = epoch, copy.deepcopy(model.state_dict())
        scheduler.step()
    model.load_state_dict(kept)
    return {"train": train, "val": val, "best": best, "test": look(loaders["test"])}
    ### END SOLUTION


# %% record="fit"
answer.update(rehearse(fit, seed, batch_size, epochs, lr))
print("training:  ", [round(loss, 3) for loss in answer["fit_train"]])
print("validation:", [round(loss, 3) for loss in answer["fit_val"]])
print(f"best epoch {answer['fit_best']}, test loss {answer['fit_test']:.4f}")

# %% check="fit"
check(answer, "fit")

# %% picture="fit"
X, y = plane(SEED, (0.77, -0.56))
X, y = (X - 5).float(), ((X[:, :1] - 5) * torch.sin(X[:, 1:])).float()
y = y + torch.randn(100, 1, generator=torch.Generator().manual_seed(SEED))
slices = {"train": slice(0, 80), "val": slice(80, 90), "test": slice(90, 100)}
sets = {name: torch.utils.data.TensorDataset(X[rows], y[rows]) for name, rows in slices.items()}
loaders = {name: torch.utils.data.DataLoader(one, batch_size=16) for name, one in sets.items()}
torch.manual_seed(SEED)
model = nn.Sequential(nn.Linear(2, 64), nn.ReLU(), nn.Dropout(0.2), nn.Linear(64, 1))
optimizer = torch.optim.AdamW(model.parameters(), lr=0.02)
scheduler = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=60)
try:
    seen = fit(model, nn.MSELoss(), loaders, optimizer, scheduler, 60)
    display(live_plot.show_loss(seen["train"], seen["val"], labels=["training", "validation"]))
    print(f"a net with dropout: best epoch {seen['best']}, test loss {seen['test']:.3f}")
except Exception as error:
    print("no picture of this loop:", error)

# %% [markdown]
# The picture is your loop with a real net, 64 units wide and with dropout.
# Its training loss is measured while dropout hurts it, so that it may lie above the validation loss: the two are not measured alike.

# %% [markdown]
# ## 8.7 The first numbers
# Before the first step the weights are random, and their size decides whether a signal gets through.
# Six layers, each 256 wide, with `tanh` after each; the input has the size 1.
#
# **Predict** what comes out at the end: `"gone"` (about zero), `"stuck"` (nearly all numbers at −1 or 1) or `"kept"` (neither).
#
# - `answer["tanh_zeros"]`: all weights are zero
# - `answer["tanh_normal"]`: weights from the normal distribution with deviation 1
# - `answer["tanh_xavier"]`: weights with deviation $\sqrt{2 / (\text{inputs} + \text{outputs})}$, here $1/16$, due to Xavier Glorot
# - `answer["relu_xavier"]`: a number. With `relu` in place of `tanh` and the same weights the *mean square* of the signal is halved in each layer: by which factor has its size, the root of the mean square, changed after six?

# %% exercise="init_guess"
### BEGIN SOLUTION
answer["tanh_zeros"] = "gone"
answer["tanh_normal"] = "stuck"
answer["tanh_xavier"] = "kept"
answer["relu_xavier"] = 0.125
### END SOLUTION

# %% check="init_guess"
check(answer, "init_guess")


# %%
def tower(widths, inner):
    layers = [nn.Sequential(nn.Linear(a, b), nn.Tanh(), nn.LayerNorm(b)) for a, b in pairwise(widths)]
    outer = [part for layer in layers[:inner] for part in layer]
    return nn.Sequential(*outer, nn.Sequential(*layers[inner:]))


seed, widths, inner = answer.given("init_", seed=9999, widths=[128, 256, 384, 192], inner=1)

# %% [markdown]
# **Your turn.** Set the weights of every `nn.Linear` in a model, wherever it is, and all biases to zero:
# `"zeros"`; `"normal"` with deviation 1; `"xavier"` with deviation $\sqrt{2/(\text{inputs}+\text{outputs})}$; `"kaiming"` with deviation $\sqrt{2/\text{inputs}}$, due to Kaiming He and made for `relu`.
# Normal or uniform numbers will do, as long as they have that deviation and lie around zero; layers of other kinds stay as they are.
# About 12 lines.


# %% exercise="init_"
def init_(model, kind):
    """Change the weights and biases of every nn.Linear of `model`, in place.

    kind: "zeros", "normal", "xavier" or "kaiming".
    """
    ### BEGIN SOLUTION
    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            nn.init.zeros_(layer.bias)
            if kind == "zeros":
                nn.init.zeros_(layer.weight)
            elif kind == "normal":
                nn.init.normal_(layer.weight)
            elif kind == "xavier":
                nn.init.xavier_normal_(layer.weight)
            else:
                nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
    ### END SOLUTION


# %% record="init_"
biases, centres = [], []
for kind in ("zeros", "normal", "xavier", "kaiming"):
    torch.manual_seed(seed)
    model = tower(widths, inner)
    init_(model, kind)
    model(torch.ones(2, widths[0])).sum().backward()
    layers = [layer for layer in model.modules() if isinstance(layer, nn.Linear)]
    answer[f"std_{kind}"] = [layer.weight.detach().std().item() for layer in layers]
    biases += [layer.bias.detach().abs().max().item() for layer in layers]
    centres += [abs(layer.weight.detach().mean() / (layer.weight.detach().std() + 1e-12)).item() for layer in layers]
    print(f"{kind:8}", [round(one, 4) for one in answer[f"std_{kind}"]])
answer["init_biases"], answer["init_centre"] = max(biases), max(centres)
answer["init_learning"] = sum(p.grad is not None for layer in layers for p in layer.parameters())
norms = [layer for layer in model.modules() if isinstance(layer, nn.LayerNorm)]
answer["init_others"] = sum((norm.weight - 1).abs().sum() + norm.bias.abs().sum() for norm in norms).item()

# %% check="init_"
check(answer, "init_")

# %% picture="init_"
for activation in (torch.tanh, torch.relu):
    ladder = {}
    for kind, scale in {"zeros": 0.0, "normal": 1.0, "xavier": 1 / 16, "kaiming": 2**0.5 / 16}.items():
        generator = torch.Generator().manual_seed(SEED)
        signal = torch.randn(200, 256, generator=generator)
        ladder[kind] = [1.0]
        for _ in range(6):
            signal = activation(signal @ (scale * torch.randn(256, 256, generator=generator)))
            ladder[kind].append(signal.pow(2).mean().sqrt().item() + 1e-6)
        print(f"{activation.__name__} {kind:8} after six layers: {ladder[kind][-1]:.3g}")
    names = {"name": f"size with {activation.__name__}", "against": "layer"}
    display(live_plot.show_curves(ladder, log="y", limits=(5e-7, 1e8), **names))

# %% [markdown]
# With `tanh`, too large weights look harmless, the size is 1; but every unit is stuck at one end, where the slope is zero, and nothing can be learnt.
# With `relu` the same weights explode, and Xavier's fade; Kaiming's extra $\sqrt 2$ makes up for the half that `relu` takes away.

# %% [markdown]
# ## 8.8 Two moons
# The last piece: weight decay for the weights only.
# Pulling a bias towards zero does not make a net simpler, and the same goes for the weights of a normalisation layer, which have one dimension only.
# An optimizer takes *groups*, a list of dictionaries: `[{"params": [...], "weight_decay": 0.1}, {"params": [...], "weight_decay": 0.0}]`.


# %%
def four_layers(width, norm_first):
    linear, norm = nn.Linear(2, width), nn.LayerNorm(2 if norm_first else width)
    kernel, last = nn.Conv1d(width, width, 3), nn.Linear(width, 1)
    if norm_first:
        return nn.Sequential(norm, linear, nn.Sequential(kernel, last))
    return nn.Sequential(linear, norm, nn.Sequential(last, kernel))


width, decay, norm_first = answer.given("groups", width=16, decay=0.1, norm_first=False)

# %% [markdown]
# **Your turn.** Sort the parameters of any model into two groups: those with two dimensions or more get the decay, the others none.
# About 5 lines.


# %% exercise="groups"
def groups(model, decay):
    """Return two groups for an optimizer: weight_decay is `decay` for matrices and 0.0 for vectors."""
    ### BEGIN SOLUTION
    matrices = [p for p in model.parameters() if p.dim() >= 2]
    vectors = [p for p in model.parameters() if p.dim() < 2]
    return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]
    ### END SOLUTION


# %% record="groups"
model = four_layers(width, norm_first)
optimizer = torch.optim.AdamW(groups(model, decay), lr=0.01)
found = {id(p): group["weight_decay"] for group in optimizer.param_groups for p in group["params"]}
answer["decay_of_each"] = [found.get(id(p), math.nan) for p in model.parameters()]
for (name, p), one in zip(model.named_parameters(), answer["decay_of_each"], strict=True):
    print(f"{name:10} {tuple(p.shape)!s:9} decay {one}")

# %% check="groups"
check(answer, "groups")

# %% [markdown]
# Now train a net on two interlocking half circles of points.
# Its score is positive for one of them and negative for the other, so the loss is `nn.BCEWithLogitsLoss()`, a sigmoid and `BCELoss` in one.


# %%
def moons(seed, rows):
    rng = np.random.default_rng(seed)
    angle, label = rng.random(rows) * np.pi, np.arange(rows) % 2
    X = np.stack([np.cos(angle) + label, np.sin(angle) * (1 - 2 * label) + label / 2], axis=1)
    return torch.tensor(X + 0.1 * rng.standard_normal((rows, 2))), torch.tensor(label.astype(float))


def small_net(seed, hidden):
    net = nn.Sequential(nn.Linear(2, hidden), nn.Tanh(), nn.Linear(hidden, 1)).double()
    rng = np.random.default_rng(seed)
    with torch.no_grad():
        for p in net.parameters():
            p.copy_(torch.tensor(rng.standard_normal(tuple(p.shape)) * (0.5 if p.dim() > 1 else 0.0)))
    return net


seed, rows, hidden, lr, decay, max_norm, epochs = answer.given(
    "train_moons", seed=9999, rows=200, hidden=8, lr=0.5, decay=0.001, max_norm=0.1, epochs=300
)

# %% [markdown]
# **Your turn.** Train with all rows in each epoch, and clip the gradient to the length `max_norm`, at the right place of the loop.
# `model(X)` has the shape `(n, 1)` and `y` the shape `(n,)`: make them alike.
# About 11 lines.


# %% exercise="train_moons"
def train_moons(model, X, y, optimizer, max_norm, epochs):
    """Train, and return two lists of floats with one entry for each epoch.

    The loss before the step, and the length of the whole gradient before it is clipped to `max_norm`.
    """
    ### BEGIN SOLUTION
    losses, norms = [], []
    for _ in range(epochs):
        optimizer.zero_grad()
        loss = nn.BCEWithLogitsLoss()(model(X).squeeze(-1), y)
        loss.backward()
        norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm).item())
        optimizer.step()
        losses.append(loss.item())
    return losses, norms
    ### END SOLUTION


# %% record="train_moons"
X, y = moons(seed, rows)
model = small_net(seed, hidden)
parts = [{"params": [layer.weight for layer in (model[0], model[2])], "weight_decay": decay}]
parts += [{"params": [layer.bias for layer in (model[0], model[2])], "weight_decay": 0.0}]
losses, norms = train_moons(model, X, y, torch.optim.SGD(parts, lr=lr, momentum=0.9), max_norm, epochs)
answer["moons_losses"], answer["moons_norms"] = losses, norms
right = ((model(X).squeeze(-1) > 0) == (y > 0.5)).double().mean()
print(f"loss {float(losses[0]):.4f} -> {float(losses[-1]):.4f}, right for {100 * right.item():.0f} % of the points")

# %% check="train_moons"
check(answer, "train_moons")

# %% picture="train_moons"
from matplotlib import pyplot as plt

X, y = moons(SEED, 200)
model = small_net(SEED, 8)
optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
grid = torch.stack(
    torch.meshgrid(torch.linspace(-1.5, 2.5, 80), torch.linspace(-1, 1.5, 60), indexing="xy"), dim=-1
).double()
figure, axes = plt.subplots(1, 4, figsize=(10, 2.4), layout="constrained", sharey=True)
for axis, more in zip(axes, (1, 19, 80, 200), strict=True):
    try:
        train_moons(model, X, y, optimizer, 0.1, more)
    except Exception as error:
        print("no picture of this loop:", error)
        break
    with torch.no_grad():
        axis.contourf(
            grid[..., 0], grid[..., 1], model(grid).squeeze(-1), [-1e9, 0, 1e9], colors=["#fbe3d3", "#d3e6f3"]
        )
    for label, colour, marker in ((0, "#D55E00", "o"), (1, "#0072B2", "^")):
        axis.plot(*X[y == label].T, marker, color=colour, markersize=2)
    axis.set_title(f"{more} epochs more", fontsize=9)
plt.show()

# %% picture="train_moons_live"
model = small_net(SEED, 8)
optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9)
try:
    with live_plot.LivePlot() as live:
        for epoch in range(200):
            losses, norms = train_moons(model, X, y, optimizer, 0.1, 1)
            live.add(loss=losses[0], gradient=norms[0])
except Exception as error:
    print("no picture of this loop:", error)

# %% [markdown]
# The border begins as a straight line, because weights that small make a nearly linear net, and bends as they grow.
# At first nearly every gradient is longer than 0.1 and is shortened; from the moment when the border fits, they are short by themselves.

# %% [markdown]
# ## Bug of the day
# Two loops with one fault each; say what goes wrong before you run the cell.

# %%
X, y = plane(SEED, (0.77, -0.56))
column = y[:, None]
model = Plane(SEED)
optimizer = torch.optim.SGD(model.parameters(), lr=0.015)
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for _ in range(3000):
        optimizer.zero_grad()
        nn.MSELoss()(model(X), column).backward()
        optimizer.step()
print(f"weights {[round(w, 3) for w in model.weight[0].tolist()]}, and the true ones are 0.77 and -0.56")

total_loss = 0
model = Plane(SEED)
for _ in range(3):
    total_loss += ((model(X) - y) ** 2).sum()
print("what is kept:", type(total_loss).__name__, "with", total_loss.grad_fn)

# %% [markdown]
# The first compares a row with a column: every output with every target.
# The best it can do is to give the mean for all rows, so the weights go to zero; torch only warns.
# The second adds up tensors and keeps the graph of every epoch alive; `loss.item()` keeps a number.

# %% [markdown]
# ## Five questions
# No points, as many tries as you like; the card tells which one to think about again.
# Store five letters: `answer["quiz"] = ["a", ...]`.
#
# 1. Twice the rows, and the loss is a sum. The largest rate is … **a** the same · **b** half · **c** twice as large
# 2. Which rows choose the best epoch? **a** training · **b** test · **c** validation
# 3. `model.eval()` … **a** tells layers such as dropout that they are looked at · **b** stops autograd · **c** saves the weights
# 4. `CrossEntropyLoss` takes … **a** probabilities · **b** scores · **c** logarithms of probabilities
# 5. Which tensors get no weight decay? **a** the first layer · **b** matrices · **c** biases and normalisation

# %% exercise="quiz"
### BEGIN SOLUTION
answer["quiz"] = ["b", "c", "a", "b", "c"]
### END SOLUTION

# %% check="quiz"
check(answer, "quiz")

# %% [markdown]
# ## Look back
# Which of the pieces of a training loop would be missed last if it were forgotten, and how would you notice?
# One sentence, `answer["reflection"] = "..."`, for yourself and your teacher; it has no points.

# %% exercise="reflection"
### BEGIN SOLUTION
answer["reflection"] = (
    "eval(): everything runs, and the validation loss is only a little worse and changes when it is measured twice."
)
### END SOLUTION

# %% check="reflection"
check(answer, "reflection")

# %% [markdown]
# ## Handing in
# Save the notebook and hand it in.
# The line below says where your answers are, and in Colab it downloads them.

# %%
answer.download()
