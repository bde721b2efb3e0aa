"""The nouns of the judge: evidence, keys, misconceptions, mistakes, exercises and results."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Literal

Givens = Mapping[str, object]
Answer = Mapping[str, object]
Status = Literal["passed", "not yet", "not attempted", "error"]

PASSED: Status = "passed"
NOT_YET: Status = "not yet"
NOT_ATTEMPTED: Status = "not attempted"
ERROR: Status = "error"


@dataclass(frozen=True)
class Misconception:
    """What a student believes or forgot: a name, the cause in one sentence, one question to think about.

    Cause and question hold no number, because they are also shown about givens that stay hidden.
    """

    name: str
    cause: str
    question: str


@dataclass(frozen=True)
class Mistake:
    """A misconception at work in one exercise: `makes(givens)` returns the answers it leads to.

    `makes` may return some of the recorded keys only; the rest of the answer is then not looked at.
    """

    misconception: Misconception
    makes: Callable[[Givens], Answer]


@dataclass(frozen=True)
class Crash:
    """A misconception known by the exception it ends in: its type, a piece of its text, a pattern in the cell."""

    misconception: Misconception
    error: str
    text: str
    source: str = ""


@dataclass(frozen=True)
class Key:
    """One recorded answer: how it is called in messages and how it is compared.

    kind: "path" (points along axis 0), "numbers" (one number or an array), "word" (one string),
        "words" (strings in order) or "set" (strings in any order).
    last_optional: the reference has N+1 points and an answer with the first N of them is right too.
    optional: an answer file without its notebook may lack it.
    needs: keys of which one must be right before this one earns anything: doing nothing makes it right.
    counts: what an entry of a path is: the point after a step, a row of a table, a rate for a round, or
        the loss of an epoch.
    case: how single letters are read, whichever way they are written.
    rtol, atol: relative and absolute tolerance.
    """

    name: str
    label: str
    kind: Literal["path", "numbers", "word", "words", "set"] = "numbers"
    last_optional: bool = False
    optional: bool = False
    needs: tuple[str, ...] = ()
    counts: Literal["steps", "rows", "rounds", "losses"] = "steps"
    case: Literal["", "lower", "upper"] = ""
    rtol: float = 1e-5
    atol: float = 1e-6


@dataclass(frozen=True)
class Rule:
    """A rule about how an exercise is solved, checked on the syntax tree of the student's cell.

    forbidden: names of which none may be used. required: names of which one must be used. A name with a dot at its
    head, such as '.step', is a method of anything. last: it is asked of right values only, since wrong ones have a
    better name.
    """

    sentence: str
    question: str
    forbidden: tuple[str, ...] = ()
    required: tuple[str, ...] = ()
    last: bool = False


@dataclass(frozen=True)
class Exercise:
    """Everything the course knows about one exercise; the single owner of its givens and points.

    id: the name of the function or answer it is about.
    function: the function the student writes; empty where a loop or a choice is asked for.
    givens: what the notebook prints, in its order; functions by name.
    reference: the right answers for any givens, float64, within a millisecond or so.
    draw: other givens for the hidden run; None for predictions, orders and choices.
    decoys: parameters that a right answer does not use.
    accepts: overrides the comparison with the reference where several answers are right.
    partial: each key earns its share of the points on its own.
    prediction: a message never says what was expected.
    """

    id: str
    title: str
    points: int
    keys: tuple[Key, ...]
    reference: Callable[[Givens], Answer]
    mistakes: tuple[Mistake, ...]
    hints: tuple[str, ...]
    function: str = ""
    givens: Givens = field(default_factory=dict)
    draw: Callable[[Random], Givens] | None = None
    crashes: tuple[Crash, ...] = ()
    rules: tuple[Rule, ...] = ()
    decoys: tuple[str, ...] = ()
    accepts: Callable[[Answer, Givens], bool] | None = None
    partial: bool = False
    prediction: bool = False

    def key(self, name: str) -> Key:
        """Return the key called `name`."""
        return next(key for key in self.keys if key.name == name)


@dataclass(frozen=True)
class Evidence:
    """What is known about one attempt: recorded values, the student's cells, the exception that ended them.

    source: the text of the student's own cells; None when only an answer file was handed in.
    others: the texts of the notebook's other cells, in their order.
    error: name and text of the exception, if one was raised.
    stub: the cell as it was handed out, to recognise one that nobody touched.
    """

    values: Answer
    source: str | None = None
    error: tuple[str, str] | None = None
    stub: str | None = None
    others: tuple[str, ...] = ()


@dataclass(frozen=True)
class Result:
    """What the judge says: status, share of the points, what it saw, and what to think about.

    seen: the quantity, expected and got; it may hold numbers.
    cause, question: from the misconceptions, without numbers.
    misconceptions: names; two or more when the answer cannot tell them apart.
    shown: the key and the index up to which a picture compares answer and reference.
    """

    exercise: str
    status: Status
    fraction: float
    seen: str
    cause: str = ""
    question: str = ""
    misconceptions: tuple[str, ...] = ()
    shown: tuple[str, int] | None = None
    note: str = ""

    @property
    def passed(self) -> bool:
        """Whether the whole exercise is right."""
        return self.status == PASSED
