"""What a stranger's code may do while it is graded: attacks in namespaces of their own, and cells beside a kernel."""

import re
import shutil
from contextlib import closing

import nbformat
import psutil
import pytest
from nbclient import NotebookClient

from grader.instructor import runner
from grader.instructor.sandbox import canary, confine, supervisor
from grader.instructor.sandbox.tier import BUBBLEWRAP, LANDLOCK, OPEN, candidates
from grader.instructor.sanitise import sanitise_all

JOB = {"environment": {}, "shown": True, "seed": 1, "answer": "x.answer.json"}
WRAPPED = bool(confine.version()) and shutil.which("bwrap") is not None
needs_landlock = pytest.mark.skipif(not confine.version(), reason="this kernel has no Landlock")
needs_namespaces = pytest.mark.skipif(
    not WRAPPED, reason="bubblewrap or Landlock is missing: attacks are not tried here"
)


@pytest.fixture(scope="module")
def server():
    made = supervisor.Server(BUBBLEWRAP, runner.stage, runner._font_cache())
    yield made
    made.close()


def run(server, *codes: str, seconds: float = 4):
    """Run cells called c0, c1, ... and return what they left."""
    return server.run([(f"c{n}", code) for n, code in enumerate(codes)], JOB, seconds, 60)


def text(attempt, name: str) -> str:
    return "".join(output.get("text", "") + output.get("evalue", "") for output in attempt.outputs.get(name, []))


# --------------------------------------------------------------------------- tiers prove themselves


@needs_landlock
@pytest.mark.parametrize("tier", candidates(), ids=lambda tier: tier.name)
def test_a_tier_of_this_machine_keeps_its_promises(tier):
    if not tier.wrapped and confine.version() < 6:
        pytest.skip("Landlock of this kernel does not keep signals in")
    with closing(supervisor.Server(tier, runner.stage, runner._font_cache())) as server:
        assert canary.escapes(server) == []


def test_the_canary_finds_what_is_open_without_protection():
    with closing(supervisor.Server(OPEN, runner.stage, runner._font_cache())) as server:
        found = canary.escapes(server)

    assert {"read", "write", "list", "passwd", "signal", "the secret was changed"} <= set(found)


def test_a_tier_that_does_not_start_is_not_chosen(monkeypatch):
    monkeypatch.setattr(canary, "candidates", lambda: [LANDLOCK])
    monkeypatch.setattr(supervisor.Server, "start", lambda self: (_ for _ in ()).throw(supervisor.SandboxError("no")))

    assert canary.strongest(runner.stage, []).tier is OPEN


def test_a_child_that_is_not_confined_is_not_used():
    assert not LANDLOCK.accepts({"landlock": False})
    assert not BUBBLEWRAP.accepts("forged")


# --------------------------------------------------------------------------- attacks

