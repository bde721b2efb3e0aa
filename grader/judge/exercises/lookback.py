"""What ends every lesson, without points: five questions and one sentence of one's own."""

from grader.judge.catalogue import OTHER_LENGTH
from grader.judge.model import Exercise, Key, Misconception, Mistake
from grader.judge.patterns import NotAt, NotCount


def quiz(right: str, *about: str) -> Exercise:
    """Return the quiz of a lesson: the right letters, and for each question what to look at again."""
    ordinals = ("first", "second", "third", "fourth", "fifth")
    mistakes = tuple(
        Mistake(
            Misconception(f"the {ordinal} question", f"The {ordinal} question: {sentence}", "What do you choose now?"),
            lambda givens, i=i: {"quiz": NotAt(i, right[i])},
        )
        for i, (ordinal, sentence) in enumerate(zip(ordinals, about, strict=True))
    )
    return Exercise(
        id="quiz",
        title="Five questions",
        points=0,
        keys=(Key("quiz", "your letters", kind="words", case="lower"),),
        reference=lambda givens: {"quiz": list(right)},
        accepts=lambda values, givens: values["quiz"] == list(right),
        mistakes=(Mistake(OTHER_LENGTH, lambda givens: {"quiz": NotCount(5, distinct=False)}), *mistakes),
        hints=("Five letters in a list, in the order of the questions.", "Each answer stands somewhere above."),
    )


REFLECTION = Exercise(
    id="reflection",
    title="Look back",
    points=0,
    keys=(Key("reflection", "your sentence", kind="word"),),
    reference=lambda givens: {"reflection": "one sentence"},
    accepts=lambda values, givens: bool(values["reflection"]),
    mistakes=(),
    hints=("One sentence in quotes.",),
)
