"""One hand-in through the real loop: rebuilt, run in a process of its own, judged outside of it."""

import base64
import io
import socket
import tempfile
import time
from pathlib import Path

import nbformat
import numpy as np
import psutil
import pytest
from PIL import Image

import grader
from _live_plot.draft import pack
from grader.instructor import grading, hidden, paths, pictures, runner, sample
from grader.instructor.grading import grade_answers
from grader.instructor.sandbox import confine
from grader.instructor.sanitise import MAX_ALL_TEXT, sanitise, sanitise_all
from grader.judge.exercises import LESSONS

LESSON = "02_descent"


def answered(answer, lesson=LESSON) -> bytes:
    return sample.build.text(sample.fill(lesson, answer)).encode()


def with_exercise(exercise: str, source: str):
    """Return answers that are the model's but for one exercise."""
    return lambda lesson, name: source if name == exercise else sample.model(lesson, name)


def by_id(grade) -> dict:
    return {one.exercise.id: one for one in grade.exercises}


@pytest.mark.parametrize("lesson", paths.lessons())
def test_a_solution_earns_all_points_with_printed_and_hidden_givens(lesson, store):
    done = grader.grade(paths.solution(lesson), lesson, student="ada", run=store.run)

    assert (done.status, done.score) == ("graded", done.max_score)
    assert all(one.hidden is None or one.hidden.passed for one in done.exercises)
    drawn = hidden.draw(b"", lesson, "ada")
    assert {one.exercise.id for one in done.exercises if one.hidden} == set(drawn)


@pytest.mark.parametrize("lesson", paths.lessons())
def test_an_untouched_notebook_earns_nothing_and_is_not_called_wrong(lesson, store):
    done = grader.grade(paths.release(lesson), lesson, run=store.run)

    assert done.score == 0
    assert {one.shown.status for one in done.exercises} == {"not attempted"}


def test_an_answer_for_the_printed_numbers_only_earns_half_and_hears_no_number(store):
    source = next(
        entry.source
        for entry in sample.bank.entries(LESSON)
        if entry.exercise == "make_gradient_step" and entry.name == "argument ignored"
    )

    done = grader.grade(answered(with_exercise("make_gradient_step", source)), LESSON, run=store.run)

    one = by_id(done)["make_gradient_step"]
    assert one.points == 12.5
    assert one.shown.seen == "Right with the printed numbers; with others it is not."
    assert one.shown.misconceptions == ("argument ignored",)
    said = f"{one.shown.seen} {one.shown.cause} {one.shown.question} {one.shown.note}"
    assert not any(character.isdigit() for character in said)
    cell = next(cell for cell in done.notebook.cells if cell.id == "check_make_gradient_step")
    assert cell.outputs[-1]["data"]["text/plain"] == "12.5"


def test_another_share_is_the_instructors_choice(store):
    source = "answer['var_history_2'] = answer['fn_history_2'] = []"
    nothing = grader.grade(answered(with_exercise("var_history_2", source)), LESSON, share=1.0, run=store.run)

    assert nothing.score == 100


def test_hidden_givens_depend_on_student_and_secret_and_stay_the_same():
    draws = [hidden.draw(key, LESSON, who) for key, who in ((b"a", "ada"), (b"a", "bo"), (b"b", "ada"), (b"a", "ada"))]

    assert draws[0] == draws[3]
    assert draws[0] != draws[1]
    assert draws[0] != draws[2]


def test_a_secret_is_made_once_and_for_its_owner_only(tmp_path):
    first = hidden.secret(tmp_path / "class" / "secret")

    assert hidden.secret(tmp_path / "class" / "secret") == first
    assert (tmp_path / "class" / "secret").stat().st_mode & 0o777 == 0o600


# --------------------------------------------------------------------------- the boundary