QUIET = {  # must change nothing for the cell after them
    "read a neighbour's folder": "import os; print(os.listdir('/scratch'))",
    "read the server's environment": "print(open('/proc/1/environ').read())",
    "signal the server": "import os, signal; os.kill(1, signal.SIGKILL)",
    "signal everybody": "import os, signal; signal.signal(15, signal.SIG_IGN); os.kill(-1, 15)",
    "limit the server": "import resource; resource.prlimit(1, resource.RLIMIT_CPU, (0, 0))",
    "slow the server down": "import os; os.setpriority(os.PRIO_PROCESS, 1, 19)",
    "move the server": "import os; os.sched_setaffinity(1, {0})",
    "trace the server": "import ctypes; print(ctypes.CDLL(None).ptrace(16, 1, 0, 0))",
    "a namespace of its own": "import ctypes; print(ctypes.CDLL(None, use_errno=True).unshare(0x10000000))",
    "more rights": "import os; os.setuid(0)",
    "higher limits": "import resource; resource.setrlimit(resource.RLIMIT_NPROC, (10**6, 10**6))",
    "shared memory": "open('/dev/shm/x', 'w').write('x')",
    "memory with a key": "import ctypes\nif ctypes.CDLL(None).shmget(0x99, 4096, 0o1666) < 0: raise PermissionError",
    "places in open files": "import os; print([os.lseek(n, 7, 0) for n in range(3, 12)])",
    "shared pages": "import mmap, os\nm = mmap.mmap(-1, 10**9)\nos.fork() or os._exit(0)\nm.write(b'x' * 10**8)",
    "poisoned modules": "import json, torch, builtins; json.dumps = None; torch.tensor = None; builtins.len = print",
    "poisoned shell": "get_ipython().run_cell_async = None",
    "write into the packages": "import torch; open(torch.__file__, 'a').write('x')",
    "deep folders": "import os\nfor _ in range(3000): os.mkdir('d'); os.chdir('d')",
    "closed folders": "import os; os.makedirs('a/b'); os.chmod('a', 0)",
    "many files": "for n in range(20_000): open(f'f{n}', 'w').close()",
    "a large file": "open('big', 'wb').truncate(10**12)",
    "full disk": "for n in range(9):\n    with open(f'p{n}', 'wb') as f: f.write(b'x' * 90_000_000)",
    "many outputs": "for n in range(100_000): display(n)",
    "a large text": "print('x' * 50_000_000)",
    "a large error": "raise ValueError('x' * 50_000_000)",
    "too much memory": "x = bytearray(10**11)",
    "much memory": "x = []\nwhile True: x.append(bytearray(10**8))",
    "threads": "import threading, time\nfor _ in range(5000): threading.Thread(target=time.sleep, args=(9,)).start()",
    "a daemon": "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(63)'], start_new_session=True)",
    "endless recursion": "def f(): return f()\nf()",
    "a surrogate": "print('\\ud800')",
    "signals ignored": "import signal\nfor s in set(signal.Signals) - {9, 19}:\n    try: signal.signal(s, signal.SIG_IGN)\n    except (OSError, ValueError): pass",
}  # fmt: skip
FORGE = """
import json, os, struct
def say(event):
    data = json.dumps(event).encode()
    data = struct.pack('!I', len(data)) + data
    while data: data = data[os.write(500, data):]
"""
DEADLY = {  # end the child or hang it: the cell before them is kept, and the next job finds everything in order
    "a loop": "while True: pass",
    "a loop that catches all": "while True:\n    try:\n        while True: pass\n    except BaseException: pass",
    "stops itself": "import os, signal; os.kill(os.getpid(), signal.SIGSTOP)",
    "too many files": "import os\nfor k in range(10**7): open(str(k), 'w').close()",
    "a flood of events": FORGE + "while True: say({'display': {'data': {'text/plain': 'y' * 4_000_000}}})",
    "a flood of small events": FORGE + "say({'display': {'name': 'a'}})\nwhile True: say({'update': {'name': 'a'}})",
    "a growing text": FORGE + "while True: say({'stream': {'text': 'y' * 1_000_000}})",
    "fork bomb": "import os\nwhile True:\n    try: os.fork()\n    except OSError: pass",
    "a segfault": "import ctypes; ctypes.string_at(0)",
    "an exit": "import os; os._exit(0)",
    "noise on the channel": "import os; os.write(500, b'\\xff' * 100)",
    "deep noise on the channel": "import os, struct; d = b'[' * 200_000; os.write(500, struct.pack('!I', len(d)) + d)",
    "wrong events": "import os, struct; d = b'{\"done\": 1, \"ready\": 2}'; os.write(500, struct.pack('!I', len(d)) + d)",
    "all descriptors closed": "import os; os.closerange(0, 1000)",
    "a flood past Python": "import os\nwhile True: os.write(1, b'y' * 10_000)",
    "a flood of programs": "!yes",
    "children with memory": "import os\nfor _ in range(12):\n    if os.fork() == 0:\n        x = [bytearray(b'x' * 10**8) for _ in range(9)]\n        import time; time.sleep(60)\nimport time; time.sleep(60)",
}  # fmt: skip


@pytest.fixture(scope="module")
def neighbour(server):
    """Return what an honest job leaves when nobody has attacked yet."""
    return honest(server)


def honest(server):
    return run(
        server,
        "import torch; x = torch.tensor(2.0, requires_grad=True); (x**3).backward(); print(x.grad)",
        "import numpy as np, random; print(torch.rand(2), np.random.rand(), random.random())",
        "open('x.answer.json', 'w').write('{\"a\": 1}')",
        seconds=20,
    )


@needs_namespaces
@pytest.mark.parametrize("name", QUIET)
def test_an_attack_reaches_nobody_and_the_next_cell_runs(server, neighbour, name):
    attempt = run(server, "print('before')", QUIET[name], "print(chr(97) + 'fter')", seconds=25)

    assert text(attempt, "c0") == "before\n"
    assert attempt.stopped is None or name in ("poisoned shell", "poisoned modules"), attempt.stopped
    if name not in ("poisoned shell", "poisoned modules"):
        assert text(attempt, "c2").endswith("after\n"), attempt.outputs
    assert sum(len(str(output)) for outputs in attempt.outputs.values() for output in outputs) < 10_000_000
    assert server.left_over() == 0
    assert honest(server) == neighbour


