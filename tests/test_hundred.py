"""A hundred hand-ins that are broken, hostile or only unlucky, graded as one class beside an honest one.

What holds for all of them: the class goes on; the honest neighbours' grades are the same to the byte; files of
the instructor are unchanged; no process is left; each has one status and one sentence; and each earns what it
should. The numbers name kinds of hand-ins; a kind that is tried elsewhere is named with its test below.
"""

import ast
import base64
import hashlib
import io
import json
import os
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from PIL import Image

from grader.instructor import autograde, feedback, hidden, paths, runner, sample, summary
from grader.instructor.paths import ClassFolder
from grader.instructor.rebuild import is_check, is_exercise, released

LESSON, TARGET = "01_slopes", "sum_grads"  # the attacks stand in the cell of the first exercise, of 10 points
FULL, LOST, HALF = 100, 90, 95
SECONDS = 4
GRADED, PARTIAL, ANSWERS, REJECTED = "graded", "partial", "answers only", "rejected"
quiet = {"say": lambda line: None}
pytestmark = pytest.mark.skipif(not runner.protected(), reason="nothing on this machine confines student code")
WRONG = "def sum_grads(loss, x0, y0):\n    return 7.0, 7.0"
ELSEWHERE = {
    15: "test_archive.py::test_members_that_lead_elsewhere_are_left_out_and_the_rest_is_taken",
    16: "test_archive.py::test_a_bomb_is_read_to_its_bound_only",
    17: "test_archive.py::test_members_that_lead_elsewhere_are_left_out_and_the_rest_is_taken",
    18: "test_archive.py::test_an_encrypted_member_and_a_strange_archive_are_said_so",
    22: "test_class.py::test_a_full_disk_is_said_in_one_sentence_and_nothing_is_lost",
    69: "test_cluster.py::test_a_grading_that_is_killed_again_and_again_ends_in_the_same_state",
    70: "test_class.py::test_two_gradings_of_a_class_do_not_run_at_once",
    82: "test_laws.py::test_every_draw_rejects_and_names_every_known_mistake",
    86: "test_answerfile.py::test_links_pipes_and_hard_links_are_refused",
    94: "test_laws.py::test_every_draw_accepts_honest_answers",
}


@dataclass(frozen=True)
class Case:
    """A hand-in: who makes it, and what may become of it. says: a piece of its sentence or notes."""

    make: Callable[[Path], None]
    status: tuple[str, ...] = (GRADED,)
    points: tuple[float, float] = (FULL, FULL)
    says: str = ""
    lesson: str = LESSON


# --------------------------------------------------------------------------- how hand-ins are made


def solved(before: str = "", *, own: str | None = None, extra: str = "", change=None, **answers: str):
    """Return a solved notebook. before: code above the target's answer; own: in its place; extra: a cell above all."""

    def answer(lesson: str, exercise: str) -> str:
        if exercise == TARGET:
            text = sample.model(lesson, exercise) if own is None else own
            return f"{before}\n{text}"
        return answers.get(exercise, sample.model(lesson, exercise))

    notebook = sample.fill(LESSON, answer)
    if extra:
        at = next(i for i, cell in enumerate(notebook.cells) if is_exercise(cell))
        notebook.cells.insert(at - 1, nbformat.v4.new_code_cell(extra, id="mine"))
    if change:
        change(notebook)
    return notebook


def put(content, name: str = f"{LESSON}.ipynb") -> Callable[[Path], None]:
    """Return what writes a file into a hand-in's folder: bytes, text, or a notebook."""

    def make(place: Path) -> None:
        made = content() if callable(content) else content
        if not isinstance(made, bytes):
            made = (made if isinstance(made, str) else sample.build.text(made)).encode("utf-8", "surrogatepass")
        (place / name).write_bytes(made)

    return make


def both(*makers: Callable[[Path], None]) -> Callable[[Path], None]:
    return lambda place: [make(place) for make in makers] and None


