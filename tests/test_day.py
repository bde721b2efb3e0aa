"""An instructor's day, as docs/instructor.md tells it: collect, grade, correct by hand, regrade, give back."""

import csv
import json
import re
import zipfile

import nbformat
import pytest
from browser import TOKEN, browser, formgrader, shot, why_not
from playwright.sync_api import expect

from grader.instructor import commands, gradebook, runner, sample
from grader.instructor.rebuild import is_exercise

LESSON = "02_descent"
pytestmark = [
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "it can be driven"),
    pytest.mark.skipif(not runner.protected(), reason="nothing on this machine confines student code"),
]
EVIL = """\
from IPython.display import HTML, SVG, Javascript, Markdown, display
evil = "<script>window.pwned = 1</script><img src=x onerror='window.pwned = 2'><iframe srcdoc='<script>parent.pwned = 3</script>'>"
display(HTML(evil), Markdown(evil), Javascript("window.pwned = 4"))
display(SVG("<svg xmlns='http://www.w3.org/2000/svg' onload='window.pwned = 5'><script>window.pwned = 6</script></svg>"))
display({"text/html": evil, "text/plain": evil, "image/svg+xml": evil, "application/javascript": "window.pwned = 7"}, raw=True)
print(evil, "\\x1b]8;;javascript:window.pwned=8\\x07click\\x1b]8;;\\x07")
answer["p3"] = evil
raise type(evil, (Exception,), {})(evil)
"""


@pytest.fixture
def archive(tmp_path):
    """Write the archive of a class as Moodle makes it: right, wrong, and hostile."""
    hostile = sample.fill(LESSON, sample.model)
    next(cell for cell in hostile.cells if is_exercise(cell)).source = EVIL
    hostile.cells.insert(3, nbformat.v4.new_markdown_cell("<script>window.pwned = 9</script>", id="mine"))
    hand_ins = {
        "Ada Lovelace_101": sample.fill(LESSON, sample.model),
        "Gus Wrong_102": sample.fill(LESSON, sample.variant(1, honest=False)),
        "Eve Evil_103": hostile,
    }
    with zipfile.ZipFile(tmp_path / "hand-ins.zip", "w") as file:
        for name, notebook in hand_ins.items():
            file.writestr(f"{name}_assignsubmission_file_/{LESSON}.ipynb", sample.build.text(notebook))
    return tmp_path / "hand-ins.zip"


def test_the_day_from_the_archive_to_the_table(archive, class_folder, tmp_path, capsys):
    def run(*arguments: object) -> str:
        code = commands.main([*map(str, arguments), "--class", str(class_folder.root)])
        said = capsys.readouterr()
        assert code == 0, said
        return said.out

    assert "3 hand-ins of 02_descent from moodle" in run("collect", archive, LESSON)
    assert "3 hand-ins, 0 with problems" in run("autograde", LESSON)
    before = scores(class_folder)

    correct_by_hand(class_folder, tmp_path, "Gus Wrong", "check_p3", 7)

    assert scores(class_folder)["Gus Wrong"] == before["Gus Wrong"] + 7
    assert "0 grades of 0 hand-ins change" in run("regrade", LESSON, "--write")
    assert scores(class_folder)["Gus Wrong"] == before["Gus Wrong"] + 7

    run("feedback", LESSON)
    run("report")
    run("export", "--for", "moodle", "--lesson", LESSON, "--to", tmp_path / "moodle.csv")
    rows = list(csv.DictReader((tmp_path / "moodle.csv").open()))
    assert {row["Identifier"]: float(row["Grade"]) for row in rows} == {
        "Participant 101": 120,
        "Participant 102": before["Gus Wrong"] + 7,
        "Participant 103": before["Eve Evil"],
    }
    nothing_of_a_hostile_hand_in_runs(class_folder)


def scores(folder) -> dict[str, float]:
    return {row["student"]: row["score"] for row in gradebook.scores(folder)}


def correct_by_hand(folder, tmp_path, student: str, check: str, points: int) -> None:
    """Give points for a check in the formgrader, as a teacher does."""
    with formgrader(folder, tmp_path) as address, browser() as page:
        page.goto(f"{address}/login?token={TOKEN}")
        with gradebook.opened(folder) as book:
            number = book.find_submission_notebook(LESSON, LESSON, student).id
        page.goto(f"{address}/formgrader/submissions/{number}/")
        score = page.locator(f"input.score[id='{check}']")
        page.wait_for_load_state("networkidle")
        diagnosis = page.locator(f"textarea[id='{check.removeprefix('check_')}-comment']")
        expect(diagnosis).to_have_attribute("placeholder", re.compile("Each slope is half"), timeout=30000)
        score.fill(str(points))
        score.press("Tab")
        for _ in range(100):
            page.wait_for_timeout(100)
            if booked(folder, student, check).manual_score == points:
                break
        shot(page, "formgrader")


def booked(folder, student: str, check: str):
    """Return the gradebook's entry for one check."""
    with gradebook.opened(folder) as book:
        entry = book.find_submission_notebook(LESSON, LESSON, student)
        return next(grade for grade in entry.grades if grade.name == check)


def nothing_of_a_hostile_hand_in_runs(folder) -> None:
    """Open the page in a browser without our policy against scripts, too: nothing is there to run."""
    page_file = folder.feedback / "Eve Evil" / LESSON / f"{LESSON}.html"
    text = page_file.read_text(encoding="utf-8")
    bare = page_file.with_name("bare.html")
    bare.write_text(re.sub(r"<meta http-equiv=[^>]*>", "", text), encoding="utf-8")
    asked = []
    with browser() as page:
        page.on("request", lambda request: asked.append(request.url))
        for one in (page_file, bare):
            page.goto(f"file://{one}")
            page.wait_for_timeout(500)
            assert page.evaluate("window.pwned") is None
            assert page.locator("script, iframe, object, embed, svg").count() == 0
            assert page.evaluate(
                "[...document.querySelectorAll('*')].every(e => [...e.attributes].every(a => !a.name.startsWith('on')))"
            )
        shot(page, "feedback-hostile")
    assert all(url.startswith(("file://", "data:image/png")) for url in asked), json.dumps(asked)[:500]
    assert "&lt;script&gt;window.pwned" in text
