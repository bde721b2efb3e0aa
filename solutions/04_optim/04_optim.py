# %% [markdown]
# # 4 · Optim: the same walk, packaged
#
# 60 minutes, 120 points, difficulty: medium.
# `torch.optim` packs the step you wrote by hand into an object, and changes of one line give you another way to walk.
#
# **After this page you can**
# - rewrite any descent with an optimizer, and say which line does what;
# - tell how SGD, Adam, AdamW and their kin differ in their very first step;
# - use closures, parameter groups and saved state.
#
# It needs the loop of lesson 2: slope, step, record.

# %% [markdown]
# ## 4.0 The recipe
# An optimizer holds the tensors it may move and the rule it moves them by.
# Every walk with one has the same six steps:
#
# 1. before the loop, make the optimizer, with a *list* of tensors and its hyper-parameters;
# 2. start the loop, and in each of its rounds:
# 3. `optimizer.zero_grad()` empties the gradients;
# 4. the forward pass computes the loss;
# 5. `loss.backward()` computes the gradients;
# 6. `optimizer.step()` moves the tensors.
#
# ```python
# torch.optim.SGD(model.parameters(), lr=0.01)      # all tensors of a model
# torch.optim.Adam([first, second], lr=0.0001)      # or the ones you name
# ```
#
# The step that you wrote under `torch.no_grad()` is inside `step()`, and the line that emptied the gradient is `zero_grad()`.

# %%
from torch import optim


def parabola(x):
    return x**2 - x - 1


x = torch.tensor([4.0], requires_grad=True)
optimizer = optim.SGD([x], lr=0.1)
walk = [x.item()]
for _ in range(20):
    optimizer.zero_grad()
    loss = parabola(x)
    loss.backward()
    optimizer.step()
    walk.append(x.item())
print(f"after 20 steps: x = {x.item():.7f}, f(x) = {parabola(x).item():.7f}")

# %% picture="parabola"
live_plot.animate(parabola, walk, x_range=(-3, 5), delta=300)

# %% [markdown]
# It ends where the loop by hand of lesson 2 ended, digit for digit: $x = 0.5403522$.

# %% [markdown]
# ## 4.1 The table again
# Lesson 2 walked down $y = x^2$ by hand and kept a table.


# %%
def square(x):
    return x**2


start, lr, steps, every = answer.given("x_iters_sgd", start=15.0, lr=0.05, steps=100, every=20)

# %% [markdown]
# **Your turn.** Walk down `square` with `optim.SGD`, and store two lists: `answer["x_iters"]` holds the start and then `x` after every `every`-th step, `answer["y_hist"]` holds $x^2$ for the very same x.
# With the printed numbers both have 6 entries.
# About 11 lines.

# %% exercise="x_iters_sgd"
### BEGIN SOLUTION
x = torch.tensor([start], requires_grad=True)
optimizer = optim.SGD([x], lr=lr)
x_iters, y_hist = [x.item()], [x.item() ** 2]
for k in range(1, steps + 1):
    optimizer.zero_grad()
    square(x).backward()
    optimizer.step()
    if k % every == 0:
        x_iters.append(x.item())
        y_hist.append(x.item() ** 2)
answer["x_iters"], answer["y_hist"] = x_iters, y_hist
### END SOLUTION

# %% check="x_iters_sgd"
check(answer, "x_iters_sgd")

# %% picture="x_iters_sgd"
for k, (xk, yk) in enumerate(zip(answer.get("x_iters") or [], answer.get("y_hist") or [], strict=False)):
    print(f"{k * every:4d}   {float(xk):.6g}   {float(yk):.6g}")
print("x_iters =", live_plot.numbers(answer.get("x_iters", [])).tolist())
print("y_hist =", live_plot.numbers(answer.get("y_hist", [])).tolist())

# %% [markdown]
# These are the six rows of lesson 2.

# %% [markdown]
# ## 4.2 Your loop, packaged
# The valley of the lessons before, once more:

# %%
G = torch.tensor([[1.0, -1.0], [1.0, 1.0]]) @ torch.diag(torch.tensor([1.0, 4.0]))


def function_skewed(v):
    return 10 * v @ (G.to(v.dtype) @ v)


def function_tilted(v):
    return 10 * v @ (torch.tensor([[2.0, 1.0], [-3.0, 1.5]], dtype=v.dtype) @ v)


