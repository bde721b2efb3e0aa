"""Watch one fork server: send it jobs, collect what their cells say, and end what lasts too long.

Nothing that comes from a child is believed: it is data, of bounded size, that becomes outputs. The
server is restarted after every surprise.
"""

import json
import os
import selectors
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from itertools import chain, islice
from pathlib import Path
from typing import ClassVar
from weakref import WeakSet

import psutil

from _live_plot.backend import DRAFT
from grader.core import answerfile
from grader.instructor.pictures import MAX_SHOWN
from grader.instructor.sandbox.runtime import SCRATCH, receive, send, wipe
from grader.instructor.sandbox.tier import Places, Tier

START_SECONDS = 120
MAX_FRAME = 5 * 2**20
MAX_CELL = 6 * 2**20  # bytes and
MAX_EVENTS = 3000  # events of one cell: more than an honest child sends, which counts for itself
MAX_RUN = 64 * 2**20
MAX_RAW = 16 * 2**20  # bytes that programs of one cell write past Python
MAX_FILES = 100_000
MAX_PROCESSES = 64
MAX_MEMORY = 4 * 2**30
LOOK_EVERY = 0.25
MAX_FORMS = 20  # of one display
FORMS = ("text/plain", "image/png", DRAFT, "ground")  # of what is displayed, that are looked at
ENDED = "This cell ended the kernel."
BROKE = "This cell broke the connection to its kernel."
ENDLESS = "This cell wrote without end and was stopped."
OTHER_JOB = "the fork server speaks of another job"


class SandboxError(RuntimeError):
    """The sandbox itself failed; the message says where."""


@dataclass
class Attempt:
    """What one child left: outputs by cell, the answer file, which cell ended it early and why, and seconds by cell."""

    outputs: dict[str, list[dict]] = field(default_factory=dict)
    answers: str | None = None
    problem: str = ""
    stopped: tuple[str, str] | None = None
    times: dict[str, float] = field(default_factory=dict, compare=False)


