# Answers as students write them: honest ones must pass, wrong ones must be rejected and named.
# Header: honest="what is special" or wrong="the misconception", then exercise="its id".
# A cell is a whole answer, or says with "# - old" and "# + new" how it differs from the model answer.

# ------------------------------------------------------------------ cos_guess

# %% honest="pi" exercise="cos_guess"
import math

answer["cos_right"], answer["cos_left"], answer["cos_top"] = math.pi, -math.pi, 0

# %% honest="tenths" exercise="cos_guess"
answer.update(cos_right=3.1, cos_left=-3.1, cos_top=0)

# %% honest="tensors" exercise="cos_guess"
answer["cos_right"] = torch.tensor(3.14)
answer["cos_left"] = torch.tensor(-3.14)
answer["cos_top"] = torch.tensor(0.0)

# %% honest="lists of one" exercise="cos_guess"
answer["cos_right"], answer["cos_left"], answer["cos_top"] = [3.14], [-3.14], [0.0]

# %% honest="from torch" exercise="cos_guess"
answer["cos_right"] = torch.pi
answer["cos_left"] = -torch.pi
answer["cos_top"] = 0.0

# %% honest="walked" exercise="cos_guess"
for name, x0 in (("cos_right", 0.1), ("cos_left", -0.1), ("cos_top", 0.0)):
    x = x0
    for _ in range(300):
        x += 0.1 * torch.sin(torch.tensor(x)).item()
    answer[name] = x

# %% wrong="crosses the top" exercise="cos_guess"
answer.update(cos_right=-3.14, cos_left=3.14, cos_top=0)

# %% wrong="rolls off by itself" exercise="cos_guess"
answer.update(cos_right=3.14, cos_left=-3.14, cos_top=3.14)

# %% wrong="zero for lowest point" exercise="cos_guess"
answer.update(cos_right=1.57, cos_left=-3.14, cos_top=0)

# ------------------------------------------------------------------ where

# %% honest="double precision" exercise="where"
# - x = torch.tensor(x0, requires_grad=True)
# + x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)

# %% honest="cleared last" exercise="where"
# - optimizer.zero_grad()
# - f(x).backward()
# - optimizer.step()
# + f(x).backward()
# + optimizer.step()
# + optimizer.zero_grad()

# %% honest="a closure" exercise="where"
def where(f, make, starts, steps):
    def end(x0):
        x = torch.nn.Parameter(torch.tensor(x0))
        optimizer = make([x])

        def closure():
            optimizer.zero_grad()
            loss = f(x)
            loss.backward()
            return loss

        for _ in range(steps):
            optimizer.step(closure)
        return float(x)

    return [end(x0) for x0 in starts]

# %% honest="tensors of one number" exercise="where"
# - x = torch.tensor(x0, requires_grad=True)
# + x = torch.tensor([x0], requires_grad=True)

# %% honest="an array" exercise="where"
# - return ends
# + return torch.tensor(ends)

# %% honest="gradient set" exercise="where"
# - f(x).backward()
# + (x.grad,) = torch.autograd.grad(f(x), x)

# %% wrong="goes on from the end before" exercise="where"
# - for x0 in starts:
# - x = torch.tensor(x0, requires_grad=True)
# + x = torch.tensor(starts[0], requires_grad=True)
# + for x0 in starts:

# %% wrong="gradient never cleared" exercise="where"
# - optimizer.zero_grad()
# - f(x).backward()
# + f(x).backward()

# %% wrong="value for place" exercise="where"
# - ends.append(x.item())
# + ends.append(f(x).item())

# %% wrong="optimizer built anew each step" exercise="where"
# - optimizer = make([x])
# - for _ in range(steps):
# + for _ in range(steps):
# +     optimizer = make([x])

# %% wrong="optimizer ignored" exercise="where"
# - optimizer = make([x])
# + optimizer = optim.SGD([x], lr=0.1)

# %% wrong="optimizer ignored" exercise="where"
# - optimizer = make([x])
# + optimizer = optim.Adam([x], lr=0.1)

