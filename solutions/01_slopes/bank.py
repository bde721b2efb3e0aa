# Answers as students write them: honest ones must pass, wrong ones must be rejected and named.
# Header: honest="what is special" or wrong="the misconception", then exercise="its id".
# A cell is a whole answer, or says with "# - old" and "# + new" how it differs from the model answer.

# ------------------------------------------------------------------ sum_grads

# %% honest="autograd.grad" exercise="sum_grads"
def sum_grads(loss, x0, y0):
    x = torch.tensor(x0, dtype=torch.float32, requires_grad=True)
    y = torch.tensor(y0, dtype=torch.float32, requires_grad=True)
    gx, gy = torch.autograd.grad(loss(x, y), [x, y])
    return float(gx), float(gy)


# %% honest="double precision and list" exercise="sum_grads"
def sum_grads(loss, x0, y0):
    x = torch.tensor(x0, dtype=torch.float64).requires_grad_()
    y = torch.tensor(y0, dtype=torch.float64).requires_grad_()
    value = loss(x, y)
    value.backward()
    return [x.grad.item(), y.grad.item()]


# %% honest="tensors returned" exercise="sum_grads"
def sum_grads(loss, x0, y0):
    x, y = [torch.tensor(float(v), requires_grad=True) for v in (x0, y0)]
    loss(x, y).backward()
    return x.grad, y.grad


# %% honest="one-element tensors" exercise="sum_grads"
def sum_grads(loss, x0, y0):
    x = torch.Tensor([x0]).requires_grad_()
    y = torch.Tensor([y0]).requires_grad_()
    loss(x, y).backward()
    return x.grad, y.grad


# %% honest="sum before backward" exercise="sum_grads"
def sum_grads(loss, x0, y0):
    x = torch.nn.Parameter(torch.tensor(x0 * 1.0))
    y = torch.nn.Parameter(torch.tensor(y0 * 1.0))
    loss(x, y).sum().backward()
    return (x.grad.detach().numpy(), y.grad.detach().numpy())


# %% honest="functional gradient" exercise="sum_grads"
def sum_grads(loss, x0, y0):
    slopes = torch.func.grad(loss, argnums=(0, 1))(torch.tensor(float(x0)), torch.tensor(float(y0)))
    return tuple(s.item() for s in slopes)


# %% wrong="integer tensor" exercise="sum_grads"
def sum_grads(loss, x0, y0):
    x = torch.tensor(x0, requires_grad=True)
    y = torch.tensor(y0, requires_grad=True)
    loss(x, y).backward()
    return x.grad.item(), y.grad.item()


