# Answers as students write them: honest ones must pass, wrong ones must be rejected and named.
# Header: honest="what is special" or wrong="the misconception", then exercise="its id".
# A cell is a whole answer, or says with "# - old" and "# + new" how it differs from the model answer.

# ------------------------------------------------------------------ p3

# %% honest="a tuple" exercise="p3"
answer["p3"] = (13.5, 12.15, 10.935)

# %% honest="rounded" exercise="p3"
answer["p3"] = [13.5, 12.15, 10.94]

# %% honest="computed" exercise="p3"
answer["p3"] = [15 * 0.9**k for k in (1, 2, 3)]

# %% honest="in a tensor" exercise="p3"
answer["p3"] = torch.tensor([13.5, 12.15, 10.935])

# %% honest="powers" exercise="p3"
answer["p3"] = [15 * 0.9**k for k in (1, 2, 3)]

# %% honest="NumPy" exercise="p3"
import numpy as np

answer["p3"] = 15 * np.power(0.9, np.arange(1, 4))

# %% wrong="slope of the start" exercise="p3"
answer["p3"] = [13.5, 12, 10.5]

# %% wrong="half the slope" exercise="p3"
answer["p3"] = [14.25, 13.54, 12.86]

# %% wrong="uphill" exercise="p3"
answer["p3"] = [16.5, 18.15, 19.965]

# %% wrong="start counted as a step" exercise="p3"
answer["p3"] = [15, 13.5, 12.15]

# ------------------------------------------------------------------ loop_order

# %% honest="one text" exercise="loop_order"
answer["loop_order"] = "BDAHCGE"

# %% honest="a tuple" exercise="loop_order"
answer["loop_order"] = tuple("BDAHCGE")

# %% honest="split" exercise="loop_order"
answer["loop_order"] = ["B", "D", "A", "H", "C", "G", "E"]

# %% honest="small letters" exercise="loop_order"
answer["loop_order"] = ["b", "d", "a", "h", "c", "g", "e"]

# %% honest="with commas" exercise="loop_order"
answer["loop_order"] = "B, D, A, H, C, G, E"

# %% honest="cleared first" exercise="loop_order"
answer["loop_order"] = list("BDAHCGE")

# %% wrong="gradient cleared before its use" exercise="loop_order"
answer["loop_order"] = ["B", "D", "A", "H", "E", "C", "G"]

# %% wrong="x bound to a new tensor" exercise="loop_order"
answer["loop_order"] = ["B", "D", "A", "H", "C", "F", "E"]

# %% wrong="forward outside the loop" exercise="loop_order"
answer["loop_order"] = ["B", "I", "D", "H", "C", "G", "E"]

# %% wrong="gradient never cleared" exercise="loop_order"
answer["loop_order"] = ["B", "D", "A", "H", "C", "G"]

# %% wrong="gradient read too early" exercise="loop_order"
answer["loop_order"] = ["B", "D", "E", "A", "H", "C", "G"]

# ------------------------------------------------------------------ gd_abs_cube


# %% honest="data attribute" exercise="gd_abs_cube"
def gd_abs_cube(x0, lr, iterations):
    x = torch.tensor([x0], requires_grad=True)
    xs, ys = [], []
    for k in range(iterations + 1):
        if x.grad is not None:
            x.grad.zero_()
        y = cube(x).abs()
        xs.append(x.item())
        ys.append(y.item())
        if k < iterations:
            y.backward()
            x.data -= lr * x.grad
    return xs, ys


# %% honest="autograd.grad, new tensor each step" exercise="gd_abs_cube"
def gd_abs_cube(x0, lr, iterations):
    x = torch.tensor(x0, dtype=torch.float64)
    xs, ys = [float(x)], [float(abs(cube(x)))]
    for _ in range(iterations):
        leaf = x.clone().requires_grad_()
        (g,) = torch.autograd.grad(cube(leaf).abs(), leaf)
        x = x - lr * g
        xs.append(float(x))
        ys.append(float(abs(cube(x))))
    return xs, ys


