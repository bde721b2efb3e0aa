# Answers as students write them: honest ones must pass, wrong ones must be rejected and named.
# Header: honest="what is special" or wrong="the misconception", then exercise="its id".
# A cell is a whole answer, or says with "# - old" and "# + new" how it differs from the model answer.

# ------------------------------------------------------------------ bounce

# %% honest="whole numbers where they fit" exercise="bounce"
answer["bounce_high"] = 0.5
answer["bounce_low"] = -2
answer["decayed_end"] = 0

# %% honest="counted in code" exercise="bounce"
x = 8.0
walk = []
for _ in range(20):
    x = x - 2.5 if x > 0 else x + 2.5
    walk.append(x)
answer["bounce_high"], answer["bounce_low"] = max(walk[-2:]), min(walk[-2:])
answer["decayed_end"] = 0.0

# %% honest="tensors" exercise="bounce"
answer["bounce_high"] = torch.tensor(0.5)
answer["bounce_low"] = torch.tensor(-2.0)
answer["decayed_end"] = torch.tensor(0.001)

# %% honest="lists of one" exercise="bounce"
answer["bounce_high"] = [0.5]
answer["bounce_low"] = [-2.0]
answer["decayed_end"] = [0.0]

# %% honest="a tiny end" exercise="bounce"
answer["decayed_end"] = -8.5e-15
answer["bounce_low"] = -2.0
answer["bounce_high"] = 1 / 2

# %% honest="update of several" exercise="bounce"
answer.update(bounce_high=0.5, bounce_low=-2.0, decayed_end=-0.0)

# %% wrong="ends exchanged" exercise="bounce"
answer["bounce_high"], answer["bounce_low"], answer["decayed_end"] = -2, 0.5, 0

# %% wrong="bounce thought to be symmetric" exercise="bounce"
answer["bounce_high"], answer["bounce_low"] = 1.25, -1.25
answer["decayed_end"] = 0.0

# %% wrong="slope thought to shrink" exercise="bounce"
answer["bounce_high"], answer["bounce_low"] = 0.0, 0.0
answer["decayed_end"] = 0.0

# %% wrong="rate thought to run out" exercise="bounce"
answer["bounce_high"], answer["bounce_low"] = 0.5, -2.0
answer["decayed_end"] = 0.5

# ------------------------------------------------------------------ expo

# %% honest="double precision, gradient set to None" exercise="expo"
def expo(f, x0, lr, gamma, steps):
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    opt = torch.optim.SGD([x], lr)
    sched = torch.optim.lr_scheduler.ExponentialLR(opt, gamma)
    xs, ys, lrs = [], [], []
    for _ in range(steps):
        y = f(x)
        xs.append(x.item())
        ys.append(y.item())
        x.grad = None
        y.backward()
        lrs += sched.get_last_lr()
        opt.step()
        sched.step()
    return xs + [x.item()], ys + [f(x).item()], lrs

# %% honest="a closure" exercise="expo"
# - for _ in range(steps):
# - optimizer.zero_grad()
# - f(x).backward()
# - lrs.append(optimizer.param_groups[0]["lr"])
# - optimizer.step()
# + def closure():
# +     optimizer.zero_grad()
# +     loss = f(x)
# +     loss.backward()
# +     return loss
# +
# + for _ in range(steps):
# +     lrs.append(optimizer.param_groups[0]["lr"])
# +     optimizer.step(closure)

# %% honest="LambdaLR draws the same curve" exercise="expo"
# - scheduler = lr_scheduler.ExponentialLR(optimizer, gamma=gamma)
# + scheduler = lr_scheduler.LambdaLR(optimizer, lambda k: gamma**k)

# %% honest="arrays" exercise="expo"
# - return xs, ys, lrs
# + return torch.tensor(xs), torch.tensor(ys), torch.tensor(lrs, dtype=torch.float64)

# %% honest="an L1 loss" exercise="expo"
# - f(x).backward()
# + y = f(x)
# + y.backward()
# - optimizer.zero_grad()
# + x.grad = torch.zeros_like(x)

# %% honest="cleared last" exercise="expo"
# - optimizer.zero_grad()
# - f(x).backward()
# + f(x).backward()
# - scheduler.step()
# + scheduler.step()
# + optimizer.zero_grad(set_to_none=False)

# %% wrong="one minus the factor" exercise="expo"
# - scheduler = lr_scheduler.ExponentialLR(optimizer, gamma=gamma)
# + scheduler = lr_scheduler.ExponentialLR(optimizer, gamma=1-gamma)

# %% wrong="walks to the zero of f" exercise="expo"
# - f(x).backward()
# + torch.nn.L1Loss()(f(x), torch.tensor(0.0)).backward()

# %% wrong="get_lr for get_last_lr" exercise="expo"
# - lrs.append(optimizer.param_groups[0]["lr"])
# + lrs.append(scheduler.get_lr()[0])

# %% wrong="rate never changes" exercise="expo"
# - lrs.append(optimizer.param_groups[0]["lr"])
# + lrs.append(lr)

# %% wrong="scheduler before optimizer" exercise="expo"
# - optimizer.step()
# - scheduler.step()
# + scheduler.step()
# + optimizer.step()

# %% wrong="rate never changes" exercise="expo"
# - scheduler.step()
# + pass

# %% wrong="scheduler steps twice" exercise="expo"
# - scheduler.step()
# + scheduler.step()
# + scheduler.step()

# %% wrong="next rate recorded" exercise="expo"
# - lrs.append(optimizer.param_groups[0]["lr"])
# - optimizer.step()
# - scheduler.step()
# + optimizer.step()
# + scheduler.step()
# + lrs.append(optimizer.param_groups[0]["lr"])

# %% wrong="rate for factor" exercise="expo"
# - scheduler = lr_scheduler.ExponentialLR(optimizer, gamma=gamma)
# + scheduler = lr_scheduler.LambdaLR(optimizer, lambda k: lr * gamma**k)

# %% wrong="gradient never cleared" exercise="expo"
# - optimizer.zero_grad()
# - f(x).backward()
# + f(x).backward()

# %% wrong="factor of the whole run applied each time" exercise="expo"
# - scheduler = lr_scheduler.ExponentialLR(optimizer, gamma=gamma)
# + scheduler = lr_scheduler.MultiplicativeLR(optimizer, lambda k: gamma**k)

# %% wrong="recorded after the step" exercise="expo"
# - xs, ys, lrs = [x.item()], [f(x).item()], []
# + xs, ys, lrs = [], [], []

# %% wrong="x and f from two moments" exercise="expo"
# - ys.append(f(x).item())
# + ys.append(loss.item())
# - f(x).backward()
# + loss = f(x)
# + loss.backward()

# %% wrong="next rate recorded" exercise="expo"
# - lrs.append(optimizer.param_groups[0]["lr"])
# + lrs.append(scheduler.get_lr()[0])

# %% wrong="" exercise="expo"
def expo(f, x0, lr, gamma, steps):
    x = torch.tensor(x0, requires_grad=True)
    xs, ys, lrs = [x.item()], [f(x).item()], []
    for k in range(steps):
        (g,) = torch.autograd.grad(f(x), x)
        lrs.append(lr * gamma**k)
        with torch.no_grad():
            x -= lrs[-1] * g
        xs.append(x.item())
        ys.append(f(x).item())
    return xs, ys, lrs