start, lr, steps = answer.given("var_history_3", start=(8.0, 8.0), lr=0.001, steps=500)

# %% [markdown]
# **Your turn.** Walk down `function_skewed` from `start` with `optim.SGD`.
# Record **before** each step: the point in `answer["var_history_3"]`, its value in `answer["fn_history_3"]`.
# Both lists get `steps` entries and begin with the start; one more entry for the last point is welcome too.
# About 11 lines.

# %% exercise="var_history_3"
### BEGIN SOLUTION
v = torch.tensor(start, requires_grad=True)
optimizer = optim.SGD([v], lr=lr)
points, values = [], []
for _ in range(steps):
    optimizer.zero_grad()
    value = function_skewed(v)
    points.append(v.detach().clone())
    values.append(value.item())
    value.backward()
    optimizer.step()
answer["var_history_3"], answer["fn_history_3"] = points, values
### END SOLUTION

# %% check="var_history_3"
check(answer, "var_history_3")

# %% picture="var_history_3"
by_hand = [torch.tensor([8.0, 8.0])]
for _ in range(499):
    by_hand.append(by_hand[-1] - 0.001 * 10 * (G + G.T) @ by_hand[-1])
try:
    paths = (by_hand, answer.get("var_history_3"))
    labels = ["by hand", "optim.SGD"]
    display(live_plot.animate(function_skewed, *paths, x_range=(-10, 10), y_range=(-10, 10), labels=labels, delta=30))
except Exception as error:
    print("no picture of these points:", error)

# %% [markdown]
# Two paths are drawn, and you see one: your optimizer *is* the loop you wrote by hand.

# %% [markdown]
# ## 4.3 AdamW in the valley
# *Adam* keeps a smoothed gradient $m$ and a smoothed squared gradient $v$, and steps by
#
# $$ x \leftarrow x - \mathrm{lr}\; \frac{\hat m}{\sqrt{\hat v} + \varepsilon}, $$
#
# where the hats correct for the start from zero, so that in the first step $\hat m = g$ and $\hat v = g^2$.
# *AdamW* also shrinks the weights by the factor $1 - \mathrm{lr} \cdot \mathrm{weight\_decay}$ just before each step.
#
# At $(8, 8)$ the gradient of the valley is $(-80, 400)$.
# **Predict** the first step of Adam with a rate of 1: how far does each of the two coordinates move (one number, it is the same for both), and does $x_1$ move `"towards"` the minimum at zero or `"away"` from it?
# Two lines: `answer["step_length"] = ...` with a number, and `answer["x1_moves"] = "..."`.

# %% exercise="first_step"
### BEGIN SOLUTION
answer["step_length"] = 1.0
answer["x1_moves"] = "away"
### END SOLUTION

# %% check="first_step"
check(answer, "first_step")

# %%
start, lr, weight_decay, steps = answer.given("var_history_4", start=(8.0, 8.0), lr=1.0, weight_decay=0.01, steps=500)

# %% [markdown]
# **Your turn.** The same loop as in 4.2 with `optim.AdamW`, which takes `lr` and `weight_decay`.
# Record before each step, in `answer["var_history_4"]` and `answer["fn_history_4"]`.
# About 11 lines.

# %% exercise="var_history_4"
### BEGIN SOLUTION
v = torch.tensor(start, requires_grad=True)
optimizer = optim.AdamW([v], lr=lr, weight_decay=weight_decay)
points, values = [], []
for _ in range(steps):
    optimizer.zero_grad()
    value = function_skewed(v)
    points.append(v.detach().clone())
    values.append(value.item())
    value.backward()
    optimizer.step()
answer["var_history_4"], answer["fn_history_4"] = points, values
### END SOLUTION

# %% check="var_history_4"
check(answer, "var_history_4")

# %% picture="var_history_4"
try:
    paths = (answer.get("var_history_3"), answer.get("var_history_4"))
    labels = ["SGD, lr = 0.001", "AdamW, lr = 1"]
    display(live_plot.animate(function_skewed, *paths, x_range=(-10, 11), y_range=(-10, 10), labels=labels, delta=60))
    display(live_plot.show_loss(answer.get("fn_history_3"), answer.get("fn_history_4"), labels=labels))
except Exception as error:
    print("no picture of these points:", error)

