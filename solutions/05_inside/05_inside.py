# %% [markdown]
# # 5 · Inside: memory and scale, and optimizers of your own
#
# 90 minutes, 160 points, difficulty: hard.
# Every optimizer of torch is a few lines around two ideas: remember the gradients that came before, and measure a gradient by its usual size.
#
# **After this page you can**
# - write SGD with momentum, Adagrad, RMSprop, Adadelta, Adam and AdamW as classes that torch's own loops can use;
# - tell the forms of momentum apart, and say when they differ;
# - clip a gradient, at the right place.
#
# It needs the loop with `torch.optim` of lesson 4: clear, forward, backward, `optimizer.step()`.

# %% [markdown]
# ## 5.0 What an optimizer class is
# Here is a whole one, the plain step.
# `torch.optim.Optimizer` keeps the groups of tensors in `self.param_groups`, empties gradients, and saves and loads; you write `step`.


# %%
class Plain(torch.optim.Optimizer):
    """Plain gradient descent: p = p - lr * p.grad."""

    def __init__(self, params, lr):
        super().__init__(params, {"lr": lr})  # the default entries of every group

    @torch.no_grad()  # the step is not part of the graph
    def step(self, closure=None):
        """Move every tensor that has a gradient; return the loss of the closure, if there is one."""
        loss = None
        if closure is not None:
            with torch.enable_grad():  # inside, backward() must work again
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:  # nothing reached this tensor: leave it alone
                    continue
                p -= group["lr"] * p.grad
        return loss


def square(x):
    return x**2


x = torch.tensor([15.0], requires_grad=True)
optimizer = Plain([x], lr=0.05)
walk = [x.item()]
for _ in range(30):
    optimizer.zero_grad()
    square(x).backward()
    optimizer.step()
    walk.append(x.item())
print("first points:", [round(point, 4) for point in walk[:4]])

# %% [markdown]
# Three habits make it a good citizen.
#
# - The rate is read from `group["lr"]` in every step, because a scheduler changes it there and each group may have its own.
# - Whatever an optimizer remembers about a tensor `p` lives in `self.state[p]`, a dictionary that starts empty; only what is there is saved by `state_dict()`.
# - `p.grad` is somebody else's: read it, and make new tensors for what you compute.
#
# A memory that starts at zero takes three lines:
#
# ```python
# state = self.state[p]
# b = 0.9 * state.get("b", 0.0) + p.grad    # the old memory, or zero
# state["b"] = b                            # store it, or the next step knows nothing of this one
# ```
#
# A gradient is `None` where nothing has reached the tensor since `zero_grad()`, which sets all gradients to `None`.

# %% [markdown]
# ## 5.1 Six first steps
# On $f(x) = x^2$ from $x = 15$ the gradient is $g = 30$.
# Take `lr = 0.05`, $\mu = 0.9$, $\beta_1 = 0.9$, $\beta_2 = 0.999$, all memories empty (zero).
#
# | rule | memory | step |
# |---|---|---|
# | SGD | | $\mathrm{lr}\, g$ |
# | momentum | $b \leftarrow \mu b + g$ | $\mathrm{lr}\, b$ |
# | mean of gradients | $m \leftarrow \mu m + (1-\mu)\, g$ | $\mathrm{lr}\, m$ |
# | Nesterov | $b \leftarrow \mu b + g$ | $\mathrm{lr}\, (g + \mu b)$ |
# | Adam | $m \leftarrow \beta_1 m + (1-\beta_1) g, \quad v \leftarrow \beta_2 v + (1-\beta_2) g^2$ | $\mathrm{lr}\, \hat m / \sqrt{\hat v}$ with $\hat m = \frac{m}{1-\beta_1}, \hat v = \frac{v}{1-\beta_2}$ in the first step |
# | Adam without its correction | the same | $\mathrm{lr}\, m / \sqrt{v}$ |
#
# **Predict** the length of the first step of each: `answer["first_sgd"]`, `answer["first_momentum"]`, `answer["first_mean"]`, `answer["first_nesterov"]`, `answer["first_adam"]`, `answer["first_uncorrected"]`.

# %% exercise="first_lengths"
### BEGIN SOLUTION
answer["first_sgd"] = 0.05 * 30
answer["first_momentum"] = 0.05 * 30
answer["first_mean"] = 0.05 * 0.1 * 30
answer["first_nesterov"] = 0.05 * (30 + 0.9 * 30)
answer["first_adam"] = 0.05
answer["first_uncorrected"] = 0.05 * 0.1 / 0.001**0.5
### END SOLUTION

