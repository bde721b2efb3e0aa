# Answers as students write them: honest ones must pass, wrong ones must be rejected and named.
# Header: honest="what is special" or wrong="the misconception", then exercise="its id".
# A cell is a whole answer, or says with "# - old" and "# + new" how it differs from the model answer.

# ------------------------------------------------------------------ OLS

# %% honest="bias first" exercise="OLS"
# - self.weights = nn.Parameter(torch.randn(2, dtype=torch.float64))
# - self.bias = nn.Parameter(torch.randn(1, dtype=torch.float64))
# + self.bias = nn.Parameter(torch.randn(1, dtype=torch.float64))
# + self.weights = nn.Parameter(torch.randn(2, dtype=torch.float64))

# %% honest="a sum over columns" exercise="OLS"
# - return x @ self.weights + self.bias
# + return (x * self.weights).sum(dim=1) + self.bias

# %% honest="registered by name" exercise="OLS"
# - self.weights = nn.Parameter(torch.randn(2, dtype=torch.float64))
# + self.register_parameter("weights", nn.Parameter(torch.randn(2).double()))

# %% honest="matmul" exercise="OLS"
# - return x @ self.weights + self.bias
# + return torch.matmul(x, self.weights).add(self.bias)

# %% honest="old super" exercise="OLS"
# - super().__init__()
# + super(OLS, self).__init__()

# %% honest="two terms" exercise="OLS"
# - return x @ self.weights + self.bias
# + a, b = self.weights
# + return a * x[:, 0] + b * x[:, 1] + self.bias

# %% honest="doubles of randn" exercise="OLS"
# - self.bias = nn.Parameter(torch.randn(1, dtype=torch.float64))
# + self.bias = nn.Parameter(torch.normal(0.0, 1.0, (1,)).double())

# %% wrong="a column for a row of numbers" exercise="OLS"
# - return x @ self.weights + self.bias
# + return (x @ self.weights + self.bias).unsqueeze(1)

# %% wrong="single precision beside double" exercise="OLS"
# - self.bias = nn.Parameter(torch.randn(1, dtype=torch.float64))
# + self.bias = nn.Parameter(torch.randn(1))

# %% wrong="same start every time" exercise="OLS"
# - self.weights = nn.Parameter(torch.randn(2, dtype=torch.float64))
# + self.weights = nn.Parameter(torch.ones(2, dtype=torch.float64))

# %% wrong="parameters under other names" exercise="OLS"
# - self.weights = nn.Parameter(torch.randn(2, dtype=torch.float64))
# + self.weight = self.weights = nn.Parameter(torch.randn(2, dtype=torch.float64))
# + self.slope = nn.Parameter(torch.randn(1, dtype=torch.float64))

# %% wrong="parameter without gradient" exercise="OLS"
# - return x @ self.weights + self.bias
# + return x @ self.weights + self.bias.detach()

# %% wrong="tensor that is no parameter" exercise="OLS"
# - self.weights = nn.Parameter(torch.randn(2, dtype=torch.float64))
# + self.weights = torch.randn(2, dtype=torch.float64, requires_grad=True)

# %% wrong="tensor that is no parameter" exercise="OLS"
# - self.bias = nn.Parameter(torch.randn(1, dtype=torch.float64))
# + self.bias = torch.zeros(1, dtype=torch.float64)

# %% wrong="bias left out" exercise="OLS"
# - return x @ self.weights + self.bias
# + return x @ self.weights

# %% wrong="bias subtracted" exercise="OLS"
# - return x @ self.weights + self.bias
# + return x @ self.weights - self.bias

# %% wrong="same start every time" exercise="OLS"
# - super().__init__()
# + super().__init__()
# + torch.manual_seed(SEED)

# %% wrong="one number for all rows" exercise="OLS"
# - return x @ self.weights + self.bias
# + return (x @ self.weights + self.bias).sum()

# %% wrong="super().__init__() missing" exercise="OLS"
# - super().__init__()
# + pass

# %% wrong="single precision beside double" exercise="OLS"
# - self.weights = nn.Parameter(torch.randn(2, dtype=torch.float64))
# + self.weights = nn.Parameter(torch.randn(2))

# ------------------------------------------------------------------ train_ols

# %% honest="by hand" exercise="train_ols"
def train_ols(model, X, y, lr, momentum, epochs):
    memory = [torch.zeros_like(p) for p in model.parameters()]
    train, val = [], []
    for _ in range(epochs):
        loss = ((model(X[:80]) - y[:80]) ** 2).sum()
        slopes = torch.autograd.grad(loss, list(model.parameters()))
        train.append(float(loss))
        with torch.no_grad():
            val.append(float(((model(X[80:90]) - y[80:90]) ** 2).sum()))
            for p, b, slope in zip(model.parameters(), memory, slopes, strict=True):
                b.mul_(momentum).add_(slope)
                p -= lr * b
    with torch.no_grad():
        test = float(((model(X[90:]) - y[90:]) ** 2).sum())
    return train, val, test

# %% honest="a loss object" exercise="train_ols"
def train_ols(model, X, y, lr, momentum, epochs):
    loss_function = nn.MSELoss(reduction="sum")
    optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
    train, val = [], []
    for _ in range(epochs):
        model.eval()
        with torch.no_grad():
            val.append(loss_function(model(X[80:90]), y[80:90]).item())
        model.train()
        loss = loss_function(model(X[:80]), y[:80])
        train.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    model.eval()
    with torch.no_grad():
        return train, val, loss_function(model(X[90:]), y[90:]).item()

# %% honest="split" exercise="train_ols"
# - optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
# + (Xt, Xv, X), (yt, yv, y) = X.split([80, 10, 10]), y.split([80, 10, 10])
# + optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
# - loss = ((model(X[:80]) - y[:80]) ** 2).sum()
# + loss = ((model(Xt) - yt) ** 2).sum()
# - val.append(((model(X[80:90]) - y[80:90]) ** 2).sum().item())
# + val.append(((model(Xv) - yv) ** 2).sum().item())
# - test = ((model(X[90:]) - y[90:]) ** 2).sum().item()
# + test = ((model(X) - y) ** 2).sum().item()