# %% wrong="optimizer without effect" exercise="where"
# - optimizer.step()
# + pass

# ------------------------------------------------------------------ basin

# %% honest="where and argmin" exercise="basin"
def basin(f, starts, make, steps, minima):
    ends = []
    for x0 in starts:
        x = torch.tensor([x0], requires_grad=True)
        optimizer = make([x])
        for _ in range(steps):
            optimizer.zero_grad()
            f(x).sum().backward()
            optimizer.step()
        ends.append(x.item())
    distances = (torch.tensor(ends)[:, None] - torch.tensor(minima)).abs()
    return distances.argmin(dim=1)

# %% honest="NumPy" exercise="basin"
# - labels.append(min(range(len(minima)), key=lambda i: abs(x.item() - minima[i])))
# + import numpy as np
# +
# + labels.append(int(np.abs(np.array(minima) - x.item()).argmin()))

# %% honest="a list of distances" exercise="basin"
# - labels.append(min(range(len(minima)), key=lambda i: abs(x.item() - minima[i])))
# + far = [abs(x.item() - m) for m in minima]
# + labels.append(far.index(min(far)))

# %% honest="all starts at once" exercise="basin"
def basin(f, starts, make, steps, minima):
    x = torch.tensor(starts, requires_grad=True)
    optimizer = make([x])
    for _ in range(steps):
        optimizer.zero_grad()
        f(x).sum().backward()
        optimizer.step()
    return [min(range(len(minima)), key=lambda i: abs(end - minima[i])) for end in x.tolist()]

# %% honest="double precision" exercise="basin"
# - x = torch.tensor(x0, requires_grad=True)
# + x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)

# %% honest="floats" exercise="basin"
# - return labels
# + return [float(label) for label in labels]

# %% wrong="distance with a sign" exercise="basin"
# - labels.append(min(range(len(minima)), key=lambda i: abs(x.item() - minima[i])))
# + labels.append(min(range(len(minima)), key=lambda i: x.item() - minima[i]))

# %% wrong="furthest minimum" exercise="basin"
# - labels.append(min(range(len(minima)), key=lambda i: abs(x.item() - minima[i])))
# + labels.append(max(range(len(minima)), key=lambda i: abs(x.item() - minima[i])))

# %% wrong="valley nearest to the start" exercise="basin"
# - labels.append(min(range(len(minima)), key=lambda i: abs(x.item() - minima[i])))
# + labels.append(min(range(len(minima)), key=lambda i: abs(x0 - minima[i])))

# %% wrong="counts from one" exercise="basin"
# - return labels
# + return [label + 1 for label in labels]

# %% wrong="end for label" exercise="basin"
# - labels.append(min(range(len(minima)), key=lambda i: abs(x.item() - minima[i])))
# + labels.append(x.item())

# %% wrong="optimizer ignored" exercise="basin"
# - optimizer = make([x])
# + optimizer = optim.SGD([x], lr=0.5)

# %% wrong="" exercise="basin"
# - labels.append(min(range(len(minima)), key=lambda i: abs(x.item() - minima[i])))
# + labels.append(min(range(len(minima)), key=lambda i: abs(x.item() - sorted(minima)[i])))

# %% wrong="minimum for label" exercise="basin"
# - labels.append(min(range(len(minima)), key=lambda i: abs(x.item() - minima[i])))
# + labels.append(min(minima, key=lambda m: abs(x.item() - m)))

# ------------------------------------------------------------------ valley_guess

# %% honest="rounded" exercise="valley_guess"
answer["sgd_valley"], answer["adam_valley"] = 4.0, -1.3

# %% honest="lists" exercise="valley_guess"
answer["sgd_valley"], answer["adam_valley"] = [3.985], [-1.28]

# %% honest="from the list" exercise="valley_guess"
answer["sgd_valley"], answer["adam_valley"] = minima[2], minima[1]

# %% honest="tensors" exercise="valley_guess"
answer["sgd_valley"], answer["adam_valley"] = torch.tensor(3.985), torch.tensor(-1.28)

