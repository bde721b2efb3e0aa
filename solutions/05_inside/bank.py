# Answers as students write them: honest ones must pass, wrong ones must be rejected and named.
# Header: honest="what is special" or wrong="the misconception", then exercise="its id".
# A cell is a whole answer, or says with "# - old" and "# + new" how it differs from the model answer.

# ------------------------------------------------------------------ first_lengths

# %% honest="numbers" exercise="first_lengths"
answer.update(first_sgd=1.5, first_momentum=1.5, first_mean=0.15, first_nesterov=2.85, first_adam=0.05)
answer["first_uncorrected"] = 0.158

# %% honest="rounded" exercise="first_lengths"
answer["first_sgd"], answer["first_momentum"], answer["first_mean"] = 1.5, 1.5, 0.15
answer["first_nesterov"], answer["first_adam"], answer["first_uncorrected"] = 2.85, 0.05, 0.16

# %% honest="asked torch" exercise="first_lengths"
def first(make):
    x = torch.tensor([15.0], requires_grad=True)
    optimizer = make([x])
    square(x).backward()
    optimizer.step()
    return 15.0 - x.item()


answer["first_sgd"] = first(lambda p: torch.optim.SGD(p, lr=0.05))
answer["first_momentum"] = first(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9))
answer["first_mean"] = 0.1 * answer["first_momentum"]
answer["first_nesterov"] = first(lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True))
answer["first_adam"] = first(lambda p: torch.optim.Adam(p, lr=0.05))
answer["first_uncorrected"] = 3.1623 * 0.05

# %% honest="tensors" exercise="first_lengths"
lengths = torch.tensor([1.5, 1.5, 0.15, 2.85, 0.05, 0.1581])
for name, length in zip(["sgd", "momentum", "mean", "nesterov", "adam", "uncorrected"], lengths):
    answer[f"first_{name}"] = length

# %% honest="formulas" exercise="first_lengths"
g, lr_, mu_ = 30.0, 0.05, 0.9
answer["first_sgd"] = answer["first_momentum"] = lr_ * g
answer["first_mean"] = lr_ * (1 - mu_) * g
answer["first_nesterov"] = lr_ * (1 + mu_) * g
answer["first_adam"] = lr_
answer["first_uncorrected"] = lr_ * (0.1 * g) / (0.001 * g**2) ** 0.5

# %% honest="lists of one" exercise="first_lengths"
for name, length in [("sgd", 1.5), ("momentum", 1.5), ("mean", 0.15), ("nesterov", 2.85), ("adam", 0.05)]:
    answer["first_" + name] = [length]
answer["first_uncorrected"] = [0.1581]

# %% wrong="correction thought to make steps longer" exercise="first_lengths"
# - answer["first_uncorrected"] = 0.05 * 0.1 / 0.001**0.5
# + answer["first_uncorrected"] = 0.005

# %% wrong="step thought to grow with the slope" exercise="first_lengths"
# - answer["first_adam"] = 0.05
# + answer["first_adam"] = 0.05 * 30

# %% wrong="look ahead overlooked" exercise="first_lengths"
# - answer["first_nesterov"] = 0.05 * (30 + 0.9 * 30)
# + answer["first_nesterov"] = 1.5

# %% wrong="first step of the mean thought to be full" exercise="first_lengths"
# - answer["first_mean"] = 0.05 * 0.1 * 30
# + answer["first_mean"] = 1.5

# ------------------------------------------------------------------ convert

# %% honest="numbers" exercise="convert"
answer.update(mean_factor=10, velocity_factor=1, fewer_steps="plain", nesterov_fate="diverges")

# %% honest="capital letters" exercise="convert"
answer.update(mean_factor=10.0, velocity_factor=1.0, fewer_steps="Plain", nesterov_fate="Diverges")

# %% honest="nearly ten" exercise="convert"
answer["mean_factor"] = 1 / 0.1
answer["velocity_factor"] = 0.1 / 0.1
answer["fewer_steps"] = "plain "
answer["nesterov_fate"] = "diverges."

# %% honest="in lists" exercise="convert"
answer["mean_factor"], answer["velocity_factor"] = [10], [1]
answer["fewer_steps"], answer["nesterov_fate"] = ["plain"], ["diverges"]

# %% honest="tensors" exercise="convert"
answer["mean_factor"], answer["velocity_factor"] = torch.tensor(10.0), torch.tensor(1)
answer["fewer_steps"] = "plain"
answer["nesterov_fate"] = "diverges"

# %% honest="tried out" exercise="convert"
def tried(momentum, lr, n=400):
    x = torch.tensor([8.0, 8.0], requires_grad=True)
    H = torch.tensor([[20.0, -30.0], [-30.0, 80.0]])
    o = torch.optim.SGD([x], lr=lr, momentum=momentum)
    for k in range(n):
        o.zero_grad()
        value = 0.5 * x @ H @ x
        if value < 1e-6:
            return k
        value.backward()
        o.step()
    return n


answer["mean_factor"] = 10
answer["velocity_factor"] = 1
answer["fewer_steps"] = "plain" if tried(0.0, 0.01) < tried(0.9, 0.01) else "momentum"
answer["nesterov_fate"] = "diverges"

# %% wrong="factor inverted" exercise="convert"
# - answer["mean_factor"] = 1 / (1 - 0.9)
# + answer["mean_factor"] = 1 - 0.9

# %% wrong="momentum thought to be faster always" exercise="convert"
# - answer["fewer_steps"] = "plain"
# + answer["fewer_steps"] = "momentum"

# %% wrong="Nesterov thought to be safer always" exercise="convert"
# - answer["nesterov_fate"] = "diverges"
# + answer["nesterov_fate"] = "arrives"

# %% wrong="rate outside the memory" exercise="convert"
# - answer["velocity_factor"] = 1
# + answer["velocity_factor"] = 10

# ------------------------------------------------------------------ momentum_path

# %% honest="backward and zero" exercise="momentum_path"
# - (g,) = torch.autograd.grad(f(x), x)
# + x.grad = None
# + f(x).backward()
# + g = x.grad.clone()