# ------------------------------------------------------------------ lr_curve

# %% honest="get_last_lr" exercise="lr_curve"
def lr_curve(make_scheduler, lr0, n):
    opt = torch.optim.SGD([torch.nn.Parameter(torch.ones(2))], lr0)
    sched = make_scheduler(opt)
    out = []
    for _ in range(n):
        out.append(sched.get_last_lr()[0])
        opt.step()
        sched.step()
    return out

# %% honest="Adam" exercise="lr_curve"
# - optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=lr0)
# + optimizer = torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=lr0)

# %% honest="first rate before the loop" exercise="lr_curve"
# - used = []
# - for _ in range(n):
# - used.append(optimizer.param_groups[0]["lr"])
# - optimizer.step()
# - scheduler.step()
# + used = [lr0]
# + for _ in range(n - 1):
# +     optimizer.step()
# +     scheduler.step()
# +     used.append(optimizer.param_groups[0]["lr"])

# %% honest="a model with a loss" exercise="lr_curve"
# - optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=lr0)
# + model = torch.nn.Linear(1, 1)
# + optimizer = SGD(model.parameters(), lr=lr0)
# - optimizer.step()
# + optimizer.zero_grad()
# + model(torch.ones(1)).sum().backward()
# + optimizer.step()

# %% honest="an array" exercise="lr_curve"
# - return used
# + return torch.tensor(used, dtype=torch.float64).numpy()

# %% honest="one more round, cut off" exercise="lr_curve"
# - return used
# + return used[:n]
# - for _ in range(n):
# + for _ in range(n + 1):

# %% wrong="next rate recorded" exercise="lr_curve"
# - used.append(optimizer.param_groups[0]["lr"])
# - optimizer.step()
# - scheduler.step()
# + optimizer.step()
# + scheduler.step()
# + used.append(optimizer.param_groups[0]["lr"])

# %% wrong="get_lr for get_last_lr" exercise="lr_curve"
# - used.append(optimizer.param_groups[0]["lr"])
# + used.append(scheduler.get_lr()[0])

# %% wrong="scheduler that was passed is ignored" exercise="lr_curve"
# - scheduler = make_scheduler(optimizer)
# + scheduler = lr_scheduler.StepLR(optimizer, step_size, gamma)

# %% wrong="scheduler without optimizer steps" exercise="lr_curve"
# - optimizer.step()
# - scheduler.step()
# + scheduler.step()

# %% wrong="rate never changes" exercise="lr_curve"
# - scheduler.step()
# + pass

# %% wrong="one step too many" exercise="lr_curve"
# - for _ in range(n):
# + for _ in range(n + 1):

# ------------------------------------------------------------------ build

# %% honest="keywords" exercise="build"
def build(kind, optimizer, step_size, gamma, milestones):
    if kind == "step":
        return torch.optim.lr_scheduler.StepLR(optimizer, step_size=step_size, gamma=gamma)
    elif kind == "milestones":
        return torch.optim.lr_scheduler.MultiStepLR(optimizer, milestones=milestones, gamma=gamma)
    elif kind == "exponential":
        return torch.optim.lr_scheduler.ExponentialLR(optimizer, gamma=gamma)
    elif kind == "inverse":
        return torch.optim.lr_scheduler.LambdaLR(optimizer, lr_lambda=lambda k: 1.0 / (k + 1))

# %% honest="a dictionary" exercise="build"
def build(kind, optimizer, step_size, gamma, milestones):
    makers = {
        "step": lambda: lr_scheduler.StepLR(optimizer, step_size, gamma),
        "milestones": lambda: lr_scheduler.MultiStepLR(optimizer, milestones, gamma),
        "exponential": lambda: lr_scheduler.ExponentialLR(optimizer, gamma),
        "inverse": lambda: lr_scheduler.LambdaLR(optimizer, lambda k: (1 + k) ** -1),
    }
    return makers[kind]()

