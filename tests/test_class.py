"""A class from folder to feedback: nbgrader's gradebook, the tables, and one bad hand-in beside good ones."""

import csv
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import json_tricks
import numpy as np
import psutil
import pytest
from browser import TOKEN, formgrader
from nbgrader.api import Gradebook

from grader.instructor import autograde, commands, feedback, gradebook, paths, report, runner, sample, work
from grader.instructor.paths import ClassFolder
from grader.instructor.rebuild import released
from grader.judge import optimizers, walks
from grader.judge.exercises import LESSONS, find
from grader.judge.functions import FUNCTIONS

LESSON = "02_descent"
BROKEN = {
    "empty": (b"", "The file is empty: save the notebook and hand it in again."),
    "cut": (paths.release(LESSON).read_bytes()[:5000], "The notebook is cut off after 5000 bytes"),
    "webpage": (b"<!doctype html><html></html>", "The file is a web page, not a notebook"),
    "list": (b"[1, 2, 3]", "The file is JSON and no notebook"),
    "other": (paths.release("01_slopes").read_bytes(), "This looks like lesson 01_slopes"),
}
BAD_ANSWERS = {
    "noanswers": (b"", "The answer file is empty"),
    "malformed": (b'{"p3": [1,', "The answer file is not valid JSON"),
    "object": (b'{"p3": {"__instance_type__": ["os", "system"]}}', "The answer file holds an object"),
}


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade a small class with good, wrong and unreadable hand-ins, once."""
    folder = ClassFolder(tmp_path_factory.mktemp("class"))

    def put(student: str, content: bytes, name: str = f"{LESSON}.ipynb") -> None:
        place = folder.submitted / student / LESSON
        place.mkdir(parents=True)
        (place / name).write_bytes(content)

    put("ada", sample.build.text(sample.fill(LESSON, sample.model)).encode())
    put("gus", sample.build.text(sample.fill(LESSON, sample.variant(1, honest=False))).encode(), "my work (1).ipynb")
    put("omar", b'{"P3": [1], "p3": [13.5, 12.15, 10.935], "var_history_9": [1]}', f"{LESSON}.answer.json")
    put("=cmd", b"")
    for student, (content, _) in BROKEN.items():
        put(student, content)
    for student, (content, _) in BAD_ANSWERS.items():
        put(student, content, f"{LESSON}.answer.json")
    (folder.submitted / "nobody" / LESSON).mkdir(parents=True)
    (folder.submitted / "linked").mkdir()
    (folder.submitted / "linked" / LESSON).symlink_to(folder.submitted / "ada" / LESSON)
    put("surrogate", b'{"\\ud800": 1, "loop_order": ["\\ud800"]}', f"{LESSON}.answer.json")
    put("O'Brien, Ann", paths.release(LESSON).read_bytes(), f"{LESSON} (1).IPYNB")
    code = commands.main(["autograde", LESSON, "--class", str(folder.root), "--jobs", "2"])
    return folder, code, json.loads((folder.root / "summary.json").read_text())


def entry(summary: dict, student: str) -> dict:
    return next(one for one in summary["hand_ins"] if one["student"] == student)


def test_the_exit_code_and_the_summary_say_that_there_were_problems(graded):
    _, code, summary = graded

    assert code == 1
    assert summary["problems"] == 1 + len(BROKEN) + len(BAD_ANSWERS) + 2
    assert entry(summary, "ada")["status"] == "graded"


@pytest.mark.parametrize("student", [*BROKEN, *BAD_ANSWERS])
def test_each_unreadable_hand_in_gets_one_sentence(graded, student):
    _, _, summary = graded
    sentence = (BROKEN | BAD_ANSWERS)[student][1]

    assert entry(summary, student)["status"] == "rejected"
    assert entry(summary, student)["sentence"].startswith(sentence)


def test_an_empty_folder_is_said_to_be_empty(graded):
    _, _, summary = graded

    assert (
        entry(summary, "nobody")["sentence"]
        == "There is no notebook and no answer file in the folder: hand in the .ipynb file."
    )


def test_links_odd_names_and_odd_text_stop_nobody(graded):
    _, _, summary = graded

    assert entry(summary, "linked")["sentence"] == "The place of the hand-in is a link or a file, not a folder."
    assert entry(summary, "surrogate")["status"] == "answers only"
    assert entry(summary, "O'Brien, Ann")["status"] == "graded"


def test_unknown_keys_of_an_answer_file_are_listed(graded):
    _, _, summary = graded

    assert entry(summary, "omar")["score"] == 5
    assert entry(summary, "omar")["notes"] == [
        "P3: no exercise records this key; did you mean p3?",
        "var_history_9: no exercise records this key; did you mean var_history_2?",
    ]


def test_the_gradebook_holds_points_and_diagnoses(graded):
    folder, _, _ = graded
    with Gradebook(folder.db_url, gradebook.COURSE_ID) as book:
        ada = book.find_submission_notebook(LESSON, LESSON, "ada")
        gus = book.find_submission_notebook(LESSON, LESSON, "gus")
        comments = {comment.name: comment.comment for comment in gus.comments}

        assert (ada.score, ada.max_score, ada.needs_manual_grade) == (120, 120, False)
        assert gus.score == 0
        assert comments["var_history_2"].endswith("When do you record, before or after the step?")


def test_grades_csv_has_a_row_for_each_hand_in_and_a_column_for_each_exercise(graded):
    folder, _, _ = graded
    with open(folder.root / "grades.csv", newline="", encoding="utf-8") as file:
        rows = {row["student"]: row for row in csv.DictReader(file)}

    assert list(rows["ada"])[:5] == ["student", "lesson", "score", "max_score", "status"]
    assert list(rows["ada"])[5:] == [one.id for lesson in LESSONS for one in LESSONS[lesson] if one.points]
    assert (rows["ada"]["score"], rows["ada"]["p3"], rows["ada"]["twice"]) == ("120", "10", "")
    assert rows["empty"]["status"] == "rejected"
    assert "'=cmd" in rows


def test_feedback_pages_carry_cards_code_and_no_script(graded):
    folder, _, _ = graded
    pages = feedback.write_all(folder, [LESSON], say=lambda line: None)

    page = (folder.feedback / "gus" / LESSON / f"{LESSON}.html").read_text(encoding="utf-8")
    assert len(pages) == 3 + 1 + len(BROKEN) + len(BAD_ANSWERS) + 4
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert "When do you record, before or after the step?" in page
    assert "<script" not in page
    assert "points.append(v.detach().clone())" in page


def test_a_teachers_comment_and_score_appear_in_the_feedback(graded):
    folder, _, summary = graded
    with Gradebook(folder.db_url, gradebook.COURSE_ID) as book:
        gus = book.find_submission_notebook(LESSON, LESSON, "gus")
        next(c for c in gus.comments if c.name == "p3").manual_comment = "Come and <b>see</b> me."
        next(g for g in gus.grades if g.name == "check_p3").manual_score = 4
        book.db.commit()

    page = feedback.page(folder, entry(summary, "gus"))

    assert "Come and &lt;b&gt;see&lt;/b&gt; me." in page
    assert "4 of 10" in page


def test_a_score_given_by_hand_survives_grading_again(graded):
    folder, _, _ = graded
    with Gradebook(folder.db_url, gradebook.COURSE_ID) as book:
        ada = book.find_submission_notebook(LESSON, LESSON, "ada")
        next(g for g in ada.grades if g.name == "check_p3").manual_score = 3
        book.db.commit()

    autograde.autograde(folder, [LESSON], student="ada", say=lambda line: None)

    assert next(row["score"] for row in gradebook.scores(folder) if row["student"] == "ada") == 113


def test_grading_again_runs_nothing_and_changes_no_grade(graded, monkeypatch):
    folder, _, _ = graded
    commands.main(["export", "--class", str(folder.root)])
    before = (folder.root / "grades.csv").read_text()
    monkeypatch.setattr(work, "Pool", lambda *a, **k: pytest.fail("something was run again"))

    autograde.autograde(folder, [LESSON], say=lambda line: None)

    assert (folder.root / "grades.csv").read_text() == before


def test_a_changed_check_shows_its_difference_before_anything_is_written(graded, monkeypatch, capsys):
    """Stored answers are judged again; nobody's code runs."""
    folder, _, _ = graded
    before = {path: path.read_bytes() for path in (folder.root / "grades.csv", folder.root / "summary.json")}
    monkeypatch.setattr(runner, "run", lambda *a, **k: pytest.fail("something was run again"))
    stricter = replace(find(LESSON, "p3"), reference=lambda givens: {"p3": [1.0, 2.0, 3.0]}, mistakes=())
    changed = tuple(stricter if one.id == "p3" else one for one in LESSONS[LESSON])
    monkeypatch.setitem(LESSONS, LESSON, changed)
    points = {row["student"]: row["score"] for row in gradebook.scores(folder)}

    code = commands.main(["regrade", LESSON, "--class", str(folder.root)])

    shown = capsys.readouterr().out
    assert code == 0
    assert re.search(rf"omar +{LESSON} +p3 +5 -> 0", shown)
    assert shown.endswith("nothing is written yet; --write does it\n")
    assert {path: path.read_bytes() for path in before} == before
    assert {row["student"]: row["score"] for row in gradebook.scores(folder)} == points

    assert commands.main(["regrade", LESSON, "--class", str(folder.root), "--write"]) == 0

    assert {row["student"]: row["score"] for row in gradebook.scores(folder)}["omar"] == points["omar"] - 5
    monkeypatch.undo()
    commands.main(["regrade", LESSON, "--class", str(folder.root), "--write"])
    assert {row["student"]: row["score"] for row in gradebook.scores(folder)} == points


