# %% [markdown]
# # 6 · Landscapes: starts, saddles and races
#
# 60 minutes, 100 points, difficulty: medium.
# Where a walk ends depends on where it starts, on what it remembers, and on whether there is a bottom at all.
#
# **After this page you can**
# - say which valley a start belongs to, and when an optimizer leaves it;
# - tell a minimum from a saddle, and a saddle from a slope without end;
# - compare optimizers fairly.
#
# It needs the loop with `torch.optim` of lesson 4.

# %% [markdown]
# ## 6.1 Three balls on a wave
# The cosine has a top at $x = 0$ and valleys on both sides of it.
# Three walks of SGD start at $0.1$, at $-0.1$ and exactly at $0$.
#
# **Predict** where each ends: `answer["cos_right"]`, `answer["cos_left"]`, `answer["cos_top"]`, to the nearest tenth.

# %% exercise="cos_guess"
### BEGIN SOLUTION
answer["cos_right"] = 3.14
answer["cos_left"] = -3.14
answer["cos_top"] = 0.0
### END SOLUTION

# %% check="cos_guess"
check(answer, "cos_guess")


# %%
from torch import optim


def cosine(x):
    return torch.cos(x)


def function_2d(x):
    return x**2 / 20 + torch.tanh(torch.sin(x))


def waves(x):
    return x**2 / 10 + torch.cos(1.5 * x)


def make_sgd(tensors):
    return optim.SGD(tensors, lr=0.1)


def make_momentum(tensors):
    return optim.SGD(tensors, lr=0.1, momentum=0.9)


def make_adam(tensors):
    return optim.Adam(tensors, lr=0.1)


f, starts, steps = answer.given("where", f=cosine, starts=[0.1, -0.1, 0.0], steps=200)

# %% [markdown]
# **Your turn.** Return where the walk ends for each start.
# About 9 lines.


# %% exercise="where"
def where(f, make, starts, steps):
    """Return a list with the x, a float, after `steps` steps from each of the starts.

    make: takes a list of tensors and returns an optimizer.
    """
    ### BEGIN SOLUTION
    ends = []
    for x0 in starts:
        x = torch.tensor(x0, requires_grad=True)
        optimizer = make([x])
        for _ in range(steps):
            optimizer.zero_grad()
            f(x).backward()
            optimizer.step()
        ends.append(x.item())
    return ends
    ### END SOLUTION


# %% record="where"
answer["cos_end_sgd"] = where(f, make_sgd, starts, steps)
answer["cos_end_adam"] = where(f, make_adam, starts, steps)
for name in ("sgd", "adam"):
    print(f"{name:5}", [round(float(x), 7) for x in answer[f"cos_end_{name}"]])

# %% check="where"
check(answer, "where")

# %% picture="where"
paths, labels = [], []
for name, make in (("SGD", make_sgd), ("Adam", make_adam)):
    for x0 in (0.1, -0.1):
        x = torch.tensor(x0, requires_grad=True)
        optimizer, path = make([x]), [x0]
        for _ in range(120):
            optimizer.zero_grad()
            cosine(x).backward()
            optimizer.step()
            path.append(x.item())
        paths.append(path)
        labels.append(f"{name} from {x0}")
live_plot.animate(cosine, *paths, x_range=(-4.5, 4.5), labels=labels, delta=60)

# %% [markdown]
# A tenth to the right or to the left decides between two valleys: a good start matters more than a good optimizer.
# On the top itself the slope is zero, and neither of them moves at all.
# SGD starts slowly, because the slope near the top is small; Adam walks at its own pace from the first step on.

# %% [markdown]
# ## 6.2 Basins
# All starts whose walks end in the same valley are that valley's *basin*.
# The curve of this lesson, $f(x) = x^2/20 + \tanh(\sin x)$, has four valleys.


# %%
def make_quick(tensors):
    return optim.SGD(tensors, lr=0.5)


