"""`Answers`: the dictionary of a lesson that writes itself to a file at every assignment."""

import json
import sys
from contextlib import suppress
from pathlib import Path

from grader.core import answerfile, cells, givens

_ABSENT = object()
RECORDED = Path(__file__).with_name("recorded.json")


class Answers(dict):
    """The answers of one lesson, kept in ``<lesson>.answer.json`` beside the notebook.

    Each assignment writes the whole file. A file that is already there is resumed; one that cannot
    be read is set aside under another name, never deleted.
    """

    def __init__(self, lesson: str, folder: str | Path = "."):
        super().__init__()
        self.lesson = lesson
        self._written: dict[str, tuple] = {}  # what each answer was when it was last put into words, and the words
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
            aside = self.path.with_suffix(".unreadable.json")
            self.path.replace(aside)
            print(f"{self.path.name} could not be resumed: {error} It is kept as {aside.name}.")

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
        try:
            answerfile.plain(value, key)
            text = self._bounded_text(key)
        except (TypeError, ValueError):
            super().__delitem__(key) if before is _ABSENT else super().__setitem__(key, before)
            raise
        answerfile.write(self.path, text)

    def _bounded_text(self, key: str) -> str:
        text = self.text()
        if len(text) > answerfile.MAX_BYTES:
            limit = answerfile.MAX_BYTES // 2**20
            raise ValueError(f'answer["{key}"] makes the answer file larger than {limit} MiB: store fewer numbers.')
        return text

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
        kept = {}
        for key, value in self.items():
            with suppress(TypeError, ValueError):
                kept[key] = answerfile.plain(value, key)
        return "{" + ", ".join(self._worded(key, value) for key, value in kept.items()) + "}"

    def _worded(self, key: str, value) -> str:
        """Return an answer as it stands in the file; one that has not changed is not put into words again."""
        before, text = self._written.get(key, (_ABSENT, ""))
        if not answerfile.same(before, value):
            text = answerfile.dumps({key: value})[1:-1]
            self._written[key] = (value, text)
        return text

    def problems(self) -> dict[str, str]:
        """Return one sentence for each answer that cannot be stored as it is now."""
        found = {}
        for key, value in self.items():
            try:
                answerfile.plain(value, key)
            except (TypeError, ValueError) as error:
                found[key] = str(error)
        return found

    def save(self) -> Path:
        """Write the answer file and return its path."""
        answerfile.write(self.path, self.text())
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