def test_the_class_report_shows_points_and_misconceptions(graded):
    folder, _, summary = graded

    page = report.write(folder, say=lambda line: None).read_text(encoding="utf-8")

    assert (folder.root / "report.png").read_bytes().startswith(b"\x89PNG")
    assert "recorded after the step" in page
    assert "<script" not in page
    assert "1 × recorded after the step" in page
    assert page.count("data:image/png;base64,") >= 2
    assert re.search(r'<td class="number">\d+\.\d\d</td>', page)
    row = next(row for row in report.rows(summary["hand_ins"], {})[LESSON] if row.id == "var_history_2")
    assert [(one.name, len(one.students)) for one in row.seen] == [("recorded after the step", 1)]


def small(class_folder, students=("ada", "bo")) -> ClassFolder:
    for student in students:
        sample.put(class_folder, student, "00_start", sample.fill("00_start", sample.model))
    return class_folder


def test_two_gradings_of_a_class_do_not_run_at_once(class_folder, capsys):
    small(class_folder)
    command = [sys.executable, "-m", "grader", "autograde", "--class", str(class_folder.root)]
    first = subprocess.Popen(command, cwd=paths.ROOT, stdout=subprocess.PIPE, text=True)
    for _ in range(600):
        if (class_folder.root / ".lock").exists() and (class_folder.root / ".lock").read_text():
            break
        time.sleep(0.05)

    second = commands.main(["autograde", "--class", str(class_folder.root)])

    assert second == 2
    assert re.search(rf"is being graded by process {first.pid}: wait", capsys.readouterr().err)
    assert "2 hand-ins, 0 with problems" in first.communicate(timeout=120)[0]
    assert commands.main(["autograde", "--class", str(class_folder.root)]) == 0