# %% honest="tensors detached" exercise="train_ols"
# - train.append(loss.item())
# + train.append(loss.detach())

# %% honest="cleared last" exercise="train_ols"
# - optimizer.zero_grad()
# - loss = ((model(X[:80]) - y[:80]) ** 2).sum()
# + loss = ((model(X[:80]) - y[:80]) ** 2).sum()
# - optimizer.step()
# + optimizer.step()
# + optimizer.zero_grad(set_to_none=False)

# %% honest="test detached" exercise="train_ols"
# - with torch.no_grad():
# - test = ((model(X[90:]) - y[90:]) ** 2).sum().item()
# + test = ((model(X[90:100]) - y[90:100]).detach() ** 2).sum()

# %% honest="all three at once" exercise="train_ols"
# - with torch.no_grad():
# - val.append(((model(X[80:90]) - y[80:90]) ** 2).sum().item())
# + val.append((model(X) - y).detach().square()[80:90].sum().item())

# %% wrong="mean loss for the sum" exercise="train_ols"
# - loss = ((model(X[:80]) - y[:80]) ** 2).sum()
# + loss = ((model(X[:80]) - y[:80]) ** 2).mean()

# %% wrong="mean loss for the sum" exercise="train_ols"
# - train.append(loss.item())
# + train.append(loss.item() / 80)

# %% wrong="rows that were held back are used" exercise="train_ols"
# - loss = ((model(X[:80]) - y[:80]) ** 2).sum()
# + loss = ((model(X) - y) ** 2).sum()

# %% wrong="rows that were held back are used" exercise="train_ols"
# - loss = ((model(X[:80]) - y[:80]) ** 2).sum()
# + loss = ((model(X[:90]) - y[:90]) ** 2).sum()

# %% wrong="test and validation exchanged" exercise="train_ols"
# - val.append(((model(X[80:90]) - y[80:90]) ** 2).sum().item())
# + val.append(((model(X[90:]) - y[90:]) ** 2).sum().item())

# %% wrong="plain gradient descent" exercise="train_ols"
# - optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
# + optimizer = torch.optim.SGD(model.parameters(), lr=lr)

# %% wrong="gradient never cleared" exercise="train_ols"
# - optimizer.zero_grad()
# + pass

# %% wrong="recorded after the step" exercise="train_ols"
# - train.append(loss.item())
# + pass
# - optimizer.step()
# + optimizer.step()
# + train.append(((model(X[:80]) - y[:80]) ** 2).sum().item())

# %% wrong="tested before the end" exercise="train_ols"
# - train, val = [], []
# + train, val = [], []
# + test = ((model(X[90:]) - y[90:]) ** 2).sum().item()
# - with torch.no_grad():
# - test = ((model(X[90:]) - y[90:]) ** 2).sum().item()
# + pass

# %% wrong="losses kept with their graph" exercise="train_ols"
# - train.append(loss.item())
# + train.append(loss)

# %% wrong="last row left out" exercise="train_ols"
# - val.append(((model(X[80:90]) - y[80:90]) ** 2).sum().item())
# + val.append(((model(X[80:89]) - y[80:89]) ** 2).sum().item())

# %% wrong="last row left out" exercise="train_ols"
# - loss = ((model(X[:80]) - y[:80]) ** 2).sum()
# + loss = ((model(X[:79]) - y[:79]) ** 2).sum()

# %% wrong="optimizer built anew each step" exercise="train_ols"
# - optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)
# - train, val = [], []
# - for _ in range(epochs):
# + train, val = [], []
# + for _ in range(epochs):
# +     optimizer = torch.optim.SGD(model.parameters(), lr=lr, momentum=momentum)

# %% wrong="optimizer without effect" exercise="train_ols"
# - optimizer.step()
# + pass

# ------------------------------------------------------------------ limits_guess

# %% honest="floats" exercise="limits_guess"
answer["mean_factor"], answer["momentum_factor"] = 80.0, 1.9

# %% honest="computed" exercise="limits_guess"
answer["mean_factor"] = len(X[:80])
answer["momentum_factor"] = 1 + 0.9

# %% honest="tensors" exercise="limits_guess"
answer["mean_factor"] = torch.tensor(80)
answer["momentum_factor"] = torch.tensor(1.9)

# %% honest="update" exercise="limits_guess"
answer.update(mean_factor=80, momentum_factor=1.9)

# %% honest="one-element lists" exercise="limits_guess"
answer["mean_factor"] = [80]
answer["momentum_factor"] = [1.9]

# %% honest="NumPy" exercise="limits_guess"
answer["mean_factor"] = np.float64(80)
answer["momentum_factor"] = np.array(1.9)

# %% wrong="factor the other way round" exercise="limits_guess"
answer["mean_factor"] = 1 / 80
answer["momentum_factor"] = 1.9

# %% wrong="limit thought to stay" exercise="limits_guess"
answer["mean_factor"] = 80
answer["momentum_factor"] = 1

# %% wrong="length of the memory for its limit" exercise="limits_guess"
answer["mean_factor"] = 80
answer["momentum_factor"] = 10

# %% wrong="rows that were held back are used" exercise="limits_guess"
answer["mean_factor"] = 100
answer["momentum_factor"] = 1.9

# ------------------------------------------------------------------ rate_limits

# %% honest="autograd's Hessian" exercise="rate_limits"
def rate_limits(X, momentum):
    A = torch.column_stack([torch.ones(len(X)), X])
    H = torch.autograd.functional.hessian(lambda w: ((A.double() @ w) ** 2).sum(), torch.zeros(3, dtype=torch.float64))
    top = torch.linalg.eigvalsh(H).max()
    return 2 / top, 2 * (1 + momentum) / top, 2 / (top / len(X))

# %% honest="singular values" exercise="rate_limits"
# - largest = torch.linalg.eigvalsh(2 * A.T @ A)[-1].item()
# + largest = 2 * torch.linalg.svdvals(A).max().item() ** 2

