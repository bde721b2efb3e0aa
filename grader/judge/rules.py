"""Rules about how an exercise is solved, checked on the syntax tree of the student's cells."""

import ast
import re
from collections.abc import Callable, Iterable
from contextlib import suppress
from functools import wraps

from grader.judge.model import Rule

STORE = "answer"  # where every cell puts its results, and takes its givens from
ROOM = 2**19  # characters of what is remembered: some notebooks, since each is judged several times
OWNERS = 20
TWICE = 40_000  # characters that IPython may read again, which it does for each magic of a cell
RUNNING = ("time", "timeit", "capture", "prun")  # magics whose text is code
OPTION = r"[ \t]*-\w+(?:[ \t]+\d+)?(?=[ \t\n])"
OPTIONS = re.compile(rf"\A(?:{OPTION})+")
RUNS = re.compile(rf"(?m)^([ \t]*)%%?(?:{'|'.join(RUNNING)})\b(?:{OPTION})*[ \t]*")
MAGIC = re.compile(r"(?m)^([ \t]*(?:[\w.]+[ \t]*=[ \t]*)?)(?:%%?[^\W\d].*|[!?].*|[\w.%]+\?\??[ \t]*)$")
BY_HAND = Rule(
    forbidden=("torch.optim",),
    sentence="This one is written by hand, and the cell uses torch.optim.",
    question="Which of the lines does the optimizer hide from you?",
)
WITH_OPTIM = Rule(
    required=("torch.optim", "optim"),
    sentence="This one is about the packaged optimizers, and the cell uses none of them.",
    question="Which class of torch.optim takes the step for you?",
)
STEPPED = Rule(
    required=(".step",),
    last=True,
    sentence="The optimizer is made, and nothing calls its step().",
    question="Which line moves x here, and which call of the optimizer would do it?",
)
PACKAGED = (
    "SGD", "Adam", "AdamW", "Adagrad", "RMSprop", "Adadelta", "Adamax", "NAdam", "RAdam", "ASGD", "Rprop", "LBFGS",
)  # fmt: skip
SCHEDULED = (
    "LambdaLR", "MultiplicativeLR", "StepLR", "MultiStepLR", "ConstantLR", "LinearLR", "ExponentialLR", "PolynomialLR",
    "CosineAnnealingLR", "CosineAnnealingWarmRestarts", "CyclicLR", "OneCycleLR", "ReduceLROnPlateau", "SequentialLR",
    "ChainedScheduler", "LRScheduler",
)  # fmt: skip
STARS = {  # what a star brings that is ruled on
    "torch.optim": (*PACKAGED, "lr_scheduler"),
    "torch.optim.lr_scheduler": SCHEDULED,
    "torch": ("optim", "nn"),
}
OWN_OPTIMIZER = Rule(
    forbidden=tuple(f"{place}.{name}" for place in ("torch.optim", "optim") for name in PACKAGED),
    sentence="This optimizer is written by hand, and the cell uses a packaged one.",
    question="Which lines does the packaged class hide from you?",
)
OWN_CLIPPING = Rule(
    forbidden=("torch.nn.utils", "nn.utils", "clip_grad_norm_", "clip_grads_with_norm_"),
    sentence="This one is written by hand, and the cell uses torch's own clipping.",
    question="Which number must every gradient be multiplied by?",
)
SCHEDULERS = ("torch.optim.lr_scheduler", "optim.lr_scheduler", "lr_scheduler")
WITH_SCHEDULER = Rule(
    required=SCHEDULERS,
    sentence="This one is about the packaged schedulers, and the cell uses none of them.",
    question="Which class of torch.optim.lr_scheduler draws this curve?",
)
WITHOUT_SCHEDULER = Rule(
    forbidden=SCHEDULERS,
    sentence="This one is written as a formula, and the cell uses a scheduler.",
    question="By which number is the first rate multiplied after k steps?",
)
OWN_SCHEDULER = Rule(
    forbidden=(*SCHEDULERS, "ReduceLROnPlateau"),
    sentence="This one is written by hand, and the cell uses a scheduler of torch.",
    question="Which of the three rules does the packaged class hide from you?",
)