def test_the_class_keeps_its_share(class_folder, hand_in, capsys):
    """An answer file alone is worth the printed share; nobody's code runs."""
    hand_in("omar", LESSON, json_tricks.dumps({"p3": [13.5, 12.15, 10.935]}), f"{LESSON}.answer.json")

    def points(*arguments: str) -> float:
        commands.main([*arguments, "--class", str(class_folder.root)])
        (row,) = gradebook.scores(class_folder)
        return row["score"]

    assert points("autograde", "--share", "1") == 10
    assert points("autograde") == points("regrade", "--write") == 10
    assert "0 grades of 0 hand-ins change" in capsys.readouterr().out
    assert points("regrade", "--share", "0.5") == points("autograde") == 10  # nothing was written
    assert points("regrade", "--share", "0.5", "--write") == points("autograde") == 5
    (class_folder.root / "settings.json").write_text('{"share": "all"}')
    assert commands.main(["autograde", "--class", str(class_folder.root)]) == 2
    assert "holds a share that is none" in capsys.readouterr().err


def test_a_reader_who_leaves_is_no_broken_class(class_folder, hand_in):
    hand_in("omar", LESSON, json_tricks.dumps({"p3": [13.5, 12.15, 10.935]}), f"{LESSON}.answer.json")
    commands.main(["autograde", "--class", str(class_folder.root)])
    command = f"{sys.executable} -m grader regrade --class {class_folder.root} | true"

    done = subprocess.run(["bash", "-c", command], cwd=paths.ROOT, capture_output=True, text=True, check=True)

    assert done.stderr == ""