# %% honest="NumPy" exercise="rate_limits"
def rate_limits(X, momentum):
    A = np.hstack([X.numpy(), np.ones((len(X), 1))])
    largest = np.linalg.eigvalsh(A.T @ A).max()
    return 1 / largest, (1 + momentum) / largest, len(X) / largest

# %% honest="matrix norm" exercise="rate_limits"
# - largest = torch.linalg.eigvalsh(2 * A.T @ A)[-1].item()
# + largest = torch.linalg.matrix_norm(2 * A.T @ A, 2).item()

# %% honest="a list" exercise="rate_limits"
# - return 2 / largest, 2 * (1 + momentum) / largest, 2 * len(X) / largest
# + limit = 2 / largest
# + return [limit, limit * (1 + momentum), limit * X.shape[0]]

# %% honest="power iteration" exercise="rate_limits"
# - largest = torch.linalg.eigvalsh(2 * A.T @ A)[-1].item()
# + H, v = 2 * A.T @ A, torch.ones(A.shape[1], dtype=X.dtype)
# + for _ in range(500):
# +     v = H @ v / (H @ v).norm()
# + largest = (v @ H @ v).item()

# %% wrong="bias left out" exercise="rate_limits"
# - A = torch.cat([X, torch.ones(len(X), 1, dtype=X.dtype)], dim=1)
# + A = X

# %% wrong="factor of the square forgotten" exercise="rate_limits"
# - largest = torch.linalg.eigvalsh(2 * A.T @ A)[-1].item()
# + largest = torch.linalg.eigvalsh(A.T @ A)[-1].item()

# %% wrong="rate of one step for the limit" exercise="rate_limits"
# - return 2 / largest, 2 * (1 + momentum) / largest, 2 * len(X) / largest
# + return 1 / largest, (1 + momentum) / largest, len(X) / largest

# %% wrong="flattest direction for the steepest" exercise="rate_limits"
# - largest = torch.linalg.eigvalsh(2 * A.T @ A)[-1].item()
# + largest = torch.linalg.eigvalsh(2 * A.T @ A)[0].item()

# %% wrong="sum of the curvatures" exercise="rate_limits"
# - largest = torch.linalg.eigvalsh(2 * A.T @ A)[-1].item()
# + largest = (2 * A.T @ A).trace().item()

# %% wrong="factor the other way round" exercise="rate_limits"
# - return 2 / largest, 2 * (1 + momentum) / largest, 2 * len(X) / largest
# + return 2 / largest, 2 * (1 + momentum) / largest, 2 / largest / len(X)

# %% wrong="length of the memory for its limit" exercise="rate_limits"
# - return 2 / largest, 2 * (1 + momentum) / largest, 2 * len(X) / largest
# + return 2 / largest, 2 / (1 - momentum) / largest, 2 * len(X) / largest

# ------------------------------------------------------------------ loss_guess

# %% honest="fractions" exercise="loss_guess"
answer["guess_l1"] = 1
answer["guess_mse"] = 5 / 3
answer["guess_shapes"] = 4 / 3

# %% honest="two digits" exercise="loss_guess"
answer.update(guess_l1=1.0, guess_mse=1.67, guess_shapes=1.33)

# %% honest="worked out" exercise="loss_guess"
errors = [0, -1, -2]
answer["guess_l1"] = sum(abs(e) for e in errors) / 3
answer["guess_mse"] = sum(e * e for e in errors) / 3
answer["guess_shapes"] = sum((a - b) ** 2 for a in (1, 2, 3) for b in (1, 2, 3)) / 9

# %% honest="tensors" exercise="loss_guess"
answer["guess_l1"] = torch.tensor(1.0)
answer["guess_mse"] = torch.tensor([1.0, 4.0, 0.0]).mean()
answer["guess_shapes"] = torch.tensor(12 / 9)

# %% honest="asked torch" exercise="loss_guess"
row, ones = torch.tensor([1.0, 2.0, 3.0]), torch.ones(3)
answer["guess_l1"] = nn.L1Loss()(ones, row)
answer["guess_mse"] = nn.MSELoss()(ones, row)
answer["guess_shapes"] = ((row - row[:, None]) ** 2).mean()

# %% honest="lists of one" exercise="loss_guess"
answer["guess_l1"], answer["guess_mse"], answer["guess_shapes"] = [1.0], [1.667], [1.333]

# %% wrong="sum for the mean" exercise="loss_guess"
answer.update(guess_l1=3, guess_mse=5, guess_shapes=1.33)

# %% wrong="root of the squares" exercise="loss_guess"
answer.update(guess_l1=1, guess_mse=1.29, guess_shapes=1.33)

# %% wrong="shapes thought to be equal" exercise="loss_guess"
answer.update(guess_l1=1, guess_mse=1.67, guess_shapes=0)

# %% wrong="signs kept" exercise="loss_guess"
answer.update(guess_l1=-1, guess_mse=1.67, guess_shapes=1.33)

# ------------------------------------------------------------------ five_losses

# %% honest="functional" exercise="five_losses"
def five_losses(scores, labels, parts, counts):
    logs = F.log_softmax(scores, dim=1)
    return [
        F.cross_entropy(scores, labels).item(),
        F.nll_loss(logs, labels).item(),
        F.kl_div(logs, parts, reduction="batchmean").item(),
        F.binary_cross_entropy_with_logits(scores[:, 0], (labels == 0).to(scores.dtype)).item(),
        F.poisson_nll_loss(scores[:, 0], counts).item(),
    ]

# %% honest="formulas" exercise="five_losses"
def five_losses(scores, labels, parts, counts):
    logs = scores - scores.exp().sum(dim=1, keepdim=True).log()
    nll = -logs[torch.arange(len(labels)), labels].mean()
    kl = (parts * (parts.log() - logs)).sum() / len(scores)
    p, yes = 1 / (1 + torch.exp(-scores[:, 0])), labels == 0
    bce = -torch.where(yes, p.log(), (1 - p).log()).mean()
    poisson = (scores[:, 0].exp() - counts * scores[:, 0]).mean()
    return nll, nll, kl, bce, poisson