# %% honest="double precision and lists" exercise="momentum_path"
def momentum_path(form, f, x0, rates, mu):
    x = torch.tensor(x0, dtype=torch.float64)
    b = torch.zeros(2, dtype=torch.float64)
    points = [x.tolist()]
    for lr in rates:
        x.requires_grad_()
        f(x).backward()
        g, x = x.grad, x.detach()
        if form == "torch":
            b = mu * b + g
            x = x - lr * b
        elif form == "mean":
            b = mu * b + (1 - mu) * g
            x = x - lr * b
        elif form == "velocity":
            b = mu * b - lr * g
            x = x + b
        else:
            b = mu * b + g
            x = x - lr * (g + mu * b)
        points.append(x.tolist())
    return points

# %% honest="data" exercise="momentum_path"
# - with torch.no_grad():
# - if form == "velocity":
# - b = mu * b - lr * g
# - x += b
# - else:
# - b = mu * b + ((1 - mu) * g if form == "mean" else g)
# - x -= lr * (g + mu * b if form == "nesterov" else b)
# + if form == "velocity":
# +     b = mu * b - lr * g
# +     x.data += b
# + else:
# +     b = mu * b + ((1 - mu) * g if form == "mean" else g)
# +     x.data.sub_(lr * (g + mu * b if form == "nesterov" else b))

# %% honest="NumPy copies" exercise="momentum_path"
# - points = [x.detach().clone()]
# + points = [x.detach().numpy().copy()]
# - points.append(x.detach().clone())
# + points.append(x.detach().numpy().copy())

# %% honest="memory in place" exercise="momentum_path"
# - b = mu * b + ((1 - mu) * g if form == "mean" else g)
# + b.mul_(mu).add_(g, alpha=1 - mu if form == "mean" else 1.0)

# %% honest="one array" exercise="momentum_path"
# - return points
# + return torch.stack(points).numpy()

# %% wrong="gradient never cleared" exercise="momentum_path"
# - (g,) = torch.autograd.grad(f(x), x)
# + f(x).backward()
# + g = x.grad.clone()

# %% wrong="momentum taken for a mean" exercise="momentum_path"
# - b = mu * b + ((1 - mu) * g if form == "mean" else g)
# + b = mu * b + (1 - mu) * g

# %% wrong="mean taken for a sum" exercise="momentum_path"
# - b = mu * b + ((1 - mu) * g if form == "mean" else g)
# + b = mu * b + g

# %% wrong="rate inside the memory" exercise="momentum_path"
# - b = mu * b + ((1 - mu) * g if form == "mean" else g)
# - x -= lr * (g + mu * b if form == "nesterov" else b)
# + b = mu * b + lr * ((1 - mu) * g if form == "mean" else g)
# + x -= lr * g + mu * b if form == "nesterov" else b

# %% wrong="rate outside the memory" exercise="momentum_path"
# - b = mu * b - lr * g
# - x += b
# + b = mu * b - g
# + x += lr * b

# %% wrong="plain momentum for Nesterov" exercise="momentum_path"
# - x -= lr * (g + mu * b if form == "nesterov" else b)
# + x -= lr * b

# %% wrong="old memory used" exercise="momentum_path"
# - b = mu * b + ((1 - mu) * g if form == "mean" else g)
# - x -= lr * (g + mu * b if form == "nesterov" else b)
# + x -= lr * (g + mu * b if form == "nesterov" else b)
# + b = mu * b + ((1 - mu) * g if form == "mean" else g)

# %% wrong="gradient at the point ahead" exercise="momentum_path"
# - (g,) = torch.autograd.grad(f(x), x)
# + ahead = (x - lr * mu * b if form == "nesterov" else x).detach().requires_grad_()
# + (g,) = torch.autograd.grad(f(ahead), ahead)
# - x -= lr * (g + mu * b if form == "nesterov" else b)
# + x -= lr * b

# %% wrong="recorded after the step" exercise="momentum_path"
# - points = [x.detach().clone()]
# + points = []
# - for lr in rates:
# + for lr in [*rates, rates[-1]]:

# %% wrong="same tensor stored every time" exercise="momentum_path"
# - points.append(x.detach().clone())
# + points.append(x.detach())

# %% wrong="" exercise="momentum_path"
# - b = torch.zeros_like(x)
# + b = torch.zeros_like(x)
# + optimizer = torch.optim.SGD([x], lr=rates[0], momentum=mu)

# ------------------------------------------------------------------ MySGD

# %% honest="clone and in-place memory" exercise="MySGD"
class MySGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
        super().__init__(
            params,
            dict(lr=lr, momentum=momentum, dampening=dampening, weight_decay=weight_decay, nesterov=nesterov),
        )

    def step(self, closure=None):
        loss = closure() if closure else None
        with torch.no_grad():
            for group in self.param_groups:
                for p in group["params"]:
                    if p.grad is None:
                        continue
                    d = p.grad.add(p, alpha=group["weight_decay"])
                    if group["momentum"] != 0:
                        state = self.state[p]
                        if "momentum_buffer" not in state:
                            buf = state["momentum_buffer"] = d.clone()
                        else:
                            buf = state["momentum_buffer"]
                            buf.mul_(group["momentum"]).add_(d, alpha=1 - group["dampening"])
                        d = d.add(buf, alpha=group["momentum"]) if group["nesterov"] else buf
                    p.add_(d, alpha=-group["lr"])
        return loss

# %% honest="data" exercise="MySGD"
# - p -= group["lr"] * g
# + p.data = p.data - group["lr"] * g

# %% honest="state made in the beginning" exercise="MySGD"
# - state = self.state[p]
# - state["b"] = mu * state["b"] + (1 - group["dampening"]) * g if "b" in state else g
# - g = g + mu * state["b"] if group["nesterov"] else state["b"]
# + state = self.state[p]
# + if not state:
# +     state["b"], state["steps"] = g.clone(), 0
# + else:
# +     state["b"] = mu * state["b"] + (1 - group["dampening"]) * g
# + state["steps"] += 1
# + g = g + mu * state["b"] if group["nesterov"] else state["b"]

# %% honest="a list of the tensors with gradients" exercise="MySGD"
# - for p in group["params"]:
# - if p.grad is None:
# - continue
# - g = p.grad + group["weight_decay"] * p
# + for p in [p for p in group["params"] if p.grad is not None]:
# +     g = p.grad.clone()
# +     g += group["weight_decay"] * p

# %% honest="always a memory" exercise="MySGD"
# - if mu:
# - state = self.state[p]
# - state["b"] = mu * state["b"] + (1 - group["dampening"]) * g if "b" in state else g
# - g = g + mu * state["b"] if group["nesterov"] else state["b"]
# + state = self.state[p]
# + state["b"] = mu * state["b"] + (1 - group["dampening"] * (mu > 0)) * g if "b" in state else g
# + g = g + mu * state["b"] if group["nesterov"] else state["b"]