# %% honest="update" exercise="valley_guess"
answer.update(sgd_valley=3.985, adam_valley=-1.28)

# %% honest="more digits" exercise="valley_guess"
answer["adam_valley"] = -1.2801
answer["sgd_valley"] = 3.98470448

# %% wrong="large rate thought to jump" exercise="valley_guess"
answer["sgd_valley"], answer["adam_valley"] = -1.28, -1.28

# %% wrong="small slope thought to stop Adam" exercise="valley_guess"
answer["sgd_valley"], answer["adam_valley"] = 3.985, 3.985

# %% wrong="flies past the deep valley" exercise="valley_guess"
answer["sgd_valley"], answer["adam_valley"] = 3.985, -6.807

# ------------------------------------------------------------------ jump

# %% honest="tensors of one number" exercise="jump"
def jump(f, make, x0, n):
    x = torch.tensor([x0], requires_grad=True)
    optimizer = make([x])
    path = torch.zeros(n + 1)
    for k in range(n + 1):
        path[k] = x.item()
        optimizer.zero_grad()
        f(x).sum().backward()
        optimizer.step()
    return path

# %% honest="double precision" exercise="jump"
# - x = torch.tensor(x0, requires_grad=True)
# + x = torch.tensor(x0, dtype=torch.float64, requires_grad=True)

# %% honest="a parameter" exercise="jump"
# - x = torch.tensor(x0, requires_grad=True)
# + x = torch.nn.Parameter(torch.tensor(x0))

# %% honest="float" exercise="jump"
# - points.append(x.item())
# + points.append(float(x))

# %% honest="copies" exercise="jump"
# - points.append(x.item())
# + points.append(x.detach().clone())

# %% honest="a while loop" exercise="jump"
# - for _ in range(n):
# + while len(points) <= n:

# %% wrong="optimizer built anew each step" exercise="jump"
# - optimizer = make([x])
# - points = [x.item()]
# - for _ in range(n):
# + points = [x.item()]
# + for _ in range(n):
# +     optimizer = make([x])

# %% wrong="gradient never cleared" exercise="jump"
# - optimizer.zero_grad()
# - f(x).backward()
# + f(x).backward()

# %% wrong="function ignored" exercise="jump"
# - f(x).backward()
# + function_2d(x).backward()

# %% wrong="start missing" exercise="jump"
# - points = [x.item()]
# + points = []

# %% wrong="value for place" exercise="jump"
# - points.append(x.item())
# + points.append(f(x).item())
# - points = [x.item()]
# + points = [f(x).item()]

# ------------------------------------------------------------------ saddle_guess

# %% honest="a real number" exercise="saddle_guess"
answer["saddle_step"], answer["saddle_top"] = 26.0, "Never"

# %% honest="one off" exercise="saddle_guess"
answer["saddle_step"], answer["saddle_top"] = 25.3, "never "

# %% honest="logarithms" exercise="saddle_guess"
import math

answer["saddle_step"] = math.ceil(math.log(100) / math.log(1.2))
answer["saddle_top"] = "never"

# %% honest="counted" exercise="saddle_guess"
y, k = 0.01, 0
while y <= 1:
    y, k = 1.2 * y, k + 1
answer["saddle_step"], answer["saddle_top"] = k, "never"

# %% honest="lists" exercise="saddle_guess"
answer["saddle_step"], answer["saddle_top"] = [26], ["never"]

# %% honest="tensor" exercise="saddle_guess"
answer.update(saddle_step=torch.tensor(26), saddle_top="never.")

# %% wrong="growth thought to be even" exercise="saddle_guess"
answer["saddle_step"], answer["saddle_top"] = 500, "never"

# %% wrong="factor too small" exercise="saddle_guess"
answer["saddle_step"], answer["saddle_top"] = 49, "never"

# %% wrong="rolls off by itself" exercise="saddle_guess"
answer["saddle_step"], answer["saddle_top"] = 26, "later"

# ------------------------------------------------------------------ escape

