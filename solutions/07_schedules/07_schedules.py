# %% [markdown]
# # 7 · Schedules: changing the step over time
#
# 75 minutes, 140 points, difficulty: medium.
# A large step gets you near the bottom, a small one gets you into it; a *schedule* gives you both.
#
# **After this page you can**
# - put any scheduler of torch beside an optimizer, and step the two in the right order;
# - draw a schedule without a model, and write it as a formula;
# - say how often a scheduler must step, once a batch or once an epoch, and which one must be told a loss.
#
# It needs a loop with `torch.optim`: clear, forward, backward, `optimizer.step()`, as in lesson 4.

# %% [markdown]
# ## 7.1 A bounce that never ends
# The function $f(x) = 5\,|x|$ has the slope 5 on the right of zero and −5 on the left, however near you are.
# Walk down from $x = 8$ with SGD and a rate of 0.5: every step is $0.5 \cdot 5 = 2.5$ long.
#
# **Predict**, with pencil and paper:
#
# - with the constant rate the walk ends in a bounce between two points; store the higher one as `answer["bounce_high"]` and the lower one as `answer["bounce_low"]`;
# - with a rate that is multiplied by 0.8 after every step, where is it after 150 steps, to the nearest tenth? Store `answer["decayed_end"]`.

# %% exercise="bounce"
### BEGIN SOLUTION
answer["bounce_high"] = 0.5
answer["bounce_low"] = -2.0
answer["decayed_end"] = 0.0
### END SOLUTION

# %% check="bounce"
check(answer, "bounce")

# %% [markdown]
# Now run it.
# A *scheduler* holds the optimizer and changes the rate in its groups: `optimizer.param_groups[0]["lr"]` is the rate that the next step uses.


# %%
from torch.optim import SGD, lr_scheduler


def five_abs(x):
    return 5 * x.abs()


x = torch.tensor(8.0, requires_grad=True)
optimizer = SGD([x], lr=0.5)
scheduler = lr_scheduler.ExponentialLR(optimizer, gamma=0.8)
loss_function = torch.nn.L1Loss()
decayed, rates = [x.item()], []
for k in range(150):
    optimizer.zero_grad()
    y = five_abs(x)
    loss_function(y, torch.tensor(0.0)).backward()  # the distance of y from its target 0
    rate = optimizer.param_groups[0]["lr"]
    optimizer.step()  # the optimizer first,
    scheduler.step()  # then the scheduler
    decayed.append(x.item())
    rates.append(rate)
    if k < 6 or k == 149:
        print(f"step {k:3d}   y = {y.item():10.4g}   rate used = {rate:10.4g}   x afterwards = {x.item():10.4g}")

constant = [8.0]
for _ in range(150):
    constant.append(constant[-1] - 0.5 * 5 * (1 if constant[-1] > 0 else -1))
print("with a constant rate:", constant[-4:])

# %% picture="bounce"
labels = ["rate times 0.8", "constant rate"]
strips = {"learning rate": [rates[:40], [0.5] * 40]}
live_plot.animate(five_abs, decayed[:41], constant[:41], x_range=(-9, 9), labels=labels, strips=strips, delta=250)

# %% [markdown]
# Watch the strip under the curve: it shows the rate that each step *uses*.
# With a constant rate every step has the same length, and the walk jumps over the bottom for ever, between 0.5 and −2.
# With a falling rate the jumps shrink, and the walk settles.

# %% [markdown]
# ## 7.2 A falling rate
# The order matters: first `optimizer.step()`, which uses the rate, then `scheduler.step()`, which changes it.


# %%
def lowered(x):
    return 3 * x**2 + x - 9


f, x0, lr, gamma, steps = answer.given("expo", f=five_abs, x0=8.0, lr=0.5, gamma=0.8, steps=150)

# %% [markdown]
# **Your turn.** Walk down `f` with `SGD` and `lr_scheduler.ExponentialLR`.
# Return three lists of floats: `steps + 1` points, `f` at each of those points, and the `steps` rates that were used.
# The loss is `f(x)` itself.
# About 14 lines, much like the cell above.


# %% exercise="expo"
def expo(f, x0, lr, gamma, steps):
    """Return (xs, ys, lrs) of a walk from x0 whose rate is multiplied by gamma after each step.

    xs, ys: steps + 1 floats each, the start first, ys[k] = f(xs[k]).
    lrs: steps floats, the rate that each step used.
    """
    x = torch.tensor(x0, requires_grad=True)
    ### BEGIN SOLUTION
    optimizer = SGD([x], lr=lr)
    scheduler = lr_scheduler.ExponentialLR(optimizer, gamma=gamma)
    xs, ys, lrs = [x.item()], [f(x).item()], []
    for _ in range(steps):
        optimizer.zero_grad()
        f(x).backward()
        lrs.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
        xs.append(x.item())
        ys.append(f(x).item())
    return xs, ys, lrs
    ### END SOLUTION


