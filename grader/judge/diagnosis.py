"""`judge`: from evidence and givens to a result, by the first diagnosis that fits."""

import re
from dataclasses import replace

import numpy as np

from grader.judge import catalogue, rules
from grader.judge.compare import Unusable, align, close, fits, resembles, usable
from grader.judge.model import (
    ERROR,
    NOT_ATTEMPTED,
    NOT_YET,
    PASSED,
    Answer,
    Evidence,
    Exercise,
    Givens,
    Key,
    Misconception,
    Mistake,
    Result,
)
from grader.judge.patterns import Pattern

STUB_ERROR = "NotImplementedError"
SHOWN = 6  # numbers of a point in a message
SMALL = 1e6  # a path that is smaller than this just before a NaN has not diverged
ASK = {
    "path": "What happens in your code between the last point that agrees and this one?",
    "numbers": "Which line of your code makes this value?",
}


def judge(exercise: Exercise, evidence: Evidence, givens: Givens, right_with: Givens | None = None) -> Result:
    """Return what there is to say about `evidence` for `exercise` with these `givens`.

    right_with: givens with which the same cells were right, if there are any: a mistake that shows with them is not
    the one.

    Pure: it reads nothing but its arguments. The order of diagnosis is: not attempted, or stopped by
    an error; a rule about the way; the type of the values; right, unless a last rule is broken; known
    mistakes; shape and length; then what the path itself shows.
    """
    missing = _missing(exercise, evidence)
    if missing and not ((evidence.error or exercise.partial) and _present(exercise, evidence)):
        return _absent(exercise, evidence, missing)
    broken = _broken(exercise, evidence, last=False)
    if broken:
        return broken
    values, strange = _usable_values(exercise, evidence)
    if strange and not (exercise.partial and exercise.accepts is None):
        return _unusable(exercise, evidence, strange)
    expected = exercise.reference(givens)
    wrong = _wrong_keys(exercise, values, expected, givens)
    if strange:
        lost = [*wrong, *missing, *(exercise.key(name) for name in strange)]
        return replace(_unusable(exercise, evidence, strange), fraction=_share(exercise, lost))
    if missing and not wrong:
        return replace(_absent(exercise, evidence, missing), fraction=_share(exercise, missing))
    if not wrong:
        return _broken(exercise, evidence, last=True) or Result(exercise.id, PASSED, 1.0, "Right.")
    if right_with is not None:
        exercise = replace(exercise, mistakes=_unseen(exercise, right_with))
    result = _diagnose(exercise, values, expected, givens, wrong)
    return replace(result, fraction=_share(exercise, wrong + missing))


def _broken(exercise: Exercise, evidence: Evidence, last: bool) -> Result | None:
    """Return what there is to say about a broken rule, of those that are asked first or of the last ones."""
    asked = tuple(rule for rule in exercise.rules if rule.last is last)
    rule = rules.broken_rule(evidence.source, asked, exercise.function, evidence.others)
    return rule and Result(exercise.id, NOT_YET, 0.0, rule.sentence, question=rule.question)


def _usable_values(exercise: Exercise, evidence: Evidence) -> tuple[dict, dict[str, Unusable]]:
    """Return the recorded values by key, and what is wrong with those that cannot be compared with anything."""
    values, strange = {}, {}
    for key in _present(exercise, evidence):
        try:
            values[key.name] = usable(evidence.values[key.name], key)
        except Unusable as error:
            strange[key.name] = error
    return values, strange


def _unusable(exercise: Exercise, evidence: Evidence, strange: dict[str, Unusable]) -> Result:
    first = evidence.values[next(iter(strange))]
    none = first is None or (isinstance(first, list) and None in first)
    question = f"Does {exercise.function} return something?" if none and exercise.function else ASK["numbers"]
    return Result(exercise.id, NOT_YET, 0.0, sentence(f"{next(iter(strange.values()))}."), question=question)