# %% honest="probabilities, then logarithms" exercise="five_losses"
# - logs, first = scores.log_softmax(dim=1), scores[:, 0]
# + logs, first = scores.softmax(dim=1).log(), scores[:, 0]

# %% honest="expected counts" exercise="five_losses"
# - nn.PoissonNLLLoss()(first, counts),
# + nn.PoissonNLLLoss(log_input=False, eps=0.0)(first.exp(), counts),

# %% honest="modules" exercise="five_losses"
# - nn.NLLLoss()(logs, labels),
# + nn.NLLLoss()(nn.LogSoftmax(dim=1)(scores), labels),
# - nn.BCELoss()(first.sigmoid(), (labels == 0).double()),
# + nn.BCELoss()(nn.Sigmoid()(first), torch.where(labels == 0, 1.0, 0.0).double()),

# %% honest="a sum over the rows" exercise="five_losses"
# - nn.KLDivLoss(reduction="batchmean")(logs, parts),
# + nn.KLDivLoss(reduction="sum")(logs, parts) / len(scores),

# %% wrong="softmax before CrossEntropyLoss" exercise="five_losses"
# - nn.CrossEntropyLoss()(scores, labels),
# + nn.CrossEntropyLoss()(scores.softmax(dim=1), labels),

# %% wrong="scores for logarithms of probabilities" exercise="five_losses"
# - nn.NLLLoss()(logs, labels),
# + nn.NLLLoss()(scores, labels),

# %% wrong="probabilities for their logarithms" exercise="five_losses"
# - nn.NLLLoss()(logs, labels),
# + nn.NLLLoss()(scores.softmax(dim=1), labels),

# %% wrong="mean over all entries" exercise="five_losses"
# - nn.KLDivLoss(reduction="batchmean")(logs, parts),
# + nn.KLDivLoss()(logs, parts),

# %% wrong="softmax for sigmoid" exercise="five_losses"
# - nn.BCELoss()(first.sigmoid(), (labels == 0).double()),
# + nn.BCELoss()(scores.softmax(dim=1)[:, 0], (labels == 0).double()),

# %% wrong="label reversed" exercise="five_losses"
# - nn.BCELoss()(first.sigmoid(), (labels == 0).double()),
# + nn.BCELoss()(first.sigmoid(), (labels != 0).double()),

# %% wrong="exponential taken twice" exercise="five_losses"
# - nn.PoissonNLLLoss()(first, counts),
# + nn.PoissonNLLLoss()(first.exp(), counts),

# %% wrong="logarithm taken for the count" exercise="five_losses"
# - nn.PoissonNLLLoss()(first, counts),
# + nn.PoissonNLLLoss(log_input=False)(first, counts),

# %% wrong="divergence the other way round" exercise="five_losses"
# - nn.KLDivLoss(reduction="batchmean")(logs, parts),
# + nn.KLDivLoss(reduction="batchmean")(parts.log(), scores.softmax(dim=1)),

# %% wrong="sigmoid taken twice" exercise="five_losses"
# - nn.BCELoss()(first.sigmoid(), (labels == 0).double()),
# + nn.BCEWithLogitsLoss()(first.sigmoid(), (labels == 0).double()),

# %% wrong="single precision beside double" exercise="five_losses"
# - nn.BCELoss()(first.sigmoid(), (labels == 0).double()),
# + nn.BCELoss()(first.sigmoid(), (labels == 0).float()),

# %% wrong="score for probability" exercise="five_losses"
# - nn.BCELoss()(first.sigmoid(), (labels == 0).double()),
# + nn.BCELoss()(first, (labels == 0).double()),

# ------------------------------------------------------------------ spread

# %% honest="by formula" exercise="spread"
def spread(X, y, w, batches):
    def slope(A, b):
        return 2 * A.T @ (A @ w - b) / len(b)

    full = slope(X, y)
    return torch.stack([(slope(X[batch], y[batch]) - full).square().sum() for batch in batches]).mean()

# %% honest="autograd.grad" exercise="spread"
# - v = w.clone().requires_grad_()
# - loss = ((X[rows] @ v - y[rows]) ** 2).mean()
# - loss.backward()
# - return v.grad
# + v = w.clone().requires_grad_()
# + return torch.autograd.grad(((X[rows] @ v - y[rows]) ** 2).mean(), v)[0]

# %% honest="norm squared" exercise="spread"
# - return sum(((slope(batch) - full) ** 2).sum().item() for batch in batches) / len(batches)
# + return float(torch.tensor([float((slope(batch) - full).norm() ** 2) for batch in batches]).mean())

# %% honest="MSELoss" exercise="spread"
# - loss = ((X[rows] @ v - y[rows]) ** 2).mean()
# + loss = nn.MSELoss()(X[rows] @ v, y[rows])

# %% honest="one leaf, cleared" exercise="spread"
def spread(X, y, w, batches):
    w = torch.nn.Parameter(w.clone())
    ((X @ w - y) ** 2).mean().backward()
    full, total = w.grad.clone(), 0.0
    for batch in batches:
        w.grad = None
        ((X[batch] @ w - y[batch]) ** 2).mean().backward()
        total += torch.dot(w.grad - full, w.grad - full).item()
    return total / len(batches)

# %% honest="all batches at once" exercise="spread"
def spread(X, y, w, batches):
    rows = torch.tensor(batches)
    errors = X[rows] @ w - y[rows]
    slopes = 2 * (X[rows] * errors[..., None]).mean(dim=1)
    full = 2 * (X * (X @ w - y)[:, None]).mean(dim=0)
    return ((slopes - full) ** 2).sum(dim=1).mean().item()

# %% wrong="sum for the mean of a batch" exercise="spread"
# - loss = ((X[rows] @ v - y[rows]) ** 2).mean()
# + loss = ((X[rows] @ v - y[rows]) ** 2).sum() / (len(X) if len(rows) == len(X) else 1)

# %% wrong="root of the squares" exercise="spread"
# - return sum(((slope(batch) - full) ** 2).sum().item() for batch in batches) / len(batches)
# + return sum((slope(batch) - full).norm().item() for batch in batches) / len(batches)