# %% record="expo"
answer["sched_x"], answer["sched_y"], answer["sched_lr"] = expo(f, x0, lr, gamma, steps)

# %% check="expo"
check(answer, "expo")

# %% picture="expo"
try:
    strips = {"learning rate": answer.get("sched_lr"), "loss": answer.get("sched_y")}
    display(live_plot.animate(five_abs, answer.get("sched_x"), x_range=(-9, 9), strips=strips, delta=120))
except Exception as error:
    print("no picture of these points:", error)

# %% [markdown]
# The first rate in your list is the one you gave, 0.5: nothing has been multiplied yet when the first step is taken.
# If it is 0.4, the scheduler stepped before the optimizer, and the largest step was lost.

# %% [markdown]
# ## 7.3 A curve without a model
# A schedule does not look at the loss, so you can draw it before you train anything.
# All it needs is an optimizer, and an optimizer needs a tensor; any tensor will do.

# %%
from grader.core.trials import heard, rates_used

lr0, n, step_size, gamma = answer.given("lr_curve", lr0=0.1, n=12, step_size=3, gamma=0.5)

# %% [markdown]
# **Your turn.** Return the rates that `n` rounds would use, without any loss.
# Step both the optimizer (nothing moves, there is no gradient) and the scheduler in each round, in the right order, so that torch does not warn.
# About 8 lines.


# %% exercise="lr_curve"
def lr_curve(make_scheduler, lr0, n):
    """Return a list of n floats: the rate used in each of n rounds.

    make_scheduler: takes an optimizer and returns a scheduler; you make the optimizer, with the rate lr0.
    """
    ### BEGIN SOLUTION
    optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=lr0)
    scheduler = make_scheduler(optimizer)
    used = []
    for _ in range(n):
        used.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return used
    ### END SOLUTION


# %% record="lr_curve"
answer["rate_curve"], answer["rate_warnings"] = heard(
    lr_curve, lambda optimizer: lr_scheduler.StepLR(optimizer, step_size, gamma), lr0, n
)
answer["other_curve"] = lr_curve(lambda optimizer: lr_scheduler.ExponentialLR(optimizer, gamma), lr0, n)

# %% check="lr_curve"
check(answer, "lr_curve")

# %% picture="lr_curve"
labels = ["StepLR", "ExponentialLR"]
live_plot.show_rates(answer.get("rate_curve"), answer.get("other_curve"), labels=labels)

# %% [markdown]
# Your function drew both: a staircase with three rounds at each height, and a curve that falls in every round.
# Never read a rate with `scheduler.get_lr()`: it is meant for the scheduler itself, and is wrong when you call it.
# `scheduler.get_last_lr()` and `optimizer.param_groups[0]["lr"]` tell the truth.

# %% [markdown]
# ### Four schedulers
# | kind | rate in round $k$ | class |
# |---|---|---|
# | `"step"` | times `gamma` after every `step_size` rounds | `StepLR` |
# | `"milestones"` | times `gamma` when $k$ reaches each of the `milestones` | `MultiStepLR` |
# | `"exponential"` | times `gamma` after every round | `ExponentialLR` |
# | `"inverse"` | the first rate times $1 / (1 + k)$ | `LambdaLR` |
#
# `LambdaLR(optimizer, lr_lambda)` takes a function of $k$; what it returns is multiplied by the **first** rate.
#
# From here on `rates_used(make_scheduler, lr, n)` of the course draws the curves; it does what your `lr_curve` does.

# %%
lr0, n, step_size, gamma, milestones = answer.given("build", lr0=0.1, n=12, step_size=3, gamma=0.5, milestones=[3, 7])

# %% [markdown]
# **Your turn.** Return the scheduler of the kind that is asked for.
# About 7 lines.


# %% exercise="build"
def build(kind, optimizer, step_size, gamma, milestones):
    """Return a scheduler of torch for `optimizer`: "step", "milestones", "exponential" or "inverse"."""
    ### BEGIN SOLUTION
    if kind == "step":
        return lr_scheduler.StepLR(optimizer, step_size, gamma)
    if kind == "milestones":
        return lr_scheduler.MultiStepLR(optimizer, milestones, gamma)
    if kind == "exponential":
        return lr_scheduler.ExponentialLR(optimizer, gamma)
    return lr_scheduler.LambdaLR(optimizer, lambda k: 1 / (1 + k))
    ### END SOLUTION