class Server:
    """A fork server in one tier, started when first needed.

    stage: copies the core, and only the core, into a folder. fonts: Matplotlib's lists of fonts.
    started: every server of this process, from the moment that it has a folder.
    """

    started: ClassVar[WeakSet["Server"]] = WeakSet()

    def __init__(self, tier: Tier, stage: Callable[[Path], object], fonts: list[Path]):
        self.tier, self.stage, self.fonts = tier, stage, fonts
        self.process: subprocess.Popen | None = None
        self.home: Path | None = None
        self.jobs = 0

    # ----------------------------------------------------------------------- start and end

    def start(self) -> None:
        """Start the server and wait until it has loaded everything.

        Raises:
            SandboxError: when it does not come up.

        """
        Server.started.add(self)
        self.home = Path(tempfile.mkdtemp(prefix="downhill-s"))
        self.home.chmod(0o711)
        self.stage(self.home / "core")
        ours, theirs = socket.socketpair()
        command = self.tier.command(Places(self.home, self.fonts), theirs.fileno())
        self.errors = self.home / "errors"
        with open(self.errors, "wb") as errors:
            self.process = subprocess.Popen(
                command, pass_fds=[theirs.fileno()], cwd="/", env=server_environment(),
                stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=errors,
            )  # fmt: skip
        theirs.close()
        self.control = ours
        self.control.settimeout(START_SECONDS)
        message = self._hear()
        if "up" not in message:
            raise SandboxError("the fork server said something else than that it is up")

    def close(self) -> None:
        """End the server and everything in it, and remove its folder."""
        if self.process is not None:
            self.control.close()
            self._kill()
            self.process.wait()
            self.process = None
        if self.home is not None:
            wipe(self.home)
            self.home = None

    def abandon(self) -> None:
        """End the server for a process that ends at once, and wait for no lock: what was interrupted may hold it."""
        if self.process is not None and self.process.returncode is None:
            self._kill()
        if self.home is not None:
            wipe(self.home)

    def _kill(self) -> None:
        """Kill the server, and where no namespace ends with it, whatever it has started."""
        for child in () if self.tier.wrapped else _family(self.process.pid):
            with suppress(psutil.NoSuchProcess):
                child.kill()
        with suppress(ProcessLookupError):
            os.kill(self.process.pid, signal.SIGKILL)

    def _hear(self) -> dict:
        """Return the next message of the server, with the file that came with it under "file"."""
        try:
            message, descriptors = receive(self.control, 1)
        except (OSError, ValueError):
            message, descriptors = None, []
        if message is None:
            said = self.errors.read_text("utf-8", "replace")[-600:].strip()
            self.close()
            raise SandboxError(f"the fork server ended: {said or 'it said nothing'}")
        if descriptors:
            message["file"] = descriptors[0]
        return message

    # ----------------------------------------------------------------------- one job

    def run(
        self, cells: list[tuple[str, str]], job: dict, cell_seconds: float, run_seconds: float, meanwhile=lambda _: None
    ) -> Attempt:
        """Run cells in a child of their own and return what it left.

        cells: names and codes; where the job draws, drafts with their grounds.
        job: what it has in its environment beside the server's, whether what it shows is wanted, whether it draws,
            the seed and the name of the answer file.
        meanwhile: what to do with the outputs of a cell while the next one runs.

        Raises:
            SandboxError: when the server itself fails; it is gone then, and the next job starts another.

        """
        if self.process is None or self.process.poll() is not None:
            self.close()
            self.start()
        self.jobs += 1
        try:
            return self._run(cells, {**job, "number": self.jobs}, cell_seconds, run_seconds, meanwhile)
        except BaseException:  # whatever it is, an answer of this job must never be taken for one of the next
            self.close()
            raise

    def _run(self, cells, job: dict, cell_seconds: float, run_seconds: float, meanwhile: Callable) -> Attempt:
        ours, theirs = socket.socketpair()
        reading, writing = os.pipe()
        with ours, open(reading, "rb", buffering=0):
            try:
                self.control.settimeout(30)
                send(self.control, {"job": job}, (theirs.fileno(), writing))
            except OSError as error:
                raise SandboxError(f"the fork server does not take a job: {error}") from error
            finally:
                theirs.close()
                os.close(writing)
            attempt = _Watch(self, ours, reading, cell_seconds, run_seconds).run(cells, meanwhile)
        return self._finish(attempt)

    def kill_job(self) -> None:
        """Ask the server to end the child and all that it started."""
        with suppress(OSError):
            send(self.control, {"kill": True})

    def _finish(self, attempt: Attempt) -> Attempt:
        """Wait until the child is gone, and take its answer file."""
        message = self._hear()
        descriptor = message.pop("file", None)
        ended = message.get("ended", {})
        if ended.get("number") != self.jobs:
            raise SandboxError(OTHER_JOB)
        attempt.answers, attempt.problem = _answers(ended["answer"], descriptor)
        try:
            clean = self._hear().get("clean")
        except SandboxError:  # it is still busy with what the job has left: another one takes over
            return attempt
        if clean != self.jobs:
            raise SandboxError(OTHER_JOB)
        return attempt

    def left_over(self) -> int:
        """Return how many processes of jobs there are; none between two jobs."""
        return len(self._jobs())

    def _jobs(self) -> list[psutil.Process]:
        """Return the processes of the running job: the server's descendants, bubblewrap's own left out."""
        family = _family(self.process.pid)
        return family[2:] if self.tier.wrapped else family[1:]

    def busy(self) -> str:
        """Return one sentence when the job uses more processes or memory than it may; else nothing."""
        jobs = self._jobs()
        if len(jobs) > MAX_PROCESSES:
            return f"This cell started more than {MAX_PROCESSES} processes and was stopped."
        sizes = [_size(one) for one in jobs]
        if sum(sizes) > MAX_MEMORY and sum(_share(one) for one in jobs) > MAX_MEMORY:
            return f"This cell used more than {MAX_MEMORY // 2**30} GiB of memory and was stopped."
        if self.tier.wrapped and jobs and _files(jobs[0].pid) > MAX_FILES:
            return f"This cell made more than {MAX_FILES} files and was stopped."
        return ""