# %% honest="a count of its own" exercise="escape"
def escape(f, make, start, bound, cap):
    v = torch.tensor(start, requires_grad=True)
    optimizer = make([v])
    steps = 0
    while steps < cap and v[1].abs() <= bound:
        optimizer.zero_grad()
        f(v).backward()
        optimizer.step()
        steps += 1
    return steps

# %% honest="the whole path first" exercise="escape"
def escape(f, make, start, bound, cap):
    v = torch.tensor(start, requires_grad=True)
    optimizer = make([v])
    ys = [v[1].item()]
    for _ in range(cap):
        optimizer.zero_grad()
        f(v).backward()
        optimizer.step()
        ys.append(v[1].item())
    far = [k for k, y in enumerate(ys) if abs(y) > bound]
    return far[0] if far else cap

# %% honest="looked at after the step" exercise="escape"
# - for k in range(cap):
# - if abs(v[1].item()) > bound:
# - return k
# - optimizer.zero_grad()
# - f(v).backward()
# - optimizer.step()
# + if v[1].item() ** 2 > bound**2:
# +     return 0
# + for k in range(cap):
# +     optimizer.zero_grad()
# +     f(v).backward()
# +     optimizer.step()
# +     if v[1].item() ** 2 > bound**2:
# +         return k + 1

# %% wrong="counted one too many" exercise="escape"
# - for k in range(cap):
# - if abs(v[1].item()) > bound:
# - return k
# - optimizer.zero_grad()
# - f(v).backward()
# - optimizer.step()
# + for k in range(1, cap + 1):
# +     optimizer.zero_grad()
# +     f(v).backward()
# +     optimizer.step()
# +     if abs(v[1].item()) > bound:
# +         return k

# %% honest="double precision" exercise="escape"
# - v = torch.tensor(start, requires_grad=True)
# + v = torch.tensor(start, dtype=torch.float64, requires_grad=True)

# %% honest="a float" exercise="escape"
# - return k
# + return float(k)

# %% honest="both sides" exercise="escape"
# - if abs(v[1].item()) > bound:
# + if not -bound <= v[1].item() <= bound:

# %% wrong="distance from the start" exercise="escape"
# - if abs(v[1].item()) > bound:
# + if abs(v[1].item() - start[1]) > bound:

# %% wrong="counted one too many" exercise="escape"
# - return k
# + return k + 1

# %% wrong="sign of the coordinate" exercise="escape"
# - if abs(v[1].item()) > bound:
# + if v[1].item() > bound:

# %% wrong="counted one too few" exercise="escape"
# - for k in range(cap):
# - if abs(v[1].item()) > bound:
# - return k
# - optimizer.zero_grad()
# - f(v).backward()
# - optimizer.step()
# + for k in range(cap):
# +     optimizer.zero_grad()
# +     f(v).backward()
# +     optimizer.step()
# +     if abs(v[1].item()) > bound:
# +         return k

# %% wrong="optimizer without effect" exercise="escape"
# - optimizer.step()
# + pass

# ------------------------------------------------------------------ race

# %% honest="a function that counts" exercise="race"
def race(f, start, contestants, budget):
    def run(make):
        v = torch.nn.Parameter(torch.tensor(start, dtype=torch.float64))
        optimizer = make([v])
        seen = []

        def closure():
            optimizer.zero_grad()
            loss = f(v)
            loss.backward()
            seen.append(float(loss.detach()))
            return loss

        while len(seen) < budget:
            optimizer.step(closure)
        return min(seen[:budget])

    return {name: run(make) for name, make in contestants.items()}

# %% honest="an exception at the end of the budget" exercise="race"
def race(f, start, contestants, budget):
    class Enough(Exception):
        pass

    lowest = {}
    for name, make in contestants.items():
        v = torch.tensor(start, dtype=torch.float64, requires_grad=True)
        optimizer, values = make([v]), []

        def closure():
            if len(values) == budget:
                raise Enough
            optimizer.zero_grad()
            loss = f(v)
            loss.backward()
            values.append(loss.item())
            return loss

        try:
            while True:
                optimizer.step(closure)
        except Enough:
            lowest[name] = min(values)
    return lowest

