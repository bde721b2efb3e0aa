# %% [markdown]
# # 2 · Descent: walking downhill by hand
#
# 60 minutes, 120 points, difficulty: medium.
# You write the loop that all of deep learning runs on: look at the slope, take a step against it, start over.
#
# **After this page you can**
# - write a gradient-descent loop from an empty cell, and say what each line is for;
# - explain `torch.no_grad()`, and when the gradient must be emptied;
# - record a walk so that every row of your table belongs to one moment.
#
# It needs `backward()` and `.grad` of lesson 1.

# %% [markdown]
# ## 2.0 A whole walk
# To find the lowest point of $f(x) = x^2 - x - 1$, start somewhere and repeat
#
# $$ x_{k+1} = x_k - \mathrm{lr} \cdot f'(x_k). $$
#
# The *learning rate* `lr` turns a slope into a step.
# Here is the loop, with one comment for each of its moves; a walk of N steps has N + 1 points, the start included.

# %%
def parabola(x):
    return x**2 - x - 1


x = torch.tensor([4.0], requires_grad=True)
lr = 0.1
walk = [x.item()]  # record the start
for k in range(20):
    loss = parabola(x)  # forward: the value here, and the graph that leads to it
    loss.backward()  # backward: the slope here, into x.grad
    with torch.no_grad():  # the step is not part of the graph
        x -= lr * x.grad  # step: against the slope, in place
    x.grad.zero_()  # clear: the next backward() would add to it
    walk.append(x.item())  # record the new point

print("first points:", walk[:4])
print(f"after 20 steps: x = {x.item():.7f}, f(x) = {parabola(x).item():.7f}")

# %% picture="parabola"
live_plot.animate(parabola, walk, x_range=(-3, 5), delta=300)

# %% [markdown]
# Look at the black stroke, the slope: where it is steep the ball makes a long step, and near the bottom the steps shrink by themselves.
# The lowest point is at $x = 0.5$, where $f$ is $-1.25$; twenty steps come close to it and not quite there.
#
# Why `torch.no_grad()`? Because `x -= ...` is an operation too, and a leaf that requires a gradient must not be changed while autograd is watching.
# Why in place? Because `x = x - ...` makes a *new* tensor, and the next `backward()` no longer fills its `.grad`.

# %% [markdown]
# ## 2.1 Three steps in your head
# Take $f(x) = x^2$, start at $x = 15$ with `lr = 0.05`.
# **Predict** the next three points with pencil and paper: those after the first, the second and the third step.
# One line: `answer["p3"] = [...]` with three numbers, the start not among them.

# %% exercise="p3"
### BEGIN SOLUTION
answer["p3"] = [13.5, 12.15, 10.935]
### END SOLUTION

# %% check="p3"
check(answer, "p3")

# %% picture="p3"
predicted = [15.0]
while len(predicted) < 40:
    predicted.append(predicted[-1] - 0.05 * 2 * predicted[-1])
live_plot.animate(lambda x: x**2, predicted, x_range=(-17, 17), delta=200)

# %% [markdown]
# Each step takes a tenth off: $x - 0.05 \cdot 2x = 0.9\,x$.
# The walk never jumps over the bottom, and it never quite arrives.

# %% [markdown]
# ## 2.2 Seven lines in order
# These nine lines contain a gradient descent on `f`; two of them do not belong to it.
#
# | | line |
# |---|---|
# | A | `    y = f(x)` |
# | B | `x = torch.tensor([15.0], requires_grad=True)` |
# | C | `    with torch.no_grad():` |
# | D | `for k in range(steps):` |
# | E | `    x.grad.zero_()` |
# | F | `        x = x - lr * x.grad` |
# | G | `        x -= lr * x.grad` |
# | H | `    y.backward()` |
# | I | `y = f(x)` |
#
# **Your turn.** Store the letters of the seven lines in their order: `answer["loop_order"] = ["B", ...]`.
# The indentation stays as it is printed.

# %% exercise="loop_order"
### BEGIN SOLUTION
answer["loop_order"] = ["B", "D", "A", "H", "C", "G", "E"]
### END SOLUTION

# %% check="loop_order"
check(answer, "loop_order")

# %% [markdown]
# The next cell runs the program that your letters make, right or wrong, and draws where it goes.

