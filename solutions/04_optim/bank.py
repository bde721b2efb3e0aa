# Answers as students write them: honest ones must pass, wrong ones must be rejected and named.
# Header: honest="what is special" or wrong="the misconception", then exercise="its id".
# A cell is a whole answer, or says with "# - old" and "# + new" how it differs from the model answer.

# ------------------------------------------------------------------ x_iters_sgd

# %% honest="a parameter, cleared last" exercise="x_iters_sgd"
x = torch.nn.Parameter(torch.tensor(start))
opt = torch.optim.SGD([x], lr)
x_iters, y_hist = [float(x)], [float(x) ** 2]
for i in range(steps):
    square(x).backward()
    opt.step()
    opt.zero_grad()
    if (i + 1) % every == 0:
        x_iters.append(float(x))
        y_hist.append(float(square(x)))
answer["x_iters"] = x_iters
answer["y_hist"] = y_hist

# %% honest="a closure" exercise="x_iters_sgd"
x = torch.tensor([start], dtype=torch.float64, requires_grad=True)
opt = optim.SGD(params=[x], lr=lr)


def closure():
    opt.zero_grad()
    loss = square(x)
    loss.backward()
    return loss


xs = [x.item()]
for _ in range(steps):
    opt.step(closure)
    xs.append(x.item())
answer["x_iters"] = xs[::every]
answer["y_hist"] = [value**2 for value in xs[::every]]

# %% honest="imported class, gradient set to None" exercise="x_iters_sgd"
from torch.optim import SGD

x = torch.tensor([start]).requires_grad_()
walker = SGD([x], lr=lr)
rows = [(x.item(), square(x).item())]
for k in range(1, steps + 1):
    x.grad = None
    y = square(x)
    y.backward()
    walker.step()
    if not k % every:
        rows.append((x.item(), square(x).item()))
answer["x_iters"], answer["y_hist"] = zip(*rows)

# %% honest="a slice of everything" exercise="x_iters_sgd"
x = torch.tensor([start], requires_grad=True)
optimizer = optim.SGD([x], lr=lr)
xs = [x.item()]
for _ in range(steps):
    optimizer.zero_grad()
    loss = square(x)
    loss.backward()
    optimizer.step()
    xs.append(x.item())
answer["x_iters"] = xs[::every]
answer["y_hist"] = [value * value for value in xs[::every]]

# %% honest="a dictionary group" exercise="x_iters_sgd"
# - optimizer = optim.SGD([x], lr=lr)
# + optimizer = optim.SGD([{"params": [x]}], lr=lr)

# %% honest="tensors" exercise="x_iters_sgd"
# - answer["x_iters"], answer["y_hist"] = x_iters, y_hist
# + answer["x_iters"], answer["y_hist"] = torch.tensor(x_iters), torch.tensor(y_hist)

# %% wrong="x and f from two moments" exercise="x_iters_sgd"
x = torch.tensor([start], requires_grad=True)
optimizer = optim.SGD([x], lr=lr)
x_iters, y_hist = [x.item()], [x.item() ** 2]
for k in range(1, steps + 1):
    optimizer.zero_grad()
    y = square(x)
    y.backward()
    optimizer.step()
    if k % every == 0:
        x_iters.append(x.item())
        y_hist.append(y.item())
answer["x_iters"], answer["y_hist"] = x_iters, y_hist

# %% wrong="" exercise="x_iters_sgd"
x = torch.tensor([start], requires_grad=True)
optimizer = optim.SGD([x], lr=lr)
x_iters, y_hist = [x.item()], [x.item() ** 2]
for k in range(1, steps + 1):
    optimizer.zero_grad()
    square(x).backward()
    with torch.no_grad():
        x -= lr * x.grad
    if k % every == 0:
        x_iters.append(x.item())
        y_hist.append(x.item() ** 2)
answer["x_iters"], answer["y_hist"] = x_iters, y_hist

# %% wrong="gradient never cleared" exercise="x_iters_sgd"
x = torch.tensor([start], requires_grad=True)
optimizer = optim.SGD([x], lr=lr)
x_iters, y_hist = [x.item()], [x.item() ** 2]
for k in range(1, steps + 1):
    square(x).backward()
    optimizer.step()
    if k % every == 0:
        x_iters.append(x.item())
        y_hist.append(x.item() ** 2)
answer["x_iters"], answer["y_hist"] = x_iters, y_hist

# %% wrong="optimizer without effect" exercise="x_iters_sgd"
x = torch.tensor([start], requires_grad=True)
optimizer = optim.SGD([x], lr=lr)
x = torch.tensor([start], requires_grad=True)
x_iters, y_hist = [x.item()], [x.item() ** 2]
for k in range(1, steps + 1):
    optimizer.zero_grad()
    square(x).backward()
    optimizer.step()
    if k % every == 0:
        x_iters.append(x.item())
        y_hist.append(x.item() ** 2)
answer["x_iters"], answer["y_hist"] = x_iters, y_hist

# %% wrong="tensor instead of a list of tensors" exercise="x_iters_sgd"
x = torch.tensor([start], requires_grad=True)
optimizer = optim.SGD(x, lr=lr)
answer["x_iters"], answer["y_hist"] = [x.item()], [x.item() ** 2]

