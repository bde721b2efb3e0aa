# %% [markdown]
# # 1 · Slopes: what autograd gives you
#
# 45 minutes, 100 points, difficulty: easy.
# Before anything can walk downhill it has to know which way is down, and torch finds that out for you.
#
# **After this page you can**
# - get the slope of any loss with `backward()`, and say which tensors have one;
# - say what a second `backward()` does to the gradient of the first;
# - point downhill from any place of a landscape.
#
# It needs Python, tensors, and the derivative of a function of one variable.

# %% [markdown]
# ## 1.1 A cell that crashes
# The *loss* is the number to make small, and its *gradient* tells how it changes with each of its inputs.
# Autograd finds the gradient in three moves: make tensors that require it, compute the loss from them, call `loss.backward()`.
# The slopes then wait in the `.grad` of each tensor.
#
# The cell below is how many people begin, for $loss = x + y$ at $x = 10$, $y = 5$.
# Run it and read the last line of its message.

# %%
x = torch.tensor(10, requires_grad=True)
y = torch.tensor(5, requires_grad=True)
loss = x + y
loss.backward()
print(x.grad, y.grad)

# %% [markdown]
# Your code gets the loss as a function of two tensors, one of these three, and works for any of them.


# %%
def plus(x, y):
    return x + y


def volume(x, y):
    return x * y**2


def weighted(x, y):
    return 3 * x**2 + y**2


# %% [markdown]
# **Your turn.** Write the repaired cell as a function: it takes the loss and two numbers, whole ones or not, and returns the slopes of the loss in $x$ and in $y$, in this order.
# About 5 lines.

# %%
loss, x0, y0 = answer.given("sum_grads", loss=plus, x0=10, y0=5)


# %% exercise="sum_grads"
def sum_grads(loss, x0, y0):
    """Return the two slopes (d loss / d x, d loss / d y) at x = x0, y = y0, as two numbers.

    loss: a function of two tensors that returns a tensor with one number.
    x0, y0: two numbers, which may be whole.
    """
    ### BEGIN SOLUTION
    x = torch.tensor(float(x0), requires_grad=True)
    y = torch.tensor(float(y0), requires_grad=True)
    loss(x, y).backward()
    return x.grad.item(), y.grad.item()
    ### END SOLUTION


# %% record="sum_grads"
answer["sum_grads"] = sum_grads(loss, x0, y0)
answer["weighted_grads"] = sum_grads(weighted, 1.5, -2)
print("slopes:", answer["sum_grads"])

# %% check="sum_grads"
check(answer, "sum_grads")

# %% [markdown]
# Both slopes of a sum are one: make $x$ a little larger, and the sum grows by just as much.
# Before `backward()` there is nothing to read, as the next cell shows.

# %%
x = torch.tensor(10.0, requires_grad=True)
y = torch.tensor(5.0, requires_grad=True)
print("before backward:", x.grad, y.grad)
plus(x, y).backward()
print("after backward: ", x.grad.item(), y.grad.item())

# %% [markdown]
# ## 1.2 Slopes of a whole matrix
# A tensor with many entries has one slope for each of them, so the gradient has the shape of the tensor.
# You could find the gradient of $f(X) = 10 \sum_{ij} X_{ij}^2$ with pencil and paper; torch finds it for any $f$.
# Note that $f$ returns **one** number: `backward()` starts from one number only.


# %%
def ten_squares(X):
    return 10 * (X**2).sum()


def sum_of_sines(X):
    return torch.sin(X).sum()


def log_sum_exp(X):
    return torch.logsumexp(X.flatten(), dim=0)


def mean_of_exp(X):
    return torch.exp(X).mean()


f, X = answer.given("X_grad", f=ten_squares, X=[[1.0, 2.0, 3.0, 4.0], [5.0, 6.0, 7.0, 8.0], [9.0, 10.0, 11.0, 12.0]])

# %% [markdown]
# **Your turn.** Return the gradient of `f` at `X`, and leave the numbers of `X` as they are.
# About 4 lines.


