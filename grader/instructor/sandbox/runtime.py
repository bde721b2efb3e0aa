"""The fork server: everything a hand-in needs is loaded once, and each job is a confined child of it.

Run as a program, away from its folder and its user's packages (python -P -s -B), with one argument: a JSON
object with the control socket's number, the folder of the staged core, what else a child may read, a scratch
folder, font lists, the user of the children, and what confines them.
It imports nothing of the course but the staged core, holds no test, reference, name or secret, and
never reads what a child wrote. Everything between it and its supervisor is a 4-byte length and JSON.

control, to the server:   {"job": {...}} with the job's socket and output pipe; {"kill": true}
control, from the server: {"up": true}, {"ended": {...}} with the answer file when it is one, {"clean": job}
job, to the child:        {"run": [cell, code]}; where the job draws, a draft and its ground in place of the code
job, from the child:      {"ready": {...}}, stream, display, update, clear, result, error, {"done": cell}
"""

import base64
import builtins
import contextlib
import ctypes
import fcntl
import gc
import importlib.machinery
import importlib.util
import inspect
import io
import itertools
import json
import os
import select
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import threading
import types
from pathlib import Path

import psutil

RUNTIME = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/etc/ld.so.cache", "/etc/localtime", "/etc/fonts")
SYSTEM = ("/proc/self", "/proc/meminfo", "/proc/cpuinfo", "/proc/stat", "/proc/sys/kernel", "/sys/devices/system")
SCRATCH = "/scratch"  # where a server in namespaces of its own writes
DEVICES = ("/dev/null", "/dev/zero", "/dev/urandom", "/dev/random")
CHANNEL = 500  # the descriptor of a child's channel
MAX_SAID = 4 * 2**20  # characters of one cell, and
FEW = 20  # files of a folder that are removed one by one
MAX_EVENTS = 2000  # events of one cell; the rest is dropped here, and counted
LOAD = """\
import torch, numpy, matplotlib.pyplot as plt
import grader, live_plot, grader.core.trials, grader.core.rehearsals, grader.core.earlier, _live_plot.draw
"""
WARM = """\
x = torch.tensor([1.0], requires_grad=True)
for kind in (torch.optim.SGD, torch.optim.Adam, torch.optim.LBFGS):
    optimizer = kind([x], lr=0.01)
    optimizer.step(lambda: (optimizer.zero_grad(), (x**2).sum().backward(), x.sum())[2])
torch.optim.lr_scheduler.StepLR(optimizer, 1).step()
plt.figure(); plt.plot([1, 2], label="a"); plt.title("a"); plt.legend(); plt.show()
live_plot.animate(lambda x: x**2, [1.0, 0.5], x_range=(-2, 2))._repr_mimebundle_()
live_plot.animate(lambda v: v @ v, [(1.0, 0.5)], x_range=(-2, 2), y_range=(-2, 2))._repr_mimebundle_()
plt.close("all")
x.detach().backward()  # says why it cannot, and IPython reads the files of torch that stand in most tracebacks
"""

# --------------------------------------------------------------------------- frames

_dumps = json.dumps  # a student's code may replace the name in its module


def frame(message: dict) -> bytes:
    """Return a message as it goes over a channel; what JSON has no form for goes as its text."""
    data = _dumps(message, default=str).encode("utf-8", "replace")
    return struct.pack("!I", len(data)) + data


def send(channel: socket.socket, message: dict, descriptors: tuple[int, ...] = ()) -> None:
    """Send one message, and open files with it."""
    data = frame(message)
    if descriptors:
        sent = socket.send_fds(channel, [data], list(descriptors))
        data = data[sent:]
    channel.sendall(data)


def receive(channel: socket.socket, most: int = 0) -> tuple[dict | None, list[int]]:
    """Return one message and the open files that came with it; None when the other end is gone."""
    head, descriptors = b"", []
    while len(head) < 4:
        piece, found, *_ = socket.recv_fds(channel, 4 - len(head), most)
        descriptors += found
        if not piece:
            return None, descriptors
        head += piece
    (left,) = struct.unpack("!I", head)
    body = b""
    while left > len(body):
        piece = channel.recv(min(left - len(body), 1 << 20))
        if not piece:
            return None, descriptors
        body += piece
    return json.loads(body), descriptors


# --------------------------------------------------------------------------- the server