# %% check="first_lengths"
check(answer, "first_lengths")

# %% picture="first_lengths"
names = ["sgd", "momentum", "mean", "nesterov", "adam", "uncorrected"]
lengths = [live_plot.numbers(answer.get(f"first_{name}") or 0.0).reshape(-1)[:1].sum() for name in names]
live_plot.show_bars({"step": lengths}, names, name="your first step", log=True)

# %% [markdown]
# Without its correction Adam's first step is about three times *longer*, not shorter: $v$ starts even further below its right size than $m$ does, and it is in the denominator.

# %% [markdown]
# ## 5.2 Four forms of momentum
# Books write momentum in different ways, with $g_k$ the gradient at $x_k$ and all memories zero at first:
#
# | form | memory | step |
# |---|---|---|
# | `"torch"` | $b \leftarrow \mu b + g$ | $x \leftarrow x - \mathrm{lr}\, b$ |
# | `"mean"` | $b \leftarrow \mu b + (1-\mu)\, g$ | $x \leftarrow x - \mathrm{lr}\, b$ |
# | `"velocity"` | $b \leftarrow \mu b - \mathrm{lr}\, g$ | $x \leftarrow x + b$ |
# | `"nesterov"` | $b \leftarrow \mu b + g$ | $x \leftarrow x - \mathrm{lr}\, (g + \mu b)$ |
#
# The narrow valley of lesson 4 is $f(v) = 10\,(v_1^2 - 3 v_1 v_2 + 4 v_2^2)$; its largest curvature is 92.4, and its smallest 7.6.
#
# **Predict** before you run on, for $\mu = 0.9$ and a constant rate:
#
# - by which factor must the rate of `"mean"` be multiplied, so that its walk is the one of `"torch"`? `answer["mean_factor"]`, and the same for `"velocity"`: `answer["velocity_factor"]`;
# - on this valley with `lr = 0.01`, plain descent needs 126 steps to come below $10^{-6}$. Does momentum with $\mu = 0.9$ need fewer? `answer["fewer_steps"] = "plain"` or `"momentum"`;
# - plain momentum is at its best on this valley with `lr = 0.0262` and $\mu = 0.308$, in 24 steps. What does Nesterov do with these numbers? `answer["nesterov_fate"] = "arrives"` or `"diverges"`.

# %% exercise="convert"
### BEGIN SOLUTION
answer["mean_factor"] = 1 / (1 - 0.9)
answer["velocity_factor"] = 1
answer["fewer_steps"] = "plain"
answer["nesterov_fate"] = "diverges"
### END SOLUTION

# %% check="convert"
check(answer, "convert")

# %%
G = torch.tensor([[1.0, -1.0], [1.0, 1.0]]) @ torch.diag(torch.tensor([1.0, 4.0]))


def function_skewed(v):
    return 10 * v @ (G.to(v.dtype) @ v)


def function_tilted(v):
    return 10 * v @ (torch.tensor([[2.0, 1.0], [-3.0, 1.5]], dtype=v.dtype) @ v)


def steps_to(f, x0, limit=1e-6, cap=1000, **hyper):
    """Return how many steps of SGD bring f below the limit, or None."""
    v = torch.tensor(x0, requires_grad=True)
    optimizer = torch.optim.SGD([v], **hyper)
    for k in range(cap):
        optimizer.zero_grad()
        value = f(v)
        if value.item() < limit:
            return k
        value.backward()
        optimizer.step()
    return None


for hyper in (
    {"lr": 0.01},
    {"lr": 0.01, "momentum": 0.9},
    {"lr": 0.0261583, "momentum": 0.307916},
    {"lr": 0.0261583, "momentum": 0.307916, "nesterov": True},
):
    print(hyper, "->", steps_to(function_skewed, (8.0, 8.0), **hyper))

# %% [markdown]
# Momentum is no free gift: at a rate that is good without it, it carries the walk past the bottom and back, 175 steps instead of 126.
# At its own best setting it needs 24, and Nesterov with the very same numbers never arrives.

# %%
f, x0, lr, mu, n, halved_at = answer.given(
    "momentum_path", f=function_skewed, x0=(8.0, 8.0), lr=0.002, mu=0.9, n=120, halved_at=120
)
rates = [lr if k < halved_at else lr / 2 for k in range(n)]

# %% [markdown]
# **Your turn.** Walk `len(rates)` steps in the form that is asked for; step `k` uses `rates[k]`.
# Compute the gradient with autograd, and write the update yourself.
# About 13 lines.