# %% picture="loop_order"
LINES = {
    "A": "    y = f(x)",
    "B": "x = torch.tensor([15.0], requires_grad=True)",
    "C": "    with torch.no_grad():",
    "D": "for k in range(steps):",
    "E": "    x.grad.zero_()",
    "F": "        x = x - lr * x.grad",
    "G": "        x -= lr * x.grad",
    "H": "    y.backward()",
    "I": "y = f(x)",
}
program = "\n".join(LINES.get(str(letter).upper(), "# ?") for letter in answer.get("loop_order") or [])
print(program or "# no letters yet")
places = [15.0]
if program:
    recorded = program + ("\n    places.append(x.item())" if "D" in answer["loop_order"] else "")
    try:
        exec(recorded, {"torch": torch, "f": lambda x: x**2, "steps": 30, "lr": 0.05, "places": places})
    except Exception as error:
        print(f"\nit stops: {type(error).__name__}: {error}")
live_plot.animate(lambda x: x**2, places, x_range=(-17, 17), delta=200)

# %% [markdown]
# Forward, backward, step, clear: every training loop in the world has these four moves, in this order.
# Try what happens without line E, with F instead of G, or with E before C.

# %% [markdown]
# ## 2.3 By hand
# Now write it yourself, for $f(x) = x^3$.
# The cube has no lowest point, so the loss to bring down is its *size* $|f(x)|$, in torch `cube(x).abs()`.


# %%
def cube(x):
    return x**3


x0, lr, iterations = answer.given("gd_abs_cube", x0=7.0, lr=0.01, iterations=10)

# %% [markdown]
# **Your turn.** Complete the function.
# Record x and the loss at the start and after every step, so that both lists have `iterations + 1` entries and `ys[k]` is the loss at `xs[k]`.
# About 9 lines, all by hand: no `torch.optim`.


# %% exercise="gd_abs_cube"
def gd_abs_cube(x0, lr, iterations):
    """Walk down |cube(x)| from x0 and return the lists (xs, ys), iterations + 1 floats each.

    xs[0] is x0 and ys[k] is |cube(xs[k])|.
    """
    x = torch.tensor([x0], requires_grad=True)
    ### BEGIN SOLUTION
    xs, ys = [x.item()], [cube(x).abs().item()]
    for _ in range(iterations):
        cube(x).abs().backward()
        with torch.no_grad():
            x -= lr * x.grad
        x.grad.zero_()
        xs.append(x.item())
        ys.append(cube(x).abs().item())
    return xs, ys
    ### END SOLUTION


# %% record="gd_abs_cube"
answer["cube_x"], answer["cube_y"] = gd_abs_cube(x0, lr, iterations)
answer["cube_zero"] = [gd_abs_cube(x0, lr, 0)[0][0], gd_abs_cube(x0, lr, 0)[1][0]]
for k, (xk, yk) in enumerate(zip(answer["cube_x"], answer["cube_y"], strict=True)):
    print(f"step {k:2d}   x = {float(xk):8.4f}   y = {float(yk):9.4f}")

# %% check="gd_abs_cube"
check(answer, "gd_abs_cube")

# %% picture="gd_abs_cube"
live_plot.animate(lambda x: cube(x).abs(), answer.get("cube_x", []), x_range=(-9, 9), delta=400, title="|x³|")

# %% [markdown]
# The steps are long at first and tiny at the end: near zero this curve is almost flat, so its slope gives hardly any push.
# The last row belongs to the point after the last step; a loop that prints `y` before it steps never shows that row.
# From this start the walk would be the same without the absolute value. Would it from a negative one?


# %% picture="gd_abs_cube_negative"
def without_abs(x0, steps=4):
    xs = [x0]
    for _ in range(steps):
        xs.append(xs[-1] - 0.01 * 3 * xs[-1] ** 2)
    return xs


print("from -7 on the cube itself:", [round(x, 2) for x in without_abs(-7.0)])
live_plot.animate(cube, without_abs(-7.0, 2), x_range=(-11, 9), delta=800, title="x³ itself, from x = -7")

# %% [markdown]
# ## 2.4 One step as a function
# A loop reads best when one step is one function.
# It gets the function to go down, the tensor to move, and the rate.


# %%
def bowl(X):
    return 10 * (X**2).sum()


G = torch.tensor([[1.0, -1.0], [1.0, 1.0]]) @ torch.diag(torch.tensor([1.0, 4.0]))


def function_skewed(v):
    return 10 * v @ (G.to(v.dtype) @ v)


def function_tilted(v):
    return 10 * v @ (torch.tensor([[2.0, 1.0], [-3.0, 1.5]], dtype=v.dtype) @ v)