def _remembered(function: Callable) -> Callable:
    """Keep what a function of a cell's text has returned, as long as there is room, and begin anew then."""
    kept, left = {}, ROOM

    @wraps(function)
    def recall(source: str, *others):
        nonlocal left
        key = source, *others
        if key not in kept:
            if left < len(source):
                kept.clear()
                left = ROOM
            left -= len(source)
            kept[key] = function(*key)
        return kept[key]

    return recall


def parse(source: str) -> ast.Module | None:
    """Return the syntax tree of a cell; None where it is no Python, even without its magics.

    Code that a magic runs, such as %time, belongs to the tree.
    """
    for read in (str, _without_magics):  # the second takes ten times as long, and few cells need it
        with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
            return _with_what_magics_run(ast.parse(read(source)))
    return None


tree = _remembered(parse)  # to read only


def _without_magics(source: str) -> str:
    """Return a cell as IPython would run it, with calls in place of magics and shell lines.

    Of a long one with many, lines are looked at only: what magics run stays, and nothing stands for the others.
    """
    if len(source) * len(MAGIC.findall(source)) > TWICE:
        return MAGIC.sub(r"\1None", RUNS.sub(r"\1", source))
    try:
        from IPython.core.inputtransformer2 import TransformerManager

        return TransformerManager().transform_cell(source)
    except Exception:  # there is no IPython, or it takes the cell for something that it is not
        return source


def _with_what_magics_run(module: ast.Module) -> ast.Module:
    """Append the code that magics get as a text."""
    for node in list(ast.walk(module)):
        called = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr
        if (
            called in ("run_line_magic", "run_cell_magic")
            and len(node.args) > 1
            and all(isinstance(one, ast.Constant) for one in node.args)
        ):
            name, *_, code = (str(one.value) for one in node.args)
            inner = parse(OPTIONS.sub("", code)) if name in RUNNING else None
            module.body += inner.body if inner else []
    return module


@_remembered
def names_used(source: str, others: tuple[str, ...] = (), function: str = "") -> frozenset[str]:
    """Return every dotted name that the code loads, such as {'torch.optim', '.optim', 'x'}; '.optim' is of any owner.

    others: the notebook's other cells, in their order: what they import is spelled out here, and what they define
    counts where this code leads to it. function: what the cell is to define; only what that leads to counts then,
    and not what the cell tries or compares beside it.
    """
    parsed = tree(source)
    if parsed is None:
        return frozenset()
    meant: dict[str, str] = {}
    defined: dict[str, tuple[ast.AST, ...]] = {}
    for cell in (*others, source):
        meant |= _imported(cell)
        defined |= _defined(cell)
        for name in meant.keys() & _defined(cell).keys():
            del meant[name]
    found, left = set(), list(defined.pop(function)) if function in _defined(source) else [parsed]
    while left:
        names, free = _loaded(left.pop(), meant)
        found |= names
        left += [node for name in free & defined.keys() for node in defined.pop(name)]
    return frozenset(found)


def _loaded(parsed: ast.AST, meant: dict[str, str]) -> tuple[set[str], set[str]]:
    """Return the dotted names that a piece of code loads, as they stand there and spelled out, without annotations.

    And the names among them that it has not bound itself.
    """
    found, bound, left = set(), set(), [parsed]
    while left:
        node = left.pop()
        if isinstance(node, (ast.Name, ast.Attribute)) and not isinstance(node.ctx, ast.Store):
            found |= {_dotted(node), f".{node.attr}"} if isinstance(node, ast.Attribute) else {node.id}
        elif isinstance(node, ast.AugAssign):
            found.add(_dotted(node.target))
        elif isinstance(node, (ast.Name, ast.arg)):
            bound.add(node.id if isinstance(node, ast.Name) else node.arg)
        fields = [value for name, value in ast.iter_fields(node) if name not in ("annotation", "returns")]
        values = [one for value in fields for one in (value if isinstance(value, list) else [value])]
        left += [one for one in values if isinstance(one, ast.AST)]
    found -= {""}
    free = {name.partition(".")[0] for name in found} - bound
    meant = {name: meant[name] for name in free & meant.keys()} | _aliases(parsed)
    return {_spelled_out(name, meant) for name in found} | found, free


@_remembered
def _imported(source: str) -> dict[str, str]:
    parsed = tree(source)
    return _aliases(parsed) if parsed else {}