# %% honest="everything with LambdaLR" exercise="build"
def build(kind, optimizer, step_size, gamma, milestones):
    factor = {
        "step": lambda k: gamma ** (k // step_size),
        "milestones": lambda k: gamma ** len([m for m in milestones if k >= m]),
        "exponential": lambda k: gamma**k,
        "inverse": lambda k: 1 / (1 + k),
    }[kind]
    return lr_scheduler.LambdaLR(optimizer, factor)

# %% honest="imported classes" exercise="build"
from torch.optim.lr_scheduler import ExponentialLR, LambdaLR, MultiStepLR, StepLR


def build(kind, optimizer, step_size, gamma, milestones):
    match kind:
        case "step":
            return StepLR(optimizer, step_size, gamma)
        case "milestones":
            return MultiStepLR(optimizer, sorted(milestones), gamma)
        case "exponential":
            return ExponentialLR(optimizer, gamma)
    return LambdaLR(optimizer, lambda epoch: 1 / (epoch + 1))

# %% honest="stairs by milestones" exercise="build"
# - return lr_scheduler.StepLR(optimizer, step_size, gamma)
# + return lr_scheduler.MultiStepLR(optimizer, range(step_size, 100, step_size), gamma)

# %% honest="a list of functions" exercise="build"
# - return lr_scheduler.LambdaLR(optimizer, lambda k: 1 / (1 + k))
# + return lr_scheduler.LambdaLR(optimizer, [lambda k: 1 / (1 + k)])

# %% honest="a tensor as factor" exercise="build"
# - return lr_scheduler.LambdaLR(optimizer, lambda k: 1 / (1 + k))
# + return lr_scheduler.LambdaLR(optimizer, lambda k: torch.tensor(1.0, dtype=torch.float64) / (1 + k))

# %% wrong="nothing returned" exercise="build"
# - return lr_scheduler.LambdaLR(optimizer, lambda k: 1 / (1 + k))
# + lr_scheduler.LambdaLR(optimizer, lambda k: 1 / (1 + k))

# %% wrong="divisor starts late" exercise="build"
# - return lr_scheduler.LambdaLR(optimizer, lambda k: 1 / (1 + k))
# + return lr_scheduler.LambdaLR(optimizer, lambda k: 1 / k)

# %% wrong="rate for factor" exercise="build"
# - return lr_scheduler.LambdaLR(optimizer, lambda k: 1 / (1 + k))
# + return lr_scheduler.LambdaLR(optimizer, lambda k: optimizer.defaults["lr"] / (1 + k))

# %% wrong="default factor" exercise="build"
# - return lr_scheduler.StepLR(optimizer, step_size, gamma)
# + return lr_scheduler.StepLR(optimizer, step_size)

# %% wrong="one drop only" exercise="build"
# - return lr_scheduler.MultiStepLR(optimizer, milestones, gamma)
# + return lr_scheduler.MultiStepLR(optimizer, milestones[:1], gamma)

# %% wrong="divisor starts late" exercise="build"
# - return lr_scheduler.LambdaLR(optimizer, lambda k: 1 / (1 + k))
# + return lr_scheduler.LambdaLR(optimizer, lambda k: 1 / k if k else 1)

# %% wrong="staircase off by one" exercise="build"
# - return lr_scheduler.MultiStepLR(optimizer, milestones, gamma)
# + return lr_scheduler.MultiStepLR(optimizer, [m - 1 for m in milestones], gamma)

# %% wrong="another scheduler" exercise="build"
# - return lr_scheduler.ExponentialLR(optimizer, gamma)
# + return lr_scheduler.StepLR(optimizer, step_size, gamma)

# ------------------------------------------------------------------ factors

# %% honest="NumPy" exercise="factors"
import numpy as np


def factors(k, step_size, gamma, milestones, t_max, warm):
    return dict(
        step=gamma ** np.floor(k / step_size),
        milestones=gamma ** np.sum(k >= np.array(milestones)),
        exponential=np.power(gamma, k),
        cosine=0.5 * (1 + np.cos(np.pi * k / t_max)),
        warmup=np.minimum(1, (k + 1) / warm),
    )

# %% honest="a square of a cosine" exercise="factors"
# - "cosine": (1 + math.cos(math.pi * k / t_max)) / 2,
# + "cosine": math.cos(math.pi * k / t_max / 2) ** 2,

# %% honest="loops" exercise="factors"
def factors(k, step_size, gamma, milestones, t_max, warm):
    stair = dropped = falling = 1.0
    for j in range(1, k + 1):
        falling *= gamma
        if j % step_size == 0:
            stair *= gamma
        if j in milestones:
            dropped *= gamma
    out = {"step": stair, "milestones": dropped, "exponential": falling}
    out["cosine"] = (1 + math.cos(math.pi * k / t_max)) / 2
    out["warmup"] = (k + 1) / warm if k + 1 < warm else 1
    return out

# %% honest="torch" exercise="factors"
# - "cosine": (1 + math.cos(math.pi * k / t_max)) / 2,
# + "cosine": ((1 + torch.cos(torch.tensor(math.pi * k / t_max, dtype=torch.float64))) / 2).item(),

# %% honest="bisect" exercise="factors"
# - "milestones": gamma ** sum(k >= one for one in milestones),
# + "milestones": gamma ** __import__("bisect").bisect_right(milestones, k),

# %% honest="whole part" exercise="factors"
# - "step": gamma ** (k // step_size),
# + "step": gamma ** int(k / step_size),

# %% honest="a trial call below" exercise="factors"
def factors(k, step_size, gamma, milestones, t_max, warm):
    stairs, reached = k // step_size, [one for one in milestones if one <= k]
    wave = math.cos(math.pi * k / t_max)
    return {
        "step": gamma**stairs,
        "milestones": gamma ** len(reached),
        "exponential": gamma**k,
        "cosine": 0.5 + 0.5 * wave,
        "warmup": min((k + 1) / warm, 1),
    }


print(rates_used(lambda o: lr_scheduler.LambdaLR(o, lambda k: factors(k, 3, 0.5, [3, 7], 15, 4)["cosine"]), 0.1, 5))

# %% wrong="min and max exchanged" exercise="factors"
# - "warmup": min(1.0, (k + 1) / warm),
# + "warmup": max(1.0, (k + 1) / warm),

# %% wrong="line for a cosine" exercise="factors"
# - "cosine": (1 + math.cos(math.pi * k / t_max)) / 2,
# + "cosine": 1 - k / t_max,

# %% wrong="one round behind" exercise="factors"
# - "exponential": gamma**k,
# + "exponential": gamma**(k - 1),

# %% wrong="one round ahead" exercise="factors"
# - "cosine": (1 + math.cos(math.pi * k / t_max)) / 2,
# + "cosine": (1 + math.cos(math.pi * (k + 1) / t_max)) / 2,

# %% wrong="slope for stairs" exercise="factors"
# - "step": gamma ** (k // step_size),
# + "step": gamma ** (k / step_size),

# %% wrong="milestone counts in one round only" exercise="factors"
# - "milestones": gamma ** sum(k >= one for one in milestones),
# + "milestones": gamma if k in milestones else 1.0,

# %% wrong="rate for factor" exercise="factors"
# - "exponential": gamma**k,
# + "exponential": lr0 * gamma**k,

# %% wrong="remainder for quotient" exercise="factors"
# - "step": gamma ** (k // step_size),
# + "step": gamma ** (k % step_size),

# %% wrong="staircase off by one" exercise="factors"
# - "milestones": gamma ** sum(k >= one for one in milestones),
# + "milestones": gamma ** sum(k > one for one in milestones),

# %% wrong="cosine not shifted" exercise="factors"
# - "cosine": (1 + math.cos(math.pi * k / t_max)) / 2,
# + "cosine": math.cos(math.pi * k / t_max),

# %% wrong="another part of the wave" exercise="factors"
# - "cosine": (1 + math.cos(math.pi * k / t_max)) / 2,
# + "cosine": (1 + math.cos(2 * math.pi * k / t_max)) / 2,

# %% wrong="warm-up from zero" exercise="factors"
# - "warmup": min(1.0, (k + 1) / warm),
# + "warmup": min(1.0, k / warm),

# %% wrong="rise not stopped" exercise="factors"
# - "warmup": min(1.0, (k + 1) / warm),
# + "warmup": (k + 1) / warm,

# %% wrong="product for power" exercise="factors"
# - "exponential": gamma**k,
# + "exponential": gamma * k,

# ------------------------------------------------------------------ resume_rates

# %% honest="scheduler loaded first" exercise="resume_rates"
# - successor.load_state_dict(optimizer.state_dict())
# - its_scheduler.load_state_dict(scheduler.state_dict())
# + its_scheduler.load_state_dict(scheduler.state_dict())
# + successor.load_state_dict(optimizer.state_dict())

# %% honest="states kept in a dictionary" exercise="resume_rates"
import copy


def resume_rates(make, n1, n2):
    opt, sched = make()
    used = []
    for _ in range(n1):
        used += sched.get_last_lr()
        opt.step()
        sched.step()
    saved = copy.deepcopy({"opt": opt.state_dict(), "sched": sched.state_dict()})
    opt, sched = make()
    opt.load_state_dict(saved["opt"])
    sched.load_state_dict(saved["sched"])
    for _ in range(n2):
        used += sched.get_last_lr()
        opt.step()
        sched.step()
    return used

# %% honest="through a file" exercise="resume_rates"
# - successor.load_state_dict(optimizer.state_dict())
# - its_scheduler.load_state_dict(scheduler.state_dict())
# + import io
# +
# + file = io.BytesIO()
# + torch.save([optimizer.state_dict(), scheduler.state_dict()], file)
# + file.seek(0)
# + first, second = torch.load(file, weights_only=False)
# + successor.load_state_dict(first)
# + its_scheduler.load_state_dict(second)

# %% honest="an array" exercise="resume_rates"
# - return used
# + return torch.tensor(used, dtype=torch.float64)

# %% honest="state before the new pair" exercise="resume_rates"
# - successor, its_scheduler = make()
# - successor.load_state_dict(optimizer.state_dict())
# - its_scheduler.load_state_dict(scheduler.state_dict())
# + saved = optimizer.state_dict(), scheduler.state_dict()
# + successor, its_scheduler = make()
# + successor.load_state_dict(saved[0])
# + its_scheduler.load_state_dict(saved[1])

# %% honest="a generator" exercise="resume_rates"
def resume_rates(make, n1, n2):
    def walk(pair, n):
        optimizer, scheduler = pair
        for _ in range(n):
            yield optimizer.param_groups[0]["lr"]
            optimizer.step()
            scheduler.step()

    first, second = make(), make()
    used = list(walk(first, n1))
    for old, new in zip(first, second):
        new.load_state_dict(old.state_dict())
    return used + list(walk(second, n2))

# %% wrong="scheduler without optimizer steps" exercise="resume_rates"
# - optimizer.step()
# - scheduler.step()
# + scheduler.step()
# + optimizer.step()

# %% wrong="schedule not restored" exercise="resume_rates"
# - successor.load_state_dict(optimizer.state_dict())
# - its_scheduler.load_state_dict(scheduler.state_dict())
# + pass

# %% wrong="schedule not restored" exercise="resume_rates"
# - its_scheduler.load_state_dict(scheduler.state_dict())
# + pass

# %% wrong="rate not restored" exercise="resume_rates"
# - successor.load_state_dict(optimizer.state_dict())
# + pass

# %% wrong="no pause" exercise="resume_rates"
# - successor, its_scheduler = make()
# - successor.load_state_dict(optimizer.state_dict())
# - its_scheduler.load_state_dict(scheduler.state_dict())
# - rounds(successor, its_scheduler, n2)
# + rounds(optimizer, scheduler, n2)

# %% wrong="no pause" exercise="resume_rates"
# - rounds(successor, its_scheduler, n2)
# + rounds(optimizer, scheduler, n2)

# %% wrong="rate never changes" exercise="resume_rates"
# - scheduler.step()
# + pass

# ------------------------------------------------------------------ read_off

# %% honest="read with a ruler" exercise="read_off"
answer["T_max"], answer["eta_min"] = 20.5, 0.021
answer["T_0"], answer["T_mult"] = 6.0, 2.0
answer["max_lr"], answer["pct_start"] = 0.395, 0.23

# %% honest="one by one" exercise="read_off"
answer["T_max"] = 20
answer["eta_min"] = 0.02
answer["T_0"] = 6
answer["T_mult"] = 2
answer["max_lr"] = 0.4
answer["pct_start"] = 1 / 4

# %% honest="from the numbers" exercise="read_off"
a, b, c = (runs[name] for name in "ABC")
answer["T_max"], answer["eta_min"] = a.index(min(a)), min(a)
jumps = [k for k in range(1, len(b)) if b[k] > b[k - 1] + 0.01]
answer["T_0"], answer["T_mult"] = jumps[0], (jumps[1] - jumps[0]) / jumps[0]
answer["max_lr"], answer["pct_start"] = max(c), (c.index(max(c)) + 1) / len(c)

# %% honest="the peak counted from zero" exercise="read_off"
answer["T_max"], answer["eta_min"] = 20, 0.02
answer["T_0"], answer["T_mult"] = 6, 2
answer["max_lr"], answer["pct_start"] = 0.4, 9 / 40

# %% honest="tensors" exercise="read_off"
values = torch.tensor([20.0, 0.02, 6.0, 2.0, 0.4, 0.25])
for name, value in zip(["T_max", "eta_min", "T_0", "T_mult", "max_lr", "pct_start"], values):
    answer[name] = value

# %% honest="update of several" exercise="read_off"
answer.update(T_max=20, eta_min=0.02, T_0=6, T_mult=2, max_lr=0.4, pct_start=0.25)

# %% wrong="percent for share" exercise="read_off"
answer.update(T_max=20, eta_min=0.02, T_0=6, T_mult=2, max_lr=0.4, pct_start=25)

# %% wrong="length for ratio" exercise="read_off"
answer.update(T_max=20, eta_min=0.02, T_0=6, T_mult=12, max_lr=0.4, pct_start=0.25)

# %% wrong="another part of the wave" exercise="read_off"
answer.update(T_max=40, eta_min=0.02, T_0=6, T_mult=2, max_lr=0.4, pct_start=0.25)

# %% wrong="floor ignored" exercise="read_off"
answer.update(T_max=20, eta_min=0, T_0=6, T_mult=2, max_lr=0.4, pct_start=0.25)

# %% wrong="step for share" exercise="read_off"
answer.update(T_max=20, eta_min=0.02, T_0=6, T_mult=2, max_lr=0.4, pct_start=9)

# %% wrong="periods of equal length" exercise="read_off"
answer.update(T_max=20, eta_min=0.02, T_0=6, T_mult=1, max_lr=0.4, pct_start=0.25)

# %% wrong="first rate for the peak" exercise="read_off"
answer.update(T_max=20, eta_min=0.02, T_0=6, T_mult=2, max_lr=0.016, pct_start=0.25)

# ------------------------------------------------------------------ cosine_rates

# %% honest="lr_curve of one's own" exercise="cosine_rates"
def mine(make_scheduler, lr0, n):
    optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=lr0)
    scheduler = make_scheduler(optimizer)
    used = []
    for _ in range(n):
        used.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return used