# %% honest="sub_ and numpy lists" exercise="gd_abs_cube"
def gd_abs_cube(x0, lr, iterations):
    import numpy as np

    x = torch.tensor([x0], requires_grad=True)
    xs, ys = np.zeros(iterations + 1), np.zeros(iterations + 1)
    for k in range(iterations):
        loss = torch.abs(cube(x))
        xs[k], ys[k] = x.detach().numpy()[0], loss.detach().numpy()[0]
        loss.backward()
        with torch.no_grad():
            x.sub_(lr * x.grad)
            x.grad = None
    xs[iterations], ys[iterations] = x.item(), cube(x).abs().item()
    return xs, ys


# %% honest="L1Loss against zero" exercise="gd_abs_cube"
def gd_abs_cube(x0, lr, iterations):
    x = torch.Tensor([x0]).requires_grad_()
    loss_function = torch.nn.L1Loss()
    xs, ys = [x.clone().detach()], [loss_function(cube(x), torch.zeros(1)).detach()]
    for _ in range(iterations):
        loss = loss_function(cube(x), torch.zeros(1))
        loss.backward()
        with torch.no_grad():
            x.copy_(x - lr * x.grad)
        x.grad.zero_()
        xs.append(x.clone().detach())
        ys.append(loss_function(cube(x), torch.zeros(1)).detach())
    return xs, ys


# %% honest="re-made leaf" exercise="gd_abs_cube"
def gd_abs_cube(x0, lr, iterations):
    x = torch.tensor([x0], requires_grad=True)
    xs, ys = [x.item()], [cube(x).abs().item()]
    for _ in range(iterations):
        cube(x).abs().backward()
        with torch.no_grad():
            x = x - lr * x.grad
        x.requires_grad_()
        xs.append(x.item())
        ys.append(cube(x).abs().item())
    return xs, ys


# %% honest="square root of the square" exercise="gd_abs_cube"
def gd_abs_cube(x0, lr, iterations):
    x = torch.tensor([x0], requires_grad=True)
    size = lambda: (cube(x) ** 2).sqrt()
    rows = [(x.item(), size().item())]
    while len(rows) <= iterations:
        size().backward()
        with torch.no_grad():
            x += -lr * x.grad
            x.grad.fill_(0)
        rows.append((x.item(), size().item()))
    return [row[0] for row in rows], [row[1] for row in rows]


# %% wrong="descends f, not its size" exercise="gd_abs_cube"
def gd_abs_cube(x0, lr, iterations):
    x = torch.tensor([x0], requires_grad=True)
    xs, ys = [x.item()], [cube(x).abs().item()]
    for _ in range(iterations):
        cube(x).backward()
        with torch.no_grad():
            x -= lr * x.grad
        x.grad.zero_()
        xs.append(x.item())
        ys.append(cube(x).abs().item())
    return xs, ys


# %% wrong="gradient never cleared" exercise="gd_abs_cube"
def gd_abs_cube(x0, lr, iterations):
    x = torch.tensor([x0], requires_grad=True)
    xs, ys = [x.item()], [cube(x).abs().item()]
    for _ in range(iterations):
        cube(x).abs().backward()
        with torch.no_grad():
            x -= lr * x.grad
        xs.append(x.item())
        ys.append(cube(x).abs().item())
    return xs, ys


# %% wrong="step outside no_grad" exercise="gd_abs_cube"
def gd_abs_cube(x0, lr, iterations):
    x = torch.tensor([x0], requires_grad=True)
    xs, ys = [x.item()], [cube(x).abs().item()]
    for _ in range(iterations):
        cube(x).abs().backward()
        x -= lr * x.grad
        x.grad.zero_()
        xs.append(x.item())
        ys.append(cube(x).abs().item())
    return xs, ys


# %% wrong="x bound to a new tensor" exercise="gd_abs_cube"
def gd_abs_cube(x0, lr, iterations):
    x = torch.tensor([x0], requires_grad=True)
    xs, ys = [x.item()], [cube(x).abs().item()]
    for _ in range(iterations):
        cube(x).abs().backward()
        x = x - lr * x.grad
        x.grad.zero_()
        xs.append(x.item())
        ys.append(cube(x).abs().item())
    return xs, ys


# %% wrong="x and f from two moments" exercise="gd_abs_cube"
def gd_abs_cube(x0, lr, iterations):
    x = torch.tensor([x0], requires_grad=True)
    xs, ys = [x.item()], []
    for _ in range(iterations):
        y = cube(x).abs()
        y.backward()
        with torch.no_grad():
            x -= lr * x.grad
        x.grad.zero_()
        xs.append(x.item())
        ys.append(y.item())
    ys.insert(0, ys[0])
    return xs, ys