def test_grading_is_refused_where_nothing_confines_student_code(class_folder, hand_in, monkeypatch, capsys):
    small(class_folder)
    hand_in("omar", LESSON, json_tricks.dumps({"p3": [13.5, 12.15, 10.935]}), f"{LESSON}.answer.json")
    monkeypatch.setattr(runner, "state", lambda: (False, "nothing on this machine confines student code"))
    monkeypatch.setattr(work, "Pool", lambda jobs: ThreadPoolExecutor(1))

    code = commands.main(["autograde", "--class", str(class_folder.root)])

    assert code == 2
    assert "say --unprotected if you trust every hand-in" in capsys.readouterr().err
    assert gradebook.scores(class_folder) == [], "refused after it had begun"
    assert not class_folder.results.exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_grading_that_is_broken_off_leaves_nothing_behind(class_folder, number, request):
    small(class_folder)
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # pytest's own is too long for the name of a socket
    request.addfinalizer(lambda: shutil.rmtree(folder))
    command = [sys.executable, "-u", "-m", "grader", "autograde", "--class", str(class_folder.root)]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    running = subprocess.Popen(command, cwd=paths.ROOT, env=os.environ | {"TMPDIR": str(folder)}, **pipes)
    assert "student code is confined" in running.stdout.readline()
    family = psutil.Process(running.pid).children(recursive=True)

    running.send_signal(number)
    said = running.communicate(timeout=60)[1]
    _, alive = psutil.wait_procs(family, timeout=20)

    assert len(family) > 4
    assert alive == []
    assert [one.name for one in folder.iterdir() if one.name.startswith("downhill-")] == []
    if number == signal.SIGINT:
        assert said.endswith("Stopped. What is graded is kept: the same command goes on from there.\n")
        assert running.returncode == 130


@pytest.mark.parametrize("name", ["summary.json", "times.json", "secret", "gradebook.db", "results", "grades.csv"])
@pytest.mark.parametrize("content", ["[1", None])
def test_a_class_folder_that_is_damaged_gets_one_sentence(class_folder, capsys, name, content):
    small(class_folder)
    gradebook.prepare(class_folder, ["00_start"])
    place = class_folder.root / name
    place.unlink(missing_ok=True)
    place.mkdir() if content is None else place.write_text(content)

    codes = [commands.main([what, "--class", str(class_folder.root)]) for what in ("autograde", "report", "feedback")]

    said = capsys.readouterr().err
    assert set(codes) <= {0, 2}
    assert "Traceback" not in said
    assert (Path(name).stem in said) == (2 in codes)


@pytest.mark.parametrize("jobs", ["-1", "100000"])
def test_an_odd_number_of_processes_is_refused(class_folder, capsys, jobs):
    small(class_folder)

    assert commands.main(["autograde", "--class", str(class_folder.root), "--jobs", jobs]) == 2
    assert "--jobs is a number of processes" in capsys.readouterr().err


@pytest.mark.parametrize("delay", [0, 0.0005, 0.002, 0.01])
def test_a_worker_that_is_told_twice_to_end_ends(delay):
    with work.Pool(1) as workers:
        workers.submit(runner.state).result()
        (worker,) = (psutil.Process(pid) for pid in workers._processes)
        family = [worker, *worker.children(recursive=True)]

        worker.terminate()
        time.sleep(delay)
        with suppress(psutil.NoSuchProcess):
            worker.terminate()

        assert psutil.wait_procs(family, timeout=10)[1] == []