function, start, alpha, steps = answer.given(
    "make_gradient_step", function=bowl, start=(8.0, 8.0), alpha=0.001, steps=500
)

# %% [markdown]
# **Your turn.** Make one step of gradient descent.
# `X` is the caller's tensor: change the numbers inside it, and leave its gradient empty.
# The function returns nothing.
# About 5 lines, no `torch.optim`.


# %% exercise="make_gradient_step"
def make_gradient_step(function, X, alpha=0.001):
    """Move X one step of gradient descent on function, in place, and leave X.grad empty (None or zeros).

    function: takes X and returns a tensor with one number.
    X: a float tensor that requires a gradient.
    """
    ### BEGIN SOLUTION
    function(X).backward()
    with torch.no_grad():
        X -= alpha * X.grad
    X.grad.zero_()
    ### END SOLUTION


# %% record="make_gradient_step"
X = torch.tensor(start, requires_grad=True)
points, values = [], []
for _ in range(steps):
    points.append(X.detach().clone())
    values.append(function(X).item())
    make_gradient_step(function, X, alpha)
answer["var_history_1"], answer["fn_history_1"] = points, values
answer["grad_left"] = torch.zeros_like(X) if X.grad is None else X.grad

# %% check="make_gradient_step"
check(answer, "make_gradient_step")

# %% [markdown]
# First the way over the contours of the bowl, then the value against the step, on a linear and on a logarithmic axis.

# %% picture="make_gradient_step"
live_plot.animate(bowl, answer.get("var_history_1", []), x_range=(-10, 10), y_range=(-10, 10), delta=30)

# %% picture="make_gradient_step_loss"
live_plot.show_loss(answer.get("fn_history_1", []))

# %% [markdown]
# In a round bowl the way leads straight to the centre.
# On the linear axis nothing seems to happen after the first hundred steps; on the logarithmic one you see that the value shrinks by the same factor, step after step, to the end.

# %% [markdown]
# ## 2.5 A narrow valley
# Back to the valley of lesson 1.
# Now you write the whole loop, and the recording with it.

# %%
start, lr, steps = answer.given("var_history_2", start=(8.0, 8.0), lr=0.001, steps=500)

# %% [markdown]
# **Your turn.** Walk down `function_skewed` from `start`, and record **before** each step: the point in `answer["var_history_2"]`, its value in `answer["fn_history_2"]`.
# Both lists get `steps` entries and begin with the start; one more entry for the last point is welcome too.
# About 12 lines, all by hand: no `torch.optim`.

# %% exercise="var_history_2"
### BEGIN SOLUTION
v = torch.tensor(start, requires_grad=True)
points, values = [], []
for _ in range(steps):
    loss = function_skewed(v)
    points.append(v.detach().clone())
    values.append(loss.item())
    loss.backward()
    with torch.no_grad():
        v -= lr * v.grad
    v.grad.zero_()
answer["var_history_2"], answer["fn_history_2"] = points, values
### END SOLUTION

# %% check="var_history_2"
check(answer, "var_history_2")

# %% picture="var_history_2"
try:
    display(
        live_plot.animate(function_skewed, answer.get("var_history_2"), x_range=(-10, 10), y_range=(-10, 10), delta=30)
    )
except Exception as error:
    print("no picture of these points:", error)

# %% picture="var_history_2_loss"
live_plot.show_loss(answer.get("fn_history_1", []), answer.get("fn_history_2", []), labels=["bowl", "valley"])

# %%
points, values = live_plot.numbers(answer.get("var_history_2")), live_plot.numbers(answer.get("fn_history_2"))
for k in (0, 1, 2, 499):
    if points.ndim == 2 and min(len(points), len(values)) > k:
        print(f"k = {k:3d}   v = ({points[k][0]:.6f}, {points[k][1]:.6f})   f(v) = {values[k]:.6f}")

# %% [markdown]
# The walk first drops across the valley, then creeps along its floor; $x_1$ even grows at the start, as you predicted in lesson 1.
# On the logarithmic axis the line has a bend: the steep part is the drop across, the flat one the long way along.
# How large the steps may become is tried at the end of this lesson.

# %% [markdown]
# ## 2.6 Repair a table
# The program below walks down $y = x^2$ and prints a row after every 20th step.
# It runs, it even finds the minimum, and its table is wrong.


# %%
def square(x):
    return x**2