# %% wrong="uphill" exercise="gd_abs_cube"
def gd_abs_cube(x0, lr, iterations):
    x = torch.tensor([x0], requires_grad=True)
    xs, ys = [x.item()], [cube(x).abs().item()]
    for _ in range(iterations):
        cube(x).abs().backward()
        with torch.no_grad():
            x += lr * x.grad
        x.grad.zero_()
        xs.append(x.item())
        ys.append(cube(x).abs().item())
    return xs, ys

# %% wrong="ends after the first round" exercise="gd_abs_cube"
# - return xs, ys
# +     return xs, ys

# %% wrong="more steps than asked for" exercise="gd_abs_cube"
# - for _ in range(iterations):
# + for _ in range(10):

# %% wrong="start counted as a step" exercise="gd_abs_cube"
# - cube(x).abs().backward()
# + xs.append(x.item())
# + ys.append(cube(x).abs().item())
# + cube(x).abs().backward()
# - x.grad.zero_()
# - xs.append(x.item())
# - ys.append(cube(x).abs().item())
# + x.grad.zero_()

# %% wrong="zero_grad of a tensor" exercise="gd_abs_cube"
# - x.grad.zero_()
# + x.zero_grad()


# ------------------------------------------------------------------ make_gradient_step


# %% honest="data attribute, as in the old days" exercise="make_gradient_step"
def make_gradient_step(function, X, alpha=0.001):
    value = function(X)
    value.backward()
    X.data -= alpha * X.grad.data
    X.grad.zero_()


# %% honest="cleared first and last" exercise="make_gradient_step"
def make_gradient_step(function, X, alpha=0.001):
    X.grad = None
    function(X).backward()
    with torch.no_grad():
        X.add_(X.grad, alpha=-alpha)
    X.grad = None


# %% honest="autograd.grad" exercise="make_gradient_step"
def make_gradient_step(function, X, alpha=0.001):
    (g,) = torch.autograd.grad(function(X), X)
    with torch.no_grad():
        X.copy_(X - alpha * g)


# %% honest="detached view" exercise="make_gradient_step"
def make_gradient_step(function, X, alpha=0.001):
    function(X).backward()
    X.detach().sub_(alpha * X.grad)
    X.grad.zero_()
    return X


# %% honest="copy_ and sub" exercise="make_gradient_step"
# - with torch.no_grad():
# - X -= alpha * X.grad
# - X.grad.zero_()
# + with torch.no_grad():
# +     X.copy_(X - alpha * X.grad)
# + X.grad = None

# %% honest="an upstream of ones" exercise="make_gradient_step"
# - function(X).backward()
# + value = function(X)
# + value.backward(torch.ones_like(value))

# %% wrong="gradient never cleared" exercise="make_gradient_step"
def make_gradient_step(function, X, alpha=0.001):
    function(X).backward()
    with torch.no_grad():
        X -= alpha * X.grad


# %% wrong="backward thought to move" exercise="make_gradient_step"
def make_gradient_step(function, X, alpha=0.001):
    function(X).backward()
    with torch.no_grad():
        X = X - alpha * X.grad


# %% wrong="uphill" exercise="make_gradient_step"
def make_gradient_step(function, X, alpha=0.001):
    function(X).backward()
    with torch.no_grad():
        X += alpha * X.grad
    X.grad.zero_()


# %% wrong="argument ignored" exercise="make_gradient_step"
def make_gradient_step(function, X, alpha=0.001):
    function(X).backward()
    with torch.no_grad():
        X -= 0.001 * X.grad
    X.grad.zero_()


# %% wrong="function ignored" exercise="make_gradient_step"
def make_gradient_step(function, X, alpha=0.001):
    with torch.no_grad():
        X -= alpha * 20 * X


# %% wrong="size of the slope ignored" exercise="make_gradient_step"
def make_gradient_step(function, X, alpha=0.001):
    function(X).backward()
    with torch.no_grad():
        X -= alpha * X.grad.sign()
    X.grad.zero_()


# ------------------------------------------------------------------ var_history_2

# %% honest="one point more, numpy" exercise="var_history_2"