def cosine_rates(lr, n, t_max, eta_min, t_0, t_mult):
    first = mine(lambda o: lr_scheduler.CosineAnnealingLR(o, T_max=t_max, eta_min=eta_min), lr, n)
    second = mine(
        lambda o: lr_scheduler.CosineAnnealingWarmRestarts(o, T_0=t_0, T_mult=t_mult, eta_min=eta_min), lr, n
    )
    return first, second

# %% honest="arrays" exercise="cosine_rates"
# - return annealed, restarted
# + return torch.tensor(annealed, dtype=torch.float64), torch.tensor(restarted, dtype=torch.float64)

# %% honest="imported classes" exercise="cosine_rates"
from torch.optim.lr_scheduler import CosineAnnealingLR, CosineAnnealingWarmRestarts


def cosine_rates(lr, n, t_max, eta_min, t_0, t_mult):
    return [
        rates_used(lambda opt: CosineAnnealingLR(opt, t_max, eta_min=eta_min), lr, n),
        rates_used(lambda opt: CosineAnnealingWarmRestarts(opt, t_0, T_mult=t_mult, eta_min=eta_min), lr, n),
    ]

# %% honest="one loop for both" exercise="cosine_rates"
def cosine_rates(lr, n, t_max, eta_min, t_0, t_mult):
    optimizers = [SGD([torch.zeros(1, requires_grad=True)], lr=lr) for _ in range(2)]
    schedulers = [
        lr_scheduler.CosineAnnealingLR(optimizers[0], t_max, eta_min),
        lr_scheduler.CosineAnnealingWarmRestarts(optimizers[1], t_0, t_mult, eta_min),
    ]
    used = [[], []]
    for _ in range(n):
        for out, optimizer, scheduler in zip(used, optimizers, schedulers):
            out.append(scheduler.get_last_lr()[0])
            optimizer.step()
            scheduler.step()
    return used