f, starts, make, steps, minima = answer.given(
    "basin",
    f=function_2d,
    starts=[
        -10.0, -9.5, -9.0, -8.5, -8.0, -7.5, -7.0, -6.5, -6.0, -5.5, -5.0, -4.5, -4.0, -3.5, -3.0, -2.5, -2.0, -1.5, -1.0, -0.5,
        0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 5.5, 6.0, 6.5, 7.0, 7.5, 8.0, 8.5, 9.0, 9.5,
    ],
    make=make_quick,
    steps=60,
    minima=[-6.807, -1.28, 3.985, 9.592],
)  # fmt: skip

# %% [markdown]
# **Your turn.** Return the label of each start: the index (0, 1, ...) of the minimum that is nearest to where its walk **ends**.
# About 12 lines; you may use `where`.


# %% exercise="basin"
def basin(f, starts, make, steps, minima):
    """Return a list with a whole number for each start: the index in `minima` of the nearest one to its end."""
    ### BEGIN SOLUTION
    labels = []
    for x0 in starts:
        x = torch.tensor(x0, requires_grad=True)
        optimizer = make([x])
        for _ in range(steps):
            optimizer.zero_grad()
            f(x).backward()
            optimizer.step()
        labels.append(min(range(len(minima)), key=lambda i: abs(x.item() - minima[i])))
    return labels
    ### END SOLUTION


# %% record="basin"
answer["basins"] = basin(f, starts, make, steps, minima)
print("labels:", [int(label) for label in answer["basins"]])

# %% check="basin"
check(answer, "basin")

# %% picture="basin"
labels = live_plot.numbers(answer.get("basins")).reshape(-1)
places = (torch.arange(40) * 0.5 - 10)[: len(labels)]
basins = {f"valley {label}": places[torch.tensor(labels[:40] == label)] for label in range(4)}
live_plot.show_places(function_2d, basins, x_range=(-11, 11))

# %% [markdown]
# The borders between the basins are the tops of the hills, not the middles between the valleys.
# Only one of the 40 starts reaches the valley on the far right, and the best valley, at $-1.28$, is not the one that most starts end in.

# %% [markdown]
# ## 6.3 Over the hill
# From $x = 8$ the nearest valley is at $3.985$, and the deepest one at $-1.280$.
# SGD with any of the rates 0.1, 0.5, 1 and 2 ends in one valley; Adam with a rate of 2 in another.
#
# **Predict** which: `answer["sgd_valley"]` and `answer["adam_valley"]`, each one of −6.807, −1.28, 3.985 and 9.592.

# %% exercise="valley_guess"
### BEGIN SOLUTION
answer["sgd_valley"] = 3.985
answer["adam_valley"] = -1.28
### END SOLUTION

# %% check="valley_guess"
check(answer, "valley_guess")

# %%
f, x0, lr, n, long = answer.given("jump", f=function_2d, x0=8.0, lr=2.0, n=15, long=60)

# %% [markdown]
# **Your turn.** Return the points of a walk down `f`, `n + 1` floats with the start first.
# About 9 lines.


# %% exercise="jump"
def jump(f, make, x0, n):
    """Return the n + 1 points, floats, of a walk from x0; make takes a list of tensors and returns an optimizer."""
    ### BEGIN SOLUTION
    x = torch.tensor(x0, requires_grad=True)
    optimizer = make([x])
    points = [x.item()]
    for _ in range(n):
        optimizer.zero_grad()
        f(x).backward()
        optimizer.step()
        points.append(x.item())
    return points
    ### END SOLUTION


# %% record="jump"
answer["adam_jump"] = jump(f, lambda tensors: optim.Adam(tensors, lr=lr), x0, n)
answer["sgd_ends"] = [
    jump(function_2d, lambda tensors, rate=rate: optim.SGD(tensors, lr=rate), x0, long)[-1]
    for rate in (0.1, 0.5, 1.0, 2.0)
]
print("Adam:", [round(float(x), 4) for x in answer["adam_jump"]])
print("SGD ends at:", [round(float(x), 3) for x in answer["sgd_ends"]])

# %% check="jump"
check(answer, "jump")

# %% picture="jump"
x = torch.tensor(8.0, requires_grad=True)
optimizer, points = optim.Adam([x], lr=2), []
for _ in range(15):
    optimizer.zero_grad()
    y = function_2d(x)
    points.append((x.item(), y.item()))
    y.backward()
    optimizer.step()