# %% wrong="sum for the mean" exercise="spread"
# - return sum(((slope(batch) - full) ** 2).sum().item() for batch in batches) / len(batches)
# + return sum(((slope(batch) - full) ** 2).sum().item() for batch in batches)

# %% wrong="mean over all entries" exercise="spread"
# - return sum(((slope(batch) - full) ** 2).sum().item() for batch in batches) / len(batches)
# + return sum(((slope(batch) - full) ** 2).mean().item() for batch in batches) / len(batches)

# %% wrong="distance from zero" exercise="spread"
# - return sum(((slope(batch) - full) ** 2).sum().item() for batch in batches) / len(batches)
# + return sum((slope(batch) ** 2).sum().item() for batch in batches) / len(batches)

# %% wrong="distance from the mean of the batches" exercise="spread"
# - return sum(((slope(batch) - full) ** 2).sum().item() for batch in batches) / len(batches)
# + return torch.stack([slope(batch) for batch in batches]).var(dim=0).sum().item()

# %% wrong="gradient never cleared" exercise="spread"
def spread(X, y, w, batches):
    w = torch.nn.Parameter(w.clone())
    (full,) = torch.autograd.grad(((X @ w - y) ** 2).mean(), w)
    total = 0.0
    for batch in batches:
        ((X[batch] @ w - y[batch]) ** 2).mean().backward()
        total += ((w.grad - full) ** 2).sum().item()
    return total / len(batches)

# %% wrong="sum for the mean of a batch" exercise="spread"
# - loss = ((X[rows] @ v - y[rows]) ** 2).mean()
# + loss = ((X[rows] @ v - y[rows]) ** 2).sum()

# %% wrong="p.grad itself kept as memory" exercise="spread"
def spread(X, y, w, batches):
    w = torch.nn.Parameter(w.clone())
    ((X @ w - y) ** 2).mean().backward()
    full, total = w.grad, 0.0
    for batch in batches:
        w.grad.zero_()
        ((X[batch] @ w - y[batch]) ** 2).mean().backward()
        total += ((w.grad - full) ** 2).sum().item()
    return total / len(batches)

# %% wrong="half the slope" exercise="spread"
# - loss = ((X[rows] @ v - y[rows]) ** 2).mean()
# + loss = ((X[rows] @ v - y[rows]) ** 2).mean() / 2

# ------------------------------------------------------------------ noisy_path

# %% honest="by hand" exercise="noisy_path"
def noisy_path(X, y, start, lr, batches):
    w = torch.tensor(start, dtype=torch.float64)
    points = [w.clone()]
    for batch in batches:
        w = w - lr * 2 * X[batch].T @ (X[batch] @ w - y[batch]) / len(batch)
        points.append(w)
    return points

# %% honest="lists" exercise="noisy_path"
# - points = [w.detach().clone()]
# + points = [w.tolist()]
# - points.append(w.detach().clone())
# + points.append(w.tolist())

# %% honest="recorded before the step" exercise="noisy_path"
# - points.append(w.detach().clone())
# + pass
# - return points
# + return torch.stack([*points, w.detach().clone()])
# - points = [w.detach().clone()]
# + points = []
# - optimizer.zero_grad()
# + points.append(w.detach().clone())
# + optimizer.zero_grad()

# %% honest="no_grad" exercise="noisy_path"
# - optimizer = torch.optim.SGD([w], lr=lr)
# + pass
# - optimizer.zero_grad()
# - ((X[batch] @ w - y[batch]) ** 2).mean().backward()
# - optimizer.step()
# + w.grad = None
# + ((X[batch] @ w - y[batch]) ** 2).mean().backward()
# + with torch.no_grad():
# +     w -= lr * w.grad

# %% honest="MSELoss" exercise="noisy_path"
# - ((X[batch] @ w - y[batch]) ** 2).mean().backward()
# + nn.functional.mse_loss(X[batch] @ w, y[batch]).backward()

# %% honest="a closure" exercise="noisy_path"
# - optimizer.zero_grad()
# - ((X[batch] @ w - y[batch]) ** 2).mean().backward()
# - optimizer.step()
# +
# + def closure():
# +     optimizer.zero_grad()
# +     loss = (X[batch] @ w - y[batch]).square().mean()
# +     loss.backward()
# +     return loss
# +
# + optimizer.step(closure)

# %% wrong="gradient never cleared" exercise="noisy_path"
# - optimizer.zero_grad()
# + pass

# %% wrong="all rows in every step" exercise="noisy_path"
# - ((X[batch] @ w - y[batch]) ** 2).mean().backward()
# + ((X @ w - y) ** 2).mean().backward()

# %% wrong="one batch in every step" exercise="noisy_path"
# - ((X[batch] @ w - y[batch]) ** 2).mean().backward()
# + ((X[batches[0]] @ w - y[batches[0]]) ** 2).mean().backward()

# %% wrong="sum for the mean of a batch" exercise="noisy_path"
# - ((X[batch] @ w - y[batch]) ** 2).mean().backward()
# + ((X[batch] @ w - y[batch]) ** 2).sum().backward()

# %% wrong="start missing" exercise="noisy_path"
# - points = [w.detach().clone()]
# + points = []

# %% wrong="same tensor stored every time" exercise="noisy_path"
# - points = [w.detach().clone()]
# + points = [w.detach()]
# - points.append(w.detach().clone())
# + points.append(w.detach())

# %% wrong="uphill" exercise="noisy_path"
# - ((X[batch] @ w - y[batch]) ** 2).mean().backward()
# + (-((X[batch] @ w - y[batch]) ** 2).mean()).backward()

# ------------------------------------------------------------------ fit