def _share(exercise: Exercise, lost: list[Key]) -> float:
    """Return the share of the points that the keys earn which are neither wrong nor missing."""
    if not exercise.partial:
        return 0.0
    right = {key.name for key in exercise.keys if key not in lost}
    earned = [key for key in exercise.keys if key.name in right and (not key.needs or right & set(key.needs))]
    return len(earned) / len(exercise.keys)


def _missing(exercise: Exercise, evidence: Evidence) -> list[Key]:
    absent = [key for key in exercise.keys if key.name not in evidence.values]
    return [key for key in absent if evidence.source is not None or not key.optional]


def _present(exercise: Exercise, evidence: Evidence) -> list[Key]:
    return [key for key in exercise.keys if key.name in evidence.values]


def _absent(exercise: Exercise, evidence: Evidence, missing: list[Key]) -> Result:
    """Nothing was recorded: an untouched cell, an exception with a known cause, or another one."""
    untouched = rules.is_stub(evidence.source, evidence.stub)
    if not untouched and evidence.error and _is_stub_error(evidence) and rules.left_in(evidence.source, STUB_ERROR):
        seen = f"The line raise {STUB_ERROR} still stands in your cell, and it ends there."
        return Result(exercise.id, NOT_YET, 0.0, seen, question="Which line did the stub have instead of an answer?")
    if untouched or evidence.error is None or _is_stub_error(evidence):
        if untouched or not _present(exercise, evidence):
            names = " or ".join(f'answer["{key.name}"]' for key in missing)
            where = "" if exercise.function else f" in {names}"
            return Result(exercise.id, NOT_ATTEMPTED, 0.0, f"Nothing is recorded{where} yet.")
        names = ", ".join(f'answer["{key.name}"]' for key in missing)
        return Result(exercise.id, NOT_YET, 0.0, f"{names} is missing.", question="Which line should store it?")
    name, text = evidence.error
    seen = f"The cell stopped with {name}: {text.strip().splitlines()[0][:160] if text.strip() else 'no text'}"
    for crash in exercise.crashes + catalogue.CRASHES:
        if crash.error == name and crash.text in text and re.search(crash.source, evidence.source or ""):
            return _named(Result(exercise.id, ERROR, 0.0, seen), [crash.misconception])
    return Result(exercise.id, ERROR, 0.0, seen, question="Which line does the traceback point to?")


def _is_stub_error(evidence: Evidence) -> bool:
    """Say whether the stub's own line was reached; torch raises the same exception, with a text."""
    name, text = evidence.error
    return name == STUB_ERROR and (not text.strip() or f"raise {STUB_ERROR}" in (evidence.source or ""))


def _wrong_keys(exercise: Exercise, values: dict, expected: dict, givens: Givens) -> list[Key]:
    if exercise.accepts is not None:
        return [] if exercise.accepts(values, givens) else list(exercise.keys)
    return [key for key in exercise.keys if key.name in values and not fits(values[key.name], expected[key.name], key)]


def _diagnose(exercise: Exercise, values: dict, expected: dict, givens: Givens, wrong: list[Key]) -> Result:
    found = known_mistakes(exercise, values, expected, givens, wrong)
    known = [misconception for misconception, _ in found]
    if found:
        wrong = [found[0][1], *(key for key in wrong if key is not found[0][1])]
    seen, shown = _difference(exercise, values, expected, wrong)
    question = _question(exercise, wrong[0], shown)
    result = Result(exercise.id, NOT_YET, 0.0, sentence(seen), question=question, shown=shown)
    if known:
        return _named(result, known)
    for key in wrong:
        if key.kind == "path":
            read = {"rounds": _read_rounds, "losses": _read_losses}.get(key.counts, _read_path)
            found = read(values[key.name], np.asarray(expected[key.name], dtype=float), key)
            return _named(result, found) if found else result
    return result


