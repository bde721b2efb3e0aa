"""`Answers`: the dictionary of a lesson that writes itself to a file at every assignment."""

import json
import sys
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import numpy as np

from grader.core import answerfile, cells, files, givens

_ABSENT = object()
TOO_LARGE = (
    f"makes the answer file larger than {answerfile.MAX_BYTES // 2**20} MiB or {answerfile.MAX_NODES // 10**6} million "
    "values: store fewer numbers."
)
RECORDED = Path(__file__).with_name("recorded.json")


@dataclass
class Worded:
    """An answer when it was last put into words, the words, and their bytes and values in the file, comma included."""

    value: object
    text: str
    size: np.ndarray
    image: bytes | None = None


class Answers(dict):
    """The answers of one lesson, kept in ``<lesson>.answer.json`` beside the notebook.

    Each assignment writes the whole file; the other answers stand in it as `save` saw them last, which
    givens, checks and `download` call. A file that is already there is resumed; one that cannot be read is
    set aside under another name, never deleted.
    """

    def __init__(self, lesson: str, folder: str | Path = "."):
        super().__init__()
        self.lesson = lesson
        self._written: dict[str, Worded] = {}
        self.path = Path(folder).resolve() / f"{lesson}.answer.json"
        self._recorded = json.loads(RECORDED.read_text()).get(lesson, {})
        cells.listen()
        self._resume()

    def _resume(self) -> None:
        if not self.path.exists():
            return
        try:
            super().update(answerfile.read(self.path))
        except answerfile.AnswerFileError as error:
            aside = self._aside()
            self.path.replace(aside)
            print(f"{self.path.name} could not be resumed: {error} It is kept as {aside.name}.")

    def _aside(self) -> Path:
        """Return a path beside the answer file that is free."""
        numbers = (f"-{n}" if n else "" for n in count())
        places = (self.path.with_suffix(f".unreadable{number}.json") for number in numbers)
        return next(place for place in places if not place.exists())

    def given(self, exercise: str, **printed):
        """Return the givens of `exercise`, and forget what it had recorded before.

        One given comes back as itself, several as a list in the order of the call.
        """
        for key in self._recorded.get(exercise, ()):
            super().pop(key, None)
        self.save()
        values = givens.choose(exercise, printed, sys._getframe(1).f_globals)
        return values[0] if len(values) == 1 else values

    def __setitem__(self, key: str, value) -> None:
        if not isinstance(key, str) or key.startswith("__"):
            raise TypeError(f'answer[{key!r}]: a key is a text such as "x_iters".')
        before = self.get(key, _ABSENT)
        super().__setitem__(key, value)
        text, problems = self._text(only=key)
        if key in problems:
            self._written.pop(key, None)
            super().__delitem__(key) if before is _ABSENT else super().__setitem__(key, before)
            raise problems[key]
        files.write(self.path, text)

    def __delitem__(self, key: str) -> None:
        super().__delitem__(key)
        self.save()

    def update(self, *others, **named) -> None:
        """Assign several answers."""
        for key, value in dict(*others, **named).items():
            self[key] = value

    def setdefault(self, key: str, default=None):
        """Return the answer `key`; store `default` first when there is none."""
        if key not in self:
            self[key] = default
        return self[key]

    def pop(self, key: str, *default):
        """Remove the answer `key` and return it."""
        value = super().pop(key, *default)
        self.save()
        return value

    def popitem(self) -> tuple:
        """Remove the newest answer and return its key and value."""
        item = super().popitem()
        self.save()
        return item

    def clear(self) -> None:
        """Forget every answer."""
        super().clear()
        self.save()

    def __ior__(self, other):
        self.update(other)
        return self

    def text(self) -> str:
        """Return the text of the answer file as of now; a list that grew since it was stored counts.

        What cannot be stored any more, such as a list that a function was appended to, is left out.
        """
        return self._text()[0]

    def problems(self) -> dict[str, str]:
        """Return one sentence for each answer that cannot be stored as it is now."""
        return {key: str(error) for key, error in self._text()[1].items()}

    def _text(self, only: str | None = None) -> tuple[str, dict[str, Exception]]:
        """Return the text of what can be stored and read again, and what speaks against the other answers.

        only: the answer to look at, where the others stand as they were seen last.
        """
        worded, problems = [], {}
        left = np.array([answerfile.MAX_BYTES, answerfile.MAX_NODES]) - 2
        for key, value in self.items():
            try:
                seen = self._written.get(key) if only not in (None, key) else None
                one = seen or self._worded(key, value)
                if (one.size > left).any():
                    raise ValueError(f'answer["{key}"] {TOO_LARGE}')
            except (TypeError, ValueError) as error:
                problems[key] = error
            else:
                worded.append(one.text)
                left -= one.size
        return "{" + ", ".join(worded) + "}", problems

    def _worded(self, key: str, value) -> "Worded":
        """Return an answer as it stands in the file; one that has not changed is not put into words again."""
        before, image = self._written.get(key), answerfile.image(value)
        if before and image is not None and image == before.image:
            return before
        value = answerfile.plain(value, key)
        if not before or image is not None or not answerfile.same(before.value, value):
            text = answerfile.dumps({key: value})[1:-1]
            before = Worded(value, text, np.array([len(text) + 2, sum(map(text.count, ',[{"')) + 2]))
        before.image = image
        self._written[key] = before
        return before

    def save(self) -> Path:
        """Write the answer file and return its path."""
        files.write(self.path, self.text())
        return self.path

    def download(self) -> None:
        """Write the answer file; in Colab hand it to the browser, elsewhere say where it is."""
        path = self.save()
        for sentence in self.problems().values():
            print(sentence)
        try:
            from google.colab import files
        except ImportError:
            print(f"{len(self)} answers are stored in {path.resolve()}")
        else:
            files.download(str(path))