def test_a_worker_that_ends_while_it_starts_stops_nobody(class_folder, monkeypatch, capsys):
    small(class_folder)
    monkeypatch.setattr(runner, "state", os.abort)  # a name that every process finds

    code = commands.main(["autograde", "--class", str(class_folder.root)])

    said = capsys.readouterr()
    assert code == 0
    assert "a worker stopped (BrokenProcessPool); starting others" in said.err
    assert "2 hand-ins, 0 with problems" in said.out


@pytest.fixture
def short():
    """Yield a folder whose path leaves room for the name of a socket."""
    with tempfile.TemporaryDirectory() as place:
        yield Path(place)


class Deadly:
    """What ends the process that unpickles it."""

    def __reduce__(self):
        return os.abort, ()


def test_a_hand_in_that_takes_its_workers_along_is_said_and_the_others_get_new_workers(short, monkeypatch, capsys):
    monkeypatch.setattr(tempfile, "tempdir", str(short))
    answers = json_tricks.dumps({"p3": [13.5, 12.15, 10.935]}).encode()
    tasks = [work.Task(f"s{place:02d}", LESSON, answers, answers=True) for place in range(30)]
    tasks[3] = replace(tasks[3], givens=Deadly())
    workers = work.Workers(1)

    grades = {grade.student: grade for grade, _ in workers.do(tasks)}
    workers.close()

    assert grades.pop("s03").sentence.startswith("The worker stopped twice over this hand-in")
    assert len(grades) == 29
    earned = {sum(one.points for one in grade.exercises) for grade in grades.values()}
    assert len(earned) == 1
    assert earned != {0}
    said = capsys.readouterr().err
    assert "s03, 02_descent: the worker stopped" in said
    assert list(short.glob("downhill-*")) == []
    assert said.count("starting others") == 1
    assert said.count("trying once more") <= work.AHEAD  # those that were under way


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can mount a small disk")
def test_a_full_disk_is_said_in_one_sentence_and_nothing_is_lost(tmp_path, capsys):
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=300k", "tmpfs", str(disk)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("no small disk can be mounted here")
    try:
        folder = small(ClassFolder(disk / "class"), ("ada", "bo", "chen", "dara"))
        full = commands.main(["autograde", "--class", str(folder.root)])
        said = capsys.readouterr()
        subprocess.run(["mount", "-o", "remount,size=90m", str(disk)], check=True)

        assert full in (1, 2)
        assert "No space left" in said.err or "could not be written" in said.out
        assert "Traceback" not in said.err
        assert commands.main(["autograde", "--class", str(folder.root)]) == 0
        assert "4 hand-ins, 0 with problems" in capsys.readouterr().out
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=False)


def test_a_course_that_has_changed_gets_one_sentence(class_folder, capsys, monkeypatch):
    small(class_folder)
    shorter = released("00_start")
    shorter.cells = [cell for cell in shorter.cells if cell.id not in ("first_answer", "check_first_answer")]
    with monkeypatch.context() as patch:
        patch.setattr(gradebook, "released", lambda lesson: shorter)
        gradebook.prepare(class_folder, ["00_start"])
        with gradebook.opened(class_folder) as book:
            book.add_student("ada")
            book.add_submission("00_start", "ada")

    code = commands.main(["autograde", "--class", str(class_folder.root)])

    assert code == 2
    assert "00_start has other exercises than those the class was graded in: move" in capsys.readouterr().err


# --------------------------------------------------------------------------- nbgrader itself