def _question(exercise: Exercise, key: Key, shown: tuple[str, int] | None) -> str:
    """Return what to ask about a wrong value that no known mistake makes; shown: as in the result."""
    if exercise.prediction and key.kind == "numbers":
        several = len(exercise.keys) > 1
        return f"Which {'of your numbers' if several else 'step of your way there'} are you least sure of?"
    if key.kind == "path" and shown is None:
        return "What does one entry of your list hold?"
    if key.kind == "path" and shown[1] == 0:
        return "What does your list begin with?"
    return ASK.get(key.kind, "Which part of it are you least sure of?")


def _named(result: Result, found: list[Misconception]) -> Result:
    first = found[0]
    names = tuple(dict.fromkeys(one.name for one in found))
    return replace(result, cause=first.cause, question=first.question, misconceptions=names)


# --------------------------------------------------------------------------- known mistakes


def known_mistakes(
    exercise: Exercise, values: dict, expected: dict, givens: Givens, wrong: list[Key]
) -> list[tuple[Misconception, Key]]:
    """Return the misconceptions whose answers these values are, as many as cannot be told apart.

    With each comes the first wrong key that shows it.

    A path that is a known mistake and recorded one step late is known by the mistake. A mistake that
    these givens do not show, so that its keys are right, is passed over.
    """
    found, late = [], []
    for mistake in exercise.mistakes:
        made = mistake.makes(givens)
        keys = [exercise.key(name) for name in made]
        if not all(key.name in values for key in keys) or not any(key in wrong for key in keys):
            continue
        if not _shows(made, expected, exercise):
            continue
        if all(resembles(values[key.name], made[key.name], key, expected[key.name]) for key in keys):
            found.append((mistake.misconception, next(key for key in keys if key in wrong)))
        elif all(_fits_late(values[key.name], made[key.name], expected[key.name], key) for key in keys):
            late.append((mistake.misconception, next(key for key in keys if key in wrong)))
    return found or late[:1]


def _unseen(exercise: Exercise, givens: Givens) -> tuple[Mistake, ...]:
    """Return the mistakes that make the right answers with these givens."""
    right = exercise.reference(givens)
    return tuple(one for one in exercise.mistakes if not _shows(one.makes(givens), right, exercise))


def _shows(made: Answer, right: Answer, exercise: Exercise) -> bool:
    """Say whether what a mistake makes is another answer than the right one."""
    return not all(_same(one, right[name], exercise.key(name)) for name, one in made.items())


def _same(made, right, key: Key) -> bool:
    if key.kind not in ("path", "numbers"):
        return made.fits(right) if isinstance(made, Pattern) else made == right
    right = np.asarray(right, dtype=float)
    if isinstance(made, Pattern):
        return made.fits(right)
    made = np.asarray(made, dtype=float)
    return made.shape == right.shape and bool(close(made, right, key).all())


def _fits_late(got, made, right, key: Key) -> bool:
    if key.kind != "path" or isinstance(got, list) or isinstance(made, Pattern):
        return False
    made = np.asarray(made, dtype=float)
    if len(made) < 4 or got.ndim == 0 or len(got) < len(made) - 2 or not np.isfinite(made[1:]).any():
        return False
    try:
        got = align(got, made, key)
    except Unusable:
        return False
    n = min(len(got), len(made) - 1)
    same = close(made[:n], made[1 : n + 1], key).all()
    return n >= 3 and not same and _prefix(got, made[1:], key) == n and not _as_right(got, right, n, key)


def _as_right(got: np.ndarray, right, n: int, key: Key) -> bool:
    """Say whether the first n points of a path, or as many as there are, are the right ones."""
    right = np.asarray(right, dtype=float)
    return got.shape[1:] == right.shape[1:] and _prefix(got, right, key) >= min(n, len(got), len(right))


# --------------------------------------------------------------------------- what the path shows