PROBES = {
    "judge": "import grader.judge",
    "instructor": "import grader.instructor",
    "modules": "import sys; assert not [m for m in sys.modules if 'judge' in m or 'instructor' in m]; raise ImportError",
    "collector": (
        "import gc\nfound = [o for o in gc.get_objects() if type(o).__name__ in ('Exercise', 'Mistake', 'Result')]\n"
        "assert not found\nraise ImportError"
    ),
}
FROM_DISK = {
    "again": f"import sys; sys.path.insert(0, {str(paths.ROOT)!r}); sys.modules.pop('grader'); import grader.judge",
    "reference": f"open({str(paths.ROOT / 'grader/judge/exercises/descent.py')!r}).read()",
    "solution": f"open({str(paths.solution(LESSON))!r}).read()",
    "list": f"import os; os.listdir({str(paths.ROOT)!r})",
    "secret": "open('/etc/passwd').read()",
    "parent": "import os; open(f'/proc/{os.getppid()}/environ').read()",
    "write": "open('/tmp/left-behind', 'w')",
    "connect": "import socket; socket.create_connection(('127.0.0.1', 9))",
    "kill": "import os; os.kill(os.getppid(), 0)",
}


NEEDS = {"connect": 4, "kill": 6}  # versions of Landlock
REFUSALS = ("PermissionError", "OSError", "FileNotFoundError", "ModuleNotFoundError")


@pytest.fixture(scope="module")
def probed():
    code = PROBES | FROM_DISK | {"check": "from grader import Answers, check\nassert check(Answers('x'), 'p3') is None"}
    return runner.run(LESSON, list(code.items()))


@pytest.mark.parametrize("name", PROBES)
def test_the_process_of_a_hand_in_cannot_import_judge_or_instructor(probed, name):
    assert [output["ename"] for output in probed.outputs[name]][-1:] in (["ModuleNotFoundError"], ["ImportError"])


@pytest.mark.skipif(not confine.version(), reason="this kernel has no Landlock, so files are not protected")
@pytest.mark.parametrize("name", FROM_DISK)
def test_the_process_of_a_hand_in_cannot_reach_our_files_processes_or_the_network(probed, name):
    if confine.version() < NEEDS.get(name, 1):
        pytest.skip(f"this kernel's Landlock does not know this (version {confine.version()})")
    assert probed.outputs[name][-1]["ename"] in REFUSALS


def test_check_does_nothing_in_the_process_of_a_hand_in(probed):
    assert probed.outputs["check"] == []


FORGERIES = {
    "patches numpy and assert": "import numpy, torch\nnumpy.allclose = torch.allclose = numpy.isclose = lambda *a, **k: True",
    "replaces the check": "import grader\ngrader.check = check = lambda *a: None",
    "patches the file": "import json\njson.dumps = lambda *a, **k: '{\"p3\": [13.5]}'",
    "rewrites cells": "get_ipython().input_transformers_post.append(lambda lines: ['pass'])",
    "stores NaN": "answer['p3'] = float('nan')",
    "stores True": "answer['p3'] = True",
    "leaves a file behind": "import pathlib; pathlib.Path('02_descent.answer.json').write_text('{\"p3\": [99]}')",
}


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forgery_earns_nothing(name, store):
    def answer(lesson, exercise):
        return f"answer['p3'] = [1.0, 2.0, 3.0]\n{FORGERIES[name]}" if exercise == "p3" else "pass"

    done = grader.grade(answered(answer), LESSON, run=store.run)

    assert done.score == 0


# --------------------------------------------------------------------------- accidents


@pytest.fixture
def short(monkeypatch):
    monkeypatch.setattr(runner, "CELL_SECONDS", 12)


def test_a_hang_leaves_the_other_exercises_graded(short):
    done = grader.grade(answered(with_exercise("p3", "while True:\n    pass")), LESSON)

    assert (done.status, done.score) == ("partial", 110)
    assert by_id(done)["p3"].points == 0
    assert done.sentence == "Graded in part: This cell ran longer than 12 seconds and was stopped."