start, lr, steps, every = answer.given("x_iters", start=15.0, lr=0.05, steps=100, every=20)

# %%
x = torch.tensor([start], requires_grad=True)
print("   x before    x after   resulting y")
for k in range(1, steps + 1):
    y = square(x)
    y.backward()
    before = x.item()
    with torch.no_grad():
        x -= lr * x.grad
    x.grad.zero_()
    if k % every == 0:
        print(f"{before:10.4f} {x.item():10.4f} {y.item():12.4f}")

# %% [markdown]
# Take the first row: the square of 1.8236 is not 4.1058.
#
# **Your turn.** Write the program so that every row is right, and store the columns as lists: `answer["x_iters"]` holds the start and then `x` after every `every`-th step, `answer["y_hist"]` holds $x^2$ for the very same x.
# With the printed numbers both have 6 entries.
# About 12 lines, by hand.

# %% exercise="x_iters"
### BEGIN SOLUTION
x = torch.tensor([start], requires_grad=True)
x_iters, y_hist = [x.item()], [x.item() ** 2]
for k in range(1, steps + 1):
    square(x).backward()
    with torch.no_grad():
        x -= lr * x.grad
    x.grad.zero_()
    if k % every == 0:
        x_iters.append(x.item())
        y_hist.append(x.item() ** 2)
answer["x_iters"], answer["y_hist"] = x_iters, y_hist
### END SOLUTION

# %% check="x_iters"
check(answer, "x_iters")

# %% picture="x_iters"
print("step          x             y = x²")
for k, (xk, yk) in enumerate(zip(answer.get("x_iters") or [], answer.get("y_hist") or [], strict=False)):
    wrong = "" if abs(float(xk) ** 2 - float(yk)) <= 1e-5 * abs(float(yk)) + 1e-12 else "   <- not the square of its x"
    print(f"{k * every:4d}   {float(xk):.6g}   {float(yk):.6g}{wrong}")

# %% [markdown]
# Each column was right at some moment, and the two moments differed.
# A value that is computed before the step belongs to the point before the step.

# %% [markdown]
# ## 2.7 The whole walk as a function
# The last exercise puts it all together: a function that walks down any `f`, for numbers and for points, and stops early when `f` falls below a tolerance.

# %%
from collections import namedtuple

Path = namedtuple("Path", ["xs", "fs"])
f, x0, lr, steps, tol = answer.given("gradient_descent", f=square, x0=15.0, lr=0.05, steps=100, tol=1e-6)

# %% [markdown]
# **Your turn.** Return a `Path`: `xs` holds the start and the point after each step, `fs` holds `f` at each of them.
# With a `tol`, stop as soon as a recorded value is below it, which may be the first one.
# Leave the caller's `x0` alone; a copy is `x0.clone()`.
# About 12 lines, no `torch.optim`.


# %% exercise="gradient_descent"
def gradient_descent(f, x0, lr, steps, tol=None):
    """Walk down f from x0 by gradient descent and return Path(xs, fs).

    f: takes a tensor of the shape of x0 and returns a tensor with one number.
    x0: a float tensor of any shape; it keeps its numbers.
    steps: how many steps at most; tol: stop once f(x) < tol.
    xs: the points, the start first, as tensors or numbers; fs: the values at those points, as floats.
    """
    ### BEGIN SOLUTION
    x = x0.clone().detach().requires_grad_()
    xs, fs = [x.detach().clone()], [f(x).item()]
    for _ in range(steps):
        if tol is not None and fs[-1] < tol:
            break
        f(x).backward()
        with torch.no_grad():
            x -= lr * x.grad
        x.grad = None
        xs.append(x.detach().clone())
        fs.append(f(x).item())
    return Path(xs, fs)
    ### END SOLUTION


# %% record="gradient_descent"
whole = gradient_descent(f, torch.tensor(x0), lr, steps)
answer["descent_xs"], answer["descent_fs"] = whole.xs, whole.fs
start_point = torch.tensor(x0)
answer["stopped_after"] = len(gradient_descent(f, start_point, lr, steps, tol).fs) - 1
answer["x0_after"] = start_point
answer["no_steps"] = gradient_descent(f, torch.tensor(x0), lr, 0).xs
answer["few_steps"] = len(gradient_descent(f, torch.tensor(x0), lr, 3, tol).fs) - 1
stops = ((4.0, None), (4.0, 0.0), (0.6, 0.0))
walks = [gradient_descent(parabola, torch.tensor(x), 0.1, 20, limit) for x, limit in stops]
answer["parabola_stops"] = [len(walk.fs) - 1 for walk in walks]
print(f"f < {tol:g} after {answer['stopped_after']} steps")