# %% honest="a helper method" exercise="MySGD"
class MySGD(torch.optim.Optimizer):
    def __init__(self, params, lr, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False):
        names = ("lr", "momentum", "dampening", "weight_decay", "nesterov")
        super().__init__(params, dict(zip(names, (lr, momentum, dampening, weight_decay, nesterov))))

    def direction(self, p, group):
        g = p.grad + group["weight_decay"] * p
        mu = group["momentum"]
        if mu == 0:
            return g
        old = self.state[p].get("b")
        new = g if old is None else mu * old + (1 - group["dampening"]) * g
        self.state[p]["b"] = new
        return g + mu * new if group["nesterov"] else new

    @torch.no_grad()
    def step(self, closure=None):
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            for p in group["params"]:
                if p.grad is not None:
                    p.sub_(group["lr"] * self.direction(p, group))
        return loss

# %% wrong="decay times the rate" exercise="MySGD"
# - g = p.grad + group["weight_decay"] * p
# + g = p.grad + group["lr"] * group["weight_decay"] * p

# %% wrong="dampening for what it leaves" exercise="MySGD"
# - state["b"] = mu * state["b"] + (1 - group["dampening"]) * g if "b" in state else g
# + state["b"] = mu * state["b"] + group["dampening"] * g if "b" in state else g

# %% wrong="closure called after the step" exercise="MySGD"
# - if closure is not None:
# - with torch.enable_grad():
# - loss = closure()
# +
# - return loss
# + if closure is not None:
# +     with torch.enable_grad():
# +         loss = closure()
# + return loss

# %% wrong="closure called more than once" exercise="MySGD"
# - loss = closure()
# + loss = closure(); loss = closure()

# %% wrong="closure never called" exercise="MySGD"
# - if closure is not None:
# - with torch.enable_grad():
# - loss = closure()

# %% wrong="" exercise="MySGD"
# - if p.grad is None:
# - continue
# + if p.grad is None:
# +     break

# %% wrong="decay left out of the look ahead" exercise="MySGD"
# - g = g + mu * state["b"] if group["nesterov"] else state["b"]
# + g = p.grad + mu * state["b"] if group["nesterov"] else state["b"]

# %% wrong="weight decay missing" exercise="MySGD"
# - g = p.grad + group["weight_decay"] * p
# + g = p.grad + (group["weight_decay"] * p if mu else 0)

# %% wrong="closure under no_grad" exercise="MySGD"
# - with torch.enable_grad():
# - loss = closure()
# + loss = closure()

# %% wrong="" exercise="MySGD"
# - with torch.enable_grad():
# - loss = closure()
# + with torch.enable_grad():
# +     closure()
# +     loss = closure()

# %% wrong="gradient changed" exercise="MySGD"
# - p -= group["lr"] * g
# + p -= group["lr"] * g
# + p.grad.zero_()

# %% wrong="p.grad itself kept as memory" exercise="MySGD"
# - g = p.grad + group["weight_decay"] * p
# + g = p.grad + group["weight_decay"] * p if group["weight_decay"] else p.grad
# - state["b"] = mu * state["b"] + (1 - group["dampening"]) * g if "b" in state else g
# + if "b" in state:
# +     state["b"].mul_(mu).add_(g, alpha=1 - group["dampening"])
# + else:
# +     state["b"] = g

# %% wrong="momentum taken for a mean" exercise="MySGD"
# - state["b"] = mu * state["b"] + (1 - group["dampening"]) * g if "b" in state else g
# + state["b"] = mu * state.get("b", 0.0) + (1 - mu) * g

# %% wrong="old memory used" exercise="MySGD"
# - state["b"] = mu * state["b"] + (1 - group["dampening"]) * g if "b" in state else g
# - g = g + mu * state["b"] if group["nesterov"] else state["b"]
# + b = state.get("b", torch.zeros_like(p))
# + state["b"] = mu * b + (1 - group["dampening"]) * g
# + g = g + mu * b if group["nesterov"] else b

# %% wrong="first gradient damped" exercise="MySGD"
# - state["b"] = mu * state["b"] + (1 - group["dampening"]) * g if "b" in state else g
# + state["b"] = mu * state.get("b", 0.0) + (1 - group["dampening"]) * g

# %% wrong="dampening ignored" exercise="MySGD"
# - state["b"] = mu * state["b"] + (1 - group["dampening"]) * g if "b" in state else g
# + state["b"] = mu * state["b"] + g if "b" in state else g

# %% wrong="plain momentum for Nesterov" exercise="MySGD"
# - g = g + mu * state["b"] if group["nesterov"] else state["b"]
# + g = state["b"]

# %% wrong="weight decay missing" exercise="MySGD"
# - g = p.grad + group["weight_decay"] * p
# + g = p.grad.clone()

# %% wrong="p.grad itself kept as memory" exercise="MySGD"
# - g = p.grad + group["weight_decay"] * p
# + g = p.grad if group["weight_decay"] == 0 else p.grad + group["weight_decay"] * p

# %% wrong="weights shrunk beside the gradient" exercise="MySGD"
# - g = p.grad + group["weight_decay"] * p
# + g = p.grad.clone()
# - p -= group["lr"] * g
# + p *= 1 - group["lr"] * group["weight_decay"]
# + p -= group["lr"] * g

# %% wrong="gradient changed" exercise="MySGD"
# - g = p.grad + group["weight_decay"] * p
# + g = p.grad
# + g += group["weight_decay"] * p

# %% wrong="zero gradient skipped" exercise="MySGD"
# - if p.grad is None:
# + if p.grad is None or not p.grad.any():

# %% wrong="missing gradient used" exercise="MySGD"
# - if p.grad is None:
# - continue
# - g = p.grad + group["weight_decay"] * p
# + g = p.grad + group["weight_decay"] * p

# %% wrong="rate of the group ignored" exercise="MySGD"
# - p -= group["lr"] * g
# + p -= self.param_groups[0]["lr"] * g

# %% wrong="rate kept from the beginning" exercise="MySGD"
# - p -= group["lr"] * g
# + p -= self.defaults["lr"] * g

# %% wrong="state not saved" exercise="MySGD"
# - super().__init__(params, {**defaults, "weight_decay": weight_decay, "nesterov": nesterov})
# + super().__init__(params, {**defaults, "weight_decay": weight_decay, "nesterov": nesterov})
# + self.memory = {}
# - state = self.state[p]
# + state = self.memory.setdefault(p, {})