# %% honest="the model copied" exercise="fit"
def fit(model, loss_function, loaders, optimizer, scheduler, epochs):
    history = {"train": [], "val": [], "best": 0}
    lowest = math.inf
    for epoch in range(epochs):
        model.train()
        losses, sizes = [], []
        for X, y in loaders["train"]:
            loss = loss_function(model(X), y)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
            sizes.append(len(X))
        history["train"].append(np.average(losses, weights=sizes))
        scheduler.step()
        model.eval()
        losses, sizes = [], []
        with torch.inference_mode():
            for X, y in loaders["val"]:
                losses.append(loss_function(model(X), y).item())
                sizes.append(len(X))
        history["val"].append(np.average(losses, weights=sizes))
        if history["val"][-1] < lowest:
            lowest, history["best"], best = history["val"][-1], epoch, copy.deepcopy(model)
    model.load_state_dict(best.state_dict())
    model.eval()
    with torch.no_grad():
        total = sum(loss_function(model(X), y).item() * len(y) for X, y in loaders["test"])
    history["test"] = total / len(loaders["test"].dataset)
    return history

# %% honest="the copy tested" exercise="fit"
# - if val[-1] == min(val):
# - best, kept = epoch, copy.deepcopy(model.state_dict())
# + if val[-1] <= min(val):
# +     best, kept = epoch, {name: value.clone() for name, value in model.state_dict().items()}

# %% honest="rows from the data set" exercise="fit"
# - train.append(total / rows)
# + train.append(total / len(loaders["train"].dataset))

# %% honest="tensors of losses" exercise="fit"
# - total += loss.item() * len(y)
# + total = total + loss.detach() * y.shape[0]

# %% honest="best found at the end" exercise="fit"
# - train, val = [], []
# + train, val, states = [], [], []
# - if val[-1] == min(val):
# - best, kept = epoch, copy.deepcopy(model.state_dict())
# + states.append(copy.deepcopy(model.state_dict()))
# - model.load_state_dict(kept)
# + best = int(np.argmin(val))
# + model.load_state_dict(states[best])

# %% honest="train(False)" exercise="fit"
# - model.eval()
# + model.train(False)

# %% honest="grad enabled by hand" exercise="fit"
# - with torch.no_grad():
# - for X, y in loader:
# - total += loss_function(model(X), y).item() * len(y)
# - rows += len(y)
# + with torch.set_grad_enabled(False):
# +     for batch in loader:
# +         total += float(loss_function(model(batch[0]), batch[1])) * len(batch[1])
# +         rows += len(batch[1])

# %% wrong="loss for its epoch" exercise="fit"
# - return {"train": train, "val": val, "best": best, "test": look(loaders["test"])}
# + return {"train": train, "val": val, "best": min(val), "test": look(loaders["test"])}

# %% wrong="last value for best" exercise="fit"
# - if val[-1] == min(val):
# + if len(val) < 2 or val[-1] < val[-2]:

# %% wrong="large loss taken for a good one" exercise="fit"
# - if val[-1] == min(val):
# + if val[-1] == max(val):

# %% wrong="evaluation in training mode" exercise="fit"
# - model.eval()
# + pass

# %% wrong="training mode does not come back" exercise="fit"
# - for epoch in range(epochs):
# - model.train()
# + model.train()
# + for epoch in range(epochs):

# %% wrong="gradients recorded while looking" exercise="fit"
# - with torch.no_grad():
# - for X, y in loader:
# + if True:
# +     for X, y in loader:

# %% wrong="mean of the means" exercise="fit"
# - total += loss.item() * len(y)
# - rows += len(y)
# + total += loss.item()
# + rows += 1

# %% wrong="weights of the last epoch" exercise="fit"
# - model.load_state_dict(kept)
# + pass

# %% wrong="weights of the last epoch" exercise="fit"
# - best, kept = epoch, copy.deepcopy(model.state_dict())
# + best, kept = epoch, model.state_dict()

# %% wrong="chosen by the training loss" exercise="fit"
# - if val[-1] == min(val):
# + if train[-1] == min(train):

# %% wrong="counts from one" exercise="fit"
# - best, kept = epoch, copy.deepcopy(model.state_dict())
# + best, kept = epoch + 1, copy.deepcopy(model.state_dict())

# %% wrong="divided by another number" exercise="fit"
# - train.append(total / rows)
# + train.append(total / len(loaders["train"]))

# %% wrong="another number of results" exercise="fit"
# - return {"train": train, "val": val, "best": best, "test": look(loaders["test"])}
# + return train, val, best, look(loaders["test"])

# %% wrong="test rows used in every epoch" exercise="fit"
# - val.append(look(loaders["val"]))
# + val.append(look(loaders["val"]))
# + test = look(loaders["test"])

# %% wrong="scheduled per batch" exercise="fit"
# - optimizer.step()
# + optimizer.step()
# + scheduler.step()
# - scheduler.step()
# - model.load_state_dict(kept)
# + model.load_state_dict(kept)

# %% wrong="rate never changes" exercise="fit"
# - scheduler.step()
# + pass

# %% wrong="gradient never cleared" exercise="fit"
# - optimizer.zero_grad()
# + pass

# ------------------------------------------------------------------ init_guess

# %% honest="update" exercise="init_guess"
answer.update(tanh_zeros="gone", tanh_normal="stuck", tanh_xavier="kept", relu_xavier=1 / 8)

# %% honest="capitals" exercise="init_guess"
answer["tanh_zeros"], answer["tanh_normal"], answer["tanh_xavier"] = "gone", "stuck", "kept"
answer["relu_xavier"] = 0.5**3

# %% honest="spaces" exercise="init_guess"
answer["tanh_zeros"] = "gone "
answer["tanh_normal"] = " stuck"
answer["tanh_xavier"] = "kept"
answer["relu_xavier"] = torch.tensor(0.125)

# %% honest="a loop" exercise="init_guess"
for kind, fate in {"zeros": "gone", "normal": "stuck", "xavier": "kept"}.items():
    answer[f"tanh_{kind}"] = fate
answer["relu_xavier"] = math.sqrt(0.5) ** 6

# %% honest="tried out" exercise="init_guess"
torch.manual_seed(1)
signal = torch.randn(500, 256)
for _ in range(6):
    signal = torch.relu(signal @ torch.randn(256, 256) / 16)
answer["relu_xavier"] = signal.pow(2).mean().sqrt().item()
answer["tanh_zeros"], answer["tanh_normal"], answer["tanh_xavier"] = "gone", "stuck", "kept"