# %% exercise="X_grad"
def grad_of(f, X):
    """Return the gradient of f at X, a float tensor of the shape of X.

    f: a function of one tensor that returns a tensor with one number.
    X: a float tensor that does not require a gradient; its numbers stay as they are.
    """
    ### BEGIN SOLUTION
    X = X.clone().requires_grad_()
    f(X).backward()
    return X.grad
    ### END SOLUTION


# %% record="X_grad"
matrix = torch.tensor(X)
answer["X_grad"] = grad_of(f, matrix)
answer["X_after"] = matrix
print("gradient:", torch.as_tensor(answer["X_grad"]).tolist())

# %% check="X_grad"
check(answer, "X_grad")

# %% [markdown]
# Left the matrix, right its gradient: compare the pattern of the colours, then the scales beside them.

# %% picture="X_grad"
live_plot.show_matrices({"X": answer.get("X_after"), "gradient": answer.get("X_grad")})

# %% [markdown]
# The pattern is the same and the scale is not: each slope is a fixed multiple of the entry it belongs to.

# %% [markdown]
# ## 1.3 Walk the graph
# While you compute the loss, autograd writes down every operation in a *graph*.
# Each result knows the node that made it, `t.grad_fn`; each node knows the nodes before it, `node.next_functions`, a tuple of pairs `(node, index)`.
# `backward()` walks this graph from the loss back to the tensors you made yourself, its *leaves*.
# The last node, `AccumulateGrad`, puts the slope into the `.grad` of such a leaf; its own `next_functions` is empty.
#
# `type(node).__name__` is a node's name, such as `MulBackward0`; the digit at the end may stay or go.


# %%
def sine_times_exp(X):
    return (X.sin() * X.exp()).sum()


def exp_times_cosine(X):
    return (X.exp() * X.cos()).mean()


expression = answer.given("graph_chain", expression=ten_squares)

# %% [markdown]
# **Your turn.** Return the names of the nodes from the loss to the leaf, always following the first pair.
# About 7 lines.


# %% exercise="graph_chain"
def graph_chain(t):
    """Return the names of the nodes from t.grad_fn to AccumulateGrad, both included, as a list of texts.

    t: a tensor with one number, the result of some operations on one leaf.
    """
    ### BEGIN SOLUTION
    names = []
    node = t.grad_fn
    while node is not None:
        names.append(type(node).__name__)
        node = node.next_functions[0][0] if node.next_functions else None
    return names
    ### END SOLUTION


# %% record="graph_chain"
leaf = torch.arange(1.0, 13.0).reshape(3, 4).requires_grad_()
answer["chain"] = graph_chain(expression(leaf))

# %% check="graph_chain"
check(answer, "graph_chain")

# %% picture="graph_chain"
chain = [str(name) for name in answer.get("chain") or []]
print(" → ".join(chain))
live_plot.show_chain(chain)

# %% [markdown]
# Read it from left to right, the way `backward()` goes: the multiplication by ten came last, so it comes first here.

# %% [markdown]
# ## 1.4 Backward, twice
# Take $f(x) = 10 x^2$ at $x = 1$.
# Somebody computes $f(x)$ and calls `backward()`, then computes $f(x)$ once more and calls `backward()` again, and touches nothing in between.
#
# **Predict** what `x.grad` holds after the second `backward()`, before you run anything.
# One line: `answer["twice"] = ...` with your number.

# %% exercise="twice"
### BEGIN SOLUTION
answer["twice"] = 40
### END SOLUTION

# %% check="twice"
check(answer, "twice")

# %% [markdown]
# Now make it happen, `n` times instead of twice, and with the choice to empty the gradient in between.
# Emptying is `x.grad = None`, or `x.grad.zero_()` where there is one.

# %%
f, x0, n = answer.given("grad_n", f=ten_squares, x0=1.0, n=2)

# %% [markdown]
# **Your turn.** About 6 lines.