live_plot.anim_2d(torch.arange(-10, 10, 0.1), function_2d, points, 400)

# %% [markdown]
# Adam keeps a memory of its way and steps about two units at a time, so it runs through the first valley, over the hill and into the deepest one.
# That is luck as much as merit: with another rate or another start it would run past the deep valley, too.

# %% [markdown]
# ## 6.4 Leaving a saddle
# $f(x, y) = x^2 - y^2$ is a bowl in $x$ and a hill in $y$: at the origin the slope is zero, and it is no minimum.
# SGD with `lr = 0.1` starts at $(6, -0.01)$.
# In one step $y$ becomes $y + 0.1 \cdot 2y$.
#
# **Predict** the number of steps after which $|y|$ is larger than 1 for the first time, `answer["saddle_step"]`, and when that happens from $y = 0$ exactly: `answer["saddle_top"]` is `"same"`, `"later"` or `"never"`.

# %% exercise="saddle_guess"
### BEGIN SOLUTION
answer["saddle_step"] = 26
answer["saddle_top"] = "never"
### END SOLUTION

# %% check="saddle_guess"
check(answer, "saddle_guess")


# %%
def saddle(v):
    return v[0] ** 2 - v[1] ** 2


def steep_saddle(v):
    return v[0] ** 2 - 3 * v[1] ** 2


f, start, bound, cap = answer.given("escape", f=saddle, start=(6.0, -0.01), bound=1.0, cap=200)

# %% [markdown]
# **Your turn.** Return the number of steps after which $|y|$, the second coordinate, is larger than `bound` for the first time; 0 where it is so at the start, and `cap` where `cap` steps are not enough.
# About 10 lines.


# %% exercise="escape"
def escape(f, make, start, bound, cap):
    """Return after how many steps, at most `cap`, the second coordinate is further than `bound` from zero."""
    v = torch.tensor(start, requires_grad=True)
    ### BEGIN SOLUTION
    optimizer = make([v])
    for k in range(cap):
        if abs(v[1].item()) > bound:
            return k
        optimizer.zero_grad()
        f(v).backward()
        optimizer.step()
    return cap
    ### END SOLUTION


# %% record="escape"
for name, make in (("sgd", make_sgd), ("momentum", make_momentum), ("adam", make_adam)):
    answer[f"escape_{name}"] = escape(f, make, start, bound, cap)
answer["escape_top"] = escape(f, make_sgd, (start[0], 0.0), bound, cap)
answer["escape_outside"] = [escape(f, make_sgd, (start[0], 1.1 * side), bound, cap) for side in (bound, -bound)]
print({name: answer[f"escape_{name}"] for name in ("sgd", "momentum", "adam", "top")})

# %% check="escape"
check(answer, "escape")

# %% picture="escape"
walks = []
for make in (make_sgd, make_momentum, make_adam):
    v = torch.tensor([6.0, -0.01], requires_grad=True)
    optimizer, path = make([v]), [(6.0, -0.01)]
    for _ in range(15):
        optimizer.zero_grad()
        saddle(v).backward()
        optimizer.step()
        path.append(tuple(v.tolist()))
    walks.append(path)
labels = ["SGD", "momentum", "Adam"]
display(live_plot.animate(saddle, *walks, x_range=(-7, 7), y_range=(-4, 4), labels=labels, delta=300))
print("after 15 steps:", {name: [round(x, 4) for x in path[-1]] for name, path in zip(labels, walks, strict=True)})
points = [(x, y, x**2 - y**2) for x, y in walks[0]]
display(live_plot.anim_3d((-7, 7), (-7, 7), 40, 250, lambda X, Y: X**2 - Y**2, points, 300))

# %% [markdown]
# SGD crawls along the ridge towards the saddle and seems to have arrived; only the tiny $y$, multiplied by 1.2 in every step, saves it.
# From $y = 0$ nothing would.
# A little noise, as mini-batches make it, is enough to leave a saddle.