v = torch.tensor(start, requires_grad=True)
answer["var_history_2"], answer["fn_history_2"] = [], []
for k in range(steps + 1):
    value = function_skewed(v)
    answer["var_history_2"].append(v.detach().numpy().copy())
    answer["fn_history_2"].append(value.detach().numpy())
    value.backward()
    v.data = v.data - lr * v.grad
    v.grad = None

# %% honest="with the step function" exercise="var_history_2"
X = torch.tensor(start, requires_grad=True)
var_history, fn_history = [], []
for _ in range(steps):
    var_history.append(X.tolist())
    fn_history.append(float(function_skewed(X)))
    function_skewed(X).backward()
    with torch.no_grad():
        X -= lr * X.grad
        X.grad *= 0
answer["var_history_2"] = var_history
answer["fn_history_2"] = fn_history

# %% honest="double precision, stacked" exercise="var_history_2"
v = torch.tensor(start, dtype=torch.float64, requires_grad=True)
trail, heights = torch.zeros(steps, 2), torch.zeros(steps)
for k in range(steps):
    (g,) = torch.autograd.grad(function_skewed(v), v)
    trail[k], heights[k] = v.detach(), function_skewed(v).detach()
    v = (v - lr * g).detach().requires_grad_()
answer.update(var_history_2=trail, fn_history_2=heights)


# %% honest="a helper class" exercise="var_history_2"
class Walker:
    def __init__(self, at):
        self.at = torch.nn.Parameter(torch.tensor(at))
        self.seen = []

    def step(self):
        loss = function_skewed(self.at)
        self.seen.append((self.at.detach().clone(), loss.item()))
        self.at.grad = None
        loss.backward()
        with torch.no_grad():
            self.at -= lr * self.at.grad


walker = Walker(start)
for _ in range(steps):
    walker.step()
answer["var_history_2"] = [p for p, _ in walker.seen]
answer["fn_history_2"] = [f for _, f in walker.seen]

# %% honest="sub_ and None" exercise="var_history_2"
# - with torch.no_grad():
# - v -= lr * v.grad
# - v.grad.zero_()
# + with torch.no_grad():
# +     v.sub_(v.grad, alpha=lr)
# + v.grad = None

# %% honest="autograd.grad, a fresh leaf each time" exercise="var_history_2"
v = torch.tensor(start)
points, values = [], []
for _ in range(steps):
    leaf = v.clone().requires_grad_()
    loss = function_skewed(leaf)
    points.append(v.clone())
    values.append(loss.item())
    (g,) = torch.autograd.grad(loss, leaf)
    v = v - lr * g
answer["var_history_2"] = points
answer["fn_history_2"] = values

# %% wrong="gradient never cleared" exercise="var_history_2"
v = torch.tensor(start, requires_grad=True)
points, values = [], []
for _ in range(steps):
    loss = function_skewed(v)
    points.append(v.detach().clone())
    values.append(loss.item())
    loss.backward()
    with torch.no_grad():
        v -= lr * v.grad
answer["var_history_2"], answer["fn_history_2"] = points, values

# %% wrong="recorded after the step" exercise="var_history_2"
v = torch.tensor(start, requires_grad=True)
points, values = [], []
for _ in range(steps):
    function_skewed(v).backward()
    with torch.no_grad():
        v -= lr * v.grad
    v.grad.zero_()
    points.append(v.detach().clone())
    values.append(function_skewed(v).item())
answer["var_history_2"], answer["fn_history_2"] = points, values

# %% wrong="same tensor stored every time" exercise="var_history_2"
v = torch.tensor(start, requires_grad=True)
points, values = [], []
for _ in range(steps):
    loss = function_skewed(v)
    points.append(v.data)
    values.append(loss.item())
    loss.backward()
    with torch.no_grad():
        v -= lr * v.grad
    v.grad.zero_()
answer["var_history_2"], answer["fn_history_2"] = points, values

# %% wrong="point after the step, value from before it" exercise="var_history_2"
v = torch.tensor(start, requires_grad=True)
points, values = [], []
for _ in range(steps):
    loss = function_skewed(v)
    loss.backward()
    with torch.no_grad():
        v -= lr * v.grad
    v.grad.zero_()
    points.append(v.detach().clone())
    values.append(loss.item())
answer["var_history_2"], answer["fn_history_2"] = points, values