# %% exercise="grad_n"
def grad_n(f, x0, n, clear):
    """Return x.grad as a float after n rounds of computing f(x) and calling backward(), at x = x0.

    x0: a float. clear: whether the gradient is emptied before each round.
    """
    ### BEGIN SOLUTION
    x = torch.tensor(x0, requires_grad=True)
    for _ in range(n):
        if clear:
            x.grad = None
        f(x).backward()
    return x.grad.item()
    ### END SOLUTION


# %% record="grad_n"
answer["grad_n"] = [grad_n(f, x0, rounds, clear) for rounds in (n, n + 2) for clear in (False, True)]

# %% check="grad_n"
check(answer, "grad_n")

# %% picture="grad_n"
try:
    heights = [[float(grad_n(f, x0, k, clear)) for k in range(1, 6)] for clear in (False, True)]
except Exception as error:
    print("no bars yet:", type(error).__name__, error)
    heights = [[0.0] * 5, [0.0] * 5]
bars = {"never emptied": heights[0], "emptied before each round": heights[1]}
live_plot.show_bars(bars, range(1, 6), name="x.grad", against="number of backward()")

# %% [markdown]
# The bars that are never emptied grow by the same amount each time: `backward()` **adds** to `.grad`.
# This is the most common slip in the whole subject; in the next lesson you will see what it does to a walk.

# %% [markdown]
# ## 1.5 A slope without autograd
# You can check any gradient with two function values: the slope of the line through the points of the curve at $x - h$ and $x + h$,
#
# $$ f'(x) \approx \frac{f(x + h) - f(x - h)}{2h}. $$


# %%
def cube(x):
    return x**3


def cosine(x):
    return torch.cos(x)


f, x, h = answer.given("numeric_slope", f=cube, x=2.0, h=0.1)

# %% [markdown]
# **Your turn.** 1 or 2 lines.


# %% exercise="numeric_slope"
def numeric_slope(f, x, h):
    """Return the slope of the line through f at x - h and x + h, the symmetric difference.

    x: a float64 tensor with one number; h: a positive number.
    """
    ### BEGIN SOLUTION
    return (f(x + h) - f(x - h)) / (2 * h)
    ### END SOLUTION


# %% record="numeric_slope"
answer["numeric_slope"] = numeric_slope(f, torch.tensor(x, dtype=torch.float64), h)
print("numeric slope:", answer["numeric_slope"])

# %% check="numeric_slope"
check(answer, "numeric_slope")

# %% [markdown]
# The lines below join the points at $x - h$ and $x + h$; look at how soon they cannot be told from the tangent.

# %% picture="numeric_slope"
xs = torch.linspace(-0.5, 4.2, 200)
curves, ends = {"f": cube(xs)}, {}
for width in (2.0, 1.0, 0.1):
    left, right = torch.tensor([2.0 - width, 2.0 + width])
    slope = (cube(right) - cube(left)) / (2 * width)
    name = f"h = {width:g}: slope {slope:.3f}"
    curves[name] = 8 + slope * (xs - 2)
    ends[name] = [(left, cube(left)), (right, cube(right))]
live_plot.show_curves(curves, at=xs, dots=ends, limits=(-12, 80), name="f(x)", against="x")

# %% [markdown]
# So the smaller $h$, the better?
# The cell below measures the error of the symmetric difference of $x^3$ at $x = 2$, where the exact slope is 12, in double precision.

# %%
point = torch.tensor(2.0, dtype=torch.float64)
widths = [10.0**-k for k in range(1, 14)]
errors = [abs(float((cube(point + h) - cube(point - h)) / (2 * h)) - 12) for h in widths]
for h, error in zip(widths, errors, strict=True):
    print(f"h = {h:.0e}   error = {error:.1e}")
live_plot.show_curves({"error": errors}, at=widths, log="xy", name="error of the slope", against="h")

# %% [markdown]
# **Your turn.** Which $h$ is best? One line, `answer["best_h"] = ...` with a positive number; anything between a tenth of the best and ten times the best is right.

# %% exercise="best_h"
### BEGIN SOLUTION
answer["best_h"] = 1e-5
### END SOLUTION