# %% record="build"
for kind in ("step", "milestones", "exponential", "inverse"):
    answer[f"rates_{kind}"] = rates_used(
        lambda optimizer, kind=kind: build(kind, optimizer, step_size, gamma, milestones), lr0, n
    )

# %% check="build"
check(answer, "build")

# %% picture="build"
kinds = ["step", "milestones", "exponential", "inverse"]
live_plot.show_rates(*(answer.get(f"rates_{kind}") for kind in kinds), labels=kinds)

# %% [markdown]
# All four begin at the same rate.
# The two staircases drop in the very round in which $k$ reaches 3, not one later; the exponential has almost vanished after ten rounds, and the inverse falls fast at first and then hardly at all.

# %% [markdown]
# ## 7.4 The same curves as factors
# Every one of these curves is the first rate times a *factor* that depends on $k$ only.
#
# | name | factor in round $k$ |
# |---|---|
# | `"step"` | `gamma` to the power of the number of whole stairs climbed, each `step_size` long |
# | `"milestones"` | `gamma` to the power of the number of milestones reached |
# | `"exponential"` | `gamma` to the power of $k$ |
# | `"cosine"` | half a cosine, from 1 at $k = 0$ to 0 at $k =$ `t_max` |
# | `"warmup"` | $(k + 1)\,/$`warm`, and 1 as soon as that is more than 1 |

# %%
import math

lr0, n, step_size, gamma, milestones, t_max, warm = answer.given(
    "factors", lr0=0.1, n=12, step_size=3, gamma=0.5, milestones=[3, 7], t_max=15, warm=4
)

# %% [markdown]
# **Your turn.** Return the five factors of round `k` in a dictionary, by formula and without a scheduler.
# About 7 lines.


# %% exercise="factors"
def factors(k, step_size, gamma, milestones, t_max, warm):
    """Return {"step": ..., "milestones": ..., "exponential": ..., "cosine": ..., "warmup": ...} for round k."""
    ### BEGIN SOLUTION
    return {
        "step": gamma ** (k // step_size),
        "milestones": gamma ** sum(k >= one for one in milestones),
        "exponential": gamma**k,
        "cosine": (1 + math.cos(math.pi * k / t_max)) / 2,
        "warmup": min(1.0, (k + 1) / warm),
    }
    ### END SOLUTION


# %% record="factors"
for name in ("step", "milestones", "exponential", "cosine", "warmup"):
    answer[f"factor_{name}"] = rates_used(
        lambda optimizer, name=name: lr_scheduler.LambdaLR(
            optimizer, lambda k: factors(k, step_size, gamma, milestones, t_max, warm)[name]
        ),
        lr0,
        n,
    )

# %% check="factors"
check(answer, "factors")

# %% picture="factors"
names = ["step", "milestones", "exponential", "cosine", "warmup"]
live_plot.show_rates(*(answer.get(f"factor_{name}") for name in names), labels=names)

# %% [markdown]
# `LambdaLR` with these factors draws exactly what the packaged classes draw.
# The warm-up begins at a quarter of the rate and not at zero: a first step of length zero would be a step thrown away.
#
# ### A pause in the schedule
# A long training is stopped and goes on later.
# Two objects remember where the schedule stands: the optimizer holds the rate, the scheduler holds the count.


# %%
def stair(optimizer, step_size, gamma):
    return lr_scheduler.StepLR(optimizer, step_size, gamma)


lr0, step_size, gamma, n1, n2 = answer.given("resume_rates", lr0=0.1, step_size=4, gamma=0.5, n1=6, n2=8)

# %% [markdown]
# **Your turn.** Read the rates of `n1` rounds; save the states, call `make()` again for a **new** optimizer and a **new** scheduler, load the states, and read the rates of `n2` more rounds.
# The list must look as if there had been no pause.
# About 12 lines.


# %% exercise="resume_rates"
def resume_rates(make, n1, n2):
    """Return the n1 + n2 rates used, as floats, with a pause after n1 rounds.

    make: returns a pair of a new optimizer and its new scheduler; it is called once before and once after the pause.
    """
    used = []
    ### BEGIN SOLUTION

    def rounds(optimizer, scheduler, n):
        for _ in range(n):
            used.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            scheduler.step()

    optimizer, scheduler = make()
    rounds(optimizer, scheduler, n1)
    successor, its_scheduler = make()
    successor.load_state_dict(optimizer.state_dict())
    its_scheduler.load_state_dict(scheduler.state_dict())
    rounds(successor, its_scheduler, n2)
    return used
    ### END SOLUTION


# %% record="resume_rates"
built = []


def make():
    optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=lr0)
    built.append(stair(optimizer, step_size, gamma))
    return optimizer, built[-1]