def attack(code: str, points=(LOST, FULL), status=(GRADED, PARTIAL), says: str = "") -> Case:
    """Code above the target's answer, which may cost the target and nothing else."""
    return Case(put(lambda: solved(code)), status, points, says)


def forged(code: str, points=(LOST, LOST), status=(GRADED,), says: str = "") -> Case:
    """Code with a wrong answer to the target, which must not pass."""
    return Case(put(lambda: solved(code, own=WRONG)), status, points, says)


def written(text: str, status: str = ANSWERS, points=(0, 0), says: str = "") -> Case:
    """Hand in an answer file without its notebook."""
    return Case(put(text, f"{LESSON}.answer.json"), (status,), points, says)


def bad(content, says: str, name: str = f"{LESSON}.ipynb") -> Case:
    return Case(put(content, name), (REJECTED,), (0, 0), says)


def text(notebook=None) -> str:
    return sample.build.text(notebook or solved())


def edited(**fields) -> str:
    """Return a solved notebook's text with fields of the file replaced, or removed where they are None."""
    content = {**json.loads(text()), **fields}
    return json.dumps({name: value for name, value in content.items() if value is not None})


def of_cells(change: Callable[[list[dict]], list[dict] | None]) -> Callable[[], str]:
    """Return what makes a solved notebook's text with its cells changed."""

    def make() -> str:
        content = json.loads(text())
        content["cells"] = change(content["cells"]) or content["cells"]
        return json.dumps(content)

    return make


def without(*names: str) -> Callable[[list[dict]], list[dict]]:
    return lambda cells: [cell for cell in cells if cell["id"] not in names]


def each(**fields) -> Callable[[list[dict]], None]:
    """Give every cell's metadata of nbgrader's other fields."""
    return lambda cells: [cell["metadata"].get("nbgrader", {}).update(fields) for cell in cells] and None


def tagged(*tags: str) -> Callable[[list[dict]], None]:
    return lambda cells: [cell["metadata"].update(tags=list(tags)) for cell in cells] and None


def in_two(cells: list[dict]) -> list[dict]:
    """Split the target's cell after its third line."""
    at = next(i for i, cell in enumerate(cells) if cell["id"] == TARGET)
    lines = "".join(cells[at]["source"]).splitlines(keepends=True)
    first, second = ({**cells[at], "source": part} for part in (lines[:3], lines[3:]))
    return [*cells[:at], first, {**second, "id": "second"}, *cells[at + 1 :]]


def elsewhere(cells: list[dict]) -> list[dict]:
    """Write the target's answer into a new cell below its own, which stays as it was handed out."""
    at = next(i for i, cell in enumerate(cells) if cell["id"] == TARGET)
    stub = next(cell.source for cell in released(LESSON).cells if cell.id == TARGET)
    fresh = {"cell_type": "code", "id": "below", "metadata": {}, "outputs": [], "execution_count": None}
    below = {**fresh, "source": sample.model(LESSON, TARGET)}
    return [*cells[:at], {**cells[at], "source": stub}, below, *cells[at + 1 :]]


def bare(cells: list[dict]) -> list[dict]:
    """Take every name and mark away, as a round trip through another editor does."""
    return [{**cell, "id": f"n{i}", "metadata": {}} for i, cell in enumerate(cells)]


def script() -> str:
    return "\n\n".join(cell.source for cell in solved().cells if cell.cell_type == "code")


def archive() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as file:
        file.writestr(f"{LESSON}.ipynb", text())
    return buffer.getvalue()


def huge_picture() -> str:
    """Return a PNG of 30,000 x 30,000 pixels in base64: some hundred kilobytes that unfold to a gigabyte."""
    buffer = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(buffer, "png")
    return base64.b64encode(buffer.getvalue()).decode()


def link_to(target: Callable[[Path], Path]) -> Callable[[Path], None]:
    return lambda place: (place / f"{LESSON}.ipynb").symlink_to(target(place))


def hard_link(place: Path) -> None:
    (place.parents[2] / "secret2").write_text("ab" * 32)
    os.link(place.parents[2] / "secret2", place / f"{LESSON}.ipynb")


def deaf(code: str) -> str:
    return f"import signal\nfor s in set(signal.Signals) - {{9, 19}}: signal.signal(s, signal.SIG_IGN)\n{code}"


def array(**fields) -> str:
    return json.dumps({"X_grad": {"__ndarray__": [1], "dtype": "float64", "shape": [1], **fields}})


CASES = {
    # files
    "1 empty": bad(b"", "file is empty"),
    "2 a web page": bad(b"<!doctype html><title>Sign in</title>", "web page"),
    "3 cut off": bad(lambda: text()[:4000], "The notebook is cut off after 400"),
    "4 a list": bad("[]", "no notebook"),
    "4 a text": bad('"x"', "no notebook"),
    "4 nothing": bad("null", "no notebook"),
    "4 an object": bad("{}", "no notebook"),
    "5 of another format": Case(put(lambda: edited(nbformat=5, nbformat_minor=99))),
    "5 without a format": Case(put(lambda: edited(nbformat=None, nbformat_minor=None))),
    "5 cells without ids": Case(put(of_cells(lambda cells: [cell.pop("id") for cell in cells] and None))),
    "5 cells with one id": Case(put(of_cells(lambda cells: [cell.update(id="same") for cell in cells] and None))),
    "6 a script": bad(script, "no notebook", f"{LESSON}.py"),
    "6 an archive": bad(archive, "zip archive"),
    "7 another lesson": bad(lambda: text(released("02_descent")), "looks like lesson 02_descent"),
    "8 renamed by a browser": Case(put(text, f"{LESSON} (1).ipynb")),
    "8 a copy": Case(put(text, "Kopie von Übung ✓ final.ipynb")),
    "9 with a mark": Case(put(lambda: b"\xef\xbb\xbf" + text().encode())),
    "9 in UTF-16": Case(put(lambda: text().encode("utf-16"))),
    "9 with zeros": Case(put(lambda: solved("x = 'a\x00b'")), points=(LOST, FULL)),
    "9 with half a sign": Case(put(lambda: text(solved("x = 'HALF'")).replace("HALF", "\\ud800"))),
    "10 other line ends": Case(put(lambda: text().replace("\\n", "\\r\\n"))),
    "10 old line ends": Case(put(lambda: text().replace("\\n", "\\r"))),
    "10 signs without width": Case(put(lambda: solved("y = 1\u200b\ufeff"))),
    "10 curly quotes": Case(put(lambda: solved("y = \u201chello\u201d")), points=(LOST, LOST)),
    "11 200 MB": bad(lambda: b'{"cells": [], "x": "' + b"a" * 200_000_000 + b'"}', "larger than"),
    "12 a link to a file of the system": Case(link_to(lambda place: Path("/etc/passwd")), (REJECTED,), (0, 0)),
    "12 a link to the secret": Case(link_to(lambda place: place.parents[2] / "secret"), (REJECTED,), (0, 0)),
    "13 a hard link": Case(hard_link, (REJECTED,), (0, 0), "not a file of its own"),
    "14 a pipe": Case(lambda place: os.mkfifo(place / f"{LESSON}.ipynb"), (REJECTED,), (0, 0)),
    "19 two notebooks": Case(both(put("{}", "other.ipynb"), put(text))),
    "20 a forged time": Case(both(put(text), put("not a date", "timestamp.txt"))),
    "21 nobody may read it": Case(
        both(put(text), lambda place: (place / f"{LESSON}.ipynb").chmod(0)), (GRADED, REJECTED), (0, FULL)
    ),
    # cells and what is written about them
    "23 checks deleted": Case(put(of_cells(lambda cells: [c for c in cells if not c["id"].startswith("check_")]))),
    "24 an answer deleted": Case(put(of_cells(without(TARGET))), points=(LOST, LOST), says="was deleted"),
    "25 cells doubled": Case(put(of_cells(lambda cells: cells + cells)), says="is there 2 times"),
    "26 a cell split": Case(put(of_cells(in_two)), says="is there 2 times"),
    "27 turned round": Case(put(of_cells(lambda cells: cells[::-1]))),
    "28 the givens changed": Case(
        put(lambda: text().replace("x0=10, y0=5", "x0=1, y0=1")), says="locked cell was changed"
    ),
    "29 tags that skip": Case(
        put(lambda: json.dumps(_tagged(solved(own=WRONG), "skip-execution", "remove-cell"))), points=(LOST, LOST)
    ),
    "30 forged points": Case(put(of_cells(each(points=1000, schema_version=4, grade=False, solution=True)))),
    "30 points of no kind": Case(put(of_cells(each(points=-5, evil={"a": 1})))),
    "31 a forged checksum": Case(put(of_cells(each(checksum="0" * 32)))),
    "32 no metadata at all": Case(put(of_cells(bare))),
    "33 another kernel": Case(put(lambda: edited(metadata={"kernelspec": {"name": "../../bash", "language": "evil"}}))),
    "34 metadata of 10 MB": Case(put(lambda: edited(metadata={"widgets": {"state": "x" * 10_000_000}}))),
    "35 in a cell below": Case(put(of_cells(elsewhere))),
    "36 as a comment": Case(
        put(lambda: solved(own="# " + sample.model(LESSON, TARGET).replace("\n", "\n# "))), points=(LOST, LOST)
    ),
    "37 only out of order": Case(put(lambda: solved("print(defined_below)")), points=(LOST, LOST)),
    # what a cell takes
    "38 a loop": attack("while True: pass", (LOST, LOST), (PARTIAL,), "ran longer than"),
    "39 a deaf loop": attack(deaf("while True: pass"), (LOST, LOST), (PARTIAL,), "ran longer than"),
    "39 a pattern that never ends": attack("import re; re.match(r'(a+)+$', 'a' * 60 + 'b')", (LOST, LOST), (PARTIAL,)),
    "39 a number without end": attack("10 ** 10 ** 10", (LOST, LOST), (PARTIAL,)),
    "40 a sleep": attack("import time; time.sleep(1e6)", (LOST, LOST), (PARTIAL,)),
    "41 a large tensor": attack("torch.empty(10 ** 12)", (LOST, LOST), (GRADED,)),
    "41 a list that grows": attack("x = []\nwhile True: x.append(bytearray(10 ** 8))", (LOST, LOST)),
    "42 a fork bomb": attack("import os\nwhile True:\n    try: os.fork()\n    except OSError: pass", (LOST, LOST)),
    "42 threads": attack("import threading\nfor _ in range(10 ** 5): threading.Thread(target=input).start()"),
    "43 prints without end": attack("while True: print('y' * 1000)", (LOST, LOST), (PARTIAL,)),
    "43 one long line": attack("print('x' * 50_000_000)", (FULL, FULL)),
    "43 many outputs": attack("for n in range(20_000): display(n)", (FULL, FULL)),
    "44 many figures": attack("from matplotlib import pyplot as plt\nfor _ in range(45): plt.figure(figsize=(1, 1))"),
    "44 one large figure": attack("from matplotlib import pyplot as plt\nplt.figure(figsize=(200, 200)); plt.show()"),
    "45 a large file": attack("open('x', 'wb').truncate(10 ** 12)", (LOST, LOST), (GRADED,)),
    "45 a full disk": attack("while True:\n    open(str(id(object())), 'ab').write(b'x' * 9_000_000)", (LOST, LOST)),
    "46 the network": attack("import urllib.request; urllib.request.urlopen('http://example.com')", (LOST, LOST)),
    "46 a download": attack("!curl --silent http://example.com -o x", (FULL, FULL)),
    "47 all processors": attack("torch.set_num_threads(64)", (FULL, FULL)),
    "48 a question": attack("input('your name? ')", (LOST, LOST)),
    "48 a stop": attack("breakpoint()"),
    "49 a window": attack("%matplotlib widget\nfrom matplotlib import pyplot as plt\nplt.plot([1])", (FULL, FULL)),
    # forged scores
    "50 patched comparisons": forged("torch.allclose = torch.equal = lambda *a, **k: True\nAssertionError = ValueError"),
    "51 a transformer of the text": forged(
        "get_ipython().input_transformers_cleanup.append(lambda lines: [x for x in lines if 'check(' not in x])"
    ),
    "51 a transformer of the tree": forged(
        "import ast\nclass Away(ast.NodeTransformer):\n    def visit_Assert(self, node): return ast.Pass()\n"
        "get_ipython().ast_transformers.append(Away())"
    ),
    "51 another way to run": forged(
        "async def nothing(*a, **k): return False\nget_ipython().run_ast_nodes = nothing", (0, LOST)
    ),
    "52 a patched writer": forged("import json_tricks\njson_tricks.dumps = lambda *a, **k: '{}'", (0, LOST), (GRADED, PARTIAL)),
    "52 a patched file": forged("import os\nos.replace = lambda *a: None", (0, LOST), (GRADED, PARTIAL)),
    "53 NaN": Case(put(lambda: solved(own="def sum_grads(*a): return float('nan'), float('nan')")), points=(LOST, LOST)),
    "53 infinity": Case(put(lambda: solved(own="def sum_grads(*a): return float('inf'), 1.0")), points=(LOST, LOST)),
    "53 a text": Case(put(lambda: solved(own="def sum_grads(*a): return 'all', 'points'")), points=(LOST, LOST)),
    "53 nothing": Case(put(lambda: solved(own="def sum_grads(*a): return None")), points=(LOST, LOST)),
    "54 an exit": attack("import os; os._exit(0)", (LOST, LOST), (PARTIAL,)),
    "55 at the end": forged(
        "import atexit, pathlib\natexit.register(lambda: pathlib.Path('01_slopes.answer.json').write_text('{}'))"
    ),
    "56 kills its parent": attack("import os; os.kill(os.getppid(), 9)", (LOST, LOST)),
    "57 results of its own": forged(
        "for name in ('results.json', 'grades.csv', 'gradebook.db', '../grades.csv'):\n    try: open(name, 'w').write('100')\n"
        "    except OSError: pass"
    ),
    "58 forged frames": attack("import os; os.write(500, b'\\xff' * 100)", (LOST, LOST), (PARTIAL,)),
    "59 asks where it is": forged("import os\nif 'NBGRADER_EXECUTION' in os.environ: raise SystemExit"),
    "60 the printed numbers": Case(
        put(lambda: solved(own="def sum_grads(loss, x0, y0):\n    return (9.0, -4.0) if x0 == 1.5 else (1.0, 1.0)")),
        points=(HALF, HALF),
    ),
    "61 a shortcut": Case(
        put(lambda: sample.fill("02_descent", _shortcut), "02_descent.ipynb"), points=(0, 110), lesson="02_descent"
    ),
    "62 a made-up history": Case(
        put(lambda: sample.fill("02_descent", _made_up), "02_descent.ipynb"), points=(0, 110), lesson="02_descent"
    ),
    "63 looks for the solution": attack("import grader.judge", (LOST, LOST), (GRADED,)),
    "64 patches what it is given": forged("import live_plot\nlive_plot.animate = None\ntorch.Tensor.backward = None", (0, LOST)),
    # others
    "65 reads its neighbours": attack("import os; print(os.listdir({submitted!r}))", (LOST, LOST), (GRADED,)),
    "66 poisons the server": attack("torch.add = 1; import json; json.loads = json.dumps = None", (0, FULL)),
    "68 from the future": Case(
        both(put(text), lambda place: os.utime(place / f"{LESSON}.ipynb", (2**33, 2**33)))
    ),
    # answer files
    "71 only a text": bad("hello", "no notebook and no answer file", "readme.txt"),
    "72 empty": written("", REJECTED, says="is empty"),
    "72 an empty object": written("{}"),
    "72 a list": written("[1]", REJECTED),
    "72 packed": Case(put(b"\x1f\x8b\x08\x00", f"{LESSON}.answer.json"), (REJECTED,), (0, 0)),
    "72 a pickle": Case(put(b"\x80\x04\x95.", f"{LESSON}.answer.json"), (REJECTED,), (0, 0)),
    "73 other keys": written('{"x_grad": [1]}', says="did you mean X_grad"),
    "74 a key twice": written('{"twice": 40, "twice": 41}', REJECTED),
    "75 an object": written('{"twice": {"__instance_type__": ["os", "system"], "attributes": {}}}', REJECTED),
    "76 a dtype that reads": written(array(dtype="fromfile", shape=[]), REJECTED),
    "76 a dtype of objects": written(array(dtype="object", shape=[10**5, 10**5]), REJECTED),
    "77 a packed array": written(array(__ndarray__="b64.gz:H4sI"), REJECTED),
    "78 ragged": written('{"X_grad": [[1, 2], [3]], "twice": 40}', points=(2.5, 2.5)),
    "79 no numbers": written('{"X_grad": [NaN, Infinity, -Infinity, 1e999], "twice": 40}', points=(2.5, 2.5)),
    "80 a lost tensor": written('{"X_grad": {"__instance_type__": ["torch", "Tensor"], "attributes": {}}, "twice": 40}', points=(2.5, 2.5)),
    "81 other containers": written('{"sum_grads": {"__ndarray__": [1.0, 1.0], "dtype": "float32", "shape": [2]}, "twice": 40.0}', points=(7.5, 7.5)),
    "83 of another version": written('{"old_key": 1, "twice": 40}', points=(2.5, 2.5), says="no exercise records this key"),
    "84 a file, and a crash": Case(
        both(put(lambda: solved(extra="import os; os._exit(0)", own=WRONG)), put('{"sum_grads": [1, 1]}', f"{LESSON}.answer.json")),
        (PARTIAL,), (LOST, LOST),
    ),
    "85 a file that disagrees": Case(both(put(text), put('{"sum_grads": [7, 7]}', f"{LESSON}.answer.json"))),
    # what it shows
    "87 scripts": attack(
        "from IPython.display import HTML, Javascript\ndisplay(HTML('<script>x</script>'), Javascript('x'))\n"
        "print('<script>x</script>')", (FULL, FULL)
    ),
    "88 a picture that unfolds": attack("display({{'image/png': {huge!r}}}, raw=True)", (FULL, FULL)),
    "88 pictures of no kind": attack(
        "display({{'image/png': 'AAAA', 'image/svg+xml': '<svg onload=x>', 'application/javascript': 'x'}}, raw=True)", (FULL, FULL)
    ),
    "89 says what it was given": Case(
        put(lambda: solved(own="def sum_grads(loss, x0, y0):\n    raise ValueError((loss.__name__, x0, y0))")), points=(LOST, LOST)
    ),
    "90 a picture of a score": forged("from matplotlib import pyplot as plt\nplt.text(0, 0, '100 of 100 points'); plt.show()"),
    # honest
    "91 warnings": attack("import warnings, sys\nwarnings.warn('careful'); print('oh', file=sys.stderr)", (FULL, FULL)),
    "92 a bar": attack("from tqdm.auto import tqdm\nfor _ in tqdm(range(9)): print('a', end='\\r')", (FULL, FULL)),
    "93 single precision": Case(put(lambda: solved(own=sample.model(LESSON, TARGET).replace("x.grad.item(), y.grad.item()", "x.grad, y.grad")))),
    "95 one syntax error": Case(put(lambda: solved(X_grad="def grad_of(f, X)\n    return 1")), points=(85, 85)),
    "96 an early error": Case(put(lambda: solved(extra="print(undefined)"))),
    "97 left as it was": Case(
        put(lambda: solved(own="def sum_grads(loss, x0, y0):\n    raise NotImplementedError")), points=(LOST, LOST)
    ),
    "98 cells of its own": Case(put(lambda: solved(extra="# notes\nhelper = 3\nhelper"))),
    "99 a picture that blocks": attack("from matplotlib import pyplot as plt\nplt.plot([1]); plt.show(block=True)", (FULL, FULL)),
    "100 another way": Case(
        put(lambda: solved(own=(
            "def sum_grads(loss, x0, y0):\n    v = torch.tensor([float(x0), float(y0)], requires_grad=True)\n"
            "    (g,) = torch.autograd.grad(loss(v[0], v[1]), v)\n    return g.tolist()"
        )))
    ),
}  # fmt: skip
ODD_NAMES = ("=cmd|calc", "a;rm -rf x", "<script>", "x" * 200, "Neighbour", ".hidden", "a\nb")  # 67


def _tagged(notebook, *tags: str) -> dict:
    """Return a notebook whose checks carry tags."""
    for cell in filter(is_check, notebook.cells):
        cell.metadata["tags"] = list(tags)
    return json.loads(text(notebook))


def _shortcut(lesson: str, exercise: str) -> str:
    """Solve the first loop by hand with the packaged optimizer."""
    by_hand = "x_iters = []\nx = torch.tensor([x0], requires_grad=True)\nsgd = torch.optim.SGD([x], lr=lr)\n"
    loop = "for _ in range(steps):\n    x_iters.append(x.item())\n    sgd.zero_grad()\n    parabola(x).backward()\n    sgd.step()\n"
    return by_hand + loop + 'answer["x_iters"] = x_iters' if exercise == "x_iters" else sample.model(lesson, exercise)


def _made_up(lesson: str, exercise: str) -> str:
    """Store a straight line to the lowest point."""
    line = 'import numpy as np\nanswer["x_iters"] = np.linspace(7.0, 2.0, 500)\nanswer["y_hist"] = np.zeros(500)'
    return line if exercise == "x_iters" else sample.model(lesson, exercise)


def hand_in(folder: ClassFolder, student: str, make: Callable[[Path], None], lesson: str = LESSON) -> None:
    place = folder.submitted / student / lesson
    place.mkdir(parents=True)
    make(place)


def fresh(root: Path) -> ClassFolder:
    folder = ClassFolder(root / "class")
    folder.root.mkdir()
    folder.secret.write_text("cd" * 32)
    return folder


def of_neighbour(folder: ClassFolder, student: str) -> dict[str, bytes]:
    """Return what was written about an honest student."""
    entries = [e for e in summary.load(folder)["hand_ins"] if e["student"] == student]
    row = next(line for line in (folder.root / "grades.csv").read_text().splitlines() if line.startswith(student + ","))
    notebook = folder.autograded / student / LESSON / f"{LESSON}.ipynb"
    return {"summary": json.dumps(entries).encode(), "row": row.encode(), "notebook": notebook.read_bytes()}


def instructors() -> dict[str, str]:
    """Return the hashes of what belongs to the instructor."""
    files = [path for place in ("grader", "solutions", "course") for path in (paths.ROOT / place).rglob("*")]
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files if path.suffix in (".py", ".ipynb")
    }


@dataclass
class Graded:
    """The class after grading, and how things were before."""

    folder: ClassFolder
    entries: dict[str, dict]
    alone: dict[str, bytes]
    files: dict[str, str]


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """Grade an honest student alone, then in a class with all the others, first and last."""
    with pytest.MonkeyPatch.context() as patch, ThreadPoolExecutor(1) as here:  # in this process, for its limit
        patch.setattr(runner, "CELL_SECONDS", SECONDS)
        lonely = fresh(tmp_path_factory.mktemp("alone"))
        hand_in(lonely, "honest", put(text))
        autograde.autograde(lonely, executor=here, jobs=1, **quiet)
        folder, files = fresh(tmp_path_factory.mktemp("hundred")), instructors()
        known = {"submitted": str(folder.submitted), "huge": huge_picture()}
        for student in ("honest", "zealous"):
            hand_in(folder, student, put(text))
        for name, case in CASES.items():
            hand_in(folder, name, case.make, case.lesson)
            _fill_in(folder.submitted / name / case.lesson, known)
        for student in ODD_NAMES:
            hand_in(folder, student, put(text))
        done = autograde.autograde(folder, executor=here, jobs=1, **quiet)
        feedback.write_all(folder, [LESSON], **quiet)
    entries = {entry["student"]: entry for entry in done["hand_ins"]}
    return Graded(folder, entries, of_neighbour(lonely, "honest"), files)


def _fill_in(place: Path, known: dict) -> None:
    """Put what a case cannot know beforehand into the texts of its notebook."""
    for path in place.glob("*.ipynb"):
        if path.is_symlink() or not path.is_file() or path.stat().st_size > 2**20 or not os.access(path, os.R_OK):
            continue
        found = path.read_bytes()
        for name, value in known.items():
            found = found.replace(f"{{{name}!r}}".encode(), repr(value).encode())
        path.write_bytes(found.replace(b"{{", b"{").replace(b"}}", b"}") if b"{{'image" in found else found)


def test_every_kind_has_a_hand_in_or_a_test():
    numbers = {int(name.split()[0]) for name in CASES} | {67} | set(ELSEWHERE)

    assert numbers == set(range(1, 101))
    for named in ELSEWHERE.values():
        module, test = named.split("::")
        functions = [
            node.name
            for node in ast.walk(ast.parse(Path(__file__).with_name(module).read_text()))
            if isinstance(node, ast.FunctionDef)
        ]
        assert test in functions


@pytest.mark.parametrize("name", CASES)
def test_it_gets_one_status_one_sentence_and_what_it_earned(graded, name):
    case, entry = CASES[name], graded.entries[name]
    low, high = case.points

    assert entry["status"] in case.status, entry["sentence"]
    assert low <= entry["score"] <= high, entry
    assert case.says in " ".join([entry["sentence"], *entry["notes"]])
    assert entry["sentence"].endswith(".")
    assert entry["sentence"].count("\n") == 0
    assert "Traceback" not in json.dumps(entry)