# %% wrong="point for slope" exercise="sum_grads"
def sum_grads(loss, x0, y0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = torch.tensor(float(y0), requires_grad=True)
    loss(x, y).backward()
    return x.item(), y.item()


# %% wrong="requires_grad missing" exercise="sum_grads"
def sum_grads(loss, x0, y0):
    x, y = torch.tensor(float(x0)), torch.tensor(float(y0))
    loss(x, y).backward()
    return x.grad.item(), y.grad.item()


# %% wrong="gradient read too early" exercise="sum_grads"
def sum_grads(loss, x0, y0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = torch.tensor(float(y0), requires_grad=True)
    value = loss(x, y)
    return x.grad.item(), y.grad.item()


# %% wrong="slope counted twice" exercise="sum_grads"
def sum_grads(loss, x0, y0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = torch.tensor(float(y0), requires_grad=True)
    loss(x, y).backward()
    loss(x, y).backward()
    return x.grad.item(), y.grad.item()


# %% wrong="function ignored" exercise="sum_grads"
def sum_grads(loss, x0, y0):
    return 1.0, 1.0


# %% wrong="coordinates swapped" exercise="sum_grads"
def sum_grads(loss, x0, y0):
    x = torch.tensor(float(x0), requires_grad=True)
    y = torch.tensor(float(y0), requires_grad=True)
    loss(x, y).backward()
    return y.grad.item(), x.grad.item()


# ------------------------------------------------------------------ X_grad


# %% honest="detach and clone" exercise="X_grad"
def grad_of(f, X):
    leaf = X.detach().clone()
    leaf.requires_grad = True
    value = f(leaf)
    value.backward()
    return leaf.grad


# %% honest="requires_grad on the argument" exercise="X_grad"
def grad_of(f, X):
    X.requires_grad_()
    X.grad = None
    f(X).backward()
    return X.grad.clone()


# %% honest="numpy" exercise="X_grad"
def grad_of(f, X):
    Y = torch.tensor(X.numpy(), requires_grad=True)
    f(Y).backward()
    return Y.grad.clone().numpy()


# %% honest="autograd.grad" exercise="X_grad"
def grad_of(f, X):
    Y = X.clone().requires_grad_()
    (g,) = torch.autograd.grad(f(Y), Y)
    return g


# %% honest="torch.func" exercise="X_grad"
def grad_of(f, X):
    return torch.func.grad(f)(X)


# %% honest="double precision" exercise="X_grad"
def grad_of(f, X):
    Y = X.double().requires_grad_()
    f(Y).backward()
    return Y.grad.tolist()


# %% wrong="half the slope" exercise="X_grad"
def grad_of(f, X):
    Y = X.clone().requires_grad_()
    (f(Y) / 2).backward()
    return Y.grad


# %% wrong="slope counted twice" exercise="X_grad"
def grad_of(f, X):
    Y = X.clone().requires_grad_()
    f(Y).backward()
    f(Y).backward()
    return Y.grad


# %% wrong="mean for sum" exercise="X_grad"
def grad_of(f, X):
    Y = X.clone().requires_grad_()
    f(Y).backward()
    return Y.grad / Y.numel()


# %% wrong="requires_grad missing" exercise="X_grad"
def grad_of(f, X):
    Y = X.clone()
    f(Y).backward()
    return Y.grad


# %% wrong="point for slope" exercise="X_grad"
def grad_of(f, X):
    Y = X.clone().requires_grad_()
    f(Y).backward()
    return Y.data


# %% wrong="sign reversed" exercise="X_grad"
def grad_of(f, X):
    Y = X.clone().requires_grad_()
    (-f(Y)).backward()
    return Y.grad


# ------------------------------------------------------------------ graph_chain


# %% honest="for ever until empty" exercise="graph_chain"
def graph_chain(t):
    names, node = [], t.grad_fn
    while True:
        names.append(type(node).__name__)
        if not node.next_functions:
            return names
        node = node.next_functions[0][0]


# %% honest="recursion" exercise="graph_chain"
def graph_chain(t):
    def below(node):
        if node is None:
            return []
        rest = node.next_functions[0][0] if len(node.next_functions) else None
        return [node.__class__.__name__] + below(rest)

    return below(t.grad_fn)


# %% honest="name method" exercise="graph_chain"
def graph_chain(t):
    node = t.grad_fn
    names = []
    while node is not None:
        names.append(node.name().split("::")[-1])
        following = [pair[0] for pair in node.next_functions if pair[0] is not None]
        node = following[0] if following else None
    return names


# %% honest="without digits" exercise="graph_chain"
def graph_chain(t):
    names, node = [], t.grad_fn
    while node is not None:
        names += [type(node).__name__.rstrip("0123456789")]
        node = node.next_functions[0][0] if node.next_functions else None
    return tuple(names)


# %% honest="a list of functions" exercise="graph_chain"
def graph_chain(t):
    def walk(node):
        while node:
            yield node
            node = node.next_functions[0][0] if len(node.next_functions) > 0 else None

    return [node.name() for node in walk(t.grad_fn)]

# %% honest="the class written out" exercise="graph_chain"
# - names.append(type(node).__name__)
# + names.append(str(node.__class__.__name__))

# %% wrong="first node missing" exercise="graph_chain"
def graph_chain(t):
    names, node = [], t.grad_fn
    while node.next_functions:
        node = node.next_functions[0][0]
        names.append(type(node).__name__)
    return names


# %% wrong="leaf missing" exercise="graph_chain"
def graph_chain(t):
    names, node = [], t.grad_fn
    while node.next_functions:
        names.append(type(node).__name__)
        node = node.next_functions[0][0]
    return names


# %% wrong="order reversed" exercise="graph_chain"
def graph_chain(t):
    names, node = [], t.grad_fn
    while node is not None:
        names.insert(0, type(node).__name__)
        node = node.next_functions[0][0] if node.next_functions else None
    return names


# %% wrong="walk not continued" exercise="graph_chain"
def graph_chain(t):
    return [type(t.grad_fn).__name__]


# ------------------------------------------------------------------ twice, grad_n

# %% honest="a float" exercise="twice"
answer["twice"] = 40.0

# %% honest="computed" exercise="twice"
answer["twice"] = 2 * 20 * 1

# %% honest="a tensor" exercise="twice"
answer["twice"] = torch.tensor([40.0])

# %% honest="in a list" exercise="twice"
answer["twice"] = [40.0]

# %% honest="tried out" exercise="twice"
x = torch.tensor(1.0, requires_grad=True)
for _ in range(2):
    (10 * x**2).backward()
answer["twice"] = x.grad

# %% honest="a sum" exercise="twice"
answer["twice"] = 20 + 20

# %% wrong="backward thought to overwrite" exercise="twice"
answer["twice"] = 20

# %% wrong="value for slope" exercise="twice"
answer["twice"] = 10

# %% wrong="slopes multiplied" exercise="twice"
answer["twice"] = 400


# %% honest="zero_ when there is one" exercise="grad_n"
def grad_n(f, x0, n, clear):
    x = torch.tensor(x0, requires_grad=True)
    for k in range(n):
        if clear and x.grad is not None:
            x.grad.zero_()
        y = f(x)
        y.backward()
    return x.grad.item()


# %% honest="cleared after all but the last" exercise="grad_n"
def grad_n(f, x0, n, clear):
    x = torch.tensor([x0]).requires_grad_()
    k = 0
    while k < n:
        f(x).backward()
        k += 1
        if clear and k < n:
            x.grad = None
    return float(x.grad)


# %% honest="double precision" exercise="grad_n"
def grad_n(f, x0, n, clear):
    x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)
    for _ in range(n):
        if clear:
            x.grad = torch.zeros_like(x)
        f(x).backward()
    return x.grad.numpy()


# %% honest="by recursion on graphs" exercise="grad_n"
def grad_n(f, x0, n, clear):
    x = torch.tensor(x0, requires_grad=True)
    y = f(x)
    for _ in range(n):
        if clear:
            x.grad = None
        y.backward(retain_graph=True)
    return x.grad.item()


# %% honest="retained graphs of one list" exercise="grad_n"
def grad_n(f, x0, n, clear):
    x = torch.tensor([x0], requires_grad=True)
    values = [f(x).sum() for _ in range(n)]
    for value in values:
        if clear and x.grad is not None:
            x.grad.zero_()
        value.backward()
    return float(x.grad)

# %% honest="an optimizer clears" exercise="grad_n"
def grad_n(f, x0, n, clear):
    x = torch.nn.Parameter(torch.tensor(x0))
    cleaner = torch.optim.SGD([x], lr=0.0)
    for _ in range(n):
        if clear:
            cleaner.zero_grad()
        f(x).backward()
    return x.grad.item()

# %% wrong="backward thought to overwrite" exercise="grad_n"
def grad_n(f, x0, n, clear):
    x = torch.tensor(x0, requires_grad=True)
    for _ in range(n):
        x.grad = None
        f(x).backward()
    return x.grad.item()


# %% wrong="gradient never cleared" exercise="grad_n"
def grad_n(f, x0, n, clear):
    x = torch.tensor(x0, requires_grad=True)
    for _ in range(n):
        f(x).backward()
    return x.grad.item()


# %% wrong="gradient cleared after the last backward" exercise="grad_n"
def grad_n(f, x0, n, clear):
    x = torch.tensor(x0, requires_grad=True)
    for _ in range(n):
        f(x).backward()
        if clear:
            x.grad.zero_()
    return x.grad.item()


# %% wrong="forward outside the loop" exercise="grad_n"
def grad_n(f, x0, n, clear):
    x = torch.tensor(x0, requires_grad=True)
    y = f(x)
    for _ in range(n):
        if clear:
            x.grad = None
        y.backward()
    return x.grad.item()


# %% wrong="one round too many" exercise="grad_n"
def grad_n(f, x0, n, clear):
    x = torch.tensor(x0, requires_grad=True)
    for _ in range(n + 1):
        if clear:
            x.grad = None
        f(x).backward()
    return x.grad.item()


# %% wrong="one round too few" exercise="grad_n"
def grad_n(f, x0, n, clear):
    x = torch.tensor(x0, requires_grad=True)
    for _ in range(n - 1):
        if clear:
            x.grad = None
        f(x).backward()
    return x.grad.item()


# ------------------------------------------------------------------ numeric_slope, best_h


# %% honest="half of the rise over h" exercise="numeric_slope"
def numeric_slope(f, x, h):
    return 0.5 * (f(x + h) - f(x - h)) / h


# %% honest="mean of two sides" exercise="numeric_slope"
def numeric_slope(f, x, h):
    right = (f(x + h) - f(x)) / h
    left = (f(x) - f(x - h)) / h
    return (left + right) / 2


# %% honest="a float" exercise="numeric_slope"
def numeric_slope(f, x, h):
    a, b = x - h, x + h
    rise = f(b) - f(a)
    return (rise / (b - a)).item()


# %% honest="a helper inside" exercise="numeric_slope"
def numeric_slope(f, x, h):
    value = lambda shift: float(f(x + shift))
    return (value(h) - value(-h)) / (2 * h)


# %% honest="two values first" exercise="numeric_slope"
# - return (f(x + h) - f(x - h)) / (2 * h)
# + ahead, behind = f(x + h), f(x - h)
# + return (ahead - behind) / h / 2

# %% honest="width from the points" exercise="numeric_slope"
# - return (f(x + h) - f(x - h)) / (2 * h)
# + left, right = x - h, x + h
# + return (f(right) - f(left)) / (right - left)

# %% wrong="brackets missing" exercise="numeric_slope"
def numeric_slope(f, x, h):
    return (f(x + h) - f(x - h)) / 2 * h

# %% wrong="one-sided difference" exercise="numeric_slope"
def numeric_slope(f, x, h):
    return (f(x + h) - f(x)) / h


# %% wrong="width of the interval" exercise="numeric_slope"
def numeric_slope(f, x, h):
    return (f(x + h) - f(x - h)) / h


# %% wrong="brackets missing" exercise="numeric_slope"
def numeric_slope(f, x, h):
    return f(x + h) - f(x - h) / 2 * h


# %% wrong="exact slope returned" exercise="numeric_slope"
def numeric_slope(f, x, h):
    x = x.clone().requires_grad_()
    f(x).backward()
    return x.grad


# %% wrong="sign reversed" exercise="numeric_slope"
def numeric_slope(f, x, h):
    return (f(x - h) - f(x + h)) / (2 * h)


# %% honest="the neighbour" exercise="best_h"
answer["best_h"] = 1e-6

# %% honest="from the table" exercise="best_h"
answer["best_h"] = widths[errors.index(min(errors))]

# %% honest="a power" exercise="best_h"
answer["best_h"] = 10 ** (-5)

# %% honest="a decade larger" exercise="best_h"
answer["best_h"] = 1e-4

# %% honest="a decade smaller" exercise="best_h"
answer["best_h"] = 1e-6

# %% honest="in a tensor" exercise="best_h"
answer["best_h"] = torch.tensor(1e-5)

# %% wrong="smaller is always better" exercise="best_h"
answer["best_h"] = 1e-13

# %% wrong="secant for tangent" exercise="best_h"
answer["best_h"] = 0.001

# %% wrong="exponent for number" exercise="best_h"
answer["best_h"] = -5

# ------------------------------------------------------------------ leaves

# %% honest="another order" exercise="leaves"
answer["leaves"] = ["u", "d", "b", "a"]
answer["gets_grad"] = ("a",)

# %% honest="one text" exercise="leaves"
answer["leaves"] = "a, b, d, u"
answer["gets_grad"] = "a"

# %% honest="sorted sets" exercise="leaves"
answer["leaves"] = sorted({"a", "b", "u"} | {"d"})
answer["gets_grad"] = list({"a"})

# %% honest="tuples" exercise="leaves"
answer["leaves"] = ("d", "b", "a", "u")
answer["gets_grad"] = ("a",)

# %% honest="capital letters" exercise="leaves"
answer["leaves"] = ["A", "B", "D", "U"]
answer["gets_grad"] = "A"

# %% honest="with commas" exercise="leaves"
answer["leaves"] = "a, b, d, u"
answer["gets_grad"] = ["a"]

# %% wrong="leaf thought to require grad" exercise="leaves"
answer["leaves"] = ["a", "u"]
answer["gets_grad"] = ["a"]

# %% wrong="result taken for a leaf" exercise="leaves"
answer["leaves"] = ["a", "b", "d", "e", "u"]
answer["gets_grad"] = ["a"]

# %% wrong="detached tensor taken for a result" exercise="leaves"
answer["leaves"] = ["a", "b", "u"]
answer["gets_grad"] = ["a"]

# %% wrong="gradient without a path" exercise="leaves"
answer["leaves"] = ["a", "b", "d", "u"]
answer["gets_grad"] = ["a", "u"]

# %% wrong="result thought to keep its gradient" exercise="leaves"
answer["leaves"] = ["a", "b", "d", "u"]
answer["gets_grad"] = ["a", "c", "e"]

# ------------------------------------------------------------------ first_move, descent_direction

# %% honest="a small letter" exercise="first_move"
answer["first_move"] = "b"

# %% honest="with a space" exercise="first_move"
answer["first_move"] = " B "

# %% honest="from a list" exercise="first_move"
answer["first_move"] = ["A", "B", "C", "D"][1]

# %% honest="with a bracket" exercise="first_move"
answer["first_move"] = "B)"

# %% honest="in a list" exercise="first_move"
answer["first_move"] = ["b"]

# %% honest="from a dictionary" exercise="first_move"
answer.update(first_move={"up": "B"}["up"])

# %% wrong="aims at the minimum" exercise="first_move"
answer["first_move"] = "A"

# %% wrong="uphill" exercise="first_move"
answer["first_move"] = "C"

# %% wrong="steepest axis only" exercise="first_move"
answer["first_move"] = "D"


# %% honest="normalize" exercise="descent_direction"
def descent_direction(f, xy):
    v = xy.clone().detach().requires_grad_(True)
    f(v).backward()
    return torch.nn.functional.normalize(-v.grad, dim=0)


# %% honest="numpy" exercise="descent_direction"
def descent_direction(f, xy):
    import numpy as np

    v = xy.clone().requires_grad_()
    f(v).backward()
    g = v.grad.numpy()
    n = np.sqrt((g**2).sum())
    return -g / n if n > 0 else np.zeros(2)


# %% honest="autograd.grad and where" exercise="descent_direction"
def descent_direction(f, xy):
    v = xy.clone().requires_grad_()
    (g,) = torch.autograd.grad(f(v), v)
    n = torch.linalg.norm(g)
    return torch.where(n > 0, -g / torch.where(n > 0, n, torch.ones_like(n)), torch.zeros_like(g))


# %% honest="a list" exercise="descent_direction"
def descent_direction(f, xy):
    v = torch.tensor(xy.tolist(), dtype=torch.float64, requires_grad=True)
    f(v).backward()
    gx, gy = v.grad.tolist()
    length = (gx * gx + gy * gy) ** 0.5
    if length == 0:
        return [0.0, 0.0]
    return [-gx / length, -gy / length]


# %% honest="hypot" exercise="descent_direction"
def descent_direction(f, xy):
    v = xy.detach().clone().requires_grad_()
    gx, gy = torch.autograd.grad(f(v), v)[0]
    length = torch.hypot(gx, gy)
    return torch.zeros(2) if length == 0 else torch.stack([-gx, -gy]) / length

# %% honest="a tiny number below the line" exercise="descent_direction"
# - length = v.grad.norm()
# - if length == 0:
# - return torch.zeros(2)
# - return -v.grad / length
# + length = torch.sqrt((v.grad**2).sum())
# + return -v.grad / torch.clamp(length, min=1e-30)

# %% wrong="uphill" exercise="descent_direction"
def descent_direction(f, xy):
    v = xy.clone().requires_grad_()
    f(v).backward()
    n = v.grad.norm()
    return v.grad / n if n > 0 else v.grad


# %% wrong="length kept" exercise="descent_direction"
def descent_direction(f, xy):
    v = xy.clone().requires_grad_()
    f(v).backward()
    return -v.grad


# %% wrong="zero divided by zero" exercise="descent_direction"
def descent_direction(f, xy):
    v = xy.clone().requires_grad_()
    f(v).backward()
    return -v.grad / v.grad.norm()


# %% wrong="another length" exercise="descent_direction"
def descent_direction(f, xy):
    v = xy.clone().requires_grad_()
    f(v).backward()
    n = v.grad.abs().sum()
    return -v.grad / n if n > 0 else torch.zeros(2)


# %% wrong="matrix taken as symmetric" exercise="descent_direction"
def descent_direction(f, xy):
    g = 20 * G @ xy
    n = g.norm()
    return -g / n if n > 0 else torch.zeros(2)