answer["resumed_rates"], answer["resume_warnings"] = heard(resume_rates, make, n1, n2)
counts = [scheduler.last_epoch for scheduler in built]  # the new one goes on where the old one stopped
answer["schedulers_built"] = len(built) if counts[-1:] > counts[:1] or not any(counts) else 1

# %% check="resume_rates"
check(answer, "resume_rates")

# %% picture="resume_rates"
live_plot.show_rates(answer.get("resumed_rates"), labels=["with a pause"], marks=[6])

# %% [markdown]
# The stairs go on across the dotted line as if nothing had happened.
# With only one of the two states the curve either starts over or drops in the wrong round.

# %% [markdown]
# ## 7.5 Cosines and cycles
# Three schedules that are much used today.
#
# - `CosineAnnealingLR(optimizer, T_max=..., eta_min=...)` falls along half a cosine, and reaches its lowest rate `eta_min` at step `T_max`.
# - `CosineAnnealingWarmRestarts(optimizer, T_0=..., T_mult=..., eta_min=...)` does the same in `T_0` steps, jumps back to the first rate, and takes `T_mult` times as long in each further period.
# - `OneCycleLR(optimizer, max_lr=..., total_steps=..., pct_start=...)` rises to `max_lr` in the share `pct_start` of all steps, and falls far below the start in the rest.
#
# Three runs have written down the rate of each step, run A with the first class, run B with the second, run C with the third.

# %%
run_a = """
.100 .100 .098 .096 .092 .088 .084 .078 .072 .066 .060 .054 .048 .042 .036 .032 .028 .024 .022 .020 .020 .020
.022 .024 .028 .032 .036 .042 .048 .054 .060 .066 .072 .078 .084 .088
"""
run_b = """
.100 .093 .075 .050 .025 .007 .100 .098 .093 .085 .075 .063 .050 .037 .025 .015 .007 .002 .100 .100 .098 .096
.093 .090 .085 .080 .075 .069 .063 .057
"""
run_c = """
.016 .028 .061 .112 .175 .241 .304 .355 .388 .400 .399 .396 .390 .383 .373 .362 .349 .334 .318 .300 .281 .262
.242 .221 .200 .179 .158 .138 .119 .100 .082 .066 .051 .038 .027 .017 .010 .004 .001 .000
"""

runs = {name: [float(rate) for rate in text.split()] for name, text in (("A", run_a), ("B", run_b), ("C", run_c))}

# %% picture="read_off"
for name, rates in runs.items():
    display(live_plot.show_rates(rates, labels=[f"run {name}"], name=f"rate of run {name}"))

# %% [markdown]
# **Predict** the settings from the pictures: store six numbers, `answer["T_max"]` and `answer["eta_min"]` of run A, `answer["T_0"]` and `answer["T_mult"]` of run B, `answer["max_lr"]` and `answer["pct_start"]` of run C, which has 40 steps.

# %% exercise="read_off"
### BEGIN SOLUTION
answer["T_max"], answer["eta_min"] = 20, 0.02
answer["T_0"], answer["T_mult"] = 6, 2
answer["max_lr"], answer["pct_start"] = 0.4, 0.25
### END SOLUTION

# %% check="read_off"
check(answer, "read_off")

# %% [markdown]
# Run A climbs back after its lowest point: a cosine does not know that you meant to stop, and torch does not tell you.
# When the rate of a training rises again for no reason, look for a `T_max` that counts epochs while the scheduler counts batches.

# %%
lr, n, t_max, eta_min, t_0, t_mult = answer.given("cosine_rates", lr=0.1, n=36, t_max=12, eta_min=0.01, t_0=5, t_mult=2)

# %% [markdown]
# **Your turn.** Draw both cosines: return two lists of the `n` rates used, first of `CosineAnnealingLR`, then of `CosineAnnealingWarmRestarts`.
# Both start at `lr` and have the lowest rate `eta_min`.
# You may use your `lr_curve` or `rates_used(make_scheduler, lr, n)`.
# About 6 lines.


# %% exercise="cosine_rates"
def cosine_rates(lr, n, t_max, eta_min, t_0, t_mult):
    """Return (annealed, restarted): the n rates used by each of the two schedulers."""
    ### BEGIN SOLUTION
    annealed = rates_used(lambda opt: lr_scheduler.CosineAnnealingLR(opt, t_max, eta_min), lr, n)
    restarted = rates_used(lambda opt: lr_scheduler.CosineAnnealingWarmRestarts(opt, t_0, t_mult, eta_min), lr, n)
    return annealed, restarted
    ### END SOLUTION


