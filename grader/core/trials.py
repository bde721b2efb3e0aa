"""Put a scheduler or an optimizer class to the test, and return what it did as numbers.

The lessons record these numbers; nothing here knows what is right.
"""

import copy
import warnings

import torch


def rates_used(make_scheduler, lr: float, steps: int, name: str = "lr", **hyper) -> list[float]:
    """Return the rate (or another entry of the group, such as momentum) that each of `steps` steps uses.

    make_scheduler: takes an optimizer and returns a scheduler. lr, hyper: of the SGD it gets.

    Raises:
        TypeError: when make_scheduler returns nothing that can step.

    """
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=lr, **hyper)
    scheduler = make_scheduler(optimizer)
    if not hasattr(scheduler, "step"):
        raise TypeError(f"expected a scheduler, got {type(scheduler).__name__}")
    used = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # SequentialLR of torch 2.13 warns about a call of its own
        for _ in range(steps):
            used.append(float(optimizer.param_groups[0][name]))
            optimizer.step()
            if len(used) < steps:
                scheduler.step()
    return used


def heard(work, *arguments) -> tuple[object, int]:
    """Return what work(*arguments) returns, and how often torch warned about the order of steps or a getter."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        result = work(*arguments)
    texts = [str(warning.message) for warning in caught]
    about = [text for text in texts if "lr_scheduler" in text or "get_last_lr" in text]
    for text in about:
        print("torch warned:", text.split(". ")[0])
    return result, len(about)


SITUATIONS = ("path", "tensors", "groups", "midway", "resumed", "losses", "grads")


def trials(make, f, start, steps: int, lr: float):
    """Walk an optimizer through seven situations; yield the name of each and what it did there.

    make: takes a list of tensors or groups and the keyword lr, and returns the optimizer.
    f: the function to walk down from `start`, in double precision.

    path: steps + 1 points. tensors: the same for five tensors, of shape (), (), (3,), (2, 2) and (), the
    first without a gradient after two rounds, the second without one in the first two, the last with a
    gradient of zero in two rounds. groups: two groups with lr and lr / 2. midway: the rate of the group
    halved after half the steps. resumed: saved and loaded into a new optimizer after half the steps.
    losses: for each step what step(closure) returns, how often the closure was called so far, and the
    point after it. grads: how much the gradients change in each step.

    Raises:
        Exception: the first one that a situation ended in, after all of them were tried.

    """
    run, first = _Runs(make, f, torch.tensor(start, dtype=torch.float64), steps, lr), None
    for name in SITUATIONS:
        try:
            yield name, getattr(run, name)()
        except Exception as error:  # a situation that fails must not hide the others
            first = first or error
    if first:
        raise first


class _Runs:
    """One optimizer class on one function; each method is a run of its own."""

    def __init__(self, make, f, start: torch.Tensor, steps: int, lr: float):
        self.make, self.f, self.start, self.steps, self.lr = make, f, start, steps, lr

    def path(self) -> list:
        """Walk from the start with one tensor."""
        x = self._leaf()
        return self._walk(x, self.make([x], lr=self.lr), self.steps)

    def tensors(self) -> list:
        """Walk with five tensors that do not all have a gradient in all rounds."""

        def leaf(values) -> torch.Tensor:
            return torch.tensor(values, dtype=torch.float64, requires_grad=True)

        gone, late, zero = leaf(-3.0), leaf(2.0), leaf(4.0)
        a, b = leaf([1.0, -2.0, 3.0]), leaf([[0.5, -1.5], [2.0, 0.0]])
        everything = [gone, late, a, b, zero]
        optimizer, points = self.make(everything, lr=self.lr), []
        for k in range(self.steps + 1):
            points.append(torch.cat([one.detach().reshape(-1) for one in everything]).tolist())
            optimizer.zero_grad(set_to_none=True)
            loss = (a**2).sum() + 3 * ((b - 1) ** 2).sum() + (0 * zero if k in (2, 3) else zero**2)
            (loss + (gone**2 if k < 2 else late**2)).backward()
            optimizer.step()
        return points

    def groups(self) -> list:
        """Walk with the entries of the start in two groups, the second at half the rate."""
        first, second = (value.clone().requires_grad_() for value in self.start.reshape(-1)[:2])
        optimizer = self.make([{"params": [first]}, {"params": [second], "lr": self.lr / 2}], lr=self.lr)
        points = [[first.item(), second.item()]]
        for _ in range(self.steps):
            optimizer.zero_grad()
            self.f(torch.stack([first, second])).backward()
            optimizer.step()
            points.append([first.item(), second.item()])
        return points

    def midway(self) -> list:
        """Walk, and halve the rate of the group on the way."""
        x = self._leaf()
        optimizer = self.make([x], lr=self.lr)
        points = self._walk(x, optimizer, self.steps // 2)
        optimizer.param_groups[0]["lr"] = self.lr / 2
        return points + self._walk(x, optimizer, self.steps - self.steps // 2)[1:]

    def resumed(self) -> list:
        """Walk, save and load the state on the way, and go on with a new optimizer."""
        x = self._leaf()
        optimizer = self.make([x], lr=self.lr)
        points = self._walk(x, optimizer, self.steps // 2)
        state, y = copy.deepcopy(optimizer.state_dict()), x.detach().clone().requires_grad_()
        successor = self.make([y], lr=self.lr)
        successor.load_state_dict(state)
        return points + self._walk(y, successor, self.steps - self.steps // 2)[1:]

    def losses(self) -> list:
        """Return for each step what step(closure) returns, the number of calls so far, and the point after it."""
        x, calls, rows = self._leaf(), 0, []
        optimizer = self.make([x], lr=self.lr)

        def closure():
            nonlocal calls
            calls += 1
            optimizer.zero_grad()
            loss = self.f(x)
            loss.backward()
            return loss

        for _ in range(self.steps):
            loss = optimizer.step(closure)
            known = float("nan") if loss is None else float(torch.as_tensor(loss).detach())
            rows.append([known, calls, *x.detach().reshape(-1).tolist()])
        return rows

    def grads(self) -> list:
        """Return how much the gradient changes in each step."""
        x = self._leaf()
        optimizer, changes = self.make([x], lr=self.lr), []
        for _ in range(self.steps):
            optimizer.zero_grad()
            self.f(x).backward()
            before = x.grad.clone()
            optimizer.step()
            after = torch.full_like(x, float("nan")) if x.grad is None else x.grad
            changes.append((after - before).tolist())
        return changes

    def _leaf(self) -> torch.Tensor:
        return self.start.clone().requires_grad_()

    def _walk(self, x: torch.Tensor, optimizer, steps: int) -> list:
        points = [x.detach().tolist()]
        for _ in range(steps):
            optimizer.zero_grad(set_to_none=False)  # in place: whoever kept p.grad itself is found out
            self.f(x).backward()
            optimizer.step()
            points.append(x.detach().tolist())
        return points