def test_a_cell_that_ends_its_process_leaves_the_other_exercises_graded():
    done = grader.grade(answered(with_exercise("p3", "import os\nos._exit(0)")), LESSON)

    assert (done.status, done.score) == ("partial", 110)
    assert "This cell ended the kernel." in done.sentence


def test_a_flood_of_output_is_bounded_on_arrival(short):
    done = runner.run(LESSON, [("flood", "while True: print('x' * 10_000)"), ("after", "print('here')")])

    assert list(done.stopped) == ["flood"]
    assert done.outputs["after"][0]["text"] == "here\n"


def test_a_scratch_cell_elsewhere_breaks_no_rule(store):
    notebook = sample.fill(LESSON, sample.model)
    notebook.cells.append(nbformat.v4.new_code_cell("import torch\nopt = torch.optim.SGD([torch.zeros(1)], lr=1.0)"))

    assert grader.grade(sample.build.text(notebook).encode(), LESSON, run=store.run).score == 120


def test_a_magic_does_not_switch_a_rule_off(store):
    packaged = "o = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=1.0)"
    source = f"%time {packaged}\n" + sample.model(LESSON, "var_history_2")

    done = grader.grade(answered(with_exercise("var_history_2", source)), LESSON, run=store.run)

    assert by_id(done)["var_history_2"].shown.seen == "This one is written by hand, and the cell uses torch.optim."


RUNAWAYS = {
    "orphan": "import subprocess; subprocess.Popen(['sleep', '61'], start_new_session=True)",
    "deep": "import os\nfor _ in range(3000): os.mkdir('d'); os.chdir('d')",
    "closed": "import os\nos.mkdir('c'); os.mkdir('c/c'); os.chmod('c', 0)",
    "forged": "import os; os.write(500, b'\\xff' * 100)",
    "deaf": "import signal, time\nfor s in range(1, 32):\n    try: signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError): pass",
}


@pytest.fixture
def apart(monkeypatch):
    """Give this test a folder for temporary files of its own, with a short name for sockets."""
    with tempfile.TemporaryDirectory(prefix="dh-") as place:
        monkeypatch.setattr(tempfile, "tempdir", place)
        yield Path(place)


@pytest.mark.parametrize("name", RUNAWAYS)
def test_nothing_is_left_behind(name, apart):
    """No process and no folder, and the run comes back."""
    runner.run(LESSON, [("runaway", RUNAWAYS[name])])

    assert list(apart.iterdir()) == []
    assert not [one for one in psutil.process_iter(["cmdline"]) if one.info["cmdline"] == ["sleep", "61"]]


@pytest.mark.skipif(not confine.version(), reason="this kernel has no Landlock")
def test_a_hand_in_sees_no_socket_of_another(tmp_path):
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(tmp_path / "other-socket"))

        done = runner.run(LESSON, [("look", "print(open('/proc/self/net/unix').read())")])

    assert "other-socket" not in str(done.outputs["look"])


def test_another_name_for_torch_does_not_hide_the_optimizer(store):
    source = "import torch as t\nt.optim.SGD\n" + sample.model(LESSON, "var_history_2")

    done = grader.grade(answered(with_exercise("var_history_2", source)), LESSON, run=store.run)

    assert by_id(done)["var_history_2"].points == 0


def test_a_partial_answer_earns_its_part_and_no_more(store):
    right = 'answer["leaves"] = ["a", "b", "d", "u"]'
    scores = []
    for source in (right, 'answer["leaves"] = ["c"]\nraise ValueError'):
        answer = lambda lesson, name, source=source: source if name == "leaves" else "pass"  # noqa: E731
        done = grader.grade(answered(answer, "01_slopes"), "01_slopes", run=store.run)
        scores.append(by_id(done)["leaves"].points)

    assert scores == [7.5, 0]