# %%
points = live_plot.numbers(answer.get("var_history_4"))
for k in (0, 1, 2):
    if points.ndim == 2 and len(points) > k:
        print(f"k = {k}   v = ({points[k][0]:.4f}, {points[k][1]:.4f})")

# %% [markdown]
# The first step goes from $(8, 8)$ to $(8.92, 6.92)$: one unit in each coordinate, whatever the slope, and a little shrinking before it.
# It overshoots and swings, because $m$ remembers, and yet it arrives long before SGD does.

# %% [markdown]
# ## 4.4 Optimizer and loss function
# In practice the loss compares an output with a *target*, and torch has the usual comparisons ready: `torch.nn.L1Loss()` is the mean of the absolute differences, `torch.nn.MSELoss()` the mean of the squared ones.

# %%
loss_function = torch.nn.L1Loss()
print("L1Loss:", loss_function(torch.tensor([1.0, 1.0, 1.0]), torch.tensor([1.0, 2.0, 3.0])).item())

# %% [markdown]
# The differences are 0, 1 and 2, so their mean is 1.
#
# For $y = x^3$ with target 0, start $x = 8$ and `lr = 0.01`, SGD on the L1 loss walks down gently.
# **Predict** what happens with the squared error $(x^3)^2 = x^6$ instead, whose slope is $6x^5$:
#
# - `"A"`: it walks down as gently.
# - `"B"`: it walks down faster, and arrives earlier.
# - `"C"`: the first step jumps thousands beyond zero, and the numbers burst.
# - `"D"`: it crawls.
# - `"E"`: it walks up slowly.
#
# One line: `answer["mse_fate"] = "..."`.

# %% exercise="mse_fate"
### BEGIN SOLUTION
answer["mse_fate"] = "C"
### END SOLUTION

# %% check="mse_fate"
check(answer, "mse_fate")


# %%
def cube(x):
    return x**3


x0, lr, iterations, y_target = answer.given("cube_l1", x0=8.0, lr=0.01, iterations=10, y_target=0.0)

# %% [markdown]
# **Your turn.** Walk with `optim.SGD` on `loss_function(cube(x), target)` and return the losses: at the start, and after each step, `iterations + 1` numbers.
# The target must be a tensor of the shape of `cube(x)`.
# About 10 lines.


# %% exercise="cube_l1"
def cube_l1(x0, lr, iterations, y_target, loss_function):
    """Return the losses of a walk of SGD from x0, iterations + 1 floats, the first one at x0.

    The loss is loss_function(cube(x), target) with the number y_target as a tensor.
    """
    x = torch.tensor([x0], requires_grad=True)
    target = torch.tensor([y_target])
    ### BEGIN SOLUTION
    optimizer = optim.SGD([x], lr=lr)
    losses = [loss_function(cube(x), target).item()]
    for _ in range(iterations):
        optimizer.zero_grad()
        loss_function(cube(x), target).backward()
        optimizer.step()
        losses.append(loss_function(cube(x), target).item())
    return losses
    ### END SOLUTION


# %% record="cube_l1"
answer["cube_l1"] = cube_l1(x0, lr, iterations, y_target, torch.nn.L1Loss())
answer["cube_mse"] = cube_l1(1.2, 0.01, 5, 0.5, torch.nn.MSELoss())
print("L1 losses:", [round(float(loss), 3) for loss in answer["cube_l1"]])

# %% check="cube_l1"
check(answer, "cube_l1")

# %% picture="cube_l1"
try:
    print("squared error:", cube_l1(8.0, 0.01, 4, 0.0, torch.nn.MSELoss()))
except Exception as error:
    print("not finished yet:", type(error).__name__, error)
display(live_plot.show_loss(answer.get("cube_l1"), labels=["L1 loss"]))

# %% [markdown]
# The squared error starts at 262144, and its first step is nearly two thousand long: the walk jumps to the far side, where the slope is larger still.
# A loss function changes the landscape, and with it the rates that work on it.

# %% [markdown]
# ## 4.5 The line-up
# Six optimizers, all with `lr = 0.01`, on $f(x) = x^2$ from 15, ten steps each.
# **Predict** who moves least: `"SGD with momentum"`, `"Adam"`, `"Adadelta"`, `"Adagrad"`, `"RMSprop"` or `"LBFGS"`.
# One line: `answer["slowest"] = "..."`.