# %% wrong="matrix taken as symmetric" exercise="var_history_2"
v = torch.tensor(start)
points, values = [], []
for _ in range(steps):
    points.append(v.clone())
    values.append(function_skewed(v).item())
    v = v - lr * 20 * G @ v
answer["var_history_2"], answer["fn_history_2"] = points, values

# %% wrong="coordinates moved one after the other" exercise="var_history_2"
v = torch.tensor(start, requires_grad=True)
points, values = [], []
for _ in range(steps):
    points.append(v.detach().clone())
    values.append(function_skewed(v).item())
    for i in range(2):
        (g,) = torch.autograd.grad(function_skewed(v), v)
        with torch.no_grad():
            v[i] -= lr * g[i]
answer["var_history_2"], answer["fn_history_2"] = points, values

# %% wrong="slope of the start" exercise="var_history_2"
v = torch.tensor(start, requires_grad=True)
(g,) = torch.autograd.grad(function_skewed(v), v)
points, values = [], []
for _ in range(steps):
    points.append(v.detach().clone())
    values.append(function_skewed(v).item())
    with torch.no_grad():
        v -= lr * g
answer["var_history_2"], answer["fn_history_2"] = points, values

# %% wrong="" exercise="var_history_2"
v = torch.tensor(start, requires_grad=True)
optimizer = torch.optim.SGD([v], lr=lr)
points, values = [], []
for _ in range(steps):
    optimizer.zero_grad()
    loss = function_skewed(v)
    points.append(v.detach().clone())
    values.append(loss.item())
    loss.backward()
    optimizer.step()
answer["var_history_2"], answer["fn_history_2"] = points, values

# %% wrong="x not made anew" exercise="var_history_2"
v = torch.tensor(start, requires_grad=True)
for _ in range(2):
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

# %% wrong="list not emptied" exercise="var_history_2"
points, values = [], []
for _ in range(2):
    v = torch.tensor(start, requires_grad=True)
    for _ in range(steps):
        loss = function_skewed(v)
        points.append(v.detach().clone())
        values.append(loss.item())
        loss.backward()
        with torch.no_grad():
            v -= lr * v.grad
        v.grad.zero_()
answer["var_history_2"], answer["fn_history_2"] = points, values

# %% wrong="gradient cleared before its use" exercise="var_history_2"
# - loss.backward()
# - with torch.no_grad():
# - v -= lr * v.grad
# - v.grad.zero_()
# + loss.backward()
# + v.grad.zero_()
# + with torch.no_grad():
# +     v -= lr * v.grad

# %% wrong="only some steps recorded" exercise="var_history_2"
# - for _ in range(steps):
# - loss = function_skewed(v)
# - points.append(v.detach().clone())
# - values.append(loss.item())
# + for k in range(steps):
# +     loss = function_skewed(v)
# +     if k % 20 == 0:
# +         points.append(v.detach().clone())
# +         values.append(loss.item())

# ------------------------------------------------------------------ x_iters


# %% honest="a helper function" exercise="x_iters"
def walk(x, n):
    for _ in range(n):
        square(x).backward()
        x.data -= lr * x.grad
        x.grad.zero_()