@pytest.mark.parametrize(
    "odd", ["[[]]", "0", "[]", "[[[1.0]]]", "float('nan')", "'text'", "None", "{'a': 1}", "[True]"]
)
def test_an_odd_value_under_any_key_is_judged_and_stops_nobody(odd):
    for lesson in paths.lessons():
        values = {key.name: eval(odd) for one in LESSONS[lesson] for key in one.keys}
        loaded = grader.core.answerfile.loads(grader.core.answerfile.dumps(values))

        done = grade_answers(loaded, lesson, with_notebook=False)

        assert not [one for one in done.exercises if "could not be judged" in one.printed.seen], lesson


def test_a_failure_of_the_judge_costs_one_exercise(monkeypatch, store):
    real = grading.judge

    def failing(exercise, *about):
        if exercise.id == "p3":
            raise IndexError
        return real(exercise, *about)

    monkeypatch.setattr(grading, "judge", failing)
    done = grader.grade(paths.solution(LESSON), LESSON, run=store.run)

    assert done.score == 110
    assert "look at it by hand" in by_id(done)["p3"].printed.seen


def test_what_is_said_about_the_second_run_holds_nothing_of_it(store):
    leak = """
import os
import grader.core.files as file
if os.environ["DOWNHILL_GIVENS"] != "{}":
    file.write = lambda path, text: path.write_text('{"secret": 1, "secret": 2}')
"""
    source = leak + sample.model(LESSON, "p3")

    done = grader.grade(answered(with_exercise("p3", source)), LESSON, student="ada", run=store.run)

    assert done.sentence == "The answers of the second run cannot be read."


def test_an_answer_file_that_cannot_be_read_is_said_so():
    overwrite = "import pathlib; pathlib.Path('02_descent.answer.json').write_bytes(b'x' * 9_000_000)"

    done = runner.run(LESSON, [("only", overwrite)])

    assert (done.answers, done.problem[:35]) == (None, "The answers of the run cannot be re")


def test_a_syntax_error_costs_one_exercise_only(store):
    done = grader.grade(answered(with_exercise("p3", "answer['p3'] = [13.5,")), LESSON, run=store.run)

    assert done.score == 110
    assert by_id(done)["p3"].shown.status == "error"


def test_a_warning_on_stderr_costs_nothing(store):
    source = sample.noisy(LESSON, "p3")

    assert grader.grade(answered(with_exercise("p3", source)), LESSON, run=store.run).score == 120


def test_rejected_hand_ins_have_a_sentence_and_no_points():
    done = grader.grade(b"", LESSON)

    assert (done.status, done.score, done.notebook) == ("rejected", 0, None)
    assert done.sentence == "The file is empty: save the notebook and hand it in again."


# --------------------------------------------------------------------------- what is kept


def test_the_autograded_notebook_is_valid_and_points_are_what_nbgrader_reads(store):
    from nbgrader.utils import determine_grade

    done = grader.grade(answered(sample.variant(0, honest=False)), LESSON, run=store.run)

    nbformat.validate(done.notebook)
    read = {cell.id: determine_grade(cell)[0] for cell in done.notebook.cells if cell.id.startswith("check_")}
    assert read == {f"check_{name}": one.points for name, one in by_id(done).items()}


def test_outputs_keep_text_and_pictures_only():
    png = io.BytesIO()
    Image.new("RGB", (3, 2)).save(png, "png")
    encoded = base64.b64encode(png.getvalue()).decode()
    outputs = [
        {"output_type": "stream", "name": "stdout", "text": "a\x1b[31mred\x00\ud800" + "x" * 50_000},
        {"output_type": "display_data", "data": {"text/html": "<script>x</script>", "image/png": encoded}},
        {"output_type": "display_data", "data": {"image/png": "bm90IGEgcGljdHVyZQ=="}},
        {"output_type": "display_data", "data": {"application/javascript": "alert(1)"}},
        {
            "output_type": "error",
            "ename": "E",
            "evalue": "v" * 9_000,
            "traceback": ["\x1b[0;31mline", "f at 0x7f00deadbeef\nend"],
        },
    ]

    stream, picture, error = sanitise(outputs)

    assert stream["text"].startswith("ared")
    assert "more characters are not shown" in stream["text"]
    assert list(picture["data"]) == ["image/png"]
    assert error["traceback"] == ["line", "f at 0x...", "end"]
    assert len(error["evalue"]) < 5_000