# %% honest="the wave as a factor" exercise="cosine_rates"
# - annealed = rates_used(lambda opt: lr_scheduler.CosineAnnealingLR(opt, t_max, eta_min), lr, n)
# + wave = lambda k: (eta_min + (lr - eta_min) * (1 + math.cos(math.pi * k / t_max)) / 2) / lr
# + annealed = rates_used(lambda opt: lr_scheduler.LambdaLR(opt, wave), lr, n)

# %% honest="stepped by fractions of an epoch" exercise="cosine_rates"
# - restarted = rates_used(lambda opt: lr_scheduler.CosineAnnealingWarmRestarts(opt, t_0, t_mult, eta_min), lr, n)
# + optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=lr)
# + scheduler = lr_scheduler.CosineAnnealingWarmRestarts(optimizer, t_0, t_mult, eta_min)
# + restarted = []
# + for epoch in range(n):
# +     scheduler.step(epoch)
# +     restarted.append(optimizer.param_groups[0]["lr"])

# %% wrong="curves exchanged" exercise="cosine_rates"
# - return annealed, restarted
# + return restarted, annealed

# %% wrong="floor ignored" exercise="cosine_rates"
# - annealed = rates_used(lambda opt: lr_scheduler.CosineAnnealingLR(opt, t_max, eta_min), lr, n)
# + annealed = rates_used(lambda opt: lr_scheduler.CosineAnnealingLR(opt, t_max), lr, n)

# %% wrong="periods of equal length" exercise="cosine_rates"
# - restarted = rates_used(lambda opt: lr_scheduler.CosineAnnealingWarmRestarts(opt, t_0, t_mult, eta_min), lr, n)
# + restarted = rates_used(lambda opt: lr_scheduler.CosineAnnealingWarmRestarts(opt, t_0, eta_min=eta_min), lr, n)

# %% wrong="another number of steps" exercise="cosine_rates"
# - annealed = rates_used(lambda opt: lr_scheduler.CosineAnnealingLR(opt, t_max, eta_min), lr, n)
# + annealed = rates_used(lambda opt: lr_scheduler.CosineAnnealingLR(opt, n, eta_min), lr, n)

# %% wrong="cosine without restart" exercise="cosine_rates"
# - restarted = rates_used(lambda opt: lr_scheduler.CosineAnnealingWarmRestarts(opt, t_0, t_mult, eta_min), lr, n)
# + restarted = rates_used(lambda opt: lr_scheduler.CosineAnnealingLR(opt, t_0, eta_min), lr, n)

# ------------------------------------------------------------------ one_cycle

# %% honest="epochs times batches" exercise="one_cycle"
def one_cycle(total, max_lr, pct_start):
    w = torch.nn.Parameter(torch.zeros(3))
    opt = torch.optim.SGD([w], lr=0.1, momentum=0.9)
    sched = torch.optim.lr_scheduler.OneCycleLR(opt, max_lr, epochs=1, steps_per_epoch=total, pct_start=pct_start)
    rates, momenta = [], []
    for k in range(total):
        group = opt.param_groups[0]
        rates.append(group["lr"])
        momenta.append(group["momentum"])
        opt.step()
        if k < total - 1:
            sched.step()
    return rates, momenta

# %% honest="rates_used twice" exercise="one_cycle"
def one_cycle(total, max_lr, pct_start):
    def make(optimizer):
        return lr_scheduler.OneCycleLR(optimizer, max_lr, total_steps=total, pct_start=pct_start)

    return [rates_used(make, 0.1, total, name, momentum=0.9) for name in ("lr", "momentum")]

# %% honest="Nesterov" exercise="one_cycle"
# - optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=max_lr, momentum=0.9)
# + optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=max_lr, momentum=0.9, nesterov=True)

# %% honest="strategy named" exercise="one_cycle"
# - scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=max_lr, total_steps=total, pct_start=pct_start)
# + scheduler = lr_scheduler.OneCycleLR(
# +     optimizer, max_lr=max_lr, total_steps=total, pct_start=pct_start, anneal_strategy="cos"
# + )

# %% honest="pairs turned" exercise="one_cycle"
# - return rates, momenta
# + pairs = list(zip(rates, momenta))
# + return [r for r, _ in pairs], [m for _, m in pairs]

# %% honest="get_last_lr" exercise="one_cycle"
# - rates.append(optimizer.param_groups[0]["lr"])
# + rates.extend(scheduler.get_last_lr())

# %% wrong="next rate recorded" exercise="one_cycle"
# - rates.append(optimizer.param_groups[0]["lr"])
# - momenta.append(optimizer.param_groups[0]["momentum"])
# - optimizer.step()
# - scheduler.step()
# + optimizer.step()
# + scheduler.step()
# + rates.append(optimizer.param_groups[0]["lr"])
# + momenta.append(optimizer.param_groups[0]["momentum"])

# %% wrong="scheduler without optimizer steps" exercise="one_cycle"
# - optimizer.step()
# - scheduler.step()
# + scheduler.step()
# + optimizer.step()

# %% wrong="another number of steps" exercise="one_cycle"
# - scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=max_lr, total_steps=total, pct_start=pct_start)
# + scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=max_lr, total_steps=total + 1, pct_start=pct_start)

# %% wrong="peak at its default" exercise="one_cycle"
# - scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=max_lr, total_steps=total, pct_start=pct_start)
# + scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr, total, pct_start)

# %% wrong="peak at its default" exercise="one_cycle"
# - scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=max_lr, total_steps=total, pct_start=pct_start)
# + scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=max_lr, total_steps=total)

# %% wrong="momentum does not cycle" exercise="one_cycle"
# - scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=max_lr, total_steps=total, pct_start=pct_start)
# + scheduler = lr_scheduler.OneCycleLR(
# +     optimizer, max_lr=max_lr, total_steps=total, pct_start=pct_start, cycle_momentum=False
# + )

# %% wrong="straight lines for cosines" exercise="one_cycle"
# - scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=max_lr, total_steps=total, pct_start=pct_start)
# + scheduler = lr_scheduler.OneCycleLR(
# +     optimizer, max_lr=max_lr, total_steps=total, pct_start=pct_start, anneal_strategy="linear"
# + )

# %% wrong="more steps than planned" exercise="one_cycle"
# - for _ in range(total):
# + for _ in range(2 * total):

# %% wrong="curves exchanged" exercise="one_cycle"
# - return rates, momenta
# + return momenta, rates

# ------------------------------------------------------------------ warmup_cosine

# %% honest="keywords" exercise="warmup_cosine"
def warmup_cosine(optimizer, warm, total, start_factor):
    warming = torch.optim.lr_scheduler.LinearLR(optimizer, start_factor, 1.0, warm)
    cooling = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, total - warm, eta_min=0)
    return torch.optim.lr_scheduler.SequentialLR(optimizer, schedulers=[warming, cooling], milestones=[warm])

# %% honest="a formula in LambdaLR" exercise="warmup_cosine"
def warmup_cosine(optimizer, warm, total, start_factor):
    def factor(k):
        if k < warm:
            return start_factor + (1 - start_factor) * k / warm
        return (1 + math.cos(math.pi * (k - warm) / (total - warm))) / 2

    return lr_scheduler.LambdaLR(optimizer, factor)