# %% honest="sorted" exercise="race"
# - lowest[name] = min(values[:budget])
# + lowest[name] = sorted(values[:budget])[0]

# %% honest="tensors kept" exercise="race"
# - lowest[name] = min(values[:budget])
# + lowest[name] = torch.tensor(values[:budget], dtype=torch.float64).min()

# %% honest="single precision" exercise="race"
# - v = torch.tensor(start, dtype=torch.float64, requires_grad=True)
# + v = torch.tensor(start, requires_grad=True)

# %% honest="cleared by hand" exercise="race"
# - optimizer.zero_grad()
# + v.grad = None

# %% wrong="looks beyond the budget" exercise="race"
# - lowest[name] = min(values[:budget])
# + lowest[name] = min(values)

# %% wrong="steps counted instead of looks" exercise="race"
# - while len(values) < budget:
# - optimizer.step(closure)
# - lowest[name] = min(values[:budget])
# + for _ in range(budget):
# +     optimizer.step(closure)
# + lowest[name] = min(values)

# %% wrong="contestants ignored" exercise="race"
# - for name, make in contestants.items():
# + for name, make in CONTESTANTS.items():

# %% wrong="last for lowest" exercise="race"
# - lowest[name] = min(values[:budget])
# + lowest[name] = values[:budget][-1]

# %% wrong="value at the start" exercise="race"
# - v = torch.tensor(start, dtype=torch.float64, requires_grad=True)
# - optimizer = make([v])
# + optimizer = make([torch.tensor(start, dtype=torch.float64, requires_grad=True)])
# + v = torch.tensor(start, dtype=torch.float64, requires_grad=True)

# ------------------------------------------------------------------ race_rates

# %% honest="other rates" exercise="race_rates"
answer["rate_sgd"], answer["rate_momentum"], answer["rate_adam"] = 0.012, 0.003, 0.3

# %% honest="a grid" exercise="race_rates"
answer["rate_sgd"] = 0.015
answer["rate_momentum"] = 0.005
answer["rate_adam"] = 0.5

# %% honest="tensors" exercise="race_rates"
answer["rate_sgd"] = torch.tensor(0.013)
answer["rate_momentum"] = torch.tensor(0.004)
answer["rate_adam"] = torch.tensor(0.25)

# %% honest="powers of ten" exercise="race_rates"
answer.update(rate_sgd=1.4e-2, rate_momentum=4e-3, rate_adam=2e-1)

# %% honest="lists of one" exercise="race_rates"
answer["rate_sgd"], answer["rate_momentum"], answer["rate_adam"] = [0.013], [0.004], [0.2]

# %% honest="a large rate for Adam" exercise="race_rates"
answer.update(rate_sgd=0.013, rate_momentum=0.0035, rate_adam=1)

# %% wrong="rate too small" exercise="race_rates"
answer.update(rate_sgd=0.001, rate_momentum=0.004, rate_adam=0.2)

# %% wrong="rate too small" exercise="race_rates"
answer.update(rate_sgd=0.013, rate_momentum=0.004, rate_adam=0.001)

# %% wrong="rate too large" exercise="race_rates"
answer.update(rate_sgd=0.1, rate_momentum=0.004, rate_adam=0.2)

# %% wrong="sign reversed" exercise="race_rates"
answer.update(rate_sgd=-0.013, rate_momentum=0.004, rate_adam=0.2)

# ------------------------------------------------------------------ bottoms

# %% honest="small letters" exercise="bottoms"
answer["bottoms"] = ["a", "d"]

# %% honest="another order" exercise="bottoms"
answer["bottoms"] = ["D", "A"]

# %% honest="one text" exercise="bottoms"
answer["bottoms"] = "A, D"

# %% honest="a tuple" exercise="bottoms"
answer["bottoms"] = ("A", "D")

# %% honest="joined" exercise="bottoms"
answer["bottoms"] = "AD"