# %% [markdown]
# ## 6.5 A fair race
# To compare optimizers, give each the same number of *looks*: evaluations of the function with its gradient.
# A step of LBFGS looks many times, so counting steps would favour it.
# The course is the banana valley $f(x, y) = (1 - x)^2 + 10\,(y - x^2)^2$ with its bottom at $(1, 1)$.


# %%
def rosenbrock(v):
    return (1 - v[0]) ** 2 + 10 * (v[1] - v[0] ** 2) ** 2


def banana(v):
    return (1 - v[0]) ** 2 + 5 * (v[1] - v[0] ** 2) ** 2


CONTESTANTS = {
    "SGD": lambda tensors: optim.SGD(tensors, lr=0.005),
    "momentum": lambda tensors: optim.SGD(tensors, lr=0.002, momentum=0.9),
    "Adam": lambda tensors: optim.Adam(tensors, lr=0.1),
    "LBFGS": lambda tensors: optim.LBFGS(tensors, lr=0.2),
}
f, start, budget = answer.given("race", f=rosenbrock, start=(-1.5, 2.0), budget=16)

# %% [markdown]
# **Your turn.** Return for each contestant the lowest value among its first `budget` looks.
# All of them take a closure, which clears, computes, calls `backward()` and returns the loss; let it write down every loss.
# About 13 lines.


# %% exercise="race"
def race(f, start, contestants, budget):
    """Return a dictionary from each contestant's name to the lowest of the first `budget` values it has met."""
    ### BEGIN SOLUTION
    lowest = {}
    for name, make in contestants.items():
        v = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        optimizer = make([v])
        values = []

        def closure():
            optimizer.zero_grad()
            loss = f(v)
            loss.backward()
            values.append(loss.item())
            return loss

        while len(values) < budget:
            optimizer.step(closure)
        lowest[name] = min(values[:budget])
    return lowest
    ### END SOLUTION


# %% record="race"
lowest = race(f, start, CONTESTANTS, budget)
answer["race_best"] = [lowest[name] for name in CONTESTANTS]
others = {"short": lambda tensors: optim.SGD(tensors, lr=0.001), "long": lambda tensors: optim.Adam(tensors, lr=0.2)}
lowest_two = race(f, start, others, budget)
answer["race_two"] = [lowest_two[name] for name in others]
for name in CONTESTANTS:
    print(f"{name:10} {float(lowest[name]):.6f}")

# %% check="race"
check(answer, "race")


# %% picture="race"
def first_looks(make, number=100):
    looks, v = [], torch.tensor([-1.5, 2.0], requires_grad=True)
    optimizer = make([v])

    def closure():
        looks.append(v.tolist())
        optimizer.zero_grad()
        loss = rosenbrock(v)
        loss.backward()
        return loss

    while len(looks) < number:
        before = len(looks)
        optimizer.step(closure)
        if len(looks) == before:
            raise RuntimeError("step(closure) does not call the closure")
    return looks[:number]


def show_race(contestants):
    walks = [first_looks(make) for make in contestants.values()]
    view = {"x_range": (-2, 2), "y_range": (-1, 3), "labels": list(contestants), "delta": 80}
    display(live_plot.animate(rosenbrock, *walks, **view))


show_race(CONTESTANTS)

# %% [markdown]
# All four are on one clock, and each tick is one look.
# LBFGS spends its first looks on finding out how the valley bends, and is then the first at the bottom.
#
# ### Your own optimizers
# The classes that you wrote in lesson 5 race on the same course, under the same rules, when `05_inside.ipynb` lies beside this notebook.
# In Colab, put it there with the folder icon on the left.
# Change their rates, or add another class of your own to `mine`.

# %% picture="own_race"
from grader.core.earlier import optimizer_classes

RATES = {"MySGD": 0.005, "MyAdagrad": 0.5, "MyRMSprop": 0.05, "MyAdadelta": 5.0, "MyAdam": 0.1, "MyAdamW": 0.1}
mine = optimizer_classes("05_inside")
runs = {}
for name, kind in mine.items():
    rate = RATES.get(name, 0.01)
    runs[name] = lambda tensors, kind=kind, rate=rate: kind(tensors, lr=rate)
    try:
        lowest = min(rosenbrock(torch.tensor(look)).item() for look in first_looks(runs[name]))
        print(f"{name:10} {lowest:.6f}")
    except Exception as error:
        print(f"{name} does not race: {error}")
        del runs[name]