def _family(pid: int) -> list[psutil.Process]:
    """Return a process and its descendants, the oldest first."""
    try:
        top = psutil.Process(pid)
        return [top, *top.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _size(process: psutil.Process) -> int:
    try:
        return process.memory_info().rss
    except psutil.Error:
        return 0


def _files(pid: int) -> int:
    """Return how many files there are where a wrapped job writes; 0 when it is gone."""
    try:
        seen = os.statvfs(f"/proc/{pid}/root{SCRATCH}")
    except OSError:
        return 0
    return seen.f_files - seen.f_ffree


def _share(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except (psutil.Error, OSError):
        return 0


def _answers(state: str, descriptor: int | None) -> tuple[str | None, str]:
    """Return the text of the answer file, or None and one sentence."""
    if descriptor is None:
        return None, "" if state == "none" else "The answers of the run cannot be read: they are no ordinary file."
    with open(descriptor, "rb") as file:
        if os.fstat(descriptor).st_size > answerfile.MAX_BYTES:
            return None, f"The answers of the run cannot be read: more than {answerfile.MAX_BYTES // 2**20} MiB."
        return file.read(answerfile.MAX_BYTES).decode("utf-8", "replace"), ""


def server_environment() -> dict[str, str]:
    """Return the environment of the server and of all its jobs: nothing of the instructor's own."""
    threads = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), "1")
    path = f"{Path(sys.executable).parent}:/usr/local/bin:/usr/bin:/bin"
    fixed = {"PYTHONHASHSEED": "0"}  # a set of texts is shown in the same order by every server
    return threads | fixed | {"PATH": path, "LANG": "C.UTF-8", "CUDA_VISIBLE_DEVICES": ""}


# --------------------------------------------------------------------------- watching one job


class _Ended(Exception):
    """The child is gone, or was ended; the sentence says why."""