# %% exercise="momentum_path"
def momentum_path(form, f, x0, rates, mu):
    """Return the points of a walk, len(rates) + 1 of them, the start first, as copies.

    form: "torch", "mean", "velocity" or "nesterov", as in the table. x0: a pair of floats.
    """
    x = torch.tensor(x0, requires_grad=True)
    ### BEGIN SOLUTION
    b = torch.zeros_like(x)
    points = [x.detach().clone()]
    for lr in rates:
        (g,) = torch.autograd.grad(f(x), x)
        with torch.no_grad():
            if form == "velocity":
                b = mu * b - lr * g
                x += b
            else:
                b = mu * b + ((1 - mu) * g if form == "mean" else g)
                x -= lr * (g + mu * b if form == "nesterov" else b)
        points.append(x.detach().clone())
    return points
    ### END SOLUTION


# %% record="momentum_path"
for form in ("torch", "mean", "velocity", "nesterov"):
    answer[f"form_{form}"] = momentum_path(form, f, x0, rates, mu)

# %% check="momentum_path"
check(answer, "momentum_path")

# %% picture="momentum_path"
forms = ["torch", "mean", "nesterov"]
try:
    paths = [answer.get(f"form_{form}") for form in forms]
    display(live_plot.animate(function_skewed, *paths, x_range=(-9, 11), y_range=(-9, 9), labels=forms, delta=120))
except Exception as error:
    print("no picture of these points:", error)

# %% [markdown]
# `"velocity"` would lie on `"torch"`, point by point.
# They part when the rate changes on the way: `"velocity"` has the old rate in its memory, `"torch"` has not.
# The grading run halves the rate in the middle.

# %% [markdown]
# ## 5.3 SGD of your own
# The rule of `torch.optim.SGD`, for each tensor $p$ with a gradient:
#
# 1. $g = p.\mathrm{grad} + \mathrm{weight\_decay} \cdot p$;
# 2. with momentum: $b \leftarrow g$, undamped, in the first step of this tensor, and $b \leftarrow \mu b + (1 - \mathrm{dampening})\, g$ in every later one;
# 3. $p \leftarrow p - \mathrm{lr} \cdot g$ without momentum, $p - \mathrm{lr} \cdot b$ with momentum, $p - \mathrm{lr} \cdot (g + \mu b)$ with Nesterov.
#
# The course tries your class in seven situations:
#
# - one tensor;
# - five tensors, which do not all have a gradient in every round, and one of which has a gradient of zero for a while;
# - two groups with different rates;
# - a rate that is halved on the way;
# - saved after half the steps, and loaded into a new optimizer;
# - a closure, which `step` calls once and whose loss it returns;
# - a look at the gradients, which `step` must leave as they are.

# %%
from functools import partial

from grader.core.trials import trials

f, start, lr, steps, momentum, dampening, weight_decay = answer.given(
    "MySGD",
    f=function_skewed,
    start=(8.0, 8.0),
    lr=0.002,
    steps=40,
    momentum=0.9,
    dampening=0.3,
    weight_decay=1.0,
)

# %% [markdown]
# **Your turn.** Write `step`; the class `Plain` above is a good beginning.
# About 18 lines.