# %% honest="with brackets" exercise="bottoms"
answer["bottoms"] = ["A)", "D)"]

# %% wrong="saddle taken for a bottom" exercise="bottoms"
answer["bottoms"] = ["A", "B", "D"]

# %% wrong="ring overlooked" exercise="bottoms"
answer["bottoms"] = ["A"]

# %% wrong="cube taken for a bowl" exercise="bottoms"
answer["bottoms"] = ["A", "C", "D"]

# ------------------------------------------------------------------ safe_descend

# %% honest="backward and copies" exercise="safe_descend"
def safe_descend(f, start, lr, steps, bound, tol):
    v = torch.tensor(start, requires_grad=True)
    points, reason = [v.detach().clone()], "unfinished"
    for _ in range(steps):
        v.grad = None
        f(v).backward()
        if torch.linalg.vector_norm(v.grad) < tol:
            reason = "converged"
            break
        with torch.no_grad():
            v -= lr * v.grad
        points.append(v.detach().clone())
        if (v.abs() > bound).any():
            reason = "diverged"
            break
    return points, reason

# %% honest="an optimizer" exercise="safe_descend"
def safe_descend(f, start, lr, steps, bound, tol):
    v = torch.tensor(start, requires_grad=True)
    optimizer = optim.SGD([v], lr=lr)
    points = [tuple(v.tolist())]
    for _ in range(steps):
        optimizer.zero_grad()
        f(v).backward()
        if v.grad.norm().item() < tol:
            return points, "converged"
        optimizer.step()
        points.append(tuple(v.tolist()))
        if max(abs(c) for c in points[-1]) > bound:
            return points, "diverged"
    return points, "unfinished"

# %% honest="double precision" exercise="safe_descend"
# - v = torch.tensor(start, requires_grad=True)
# + v = torch.tensor(start, dtype=torch.float64, requires_grad=True)

# %% honest="NaN asked too" exercise="safe_descend"
# - if v.abs().max() > bound:
# + if not torch.isfinite(v).all() or v.abs().max() > bound:

# %% honest="data" exercise="safe_descend"
# - with torch.no_grad():
# - v -= lr * g
# + v.data.sub_(lr * g)

# %% honest="an array" exercise="safe_descend"
# - return points, "unfinished"
# + return torch.tensor(points), "unfinished"

# %% wrong="one entry too few" exercise="safe_descend"
# - points.append(v.tolist())
# - if v.abs().max() > bound:
# - return points, "diverged"
# + if v.abs().max() > bound:
# +     return points, "diverged"
# + points.append(v.tolist())

# %% wrong="sign of the coordinate" exercise="safe_descend"
# - if v.abs().max() > bound:
# + if v.max() > bound:

# %% wrong="distance for the largest coordinate" exercise="safe_descend"
# - if v.abs().max() > bound:
# + if v.norm() > bound:

# %% wrong="largest slope for the length" exercise="safe_descend"
# - if g.norm() < tol:
# + if g.abs().max() < tol:

# %% wrong="stops one step late" exercise="safe_descend"
# - if g.norm() < tol:
# - return points, "converged"
# +
# - points.append(v.tolist())
# + points.append(v.tolist())
# + if g.norm() < tol:
# +     return points, "converged"

# %% wrong="same tensor stored every time" exercise="safe_descend"
# - points = [v.tolist()]
# + points = [v.detach()]
# - points.append(v.tolist())
# + points.append(v.detach())

# %% wrong="start missing" exercise="safe_descend"
# - points = [v.tolist()]
# + points = []

# %% wrong="bound ignored" exercise="safe_descend"
# - if v.abs().max() > bound:
# - return points, "diverged"
# + pass

# %% wrong="tolerance ignored" exercise="safe_descend"
# - if g.norm() < tol:
# - return points, "converged"
# + reason = "converged" if g.norm() < tol else "unfinished"
# - if v.abs().max() > bound:
# - return points, "diverged"
# + reason = "diverged" if v.abs().max() > bound else reason
# - return points, "unfinished"
# + return points, reason