class Server:
    """Forks one child at a time, and cleans up behind it."""

    def __init__(self, settings: dict):
        self.settings = settings
        self.control = socket.socket(fileno=settings["control"])
        self.scratch = Path(settings["scratch"])
        self.alone = settings["alone"]  # pid 1 of a namespace of its own: kill(-1) reaches everything and nothing else
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if not self.alone:
            confine.adopt_orphans()

    def serve(self) -> None:
        """Take jobs until the supervisor is gone."""
        self.shell = warm_shell(self.scratch, self.settings["fonts"])
        gc.collect()
        ctypes.CDLL(None).malloc_trim(0)  # what the start has freed
        gc.set_threshold(200_000, 50, 50)  # drawing makes much garbage and little of it in circles
        gc.freeze()  # what was loaded here is shared by all children, and none of them looks through it again
        gc.enable()
        threads = len(os.listdir("/proc/self/task"))
        if threads != 1:
            raise RuntimeError(f"{threads} threads before the first fork: a child could hang for ever")
        send(self.control, {"up": True})
        while True:
            message, descriptors = receive(self.control, 2)
            if message is None:
                return
            if "job" in message:
                self._job(message["job"], *descriptors)

    def _job(self, job: dict, channel: int, output: int) -> None:
        folder = self.scratch / "job"  # one name for all, so that what a cell prints of it is always the same
        for place in (folder, folder / "home"):
            place.mkdir()
            if self.settings["user"]:
                os.chown(place, self.settings["user"], self.settings["user"])
        child = os.fork()
        if child == 0:
            os.close(self.control.detach())
            with contextlib.suppress(BaseException):
                Child(self, job, folder, channel, output).live()
            os._exit(70)
        os.close(channel)
        os.close(output)
        self._wait(child)
        self._kill_all()
        state, descriptors = answer_file(folder / job["answer"])
        send(self.control, {"ended": {"number": job["number"], "answer": state}}, descriptors)
        for descriptor in descriptors:
            os.close(descriptor)
        wipe(folder)
        send(self.control, {"clean": job["number"]})

    def _wait(self, child: int) -> None:
        """Wait for the child, or end it when the supervisor says so or is gone."""
        watched = os.pidfd_open(child)
        while True:
            ready, _, _ = select.select([watched, self.control], [], [])
            if self.control in ready:
                message, _ = receive(self.control)
                self._signal_all()
                if message is None:
                    os._exit(0)
            if watched in ready:
                os.close(watched)
                os.waitpid(child, 0)
                return

    def _signal_all(self) -> bool:
        """Kill every process that a job has started; say whether there was one."""
        if self.alone:
            with contextlib.suppress(ProcessLookupError):
                os.kill(-1, signal.SIGKILL)
                return True
            return False
        found = psutil.Process().children(recursive=True)
        for one in found:
            with contextlib.suppress(psutil.NoSuchProcess):
                one.kill()
        return bool(found)

    def _kill_all(self) -> None:
        """End every process that a job has started, however far it has run away, and wait until it is gone."""
        while self._signal_all():
            with contextlib.suppress(ChildProcessError):
                os.waitpid(-1, 0)


def wipe(folder: Path) -> None:
    """Remove what a job wrote: a few files here; deep trees, closed folders, many files in processes of their own."""
    with contextlib.suppress(OSError):  # a folder that is not empty then stays, as one that cannot be read does
        for place in (folder / "home", folder):
            with os.scandir(place) as found:
                for entry in itertools.islice(found, FEW):
                    if not entry.is_dir(follow_symlinks=False):
                        os.unlink(entry.path)
            os.rmdir(place)
        return
    for command in (["chmod", "-R", "u+rwx", str(folder)], ["rm", "-rf", "--", str(folder)]):
        subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, check=False)


def answer_file(path: Path) -> tuple[str, tuple[int, ...]]:
    """Open the answer file without reading it; return what it is, and its descriptor if it is a file."""
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError:
        return "none", ()
    except OSError:
        return "not a file", ()
    if stat.S_ISREG(os.fstat(descriptor).st_mode):
        return "file", (descriptor,)
    os.close(descriptor)
    return "not a file", ()


# --------------------------------------------------------------------------- torch's compiler

COMPILER = "torch._dynamo"