# %% exercise="slowest"
### BEGIN SOLUTION
answer["slowest"] = "Adadelta"
### END SOLUTION

# %% check="slowest"
check(answer, "slowest")


# %%
def steep(x):
    return 3 * x**2 + x


CONTESTANTS = {
    "SGD with momentum": lambda tensors: optim.SGD(tensors, lr=0.01, momentum=0.9),
    "Adam": lambda tensors: optim.Adam(tensors, lr=0.01),
    "Adadelta": lambda tensors: optim.Adadelta(tensors, lr=0.01),
    "Adagrad": lambda tensors: optim.Adagrad(tensors, lr=0.01),
    "RMSprop": lambda tensors: optim.RMSprop(tensors, lr=0.01),
    "LBFGS": lambda tensors: optim.LBFGS(tensors, lr=0.01, history_size=10),
}
f, x0, steps = answer.given("lineup", f=square, x0=15.0, steps=10)

# %% [markdown]
# `LBFGS` looks at the function several times within one step, so its `step` takes a *closure*: a function without arguments that clears the gradient, computes the loss, calls `backward()` on it and returns it.
# All other optimizers take a closure too, and call it once.
#
# **Your turn.** Return where each contestant stands after `steps` steps.
# About 13 lines.


# %% exercise="lineup"
def line_up(f, x0, contestants, steps):
    """Return a dictionary from each contestant's name to its x (a float) after `steps` steps from x0.

    contestants: a dictionary from a name to a function that takes a list of tensors and returns an optimizer.
    """
    ### BEGIN SOLUTION
    places = {}
    for name, make in contestants.items():
        x = torch.tensor(x0, requires_grad=True)
        optimizer = make([x])

        def closure():
            optimizer.zero_grad()
            loss = f(x)
            loss.backward()
            return loss

        for _ in range(steps):
            optimizer.step(closure)
        places[name] = x.item()
    return places
    ### END SOLUTION


# %% record="lineup"
places = line_up(f, x0, CONTESTANTS, steps)
answer["lineup"] = [places[name] for name in CONTESTANTS]
others = {"short": lambda tensors: optim.SGD(tensors, lr=0.02), "long": lambda tensors: optim.Adam(tensors, lr=0.3)}
placed = line_up(f, x0, others, steps)
answer["lineup_two"] = [placed[name] for name in others]
for name in sorted(places, key=lambda name: -float(places[name])):
    print(f"{name:18} {float(places[name]):9.5f}")

# %% check="lineup"
check(answer, "lineup")

# %% picture="lineup"
left = 15 - live_plot.numbers(answer.get("lineup"))
if left.shape == (len(CONTESTANTS),):
    display(live_plot.show_bars({"left": left}, CONTESTANTS, name="distance from 15 after ten steps", log=True))

# %% [markdown]
# The same rate means very different steps.
#
# Touch it: click the picture below to choose a start, and move the rate.
# How far to the right can it go before SGD bursts, and what does momentum do there?

# %% picture="touch_lineup"
live_plot.explore(function_skewed, (-10, 10), (-10, 10), [optim.SGD, optim.Adam], start=(8.0, 8.0), lr=(1e-3, 1.0))

# %% [markdown]
# SGD multiplies it by the slope; Adam, RMSprop and Adagrad divide the slope by its own size, so their steps begin near the rate itself (RMSprop's at ten times the rate).
# Adadelta scales its step by the steps it made before, and those start at nearly nothing: its natural rate is 1.

# %% [markdown]
# ## 4.6 A step that looks several times
# `LBFGS` estimates the curvature from the gradients it meets, and can jump to the bottom of a bowl in a few steps.
# It needs a correct closure: clear, compute, backward, return.

# %%
f, x0, lr, steps = answer.given("run_lbfgs", f=function_skewed, x0=(8.0, 8.0), lr=0.1, steps=4)

# %% [markdown]
# **Your turn.** Return the points of `steps` calls of `optimizer.step(closure)` with `optim.LBFGS`, the start first: `steps + 1` points.
# About 10 lines.