# %% wrong="loss of the closure not returned" exercise="MySGD"
# - return loss
# + pass

# %% wrong="rate inside the memory" exercise="MySGD"
# - state["b"] = mu * state["b"] + (1 - group["dampening"]) * g if "b" in state else g
# - g = g + mu * state["b"] if group["nesterov"] else state["b"]
# + g = group["lr"] * g
# + state["b"] = mu * state["b"] + (1 - group["dampening"]) * g if "b" in state else g
# + p -= g + mu * state["b"] if group["nesterov"] else state["b"]
# + continue

# %% wrong="uphill" exercise="MySGD"
# - p -= group["lr"] * g
# + p += group["lr"] * g

# %% wrong="" exercise="MySGD"
class MySGD(torch.optim.SGD):
    pass

# ------------------------------------------------------------------ MyAdagrad

# %% honest="in place" exercise="MyAdagrad"
# - state["s"] = state.get("s", 0.0) + g * g
# - p -= group["lr"] * g / (state["s"].sqrt() + group["eps"])
# + if len(state) == 0:
# +     state["sum"] = torch.zeros_like(p)
# + state["sum"].addcmul_(g, g, value=1)
# + p.addcdiv_(g, state["sum"].sqrt().add_(group["eps"]), value=-group["lr"])

# %% honest="powers" exercise="MyAdagrad"
# - state["s"] = state.get("s", 0.0) + g * g
# - p -= group["lr"] * g / (state["s"].sqrt() + group["eps"])
# + s = state.setdefault("s", torch.zeros_like(p))
# + s += g**2
# + p -= group["lr"] / (s**0.5 + group["eps"]) * g

# %% honest="data" exercise="MyAdagrad"
# - p -= group["lr"] * g / (state["s"].sqrt() + group["eps"])
# + p.data.sub_(group["lr"] * g / (torch.sqrt(state["s"]) + group["eps"]))

# %% honest="a first time asked" exercise="MyAdagrad"
# - state["s"] = state.get("s", 0.0) + g * g
# + if "s" in state:
# +     state["s"] = state["s"] + g.square()
# + else:
# +     state["s"] = g.square()

# %% honest="through self.state" exercise="MyAdagrad"
# - state["s"] = state.get("s", 0.0) + g * g
# - p -= group["lr"] * g / (state["s"].sqrt() + group["eps"])
# + self.state[p]["total"] = self.state[p].get("total", torch.zeros_like(g)) + torch.pow(g, 2)
# + p.copy_(p - group["lr"] * g / (self.state[p]["total"].sqrt() + group["eps"]))

# %% honest="in steps" exercise="MyAdagrad"
# - p -= group["lr"] * g / (state["s"].sqrt() + group["eps"])
# + size = state["s"].sqrt() + group["eps"]
# + direction = g / size
# + p.add_(direction, alpha=-group["lr"])

# %% wrong="one size for all entries" exercise="MyAdagrad"
# - state["s"] = state.get("s", 0.0) + g * g
# + state["s"] = state.get("s", 0.0) + (g * g).sum()

# %% wrong="another epsilon" exercise="MyAdagrad"
# - p -= group["lr"] * g / (state["s"].sqrt() + group["eps"])
# + p -= group["lr"] * g / state["s"].sqrt()

# %% wrong="gradient changed" exercise="MyAdagrad"
# - state["s"] = state.get("s", 0.0) + g * g
# - p -= group["lr"] * g / (state["s"].sqrt() + group["eps"])
# + state["s"] = state.get("s", 0.0) + g * g
# + p -= g.mul_(group["lr"]) / (state["s"].sqrt() + group["eps"])

# %% wrong="root missing" exercise="MyAdagrad"
# - p -= group["lr"] * g / (state["s"].sqrt() + group["eps"])
# + p -= group["lr"] * g / (state["s"] + group["eps"])

# %% wrong="epsilon under the root" exercise="MyAdagrad"
# - p -= group["lr"] * g / (state["s"].sqrt() + group["eps"])
# + p -= group["lr"] * g / (state["s"] + group["eps"]).sqrt()

# %% wrong="memory of one step only" exercise="MyAdagrad"
# - state["s"] = state.get("s", 0.0) + g * g
# + state["s"] = g * g

# %% wrong="squares fade" exercise="MyAdagrad"
# - state["s"] = state.get("s", 0.0) + g * g
# + state["s"] = 0.9 * state.get("s", 0.0) + 0.1 * g * g

# %% wrong="state not saved" exercise="MyAdagrad"
# - g, state = p.grad, self.state[p]
# + self.own = getattr(self, "own", {})
# + g, state = p.grad, self.own.setdefault(p, {})

# %% wrong="rate of the group ignored" exercise="MyAdagrad"
# - p -= group["lr"] * g / (state["s"].sqrt() + group["eps"])
# + p -= self.param_groups[0]["lr"] * g / (state["s"].sqrt() + group["eps"])

# %% wrong="rate forgotten" exercise="MyAdagrad"
# - p -= group["lr"] * g / (state["s"].sqrt() + group["eps"])
# + p -= g / (state["s"].sqrt() + group["eps"])

# ------------------------------------------------------------------ MyRMSprop

# %% honest="in place" exercise="MyRMSprop"
# - state["v"] = group["alpha"] * state.get("v", 0.0) + (1 - group["alpha"]) * g * g
# - p -= group["lr"] * g / (state["v"].sqrt() + group["eps"])
# + v = state.setdefault("v", torch.zeros_like(p))
# + v.mul_(group["alpha"]).addcmul_(g, g, value=1 - group["alpha"])
# + p.addcdiv_(g, v.sqrt() + group["eps"], value=-group["lr"])

# %% honest="lerp" exercise="MyRMSprop"
# - state["v"] = group["alpha"] * state.get("v", 0.0) + (1 - group["alpha"]) * g * g
# + state["v"] = torch.lerp(g.square(), state.get("v", torch.zeros_like(g)), group["alpha"])

# %% honest="powers" exercise="MyRMSprop"
# - p -= group["lr"] * g / (state["v"].sqrt() + group["eps"])
# + p -= group["lr"] * g * (state["v"] ** 0.5 + group["eps"]) ** -1