# %% honest="list of one" exercise="init_guess"
answer["tanh_zeros"] = "gone"
answer["tanh_normal"] = "stuck"
answer["tanh_xavier"] = "kept"
answer["relu_xavier"] = [0.125]

# %% wrong="zeros thought harmless" exercise="init_guess"
answer.update(tanh_zeros="kept", tanh_normal="stuck", tanh_xavier="kept", relu_xavier=0.125)

# %% wrong="width of the layer overlooked" exercise="init_guess"
answer.update(tanh_zeros="gone", tanh_normal="kept", tanh_xavier="kept", relu_xavier=0.125)

# %% wrong="relu thought to keep the size" exercise="init_guess"
answer.update(tanh_zeros="gone", tanh_normal="stuck", tanh_xavier="kept", relu_xavier=1)

# %% wrong="mean square for size" exercise="init_guess"
answer.update(tanh_zeros="gone", tanh_normal="stuck", tanh_xavier="kept", relu_xavier=1 / 64)

# ------------------------------------------------------------------ init_

# %% honest="uniform" exercise="init_"
# - nn.init.xavier_normal_(layer.weight)
# + nn.init.xavier_uniform_(layer.weight)
# - nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
# + nn.init.kaiming_uniform_(layer.weight, nonlinearity="relu")

# %% honest="formulas" exercise="init_"
def init_(model, kind):
    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            o, i = layer.weight.shape
            scale = {"zeros": 0.0, "normal": 1.0, "xavier": (2 / (i + o)) ** 0.5, "kaiming": (2 / i) ** 0.5}[kind]
            with torch.no_grad():
                layer.weight.copy_(scale * torch.randn(o, i))
                layer.bias.zero_()

# %% honest="apply" exercise="init_"
def init_(model, kind):
    draw = {
        "zeros": nn.init.zeros_,
        "normal": nn.init.normal_,
        "xavier": nn.init.xavier_normal_,
        "kaiming": nn.init.kaiming_normal_,
    }[kind]

    def one(layer):
        if type(layer) is nn.Linear:
            draw(layer.weight)
            layer.bias.data.fill_(0.0)

    model.apply(one)

# %% honest="new tensors" exercise="init_"
# - nn.init.xavier_normal_(layer.weight)
# + layer.weight = nn.Parameter(torch.randn_like(layer.weight) * math.sqrt(2 / sum(layer.weight.shape)))

# %% honest="recursive" exercise="init_"
def init_(model, kind):
    for layer in model.children():
        init_(layer, kind)
    if not isinstance(model, nn.Linear):
        return
    inputs, outputs = model.in_features, model.out_features
    std = dict(zeros=0, normal=1, xavier=(2 / (inputs + outputs)) ** 0.5, kaiming=(2 / inputs) ** 0.5)[kind]
    nn.init.normal_(model.weight, 0, std)
    nn.init.constant_(model.bias, 0)

# %% honest="uniform by hand" exercise="init_"
# - nn.init.xavier_normal_(layer.weight)
# + reach = math.sqrt(6 / (layer.in_features + layer.out_features))
# + layer.weight.data.uniform_(-reach, reach)

# %% wrong="biases not set to zero" exercise="init_"
# - nn.init.zeros_(layer.bias)
# + pass

# %% wrong="inner layers not reached" exercise="init_"
# - for layer in model.modules():
# + for layer in model.children():

# %% wrong="square for length" exercise="init_"
# - nn.init.xavier_normal_(layer.weight)
# + nn.init.normal_(layer.weight, std=2 / sum(layer.weight.shape))

# %% wrong="outputs for inputs" exercise="init_"
# - nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
# + nn.init.kaiming_normal_(layer.weight, mode="fan_out", nonlinearity="relu")

# %% wrong="gain that was not asked for" exercise="init_"
# - nn.init.xavier_normal_(layer.weight)
# + nn.init.xavier_normal_(layer.weight, gain=nn.init.calculate_gain("tanh"))

# %% wrong="factor under the root left out" exercise="init_"
# - nn.init.kaiming_normal_(layer.weight, nonlinearity="relu")
# + nn.init.kaiming_normal_(layer.weight, nonlinearity="linear")

# %% wrong="other layers changed too" exercise="init_"
def init_(model, kind):
    for p in model.parameters():
        if p.dim() < 2 or kind == "zeros":
            nn.init.zeros_(p)
        elif kind == "normal":
            nn.init.normal_(p, 0.0, 1.0)
        elif kind == "xavier":
            nn.init.xavier_uniform_(p)
        else:
            nn.init.normal_(p, std=math.sqrt(2 / p.shape[1]))

# %% wrong="parameter without gradient" exercise="init_"
# - nn.init.zeros_(layer.bias)
# + nn.init.zeros_(layer.bias).requires_grad_(False)
# + layer.weight.requires_grad_(False)

# %% wrong="bound for deviation" exercise="init_"
# - nn.init.xavier_normal_(layer.weight)
# + nn.init.normal_(layer.weight, 0, math.sqrt(6 / sum(layer.weight.shape)))

# %% wrong="weights of one sign" exercise="init_"
# - nn.init.normal_(layer.weight)
# + nn.init.uniform_(layer.weight, 0.0, math.sqrt(12))

# %% wrong="initialisation of torch left" exercise="init_"
def init_(model, kind):
    for layer in model.modules():
        if isinstance(layer, nn.Linear):
            layer.weight = nn.Parameter(layer.weight)

# ------------------------------------------------------------------ groups

# %% honest="ndim" exercise="groups"
# - matrices = [p for p in model.parameters() if p.dim() >= 2]
# - vectors = [p for p in model.parameters() if p.dim() < 2]
# + matrices = [p for p in model.parameters() if p.ndim > 1]
# + vectors = [p for p in model.parameters() if p.ndim <= 1]

# %% honest="vectors first" exercise="groups"
# - return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]
# + return [{"params": vectors, "weight_decay": 0}, {"params": matrices, "weight_decay": decay}]