def _prefix(got: np.ndarray, expected: np.ndarray, key: Key) -> int:
    """Return how many leading points of two aligned paths agree."""
    n = min(len(got), len(expected))
    same = close(got[:n], expected[:n], key).reshape(n, -1).all(axis=1) if n else np.zeros(0, bool)
    return n if same.all() else int(np.argmin(same))


def _read_path(got: np.ndarray, expected: np.ndarray, key: Key) -> list[Misconception]:
    """Name what a path shows by itself, when no known mistake produces it."""
    try:
        got = align(got, expected, key)
    except Unusable:
        return []
    if len(got) < 2 or len(expected) < 3:
        return []
    if np.isnan(got).all():
        return [catalogue.DIVERGED]
    if close(got, np.broadcast_to(got[0], got.shape), key).all():
        moved = not close(got[0], expected[0], key).all()
        return [catalogue.SAME_OBJECT if moved else catalogue.BACKWARD_ONLY]
    n = _prefix(got, expected, key)
    rest = got[1:]
    if n == 1 and len(got) > 3 and np.isfinite(rest).all() and close(rest, np.full(rest.shape, got[-1]), key).all():
        return [catalogue.SAME_OBJECT]
    if n == len(expected) < len(got):
        return [_surplus(got[n:], expected, key)]
    if n == len(got) <= 2 and len(expected) > 3:
        return [catalogue.RETURN_IN_LOOP]
    if n == len(got) == len(expected) - (2 if key.last_optional else 1):
        return [catalogue.ONE_TOO_FEW]
    if n == 0 and _prefix(got, expected[1:], key) >= min(3, len(got), len(expected) - 1):
        return [catalogue.AFTER_THE_STEP]
    if n == 0:
        return []
    return _read_steps(got, expected, key) if n == 1 else _read_end(got)


def _surplus(more: np.ndarray, expected: np.ndarray, key: Key) -> Misconception:
    """Name what a path has beyond the right one: a step, another run, or many more steps."""
    if len(more) == 1:
        return catalogue.ONE_TOO_MANY
    again = close(more[:1], expected[:1], key).all() or close(more[:1], expected[1:2], key).all()
    return catalogue.NOT_EMPTIED if again else catalogue.MORE_STEPS


def _read_rounds(got: np.ndarray, expected: np.ndarray, key: Key) -> list[Misconception]:
    """Name what a list with a learning rate for each round shows by itself."""
    return _read_list(got, expected, key, catalogue.NEVER_SCHEDULED, catalogue.RATE_AFTERWARDS)


def _read_losses(got: np.ndarray, expected: np.ndarray, key: Key) -> list[Misconception]:
    """Name what a list with a loss for each epoch shows by itself."""
    return _read_list(got, expected, key, catalogue.NOT_STEPPED, catalogue.AFTER_THE_STEP)


def _read_list(got, expected, key: Key, constant: Misconception, late: Misconception) -> list[Misconception]:
    """Name a list that never changes, one that is an entry late, and one of another length."""
    try:
        got = align(got, expected, key)
    except Unusable:
        return []
    if len(got) < 3 or len(expected) < 4:
        return []
    if close(got, np.broadcast_to(got[0], got.shape), key).all():
        return [constant]
    m = min(len(got), len(expected) - 1)
    if close(got[:m], expected[1 : m + 1], key).all():
        return [late]
    same = _prefix(got, expected, key) == min(len(got), len(expected))
    return [catalogue.OTHER_ROUNDS] if same and len(got) != len(expected) else []


def _read_steps(got: np.ndarray, expected: np.ndarray, key: Key) -> list[Misconception]:
    """Compare the first step with the right one: its direction and its length."""
    mine, right = np.ravel(got[1] - got[0]), np.ravel(expected[1] - expected[0])
    if not np.isfinite(mine).all() or not right.any():
        return _read_end(got)
    ratio = float(mine @ right / (right @ right))
    if not np.allclose(mine, ratio * right, rtol=1e-3, atol=key.atol):
        return []
    named = {-1.0: catalogue.CLIMBS, 2.0: catalogue.DOUBLED, 0.5: catalogue.HALF_SLOPE}
    for value, misconception in named.items():
        if abs(ratio - value) < 1e-3:
            return [misconception]
    return [catalogue.CLIMBS] if ratio < 0 else _read_end(got)