# %% honest="old plus difference" exercise="MyRMSprop"
# - state["v"] = group["alpha"] * state.get("v", 0.0) + (1 - group["alpha"]) * g * g
# + old = state.get("v", torch.zeros_like(p))
# + state["v"] = old + (1 - group["alpha"]) * (g * g - old)

# %% honest="data" exercise="MyRMSprop"
# - p -= group["lr"] * g / (state["v"].sqrt() + group["eps"])
# + p.data -= group["lr"] * g.data / (state["v"].sqrt() + group["eps"])

# %% honest="names of torch" exercise="MyRMSprop"
# - state["v"] = group["alpha"] * state.get("v", 0.0) + (1 - group["alpha"]) * g * g
# - p -= group["lr"] * g / (state["v"].sqrt() + group["eps"])
# + if len(state) == 0:
# +     state["step"], state["square_avg"] = 0, torch.zeros_like(p)
# + alpha, lr, eps = group["alpha"], group["lr"], group["eps"]
# + state["step"] += 1
# + state["square_avg"] = alpha * state["square_avg"] + (1 - alpha) * g.pow(2)
# + p.sub_(lr * g / (state["square_avg"].sqrt() + eps))

# %% wrong="gradient left out" exercise="MyRMSprop"
# - p -= group["lr"] * g / (state["v"].sqrt() + group["eps"])
# + p -= group["lr"] / (state["v"].sqrt() + group["eps"])

# %% wrong="corrected as in Adam" exercise="MyRMSprop"
# - p -= group["lr"] * g / (state["v"].sqrt() + group["eps"])
# + state["t"] = state.get("t", 0) + 1
# + p -= group["lr"] * g / ((state["v"] / (1 - group["alpha"] ** state["t"])).sqrt() + group["eps"])

# %% wrong="squares renewed too late" exercise="MyRMSprop"
# - state["v"] = group["alpha"] * state.get("v", 0.0) + (1 - group["alpha"]) * g * g
# - p -= group["lr"] * g / (state["v"].sqrt() + group["eps"])
# + v = state.get("v", torch.zeros_like(p))
# + p -= group["lr"] * g / (v.sqrt() + group["eps"])
# + state["v"] = group["alpha"] * v + (1 - group["alpha"]) * g * g

# %% wrong="memory of one step only" exercise="MyRMSprop"
# - state["v"] = group["alpha"] * state.get("v", 0.0) + (1 - group["alpha"]) * g * g
# - p -= group["lr"] * g / (state["v"].sqrt() + group["eps"])
# + v = group["alpha"] * state.get("v", 0.0) + (1 - group["alpha"]) * g * g
# + p -= group["lr"] * g / (v.sqrt() + group["eps"])

# %% wrong="zero gradient skipped" exercise="MyRMSprop"
# - if p.grad is None:
# + if p.grad is None or not p.grad.any():

# %% wrong="root missing" exercise="MyRMSprop"
# - p -= group["lr"] * g / (state["v"].sqrt() + group["eps"])
# + p -= group["lr"] * g / (state["v"] + group["eps"])

# %% wrong="epsilon under the root" exercise="MyRMSprop"
# - p -= group["lr"] * g / (state["v"].sqrt() + group["eps"])
# + p -= group["lr"] * g / (state["v"] + group["eps"]).sqrt()

# %% wrong="squares never forgotten" exercise="MyRMSprop"
# - state["v"] = group["alpha"] * state.get("v", 0.0) + (1 - group["alpha"]) * g * g
# + state["v"] = state.get("v", 0.0) + g * g

# %% wrong="new square at full weight" exercise="MyRMSprop"
# - state["v"] = group["alpha"] * state.get("v", 0.0) + (1 - group["alpha"]) * g * g
# + state["v"] = group["alpha"] * state.get("v", 0.0) + g * g

# %% wrong="old and new weight exchanged" exercise="MyRMSprop"
# - state["v"] = group["alpha"] * state.get("v", 0.0) + (1 - group["alpha"]) * g * g
# + state["v"] = (1 - group["alpha"]) * state.get("v", 0.0) + group["alpha"] * g * g

# ------------------------------------------------------------------ MyAdadelta

# %% honest="in place" exercise="MyAdadelta"
# - v = rho * state.get("v", torch.zeros_like(p)) + (1 - rho) * g * g
# - u = state.get("u", torch.zeros_like(p))
# - s = (u + eps).sqrt() / (v + eps).sqrt() * g
# - state["v"], state["u"] = v, rho * u + (1 - rho) * s * s
# - p -= group["lr"] * s
# + if not state:
# +     state["square_avg"], state["acc_delta"] = torch.zeros_like(p), torch.zeros_like(p)
# + v, u = state["square_avg"], state["acc_delta"]
# + v.mul_(rho).addcmul_(g, g, value=1 - rho)
# + delta = u.add(eps).sqrt_().div_(v.add(eps).sqrt_()).mul_(g)
# + u.mul_(rho).addcmul_(delta, delta, value=1 - rho)
# + p.add_(delta, alpha=-group["lr"])

# %% honest="one root" exercise="MyAdadelta"
# - s = (u + eps).sqrt() / (v + eps).sqrt() * g
# + s = ((u + eps) / (v + eps)).sqrt() * g

# %% honest="zeros as numbers" exercise="MyAdadelta"
# - v = rho * state.get("v", torch.zeros_like(p)) + (1 - rho) * g * g
# - u = state.get("u", torch.zeros_like(p))
# - s = (u + eps).sqrt() / (v + eps).sqrt() * g
# + v = rho * state.get("v", 0.0) + (1 - rho) * g * g
# + u = state.get("u", 0.0)
# + s = (u + eps) ** 0.5 / (v + eps) ** 0.5 * g

# %% honest="data" exercise="MyAdadelta"
# - p -= group["lr"] * s
# + p.data.sub_(s, alpha=group["lr"])

# %% honest="squares by power" exercise="MyAdadelta"
# - state["v"], state["u"] = v, rho * u + (1 - rho) * s * s
# + state["v"] = v
# + state["u"] = rho * u + (1 - rho) * s.pow(2)

# %% honest="negative step" exercise="MyAdadelta"
# - s = (u + eps).sqrt() / (v + eps).sqrt() * g
# + s = -(u + eps).sqrt() / (v + eps).sqrt() * g
# - p -= group["lr"] * s
# + p += group["lr"] * s