def test_small_pictures_that_unfold_are_bounded_in_all():
    buffer = io.BytesIO()
    Image.new("1", (2000, 2000)).save(buffer, "png")
    shown = [{"output_type": "display_data", "data": {"image/png": base64.b64encode(buffer.getvalue()).decode()}}] * 40

    kept = sanitise_all({f"c{n}": shown for n in range(50)})

    assert sum(len(found) for found in kept.values()) == 15  # of 4 million pixels each


DRAFT = "application/vnd.downhill.draft+json"
BROKEN = [
    "", "[", "{}", "[1]", "null", '["nobody",{}]', '["still",{}]', '["chart",{"form":"nobody","size":[1,1]}]',
    '["chart",{"form":"bars","size":[1e9,1e9],"lengths":[],"groups":[],"names":[],"name":"","against":"","log":0,"lie":0}]',
    '["still",{"landscape":{"@landscape":"Server","parts":{}}}]', '{"@array":"AAAA","shape":[1000000000000]}',
    "[" * 100_000, "\udcff", "x" * (2**20 + 1),
]  # fmt: skip


def bars(name: str, number: int = 1) -> str:
    """Return the draft of so many bars of one name."""
    what = {"lengths": [np.ones(number)], "groups": ["a"], "names": [name] * number, "log": False, "lie": False}
    return pack("chart", {"form": "bars", "size": [2, 2], "name": "", "against": "", **what})


def display(*drafts: str) -> str:
    """Return a cell that shows drafts, as a hand-in may that knows the way."""
    return f"for one in {list(drafts)!r}:\n    display({{{DRAFT!r}: one, 'text/plain': 'a draft'}}, raw=True)"


def test_a_draft_that_is_none_gets_no_picture_and_harms_no_other():
    cells = [("broken", display(*BROKEN)), ("good", display(bars("x"))), ("picture", "live_plot.show_loss([1, 0.5])")]

    done = runner.run(LESSON, [("import", "import live_plot"), *cells])

    assert [set(one["data"]) for one in done.outputs["broken"]] == [{"text/plain"}] * len(BROKEN)
    assert [set(one["data"]) for one in done.outputs["good"]] == [{"text/plain", "image/png"}]
    assert [set(one["data"]) for one in done.outputs["picture"]] == [{"text/plain", "image/png"}]


def test_a_picture_is_shown_whatever_is_said_while_it_is_drawn():
    """Matplotlib warns of glyphs that its font lacks, once for each process."""
    shown = "for k in (1, 2): display(live_plot.show_loss([1, k], [3, 4], labels=['\u635f\u5931', 'a']))"

    done = runner.run(LESSON, [("import", "import live_plot"), ("shown", shown)])

    assert [set(one["data"]) for one in done.outputs["shown"]] == [{"text/plain", "image/png"}] * 2


def test_a_draft_has_one_name_in_the_gallery():
    """A draft of ours is ASCII; one with half a character is none, whatever a hash would make of it."""
    gallery = pictures.Gallery()
    gallery.keep("which way?", "mine")

    assert gallery.get("which way\udc80") is None
    assert pictures._draft({"data": {DRAFT: "[\udc80]"}}) == ""
    gallery.close()


def test_a_draft_that_takes_for_ever_costs_its_own_picture(monkeypatch):
    monkeypatch.setattr(runner, "PICTURE_SECONDS", 2)

    done = runner.run(LESSON, [("shown", display(bars("first"), bars("x", 50_000), bars("last")))])

    assert ["image/png" in one["data"] for one in done.outputs["shown"]] == [True, False, True]