# %% exercise="run_lbfgs"
def run_lbfgs(f, x0, lr, steps):
    """Return the points of LBFGS on f from x0, one after each step and the start first, as copies.

    x0: a float tensor of shape (2,) that does not require a gradient.
    """
    ### BEGIN SOLUTION
    v = x0.clone().requires_grad_()
    optimizer = optim.LBFGS([v], lr=lr)

    def closure():
        optimizer.zero_grad()
        loss = f(v)
        loss.backward()
        return loss

    points = [v.detach().clone()]
    for _ in range(steps):
        optimizer.step(closure)
        points.append(v.detach().clone())
    return points
    ### END SOLUTION


# %% record="run_lbfgs"
looks = []


def counted(v):
    looks.append(v.detach().clone())
    return f(v)


answer["lbfgs_path"] = run_lbfgs(counted, torch.tensor(x0, dtype=torch.float64), lr, steps)
print(f"{steps} steps looked at the function {len(looks)} times")

# %% check="run_lbfgs"
check(answer, "run_lbfgs")

# %% picture="run_lbfgs"
try:
    paths, labels = (looks, answer.get("lbfgs_path")), ["every look", "every step"]
    display(live_plot.animate(function_skewed, *paths, x_range=(-10, 10), y_range=(-10, 10), labels=labels, delta=150))
except Exception as error:
    print("no picture yet:", type(error).__name__, error)

# %% [markdown]
# Count the dots: one step of LBFGS looks about twenty times.
# When you compare optimizers, count looks, not steps.

# %% [markdown]
# ## 4.7 Two speeds, and a pause
# An optimizer takes *groups* of tensors, each with hyper-parameters of its own:
#
# ```python
# optim.SGD([{"params": [first], "lr": 0.1}, {"params": [second], "lr": 0.01}])
# ```

# %%
f, start, lr_x, lr_y, steps = answer.given(
    "two_speed", f=function_skewed, start=(8.0, 8.0), lr_x=0.01, lr_y=0.002, steps=60
)

# %% [markdown]
# **Your turn.** Walk down `f` with two tensors of one number each, in two groups; `f` gets them as `torch.stack([x, y])`.
# About 10 lines.


# %% exercise="two_speed"
def two_speed(f, start, lr_x, lr_y, steps):
    """Return the points (x, y) of plain SGD, steps + 1 of them, where x walks with lr_x and y with lr_y."""
    x = torch.tensor(start[0], requires_grad=True)
    y = torch.tensor(start[1], requires_grad=True)
    ### BEGIN SOLUTION
    optimizer = optim.SGD([{"params": [x], "lr": lr_x}, {"params": [y], "lr": lr_y}])
    points = [(x.item(), y.item())]
    for _ in range(steps):
        optimizer.zero_grad()
        f(torch.stack([x, y])).backward()
        optimizer.step()
        points.append((x.item(), y.item()))
    return points
    ### END SOLUTION


# %% record="two_speed"
answer["two_speed"] = two_speed(f, start, lr_x, lr_y, steps)

# %% check="two_speed"
check(answer, "two_speed")

# %% picture="two_speed"
try:
    paths, labels = (answer.get("var_history_3"), answer.get("two_speed")), ["one speed", "two speeds"]
    display(live_plot.animate(function_skewed, *paths, x_range=(-10, 10), y_range=(-10, 10), labels=labels, delta=80))
except Exception as error:
    print("no picture of these points:", error)

# %% [markdown]
# The steep direction gets a small rate and the flat one a large rate, and the way through the valley bends.
#
# A long run is sometimes stopped and goes on later.
# The point alone is not enough then: Adam's $m$ and $v$ and its step count are part of where it stands.
# `optimizer.state_dict()` holds them; `load_state_dict` puts them into a new optimizer.


# %%
def make_adam(tensors):
    return optim.Adam(tensors, lr=0.5)


def make_momentum(tensors):
    return optim.SGD(tensors, lr=0.002, momentum=0.9)


def make_rmsprop(tensors):
    return optim.RMSprop(tensors, lr=0.3)


make, f, start, n1, n2 = answer.given(
    "pause_and_resume", make=make_adam, f=function_skewed, start=(8.0, 8.0), n1=20, n2=20
)

# %% [markdown]
# **Your turn.** Walk `n1` steps; then save the point and the state, make a **new** tensor and a **new** optimizer with `make`, load the state, and walk `n2` steps more.
# The path must be the one of an unbroken run.
# About 15 lines.