def nbgrader(folder: ClassFolder, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
    env = paths.with_tools(DOWNHILL_CLASS=str(folder.root), **environment)
    return subprocess.run(
        [paths.tool("nbgrader"), *arguments],
        cwd=paths.ROOT,
        env=env,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def test_nbgraders_own_command_with_our_plugins_gives_the_same(graded, tmp_path):
    folder = ClassFolder(tmp_path / "class")
    for student in ("ada", "gus"):
        place = folder.submitted / student / LESSON
        place.mkdir(parents=True)
        source = next((graded[0].submitted / student / LESSON).iterdir())
        shutil.copy(source, place / f"{LESSON}.ipynb")
    shutil.copytree(graded[0].results, folder.results)
    shutil.copy(graded[0].secret, folder.secret)
    gradebook.prepare(folder, [LESSON])

    done = nbgrader(folder, "autograde", LESSON)

    assert done.returncode == 0, done.stderr[-2000:]
    assert {row["student"]: row["score"] for row in gradebook.scores(folder)} == {"ada": 120, "gus": 0}
    with Gradebook(folder.db_url, gradebook.COURSE_ID) as book:
        gus = book.find_submission_notebook(LESSON, LESSON, "gus")
        assert any("before or after the step?" in (c.comment or "") for c in gus.comments)


def test_stock_nbgrader_grades_a_released_lesson_without_our_plugins(graded, tmp_path):
    """Full, partial and no points, read by nbgrader from what the checks show."""
    root = tmp_path / "plain"
    folder, lesson = ClassFolder(root), "01_slopes"
    for student, number in (("ada", None), ("hana", 0)):
        answer = sample.model if number is None else sample.variant(number, honest=False)
        sample.put(folder, student, lesson, sample.fill(lesson, answer))
    gradebook.prepare(folder, [lesson])
    (root / "nbgrader_config.py").write_text("c = get_config()\nc.CourseDirectory.course_id = 'downhill'\n")
    (root / "source" / lesson).mkdir(parents=True)

    done = subprocess.run(
        [paths.tool("nbgrader"), "autograde", lesson],
        cwd=root,
        env=paths.with_tools(),
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert done.returncode == 0, done.stderr[-2000:]
    scores = {row["student"]: row for row in gradebook.scores(folder)}
    assert scores["ada"]["score"] == 100
    assert scores["hana"]["exercises"]["leaves"] == 7.5
    assert scores["hana"]["exercises"]["twice"] == 0


def test_the_formgrader_opens_the_graded_class(graded, tmp_path):
    folder, _, _ = graded
    with formgrader(folder, tmp_path) as address:

        def fetch(place: str) -> str:
            with urllib.request.urlopen(f"{address}/formgrader/{place}?token={TOKEN}", timeout=60) as answer:
                return answer.read().decode()

        students = json.loads(fetch(f"api/submissions/{LESSON}"))
        notebooks = json.loads(fetch(f"api/submitted_notebooks/{LESSON}/{LESSON}"))
        page = fetch(f"submissions/{notebooks[0]['id']}/")

    assert next(one for one in students if one["student"] == "ada")["max_score"] == 120
    assert "Predict: three steps" in page


def test_the_founding_answer_file_is_read_and_told_what_it_recorded(tmp_path, capsys):
    """Histories 3 and 4 of the founding notebook hold the point after the step beside the value from before it."""
    skewed = FUNCTIONS["function_skewed"]
    xs = walks.descend(skewed, (8.0, 8.0), 0.001, 500).astype("float32")
    late = optimizers.adamw(skewed, (8.0, 8.0), 500, lr=1.0, weight_decay=0.01).astype("float32")
    answer = {
        "X_grad": 20 * np.arange(1.0, 13.0, dtype="float32").reshape(3, 4),
        "var_history_2": list(xs[:-1]),
        "fn_history_2": list(walks.values(skewed, xs[:-1])),
        "var_history_3": list(xs[1:]),
        "fn_history_3": list(walks.values(skewed, xs[:-1])),
        "var_history_4": list(late[1:]),
        "fn_history_4": list(walks.values(skewed, late[:-1])),
    }
    with open(tmp_path / ".answer.json", "w") as file:
        json_tricks.dump(answer, file)

    code = commands.main(["answers", str(tmp_path / ".answer.json")])

    shown = capsys.readouterr().out
    assert code == 0
    assert "✓ Passed: Slopes of a whole matrix" in shown
    assert "✓ Passed: A narrow valley" in shown
    assert shown.count("Each row holds the point after a step beside the value from before that step.") == 2