def test_equal_pictures_are_drawn_once_and_look_the_same_whoever_was_first():
    lesson = runner.sources(nbformat.read(paths.solution(LESSON), as_version=4), hidden=False)
    first = runner.run(LESSON, lesson).outputs
    kept = set(runner.gallery().folder.iterdir())
    again = runner.run(LESSON, lesson).outputs
    drawn = set(runner.gallery().folder.iterdir())
    runner.gallery().close()
    runner.gallery.cache_clear()
    anew = runner.run(LESSON, lesson).outputs

    assert first == again == anew
    assert kept == drawn
    assert kept


def test_the_ground_of_a_picture_is_drawn_once_for_all_paths(monkeypatch):
    cell = "live_plot.animate(lambda v: v @ v, [(1.0, 0.5), (0.2, {})], x_range=(-2, 2), y_range=(-3, 3))"
    known, draw = [], runner._draw

    def noted(drafts, **named):
        known.extend(bool(below) for _, below in drafts)
        return draw(drafts, **named)

    monkeypatch.setattr(runner, "_draw", noted)

    first, second = (
        runner.run(LESSON, [("import", "import live_plot"), ("picture", cell.format(end))]).outputs["picture"]
        for end in (0.25, 0.75)
    )

    assert known == [False, True]
    assert first[0]["data"]["image/png"] != second[0]["data"]["image/png"]


def test_a_full_gallery_keeps_nothing_more(monkeypatch):
    monkeypatch.setattr(pictures, "MAX_KEPT", 100)
    gallery = pictures.Gallery()

    gallery.keep("a", "x" * 90)
    gallery.keep("b", "x" * 90)

    assert (gallery.get("a"), gallery.get("b")) == ("x" * 90, None)
    gallery.close()
    assert gallery.get("a") is None


def test_many_outputs_are_cut():
    assert len(sanitise([{"output_type": "stream", "name": "stdout", "text": "x"}] * 100_000)) == 41


def test_an_answer_file_alone_earns_the_printed_share(store):
    run = store.run(LESSON, runner.sources(nbformat.read(paths.solution(LESSON), as_version=4), hidden=False))

    done = grade_answers(grader.core.answerfile.loads(run.answers), LESSON)

    assert (done.status, done.score) == ("answers only", 60)
    assert done.notebook.cells[0].source == "**Not re-run: only the answer file was handed in.**"


def test_a_notebook_is_not_run_where_nothing_confines_it(monkeypatch):
    monkeypatch.setattr(runner, "READABLE", (str(paths.ROOT.parent),))

    with pytest.raises(runner.Unprotected, match=r"the course lies in .*, which every program must be able to read: "):
        grader.grade(paths.solution(LESSON), LESSON)


def test_a_second_copy_of_the_course_must_be_out_of_reach_too(monkeypatch, tmp_path):
    (tmp_path / "grader/judge").mkdir(parents=True)
    monkeypatch.setattr(runner.site, "getsitepackages", lambda: [str(tmp_path)])
    monkeypatch.setattr(runner, "READABLE", (str(tmp_path),))

    assert not runner.protected()


def beside(notebook, check: str, source: str) -> None:
    """Add a cell of the student's below a check, or below the set-up."""
    at = next(i for i, cell in enumerate(notebook.cells) if cell.get("id") == check)
    notebook.cells.insert(at + 1, nbformat.v4.new_code_cell(source, id=f"own_{check}"))


IMPORTS = "from torch.optim.lr_scheduler import StepLR, LambdaLR, ExponentialLR, SequentialLR, LinearLR, MultiStepLR\n"
IMPORTS += (
    "from torch.optim.lr_scheduler import CosineAnnealingLR, CosineAnnealingWarmRestarts, OneCycleLR, ReduceLROnPlateau"
)