@_remembered
def _defined(source: str) -> dict[str, tuple[ast.AST, ...]]:
    """Return what a cell binds at its top, by name: functions, classes, and the values assigned to it or in it."""
    parsed = tree(source)
    found: dict[str, list[ast.AST]] = {}
    for node in parsed.body if parsed else ():
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            found[node.name] = [node]
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and node.value is not None:
            for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
                for one in ast.walk(target):
                    if isinstance(one, ast.Name) and one.id != STORE:  # of x.step = value, and of x, y = value
                        found.setdefault(one.id, []).append(node.value)
    return {name: tuple(nodes) for name, nodes in found.items()}


def _aliases(parsed: ast.AST) -> dict[str, str]:
    """Return what the names that the code imports or renames stand for, such as {'t': 'torch'}."""
    meant = {}
    for node in ast.walk(parsed):
        if isinstance(node, ast.Import):
            meant |= {alias.asname: alias.name for alias in node.names if alias.asname}
        elif isinstance(node, ast.ImportFrom):
            names = [(alias.name, alias.asname) for alias in node.names if alias.name != "*"]
            names += [(name, None) for alias in node.names if alias.name == "*" for name in STARS.get(node.module, ())]
            meant |= {new or name: f"{node.module}.{name}" for name, new in names}
        elif isinstance(node, ast.Assign) and isinstance(node.value, ast.Attribute):
            held = _dotted(node.value)
            meant |= {one.id: _spelled_out(held, meant) for one in node.targets if isinstance(one, ast.Name) and held}
    return meant


def _spelled_out(name: str, meant: dict[str, str]) -> str:
    head, dot, rest = name.partition(".")
    return meant.get(head, head) + dot + rest


def _dotted(node: ast.AST) -> str:
    """Return a name with its owners; nothing for what is no name, or has more owners than any name of a package."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute) and len(parts) < OWNERS:
        parts.append(node.attr)
        node = node.value
    if isinstance(node, ast.Attribute):
        return ""
    return ".".join(reversed([*parts, node.id] if isinstance(node, ast.Name) else parts))


def broken_rule(
    source: str | None, rules: tuple[Rule, ...], function: str = "", others: Iterable[str] = ()
) -> Rule | None:
    """Return the first rule that the cell breaks; others, function: as for `names_used`."""
    if not source or not rules:
        return None
    used = names_used(source, tuple(others), function)
    for rule in rules:
        if _uses(used, rule.forbidden) or (rule.required and not _uses(used, rule.required)):
            return rule
    return None


def _uses(used: frozenset[str], names: tuple[str, ...]) -> bool:
    return any(one == name or one.startswith(name + ".") for one in used for name in names)


def unused(source: str | None, names, function: str = "") -> list[str]:
    """Return the givens that the student's code never loads; none where the code cannot be read.

    Where a function is written, its own parameters count instead of the names of the givens; a class
    has none of them.
    """
    parsed = tree(source) if source else None
    if parsed is None:
        return []
    if function and any(isinstance(node, ast.ClassDef) and node.name == function for node in parsed.body):
        return []
    for node in parsed.body:
        if function and isinstance(node, ast.FunctionDef) and node.name == function:
            names = [argument.arg for argument in node.args.posonlyargs + node.args.args]
            source = "\n".join(ast.unparse(line) for line in node.body)
    loaded = {name.split(".")[0] for name in names_used(source)}
    return [name for name in names if name not in loaded]


def left_in(source: str | None, error: str) -> bool:
    """Say whether the stub's line that raises `error` stands in a cell beside an answer.

    Lines after it, which never run, are one, and so is an answer that the cell stores.
    """
    parsed = tree(source) if source else None
    if parsed is None:
        return False
    stores = any(isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) for node in ast.walk(parsed))
    for node in ast.walk(parsed):
        lines = getattr(node, "body", None)
        for place, line in enumerate(lines if isinstance(lines, list) else ()):
            if isinstance(line, ast.Raise) and line.exc is not None and error in ast.unparse(line.exc):
                return stores or place < len(lines) - 1
    return False


def is_stub(source: str | None, stub: str | None) -> bool:
    """Say whether nobody wrote anything: the cell as handed out, or empty."""
    if source is None:
        return False
    if stub is not None and source.split() == stub.split():
        return True
    parsed = tree(source)
    if parsed is None:
        return not source.strip()
    return not parsed.body