# %% wrong="squares renewed too late" exercise="MyAdadelta"
# - v = rho * state.get("v", torch.zeros_like(p)) + (1 - rho) * g * g
# + v = state.get("v", torch.zeros_like(p))
# - state["v"], state["u"] = v, rho * u + (1 - rho) * s * s
# + state["v"], state["u"] = rho * v + (1 - rho) * g * g, rho * u + (1 - rho) * s * s

# %% wrong="roots exchanged" exercise="MyAdadelta"
# - s = (u + eps).sqrt() / (v + eps).sqrt() * g
# + s = (v + eps).sqrt() / (u + eps).sqrt() * g

# %% wrong="epsilon outside the root" exercise="MyAdadelta"
# - s = (u + eps).sqrt() / (v + eps).sqrt() * g
# + s = (u.sqrt() + eps) / (v.sqrt() + eps) * g

# %% wrong="gradient for step" exercise="MyAdadelta"
# - state["v"], state["u"] = v, rho * u + (1 - rho) * s * s
# + state["v"], state["u"] = v, rho * u + (1 - rho) * g * g

# %% wrong="squared steps not remembered" exercise="MyAdadelta"
# - state["v"], state["u"] = v, rho * u + (1 - rho) * s * s
# + state["v"] = v

# %% wrong="step remembered with its rate" exercise="MyAdadelta"
# - s = (u + eps).sqrt() / (v + eps).sqrt() * g
# + s = group["lr"] * (u + eps).sqrt() / (v + eps).sqrt() * g
# - p -= group["lr"] * s
# + p -= s

# %% wrong="rate of the group ignored" exercise="MyAdadelta"
# - p -= group["lr"] * s
# + p -= self.param_groups[0]["lr"] * s

# %% wrong="first step of length zero" exercise="MyAdadelta"
# - s = (u + eps).sqrt() / (v + eps).sqrt() * g
# + s = u.sqrt() / (v + eps).sqrt() * g

# ------------------------------------------------------------------ MyAdam

# %% honest="names of torch, in place" exercise="MyAdam"
# - t = state.get("t", 0) + 1
# - m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
# - v = beta2 * state.get("v", 0.0) + (1 - beta2) * g * g
# - state.update(t=t, m=m, v=v)
# - m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
# - p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
# + if len(state) == 0:
# +     state["step"] = 0
# +     state["exp_avg"] = torch.zeros_like(p)
# +     state["exp_avg_sq"] = torch.zeros_like(p)
# + state["step"] += 1
# + state["exp_avg"].mul_(beta1).add_(g, alpha=1 - beta1)
# + state["exp_avg_sq"].mul_(beta2).addcmul_(g, g, value=1 - beta2)
# + first = 1 - beta1 ** state["step"]
# + second = 1 - beta2 ** state["step"]
# + denominator = (state["exp_avg_sq"].sqrt() / second**0.5).add_(group["eps"])
# + p.addcdiv_(state["exp_avg"], denominator, value=-group["lr"] / first)

# %% honest="a count as a tensor" exercise="MyAdam"
# - t = state.get("t", 0) + 1
# + t = state.get("t", torch.tensor(0.0, dtype=torch.float64)) + 1

# %% honest="lerp" exercise="MyAdam"
# - m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
# + m = torch.lerp(state.get("m", torch.zeros_like(g)), g, 1 - beta1)

# %% honest="memories made first" exercise="MyAdam"
# - t = state.get("t", 0) + 1
# + if not state:
# +     state["t"], state["m"], state["v"] = 0, torch.zeros_like(p), torch.zeros_like(p)
# + t = state["t"] + 1

# %% honest="corrections in one factor" exercise="MyAdam"
# - m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
# - p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
# + rate = group["lr"] / (1 - beta1**t)
# + p.sub_(rate * m / ((v / (1 - beta2**t)) ** 0.5 + group["eps"]))

# %% honest="data" exercise="MyAdam"
# - p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
# + p.data = p.data - group["lr"] * m_hat / (torch.sqrt(v_hat) + group["eps"])

# %% honest="a count as torch keeps it" exercise="MyAdam"
# - t = state.get("t", 0) + 1
# + t = state.get("t", torch.zeros(())) + 1

# %% wrong="old gradients do not fade" exercise="MyAdam"
# - m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
# + m = state.get("m", 0.0) + (1 - beta1) * g

# %% wrong="count one step ahead" exercise="MyAdam"
# - m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
# + m_hat, v_hat = m / (1 - beta1**(t+1)), v / (1 - beta2**(t+1))

# %% wrong="multiplied by the correction" exercise="MyAdam"
# - m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
# + m_hat, v_hat = m * (1 - beta1**t), v * (1 - beta2**t)

# %% wrong="corrections exchanged" exercise="MyAdam"
# - m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
# + m_hat, v_hat = m / (1 - beta2**t), v / (1 - beta1**t)

# %% wrong="square of the mean" exercise="MyAdam"
# - v = beta2 * state.get("v", 0.0) + (1 - beta2) * g * g
# + v = beta2 * state.get("v", 0.0) + (1 - beta2) * m * m

# %% wrong="count of the optimizer for the count of a tensor" exercise="MyAdam"
# - for group in self.param_groups:
# + self.t = t = getattr(self, "t", 0) + 1
# + for group in self.param_groups:
# - t = state.get("t", 0) + 1
# + pass

# %% wrong="no memory" exercise="MyAdam"
# - state.update(t=t, m=m, v=v)
# + state.update(t=t)

# %% wrong="squares not squared" exercise="MyAdam"
# - v = beta2 * state.get("v", 0.0) + (1 - beta2) * g * g
# + v = beta2 * state.get("v", 0.0) + (1 - beta2) * g

# %% wrong="no bias correction" exercise="MyAdam"
# - m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
# + m_hat, v_hat = m, v

# %% wrong="one moment corrected" exercise="MyAdam"
# - m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
# + m_hat, v_hat = m / (1 - beta1**t), v

# %% wrong="betas exchanged" exercise="MyAdam"
# - beta1, beta2 = group["betas"]
# + beta2, beta1 = group["betas"]

# %% wrong="epsilon under the root" exercise="MyAdam"
# - p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
# + p -= group["lr"] * m_hat / (v_hat + group["eps"]).sqrt()

# %% wrong="root missing" exercise="MyAdam"
# - p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
# + p -= group["lr"] * m_hat / (v_hat + group["eps"])

# %% wrong="count begins at zero" exercise="MyAdam"
# - t = state.get("t", 0) + 1
# + t = state.get("t", 0)
# - state.update(t=t, m=m, v=v)
# + state.update(t=t + 1, m=m, v=v)