# %% honest="imported classes" exercise="warmup_cosine"
from torch.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR


def warmup_cosine(optimizer, warm, total, start_factor):
    parts = [LinearLR(optimizer, start_factor, total_iters=warm), CosineAnnealingLR(optimizer, T_max=total - warm)]
    return SequentialLR(optimizer, parts, [warm])

# %% honest="no floor named" exercise="warmup_cosine"
# - fall = lr_scheduler.CosineAnnealingLR(optimizer, T_max=total - warm)
# + rest = total - warm
# + fall = lr_scheduler.CosineAnnealingLR(optimizer, rest, 0.0)

# %% honest="a warm restart that never comes" exercise="warmup_cosine"
# - fall = lr_scheduler.CosineAnnealingLR(optimizer, T_max=total - warm)
# + fall = lr_scheduler.CosineAnnealingWarmRestarts(optimizer, T_0=total - warm)

# %% honest="a fall as a factor" exercise="warmup_cosine"
# - fall = lr_scheduler.CosineAnnealingLR(optimizer, T_max=total - warm)
# + fall = lr_scheduler.LambdaLR(optimizer, lambda k: (1 + math.cos(math.pi * k / (total - warm))) / 2)

# %% wrong="cosine of another length" exercise="warmup_cosine"
# - fall = lr_scheduler.CosineAnnealingLR(optimizer, T_max=total - warm)
# + fall = lr_scheduler.CosineAnnealingLR(optimizer, T_max=total - warm + 1)

# %% wrong="default length of the warm-up" exercise="warmup_cosine"
# - rise = lr_scheduler.LinearLR(optimizer, start_factor=start_factor, total_iters=warm)
# + rise = lr_scheduler.LinearLR(optimizer, start_factor=start_factor)

# %% wrong="nothing returned" exercise="warmup_cosine"
# - return lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[warm])
# + lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[warm])

# %% wrong="cosine longer than what is left" exercise="warmup_cosine"
# - fall = lr_scheduler.CosineAnnealingLR(optimizer, T_max=total - warm)
# + fall = lr_scheduler.CosineAnnealingLR(optimizer, T_max=total)

# %% wrong="joint misplaced" exercise="warmup_cosine"
# - return lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[warm])
# + return lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[warm + 1])

# %% wrong="both schedules at once" exercise="warmup_cosine"
# - return lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[warm])
# + return lr_scheduler.ChainedScheduler([rise, fall])

# %% wrong="schedules in the other order" exercise="warmup_cosine"
# - return lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[warm])
# + return lr_scheduler.SequentialLR(optimizer, [fall, rise], milestones=[warm])

# %% wrong="default start of the warm-up" exercise="warmup_cosine"
# - rise = lr_scheduler.LinearLR(optimizer, start_factor=start_factor, total_iters=warm)
# + rise = lr_scheduler.LinearLR(optimizer, total_iters=warm)

# %% wrong="warm-up only" exercise="warmup_cosine"
# - return lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[warm])
# + return rise

# %% wrong="no warm-up" exercise="warmup_cosine"
# - rise = lr_scheduler.LinearLR(optimizer, start_factor=start_factor, total_iters=warm)
# - fall = lr_scheduler.CosineAnnealingLR(optimizer, T_max=total - warm)
# - return lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[warm])
# + return lr_scheduler.CosineAnnealingLR(optimizer, T_max=total)

# ------------------------------------------------------------------ drops

# %% honest="a tuple" exercise="drops"
answer["drops"] = (8, 13)

# %% honest="an array" exercise="drops"
answer["drops"] = torch.tensor([8, 13])

# %% honest="with real numbers" exercise="drops"
answer["drops"] = [8.0, 13.0]

# %% honest="counted in code" exercise="drops"
best, bad, drops = float("inf"), 0, []
for epoch, loss in enumerate(validation):
    if loss < best:
        best, bad = loss, 0
    else:
        bad += 1
    if bad > 2:
        drops.append(epoch)
        bad = 0
answer["drops"] = drops

# %% honest="NumPy" exercise="drops"
import numpy as np

answer["drops"] = np.array([8, 13])

# %% honest="asked torch" exercise="drops"
opt = SGD([torch.zeros(1, requires_grad=True)], lr=1.0)
plateau = lr_scheduler.ReduceLROnPlateau(opt, patience=2)
rates = []
for loss in validation:
    opt.step()
    plateau.step(loss)
    rates.append(opt.param_groups[0]["lr"])
answer["drops"] = [k for k in range(1, len(rates)) if rates[k] < rates[k - 1]]

# %% wrong="drops when patience is reached" exercise="drops"
answer["drops"] = [4, 7, 9, 12, 14]

# %% wrong="epoch after the drop" exercise="drops"
answer["drops"] = [9, 14]

# %% wrong="count not emptied by an improvement" exercise="drops"
answer["drops"] = [6, 9, 13]

# ------------------------------------------------------------------ plateau_rates

# %% honest="keywords and last rate" exercise="plateau_rates"
def plateau_rates(lr, factor, patience, losses, training):
    opt = torch.optim.Adam([torch.zeros(1, requires_grad=True)], lr=lr)
    sched = torch.optim.lr_scheduler.ReduceLROnPlateau(opt, mode="min", factor=factor, patience=patience)
    out = []
    for loss in losses:
        out.append(opt.param_groups[0]["lr"])
        opt.step()
        sched.step(loss)
    out.append(opt.param_groups[0]["lr"])
    return out

# %% honest="metrics by name" exercise="plateau_rates"
# - scheduler.step(loss)
# + scheduler.step(metrics=loss)

# %% honest="losses as tensors" exercise="plateau_rates"
# - scheduler.step(loss)
# + scheduler.step(torch.tensor(loss, dtype=torch.float64))

# %% honest="get_last_lr" exercise="plateau_rates"
# - used = [optimizer.param_groups[0]["lr"]]
# + used = [lr]
# - used.append(optimizer.param_groups[0]["lr"])
# + used.extend(scheduler.get_last_lr())

# %% honest="maximise the negative loss" exercise="plateau_rates"
# - scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=factor, patience=patience)
# + scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, "max", factor, patience, threshold_mode="abs", threshold=1e-9)
# - scheduler.step(loss)
# + scheduler.step(-loss)

# %% honest="no optimizer step" exercise="plateau_rates"
# - optimizer.step()
# - scheduler.step(loss)
# + scheduler.step(loss)

# %% wrong="large loss taken for a good one" exercise="plateau_rates"
# - scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=factor, patience=patience)
# + scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, "max", factor=factor, patience=patience)

# %% wrong="a rest that nobody asked for" exercise="plateau_rates"
# - scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=factor, patience=patience)
# + scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=factor, patience=patience, cooldown=patience)

# %% wrong="next rate missing" exercise="plateau_rates"
# - return used
# + return used[:-1]

# %% wrong="drops one epoch late" exercise="plateau_rates"
# - scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=factor, patience=patience)
# + scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=factor, patience=patience + 1)

# %% wrong="rate never changes" exercise="plateau_rates"
# - scheduler.step(loss)
# + pass

# %% wrong="next rate recorded" exercise="plateau_rates"
# - used = [optimizer.param_groups[0]["lr"]]
# + used = []

# %% wrong="training loss for validation loss" exercise="plateau_rates"
# - for loss in losses:
# + for loss in training:

# %% wrong="metric missing" exercise="plateau_rates"
# - scheduler.step(loss)
# + scheduler.step()

# %% wrong="default factor" exercise="plateau_rates"
# - scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=factor, patience=patience)
# + scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, patience=patience)

# %% wrong="default patience" exercise="plateau_rates"
# - scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=factor, patience=patience)
# + scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=factor)

# ------------------------------------------------------------------ MyPlateau

# %% honest="a method of its own for better" exercise="MyPlateau"
class MyPlateau:
    def __init__(self, optimizer, factor, patience, threshold, cooldown=0, min_lr=0.0, mode="min"):
        self.optimizer, self.sign = optimizer, 1 if mode == "min" else -1
        self.factor, self.patience, self.threshold = factor, patience, threshold
        self.cooldown, self.min_lr = cooldown, min_lr
        self.best, self.bad, self.wait = None, 0, 0

    def better(self, metric):
        return self.best is None or self.sign * metric < self.sign * self.best - self.threshold * abs(self.best)

    def step(self, metric):
        if self.better(metric):
            self.best = metric
            self.bad = 0
        else:
            self.bad = self.bad + 1
        if self.wait:
            self.wait = self.wait - 1
            self.bad = 0
        if self.bad > self.patience:
            for group in self.optimizer.param_groups:
                new = group["lr"] * self.factor
                group["lr"] = new if new > self.min_lr else self.min_lr
            self.wait = self.cooldown
            self.bad = 0

# %% honest="best starts at infinity" exercise="MyPlateau"
# - self.best = None  # the best metric so far
# + self.best = math.inf if mode == "min" else -math.inf
# - if self.best is None:
# - better = True
# - elif self.mode == "min":
# - better = metric < self.best * (1 - self.threshold)
# + if self.mode == "min":
# +     better = metric < self.best * (1 - self.threshold)

# %% honest="patience counted from the other side" exercise="MyPlateau"
# - if self.bad > self.patience:
# + if self.bad >= self.patience + 1:

# %% honest="rest looked at first" exercise="MyPlateau"
# - if better:
# - self.best, self.bad = metric, 0
# - else:
# - self.bad += 1
# - if self.resting > 0:
# - self.resting -= 1
# - self.bad = 0
# + if better:
# +     self.best = metric
# + if self.resting > 0:
# +     self.resting -= 1
# +     self.bad = 0
# + else:
# +     self.bad = 0 if better else self.bad + 1

# %% honest="an index for the group" exercise="MyPlateau"
# - for group in self.optimizer.param_groups:
# - group["lr"] = max(group["lr"] * self.factor, self.min_lr)
# + groups = self.optimizer.param_groups
# + for i in range(len(groups)):
# +     groups[i]["lr"] = max(self.min_lr, self.factor * groups[i]["lr"])

# %% honest="a ratio" exercise="MyPlateau"
# - better = metric < self.best * (1 - self.threshold)
# + better = metric / self.best < 1 - self.threshold

# %% honest="type hints" exercise="MyPlateau"
# - def __init__(self, optimizer, factor, patience, threshold, cooldown=0, min_lr=0.0, mode="min"):
# + def __init__(self, optimizer: torch.optim.Optimizer, factor, patience, threshold, cooldown=0, min_lr=0.0, mode="min"):

# %% wrong="first metric counted as bad" exercise="MyPlateau"
# - if self.best is None:
# - better = True
# + if self.best is None:
# +     self.best = metric; better = False

# %% wrong="min and max exchanged" exercise="MyPlateau"
# - group["lr"] = max(group["lr"] * self.factor, self.min_lr)
# + group["lr"] = min(group["lr"] * self.factor, self.min_lr)

# %% wrong="one minus the factor" exercise="MyPlateau"
# - group["lr"] = max(group["lr"] * self.factor, self.min_lr)
# + group["lr"] = max(group["lr"] * (1 - self.factor), self.min_lr)

# %% wrong="drop to the floor left out" exercise="MyPlateau"
# - group["lr"] = max(group["lr"] * self.factor, self.min_lr)
# + if group["lr"] * self.factor >= self.min_lr: group["lr"] = group["lr"] * self.factor

# %% wrong="rest too long" exercise="MyPlateau"
# - self.resting, self.bad = self.cooldown, 0
# + self.resting, self.bad = self.cooldown + 1, 0

# %% wrong="best follows every small gain" exercise="MyPlateau"
# - self.bad += 1
# + self.bad += 1
# + self.best = min(self.best, metric) if self.mode == "min" else max(self.best, metric)

# %% wrong="best not kept during the rest" exercise="MyPlateau"
# - if self.resting > 0:
# - self.resting -= 1
# - self.bad = 0
# + pass
# - if self.best is None:
# - better = True
# + if self.resting > 0:
# +     self.resting -= 1
# +     self.bad = 0
# +     return
# + if self.best is None:
# +     better = True

# %% wrong="best forgotten after a drop" exercise="MyPlateau"
# - self.resting, self.bad = self.cooldown, 0
# + self.resting, self.bad, self.best = self.cooldown, 0, metric

# %% wrong="rate of the optimizer unchanged" exercise="MyPlateau"
# - for group in self.optimizer.param_groups:
# + for group in self.optimizer.param_groups[:1]:

# %% wrong="threshold on the wrong side" exercise="MyPlateau"
# - better = metric > self.best * (1 + self.threshold)
# + better = metric > self.best * (1 - self.threshold)

# %% wrong="drops when patience is reached" exercise="MyPlateau"
# - if self.bad > self.patience:
# + if self.bad >= self.patience:

# %% wrong="last value for best" exercise="MyPlateau"
# - if better:
# - self.best, self.bad = metric, 0
# - else:
# - self.bad += 1
# + self.bad = 0 if better else self.bad + 1
# + self.best = metric

# %% wrong="count not emptied by an improvement" exercise="MyPlateau"
# - self.best, self.bad = metric, 0
# + self.best = metric

# %% wrong="threshold ignored" exercise="MyPlateau"
# - better = metric < self.best * (1 - self.threshold)
# + better = metric < self.best

# %% wrong="threshold taken as it is" exercise="MyPlateau"
# - better = metric < self.best * (1 - self.threshold)
# + better = metric < self.best - self.threshold

# %% wrong="cooldown ignored" exercise="MyPlateau"
# - if self.resting > 0:
# - self.resting -= 1
# - self.bad = 0
# + pass

# %% wrong="lowest rate ignored" exercise="MyPlateau"
# - group["lr"] = max(group["lr"] * self.factor, self.min_lr)
# + group["lr"] *= self.factor

# %% wrong="count not emptied after a drop" exercise="MyPlateau"
# - self.resting, self.bad = self.cooldown, 0
# + self.resting = self.cooldown

# %% wrong="mode ignored" exercise="MyPlateau"
# - elif self.mode == "min":
# - better = metric < self.best * (1 - self.threshold)
# - else:
# - better = metric > self.best * (1 + self.threshold)
# + else:
# +     better = metric < self.best * (1 - self.threshold)

# %% wrong="" exercise="MyPlateau"
class MyPlateau(lr_scheduler.ReduceLROnPlateau):
    def __init__(self, optimizer, factor, patience, threshold, cooldown=0, min_lr=0.0, mode="min"):
        super().__init__(optimizer, mode, factor, patience, threshold, "rel", cooldown, min_lr)

# ------------------------------------------------------------------ step_counts

# %% honest="small letter" exercise="step_counts"
answer["cycle_steps"], answer["stair_steps"], answer["right_program"] = 40, 5, "c"

# %% honest="products" exercise="step_counts"
answer["cycle_steps"] = 8 * 5
answer["stair_steps"] = 5 * 1
answer["right_program"] = "C"

# %% honest="in lists" exercise="step_counts"
answer["cycle_steps"] = [40]
answer["stair_steps"] = [5]
answer["right_program"] = ["C"]

# %% honest="with a bracket" exercise="step_counts"
answer.update(cycle_steps=40.0, stair_steps=5.0, right_program="C)")

# %% honest="tensors" exercise="step_counts"
answer["cycle_steps"], answer["stair_steps"] = torch.tensor(40), torch.tensor(5)
answer["right_program"] = "C "

# %% honest="counted in loops" exercise="step_counts"
cycle = stair = 0
for epoch in range(5):
    for batch in range(8):
        cycle += 1
    stair += 1
answer["cycle_steps"], answer["stair_steps"], answer["right_program"] = cycle, stair, "C"

# %% wrong="epochs and batches exchanged" exercise="step_counts"
answer["cycle_steps"], answer["stair_steps"], answer["right_program"] = 5, 5, "C"

# %% wrong="scheduled per batch" exercise="step_counts"
answer["cycle_steps"], answer["stair_steps"], answer["right_program"] = 40, 5, "B"

# %% wrong="scheduled per epoch" exercise="step_counts"
answer["cycle_steps"], answer["stair_steps"], answer["right_program"] = 40, 5, "A"

# %% wrong="scheduler before optimizer" exercise="step_counts"
answer["cycle_steps"], answer["stair_steps"], answer["right_program"] = 40, 5, "D"

# ------------------------------------------------------------------ train

# %% honest="two functions in one" exercise="train"
def train(kind, loader, epochs, lr):
    opt = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr, momentum=0.9)
    cycle = kind == "cycle"
    per_epoch = len(loader)
    sched = (
        lr_scheduler.OneCycleLR(opt, lr, epochs=epochs, steps_per_epoch=per_epoch)
        if cycle
        else lr_scheduler.StepLR(opt, 2, 0.5)
    )
    used = []
    for epoch in range(epochs):
        for (x,) in loader:
            used.append(sched.get_last_lr()[0])
            opt.step()
            if cycle:
                sched.step()
        if not cycle:
            sched.step()
    return used

# %% honest="stairs in batches" exercise="train"
# - scheduler = lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
# + scheduler = lr_scheduler.StepLR(optimizer, step_size=2 * len(loader), gamma=0.5)
# - for _ in loader:
# - used.append(optimizer.param_groups[0]["lr"])
# - optimizer.step()
# - if kind == "cycle":
# - scheduler.step()
# - if kind == "stair":
# - scheduler.step()
# + for _ in loader:
# +     used.append(optimizer.param_groups[0]["lr"])
# +     optimizer.step()
# +     scheduler.step()

# %% honest="enumerated" exercise="train"
# - for _ in range(epochs):
# - for _ in loader:
# + for epoch in range(epochs):
# +     for number, batch in enumerate(loader):

# %% honest="an array" exercise="train"
# - return used
# + return torch.tensor(used, dtype=torch.float64).numpy()

# %% honest="batches counted first" exercise="train"
# - scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * len(loader))
# + batches = sum(1 for _ in loader)
# + scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=batches * epochs)

# %% honest="one flat loop" exercise="train"
def train(kind, loader, epochs, lr):
    optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=0.9)
    n = len(loader)
    if kind == "cycle":
        scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * n)
    else:
        scheduler = lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    used = []
    for k in range(epochs * n):
        used.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        if kind == "cycle" or (k + 1) % n == 0:
            scheduler.step()
    return used

# %% wrong="next rate recorded" exercise="train"
# - used.append(optimizer.param_groups[0]["lr"])
# - optimizer.step()
# - if kind == "cycle":
# - scheduler.step()
# + optimizer.step()
# + if kind == "cycle":
# +     scheduler.step()
# + used.append(optimizer.param_groups[0]["lr"])

# %% wrong="scheduler without optimizer steps" exercise="train"
# - optimizer.step()
# - if kind == "cycle":
# - scheduler.step()
# + if kind == "cycle":
# +     scheduler.step()
# + optimizer.step()

# %% wrong="another number of steps" exercise="train"
# - scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * len(loader))
# + scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * len(loader.dataset))

# %% wrong="more steps than planned" exercise="train"
# - scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * len(loader))
# + batches = len(loader.dataset) // loader.batch_size
# + scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * batches)

# %% wrong="batches counted from the rows" exercise="train"
# - scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * len(loader))
# + batches = -(-len(loader.dataset) // loader.batch_size)
# + scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * batches)

# %% wrong="scheduled per batch" exercise="train"
# - for _ in loader:
# - used.append(optimizer.param_groups[0]["lr"])
# - optimizer.step()
# - if kind == "cycle":
# - scheduler.step()
# - if kind == "stair":
# - scheduler.step()
# + for _ in loader:
# +     used.append(optimizer.param_groups[0]["lr"])
# +     optimizer.step()
# +     scheduler.step()

# %% wrong="scheduled per epoch" exercise="train"
# - for _ in loader:
# - used.append(optimizer.param_groups[0]["lr"])
# - optimizer.step()
# - if kind == "cycle":
# - scheduler.step()
# - if kind == "stair":
# - scheduler.step()
# + for _ in loader:
# +     used.append(optimizer.param_groups[0]["lr"])
# +     optimizer.step()
# + scheduler.step()

# %% wrong="more steps than planned" exercise="train"
# - scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * len(loader))
# + scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs)

# %% wrong="one rate for each epoch" exercise="train"
# - for _ in loader:
# - used.append(optimizer.param_groups[0]["lr"])
# + used.append(optimizer.param_groups[0]["lr"])
# + for _ in loader:

# %% wrong="scheduler steps twice" exercise="train"
# - for _ in loader:
# - used.append(optimizer.param_groups[0]["lr"])
# - optimizer.step()
# - if kind == "cycle":
# - scheduler.step()
# - if kind == "stair":
# - scheduler.step()
# + for _ in loader:
# +     used.append(optimizer.param_groups[0]["lr"])
# +     optimizer.step()
# +     scheduler.step()
# + if kind == "stair":
# +     scheduler.step()