def _read_end(got: np.ndarray) -> list[Misconception]:
    rows = np.isfinite(got).reshape(len(got), -1).all(axis=1)
    if rows.all():
        return []
    last = got[: int(np.argmin(rows))][-1:]
    return [catalogue.NOT_A_NUMBER if np.isnan(got).any() and (np.abs(last) < SMALL).all() else catalogue.DIVERGED]


# --------------------------------------------------------------------------- what was seen


def _difference(exercise: Exercise, values: dict, expected: dict, wrong: list[Key]):
    """Return the sentence about the first difference, and where a picture may stop."""
    key = wrong[0]
    got, want = values[key.name], expected[key.name]
    if key.kind in ("word", "words", "set"):
        return _word_difference(got, key), None
    if exercise.prediction:
        what = "is not what comes out" if exercise.accepts is None else "does not do what is asked"
        return f"{key.label}: {number(got)} {what}.", None
    want = np.asarray(want, dtype=float)
    try:
        got = align(got, want, key)
    except Unusable as error:
        return f"{error}.", None
    if key.kind == "numbers":
        if want.ndim and want.size > 1:
            at = np.unravel_index(int(np.argmin(close(got, want, key))), want.shape)
            place = ", ".join(map(str, map(int, at)))
            return f"{key.label}, entry [{place}]: expected {number(want[at])}, got {number(got[at])}.", None
        return f"{key.label}: expected {number(want)}, got {number(got)}.", None
    n = _prefix(got, want, key)
    if n == min(len(got), len(want)):
        agree = f"; the first {n} agree" if n > 1 else ""
        return f"{key.label}: expected {_points(key, want)}, got {len(got)}{agree}.", (key.name, n)
    within = {"rows": f"in row {n}", "rounds": f"in round {n}", "losses": f"in epoch {n}"}
    after = within.get(key.counts, f"after {n} step{'s' if n > 1 else ''}")
    place = after if n or key.counts in ("rounds", "losses") else "at the start"
    mine, right = got[n], want[n]
    if right.size > SHOWN:
        at = int(np.argmin(close(mine, right, key)))
        place, mine, right = f"{place}, entry {at}", mine[at], right[at]
    return f"{key.label} {place}: expected {number(right)}, got {number(mine)}.", (key.name, n)


def _points(key: Key, want: np.ndarray) -> str:
    if key.last_optional:
        return f"{len(want) - 1} or {len(want)} entries"
    return "1 entry" if len(want) == 1 else f"{len(want)} entries"


def _word_difference(got, key: Key) -> str:
    if not got:
        return f"{key.label}: there is nothing in it yet."
    if key.kind == "word":
        return f'{key.label}: "{str(got)[:40]}" is not it yet.'
    if key.kind == "set":
        return f"{key.label}: [{', '.join(map(str, got))[:120]}] is not it yet."
    return f"{key.label}: [{', '.join(map(str, got))[:160]}] is not it yet."


def sentence(text: str) -> str:
    """Return text that begins with a capital, unless it begins with a name from the code."""
    first = text.split(" ")[0].rstrip(":,")
    return text[:1].upper() + text[1:] if first.isalpha() and len(first) > 1 else text


def number(value) -> str:
    """Return a number or a point as a student would write it, seven digits at most."""
    flat = [f"{float(one):.7g}" for one in np.ravel(value)]
    if np.ndim(value) == 0:
        return flat[0]
    return f"({', '.join(flat[:SHOWN])}{', ...' if len(flat) > SHOWN else ''})"