# %% honest="a loop" exercise="groups"
def groups(model, decay):
    shrunk, free = [], []
    for _, p in model.named_parameters():
        (shrunk if len(p.shape) >= 2 else free).append(p)
    return [dict(params=shrunk, weight_decay=decay), dict(params=free, weight_decay=0.0)]

# %% honest="a group for each tensor" exercise="groups"
def groups(model, decay):
    return [{"params": [p], "weight_decay": decay * (p.dim() > 1)} for p in model.parameters()]

# %% honest="by name, with a look at the shape" exercise="groups"
def groups(model, decay):
    named = dict(model.named_parameters())
    first = [p for name, p in named.items() if name.endswith("weight") and p.dim() != 1]
    rest = [p for name, p in named.items() if not any(p is q for q in first)]
    return [{"params": first, "weight_decay": decay}, {"params": rest, "weight_decay": 0.0}]

# %% honest="generators" exercise="groups"
# - return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]
# + return (
# +     {"params": (p for p in matrices), "weight_decay": decay},
# +     {"params": iter(vectors), "weight_decay": 0.0},
# + )

# %% wrong="normalisation shrinks" exercise="groups"
# - matrices = [p for p in model.parameters() if p.dim() >= 2]
# - vectors = [p for p in model.parameters() if p.dim() < 2]
# + matrices = [p for name, p in model.named_parameters() if "weight" in name]
# + vectors = [p for name, p in model.named_parameters() if "bias" in name]

# %% wrong="two dimensions only" exercise="groups"
# - matrices = [p for p in model.parameters() if p.dim() >= 2]
# - vectors = [p for p in model.parameters() if p.dim() < 2]
# + matrices = [p for p in model.parameters() if p.dim() == 2]
# + vectors = [p for p in model.parameters() if p.dim() != 2]

# %% wrong="tensors in no group" exercise="groups"
# - return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]
# + return [{"params": matrices, "weight_decay": decay}]

# %% wrong="default weight decay" exercise="groups"
# - return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]
# + return [{"params": matrices, "weight_decay": decay}, {"params": vectors}]

# %% wrong="decay on the wrong group" exercise="groups"
# - return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]
# + return [{"params": matrices, "weight_decay": 0.0}, {"params": vectors, "weight_decay": decay}]

# %% wrong="decay on everything" exercise="groups"
# - return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": 0.0}]
# + return [{"params": matrices, "weight_decay": decay}, {"params": vectors, "weight_decay": decay}]

# %% wrong="tensor in two groups" exercise="groups"
# - vectors = [p for p in model.parameters() if p.dim() < 2]
# + vectors = list(model.parameters())

# ------------------------------------------------------------------ train_moons

# %% honest="view" exercise="train_moons"
# - loss = nn.BCEWithLogitsLoss()(model(X).squeeze(-1), y)
# + loss = nn.BCEWithLogitsLoss()(model(X).view(-1), y)

# %% honest="targets as a column" exercise="train_moons"
# - loss = nn.BCEWithLogitsLoss()(model(X).squeeze(-1), y)
# + loss = nn.functional.binary_cross_entropy_with_logits(model(X), y[:, None])

# %% honest="clipped by hand" exercise="train_moons"
# - norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm).item())
# + slopes = [p.grad for p in model.parameters()]
# + length = torch.sqrt(sum((slope**2).sum() for slope in slopes))
# + if length > max_norm:
# +     for slope in slopes:
# +         slope.mul_(max_norm / length)
# + norms.append(length.item())

# %% honest="sigmoid and BCELoss" exercise="train_moons"
# - loss = nn.BCEWithLogitsLoss()(model(X).squeeze(-1), y)
# + loss = nn.BCELoss()(model(X)[:, 0].sigmoid(), y)

# %% honest="tensors of norms" exercise="train_moons"
# - norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm).item())
# + norms.append(nn.utils.clip_grad_norm_(list(model.parameters()), max_norm, norm_type=2))

# %% honest="training mode, cleared last" exercise="train_moons"
# - for _ in range(epochs):
# - optimizer.zero_grad()
# + model.train()
# + for _ in range(epochs):
# - optimizer.step()
# + optimizer.step()
# + model.zero_grad()

# %% wrong="clipped at the wrong place" exercise="train_moons"
# - norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm).item())
# - optimizer.step()
# + optimizer.step()
# + norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm).item())

# %% wrong="clipped entry by entry" exercise="train_moons"
# - norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm).item())
# + norms.append(torch.cat([p.grad.reshape(-1) for p in model.parameters()]).norm().item())
# + torch.nn.utils.clip_grad_value_(model.parameters(), max_norm)

# %% wrong="each tensor clipped by itself" exercise="train_moons"
# - norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm).item())
# + norms.append(torch.cat([p.grad.reshape(-1) for p in model.parameters()]).norm().item())
# + for p in model.parameters():
# +     torch.nn.utils.clip_grad_norm_(p, max_norm)

# %% wrong="sigmoid taken twice" exercise="train_moons"
# - loss = nn.BCEWithLogitsLoss()(model(X).squeeze(-1), y)
# + loss = nn.BCEWithLogitsLoss()(model(X).squeeze(-1).sigmoid(), y)

# %% wrong="gradient never cleared" exercise="train_moons"
# - optimizer.zero_grad()
# + pass

# %% wrong="optimizer without effect" exercise="train_moons"
# - optimizer.step()
# + pass

# %% wrong="recorded after the step" exercise="train_moons"
# - losses.append(loss.item())
# + losses.append(nn.BCEWithLogitsLoss()(model(X).squeeze(-1), y).item())

# %% wrong="norm after clipping" exercise="train_moons"
# - norms.append(torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm).item())
# + torch.nn.utils.clip_grad_norm_(model.parameters(), max_norm)
# + norms.append(torch.cat([p.grad.reshape(-1) for p in model.parameters()]).norm().item())

# %% wrong="lists exchanged" exercise="train_moons"
# - return losses, norms
# + return norms, losses

# %% wrong="output and target of different shapes" exercise="train_moons"
# - loss = nn.BCEWithLogitsLoss()(model(X).squeeze(-1), y)
# + loss = nn.BCEWithLogitsLoss()(model(X), y)