if runs:
    show_race(runs)

# %% [markdown]
# They walk as torch's own do: it is the rule that decides, and the rate, not who wrote it.
# Click the picture below for other starts, and find one from which Adam is overtaken.

# %% picture="touch_race"
contestants = {"SGD": optim.SGD, "Adam": optim.Adam, **mine}
live_plot.explore(rosenbrock, (-2, 2), (-1, 3), contestants, start=(-1.5, 2.0), lr=(1e-4, 0.3), steps=60)

# %% [markdown]
# ### Tune three rates
# A race is fair only if every contestant has a rate that suits it.
# **Your turn.** Find a rate for SGD, for momentum (0.9) and for Adam, with which each comes below 0.05 within 300 looks, from $(-1.5, 2)$ and from three other starts that you do not see: `answer["rate_sgd"]`, `answer["rate_momentum"]`, `answer["rate_adam"]`.
# Write yourself a loop that tries some.

# %% exercise="race_rates"
### BEGIN SOLUTION
answer["rate_sgd"] = 0.013
answer["rate_momentum"] = 0.004
answer["rate_adam"] = 0.2
### END SOLUTION

# %% check="race_rates"
check(answer, "race_rates")

# %% [markdown]
# The three rates are far apart, and the race would have another winner with one rate for all.
# A comparison of optimizers with their default rates says more about the defaults than about the optimizers.

# %% [markdown]
# ## 6.6 Is there a bottom at all?
# Four landscapes:
#
# | | function |
# |---|---|
# | A | $x^2 + y^2$ |
# | B | $x^2 - y^2$ |
# | C | $x^3 - y^3$ |
# | D | $\sin\sqrt{x^2 + y^2}$ |
#
# **Choose** all that have a lowest value: `answer["bottoms"] = ["...", ...]`.

# %% exercise="bottoms"
### BEGIN SOLUTION
answer["bottoms"] = ["A", "D"]
### END SOLUTION

# %% check="bottoms"
check(answer, "bottoms")

# %% picture="bottoms"
LANDSCAPES = {
    "C": (lambda X, Y: X**3 - Y**3, (10.0, -4.0), 30, 130, 0.0),
    "D": (lambda X, Y: torch.sin(torch.sqrt(X**2 + Y**2)), (4.0, -5.0), 80, 130, 0.0),
    "a valley": (
        lambda X, Y: (X**2 / 20 + torch.tanh(torch.sin(X))) * Y.abs() ** 1.2 + 5 * X.abs() + (Y + 7) ** 2 / 10,
        (6.0, -15.0), 37, 120, 0.5,
    ),
}  # fmt: skip
for name, (surface, start_at, elev, azim, memory) in LANDSCAPES.items():
    v = torch.tensor(start_at, requires_grad=True)
    optimizer, points = optim.SGD([v], lr=0.15 if memory else 0.1, momentum=memory), []
    for _ in range(15):
        optimizer.zero_grad()
        height = surface(v[0], v[1])
        points.append((v[0].item(), v[1].item(), height.item()))
        height.backward()
        optimizer.step()
    x, y, z = points[-1]
    print(f"{name}: after 14 steps x = {x:.4g}, y = {y:.4g}, f = {z:.4g}, r = {(x * x + y * y) ** 0.5:.3f}")
    display(live_plot.anim_3d((-16, 16), (-16, 16), elev, azim, surface, points, 300))

# %% [markdown]
# C has no bottom: within fifteen steps the numbers burst, and the ball has left the picture.
# D has a whole ring of lowest points, and the ball rolls towards it: $r$ goes to $3\pi/2 = 4.712$.
#
# A careful descent notices that, and says why it stopped.


# %%
def bowl(v):
    return 10 * (v**2).sum()


def two_cubes(v):
    return v[0] ** 3 - v[1] ** 3