# %% wrong="counts from zero" exercise="x_iters_sgd"
x = torch.tensor([start], requires_grad=True)
optimizer = optim.SGD([x], lr=lr)
x_iters, y_hist = [x.item()], [x.item() ** 2]
for k in range(steps):
    optimizer.zero_grad()
    square(x).backward()
    optimizer.step()
    if k % every == 0:
        x_iters.append(x.item())
        y_hist.append(x.item() ** 2)
answer["x_iters"], answer["y_hist"] = x_iters, y_hist

# %% wrong="" exercise="x_iters_sgd"
x = torch.tensor([start], requires_grad=True)
x_iters, y_hist = [x.item()], [x.item() ** 2]
for k in range(1, steps + 1):
    (g,) = torch.autograd.grad(square(x), x)
    x = (x - lr * g).detach().requires_grad_()
    if k % every == 0:
        x_iters.append(x.item())
        y_hist.append(x.item() ** 2)
answer["x_iters"], answer["y_hist"] = x_iters, y_hist

# ------------------------------------------------------------------ var_history_3

# %% honest="one point more, NumPy copies" exercise="var_history_3"
v = torch.tensor(start, requires_grad=True)
optimizer = optim.SGD([v], lr=lr)
points, values = [], []
for _ in range(steps + 1):
    value = function_skewed(v)
    points.append(v.detach().numpy().copy())
    values.append(value.detach().numpy())
    optimizer.zero_grad()
    value.backward()
    optimizer.step()
answer["var_history_3"], answer["fn_history_3"] = points, values

# %% honest="momentum zero, double precision" exercise="var_history_3"
v = torch.tensor(start, dtype=torch.float64, requires_grad=True)
opt = torch.optim.SGD([v], lr=lr, momentum=0.0)
path = []
for _ in range(steps):
    path.append((v.tolist(), function_skewed(v).item()))
    opt.zero_grad(set_to_none=False)
    function_skewed(v).backward()
    opt.step()
answer["var_history_3"] = [p for p, _ in path]
answer["fn_history_3"] = [f for _, f in path]