@needs_namespaces
@pytest.mark.parametrize("name", DEADLY)
def test_a_deadly_cell_ends_its_own_job_only(server, neighbour, name):
    attempt = run(server, "print('before')", DEADLY[name])

    assert text(attempt, "c0") == "before\n"
    assert attempt.stopped is not None
    assert attempt.stopped[0] == "c1"
    assert attempt.stopped[1].startswith("This cell ")
    assert server.left_over() == 0
    assert honest(server) == neighbour


REFUSED = ("memory with a key", "read a neighbour's folder", "read the server's environment", "signal the server", "limit the server",
           "slow the server down", "move the server", "more rights", "higher limits", "shared memory",
           "write into the packages", "a large file", "too much memory")  # fmt: skip


@needs_namespaces
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused_is_an_ordinary_exception(server, name):
    attempt = run(server, QUIET[name], seconds=20)

    assert attempt.outputs["c0"][-1]["output_type"] == "error"
    assert re.search(r"Error", attempt.outputs["c0"][-1]["ename"])


ANSWER_FILES = {
    "link": ("import os; os.symlink('/etc/passwd', 'x.answer.json')", "no ordinary file"),
    "pipe": ("import os; os.mkfifo('x.answer.json')", "no ordinary file"),
    "folder": ("import os; os.mkdir('x.answer.json')", "no ordinary file"),
    "large": ("open('x.answer.json', 'wb').write(b'x' * 20_000_000)", "more than 8 MiB"),
}


@needs_namespaces
@pytest.mark.parametrize("name", ANSWER_FILES)
def test_an_answer_file_that_is_none_is_said_so(server, name):
    code, sentence = ANSWER_FILES[name]

    attempt = run(server, code)

    assert attempt.answers is None
    assert sentence in attempt.problem


@needs_namespaces
def test_no_job_sees_the_files_or_names_of_another(server):
    run(server, "open('mine', 'w').write('x'); mine = 1")

    attempt = run(server, "import os; print(sorted(os.listdir('.')), 'mine' in globals())")

    assert text(attempt, "c0") == "['home'] False\n"


@needs_namespaces
def test_an_interrupted_job_leaves_nothing_for_the_next(server, neighbour, monkeypatch):
    def interrupted(self, event):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(supervisor._Watch, "_take", interrupted)
        with pytest.raises(KeyboardInterrupt):
            run(server, "open('x.answer.json', 'w').write('another')", "print('x')")

    assert honest(server) == neighbour


@needs_namespaces
def test_a_place_in_an_open_file_is_not_seen_by_the_next_job(server):
    run(server, "import os\nfor n in range(3, 12):\n    try: os.lseek(n, 4242, 0)\n    except OSError: pass")

    attempt = run(
        server, "import os\nfor n in range(3, 12):\n    try: print(os.lseek(n, 0, 1))\n    except OSError: pass"
    )

    assert "4242" not in text(attempt, "c0")


@needs_landlock
def test_without_a_user_of_its_own_a_child_changes_no_file_outside(tmp_path):
    mine = tmp_path / "mine"
    mine.write_text("x")
    made = supervisor.Server(LANDLOCK, runner.stage, runner._font_cache())
    try:
        codes = (f"import os; os.chmod({str(mine)!r}, 0)", f"import os; os.utime({str(mine)!r}, (0, 0))",
                 "print(open('/proc/self/status').read().split('CapEff:')[1].split()[0])")  # fmt: skip
        attempt = run(made, *codes, seconds=20)
    finally:
        made.close()

    assert [attempt.outputs[name][-1]["output_type"] for name in ("c0", "c1")] == ["error", "error"]
    assert int(text(attempt, "c2"), 16) == 0
    assert mine.stat().st_mtime > 1


@needs_namespaces
def test_a_server_that_is_killed_is_started_again(server, neighbour):
    psutil.Process(server.process.pid).kill()
    server.process.wait()

    assert honest(server) == neighbour


@needs_namespaces
def test_what_is_shown_depends_neither_on_the_server_nor_on_the_jobs_before(server):
    code = "import warnings\nwarnings.warn('careful')\nprint({'a', 'b', 'c', 'd', 'e'})\nlambda v: v"
    first = [sanitise_all(run(server, code).outputs) for _ in range(2)]

    with closing(supervisor.Server(server.tier, runner.stage, runner._font_cache())) as another:
        again = sanitise_all(run(another, code).outputs)

    assert first == [again, again]
    assert [len(shown) for shown in again.values()] == [3]


# --------------------------------------------------------------------------- like a kernel