x = torch.tensor(start, requires_grad=True)
x_iters, y_hist = [x.item()], [square(x).item()]
for _ in range(steps // every):
    walk(x, every)
    x_iters.append(x.item())
    y_hist.append(square(x).item())
answer["x_iters"], answer["y_hist"] = x_iters, y_hist

# %% honest="everything, then a slice" exercise="x_iters"
x = torch.tensor([start], requires_grad=True)
xs = [x.detach().clone()]
for _ in range(steps):
    (g,) = torch.autograd.grad(square(x), x)
    with torch.no_grad():
        x -= lr * g
    xs.append(x.detach().clone())
answer["x_iters"] = xs[::every]
answer["y_hist"] = [value**2 for value in xs[::every]]

# %% honest="record before, with a condition" exercise="x_iters"
x = torch.tensor(start, dtype=torch.float64, requires_grad=True)
x_iters, y_hist = [], []
for k in range(steps + 1):
    y = x * x
    if k % every == 0:
        x_iters.append(x.item())
        y_hist.append(y.item())
    y.backward()
    with torch.no_grad():
        x -= lr * x.grad
    x.grad = None
answer["x_iters"] = x_iters
answer["y_hist"] = y_hist

# %% honest="data and zero first" exercise="x_iters"
x = torch.tensor([start], requires_grad=True)
rows = [(start, start**2)]
for k in range(steps):
    if x.grad is not None:
        x.grad.zero_()
    square(x).backward()
    x.data -= lr * x.grad
    if (k + 1) % every == 0:
        rows.append((x.item(), square(x).item()))
answer["x_iters"] = [row[0] for row in rows]
answer["y_hist"] = [row[1] for row in rows]

# %% honest="double precision" exercise="x_iters"
# - x = torch.tensor([start], requires_grad=True)
# + x = torch.tensor([start], dtype=torch.float64, requires_grad=True)

# %% honest="two loops" exercise="x_iters"
x = torch.tensor(start, requires_grad=True)
x_iters, y_hist = [start], [start**2]
for block in range(steps // every):
    for _ in range(every):
        (g,) = torch.autograd.grad(square(x), x)
        with torch.no_grad():
            x -= lr * g
    x_iters.append(x.item())
    y_hist.append(x.item() ** 2)
answer["x_iters"], answer["y_hist"] = torch.tensor(x_iters), torch.tensor(y_hist)

# %% wrong="x and f from two moments" exercise="x_iters"
x = torch.tensor([start], requires_grad=True)
x_iters, y_hist = [x.item()], [x.item() ** 2]
for k in range(1, steps + 1):
    y = square(x)
    y.backward()
    with torch.no_grad():
        x -= lr * x.grad
    x.grad.zero_()
    if k % every == 0:
        x_iters.append(x.item())
        y_hist.append(y.item())
answer["x_iters"], answer["y_hist"] = x_iters, y_hist

# %% wrong="counts from zero" exercise="x_iters"
x = torch.tensor([start], requires_grad=True)
x_iters, y_hist = [x.item()], [x.item() ** 2]
for k in range(steps):
    square(x).backward()
    with torch.no_grad():
        x -= lr * x.grad
    x.grad.zero_()
    if k % every == 0:
        x_iters.append(x.item())
        y_hist.append(x.item() ** 2)
answer["x_iters"], answer["y_hist"] = x_iters, y_hist

# %% wrong="start missing" exercise="x_iters"
x = torch.tensor([start], requires_grad=True)
x_iters, y_hist = [], []
for k in range(1, steps + 1):
    square(x).backward()
    with torch.no_grad():
        x -= lr * x.grad
    x.grad.zero_()
    if k % every == 0:
        x_iters.append(x.item())
        y_hist.append(x.item() ** 2)
answer["x_iters"], answer["y_hist"] = x_iters, y_hist

# %% wrong="every step recorded" exercise="x_iters"
x = torch.tensor([start], requires_grad=True)
x_iters, y_hist = [x.item()], [x.item() ** 2]
for k in range(1, steps + 1):
    square(x).backward()
    with torch.no_grad():
        x -= lr * x.grad
    x.grad.zero_()
    x_iters.append(x.item())
    y_hist.append(x.item() ** 2)
answer["x_iters"], answer["y_hist"] = x_iters, y_hist

# ------------------------------------------------------------------ gradient_descent


# %% honest="tested after the step" exercise="gradient_descent"
def gradient_descent(f, x0, lr, steps, tol=None):
    x = x0.detach().clone().requires_grad_(True)
    path = Path([x.tolist()], [f(x).item()])
    if tol is not None and path.fs[0] < tol:
        return path
    for _ in range(steps):
        f(x).backward()
        with torch.no_grad():
            x -= lr * x.grad
        x.grad.zero_()
        path.xs.append(x.tolist())
        path.fs.append(f(x).item())
        if tol is not None and path.fs[-1] < tol:
            break
    return path


# %% honest="functional, no leaf kept" exercise="gradient_descent"
def gradient_descent(f, x0, lr, steps, tol=None):
    slope = torch.func.grad(f)
    x = x0.clone()
    xs, fs = [x], [float(f(x))]
    for _ in range(steps):
        if tol is not None and fs[-1] < tol:
            return Path(xs, fs)
        x = x - lr * slope(x)
        xs.append(x)
        fs.append(float(f(x)))
    return Path(xs, fs)


# %% honest="double precision and numpy" exercise="gradient_descent"
def gradient_descent(f, x0, lr, steps, tol=None):
    import numpy as np

    x = x0.double().clone().requires_grad_()
    xs, fs = [], []
    for k in range(steps + 1):
        y = f(x)
        xs.append(x.detach().numpy().copy())
        fs.append(y.item())
        if k == steps or (tol is not None and y < tol):
            break
        x.grad = None
        y.backward()
        x.data = x.data - lr * x.grad
    return Path(np.array(xs), np.array(fs))


# %% honest="a while loop" exercise="gradient_descent"
def gradient_descent(f, x0, lr, steps, tol=None):
    x = x0.detach().clone().requires_grad_(True)
    xs, fs = [], []
    k = 0
    while True:
        value = f(x)
        xs.append(x.detach().clone())
        fs.append(float(value))
        if k == steps or (tol is not None and fs[-1] < tol):
            return Path(xs, fs)
        value.backward()
        x.data.sub_(lr * x.grad)
        x.grad.zero_()
        k += 1

# %% honest="NumPy copies" exercise="gradient_descent"
# - xs, fs = [x.detach().clone()], [f(x).item()]
# + xs, fs = [x.detach().numpy().copy()], [f(x).item()]
# - xs.append(x.detach().clone())
# + xs.append(x.detach().numpy().copy())

# %% honest="a tolerance of minus infinity" exercise="gradient_descent"
# - if tol is not None and fs[-1] < tol:
# + limit = -float("inf") if tol is None else tol
# + if fs[-1] < limit:

# %% wrong="same tensor stored every time" exercise="gradient_descent"
def gradient_descent(f, x0, lr, steps, tol=None):
    x = x0.clone().requires_grad_()
    xs, fs = [x.data], [f(x).item()]
    for _ in range(steps):
        if tol is not None and fs[-1] < tol:
            break
        f(x).backward()
        with torch.no_grad():
            x -= lr * x.grad
        x.grad = None
        xs.append(x.data)
        fs.append(f(x).item())
    return Path(xs, fs)


# %% wrong="argument changed" exercise="gradient_descent"
def gradient_descent(f, x0, lr, steps, tol=None):
    x = x0.requires_grad_()
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


# %% wrong="stops one step late" exercise="gradient_descent"
def gradient_descent(f, x0, lr, steps, tol=None):
    x = x0.clone().requires_grad_()
    xs, fs = [x.detach().clone()], [f(x).item()]
    for _ in range(steps):
        y = f(x)
        y.backward()
        with torch.no_grad():
            x -= lr * x.grad
        x.grad = None
        xs.append(x.detach().clone())
        fs.append(f(x).item())
        if tol is not None and y.item() < tol:
            break
    return Path(xs, fs)


# %% wrong="stops one step late" exercise="gradient_descent"
# - if tol is not None and fs[-1] < tol:
# -     break
# - f(x).backward()
# + f(x).backward()
# - fs.append(f(x).item())
# + fs.append(f(x).item())
# + if tol is not None and fs[-1] < tol:
# +     break

# %% wrong="zero taken for none" exercise="gradient_descent"
# - if tol is not None and fs[-1] < tol:
# + if tol and fs[-1] < tol:

# %% wrong="size for value" exercise="gradient_descent"
# - if tol is not None and fs[-1] < tol:
# + if tol is not None and abs(fs[-1]) < tol:

# %% wrong="tolerance ignored" exercise="gradient_descent"
def gradient_descent(f, x0, lr, steps, tol=None):
    x = x0.clone().requires_grad_()
    xs, fs = [x.detach().clone()], [f(x).item()]
    for _ in range(steps):
        f(x).backward()
        with torch.no_grad():
            x -= lr * x.grad
        x.grad = None
        xs.append(x.detach().clone())
        fs.append(f(x).item())
    return Path(xs, fs)


# %% wrong="recorded after the step" exercise="gradient_descent"
def gradient_descent(f, x0, lr, steps, tol=None):
    x = x0.clone().requires_grad_()
    xs, fs = [], []
    for _ in range(steps):
        f(x).backward()
        with torch.no_grad():
            x -= lr * x.grad
        x.grad = None
        xs.append(x.detach().clone())
        fs.append(f(x).item())
        if tol is not None and fs[-1] < tol:
            break
    return Path(xs, fs)

# %% wrong="number of steps ignored" exercise="gradient_descent"
# - for _ in range(steps):
# + while fs[-1] >= tol if tol is not None else len(xs) <= steps:
