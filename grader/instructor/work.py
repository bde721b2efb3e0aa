"""One unit of work: a hand-in with all that a worker needs, which has no class folder, gradebook or secret.

A unit is pure: the same task gives the same grade and the same runs, in this process, in another one, or
on another machine.
"""

import gc
import os
import shutil
import signal
import sys
import tempfile
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ProcessPoolExecutor, wait
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import connection, parent_process
from pathlib import Path

from grader.core import answerfile
from grader.instructor import ahead, handin, runner
from grader.instructor.grading import LessonGrade, Runner, grade_answers, grade_with, rejected
from grader.instructor.pictures import Gallery
from grader.instructor.runner import Unprotected
from grader.instructor.sandbox.supervisor import Server
from grader.instructor.store import NotStored
from grader.judge.model import Givens

AHEAD = 4  # tasks for each worker that are read in advance; more would only fill the memory

LOOK_EVERY = 1.0  # seconds, at whether to stop

stop = threading.Event()  # somebody has asked for it; Python may have ignored the exception that said so
_one_at_a_time = threading.Lock()  # a worker of a cluster may have several threads, and has one sandbox


@dataclass(frozen=True)
class Task:
    """A hand-in as data.

    content: the bytes of its file; None where there is none to read, for which `sentence` says why.
    answers: the file is an answer file and not a notebook. givens: the hidden ones, by exercise.
    share: what an answer earns that holds for the printed givens only. unprotected: go on where nothing
    confines student code.
    """

    student: str
    lesson: str
    content: bytes | None
    sentence: str = ""
    answers: bool = False
    givens: dict[str, Givens] | None = None
    share: float = 0.5
    unprotected: bool = False

    def graded(self, run: Runner) -> LessonGrade:
        """Return the grade; whatever is wrong with the hand-in becomes one with a sentence."""
        if self.content is None:
            return rejected(self.lesson, self.student, self.sentence)
        if self.answers:
            try:
                values = answerfile.loads(self.content)
            except answerfile.AnswerFileError as error:
                return rejected(self.lesson, self.student, str(error))
            return grade_answers(values, self.lesson, self.student, self.share)
        try:
            cells = handin.parse_notebook(self.content)
        except handin.HandInError as error:
            return rejected(self.lesson, self.student, str(error))
        return grade_with(cells, self.lesson, self.student, self.givens or {}, self.share, run)


def perform(task: Task) -> tuple[LessonGrade, dict[str, runner.Run]]:
    """Do one unit of work: the grade, and what each run left, by its content hash.

    Raises:
        Unprotected: where nothing confines student code, and the task does not say to go on.

    """
    runs: dict[str, runner.Run] = {}

    def run(lesson: str, cells: list[tuple[str, str]], givens: dict | None = None) -> runner.Run:
        name = runner.key(lesson, [list(cell) for cell in cells], givens)
        runs[name] = (runner.run if task.unprotected else runner.run_confined)(lesson, cells, givens)
        return runs[name]

    with _one_at_a_time:
        return surely(task, run), runs


def surely(task: Task, run: Runner) -> LessonGrade:
    """Return the grade of a task; a failure of ours becomes one, too, so that it stops nobody else's.

    Raises:
        NotStored: when `run` knows stored runs only, and not this one.
        Unprotected: as for `perform`.

    """
    try:
        return task.graded(run)
    except (NotStored, Unprotected):
        raise
    except Exception as error:  # whatever it is, the class goes on, and the summary says with whom
        sentence = f"This hand-in could not be graded ({type(error).__name__}): grade it by hand and tell the course."
        return rejected(task.lesson, task.student, sentence)


class Pool(ProcessPoolExecutor):
    """Workers of this machine; each has a fork server of its own, and proves its tier.

    They are forked from a process that has loaded this module, and share its memory, and a folder with a
    gallery and with what each of them writes: a worker that is ended by force leaves nothing behind.
    """

    def __init__(self, jobs: int | None = None):
        self.folder = Path(tempfile.mkdtemp(prefix="downhill-p"))
        self.folder.chmod(0o711)  # a sandbox may have another user
        super().__init__(jobs, mp_context=ahead.context(), initializer=_serve, initargs=(self.folder,))

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """End the workers, and remove their folder."""
        super().shutdown(wait=wait, cancel_futures=cancel_futures)
        shutil.rmtree(self.folder, ignore_errors=True)


def _serve(folder: Path) -> None:
    """End with the process that wants the work, and take the fork server along."""
    tempfile.tempdir = str(folder)
    Gallery.shared = folder / "pictures"
    Gallery.shared.mkdir(mode=0o700, exist_ok=True)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to everybody; that process decides
    signal.signal(signal.SIGTERM, _leave)
    gc.freeze()  # what is shared stays shared: a collection would write to all of it
    gc.set_threshold(50_000, 20, 20)  # a hand-in makes many objects, and few that only a collection finds
    threading.Thread(target=_watch, daemon=True).start()


def _watch() -> None:
    connection.wait([parent_process().sentinel])
    os.kill(os.getpid(), signal.SIGTERM)


def _leave(*_) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    for one in list(Server.started):
        with suppress(Exception):  # it may be half made
            one.abandon()
    shutil.rmtree(tempfile.tempdir, ignore_errors=True)
    os._exit(1)


class Workers:
    """Processes of this machine that do the work, started when first needed, or an executor that is there already.

    count: how many workers there are.
    """

    def __init__(self, count: int, executor: Executor | None = None):
        self.count, self.executor, self.own = count, executor, executor is None
        self.first: Future | None = None

    def start(self) -> None:
        """Let every process load what it needs, and do not wait for it."""
        if self.executor is None:
            self.executor = Pool(self.count)
            self.first, *_ = (self.executor.submit(runner.state) for _ in range(self.count))

    def protection(self, unprotected: bool) -> str:
        """Return one line on what confines student code in our own processes; of others nothing is known here.

        Raises:
            Unprotected: where nothing does, unless `unprotected`.

        """
        self.start()
        if self.first is None:
            return ""
        try:
            protected, words = self.first.result()
        except BrokenExecutor:  # a process ended while it was starting: `do` says so, and goes on here
            return ""
        if not (protected or unprotected):
            raise Unprotected(words)
        return words

    def do(self, tasks: Iterable[Task]) -> Iterator[tuple[LessonGrade, dict]]:
        """Yield what `perform` gives for each task, in the order in which they end, a few read in advance.

        A task whose worker stops is done once more, in a worker of its own of this machine; what is left
        goes to new workers.
        """
        self.start()
        left, running = iter(tasks), {}
        while True:
            while len(running) < AHEAD * self.count and (task := next(left, None)) is not None:
                running[self._submitted(task)] = task
            if not running:
                return
            done, _ = wait(running, LOOK_EVERY, return_when=FIRST_COMPLETED)
            if stop.is_set():
                raise KeyboardInterrupt
            for future in done:
                yield _result(future, running.pop(future))

    def _submitted(self, task: Task) -> Future:
        try:
            return self.executor.submit(perform, task)
        except RuntimeError as error:  # a pool that has lost a worker takes nothing more
            if self.own:
                print(f"a worker stopped ({type(error).__name__}); starting others", file=sys.stderr)
                self.executor.shutdown()
                self.executor = Pool(self.count)
                return self.executor.submit(perform, task)
            future: Future = Future()
            future.set_exception(error)
            return future

    def close(self) -> None:
        """End our own processes, at once where the work was broken off."""
        if not self.own or self.executor is None:
            return
        broken_off = sys.exc_info()[0] is not None
        processes = list((getattr(self.executor, "_processes", None) or {}).values()) if broken_off else []
        self.executor.shutdown(wait=not broken_off, cancel_futures=True)
        for process in processes:
            process.terminate()


def _result(future: Future, task: Task) -> tuple[LessonGrade, dict]:
    error = future.exception()
    if error is None:
        return future.result()
    if isinstance(error, Unprotected):
        raise error
    said = f"the worker stopped ({type(error).__name__}); trying once more"
    print(f"{task.student}, {task.lesson}: {said}", file=sys.stderr)
    try:
        with Pool(1) as again:  # whatever took a worker along must not take the class
            return again.submit(perform, task).result()
    except Unprotected as error:
        sentence = f"The worker stopped twice, and here {error.args[0]}: start autograde again."
    except BrokenExecutor:
        sentence = "The worker stopped twice over this hand-in: look at it before you grade it by hand."
    return rejected(task.lesson, task.student, sentence), {}