# %% record="cosine_rates"
answer["annealed"], answer["restarted"] = cosine_rates(lr, n, t_max, eta_min, t_0, t_mult)

# %% check="cosine_rates"
check(answer, "cosine_rates")

# %% picture="cosine_rates"
labels = ["CosineAnnealingLR", "CosineAnnealingWarmRestarts"]
live_plot.show_rates(answer.get("annealed"), answer.get("restarted"), labels=labels)

# %% [markdown]
# The first curve is a wave that goes on for ever; the second jumps at step 5 and at step 15, and its periods have 5, 10 and 20 steps.
#
# `OneCycleLR` changes a second number as well.
# While the rate is high, the *momentum* is low, so that the walk does not run away; when the rate falls, the momentum rises again.

# %%
total, max_lr, pct_start = answer.given("one_cycle", total=50, max_lr=0.4, pct_start=0.2)

# %% [markdown]
# **Your turn.** Record both: return the rates and the momenta that `total` steps use, for an `SGD` with `momentum=0.9`.
# The momentum stands beside the rate in `optimizer.param_groups[0]`.
# About 9 lines.


# %% exercise="one_cycle"
def one_cycle(total, max_lr, pct_start):
    """Return (rates, momenta): two lists of `total` floats, as each step of a OneCycleLR uses them."""
    ### BEGIN SOLUTION
    optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=max_lr, momentum=0.9)
    scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=max_lr, total_steps=total, pct_start=pct_start)
    rates, momenta = [], []
    for _ in range(total):
        rates.append(optimizer.param_groups[0]["lr"])
        momenta.append(optimizer.param_groups[0]["momentum"])
        optimizer.step()
        scheduler.step()
    return rates, momenta
    ### END SOLUTION


# %% record="one_cycle"
curves, answer["cycle_warnings"] = heard(one_cycle, total, max_lr, pct_start)
answer["cycle_rates"], answer["cycle_momenta"] = curves

# %% check="one_cycle"
check(answer, "one_cycle")

# %% picture="one_cycle"
display(live_plot.show_rates(answer.get("cycle_rates"), labels=["rate"]))
display(live_plot.show_rates(answer.get("cycle_momenta"), labels=["momentum"], name="momentum"))

# %% [markdown]
# The rate and the momentum that you gave to `SGD` play no part: the cycle starts at `max_lr / 25` and 0.95 by itself.
# It takes exactly `total_steps` steps; the step after the last one raises a `ValueError`, "Tried to step 51 times".

# %% [markdown]
# ## 7.6 Warm up, then cool down
# A network that starts from random weights has large, wild gradients in its first steps.
# Small first steps, a *warm-up*, keep it from running away; then the rate falls along a cosine.
#
# - `LinearLR(optimizer, start_factor=..., total_iters=...)` rises from `lr * start_factor` to `lr` in a straight line.
# - `SequentialLR(optimizer, schedulers=[...], milestones=[...])` lets one scheduler follow the other; each milestone is the round in which the next one takes over.

# %%
lr, warm, total, start_factor = answer.given("warmup_cosine", lr=0.4, warm=6, total=26, start_factor=0.1)

# %% [markdown]
# **Your turn.** Return a scheduler that rises for `warm` steps and falls along half a cosine for the rest of `total` steps, towards zero.
# There must be no jump where the two meet: round `warm` is the first of the cosine, and uses the full rate.
# About 3 lines.


# %% exercise="warmup_cosine"
def warmup_cosine(optimizer, warm, total, start_factor):
    """Return a scheduler: LinearLR for `warm` steps, then CosineAnnealingLR for the remaining ones."""
    ### BEGIN SOLUTION
    rise = lr_scheduler.LinearLR(optimizer, start_factor=start_factor, total_iters=warm)
    fall = lr_scheduler.CosineAnnealingLR(optimizer, T_max=total - warm)
    return lr_scheduler.SequentialLR(optimizer, [rise, fall], milestones=[warm])
    ### END SOLUTION


# %% record="warmup_cosine"
answer["warm_rates"] = rates_used(lambda optimizer: warmup_cosine(optimizer, warm, total, start_factor), lr, total)

# %% check="warmup_cosine"
check(answer, "warmup_cosine")

# %% picture="warmup_cosine"
live_plot.show_rates(answer.get("warm_rates"), labels=["warm-up, then cosine"], marks=[6])

# %% [markdown]
# At the dotted line the rise has just reached the full rate, and the cosine begins with it.
# A cosine planned for all 26 steps would end while the rate is still well above zero.

# %% [markdown]
# ## 7.7 When the loss stops falling
# `ReduceLROnPlateau` is the one scheduler that looks at the training.
# After each epoch you call `scheduler.step(loss)` with the *validation* loss.
# It keeps the best loss so far and counts the epochs without a better one; when the count is **more than** `patience`, the rate is multiplied by `factor`, and the count starts at zero again.

# %%
validation = [1.0, 0.8, 0.7, 0.71, 0.72, 0.69, 0.7, 0.7, 0.71, 0.72, 0.65, 0.66, 0.66, 0.67, 0.68]
print("epoch   validation loss")
for epoch, loss in enumerate(validation):
    print(f"{epoch:5d}   {loss:.2f}")

# %% [markdown]
# **Predict** for `patience=2`: after which epochs does the rate drop?
# Store their numbers: `answer["drops"] = [..., ...]`.

# %% exercise="drops"
### BEGIN SOLUTION
answer["drops"] = [8, 13]
### END SOLUTION

# %% check="drops"
check(answer, "drops")

# %%
lr, factor, patience, losses, training = answer.given(
    "plateau_rates",
    lr=0.1,
    factor=0.5,
    patience=2,
    losses=[1.0, 0.8, 0.7, 0.71, 0.72, 0.69, 0.7, 0.7, 0.71, 0.72, 0.65, 0.66, 0.66, 0.67, 0.68],
    training=[1.0, 0.85, 0.75, 0.7, 0.66, 0.66, 0.67, 0.66, 0.58, 0.55, 0.52, 0.5, 0.48, 0.46, 0.44],
)

# %% [markdown]
# **Your turn.** Let torch do it: `losses` are the validation losses of the epochs, `training` the training losses.
# Return the rate of each epoch, and at the end the one that would be used next: one number more than there are epochs.
# About 8 lines.


# %% exercise="plateau_rates"
def plateau_rates(lr, factor, patience, losses, training):
    """Return len(losses) + 1 floats: the rate of each epoch under ReduceLROnPlateau, and the next one."""
    ### BEGIN SOLUTION
    optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=lr)
    scheduler = lr_scheduler.ReduceLROnPlateau(optimizer, factor=factor, patience=patience)
    used = [optimizer.param_groups[0]["lr"]]
    for loss in losses:
        optimizer.step()
        scheduler.step(loss)
        used.append(optimizer.param_groups[0]["lr"])
    return used
    ### END SOLUTION


# %% record="plateau_rates"
answer["plateau_rates"] = plateau_rates(lr, factor, patience, losses, training)

# %% check="plateau_rates"
check(answer, "plateau_rates")

# %% picture="plateau_rates"
display(live_plot.show_rates(losses, training, labels=["validation", "training"], name="loss"))
display(live_plot.show_rates(answer.get("plateau_rates"), labels=["rate"]))

# %% [markdown]
# The training loss rests once and then goes on falling to the end: it drops the rate too early, and never again.
#
# ### A plateau of your own
# Now write the rule yourself, with everything it has:
#
# 1. A metric is **better** when `metric < best * (1 - threshold)`; in `mode="max"`, when `metric > best * (1 + threshold)`. A better one becomes the new `best`, and the count of bad epochs is zero again; any other one adds 1 to the count. The first metric is always better.
# 2. A drop is followed by a rest of `cooldown` epochs: in each of them rule 1 holds, a better metric still becomes the best, and then the count is set back to zero, whatever the metric was.
# 3. When the count is **more than** `patience`, the rate is multiplied by `factor`, but never falls below `min_lr`; the count is zero again, and a new rest begins.

# %%
lr, factor, patience, threshold, cooldown, min_lr, losses, scores = answer.given(
    "MyPlateau",
    lr=0.4,
    factor=0.5,
    patience=2,
    threshold=0.05,
    cooldown=1,
    min_lr=0.06,
    losses=[1.94, 1.85, 1.85, 1.85, 1.88, 1.85, 1.85, 1.83, 1.73, 1.64, 1.64, 1.73, 1.64, 1.32, 1.34, 1.3, 1.3, 1.3],
    scores=[0.74, 0.74, 0.72, 0.75, 0.75, 0.8, 0.82, 0.82, 0.84, 0.8, 0.84, 0.82, 0.8, 0.93, 1.03, 1.15],
)

# %% [markdown]
# **Your turn.** Fill in the class.
# `step(metric)` is called once after each epoch and changes the rate in `optimizer.param_groups`.
# About 18 lines in all.