class _Watch:
    """Reads what one child says while its cells run, one after the other."""

    def __init__(self, server: Server, channel: socket.socket, raw: int, cell_seconds: float, run_seconds: float):
        self.server, self.channel, self.raw = server, channel, raw
        self.cell_seconds, self.end = cell_seconds, time.monotonic() + run_seconds
        self.buffer = bytearray()
        self.run_bytes = 0
        self.shown: dict[str, list[dict]] = {}
        self._begin()
        channel.setblocking(False)
        os.set_blocking(raw, False)
        self.selector = selectors.DefaultSelector()
        self.selector.register(channel, selectors.EVENT_READ)
        self.selector.register(raw, selectors.EVENT_READ)

    def _begin(self) -> list[dict]:
        """Start counting anew, for another cell, and return its list of outputs."""
        self.outputs: list[dict] = []
        self.raw_bytes = self.cell_bytes = self.events = 0
        return self.outputs

    def run(self, cells: list[tuple[str, str]], meanwhile: Callable) -> Attempt:
        """Run the cells in their order; stop at the one that ends the child."""
        attempt, name, before = Attempt(), "", []
        try:
            given_up = self._until("ready", START_SECONDS)
            if not self.server.tier.accepts(given_up):
                raise SandboxError(f"a child is not confined as it should be: {given_up}")
            for number, (name, code) in enumerate(cells):
                attempt.outputs[name] = self._begin()
                self._say({"run": [number, code]})
                began = time.monotonic()
                meanwhile(before)
                done = self._until("done", self.cell_seconds)
                attempt.times[name] = time.monotonic() - began
                self._drain()
                _note_dropped(self.outputs, done)
                before = self.outputs
        except _Ended as ended:
            attempt.stopped = ("" if ended.args[1:] else name, str(ended.args[0]))
        except (MemoryError, RecursionError):
            attempt.stopped = (name, ENDLESS)
        finally:
            _join(attempt.outputs)
            self.selector.close()
            self.server.kill_job()
        return attempt

    def _say(self, message: dict) -> None:
        try:
            self.channel.settimeout(10)
            send(self.channel, message)
        except OSError:
            raise _Ended(ENDED) from None
        finally:
            self.channel.setblocking(False)

    def _until(self, wanted: str, seconds: float) -> object:
        """Take events until the one that is wanted, and return it."""
        start = time.monotonic()
        look = start + LOOK_EVERY
        while True:
            event = self._event()
            now = time.monotonic()
            while event is not None and now <= start + seconds:
                if wanted in event:
                    return event[wanted]
                self._take(event)
                event, now = self._event(), time.monotonic()
            if now > start + seconds:
                raise _Ended(f"This cell ran longer than {seconds:g} seconds and was stopped.")
            if now > self.end:
                raise _Ended("The notebook ran too long in all and was stopped.", True)
            if now > look:
                look = now + LOOK_EVERY
                trouble = self.server.busy()
                if trouble:
                    raise _Ended(trouble)
            for key, _ in self.selector.select(max(0.0, min(look, start + seconds) - now)):
                self._drain() if key.fd == self.raw else self._fill()

    def _fill(self) -> None:
        try:
            piece = self.channel.recv(1 << 20)
        except BlockingIOError:
            return
        except OSError:
            piece = b""
        if not piece:
            self._drain()
            raise _Ended(ENDED)
        self.buffer += piece

    def _event(self) -> dict | None:
        """Return the next whole event; None while there is none."""
        if len(self.buffer) < 4:
            return None
        (size,) = struct.unpack("!I", self.buffer[:4])
        if size > MAX_FRAME:
            raise _Ended(BROKE)
        if len(self.buffer) < 4 + size:
            return None
        self._count(size)
        data = bytes(self.buffer[4 : 4 + size])
        del self.buffer[: 4 + size]
        try:
            event = json.loads(data)
        except (ValueError, RecursionError):
            event = None
        if not isinstance(event, dict) or len(event) != 1:
            raise _Ended(BROKE)
        return event

    def _count(self, size: int) -> None:
        """Count an event of `size` bytes; end a child that sends more than an honest one does."""
        self.events += 1
        self.cell_bytes += size
        self.run_bytes += size
        if self.events > MAX_EVENTS or self.cell_bytes > MAX_CELL or self.run_bytes > MAX_RUN:
            raise _Ended(ENDLESS)

    def _drain(self) -> None:
        """Take what programs of the cell have written past Python."""
        while True:
            try:
                piece = os.read(self.raw, 1 << 16)
            except BlockingIOError:
                return
            if not piece:
                with suppress(KeyError, ValueError):
                    self.selector.unregister(self.raw)
                return
            self.raw_bytes += len(piece)
            if self.raw_bytes > MAX_RAW:
                raise _Ended(ENDLESS)
            if self.raw_bytes <= MAX_RAW // 16:
                self._stream("stdout", piece.decode("utf-8", "replace"))

    # ----------------------------------------------------------------------- events into outputs

    def _take(self, event: dict) -> None:
        (kind, fields), *_ = event.items()
        if not isinstance(fields, dict):
            return
        if kind == "stream":
            self._stream("stderr" if fields.get("name") == "stderr" else "stdout", str(fields.get("text", "")))
        elif kind in ("display", "result"):
            self._display("execute_result" if kind == "result" else "display_data", fields)
        elif kind == "update":
            data = _kept(fields.get("data"))
            for output in self.shown.get(str(fields.get("name")), []):
                output["data"] = data
        elif kind == "clear":
            self.outputs.clear()
            self.shown.clear()
        elif kind == "error":
            trace = fields.get("traceback")
            lines = [str(line) for line in trace] if isinstance(trace, list) else []
            named = {name: str(fields.get(name, "")) for name in ("ename", "evalue")}
            self._add({"output_type": "error", **named, "traceback": lines})

    def _stream(self, name: str, text: str) -> None:
        last = self.outputs[-1] if self.outputs else {}
        if last.get("output_type") == "stream" and last.get("name") == name:
            last.get("text", []).append(text)
        else:
            self._add({"output_type": "stream", "name": name, "text": [text]})

    def _display(self, kind: str, fields: dict) -> None:
        output = {"output_type": kind, "data": _kept(fields.get("data")), "metadata": {}}
        if self._add(output) and fields.get("name") is not None:
            known = self.shown.setdefault(str(fields["name"]), [])
            known.append(output)
            del known[:-MAX_SHOWN]

    def _add(self, output: dict) -> bool:
        """Keep an output, and say whether it was kept; of those that nobody looks at only their number is."""
        kept = len(self.outputs) < MAX_SHOWN
        self.outputs.append(output if kept else _unseen(output["output_type"], output.get("name")))
        return kept


@cache
def _unseen(kind: str, name: str | None) -> dict:
    """Return what stands for all outputs of a kind that nobody looks at."""
    return {"output_type": kind, "name": name}


def _kept(data: object) -> dict[str, str]:
    """Return the forms of what was displayed, without what nobody looks at, which may be anything."""
    forms = data.items() if isinstance(data, dict) else ()
    texts = ((str(name), value if name in FORMS and isinstance(value, str) else "") for name, value in forms)
    return dict(islice(texts, MAX_FORMS))


def _join(outputs: dict[str, list[dict]]) -> None:
    """Make one text of the pieces of each stream; to put them together one by one takes their square."""
    for output in chain.from_iterable(outputs.values()):
        if isinstance(output.get("text"), list):
            output["text"] = "".join(output["text"])


def _note_dropped(outputs: list[dict], done: object) -> None:
    """Say how many events the child has dropped."""
    dropped = done[1] if isinstance(done, list) and len(done) == 2 else 0
    if isinstance(dropped, int) and dropped > 0:
        text = f"\n[{dropped} more outputs are not shown]"
        outputs.append({"output_type": "stream", "name": "stdout", "text": text})
