"""How a result looks: a card in HTML and the same as text."""

import base64
from dataclasses import dataclass
from html import escape

from grader.judge.model import ERROR, NOT_ATTEMPTED, NOT_YET, PASSED, Exercise, Result

LOOK = {  # status: symbol, word, colour of the edge
    PASSED: ("✓", "Passed", "#007a5a"),
    NOT_YET: ("△", "Not yet", "#b34700"),
    NOT_ATTEMPTED: ("○", "Not attempted", "#595959"),
    ERROR: ("✕", "Stopped by an error", "#9a1750"),
}
BOX = (
    "border:1px solid #bbb;border-left:6px solid {edge};border-radius:4px;padding:8px 12px;margin:4px 0;"
    "background:#ffffff;color:#1a1a1a;font-family:sans-serif;font-size:14px;line-height:1.45;max-width:46em"
)


@dataclass(frozen=True)
class Progress:
    """How far a lesson is: exercises with points that are right, and their points."""

    lesson: str
    done: int
    exercises: int
    points: float
    total: float

    def __str__(self) -> str:
        return f"{self.lesson}: {self.done} of {self.exercises} exercises, {self.points:g} of {self.total:g} points."


@dataclass(frozen=True)
class Card:
    """A result ready to be shown: as HTML, and as text where HTML is not shown."""

    exercise: Exercise
    result: Result
    picture: tuple[bytes, str] | None = None
    progress: Progress | None = None

    def _repr_mimebundle_(self, include=None, exclude=None) -> dict[str, str]:
        return {"text/html": self.html(), "text/plain": self.text()}

    @property
    def headline(self) -> str:
        """The status, the title and the points, in one line."""
        _, word, _ = LOOK[self.result.status]
        return f"{word}: {self.exercise.title}{self._points()}"

    def _points(self) -> str:
        if not self.exercise.points:
            return ""
        if 0 < self.result.fraction < 1:
            return f" ({self.result.fraction * self.exercise.points:g} of {self.exercise.points} points)"
        return f" ({self.exercise.points} point{'s' if self.exercise.points != 1 else ''})"

    def lines(self) -> list[str]:
        """Return what the card says under its headline: seen, cause, question, note."""
        result = self.result
        cause = result.cause
        if len(result.misconceptions) > 1:
            cause = f"{cause} (This also fits: {', '.join(result.misconceptions[1:])}.)"
        return [line for line in (result.seen, cause, result.question, result.note) if line]

    def text(self) -> str:
        """Return the card as plain text."""
        symbol, _, _ = LOOK[self.result.status]
        lines = [f"{symbol} {self.headline}", *(f"  {line}" for line in self.lines())]
        if self.progress:
            lines.append(f"  {self.progress}")
        return "\n".join(lines)

    def html(self) -> str:
        """Return the card as HTML without scripts; whatever came from the student is escaped."""
        symbol, _, edge = LOOK[self.result.status]
        parts = [f'<div role="group" aria-label="{escape(self.headline)}" style="{BOX.format(edge=edge)}">']
        parts.append(f'<strong style="color:{edge}">{symbol} {escape(self.headline)}</strong>')
        parts += [f"<div>{escape(line)}</div>" for line in self.lines()]
        if self.picture:
            data, alt = self.picture
            source = base64.b64encode(data).decode()
            parts.append(f'<img alt="{escape(alt)}" src="data:image/png;base64,{source}" width="360" height="240">')
        if not self.result.passed:
            parts += [self._hint(i, text) for i, text in enumerate(self.exercise.hints, 1)]
        if self.progress:
            parts.append(self._bar())
        return "".join(parts) + "</div>"

    def _hint(self, number: int, text: str) -> str:
        return f"<details><summary>Hint {number}</summary>{escape(text)}</details>"

    def _bar(self) -> str:
        share = 100 * self.progress.points / self.progress.total if self.progress.total else 0
        bar = (
            '<div style="background:#e5e5e5;height:6px;border-radius:3px;margin-top:6px">'
            f'<div style="background:#007a5a;height:6px;border-radius:3px;width:{share:.0f}%"></div></div>'
        )
        return f'{bar}<div style="font-size:12px;color:#595959">{escape(str(self.progress))}</div>'