# %% check="best_h"
check(answer, "best_h")

# %% [markdown]
# To the right of the lowest error the curve of $f$ bends between $x - h$ and $x + h$; to the left the two values of $f$ agree in so many digits that their difference is mostly rounding.
# Autograd has neither problem, which is why nobody trains with numeric slopes, and why everybody tests with them.

# %% [markdown]
# ## 1.6 Who has a gradient?
# A *leaf* is a tensor that no recorded operation made.
# Autograd records an operation when one of its inputs requires a gradient.
# After `backward()` a gradient stays only in leaves that require one and that the loss was made from.
#
# Read these lines, and answer before you run them.
#
# ```python
# a = torch.tensor([1.0, 2.0], requires_grad=True)
# b = torch.tensor([3.0, 4.0])
# c = a * b
# d = a.detach()
# e = torch.ones(2, requires_grad=True) * 0.5
# u = torch.ones(2, requires_grad=True)
# (c + d + e).sum().backward()
# ```
#
# **Your turn.** Store two lists of names: in `answer["leaves"]` which of `a b c d e u` are leaves, in `answer["gets_grad"]` which of them have a `.grad` after the last line.
# Two lines; each list holds letters in quotes, in any order.

# %% exercise="leaves"
### BEGIN SOLUTION
answer["leaves"] = ["a", "b", "d", "u"]
answer["gets_grad"] = ["a"]
### END SOLUTION

# %% check="leaves"
check(answer, "leaves")

# %% [markdown]
# Run it and see; *retained* is what is left in `.grad`.

# %%
import warnings

a = torch.tensor([1.0, 2.0], requires_grad=True)
b = torch.tensor([3.0, 4.0])
c = a * b
d = a.detach()
e = torch.ones(2, requires_grad=True) * 0.5
u = torch.ones(2, requires_grad=True)
(c + d + e).sum().backward()
for name, tensor in zip("abcdeu", (a, b, c, d, e, u), strict=True):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        retained = tensor.grad
    print(f"{name}: leaf {tensor.is_leaf!s:5}  requires_grad {tensor.requires_grad!s:5}  .grad {retained}")

# %% [markdown]
# `e` looks much like `u`, but a multiplication made it: its gradient went on to a leaf that has no name.
# Scale or move a tensor first, then ask for its gradient.

# %% [markdown]
# ## 1.7 The way down
# The gradient points where the function rises fastest, so the steepest way down is against it.
# The landscape of the next lessons is a narrow, tilted valley,
#
# $$ f(v) = 10\, v^\top G\, v, \qquad G = \begin{pmatrix} 1 & -4 \\ 1 & 4 \end{pmatrix}, $$
#
# for a point $v = (x_1, x_2)$, with its lowest place at $(0, 0)$.

# %%
G = torch.tensor([[1.0, -1.0], [1.0, 1.0]]) @ torch.diag(torch.tensor([1.0, 4.0]))


def function_skewed(v):
    return 10 * v @ (G.to(v.dtype) @ v)


def function_tilted(v):
    return 10 * v @ (torch.tensor([[2.0, 1.0], [-3.0, 1.5]], dtype=v.dtype) @ v)


live_plot.show_places(function_skewed, {"(8, 8)": [(8, 8)]}, (-10, 10), (-10, 10))

# %% [markdown]
# The dot marks $(8, 8)$.
# **Predict** the first move from there, a small step along the steepest way down.
#
# - `"A"`: both coordinates shrink; it heads for $(0, 0)$.
# - `"B"`: $x_1$ grows and $x_2$ shrinks.
# - `"C"`: $x_1$ shrinks and $x_2$ grows.
# - `"D"`: only $x_2$ shrinks; $x_1$ stays.
#
# One line: `answer["first_move"] = "..."` with your letter.

# %% exercise="first_move"
### BEGIN SOLUTION
answer["first_move"] = "B"
### END SOLUTION

# %% check="first_move"
check(answer, "first_move")