def test_a_rule_is_about_the_answer_and_not_about_what_stands_beside_it(store):
    """Comparisons, unused imports, scratch cells, and imports in a cell of their own cost nobody a point."""
    compared = "\nfor kind in (MySGD, torch.optim.SGD):\n    o = kind([torch.zeros(1, requires_grad=True)], lr=0.1)\n"
    added = {
        "MySGD": lambda text: text + compared,
        "MyAdagrad": lambda text: "from torch.optim import SGD\n" + text,
        "clip_by_norm": lambda text: text + "\nsame = torch.nn.utils.clip_grad_norm_([torch.zeros(1)], 2.0)",
    }
    inside = sample.fill("05_inside", lambda lesson, name: added.get(name, str)(sample.model(lesson, name)))
    beside(inside, "check_MySGD", "a = torch.tensor([8.0], requires_grad=True)\no = torch.optim.SGD([a], lr=0.002)")
    schedules = sample.fill("07_schedules", lambda *which: sample.model(*which).replace("lr_scheduler.", ""))
    beside(schedules, "setup", IMPORTS)
    beside(schedules, "check_build", "rates = rates_used(lambda o: ExponentialLR(o, 0.5), 0.1, 6)")

    for lesson, notebook in (("05_inside", inside), ("07_schedules", schedules)):
        done = grader.grade(sample.build.text(notebook).encode(), lesson, run=store.run)

        assert [(one.exercise.id, one.shown.seen) for one in done.exercises if one.points < one.exercise.points] == []


def test_an_answer_in_a_cell_beside_its_own_is_under_the_same_rule(store):
    """The cell of the exercise does nothing, and the one below it has a packaged optimizer walk."""
    notebook = sample.fill(LESSON, with_exercise("x_iters", "unused = 1"))
    walk = "x = torch.tensor([start], requires_grad=True)\no = torch.optim.SGD([x], lr=lr)\nxs = [start]\n"
    walk += (
        "for _ in range(steps):\n    o.zero_grad()\n    square(x).backward()\n    o.step()\n    xs.append(x.item())\n"
    )
    beside(notebook, "x_iters", walk + "answer['x_iters'], answer['y_hist'] = xs[::every], [x**2 for x in xs[::every]]")

    done = by_id(grader.grade(sample.build.text(notebook).encode(), LESSON, run=store.run))["x_iters"]

    assert (done.points, done.shown.seen) == (0, "This one is written by hand, and the cell uses torch.optim.")


def test_a_part_that_is_wrong_with_the_printed_givens_is_what_is_said(store):
    """Nobody is told that he was right with the printed numbers where he was not."""
    model = sample.model("05_inside", "momentum_path").replace("g + mu * b if", "b + mu * g if")
    done = grader.grade(answered(with_exercise("momentum_path", model), "05_inside"), "05_inside", run=store.run)

    one = by_id(done)["momentum_path"]

    assert one.points == 0.75 * one.exercise.points
    assert one.shown.seen.startswith("The nesterov form after 2 steps: expected")
    assert one.shown.fraction == 0.75


def test_what_nobody_looks_at_is_not_kept():
    cell = "D = {'text/plain': [{}] * 500_000, 'text/html': 'h' * 1_000_000}\ndisplay(D, raw=True)\nprint('here')"
    done = runner.run(LESSON, [("shown", cell)])

    assert done.outputs["shown"][-1]["text"] == "here\n"


def test_many_pieces_of_a_stream_are_put_together_in_time():
    cell = "import sys\nfor _ in range(1900):\n    print('\\U0001f600' + 'a' * 1000)\n    sys.stdout.flush()"
    start = time.process_time()
    done = runner.run(LESSON, [(f"c{n}", cell) for n in range(3)])

    assert time.process_time() - start < 5
    assert done.outputs["c2"][0]["text"].startswith("\U0001f600aaa")


def test_all_that_a_notebook_shows_is_bounded():
    cell = "for _ in range(40):\n    display('a' * 19_000)\n    print()"
    done = runner.run(LESSON, [(f"c{n}", cell) for n in range(8)])

    shown = sum(
        len(output.get("data", {}).get("text/plain", "")) for found in done.outputs.values() for output in found
    )
    assert shown < 1.1 * MAX_ALL_TEXT