# %% wrong="count never raised" exercise="MyAdam"
# - state.update(t=t, m=m, v=v)
# + state.update(m=m, v=v)

# %% wrong="one count for all tensors" exercise="MyAdam"
# - t = state.get("t", 0) + 1
# + self.t = t = getattr(self, "t", 0) + 1

# %% wrong="zero gradient skipped" exercise="MyAdam"
# - if p.grad is None:
# + if p.grad is None or (p.grad == 0).all():

# %% wrong="rate kept from the beginning" exercise="MyAdam"
# - p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
# + p -= self.defaults["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="uphill" exercise="MyAdam"
# - p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
# + p += group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="corrected moments stored" exercise="MyAdam"
# - state.update(t=t, m=m, v=v)
# - m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
# + m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
# + state.update(t=t, m=m_hat, v=v_hat)

# %% wrong="rate forgotten" exercise="MyAdam"
# - p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
# + p -= m_hat / (v_hat.sqrt() + group["eps"])

# ------------------------------------------------------------------ zero_gradient

# %% honest="numbers" exercise="zero_gradient"
answer["zero_adamw"], answer["zero_adam"] = 3.996, 3.9

# %% honest="as torch prints them" exercise="zero_gradient"
answer["zero_adamw"], answer["zero_adam"] = 3.996000051498413, 3.9000000953674316

# %% honest="asked torch" exercise="zero_gradient"
for name, kind in (("zero_adamw", torch.optim.AdamW), ("zero_adam", torch.optim.Adam)):
    w = torch.tensor([4.0], requires_grad=True)
    o = kind([w], lr=0.1, weight_decay=0.01)
    w.grad = torch.zeros(1)
    o.step()
    answer[name] = w.item()

# %% honest="lists of one" exercise="zero_gradient"
answer["zero_adamw"] = [3.996]
answer["zero_adam"] = [3.9]

# %% honest="tensors" exercise="zero_gradient"
answer["zero_adamw"] = torch.tensor(3.996)
answer["zero_adam"] = torch.tensor(4.0) - 0.1

# %% honest="almost a full step" exercise="zero_gradient"
answer["zero_adam"] = 4 - 0.1 * 0.04 / (0.04 + 1e-8)
answer["zero_adamw"] = 4 - 0.1 * 0.01 * 4

# %% wrong="zero gradient thought to mean no change" exercise="zero_gradient"
answer["zero_adamw"], answer["zero_adam"] = 4.0, 3.9

# %% wrong="rate forgotten in the decay" exercise="zero_gradient"
answer["zero_adamw"], answer["zero_adam"] = 3.96, 3.9

# %% wrong="both decays thought to be alike" exercise="zero_gradient"
answer["zero_adamw"], answer["zero_adam"] = 3.996, 3.996

# %% wrong="rules exchanged" exercise="zero_gradient"
answer["zero_adamw"], answer["zero_adam"] = 3.9, 3.996

# ------------------------------------------------------------------ MyAdamW

# %% honest="mul_" exercise="MyAdamW"
# - p *= 1 - group["lr"] * group["weight_decay"]
# + p.mul_(1 - group["lr"] * group["weight_decay"])

# %% honest="shrunk by subtraction" exercise="MyAdamW"
# - p *= 1 - group["lr"] * group["weight_decay"]
# + p -= group["lr"] * group["weight_decay"] * p

# %% honest="both in one line" exercise="MyAdamW"
# - p *= 1 - group["lr"] * group["weight_decay"]
# - t = state.get("t", 0) + 1
# + t = state.get("t", 0) + 1
# - p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
# + p -= group["lr"] * (m_hat / (v_hat.sqrt() + group["eps"]) + group["weight_decay"] * p)

# %% honest="shrunk just before the step" exercise="MyAdamW"
# - p *= 1 - group["lr"] * group["weight_decay"]
# - t = state.get("t", 0) + 1
# + t = state.get("t", 0) + 1
# - p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
# + shrunk = p * (1 - group["lr"] * group["weight_decay"])
# + p.copy_(shrunk - group["lr"] * m_hat / (v_hat.sqrt() + group["eps"]))

# %% honest="memories made first, in place" exercise="MyAdamW"
# - t = state.get("t", 0) + 1
# - m = beta1 * state.get("m", 0.0) + (1 - beta1) * g
# - v = beta2 * state.get("v", 0.0) + (1 - beta2) * g * g
# - state.update(t=t, m=m, v=v)
# + if not state:
# +     state.update(t=0, m=torch.zeros_like(p), v=torch.zeros_like(p))
# + state["t"] += 1
# + t, m, v = state["t"], state["m"], state["v"]
# + m.mul_(beta1).add_(g, alpha=1 - beta1)
# + v.mul_(beta2).addcmul_(g, g, value=1 - beta2)

# %% honest="data" exercise="MyAdamW"
# - p *= 1 - group["lr"] * group["weight_decay"]
# + p.data = p.data * (1 - group["lr"] * group["weight_decay"])

# %% wrong="uphill" exercise="MyAdamW"
# - p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
# + p += group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])

# %% wrong="zero gradient skipped" exercise="MyAdamW"
# - if p.grad is None:
# + if p.grad is None or not p.grad.any():

# %% wrong="weight decay missing" exercise="MyAdamW"
# - p *= 1 - group["lr"] * group["weight_decay"]
# + pass

# %% wrong="weight decay put into the gradient" exercise="MyAdamW"
# - p *= 1 - group["lr"] * group["weight_decay"]
# + g = g + group["weight_decay"] * p

# %% wrong="shrunk after the step" exercise="MyAdamW"
# - p *= 1 - group["lr"] * group["weight_decay"]
# + pass
# - p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
# + p -= group["lr"] * m_hat / (v_hat.sqrt() + group["eps"])
# + p *= 1 - group["lr"] * group["weight_decay"]

# %% wrong="rate forgotten in the decay" exercise="MyAdamW"
# - p *= 1 - group["lr"] * group["weight_decay"]
# + p *= 1 - group["weight_decay"]

# %% wrong="weights grow" exercise="MyAdamW"
# - p *= 1 - group["lr"] * group["weight_decay"]
# + p *= 1 + group["lr"] * group["weight_decay"]

# %% wrong="no bias correction" exercise="MyAdamW"
# - m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
# + m_hat, v_hat = m, v