# %% check="gradient_descent"
check(answer, "gradient_descent")

# %% [markdown]
# Your function on the parabola of the beginning, and in the valley.

# %% picture="gradient_descent"
try:
    again = gradient_descent(parabola, torch.tensor(4.0), 0.1, 20)
    print(f"x = {float(again.xs[-1]):.7f}, f(x) = {float(again.fs[-1]):.7f}")
    valley = gradient_descent(function_skewed, torch.tensor([8.0, 8.0]), 0.02, 64)
    display(live_plot.animate(function_skewed, valley.xs, x_range=(-10, 10), y_range=(-10, 10), delta=100))
except Exception as error:
    print("no picture yet:", type(error).__name__, error)

# %% [markdown]
# With a rate of 0.02 the walk zigzags down the valley, and after 64 steps $f$ is below one millionth; with 0.001 that takes more than a thousand.
# How much larger may it become? Try 0.021, 0.022 and 0.03: there is a limit, and it is sharp.
#
# ### Watch a loop while it runs
# `LivePlot` draws what you `add`, a few times a second, and becomes the player when the block ends.
# Put it around any loop of your own.

# %% picture="watched_loop"
v = torch.tensor([8.0, -6.0], requires_grad=True)
with live_plot.LivePlot(function_skewed, x_range=(-10, 10), y_range=(-10, 10)) as live:
    for k in range(150):
        loss = function_skewed(v)
        loss.backward()
        live.add(v, loss=loss)
        with torch.no_grad():
            v -= 0.01 * v.grad
        v.grad.zero_()

# %% [markdown]
# The strip below shows the loss of each step on a logarithmic axis, with the same bend as before: first across the valley, then along it.

# %% [markdown]
# ## Bug of the day
# Two programs, each with one slip; say what their lists look like before you run the cell.

# %%
x = torch.tensor([15.0], requires_grad=True)
swinging = []
for _ in range(60):
    swinging.append(x.item())
    square(x).backward()
    with torch.no_grad():
        x -= 0.05 * x.grad

x = torch.tensor([15.0], requires_grad=True)
stored = []
for _ in range(5):
    square(x).backward()
    with torch.no_grad():
        x -= 0.05 * x.grad
    x.grad.zero_()
    stored.append(x.data)

print("first program: ", [round(value, 3) for value in swinging[:6]])
print("second program:", [round(value.item(), 3) for value in stored])
live_plot.animate(square, swinging, x_range=(-17, 17), delta=150)

# %% [markdown]
# The first never empties the gradient, so it never settles: it still feels every slope it ever met.
# The second stored the same numbers five times: `x.data` shares them with `x`, which went on moving; `x.detach().clone()` would have stored five.

# %% [markdown]
# ## Five questions
# No points, as many tries as you like; the card tells which one to think about again.
# Store five letters: `answer["quiz"] = ["a", ...]`.
#
# 1. Which line moves x? **a** `y.backward()` · **b** `x -= lr * x.grad` · **c** `x.grad.zero_()`
# 2. What is `torch.no_grad()` for? **a** the step is not recorded in the graph · **b** the gradient is emptied · **c** the loop runs faster
# 3. How often must the gradient be emptied? **a** never · **b** once, before the loop · **c** once between two `backward()`
# 4. `history.append(x)` in the loop gives **a** all points of the walk · **b** the last point many times · **c** an error
# 5. A walk of 100 steps has how many points? **a** 99 · **b** 100 · **c** 101

# %% exercise="quiz"
### BEGIN SOLUTION
answer["quiz"] = ["b", "a", "c", "b", "c"]
### END SOLUTION

# %% check="quiz"
check(answer, "quiz")

# %% [markdown]
# ## Look back
# Which line of the loop would you have forgotten?
# One sentence, `answer["reflection"] = "..."`, for yourself and your teacher; it has no points.

# %% exercise="reflection"
### BEGIN SOLUTION
answer["reflection"] = "I would have forgotten to empty the gradient."
### END SOLUTION

# %% check="reflection"
check(answer, "reflection")

# %% [markdown]
# ## Handing in
# Save the notebook and hand it in.
# The line below says where your answers are, and in Colab it downloads them.

# %%
answer.download()