CELLS = {
    "print": "print('a', 1)\nprint('b')",
    "value": "1 + 1",
    "tensor": "import torch\ntorch.arange(3.0)",
    "nothing": "None",
    "display": "display('a', 2)",
    "html": "from IPython.display import HTML\nHTML('<b>x</b>')",
    "update": "h = display(1, display_id=True)\nh.update(2)",
    "stderr": "import sys\nprint('e', file=sys.stderr)",
    "figure": "import matplotlib.pyplot as plt\nplt.plot([1, 2])\nNone",
    "figure shown": "plt.figure(figsize=(2, 1))\nplt.show()",
    "figure as value": "fig, ax = plt.subplots()\nfig",
    "setter": "line, = plt.plot([1, 2])\nprint(line.set(color='red', lw=3), line.get_color())\nline.set(thickness=1)",
    "formula": "plt.loglog([1, 2])\nplt.title('$x^2$')\nNone",
    "error": "1 / 0",
    "own error": "class E(Exception):\n    def _render_traceback_(self):\n        return ['short']\nraise E('x')",
    "syntax error": "x = (",
    "name error": "undefined_name",
    "capture": "%%capture c\nprint('x')",
    "captured": "c.stdout",
    "bash": "%%bash\necho hello",
    "shell": "v = !echo hi\nv",
    "await": "import asyncio\nawait asyncio.sleep(0)\nprint('ok')",
    "input": "input('?')",
    "exit": "import sys\nsys.exit(3)",
    "clear": "from IPython.display import clear_output\nprint('x')\nclear_output()\nprint('y')",
    "underscore": "5\n_",
    "time": "%time x = 1",
    "inline again": "%matplotlib inline\nplt.plot([3, 1])\nNone",
    "pandas like": "class R:\n    def _repr_html_(self): return '<i>r</i>'\n    def __repr__(self): return 'r'\nR()",
    "warning": "import warnings\nwarnings.warn('careful')",
    "name of the shell": "type(get_ipython()).__name__",
    "optimizer": "x = torch.ones(2, requires_grad=True)\no = torch.optim.Adam([x])\n(x**2).sum().backward()\n"
    "o.step()\nprint(x, o.state_dict())",
    "part of the compiler": "import torch._dynamo.config as c\nprint(c is torch._dynamo.config, c.__name__)",
    "compiler": "print(torch.compile(lambda v: v**2 + 1, backend='eager')(torch.ones(2)), torch._dynamo.__name__)",
    "slope of a function": "torch.func.vmap(torch.func.grad(torch.sin))(torch.zeros(2))",
}


def plain(output: dict) -> tuple:
    """Return what a student would see of an output: kind, text, and which forms it has."""
    if output["output_type"] == "stream":
        said = re.sub(r"/\S*ipykernel(_\d+)?/\d+\.py", "FILE", output["text"])
        return output["name"], re.sub(r"(?m)^.*(CPU times|Wall time).*$", "TIME", said)
    if output["output_type"] == "error":
        trace = re.sub(r"\x1b\[[0-9;]*m", "", "\n".join(output["traceback"]))
        return output["ename"], output["evalue"], trace.splitlines()[-1]
    return output["output_type"], output["data"].get("text/plain"), tuple(sorted(output["data"]))


@needs_namespaces
def test_optimizers_and_pictures_do_not_load_the_compiler(server):
    steps = f"import torch\n{CELLS['optimizer']}"
    slope = "print(torch.func.grad(lambda v: (v**2).sum())(torch.ones(2)))"

    done = run(server, f"{steps}\n{slope}", "import sys\nprint('torch._inductor' in sys.modules)")

    assert text(done, "c0").endswith("tensor([2., 2.])\n")
    assert text(done, "c1") == "False\n", "every server takes 70 MiB more"


@needs_namespaces
def test_ordinary_cells_say_what_they_say_in_a_kernel(server, monkeypatch):
    monkeypatch.delenv("MPLBACKEND", raising=False)  # a kernel draws into the page unless it is told otherwise
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(code, id=f"k{n}") for n, code in enumerate(CELLS.values())]
    )
    NotebookClient(notebook, timeout=60, kernel_name="python3", allow_errors=True).execute()

    attempt = server.run(list(CELLS.items()), JOB, 20, 60)

    differences = {}
    for (name, _), cell in zip(CELLS.items(), notebook.cells, strict=True):
        theirs, ours = ([plain(output) for output in outputs] for outputs in (cell.outputs, attempt.outputs[name]))
        if theirs != ours:
            differences[name] = (theirs, ours)
    assert differences == {}