# %%
f, xy = answer.given("descent_direction", f=function_skewed, xy=(8.0, 8.0))

# %% [markdown]
# **Your turn.** Return the direction of the steepest way down, a vector of (Euclidean) length one.
# Where the gradient is zero there is no way down: return zeros there, no `nan`.
# About 6 lines.


# %% exercise="descent_direction"
def descent_direction(f, xy):
    """Return the unit vector of steepest descent of f at the point xy, shape (2,); zeros where f is flat.

    f: a function of a tensor of shape (2,) that returns a tensor with one number.
    xy: a float tensor of shape (2,) that does not require a gradient.
    """
    ### BEGIN SOLUTION
    v = xy.clone().requires_grad_()
    f(v).backward()
    length = v.grad.norm()
    if length == 0:
        return torch.zeros(2)
    return -v.grad / length
    ### END SOLUTION


# %% record="descent_direction"
answer["descent_direction"] = descent_direction(f, torch.tensor(xy))
bottom = torch.ones(2)
places = (bottom, torch.tensor([1.0, 1.2]), torch.tensor([0.8, 1.0]))
found = [descent_direction(lambda v: ((v - bottom) ** 2).sum(), place) for place in places]
answer["direction_at_bottom"], answer["directions_near_bottom"] = found[0], found[1:]

# %% check="descent_direction"
check(answer, "descent_direction")

# %% picture="descent_direction"
arrows = []
for px in (-8, -4, 0, 4, 8):
    for py in (-8, -4, 0, 4, 8):
        try:
            dx, dy = descent_direction(function_skewed, torch.tensor([float(px), float(py)]))
        except Exception:  # the function is not finished yet
            break
        arrows.append((px, py, 1.3 * float(dx), 1.3 * float(dy)))
live_plot.show_places(function_skewed, {}, (-10, 10), (-10, 10), arrows={"downhill": arrows})

# %% [markdown]
# Hardly any arrow points at the centre: each one crosses the contours at a right angle, and in a narrow valley that means across, not along.
# At the centre there is no arrow, because there it is flat.

# %% [markdown]
# ## Bug of the day
# The function below is meant to return the slope of any `f` at `x0`, called as often as you like.
# Run it, find out why its answers drift, and repair it in a cell of your own; this one has no points.

# %%
kept = torch.tensor(3.0, requires_grad=True)


def slope_at_three(f):
    f(kept).backward()
    return kept.grad.item()


print([slope_at_three(cube) for _ in range(3)], "and the slope of the cube at 3 is 27")

# %% [markdown]
# ## Five questions
# No points, as many tries as you like; the card tells which one to think about again.
# Store five letters: `answer["quiz"] = ["a", ...]`.
#
# 1. What does `loss.backward()` change? **a** the numbers in `x` · **b** `x.grad` · **c** the loss
# 2. `X` has shape (3, 4) and the loss is one number. What is the shape of `X.grad`? **a** () · **b** (3,) · **c** (3, 4)
# 3. `x.grad` is 5. You compute the same loss again and call `backward()`. What is `x.grad` now? **a** 5 · **b** 10 · **c** 25
# 4. Which tensor keeps a gradient? **a** a leaf that requires one · **b** every result · **c** every tensor
# 5. Where does the gradient point? **a** to the minimum · **b** steepest down · **c** steepest up

# %% exercise="quiz"
### BEGIN SOLUTION
answer["quiz"] = ["b", "c", "b", "a", "c"]
### END SOLUTION

# %% check="quiz"
check(answer, "quiz")

# %% [markdown]
# ## Look back
# What was new to you today?
# One sentence, `answer["reflection"] = "..."`, for yourself and your teacher; it has no points.

# %% exercise="reflection"
### BEGIN SOLUTION
answer["reflection"] = "Gradients add up until somebody empties them."
### END SOLUTION

# %% check="reflection"
check(answer, "reflection")

# %% [markdown]
# ## Handing in
# Save the notebook and hand it in.
# The line below says where your answers are, and in Colab it downloads them.

# %%
answer.download()