# %% wrong="one count for all tensors" exercise="MyAdamW"
# - t = state.get("t", 0) + 1
# + self.t = t = getattr(self, "t", 0) + 1

# ------------------------------------------------------------------ clip_by_norm

# %% honest="a factor of one" exercise="clip_by_norm"
def clip_by_norm(params, max_norm):
    with_grad = list(filter(lambda p: p.grad is not None, params))
    length = sum(float(p.grad.norm()) ** 2 for p in with_grad) ** 0.5
    factor = min(1.0, max_norm / length) if length else 1.0
    for p in with_grad:
        p.grad.copy_(p.grad * factor)
    return length

# %% wrong="" exercise="clip_by_norm"
def clip_by_norm(params, max_norm):
    return torch.nn.utils.clip_grad_norm_(params, max_norm).item()

# %% honest="one flat vector" exercise="clip_by_norm"
def clip_by_norm(params, max_norm):
    grads = [p.grad for p in params if p.grad is not None]
    total = torch.cat([g.flatten() for g in grads]).norm()
    factor = torch.clamp(max_norm / (total + 1e-6), max=1.0)
    for g in grads:
        g *= factor
    return float(total)

# %% honest="a loop with a sum" exercise="clip_by_norm"
def clip_by_norm(params, max_norm):
    squares = 0.0
    for p in params:
        if p.grad is not None:
            squares += p.grad.pow(2).sum().item()
    length = squares**0.5
    if length > max_norm:
        for p in params:
            if p.grad is not None:
                p.grad = p.grad * (max_norm / length)
    return length

# %% honest="norm of norms" exercise="clip_by_norm"
# - length = torch.sqrt(sum((g**2).sum() for g in grads)).item()
# + length = torch.stack([g.norm() for g in grads]).norm().item()

# %% honest="data" exercise="clip_by_norm"
# - g.mul_(max_norm / length)
# + g.data = g.data / length * max_norm

# %% honest="a tensor returned" exercise="clip_by_norm"
# - return length
# + return torch.tensor(length)

# %% wrong="norm after clipping" exercise="clip_by_norm"
# - return length
# + return torch.sqrt(sum((g**2).sum() for g in grads)).item()

# %% wrong="each tensor clipped by itself" exercise="clip_by_norm"
# - if length > max_norm:
# - for g in grads:
# - g.mul_(max_norm / length)
# + for g in grads:
# +     if g.norm() > max_norm:
# +         g.mul_(max_norm / g.norm())

# %% wrong="clipped entry by entry" exercise="clip_by_norm"
# - if length > max_norm:
# - for g in grads:
# - g.mul_(max_norm / length)
# + for g in grads:
# +     g.clamp_(-max_norm, max_norm)

# %% wrong="short gradients stretched" exercise="clip_by_norm"
# - if length > max_norm:
# + if length > 0:

# %% wrong="square for length" exercise="clip_by_norm"
# - return length
# + return length**2

# %% wrong="not clipped" exercise="clip_by_norm"
# - g.mul_(max_norm / length)
# + g = g * (max_norm / length)

# %% wrong="zero divided by zero" exercise="clip_by_norm"
# - if length > max_norm:
# - for g in grads:
# - g.mul_(max_norm / length)
# + for g in grads:
# +     g.mul_(torch.clamp(max_norm / torch.tensor(length) * (g == g), max=1.0) if length else g / g)

# %% wrong="" exercise="clip_by_norm"
# - return length
# +     return length

# ------------------------------------------------------------------ clipped_descent

# %% honest="one's own function" exercise="clipped_descent"
def shorten(params, limit):
    length = torch.sqrt(sum((p.grad**2).sum() for p in params))
    if length > limit:
        for p in params:
            p.grad *= limit / length


def clipped_descent(f, start, lr, steps, max_norm):
    v = torch.tensor(start, requires_grad=True)
    optimizer = Plain([v], lr=lr)
    points = [v.tolist()]
    for _ in range(steps):
        optimizer.zero_grad()
        f(v).backward()
        shorten([v], max_norm)
        optimizer.step()
        points.append(v.tolist())
    return points

# %% honest="cleared last" exercise="clipped_descent"
# - optimizer.zero_grad()
# - f(v).backward()
# - torch.nn.utils.clip_grad_norm_([v], max_norm)
# - optimizer.step()
# + f(v).backward()
# + torch.nn.utils.clip_grad_norm_([v], max_norm)
# + optimizer.step()
# + optimizer.zero_grad()

# %% honest="by hand" exercise="clipped_descent"
def clipped_descent(f, start, lr, steps, max_norm):
    v = torch.tensor(start, requires_grad=True)
    points = [v.detach().clone()]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(v), v)
        g = g * min(1.0, max_norm / g.norm().item())
        with torch.no_grad():
            v -= lr * g
        points.append(v.detach().clone())
    return points

# %% honest="double precision" exercise="clipped_descent"
# - v = torch.tensor(start, requires_grad=True)
# + v = torch.tensor(start, dtype=torch.float64, requires_grad=True)

# %% honest="one array" exercise="clipped_descent"
# - return points
# + return torch.stack(points)

# %% honest="norm type named" exercise="clipped_descent"
# - torch.nn.utils.clip_grad_norm_([v], max_norm)
# + torch.nn.utils.clip_grad_norm_(v, max_norm=max_norm, norm_type=2.0)

# %% wrong="gradient never cleared" exercise="clipped_descent"
# - optimizer.zero_grad()
# - f(v).backward()
# + f(v).backward()

# %% wrong="clipped at the wrong place" exercise="clipped_descent"
# - torch.nn.utils.clip_grad_norm_([v], max_norm)
# - optimizer.step()
# + optimizer.step()
# + torch.nn.utils.clip_grad_norm_([v], max_norm)

# %% wrong="clipped at the wrong place" exercise="clipped_descent"
# - f(v).backward()
# - torch.nn.utils.clip_grad_norm_([v], max_norm)
# + torch.nn.utils.clip_grad_norm_([v], max_norm)
# + f(v).backward()

# %% wrong="clipped entry by entry" exercise="clipped_descent"
# - torch.nn.utils.clip_grad_norm_([v], max_norm)
# + torch.nn.utils.clip_grad_value_([v], max_norm)

# %% wrong="short gradients stretched" exercise="clipped_descent"
# - torch.nn.utils.clip_grad_norm_([v], max_norm)
# + v.grad *= max_norm / v.grad.norm()