start, lr, steps, bound, tol = answer.given("safe_descend", start=(1.5, 0.5), lr=0.01, steps=300, bound=10.0, tol=1e-3)

# %% [markdown]
# **Your turn.** Walk by plain gradient descent, at most `steps` steps.
#
# - **Before** each step: where the gradient is shorter than `tol`, stop with the reason `"converged"`.
# - **After** each step: record the point; where one of its coordinates is further than `bound` from zero, stop with `"diverged"`.
# - When the steps are used up, the reason is `"unfinished"`.
#
# About 14 lines.


# %% exercise="safe_descend"
def safe_descend(f, start, lr, steps, bound, tol):
    """Return (points, reason): the points, the start first and the last one included, and why the walk stopped."""
    v = torch.tensor(start, requires_grad=True)
    ### BEGIN SOLUTION
    points = [v.tolist()]
    for _ in range(steps):
        (g,) = torch.autograd.grad(f(v), v)
        if g.norm() < tol:
            return points, "converged"
        with torch.no_grad():
            v -= lr * g
        points.append(v.tolist())
        if v.abs().max() > bound:
            return points, "diverged"
    return points, "unfinished"
    ### END SOLUTION


# %% record="safe_descend"
reasons, lengths, ends, middles = [], [], [], []
for landscape in (bowl, rosenbrock, saddle, two_cubes):
    points, reason = safe_descend(landscape, start, lr, steps, bound, tol)
    reasons.append(reason)
    lengths.append(len(points))
    ends.append([float(x) for point in (points[0], points[-1]) for x in point])
    middles.append([float(x) for x in points[len(points) // 2]])
    print(f"{landscape.__name__:12} {reason:12} after {len(points) - 1} steps")
answer["safe_reasons"], answer["safe_lengths"] = reasons, lengths
answer["safe_ends"], answer["safe_middles"] = ends, middles

# %% check="safe_descend"
check(answer, "safe_descend")

# %% [markdown]
# `"converged"` says that it is flat, and nothing more: from $y = 0$ on the saddle your function would say so, too.

# %% [markdown]
# ## Bug of the day
# This program compares two starts and finds that both end in the same valley; say why before you run the cell.

# %%
x = torch.tensor(8.0, requires_grad=True)
optimizer = make_quick([x])
for x0 in (8.0, -8.0):
    for _ in range(60):
        optimizer.zero_grad()
        function_2d(x).backward()
        optimizer.step()
    print(f"from {x0}: ends at {x.item():.3f}")

# %% [markdown]
# The second walk starts where the first one ended: `x0` is never used.

# %% [markdown]
# ## Five questions
# No points, as many tries as you like; the card tells which one to think about again.
# Store five letters: `answer["quiz"] = ["a", ...]`.
#
# 1. What decides the valley in which plain gradient descent with a small rate ends? **a** the depth of the valleys · **b** their distance from the start · **c** the side of the hill it starts on
# 2. Why did Adam leave the first valley? **a** it knew of a deeper one · **b** its memory and its step length carried it on · **c** the slope there is not zero
# 3. What is the gradient at a saddle? **a** zero · **b** small and positive · **c** it has none
# 4. What is equal in a fair race? **a** the rate · **b** the number of looks · **c** the number of steps
# 5. What does a descent do on $x^3 - y^3$? **a** it converges · **b** it raises an error · **c** it runs away

# %% exercise="quiz"
### BEGIN SOLUTION
answer["quiz"] = ["c", "b", "a", "b", "c"]
### END SOLUTION

# %% check="quiz"
check(answer, "quiz")

# %% [markdown]
# ## Look back
# Which would you change first when a training ends in a bad place: the start, the rate or the optimizer?
# One sentence, `answer["reflection"] = "..."`, for yourself and your teacher; it has no points.

# %% exercise="reflection"
### BEGIN SOLUTION
answer["reflection"] = "The start, because it decides the valley."
### END SOLUTION

# %% check="reflection"
check(answer, "reflection")

# %% [markdown]
# ## Handing in
# Save the notebook and hand it in.
# The line below says where your answers are, and in Colab it downloads them.

# %%
answer.download()