# %% honest="a model" exercise="var_history_3"
class Point(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.v = torch.nn.Parameter(torch.tensor(start))

    def forward(self):
        return function_skewed(self.v)


model = Point()
opt = optim.SGD(model.parameters(), lr=lr)
trail, heights = torch.zeros(steps, 2), torch.zeros(steps)
for k in range(steps):
    loss = model()
    trail[k] = model.v.detach()
    heights[k] = loss.detach()
    opt.zero_grad()
    loss.backward()
    opt.step()
answer.update(var_history_3=trail, fn_history_3=heights)

# %% honest="cleared last" exercise="var_history_3"
# - optimizer.zero_grad()
# - value = function_skewed(v)
# + value = function_skewed(v)
# - optimizer.step()
# + optimizer.step()
# + optimizer.zero_grad()

# %% honest="lists" exercise="var_history_3"
# - points.append(v.detach().clone())
# + points.append(v.tolist())

# %% honest="a function for a step" exercise="var_history_3"
def one_round():
    optimizer.zero_grad()
    value = function_skewed(v)
    value.backward()
    row = v.detach().clone(), value.item()
    optimizer.step()
    return row


v = torch.tensor(start, requires_grad=True)
optimizer = optim.SGD([v], lr=lr)
rows = [one_round() for _ in range(steps)]
answer["var_history_3"] = torch.stack([row[0] for row in rows])
answer["fn_history_3"] = [row[1] for row in rows]

# %% wrong="point after the step, value from before it" exercise="var_history_3"
v = torch.tensor(start, requires_grad=True)
optimizer = optim.SGD([v], lr=lr)
points, values = [], []
for _ in range(steps):
    optimizer.zero_grad()
    value = function_skewed(v)
    value.backward()
    optimizer.step()
    points.append(v.detach().clone())
    values.append(value.item())
answer["var_history_3"], answer["fn_history_3"] = points, values

# %% wrong="recorded after the step" exercise="var_history_3"
v = torch.tensor(start, requires_grad=True)
optimizer = optim.SGD([v], lr=lr)
points, values = [], []
for _ in range(steps):
    optimizer.zero_grad()
    function_skewed(v).backward()
    optimizer.step()
    points.append(v.detach().clone())
    values.append(function_skewed(v).item())
answer["var_history_3"], answer["fn_history_3"] = points, values

# %% wrong="same tensor stored every time" exercise="var_history_3"
v = torch.tensor(start, requires_grad=True)
optimizer = optim.SGD([v], lr=lr)
points, values = [], []
for _ in range(steps):
    optimizer.zero_grad()
    value = function_skewed(v)
    points.append(v.data)
    values.append(value.item())
    value.backward()
    optimizer.step()
answer["var_history_3"], answer["fn_history_3"] = points, values

# %% wrong="gradient never cleared" exercise="var_history_3"
v = torch.tensor(start, requires_grad=True)
optimizer = optim.SGD([v], lr=lr)
points, values = [], []
optimizer.zero_grad()
for _ in range(steps):
    value = function_skewed(v)
    points.append(v.detach().clone())
    values.append(value.item())
    value.backward()
    optimizer.step()
answer["var_history_3"], answer["fn_history_3"] = points, values

# %% wrong="optimizer without effect" exercise="var_history_3"
v = torch.tensor(start, requires_grad=True)
optimizer = optim.SGD([v], lr=lr)
points, values = [], []
for _ in range(steps):
    optimizer.zero_grad()
    value = function_skewed(v)
    points.append(v.detach().clone())
    values.append(value.item())
    value.backward()
answer["var_history_3"], answer["fn_history_3"] = points, values

# %% wrong="x not made anew" exercise="var_history_3"
v = torch.tensor(start, requires_grad=True)
for _ in range(2):
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

# %% wrong="only some steps recorded" exercise="var_history_3"
# - for _ in range(steps):
# - optimizer.zero_grad()
# - value = function_skewed(v)
# - points.append(v.detach().clone())
# - values.append(value.item())
# + for k in range(steps):
# +     optimizer.zero_grad()
# +     value = function_skewed(v)
# +     if k % 10 == 0:
# +         points.append(v.detach().clone())
# +         values.append(value.item())

# ------------------------------------------------------------------ first_step

# %% honest="whole numbers" exercise="first_step"
answer["step_length"] = 1
answer["x1_moves"] = "Away"

# %% honest="both coordinates" exercise="first_step"
answer["x1_moves"] = "away "
answer["step_length"] = 2 / 2

# %% honest="almost" exercise="first_step"
answer["step_length"] = 0.99
answer["x1_moves"] = ["away"]

# %% honest="tried out" exercise="first_step"
v = torch.tensor([8.0, 8.0], requires_grad=True)
o = optim.Adam([v], lr=1.0)
function_skewed(v).backward()
o.step()
answer["step_length"] = abs(v[0].item() - 8.0)
answer["x1_moves"] = "away" if v[0] > 8 else "towards"

# %% honest="a tensor" exercise="first_step"
answer["step_length"] = torch.tensor(1.0)
answer["x1_moves"] = "AWAY"

# %% honest="in a list" exercise="first_step"
answer["step_length"] = [1.0]
answer["x1_moves"] = "away."

# %% wrong="step thought to grow with the slope" exercise="first_step"
answer["step_length"] = 400
answer["x1_moves"] = "away"

# %% wrong="aims at the minimum" exercise="first_step"
answer["step_length"] = 1
answer["x1_moves"] = "towards"

# %% wrong="default rate" exercise="first_step"
answer["step_length"] = 0.001
answer["x1_moves"] = "away"

# ------------------------------------------------------------------ var_history_4

# %% honest="decay by hand with Adam" exercise="var_history_4"
v = torch.tensor(start, requires_grad=True)
opt = optim.Adam([v], lr=lr)
points, values = [], []
for _ in range(steps):
    opt.zero_grad()
    value = function_skewed(v)
    points.append(v.detach().clone())
    values.append(value.item())
    value.backward()
    with torch.no_grad():
        v *= 1 - lr * weight_decay
    opt.step()
answer["var_history_4"], answer["fn_history_4"] = points, values

# %% honest="closure and parameter" exercise="var_history_4"
v = torch.nn.Parameter(torch.tensor(start))
opt = torch.optim.AdamW([{"params": [v], "weight_decay": weight_decay}], lr=lr)
points, values = [v.tolist()], [function_skewed(v).item()]


def closure():
    opt.zero_grad()
    loss = function_skewed(v)
    loss.backward()
    return loss


for _ in range(steps):
    opt.step(closure)
    points.append(v.tolist())
    values.append(function_skewed(v).item())
answer["var_history_4"], answer["fn_history_4"] = points, values

# %% honest="foreach off" exercise="var_history_4"
v = torch.tensor(start, requires_grad=True)
opt = optim.AdamW([v], lr, weight_decay=weight_decay, foreach=False)
answer["var_history_4"], answer["fn_history_4"] = [], []
for _ in range(steps):
    value = function_skewed(v)
    answer["var_history_4"].append(v.detach().numpy().copy())
    answer["fn_history_4"].append(value.item())
    opt.zero_grad()
    value.backward()
    opt.step()

# %% honest="double precision" exercise="var_history_4"
# - v = torch.tensor(start, requires_grad=True)
# + v = torch.tensor(start, dtype=torch.float64, requires_grad=True)

# %% honest="cleared last" exercise="var_history_4"
# - optimizer.zero_grad()
# - value = function_skewed(v)
# + value = function_skewed(v)
# - optimizer.step()
# + optimizer.step()
# + optimizer.zero_grad(set_to_none=False)

# %% honest="betas written out" exercise="var_history_4"
# - optimizer = optim.AdamW([v], lr=lr, weight_decay=weight_decay)
# + optimizer = optim.AdamW([v], lr, (0.9, 0.999), 1e-8, weight_decay)

# %% wrong="weight decay put into the gradient" exercise="var_history_4"
v = torch.tensor(start, requires_grad=True)
opt = optim.Adam([v], lr=lr, weight_decay=weight_decay)
points, values = [], []
for _ in range(steps):
    opt.zero_grad()
    value = function_skewed(v)
    points.append(v.detach().clone())
    values.append(value.item())
    value.backward()
    opt.step()
answer["var_history_4"], answer["fn_history_4"] = points, values

# %% wrong="optimizer built anew each step" exercise="var_history_4"
v = torch.tensor(start, requires_grad=True)
points, values = [], []
for _ in range(steps):
    opt = optim.AdamW([v], lr=lr, weight_decay=weight_decay)
    opt.zero_grad()
    value = function_skewed(v)
    points.append(v.detach().clone())
    values.append(value.item())
    value.backward()
    opt.step()
answer["var_history_4"], answer["fn_history_4"] = points, values

# %% wrong="default weight decay" exercise="var_history_4"
v = torch.tensor(start, requires_grad=True)
opt = optim.AdamW([v], lr=lr)
points, values = [], []
for _ in range(steps):
    opt.zero_grad()
    value = function_skewed(v)
    points.append(v.detach().clone())
    values.append(value.item())
    value.backward()
    opt.step()
answer["var_history_4"], answer["fn_history_4"] = points, values

# %% wrong="default rate" exercise="var_history_4"
v = torch.tensor(start, requires_grad=True)
opt = optim.AdamW([v], weight_decay=weight_decay)
points, values = [], []
for _ in range(steps):
    opt.zero_grad()
    value = function_skewed(v)
    points.append(v.detach().clone())
    values.append(value.item())
    value.backward()
    opt.step()
answer["var_history_4"], answer["fn_history_4"] = points, values

# %% wrong="gradient never cleared" exercise="var_history_4"
v = torch.tensor(start, requires_grad=True)
opt = optim.AdamW([v], lr=lr, weight_decay=weight_decay)
points, values = [], []
for _ in range(steps):
    value = function_skewed(v)
    points.append(v.detach().clone())
    values.append(value.item())
    value.backward()
    opt.step()
answer["var_history_4"], answer["fn_history_4"] = points, values

# %% wrong="plain gradient descent" exercise="var_history_4"
v = torch.tensor(start, requires_grad=True)
opt = optim.SGD([v], lr=lr)
points, values = [], []
for _ in range(steps):
    opt.zero_grad()
    value = function_skewed(v)
    points.append(v.detach().clone())
    values.append(value.item())
    value.backward()
    opt.step()
answer["var_history_4"], answer["fn_history_4"] = points, values

# ------------------------------------------------------------------ mse_fate

# %% honest="a small letter" exercise="mse_fate"
answer["mse_fate"] = "c"

# %% honest="in a list" exercise="mse_fate"
answer["mse_fate"] = ["C"]

# %% honest="with a space" exercise="mse_fate"
answer["mse_fate"] = "C "

# %% honest="with a bracket" exercise="mse_fate"
answer["mse_fate"] = "C)"

# %% honest="a small letter in a list" exercise="mse_fate"
answer["mse_fate"] = ["c"]

# %% honest="from a choice" exercise="mse_fate"
answer["mse_fate"] = "ABCDE"[2]

# %% wrong="steps thought to shrink by themselves" exercise="mse_fate"
answer["mse_fate"] = "B"

# %% wrong="slowly up" exercise="mse_fate"
answer["mse_fate"] = "E"

# %% wrong="size of the slope overlooked" exercise="mse_fate"
answer["mse_fate"] = "D"

# ------------------------------------------------------------------ cube_l1

# %% honest="a loop of N + 1" exercise="cube_l1"
def cube_l1(x0, lr, iterations, y_target, loss_function):
    x = torch.tensor([x0], requires_grad=True)
    target = torch.tensor([y_target])
    opt = torch.optim.SGD([x], lr=lr)
    losses = []
    for _ in range(iterations + 1):
        opt.zero_grad()
        loss = loss_function(cube(x), target)
        losses.append(loss.item())
        loss.backward()
        opt.step()
    return losses

# %% honest="closure, tensors" exercise="cube_l1"
def cube_l1(x0, lr, iterations, y_target, loss_function):
    x = torch.nn.Parameter(torch.tensor([x0]))
    target = torch.full((1,), y_target)
    opt = optim.SGD([x], lr)
    value = lambda: loss_function(cube(x), target)
    losses = [value().detach()]

    def closure():
        opt.zero_grad()
        loss = value()
        loss.backward()
        return loss

    for _ in range(iterations):
        opt.step(closure)
        losses.append(value().detach())
    return torch.stack(losses)

# %% honest="double precision, NumPy" exercise="cube_l1"
def cube_l1(x0, lr, iterations, y_target, loss_function):
    import numpy as np

    x = torch.tensor([x0], dtype=torch.float64, requires_grad=True)
    target = torch.tensor([y_target], dtype=torch.float64)
    opt = optim.SGD([x], lr=lr)
    losses = np.zeros(iterations + 1)
    for k in range(iterations):
        loss = loss_function(cube(x), target)
        losses[k] = loss.item()
        loss.backward()
        opt.step()
        opt.zero_grad()
    losses[-1] = loss_function(cube(x), target).item()
    return losses

# %% honest="a closure" exercise="cube_l1"
def cube_l1(x0, lr, iterations, y_target, loss_function):
    x = torch.tensor([x0], requires_grad=True)
    target = torch.full_like(x, y_target)
    opt = optim.SGD([x], lr=lr)

    def closure():
        opt.zero_grad()
        loss = loss_function(cube(x), target)
        loss.backward()
        return loss

    losses = [opt.step(closure).item() for _ in range(iterations)]
    return losses + [loss_function(cube(x), target).item()]

# %% honest="recorded at the head of the loop" exercise="cube_l1"
# - losses = [loss_function(cube(x), target).item()]
# - for _ in range(iterations):
# - optimizer.zero_grad()
# - loss_function(cube(x), target).backward()
# - optimizer.step()
# - losses.append(loss_function(cube(x), target).item())
# + losses = []
# + for _ in range(iterations + 1):
# +     optimizer.zero_grad()
# +     loss = loss_function(cube(x), target)
# +     losses.append(loss.item())
# +     loss.backward()
# +     optimizer.step()

# %% honest="an array" exercise="cube_l1"
# - return losses
# + return torch.tensor(losses).numpy()

# %% wrong="target is no tensor" exercise="cube_l1"
# - target = torch.tensor([y_target])
# + target = y_target

# %% wrong="gradient never cleared" exercise="cube_l1"
def cube_l1(x0, lr, iterations, y_target, loss_function):
    x = torch.tensor([x0], requires_grad=True)
    target = torch.tensor([y_target])
    opt = optim.SGD([x], lr=lr)
    losses = [loss_function(cube(x), target).item()]
    for _ in range(iterations):
        loss_function(cube(x), target).backward()
        opt.step()
        losses.append(loss_function(cube(x), target).item())
    return losses

# %% wrong="target ignored" exercise="cube_l1"
def cube_l1(x0, lr, iterations, y_target, loss_function):
    x = torch.tensor([x0], requires_grad=True)
    opt = optim.SGD([x], lr=lr)
    losses = [cube(x).abs().item()]
    for _ in range(iterations):
        opt.zero_grad()
        cube(x).abs().backward()
        opt.step()
        losses.append(cube(x).abs().item())
    return losses

# %% wrong="one entry too few" exercise="cube_l1"
def cube_l1(x0, lr, iterations, y_target, loss_function):
    x = torch.tensor([x0], requires_grad=True)
    target = torch.tensor([y_target])
    opt = optim.SGD([x], lr=lr)
    losses = []
    for _ in range(iterations):
        opt.zero_grad()
        loss = loss_function(cube(x), target)
        losses.append(loss.item())
        loss.backward()
        opt.step()
    return losses

# %% wrong="point recorded for the loss" exercise="cube_l1"
def cube_l1(x0, lr, iterations, y_target, loss_function):
    x = torch.tensor([x0], requires_grad=True)
    target = torch.tensor([y_target])
    opt = optim.SGD([x], lr=lr)
    losses = [x.item()]
    for _ in range(iterations):
        opt.zero_grad()
        loss_function(cube(x), target).backward()
        opt.step()
        losses.append(x.item())
    return losses

# %% wrong="optimizer of a result" exercise="cube_l1"
def cube_l1(x0, lr, iterations, y_target, loss_function):
    x = torch.tensor([x0], requires_grad=True) * 1.0
    target = torch.tensor([y_target])
    opt = optim.SGD([x], lr=lr)
    return [loss_function(cube(x), target).item()]

# %% wrong="loss function ignored" exercise="cube_l1"
# - optimizer = optim.SGD([x], lr=lr)
# + loss_function = torch.nn.L1Loss()
# + optimizer = optim.SGD([x], lr=lr)

# ------------------------------------------------------------------ slowest, lineup

# %% honest="small letters" exercise="slowest"
answer["slowest"] = "adadelta"

# %% honest="in a list" exercise="slowest"
answer["slowest"] = ["Adadelta"]

# %% honest="a name" exercise="slowest"
answer["slowest"] = "ADADELTA"

# %% honest="small letters" exercise="slowest"
answer["slowest"] = "adadelta"

# %% honest="in a list" exercise="slowest"
answer["slowest"] = ["Adadelta"]

# %% honest="with a space" exercise="slowest"
answer["slowest"] = " Adadelta "

# %% wrong="rates taken for comparable" exercise="slowest"
answer["slowest"] = "Adagrad"

# %% wrong="size of the slope overlooked" exercise="slowest"
answer["slowest"] = "SGD with momentum"

# %% wrong="rates taken for comparable" exercise="slowest"
answer["slowest"] = "Adam"

# %% honest="a comprehension" exercise="lineup"
def run(make, f, x0, steps):
    x = torch.tensor([x0], requires_grad=True)
    opt = make([x])

    def closure():
        opt.zero_grad()
        y = f(x)
        y.backward()
        return y

    for _ in range(steps):
        opt.step(closure)
    return float(x)


def line_up(f, x0, contestants, steps):
    return {name: run(make, f, x0, steps) for name, make in contestants.items()}

# %% honest="grad enabled closure, tensors" exercise="lineup"
def line_up(f, x0, contestants, steps):
    result = {}
    for name in contestants:
        x = torch.nn.Parameter(torch.tensor(x0, dtype=torch.float64))
        opt = contestants[name]([x])

        def look():
            x.grad = None
            value = f(x)
            value.backward()
            return value

        k = 0
        while k < steps:
            opt.step(look)
            k += 1
        result[name] = x.detach()
    return result

# %% honest="LBFGS apart" exercise="lineup"
def line_up(f, x0, contestants, steps):
    places = {}
    for name, make in contestants.items():
        x = torch.tensor(x0, requires_grad=True)
        opt = make([x])
        for _ in range(steps):
            opt.zero_grad()
            if isinstance(opt, optim.LBFGS):

                def closure():
                    opt.zero_grad()
                    loss = f(x)
                    loss.backward()
                    return loss

                opt.step(closure)
            else:
                f(x).backward()
                opt.step()
        places[name] = x.item()
    return places

# %% honest="a step without closure where there is none needed" exercise="lineup"
def line_up(f, x0, contestants, steps):
    places = {}
    for name, make in contestants.items():
        x = torch.tensor([x0], requires_grad=True)
        opt = make([x])

        def closure(x=x, opt=opt):
            opt.zero_grad()
            loss = f(x).sum()
            loss.backward()
            return loss

        for _ in range(steps):
            if name == "LBFGS":
                opt.step(closure)
            else:
                closure()
                opt.step()
        places[name] = float(x)
    return places

# %% honest="double precision" exercise="lineup"
# - x = torch.tensor(x0, requires_grad=True)
# + x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)

# %% honest="tensors as places" exercise="lineup"
# - places[name] = x.item()
# + places[name] = x.detach()

# %% wrong="contestants ignored" exercise="lineup"
# - for name, make in contestants.items():
# + for name, make in CONTESTANTS.items():

# %% wrong="closure missing" exercise="lineup"
def line_up(f, x0, contestants, steps):
    places = {}
    for name, make in contestants.items():
        x = torch.tensor(x0, requires_grad=True)
        opt = make([x])
        for _ in range(steps):
            opt.zero_grad()
            f(x).backward()
            opt.step()
        places[name] = x.item()
    return places

# %% wrong="gradient never cleared" exercise="lineup"
def line_up(f, x0, contestants, steps):
    places = {}
    for name, make in contestants.items():
        x = torch.tensor(x0, requires_grad=True)
        opt = make([x])

        def closure():
            loss = f(x)
            loss.backward()
            return loss

        for _ in range(steps):
            opt.step(closure)
        places[name] = x.item()
    return places

# %% wrong="value for place" exercise="lineup"
def line_up(f, x0, contestants, steps):
    places = {}
    for name, make in contestants.items():
        x = torch.tensor(x0, requires_grad=True)
        opt = make([x])

        def closure():
            opt.zero_grad()
            loss = f(x)
            loss.backward()
            return loss

        for _ in range(steps):
            opt.step(closure)
        places[name] = f(x).item()
    return places

# ------------------------------------------------------------------ run_lbfgs

# %% honest="imported class, list of lists" exercise="run_lbfgs"
from torch.optim import LBFGS


def run_lbfgs(f, x0, lr, steps):
    v = x0.detach().clone().requires_grad_(True)
    opt = LBFGS([v], lr)

    def closure():
        v.grad = None
        y = f(v)
        y.backward()
        return y

    path = [v.tolist()]
    while len(path) <= steps:
        opt.step(closure)
        path.append(v.tolist())
    return path

# %% honest="a parameter and NumPy" exercise="run_lbfgs"
def run_lbfgs(f, x0, lr, steps):
    v = torch.nn.Parameter(x0.clone())
    opt = torch.optim.LBFGS([v], lr=lr, max_iter=20)

    def closure():
        opt.zero_grad()
        loss = f(v)
        loss.backward()
        return loss

    path = [v.detach().numpy().copy()]
    for _ in range(steps):
        opt.step(closure)
        path.append(v.detach().numpy().copy())
    return path

# %% honest="the loss as a float" exercise="run_lbfgs"
def run_lbfgs(f, x0, lr, steps):
    v = x0.clone().requires_grad_()
    opt = optim.LBFGS([v], lr=lr)

    def closure():
        opt.zero_grad()
        loss = f(v)
        loss.backward()
        return loss.item()

    path = torch.zeros(steps + 1, 2, dtype=x0.dtype)
    path[0] = x0
    for k in range(steps):
        opt.step(closure)
        path[k + 1] = v.detach()
    return path

# %% honest="lists" exercise="run_lbfgs"
# - points.append(v.detach().clone())
# + points.append(v.tolist())
# - points = [v.detach().clone()]
# + points = [v.tolist()]

# %% honest="a parameter" exercise="run_lbfgs"
def run_lbfgs(f, x0, lr, steps):
    v = torch.nn.Parameter(x0.clone())
    opt = torch.optim.LBFGS([v], lr=lr)

    def closure():
        if v.grad is not None:
            v.grad.zero_()
        loss = f(v)
        loss.backward()
        return loss

    path = torch.zeros(steps + 1, 2, dtype=x0.dtype)
    path[0] = x0
    for k in range(steps):
        opt.step(closure)
        path[k + 1] = v.detach()
    return path

# %% honest="a float returned" exercise="run_lbfgs"
# - return loss
# + return loss.item()

# %% wrong="same tensor stored every time" exercise="run_lbfgs"
# - points.append(v.detach().clone())
# + points.append(v.detach())

# %% wrong="gradient never cleared" exercise="run_lbfgs"
def run_lbfgs(f, x0, lr, steps):
    v = x0.clone().requires_grad_()
    opt = optim.LBFGS([v], lr=lr)

    def closure():
        loss = f(v)
        loss.backward()
        return loss

    points = [v.detach().clone()]
    for _ in range(steps):
        opt.step(closure)
        points.append(v.detach().clone())
    return points

# %% wrong="closure returns nothing" exercise="run_lbfgs"
def run_lbfgs(f, x0, lr, steps):
    v = x0.clone().requires_grad_()
    opt = optim.LBFGS([v], lr=lr)

    def closure():
        opt.zero_grad()
        f(v).backward()

    points = [v.detach().clone()]
    for _ in range(steps):
        opt.step(closure)
        points.append(v.detach().clone())
    return points

# %% wrong="closure missing" exercise="run_lbfgs"
def run_lbfgs(f, x0, lr, steps):
    v = x0.clone().requires_grad_()
    opt = optim.LBFGS([v], lr=lr)
    points = [v.detach().clone()]
    for _ in range(steps):
        opt.zero_grad()
        f(v).backward()
        opt.step()
        points.append(v.detach().clone())
    return points

# %% wrong="same tensor stored every time" exercise="run_lbfgs"
def run_lbfgs(f, x0, lr, steps):
    v = x0.clone().requires_grad_()
    opt = optim.LBFGS([v], lr=lr)

    def closure():
        opt.zero_grad()
        loss = f(v)
        loss.backward()
        return loss

    points = [v.data]
    for _ in range(steps):
        opt.step(closure)
        points.append(v.data)
    return points

# %% wrong="default rate" exercise="run_lbfgs"
def run_lbfgs(f, x0, lr, steps):
    v = x0.clone().requires_grad_()
    opt = optim.LBFGS([v])

    def closure():
        opt.zero_grad()
        loss = f(v)
        loss.backward()
        return loss

    points = [v.detach().clone()]
    for _ in range(steps):
        opt.step(closure)
        points.append(v.detach().clone())
    return points

# %% wrong="result of the closure for the closure" exercise="run_lbfgs"
# - optimizer.step(closure)
# + optimizer.step(closure())

# ------------------------------------------------------------------ two_speed

# %% honest="default rate for the other group" exercise="two_speed"
def two_speed(f, start, lr_x, lr_y, steps):
    x, y = (torch.tensor(c, requires_grad=True) for c in start)
    opt = torch.optim.SGD([dict(params=x), dict(params=y, lr=lr_y)], lr=lr_x)
    path = [(x.item(), y.item())]
    for _ in range(steps):
        opt.zero_grad()
        f(torch.stack((x, y))).backward()
        opt.step()
        path.append((x.item(), y.item()))
    return path

# %% honest="added group" exercise="two_speed"
def two_speed(f, start, lr_x, lr_y, steps):
    x = torch.nn.Parameter(torch.tensor(start[0]))
    y = torch.nn.Parameter(torch.tensor(start[1]))
    opt = optim.SGD([x], lr=lr_x)
    opt.add_param_group({"params": [y], "lr": lr_y})
    path = torch.zeros(steps + 1, 2)
    path[0] = torch.tensor(start)
    for k in range(steps):
        opt.zero_grad()
        f(torch.stack([x, y])).backward()
        opt.step()
        path[k + 1] = torch.stack([x, y]).detach()
    return path

# %% honest="two optimizers" exercise="two_speed"
def two_speed(f, start, lr_x, lr_y, steps):
    x = torch.tensor(start[0], dtype=torch.float64, requires_grad=True)
    y = torch.tensor(start[1], dtype=torch.float64, requires_grad=True)
    fast, slow = optim.SGD([x], lr=lr_x), optim.SGD([y], lr=lr_y)
    path = [[x.item(), y.item()]]
    for _ in range(steps):
        fast.zero_grad()
        slow.zero_grad()
        f(torch.stack([x, y])).backward()
        fast.step()
        slow.step()
        path.append([x.item(), y.item()])
    return path

# %% honest="one tensor of points" exercise="two_speed"
def two_speed(f, start, lr_x, lr_y, steps):
    x = torch.tensor(start[0], requires_grad=True)
    y = torch.tensor(start[1], requires_grad=True)
    opt = torch.optim.SGD([{"params": x, "lr": lr_x}, {"params": y}], lr=lr_y)
    path = torch.zeros(steps + 1, 2)
    for k in range(steps + 1):
        path[k] = torch.stack([x, y]).detach()
        opt.zero_grad()
        f(torch.stack([x, y])).backward()
        opt.step()
    return path

# %% honest="a group added later" exercise="two_speed"
# - optimizer = optim.SGD([{"params": [x], "lr": lr_x}, {"params": [y], "lr": lr_y}])
# + optimizer = optim.SGD([x], lr=lr_x)
# + optimizer.add_param_group({"params": [y], "lr": lr_y})

# %% honest="lists of lists" exercise="two_speed"
# - points.append((x.item(), y.item()))
# + points.append([x.item(), y.item()])

# %% wrong="rates exchanged" exercise="two_speed"
def two_speed(f, start, lr_x, lr_y, steps):
    x, y = (torch.tensor(c, requires_grad=True) for c in start)
    opt = optim.SGD([{"params": [x], "lr": lr_y}, {"params": [y], "lr": lr_x}])
    path = [(x.item(), y.item())]
    for _ in range(steps):
        opt.zero_grad()
        f(torch.stack([x, y])).backward()
        opt.step()
        path.append((x.item(), y.item()))
    return path

# %% wrong="one rate for both" exercise="two_speed"
def two_speed(f, start, lr_x, lr_y, steps):
    x, y = (torch.tensor(c, requires_grad=True) for c in start)
    opt = optim.SGD([x, y], lr=lr_x)
    path = [(x.item(), y.item())]
    for _ in range(steps):
        opt.zero_grad()
        f(torch.stack([x, y])).backward()
        opt.step()
        path.append((x.item(), y.item()))
    return path

# %% wrong="start missing" exercise="two_speed"
def two_speed(f, start, lr_x, lr_y, steps):
    x, y = (torch.tensor(c, requires_grad=True) for c in start)
    opt = optim.SGD([{"params": [x], "lr": lr_x}, {"params": [y], "lr": lr_y}])
    path = []
    for _ in range(steps):
        opt.zero_grad()
        f(torch.stack([x, y])).backward()
        opt.step()
        path.append((x.item(), y.item()))
    return path

# %% wrong="gradient never cleared" exercise="two_speed"
# - optimizer.zero_grad()
# - f(torch.stack([x, y])).backward()
# + f(torch.stack([x, y])).backward()

# %% wrong="coordinates exchanged" exercise="two_speed"
# - f(torch.stack([x, y])).backward()
# + f(torch.stack([y, x])).backward()

# %% wrong="coordinates exchanged" exercise="two_speed"
# - points.append((x.item(), y.item()))
# + points.append((y.item(), x.item()))

# ------------------------------------------------------------------ pause_and_resume

# %% honest="deep copies" exercise="pause_and_resume"
import copy


def pause_and_resume(make, f, start, n1, n2):
    path = [list(start)]
    v, state = torch.tensor(start), None
    for n in (n1, n2):
        v = v.detach().clone().requires_grad_()
        opt = make([v])
        if state is not None:
            opt.load_state_dict(state)
        for _ in range(n):
            opt.zero_grad()
            f(v).backward()
            opt.step()
            path.append(v.tolist())
        state = copy.deepcopy(opt.state_dict())
    return path

# %% honest="saved through bytes" exercise="pause_and_resume"
import io


def pause_and_resume(make, f, start, n1, n2):
    v = torch.tensor(start, requires_grad=True)
    opt = make([v])
    path = [v.detach().numpy().copy()]
    for _ in range(n1):
        opt.zero_grad()
        f(v).backward()
        opt.step()
        path.append(v.detach().numpy().copy())
    file = io.BytesIO()
    torch.save({"v": v.detach(), "state": opt.state_dict()}, file)
    file.seek(0)
    saved = torch.load(file)
    w = saved["v"].clone().requires_grad_()
    opt2 = make([w])
    opt2.load_state_dict(saved["state"])
    for _ in range(n2):
        opt2.zero_grad()
        f(w).backward()
        opt2.step()
        path.append(w.detach().numpy().copy())
    return path

# %% honest="a parameter" exercise="pause_and_resume"
def pause_and_resume(make, f, start, n1, n2):
    v = torch.nn.Parameter(torch.tensor(start))
    opt = make([v])
    points = [v.detach().clone()]
    for k in range(n1 + n2):
        if k == n1:
            state, place = opt.state_dict(), v.detach().clone()
            v = torch.nn.Parameter(place)
            opt = make([v])
            opt.load_state_dict(state)
        opt.zero_grad()
        f(v).backward()
        opt.step()
        points.append(v.detach().clone())
    return points

# %% honest="through a file" exercise="pause_and_resume"
# - successor.load_state_dict(optimizer.state_dict())
# + import io
# +
# + file = io.BytesIO()
# + torch.save(optimizer.state_dict(), file)
# + file.seek(0)
# + successor.load_state_dict(torch.load(file, weights_only=False))

# %% honest="a deep copy" exercise="pause_and_resume"
# - successor.load_state_dict(optimizer.state_dict())
# + import copy
# +
# + successor.load_state_dict(copy.deepcopy(optimizer.state_dict()))

# %% honest="a parameter and lists" exercise="pause_and_resume"
def pause_and_resume(make, f, start, n1, n2):
    points = [list(start)]
    v, state = torch.nn.Parameter(torch.tensor(start)), None
    for steps in (n1, n2):
        v = torch.nn.Parameter(v.data.clone())
        optimizer = make([v])
        if state is not None:
            optimizer.load_state_dict(state)
        for _ in range(steps):
            optimizer.zero_grad()
            f(v).backward()
            optimizer.step()
            points.append(v.tolist())
        state = optimizer.state_dict()
    return points

# %% wrong="state not restored" exercise="pause_and_resume"
def pause_and_resume(make, f, start, n1, n2):
    v = torch.tensor(start, requires_grad=True)
    opt = make([v])
    points = [v.detach().clone()]
    for k in range(n1 + n2):
        if k == n1:
            v = v.detach().clone().requires_grad_()
            opt = make([v])
        opt.zero_grad()
        f(v).backward()
        opt.step()
        points.append(v.detach().clone())
    return points

# %% wrong="no pause" exercise="pause_and_resume"
def pause_and_resume(make, f, start, n1, n2):
    v = torch.tensor(start, requires_grad=True)
    opt = make([v])
    points = [v.detach().clone()]
    for _ in range(n1 + n2):
        opt.zero_grad()
        f(v).backward()
        opt.step()
        points.append(v.detach().clone())
    return points

# %% wrong="point not restored" exercise="pause_and_resume"
def pause_and_resume(make, f, start, n1, n2):
    points = [torch.tensor(start)]
    for n in (n1, n2):
        v = torch.tensor(start, requires_grad=True)
        opt = make([v])
        for _ in range(n):
            opt.zero_grad()
            f(v).backward()
            opt.step()
            points.append(v.detach().clone())
    return points

# %% wrong="old tensor goes on" exercise="pause_and_resume"
# - walk(resumed, successor, n2)
# + walk(v, optimizer, n2)

# %% wrong="gradient never cleared" exercise="pause_and_resume"
# - optimizer.zero_grad()
# - f(v).backward()
# + f(v).backward()