# %% exercise="MyPlateau"
class MyPlateau:
    """Reduce the rate of an optimizer when a metric has stopped getting better."""

    def __init__(self, optimizer, factor, patience, threshold, cooldown=0, min_lr=0.0, mode="min"):
        self.optimizer, self.mode = optimizer, mode
        self.factor, self.patience, self.threshold = factor, patience, threshold
        self.cooldown, self.min_lr = cooldown, min_lr
        self.best = None  # the best metric so far
        self.bad = 0  # epochs without a better one
        self.resting = 0  # epochs of rest that are left

    def step(self, metric):
        """Look at the metric of an epoch, and lower the rate of every group where that is due."""
        ### BEGIN SOLUTION
        if self.best is None:
            better = True
        elif self.mode == "min":
            better = metric < self.best * (1 - self.threshold)
        else:
            better = metric > self.best * (1 + self.threshold)
        if better:
            self.best, self.bad = metric, 0
        else:
            self.bad += 1
        if self.resting > 0:
            self.resting -= 1
            self.bad = 0
        if self.bad > self.patience:
            for group in self.optimizer.param_groups:
                group["lr"] = max(group["lr"] * self.factor, self.min_lr)
            self.resting, self.bad = self.cooldown, 0
        ### END SOLUTION


# %% record="MyPlateau"
def run_epochs(plateau, optimizer, metrics):
    used = [lr]
    for metric in metrics:
        plateau.step(metric)
        used.append(max(group["lr"] for group in optimizer.param_groups))
    return used


def two_groups(lr):
    return SGD([{"params": [torch.zeros(1, requires_grad=True)]} for _ in range(2)], lr=lr)


optimizer = two_groups(lr)
answer["loss_plateau"] = run_epochs(
    MyPlateau(optimizer, factor, patience, threshold, cooldown, min_lr), optimizer, losses
)
optimizer = two_groups(lr)
answer["score_plateau"] = run_epochs(
    MyPlateau(optimizer, factor, patience, threshold, 0, min_lr, mode="max"), optimizer, scores
)

# %% check="MyPlateau"
check(answer, "MyPlateau")

# %% picture="MyPlateau"
display(live_plot.show_rates(losses, scores, labels=["loss, mode min", "score, mode max"], name="metric"))
labels = ["under the losses", "under the scores"]
display(live_plot.show_rates(answer.get("loss_plateau"), answer.get("score_plateau"), labels=labels))

# %% [markdown]
# Look at the first epochs: the loss goes from 1.94 to 1.85, a gain of less than the twentieth that the threshold asks for.
# So the rate drops after epoch 3, although the loss has fallen; whether that is wise is for you to decide when you choose the threshold.
# The rate ends on its floor, 0.06, although half of 0.1 would be less.

# %% [markdown]
# ## 7.8 Per batch or per epoch
# A training has two loops: epochs, and the batches in each.
# `OneCycleLR` plans every single **batch**: it is told the number of all batches, and steps after each.
# `StepLR(step_size=2)` is meant to drop every two **epochs**: it steps once at the end of each.
# Here are four programs for 5 epochs of 8 batches; `cycle` is a `OneCycleLR(total_steps=40)`, `stair` a `StepLR(step_size=2)`.
#
# ```python
# # A                                    # B
# for epoch in range(5):                 for epoch in range(5):
#     for x in loader:                       for x in loader:
#         optimizer.zero_grad()                  optimizer.zero_grad()
#         loss(x).backward()                     loss(x).backward()
#         optimizer.step()                       optimizer.step()
#     cycle.step()                               cycle.step()
#     stair.step()                               stair.step()
#
# # C                                    # D
# for epoch in range(5):                 for epoch in range(5):
#     for x in loader:                       for x in loader:
#         optimizer.zero_grad()                  cycle.step()
#         loss(x).backward()                     optimizer.zero_grad()
#         optimizer.step()                       loss(x).backward()
#         cycle.step()                           optimizer.step()
#     stair.step()                           stair.step()
# ```
#
# **Predict**: how many times does each scheduler step in the whole training when everything is right, and which of the four programs is right?
# Store `answer["cycle_steps"]`, `answer["stair_steps"]` and `answer["right_program"]`, a letter.

# %% exercise="step_counts"
### BEGIN SOLUTION
answer["cycle_steps"] = 5 * 8
answer["stair_steps"] = 5
answer["right_program"] = "C"
### END SOLUTION

# %% check="step_counts"
check(answer, "step_counts")

# %%
rows, batch_size, drop_last, epochs, lr = answer.given(
    "train", rows=80, batch_size=10, drop_last=False, epochs=5, lr=0.4
)
data = torch.utils.data.TensorDataset(torch.linspace(0, 1, rows))
loader = torch.utils.data.DataLoader(data, batch_size=batch_size, drop_last=drop_last)
print(f"{len(loader)} batches in each of {epochs} epochs")

# %% [markdown]
# **Your turn.** This training has three faults: the cycle is planned for another number of steps than it gets, each scheduler steps in the wrong loop, and the rate is read too late.
# Repair it, so that it returns the rate used in **each batch**, for `kind="cycle"` and for `kind="stair"`.
# The number of batches is `len(loader)`, and it need not be 8.
#
# ```python
# optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=0.9)
# if kind == "cycle":
#     scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs)
# else:
#     scheduler = lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
# used = []
# for epoch in range(epochs):
#     for batch in loader:
#         optimizer.step()
#         if kind == "stair":
#             scheduler.step()
#         used.append(optimizer.param_groups[0]["lr"])
#     if kind == "cycle":
#         scheduler.step()
# return used
# ```


# %% exercise="train"
def train(kind, loader, epochs, lr):
    """Return the rate used in each batch, epochs * len(loader) floats, for the kind "cycle" or "stair"."""
    ### BEGIN SOLUTION
    optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=lr, momentum=0.9)
    if kind == "cycle":
        scheduler = lr_scheduler.OneCycleLR(optimizer, max_lr=lr, total_steps=epochs * len(loader))
    else:
        scheduler = lr_scheduler.StepLR(optimizer, step_size=2, gamma=0.5)
    used = []
    for _ in range(epochs):
        for _ in loader:
            used.append(optimizer.param_groups[0]["lr"])
            optimizer.step()
            if kind == "cycle":
                scheduler.step()
        if kind == "stair":
            scheduler.step()
    return used
    ### END SOLUTION


# %% record="train"
answer["cycle_used"], warned = heard(train, "cycle", loader, epochs, lr)
answer["stair_used"], warned_too = heard(train, "stair", loader, epochs, lr)
answer["train_warnings"] = warned + warned_too
other = torch.utils.data.DataLoader(data, batch_size=batch_size, drop_last=not drop_last)
answer["other_used"], _ = heard(train, "cycle", other, epochs, lr)

# %% check="train"
check(answer, "train")

# %% picture="train"
labels = ["cycle", "stair"]
marks = range(0, 41, 8)
live_plot.show_rates(answer.get("cycle_used"), answer.get("stair_used"), labels=labels, marks=marks)

# %% [markdown]
# The dotted lines are the ends of the epochs.
# The cycle changes with every batch; the stairs change at every second dotted line and nowhere else.

# %% [markdown]
# ## Bug of the day
# Two programs that run and are wrong; say why before you run the cell.

# %%
rates = rates_used(lambda optimizer: lr_scheduler.LambdaLR(optimizer, lambda k: 0.1 * 0.9**k), 0.1, 3)
print("first program: ", [round(rate, 5) for rate in rates])

optimizer = SGD([torch.zeros(1, requires_grad=True)], lr=0.1)
for _ in range(3):
    optimizer.step()
    optimizer.lr = 0.01
print("second program:", optimizer.param_groups[0]["lr"])

# %% [markdown]
# The first returns a *rate* where `LambdaLR` wants a *factor*: it starts at 0.1 times 0.1.
# The second sets an attribute that nobody reads; the rate lives in `optimizer.param_groups`.

# %% [markdown]
# ## Five questions
# No points, as many tries as you like; the card tells which one to think about again.
# Store five letters: `answer["quiz"] = ["a", ...]`.
#
# 1. In a round, which comes first? **a** `scheduler.step()` · **b** `optimizer.step()` · **c** it does not matter
# 2. Where do you read the rate that the next step uses? **a** `optimizer.param_groups[0]["lr"]` · **b** `optimizer.lr` · **c** `scheduler.get_lr()`
# 3. What does the function in `LambdaLR` return? **a** the rate · **b** the difference to the last rate · **c** a factor for the first rate
# 4. What does `CosineAnnealingLR` do after `T_max` steps? **a** it stays low · **b** it climbs back · **c** it raises an error
# 5. What does `ReduceLROnPlateau.step` take? **a** nothing · **b** the epoch · **c** a loss on data that was not trained on

# %% exercise="quiz"
### BEGIN SOLUTION
answer["quiz"] = ["b", "a", "c", "b", "c"]
### END SOLUTION

# %% check="quiz"
check(answer, "quiz")

# %% [markdown]
# ## Look back
# Which schedule would you try first, and which number of it would you tune?
# One sentence, `answer["reflection"] = "..."`, for yourself and your teacher; it has no points.

# %% exercise="reflection"
### BEGIN SOLUTION
answer["reflection"] = "A short warm-up and a cosine, and I would tune the highest rate."
### END SOLUTION

# %% check="reflection"
check(answer, "reflection")

# %% [markdown]
# ## Handing in
# Save the notebook and hand it in.
# The line below says where your answers are, and in Colab it downloads them.

# %%
answer.download()