# %% exercise="MySGD"
class MySGD(torch.optim.Optimizer):
    """SGD with momentum, dampening, weight decay and Nesterov, as torch.optim.SGD."""

    def __init__(self, params, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
        defaults = {"lr": lr, "momentum": momentum, "dampening": dampening}
        super().__init__(params, {**defaults, "weight_decay": weight_decay, "nesterov": nesterov})

    @torch.no_grad()
    def step(self, closure=None):
        """Move every tensor that has a gradient; return the loss of the closure, if there is one."""
        ### BEGIN SOLUTION
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            mu = group["momentum"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                g = p.grad + group["weight_decay"] * p
                if mu:
                    state = self.state[p]
                    state["b"] = mu * state["b"] + (1 - group["dampening"]) * g if "b" in state else g
                    g = g + mu * state["b"] if group["nesterov"] else state["b"]
                p -= group["lr"] * g
        return loss
        ### END SOLUTION


# %% record="MySGD"
configurations = {
    "plain": {},
    "momentum": {"momentum": momentum},
    "decayed": {"weight_decay": weight_decay},
    "nesterov": {"momentum": momentum, "weight_decay": weight_decay, "nesterov": True},
    "dampened": {"momentum": momentum, "dampening": dampening},
}
for name, hyper in configurations.items():
    _, answer[f"sgd_{name}"] = next(trials(partial(MySGD, **hyper), f, start, steps, lr))
for name, result in trials(partial(MySGD, momentum=momentum, weight_decay=weight_decay), f, start, steps, lr):
    answer[f"sgd_{name}"] = result

# %% check="MySGD"
check(answer, "MySGD")

# %% picture="MySGD"
names = ["plain", "momentum", "nesterov"]
try:
    paths = [answer.get(f"sgd_{name}") for name in names]
    display(live_plot.animate(function_skewed, *paths, x_range=(-9, 11), y_range=(-9, 9), labels=names, delta=150))
except Exception as error:
    print("no picture of these points:", error)

# %% [markdown]
# Three runs of *your* class.
# Momentum swings across the valley and is still further along it after forty steps; Nesterov, which has weight decay here too, swings less.

# %% [markdown]
# ## 5.4 Adagrad of your own
# Momentum remembers where the gradients point.
# *Adagrad* remembers how large they are, for each number of a tensor by itself:
#
# $$ s \leftarrow s + g^2, \qquad p \leftarrow p - \mathrm{lr}\; \frac{g}{\sqrt{s} + \varepsilon}. $$
#
# $s$ starts at zero and has the shape of $p$; the square, the root and the division are taken entry by entry.
# Mind where $\varepsilon$ stands, here and in all rules that follow: with the printed numbers you do not see it, and the grading run takes a large one.

# %%
f, start, lr, steps, eps = answer.given("MyAdagrad", f=function_skewed, start=(8.0, 8.0), lr=2.0, steps=60, eps=1e-10)

# %% [markdown]
# **Your turn.** The loop around the rule is given; write the rule for one tensor.
# About 3 lines.


# %% exercise="MyAdagrad"
class MyAdagrad(torch.optim.Optimizer):
    """Adagrad: p = p - lr * g / (sqrt(s) + eps) with s the sum of all g * g."""

    def __init__(self, params, lr, eps=1e-10):
        super().__init__(params, {"lr": lr, "eps": eps})

    @torch.no_grad()
    def step(self, closure=None):
        """Move every tensor that has a gradient; return the loss of the closure, if there is one."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                g, state = p.grad, self.state[p]
                ### BEGIN SOLUTION
                state["s"] = state.get("s", 0.0) + g * g
                p -= group["lr"] * g / (state["s"].sqrt() + group["eps"])
                ### END SOLUTION
        return loss


# %% record="MyAdagrad"
for name, result in trials(partial(MyAdagrad, eps=eps), f, start, steps, lr):
    answer[f"adagrad_{name}"] = result

# %% check="MyAdagrad"
check(answer, "MyAdagrad")

# %% picture="MyAdagrad"
x = torch.tensor([15.0], requires_grad=True)
walked = [x.item()]
try:
    optimizer = MyAdagrad([x], lr=0.5)
    for _ in range(100):
        optimizer.zero_grad()
        square(x).backward()
        optimizer.step()
        walked.append(x.item())
except Exception as error:
    print("not finished yet:", type(error).__name__, error)
print("on x squared with lr = 0.5:", [round(point, 4) for point in walked[:3]])
lengths = [abs(walked[k + 1] - walked[k]) for k in range(len(walked) - 1)]
live_plot.animate(square, walked, x_range=(-2, 16), strips={"length of the step": lengths}, delta=100)

# %% [markdown]
# The first step is `lr` long, whatever the slope.
# The sum never shrinks, so the steps do: look at the strip, it falls like one over the root of the step number.

# %% [markdown]
# ## 5.5 RMSprop and Adadelta of your own
# *RMSprop* cures that: its memory is a mean that forgets, so steps can grow again.
#
# $$ v \leftarrow \alpha v + (1 - \alpha)\, g^2, \qquad p \leftarrow p - \mathrm{lr}\; \frac{g}{\sqrt{v} + \varepsilon}, \qquad v = 0 \text{ at first}. $$

# %%
f, start, lr, steps, alpha, eps = answer.given(
    "MyRMSprop", f=function_skewed, start=(8.0, 8.0), lr=0.1, steps=60, alpha=0.99, eps=1e-8
)

# %% [markdown]
# **Your turn.** About 3 lines.


# %% exercise="MyRMSprop"
class MyRMSprop(torch.optim.Optimizer):
    """RMSprop: p = p - lr * g / (sqrt(v) + eps) with v a fading mean of g * g."""

    def __init__(self, params, lr, alpha=0.99, eps=1e-8):
        super().__init__(params, {"lr": lr, "alpha": alpha, "eps": eps})

    @torch.no_grad()
    def step(self, closure=None):
        """Move every tensor that has a gradient; return the loss of the closure, if there is one."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                g, state = p.grad, self.state[p]
                ### BEGIN SOLUTION
                state["v"] = group["alpha"] * state.get("v", 0.0) + (1 - group["alpha"]) * g * g
                p -= group["lr"] * g / (state["v"].sqrt() + group["eps"])
                ### END SOLUTION
        return loss


# %% record="MyRMSprop"
for name, result in trials(partial(MyRMSprop, alpha=alpha, eps=eps), f, start, steps, lr):
    answer[f"rms_{name}"] = result

# %% check="MyRMSprop"
check(answer, "MyRMSprop")

# %% [markdown]
# RMSprop's first step is *ten* times the rate with $\alpha = 0.99$: the mean has taken in a hundredth of $g^2$ only, and nothing corrects it.
#
# *Adadelta* needs no rate at all: it measures the step by the steps it has made before.
# With two memories, $v$ and $u$, both zero at first:
#
# $$ v \leftarrow \rho v + (1-\rho)\, g^2, \qquad s = \frac{\sqrt{u + \varepsilon}}{\sqrt{v + \varepsilon}}\; g, \qquad u \leftarrow \rho u + (1-\rho)\, s^2, \qquad p \leftarrow p - \mathrm{lr}\; s. $$

# %%
f, start, lr, steps, rho, eps = answer.given(
    "MyAdadelta", f=function_skewed, start=(8.0, 8.0), lr=1.0, steps=60, rho=0.9, eps=1e-3
)

# %% [markdown]
# **Your turn.** About 6 lines.


# %% exercise="MyAdadelta"
class MyAdadelta(torch.optim.Optimizer):
    """Adadelta: steps s = sqrt(u + eps) / sqrt(v + eps) * g, with u and v fading means of s * s and g * g."""

    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-6):
        super().__init__(params, {"lr": lr, "rho": rho, "eps": eps})

    @torch.no_grad()
    def step(self, closure=None):
        """Move every tensor that has a gradient; return the loss of the closure, if there is one."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is None:
                    continue
                g, state = p.grad, self.state[p]
                ### BEGIN SOLUTION
                rho, eps = group["rho"], group["eps"]
                v = rho * state.get("v", torch.zeros_like(p)) + (1 - rho) * g * g
                u = state.get("u", torch.zeros_like(p))
                s = (u + eps).sqrt() / (v + eps).sqrt() * g
                state["v"], state["u"] = v, rho * u + (1 - rho) * s * s
                p -= group["lr"] * s
                ### END SOLUTION
        return loss


# %% record="MyAdadelta"
for name, result in trials(partial(MyAdadelta, rho=rho, eps=eps), f, start, steps, lr):
    answer[f"delta_{name}"] = result

# %% check="MyAdadelta"
check(answer, "MyAdadelta")

# %% picture="MyAdadelta"
names = {"adagrad": "Adagrad, lr 2", "rms": "RMSprop, lr 0.1", "delta": "Adadelta, lr 1"}
try:
    paths = [answer.get(f"{name}_path") for name in names]
    labels = list(names.values())
    display(live_plot.animate(function_skewed, *paths, x_range=(-9, 11), y_range=(-9, 9), labels=labels, delta=120))
except Exception as error:
    print("no picture of these points:", error)

# %% [markdown]
# All three leave the start with equally long steps in both coordinates, and then run straight down the valley: divided by its own size, a steep direction and a flat one look alike.
# Adadelta begins with tiny steps; here $\varepsilon$ is large, so that you see it move at all.

# %% [markdown]
# ## 5.6 Adam of your own
# *Adam* has both memories, and corrects them for their start at zero.
# In the $t$-th step of a tensor, $t = 1, 2, \ldots$:
#
# $$ m \leftarrow \beta_1 m + (1-\beta_1)\, g, \qquad v \leftarrow \beta_2 v + (1-\beta_2)\, g^2, $$
# $$ \hat m = \frac{m}{1 - \beta_1^t}, \qquad \hat v = \frac{v}{1 - \beta_2^t}, \qquad p \leftarrow p - \mathrm{lr}\; \frac{\hat m}{\sqrt{\hat v} + \varepsilon}. $$

# %%
f, start, lr, steps, beta1, beta2, eps = answer.given(
    "MyAdam", f=function_skewed, start=(8.0, 8.0), lr=0.5, steps=60, beta1=0.9, beta2=0.999, eps=1e-8
)

# %% [markdown]
# **Your turn.** The count $t$, a plain number, belongs to the state of each tensor, too.
# About 8 lines.


# %% exercise="MyAdam"
class MyAdam(torch.optim.Optimizer):
    """Adam: p = p - lr * m_hat / (sqrt(v_hat) + eps)."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps})

    @torch.no_grad()
    def step(self, closure=None):
        """Move every tensor that has a gradient; return the loss of the closure, if there is one."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                g, state = p.grad, self.state[p]
                ### BEGIN SOLUTION
                t = state.get("t", 0) + 1
                m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
                v = beta2 * state.get("v", 0.0) + (1 - beta2) * g * g
                state.update(t=t, m=m, v=v)
                m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
                ### END SOLUTION
        return loss


# %% record="MyAdam"
for name, result in trials(partial(MyAdam, betas=(beta1, beta2), eps=eps), f, start, steps, lr):
    answer[f"adam_{name}"] = result

# %% check="MyAdam"
check(answer, "MyAdam")

# %% picture="MyAdam"
v = torch.tensor([8.0, 8.0], requires_grad=True)
watched, inner = torch.optim.Adam([v], lr=0.5), {"m": [], "root of v": []}
for _ in range(60):
    watched.zero_grad()
    function_skewed(v).backward()
    watched.step()
    state = watched.state[v]
    inner["m"].append(state["exp_avg"].tolist())
    inner["root of v"].append(state["exp_avg_sq"].sqrt().tolist())
try:
    path = answer.get("adam_path")
    display(live_plot.animate(function_skewed, path, x_range=(-9, 11), y_range=(-9, 9), strips=inner, delta=150))
except Exception as error:
    print("no picture of these points:", error)

# %% [markdown]
# Under the path you see inside: $m$ and the root of $v$, one line for each coordinate.
# $m$ follows the gradient and comes back to zero; $\sqrt v$ rises and then stays, because sixty steps are few when $\beta_2$ is 0.999.
#
# Adam does not care how large the loss is.
# The next cell walks down $f$ and down $1000 f$ with your class.

# %% picture="scale"
try:
    ends = []
    for scale in (1, 1000):
        v = torch.tensor([8.0, 8.0], dtype=torch.float64, requires_grad=True)
        optimizer = MyAdam([v], lr=0.5)
        for _ in range(60):
            optimizer.zero_grad()
            (scale * function_skewed(v)).backward()
            optimizer.step()
        ends.append(v.tolist())
        print(f"{scale:5d} times f: after 60 steps at ({v[0]:.6f}, {v[1]:.6f})")
except Exception as error:
    print("not finished yet:", type(error).__name__, error)

# %% [markdown]
# ## 5.7 AdamW of your own
# Weight decay can come in at two places: added to the gradient (Adam with `weight_decay`), or taken off the weight itself (*AdamW*).
#
# A weight of 4.0 gets a gradient of exactly **zero** in its first step.
# **Predict** where it stands after one step with `lr = 0.1` and `weight_decay = 0.01`: under AdamW, `answer["zero_adamw"]`, and under Adam with the decay in the gradient, `answer["zero_adam"]`.
# AdamW is the rule of Adam with one more line before the step: $p \leftarrow p \cdot (1 - \mathrm{lr} \cdot \mathrm{weight\_decay})$.

# %% exercise="zero_gradient"
### BEGIN SOLUTION
answer["zero_adamw"] = 4.0 * (1 - 0.1 * 0.01)
answer["zero_adam"] = 4.0 - 0.1
### END SOLUTION

# %% check="zero_gradient"
check(answer, "zero_gradient")

# %%
for kind in (torch.optim.AdamW, torch.optim.Adam):
    weight = torch.tensor([4.0], requires_grad=True)
    optimizer = kind([weight], lr=0.1, weight_decay=0.01)
    (0 * weight).sum().backward()
    optimizer.step()
    print(f"{kind.__name__:6}", weight.item())

f, start, lr, steps, beta1, beta2, eps, weight_decay = answer.given(
    "MyAdamW",
    f=function_skewed,
    start=(8.0, 8.0),
    lr=1.0,
    steps=60,
    beta1=0.9,
    beta2=0.999,
    eps=1e-8,
    weight_decay=0.01,
)

# %% [markdown]
# In the gradient the decay is 0.04, and Adam divides it by its own size: a full step of 0.1, as if the loss had pulled with all its might.
# That is why AdamW was made.
#
# **Your turn.** About 9 lines.


# %% exercise="MyAdamW"
class MyAdamW(torch.optim.Optimizer):
    """AdamW: the weight shrinks by the factor 1 - lr * weight_decay, then Adam's step."""

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.01):
        super().__init__(params, {"lr": lr, "betas": betas, "eps": eps, "weight_decay": weight_decay})

    @torch.no_grad()
    def step(self, closure=None):
        """Move every tensor that has a gradient; return the loss of the closure, if there is one."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            beta1, beta2 = group["betas"]
            for p in group["params"]:
                if p.grad is None:
                    continue
                g, state = p.grad, self.state[p]
                ### BEGIN SOLUTION
                p *= 1 - group["lr"] * group["weight_decay"]
                t = state.get("t", 0) + 1
                m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
                v = beta2 * state.get("v", 0.0) + (1 - beta2) * g * g
                state.update(t=t, m=m, v=v)
                m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
                p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
                ### END SOLUTION
        return loss


# %% record="MyAdamW"
make = partial(MyAdamW, betas=(beta1, beta2), eps=eps, weight_decay=weight_decay)
for name, result in trials(make, f, start, steps, lr):
    answer[f"adamw_{name}"] = result

# %% check="MyAdamW"
check(answer, "MyAdamW")

# %% picture="MyAdamW"
try:
    paths, labels = (answer.get("adam_path"), answer.get("adamw_path")), ["Adam, lr 0.5", "AdamW, lr 1"]
    display(live_plot.animate(function_skewed, *paths, x_range=(-9, 11), y_range=(-9, 9), labels=labels, delta=150))
except Exception as error:
    print("no picture of these points:", error)

# %% [markdown]
# After one step of rate 1 your AdamW stands at (8.92, 6.92): shrunk by a hundredth, then one unit in each coordinate.
#
# ### Touch your own optimizers
# Click the picture to choose a start; the sliders set the rate and the momentum of all of them.
# Yours belong exactly on top of torch's: switch one off with its button to see what lies below.

# %% picture="touch_own"
own = [globals()[name] for name in ("MySGD", "MyAdam") if name in globals()]
contestants = [torch.optim.SGD, torch.optim.Adam, *own]
live_plot.explore(function_skewed, (-10, 10), (-10, 10), contestants, start=(8.0, 8.0), lr=(1e-3, 1.0), steps=60)

# %% [markdown]
# A class that is not finished yet does not race, and the line below the picture says why.

# %% [markdown]
# ## 5.8 Shorten a gradient
# Now and then one batch has a gradient a thousand times too long, and a single step ruins everything.
# *Clipping* looks at all gradients together as one long arrow: where that is longer than `max_norm`, every gradient is multiplied by the same factor, so that the arrow gets the length `max_norm` and keeps its direction.
# Shorter ones stay as they are.

# %%
first, second, max_norm, small = answer.given(
    "clip_by_norm", first=[3.0, -4.0], second=[[12.0, 0.0]], max_norm=2.0, small=0.1
)

# %% [markdown]
# **Your turn.** Write it yourself, without `torch.nn.utils`: change `p.grad` in place, and return the length from **before** clipping.
# Some tensors may have no gradient.
# About 7 lines.


# %% exercise="clip_by_norm"
def clip_by_norm(params, max_norm):
    """Shorten the gradients of all `params` together to the length max_norm, in place; return their length before.

    params: a list of tensors; those whose grad is None do not count.
    """
    ### BEGIN SOLUTION
    grads = [p.grad for p in params if p.grad is not None]
    length = torch.sqrt(sum((g**2).sum() for g in grads)).item()
    if length > max_norm:
        for g in grads:
            g.mul_(max_norm / length)
    return length
    ### END SOLUTION


# %% record="clip_by_norm"
def with_gradients(scale):
    """Return three tensors, the first and the last with gradients of this scale."""
    tensors = [torch.zeros_like(torch.tensor(values)).requires_grad_() for values in (first, [1.0], second)]
    for tensor, values in zip(tensors[::2], (first, second), strict=True):
        tensor.grad = scale * torch.tensor(values)
    return tensors


lengths = []
for key, scale in (("clipped_long", 1.0), ("clipped_short", small), ("clipped_zero", 0.0)):
    tensors = with_gradients(scale)
    lengths.append(clip_by_norm(tensors, max_norm))
    answer[key] = torch.cat([tensor.grad.reshape(-1) for tensor in tensors[::2]])
answer["clip_norm"] = lengths

# %% check="clip_by_norm"
check(answer, "clip_by_norm")

# %% [markdown]
# 3, −4 and 12 make an arrow of length 13.
# torch has the same as `torch.nn.utils.clip_grad_norm_(params, max_norm)`.
#
# Where in the loop does it stand?

# %%
f, start, lr, steps, max_norm = answer.given(
    "clipped_descent", f=function_skewed, start=(8.0, 8.0), lr=0.01, steps=60, max_norm=60.0
)

# %% [markdown]
# **Your turn.** Walk with plain SGD, packaged or your own, and clip the gradient in every round with your function or torch's.
# About 9 lines.


# %% exercise="clipped_descent"
def clipped_descent(f, start, lr, steps, max_norm):
    """Return the points of SGD with clipped gradients, steps + 1 of them, the start first, as copies."""
    v = torch.tensor(start, requires_grad=True)
    ### BEGIN SOLUTION
    optimizer = torch.optim.SGD([v], lr=lr)
    points = [v.detach().clone()]
    for _ in range(steps):
        optimizer.zero_grad()
        f(v).backward()
        torch.nn.utils.clip_grad_norm_([v], max_norm)
        optimizer.step()
        points.append(v.detach().clone())
    return points
    ### END SOLUTION


# %% record="clipped_descent"
answer["clipped_path"] = clipped_descent(f, start, lr, steps, max_norm)

# %% check="clipped_descent"
check(answer, "clipped_descent")

# %% picture="clipped_descent"
free = [torch.tensor([8.0, 8.0])]
for _ in range(60):
    free.append(free[-1] - 0.01 * 10 * (G + G.T) @ free[-1])
try:
    paths, labels = (answer.get("clipped_path"), free), ["clipped", "not clipped"]
    display(live_plot.animate(function_skewed, *paths, x_range=(-3, 10), y_range=(-3, 9), labels=labels, delta=120))
except Exception as error:
    print("no picture of these points:", error)

# %% [markdown]
# The clipped walk starts with steps of equal length, 0.6, in the direction of the gradient; as soon as the slope is gentle enough it walks like the other one.

# %% [markdown]
# ## Bug of the day
# Two classes with one fault each; say what goes wrong before you run the cell.


# %%
class Forgetful(Plain):
    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                b = 0.9 * getattr(self, "b", torch.zeros_like(p)) + p.grad
                p -= group["lr"] * b
                self.b = b


class Greedy(Plain):
    @torch.no_grad()
    def step(self, closure=None):
        for group in self.param_groups:
            for p in group["params"]:
                p.grad += 0.1 * p
                p -= group["lr"] * p.grad


x = torch.tensor([15.0], requires_grad=True)
optimizer = Forgetful([x], lr=0.05)
square(x).backward()
optimizer.step()
print("saved by the first class:", optimizer.state_dict()["state"])

x = torch.tensor([15.0], requires_grad=True)
optimizer = Greedy([x], lr=0.05)
square(x).backward()
print("gradient before the step of the second class:", x.grad.item())
optimizer.step()
print("and after it:", x.grad.item())

# %% [markdown]
# The first keeps its memory in an attribute: nothing of it is saved, and with two tensors they would share it.
# The second changes `p.grad`; whoever looks at the gradient after the step, a log or a clipping, sees another one.

# %% [markdown]
# ## Five questions
# No points, as many tries as you like; the card tells which one to think about again.
# Store five letters: `answer["quiz"] = ["a", ...]`.
#
# 1. What does torch's momentum keep? **a** a mean of the gradients · **b** a fading sum of the gradients · **c** the last step
# 2. Why does Adam not care whether the loss is multiplied by 1000? **a** it clips · **b** its rate is small · **c** the gradient is divided by its own size
# 3. What is the bias correction for? **a** the memories start at zero · **b** rounding · **c** weights without a gradient
# 4. Where does AdamW's decay act? **a** in the gradient · **b** on the weights themselves · **c** on the rate
# 5. What does `step` do with a tensor whose `grad` is `None`? **a** raise an error · **b** take zero for it · **c** leave it alone

# %% exercise="quiz"
### BEGIN SOLUTION
answer["quiz"] = ["b", "c", "a", "b", "c"]
### END SOLUTION

# %% check="quiz"
check(answer, "quiz")

# %% [markdown]
# ## Look back
# Which of the two ideas, memory or scale, helped more in the narrow valley, and why?
# One sentence, `answer["reflection"] = "..."`, for yourself and your teacher; it has no points.

# %% exercise="reflection"
### BEGIN SOLUTION
answer["reflection"] = "Scale, because it makes the steep and the flat direction look alike."
### END SOLUTION

# %% check="reflection"
check(answer, "reflection")

# %% [markdown]
# ## Handing in
# Save the notebook and hand it in.
# The line below says where your answers are, and in Colab it downloads them.

# %%
answer.download()