# %% exercise="pause_and_resume"
def pause_and_resume(make, f, start, n1, n2):
    """Return n1 + n2 + 1 points of a walk down f that pauses after n1 steps, the start first.

    make: takes a list of tensors and returns an optimizer; it is called once before and once after the pause.
    """

    ### BEGIN SOLUTION
    def walk(v, optimizer, steps):
        for _ in range(steps):
            optimizer.zero_grad()
            f(v).backward()
            optimizer.step()
            points.append(v.detach().clone())

    v = torch.tensor(start, requires_grad=True)
    points = [v.detach().clone()]
    optimizer = make([v])
    walk(v, optimizer, n1)
    resumed = v.detach().clone().requires_grad_()
    successor = make([resumed])
    successor.load_state_dict(optimizer.state_dict())
    walk(resumed, successor, n2)
    return points
    ### END SOLUTION


# %% record="pause_and_resume"
built = []


def counting(tensors):
    built.append(make(tensors))
    return built[-1]


answer["paused"] = pause_and_resume(counting, f, start, n1, n2)
answer["optimizers_built"] = len(built)
answer["paused_tensors"] = [one.param_groups[0]["params"][0].tolist() for one in (built[0], built[-1])]

# %% check="pause_and_resume"
check(answer, "pause_and_resume")

# %% picture="pause_and_resume"
try:
    without_state = pause_and_resume(make_adam, function_skewed, (8.0, 8.0), 20, 0)
    again = pause_and_resume(make_adam, function_skewed, tuple(float(c) for c in without_state[-1]), 20, 0)
    forgetful = [*without_state, *again[1:]]
    paths, labels = (answer.get("paused"), forgetful), ["state kept", "state lost"]
    display(live_plot.animate(function_skewed, *paths, x_range=(-10, 12), y_range=(-10, 10), labels=labels, delta=150))
except Exception as error:
    print("no picture yet:", type(error).__name__, error)

# %% [markdown]
# Up to the pause the two paths are one.
# After it, the one that lost its state starts with full first steps again, as if it had just arrived.

# %% [markdown]
# ## Bug of the day
# Two programs that run without an error and do not do what they should; say why before you run the cell.

# %%
x = torch.tensor([15.0], requires_grad=True)
optimizer = optim.SGD([x], lr=0.05)
x = torch.tensor([15.0], requires_grad=True)
for _ in range(10):
    optimizer.zero_grad()
    square(x).backward()
    optimizer.step()
print("first program: ", x.item())

x = torch.tensor([15.0], requires_grad=True)
for _ in range(10):
    optimizer = optim.Adam([x], lr=0.5)
    optimizer.zero_grad()
    square(x).backward()
    optimizer.step()
print("second program:", x.item())

# %% [markdown]
# The first made a new `x` after the optimizer, which still holds the old one.
# The second builds its optimizer anew in each round, so every step is a first step: exactly 0.5 long.

# %% [markdown]
# ## Five questions
# No points, as many tries as you like; the card tells which one to think about again.
# Store five letters: `answer["quiz"] = ["a", ...]`.
#
# 1. What does an optimizer hold? **a** the loss · **b** the graph · **c** the tensors it may move
# 2. When is `zero_grad()` called? **a** once a round, before `backward()` · **b** once, before the loop · **c** never
# 3. SGD without momentum compared with your loop by hand: **a** faster · **b** the same points · **c** more exact
# 4. Which part of Adam is lost when only the point is saved? **a** the rate · **b** the loss · **c** the moments and the step count
# 5. What must a closure return? **a** nothing · **b** the loss · **c** the gradient

# %% exercise="quiz"
### BEGIN SOLUTION
answer["quiz"] = ["c", "a", "b", "c", "b"]
### END SOLUTION

# %% check="quiz"
check(answer, "quiz")

# %% [markdown]
# ## Look back
# Which of these optimizers would you try first, and why?
# One sentence, `answer["reflection"] = "..."`, for yourself and your teacher; it has no points.

# %% exercise="reflection"
### BEGIN SOLUTION
answer["reflection"] = "Adam, because its steps do not depend on the size of the slope."
### END SOLUTION

# %% check="reflection"
check(answer, "reflection")

# %% [markdown]
# ## Handing in
# Save the notebook and hand it in.
# The line below says where your answers are, and in Colab it downloads them.

# %%
answer.download()