class Compiler(types.ModuleType):
    """Stands for torch's compiler until something of it is asked for that no optimizer asks for.

    Every optimizer imports the compiler, 70 MiB and a second of it, to tell it what to leave alone.
    """

    def __init__(self):
        super().__init__(COMPILER, self.__doc__)
        self.__path__ = []  # its parts are found by `_Parts`
        self.compiled_autograd = CompiledAutograd()

    def install(self) -> None:
        """Take the compiler's place."""
        import torch

        sys.modules[COMPILER] = torch._dynamo = self
        sys.meta_path.insert(0, _Parts())

    def graph_break(self, *arguments, **named) -> None:
        """Do nothing: nothing is compiled."""

    def disable(self, function=None, *arguments, **named):
        """Return the function as it is, or what returns one as it is."""
        return function or (lambda one: one)

    def __getattr__(self, name: str):
        if name.startswith("__"):  # whoever looks through all modules asks for such names
            raise AttributeError(name)
        return getattr(_compiler(), name)


class CompiledAutograd:
    """Stands for the compiler's autograd, which `torch.func.grad` turns off for a while."""

    _disable = staticmethod(contextlib.nullcontext)

    def __getattr__(self, name: str):
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(_compiler().compiled_autograd, name)


class _Parts:
    """Finds the parts of the compiler, which loads all of it, and those that are loaded already."""

    def find_spec(self, name: str, path=None, target=None):
        if not name.startswith(f"{COMPILER}."):
            return None
        compiler = _compiler()
        if name in sys.modules:
            return importlib.util.spec_from_loader(name, self)
        return importlib.machinery.PathFinder.find_spec(name, compiler.__path__)

    def create_module(self, spec):
        return sys.modules[spec.name]

    def exec_module(self, module) -> None:
        """Do nothing: it was executed."""


def _compiler():
    """Return the compiler itself, and take its stand-in away."""
    if isinstance(sys.modules.get(COMPILER), Compiler):
        import torch

        sys.meta_path[:] = [finder for finder in sys.meta_path if not isinstance(finder, _Parts)]
        del sys.modules[COMPILER], torch._dynamo
    return importlib.import_module(COMPILER)


def leave_setters_without_words() -> None:
    """Spare Matplotlib the documentation that it makes for each of its classes: what `set` takes of them."""
    from matplotlib.artist import Artist

    if hasattr(Artist, "_update_set_signature_and_docstring"):  # until it does without
        Artist._update_set_signature_and_docstring = classmethod(lambda kind: None)


# --------------------------------------------------------------------------- the shell


def warm_shell(scratch: Path, fonts: list[str]):
    """Return an IPython shell that has run a plot, a value and an exception, and has forgotten them."""
    home = scratch / "server"
    (home / "matplotlib").mkdir(parents=True)
    for one in fonts:
        shutil.copy(one, home / "matplotlib")
    os.environ.update(
        MPLBACKEND="module://matplotlib_inline.backend_inline",
        MPLCONFIGDIR=str(home / "matplotlib"),
        IPYTHONDIR=str(home / "ipython"),
        HOME=str(home),
        TMPDIR=str(home),
    )
    import torch
    from IPython.core.compilerop import CachingCompiler
    from IPython.core.displayhook import DisplayHook
    from IPython.core.displaypub import DisplayPublisher
    from IPython.core.formatters import DisplayFormatter
    from IPython.core.interactiveshell import InteractiveShell
    from traitlets import Type
    from traitlets.config import Config

    torch.set_num_threads(1)
    Compiler().install()
    leave_setters_without_words()
    naming = load(Path(importlib.util.find_spec("ipykernel").origin).with_name("compiler.py"))  # without its client

    class Hook(DisplayHook):
        """Sends the value of a cell."""

        def write_output_prompt(self):
            """Write nothing: the prompt is not part of the value."""

        def finish_displayhook(self):
            """Write nothing: a terminal would get an empty line."""

        def write_format_data(self, format_dict, md_dict=None):
            """Send the value in all its forms."""
            self.shell.sink.send("result", data=format_dict)

    class Formatter(DisplayFormatter):
        """Finds the forms of what is displayed; of what would be dropped it looks for none."""

        def format(self, obj, include=None, exclude=None):
            """Return the forms by their kinds, and what goes with them."""
            return ({"text/plain": ""}, {}) if self.parent.sink.full else super().format(obj, include, exclude)

    class Publisher(DisplayPublisher):
        """Sends what is displayed."""

        def publish(self, data, metadata=None, *, transient=None, update=False, **others):
            """Send one displayed object, or a new form of an earlier one."""
            name = (transient or {}).get("display_id")
            self.shell.sink.send("update" if update else "display", data=data, name=name)

        def clear_output(self, wait=False):
            """Say that what the cell has shown so far is to go."""
            self.shell.sink.send("clear", wait=bool(wait))

    class Cells(CachingCompiler):
        """Names the file of a cell by its text; a kernel names it by its process, too, which says when it was run."""

        def get_code_name(self, raw_code, transformed_code, number):
            """Return the name that warnings and tracebacks show."""
            name = f"/tmp/ipykernel/{naming.murmur2_x86(raw_code, naming.get_tmp_hash_seed())}.py"
            inspect.modulesbyfile[name] = ""  # it is no module's, which a traceback would ask of every module there is
            return name

    class ZMQInteractiveShell(InteractiveShell):
        """A shell without a terminal and without a kernel around it, under the name that code looks for."""

        sink = None
        displayhook_class = Type(Hook)
        display_pub_class = Type(Publisher)
        compiler_class = Type(Cells)

        def init_display_formatter(self):
            """Take the formatter from above."""
            self.display_formatter = Formatter(parent=self)
            self.configurables.append(self.display_formatter)

        def system_piped(self, cmd):
            """Run a line of the system's shell; its output goes where a cell's own goes, without a terminal."""
            sys.stdout.flush()
            code = subprocess.call(self.var_expand(cmd, depth=1), shell=True)
            self.user_ns["_exit_code"] = code

        system = system_piped

        def _showtraceback(self, etype, evalue, stb):
            self._last_traceback = stb
            self.sink.send("error", ename=str(etype.__name__), evalue=str(evalue), traceback=list(stb))

        def showtraceback(self, exc_tuple=None, *arguments, **named):
            """Show the exception; one of endless recursion in one line, since drawing it takes seconds."""
            kind, value, _ = self._get_exc_info(exc_tuple)
            if kind and issubclass(kind, RecursionError):
                return self._showtraceback(kind, value, [f"{kind.__name__}: {value}"])
            return super().showtraceback(exc_tuple, *arguments, **named)

        def _format_exception_for_storage(self, *arguments, **named):
            """Return nothing to keep: IPython would draw every traceback a second time for a history nobody has."""
            return {}

        def enable_matplotlib(self, gui=None):
            """Draw into the page, whatever is asked for: nothing here can show a window or a widget."""
            return super().enable_matplotlib("inline")

        def enable_gui(self, gui=None):
            """Run no event loop of a window: there is none."""

        def init_virtualenv(self):
            """Leave the path as it is."""

    config = Config()
    config.HistoryManager.enabled = False
    config.ZMQInteractiveShell.colors = "nocolor"  # nothing that is kept has colours
    shell = ZMQInteractiveShell.instance(config=config)
    shell.sink = _Nowhere()
    shell.set_hook("show_in_pager", lambda *arguments: None)
    shell.db = {}
    with contextlib.suppress(Exception):
        import atexit

        atexit.unregister(shell.atexit_operations)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        shell.run_cell(LOAD, store_history=False)
        gc.freeze()  # the collections that follow need not look through what was loaded
        shell.run_cell(WARM, store_history=False)
        shell.reset(new_session=True)
    shell.execution_count = 1
    return shell


class _Nowhere:
    """A sink for the warm-up."""

    full = False

    def send(self, kind: str, **fields) -> None:
        """Drop it."""


class Sink:
    """Sends what a cell says, and drops what is too much of it."""

    def __init__(self, channel: socket.socket):
        self.channel, self.lock = channel, threading.RLock()
        self.begin()

    def begin(self) -> None:
        """Start counting anew, for another cell."""
        self.said = self.events = self.dropped = 0

    @property
    def full(self) -> bool:
        """Whether this cell has shown as much as it may."""
        return self.events > MAX_EVENTS

    def send(self, kind: str, **fields) -> None:
        """Send one event, unless this cell has said too much already."""
        with self.lock:
            fits = self.said + len(fields.get("text", "")) <= MAX_SAID  # no text becomes shorter in a frame
            try:
                data = frame({kind: fields}) if fits else b""
            except (TypeError, ValueError, RecursionError):
                return
            self.events += 1
            if not fits or self.said + len(data) > MAX_SAID or self.full:
                self.dropped += 1
                return
            self.said += len(data)
            self.channel.sendall(data)

    def tell(self, kind: str, value) -> None:
        """Send something about the job itself, whatever the cell has said."""
        with self.lock:
            send(self.channel, {kind: value})


class Stream:
    """What a cell prints: a text stream that sends in pieces."""

    encoding, errors, closed, newlines = "utf-8", "replace", False, None

    def __init__(self, sink: Sink, name: str):
        self.sink, self.name, self.kept, self.size, self.writes = sink, name, [], 0, 0

    def write(self, text: str) -> int:
        """Keep the text, and send it when enough has come together; the first pieces at once."""
        if not isinstance(text, str):
            raise TypeError(f"write() argument must be str, not {type(text).__name__}")
        with self.sink.lock:
            self.kept.append(text[: MAX_SAID + 1])
            self.size += len(text)
            self.writes += 1
            if self.writes < 100 or self.size > 8192:
                self.flush()
        return len(text)

    def writelines(self, lines) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Send what is kept."""
        with self.sink.lock:
            if self.kept:
                text, self.kept, self.size = "".join(self.kept), [], 0
                self.sink.send("stream", name=self.name, text=text)

    def fileno(self) -> int:
        """Return the descriptor that programs started by a cell write to."""
        return 1 if self.name == "stdout" else 2

    def isatty(self) -> bool:
        """Say no: nobody sits there."""
        return False

    def readable(self) -> bool:
        """Say no."""
        return False

    def writable(self) -> bool:
        """Say yes."""
        return True

    def close(self) -> None:
        """Stay open: later cells print, too."""


# --------------------------------------------------------------------------- the child


class Child:
    """One job: gives up what it must not have, then runs the cells that it is sent."""

    def __init__(self, server: Server, job: dict, folder: Path, channel: int, output: int):
        self.server, self.job, self.folder = server, job, folder
        self.channel, self.output = channel, output
        self.grounds: dict[str, str] = {}  # what a job that draws has drawn below its pictures

    def live(self) -> None:
        """Run cells until the supervisor hangs up."""
        self._enter()
        given_up = self._confine()
        shell = self._shell()
        self.sink.tell("ready", given_up)
        while True:
            message, _ = receive(self.sink.channel)
            if message is None:
                os._exit(0)
            number, code = message["run"]
            self._picture(*code) if self.job.get("draws") else self._cell(shell, code)
            self.sink.tell("done", [number, self.sink.dropped])

    def _enter(self) -> None:
        """Put the descriptors in place: nothing, the output pipe twice, the channel, and open fonts to read."""
        os.setsid()
        os.dup2(self.channel, CHANNEL, inheritable=False)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(self.output, 1)
        os.dup2(self.output, 2)
        for descriptor in map(int, os.listdir("/proc/self/fd")):
            if descriptor in (0, 1, 2, CHANNEL):
                continue
            with contextlib.suppress(OSError):  # the one that listed the folder is closed already
                if _only_to_read(descriptor):  # opened anew: place and locks of a file are shared otherwise
                    again = os.open(f"/proc/self/fd/{descriptor}", os.O_RDONLY | os.O_CLOEXEC)
                    os.dup2(again, descriptor, inheritable=False)
                    os.close(again)
                else:
                    os.close(descriptor)
        os.environ.update(self.job["environment"])
        home = str(self.folder / "home")
        os.environ.update(HOME=home, TMPDIR=home, IPYTHONDIR=f"{home}/ipython", MPLCONFIGDIR=f"{home}/matplotlib")
        os.chdir(self.folder)
        signal.signal(signal.SIGINT, signal.default_int_handler)

    def _confine(self) -> dict:
        settings = self.server.settings
        confine.die_with_parent()
        user = settings["user"]
        confine.limit(own_user=bool(user))
        if user:
            os.setgroups([])
            os.setresgid(user, user, user)
            os.setresuid(user, user, user)
            confine.die_with_parent()
        if settings["landlock"]:
            readable = [*settings["readable"], settings["stage"], *SYSTEM]
            confine.confine(readable, [str(self.folder), *DEVICES])
        confine.drop_capabilities()
        calls = settings["landlock"] and confine.filter_calls(own_user=bool(user))
        return {"user": bool(user), "landlock": settings["landlock"], "calls": calls}

    def _shell(self):
        """Connect the shell that was made before the fork, and draw other random numbers than its twins."""
        import random
        import tempfile

        import numpy
        import torch

        torch.set_num_threads(1)
        tempfile.tempdir = None
        seed = self.job["seed"]
        random.seed(seed)
        numpy.random.seed(seed)
        torch.default_generator.manual_seed(seed)  # torch.manual_seed looks for accelerators, too, for 3 ms
        channel = socket.socket(fileno=CHANNEL)
        self.sink = Sink(channel)
        self.streams = [Stream(self.sink, "stdout"), Stream(self.sink, "stderr")]
        sys.stdout, sys.stderr = sys.__stdout__, sys.__stderr__ = self.streams
        sys.stdin = io.TextIOWrapper(io.FileIO(0, closefd=False), encoding="utf-8")
        builtins.input = _nobody_answers
        shell = self.server.shell
        if not self.job["shown"]:
            shell.display_formatter.active_types = ["text/plain"]
            shell.InteractiveTB.structured_traceback = lambda kind, *_, **__: [str(kind)]  # it takes 10 ms to draw
        shell.sink = self.sink
        self.server = None
        import asyncio

        self.loop = asyncio.new_event_loop()
        asyncio.set_event_loop(self.loop)
        return shell

    def _picture(self, draft: str, ground: str) -> None:
        """Draw one picture, and show it with its ground where that is new; show nothing where the draft is none."""
        from _live_plot.draw import draw_on

        self.sink.begin()
        below = draft.partition("\n")[0]
        known = ground or self.grounds.get(below, "")
        nobody = io.StringIO()  # hears what Matplotlib says of glyphs and ranges
        with contextlib.suppress(Exception), contextlib.redirect_stdout(nobody), contextlib.redirect_stderr(nobody):
            png, self.grounds[below] = draw_on(known, draft, level=1)  # whoever keeps it encodes it anew
            picture = base64.b64encode(png).decode()
            self.sink.send("display", data={"image/png": picture, "ground": "" if known else self.grounds[below]})

    def _cell(self, shell, code: str) -> None:
        """Run one cell the way a kernel does: inside a running event loop."""
        self.sink.begin()
        for stream in self.streams:
            stream.writes = 0
        try:
            self.loop.run_until_complete(_run_cell(shell, code))
        except BaseException as error:  # a cell that reaches into its own shell
            self.sink.send("error", ename=type(error).__name__, evalue=str(error), traceback=[str(error)])
        for stream in (sys.stdout, sys.stderr, *self.streams):
            with contextlib.suppress(Exception):
                stream.flush()


def _only_to_read(descriptor: int) -> bool:
    """Say whether this is a file that was opened for reading, as Matplotlib keeps its fonts."""
    try:
        regular = stat.S_ISREG(os.fstat(descriptor).st_mode)
        return regular and fcntl.fcntl(descriptor, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY
    except OSError:
        return False


async def _run_cell(shell, code: str) -> None:
    trouble = None
    try:
        transformed = shell.transform_cell(code)
    except Exception:
        transformed, trouble = code, sys.exc_info()
    result = None
    try:
        result = await shell.run_cell_async(
            code, store_history=True, transformed_cell=transformed, preprocessing_exc_tuple=trouble
        )
    finally:
        shell.events.trigger("post_execute")
        shell.events.trigger("post_run_cell", result)


def _nobody_answers(prompt=""):
    """Raise what a kernel raises where nobody can be asked."""
    __tracebackhide__ = True
    from IPython.core.error import StdinNotImplementedError

    raise StdinNotImplementedError("raw_input was called, but this frontend does not support input requests.")


# --------------------------------------------------------------------------- start


def forget_checkout() -> None:
    """Remove whatever makes an editable install of the course importable."""

    def editable(thing) -> bool:
        return "editable" in getattr(thing, "__module__", "")

    sys.meta_path[:] = [finder for finder in sys.meta_path if not editable(finder)]
    sys.path_hooks[:] = [hook for hook in sys.path_hooks if not editable(hook)]
    for name in [name for name in sys.modules if name.startswith("__editable__")]:
        del sys.modules[name]
    kept = (sys.base_prefix, sys.prefix + "/lib")
    sys.path[:] = [entry for entry in sys.path if entry.startswith(kept)]


def load(path: Path):
    """Load a module from its file, without what lies beside it."""
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    gc.disable()  # what is loaded now is no garbage
    arguments = json.loads(sys.argv[1])
    forget_checkout()
    sys.path.insert(0, arguments["stage"])
    confine = load(Path(__file__).with_name("confine.py"))
    if not arguments["alone"]:
        confine.leave_network()
    Server(arguments).serve()