def test_odd_names_are_graded_or_refused_and_stop_nobody(graded):
    refused = {name for name, entry in graded.entries.items() if "name of the student's folder" in entry["sentence"]}

    assert graded.entries["Neighbour"]["score"] == FULL
    assert len(refused) == len(ODD_NAMES) - 1


def test_the_neighbours_grades_are_the_same_to_the_byte(graded):
    first, last = of_neighbour(graded.folder, "honest"), of_neighbour(graded.folder, "zealous")

    assert first == graded.alone
    assert last["row"].split(b",")[1:] == first["row"].split(b",")[1:]


def test_the_instructors_files_are_unchanged_and_no_process_is_left(graded):
    assert instructors() == graded.files
    assert graded.folder.secret.read_text() == "cd" * 32
    assert runner.server().left_over() == 0


def test_no_page_holds_a_script_or_a_hidden_number(graded):
    secret = hidden.secret(graded.folder.secret)
    pages = list(graded.folder.feedback.rglob("*.html"))

    assert len(pages) > 100
    assert not [page for page in pages if "<script" in page.read_text(encoding="utf-8")]
    given = hidden.draw(secret, LESSON, "89 says what it was given")[TARGET]
    page = (graded.folder.feedback / "89 says what it was given" / LESSON / f"{LESSON}.html").read_text(
        encoding="utf-8"
    )
    assert f"({given['loss']!r}, {given['x0']}, {given['y0']})" not in page
