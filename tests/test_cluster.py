"""Other machines: a Dask cluster and a PostgreSQL server, both started here, on loopback, and stopped by id."""

import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from random import Random

import psutil
import pytest

from grader.instructor import autograde, cluster, commands, paths, runner, sample
from grader.instructor.paths import ClassFolder

LESSON = "02_descent"
KILLS = int(os.environ.get("DOWNHILL_KILLS", "6"))
STUDENTS = ("ada", "bo", "fay", "gus")
quiet = {"say": lambda line: None}
pytestmark = pytest.mark.skipif(not runner.protected(), reason="nothing on this machine confines student code")


def hand_in(folder: ClassFolder) -> ClassFolder:
    """Write four hand-ins of one lesson, a broken one and an answer file that is none, under one secret."""
    folder.root.mkdir(parents=True, exist_ok=True)
    folder.secret.write_text("ab" * 32)
    for student in STUDENTS:
        sample.put(folder, student, LESSON, sample.fill(LESSON, sample.STUDENTS[student] or sample.model))
    for student, suffix in (("hal", ".ipynb"), ("ida", ".answer.json")):
        sample.put(folder, student, LESSON, "<html>", suffix)
    return folder


def results(folder: ClassFolder) -> dict[str, bytes]:
    """Return what a grading leaves, as bytes by name."""
    files = [folder.root / "grades.csv", folder.root / "summary.json", *folder.autograded.rglob("*.ipynb")]
    return {str(path.relative_to(folder.root)): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def expected(tmp_path_factory) -> dict[str, bytes]:
    """Grade the class in one process."""
    folder = hand_in(ClassFolder(tmp_path_factory.mktemp("one") / "class"))
    autograde.autograde(folder, [LESSON], jobs=1, **quiet)
    return results(folder)


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def end(process: subprocess.Popen) -> None:
    """End a process that was started here, and what it started, by their ids."""
    family = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    process.send_signal(signal.SIGTERM) if process.poll() is None else None
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for one in family:
        if one.is_running():
            one.kill()


# --------------------------------------------------------------------------- Dask


@pytest.fixture
def dask(tmp_path):
    """Start a scheduler and two workers in folders of their own; yield the address and the workers."""
    pytest.importorskip("distributed", reason="Dask is not installed")
    address = f"tcp://127.0.0.1:{free_port()}"
    log = open(tmp_path / "dask.log", "wb")  # noqa: SIM115 - closed when all that write to it are ended
    settings = {**os.environ, "DASK_DISTRIBUTED__DASHBOARD__LINK": ""}

    def start(*arguments: str) -> subprocess.Popen:
        command = [sys.executable, "-m", "distributed.cli.dask_" + arguments[0], *arguments[1:]]
        return subprocess.Popen(command, cwd=tmp_path, env=settings, stdout=log, stderr=log)

    where = ["--host", "127.0.0.1", "--no-dashboard"]
    started = [start("scheduler", *where, "--port", address.rpartition(":")[2])]
    started += [start("worker", address, *where, "--nthreads", "1", "--no-nanny") for _ in range(2)]
    try:
        yield address, started[1:]
    finally:
        for one in reversed(started):
            end(one)
        log.close()


def workers_of(address: str, number: int) -> None:
    """Wait until a scheduler has so many workers."""
    from distributed import Client

    with Client(address, timeout=60) as client:
        client.wait_for_workers(number, timeout=60)


def test_two_processes_give_the_same_bytes_as_one(tmp_path, expected):
    folder = hand_in(ClassFolder(tmp_path / "class"))

    autograde.autograde(folder, [LESSON], jobs=2, **quiet)

    assert results(folder) == expected


def test_a_grading_that_is_killed_again_and_again_ends_in_the_same_state(tmp_path, expected):
    """Killed without warning at many moments, from the first line of the gradebook on; nothing is lost or doubled."""
    folder, moments = hand_in(ClassFolder(tmp_path / "class")), Random(1)
    command = [sys.executable, "-m", "grader", "autograde", LESSON, "--class", str(folder.root), "--jobs", "1"]

    for _ in range(KILLS):
        process = subprocess.Popen(command, cwd=paths.ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            process.wait(moments.uniform(1.5, 9.0))
        except subprocess.TimeoutExpired:
            family = psutil.Process(process.pid).children(recursive=True)
            process.kill()
            process.wait()
            for one in family:  # a machine that loses its power ends them all
                with suppress(psutil.NoSuchProcess):
                    one.kill()
    code = subprocess.run(command, cwd=paths.ROOT, capture_output=True, check=False).returncode

    assert code == 1  # two hand-ins cannot be read
    assert results(folder) == expected


def test_dask_gives_the_same_bytes_and_needs_no_file_of_the_class(dask, tmp_path, expected):
    folder = hand_in(ClassFolder(tmp_path / "class"))
    workers_of(dask[0], 2)

    code = commands.main(["autograde", LESSON, "--class", str(folder.root), "--scheduler", dask[0]])

    assert code == 1  # two hand-ins could not be read
    assert results(folder) == expected


def test_a_worker_that_is_killed_in_the_middle_changes_no_grade(dask, tmp_path, expected):
    address, workers = dask
    folder = hand_in(ClassFolder(tmp_path / "class"))
    workers_of(address, 2)

    def kill_one(line: str) -> None:
        if workers[0].poll() is None:
            workers[0].kill()
            workers[0].wait()

    with cluster.connected(address) as (executor, number):
        autograde.autograde(folder, [LESSON], jobs=number, executor=executor, say=kill_one)

    assert workers[0].poll() is not None
    assert results(folder) == expected


def test_an_address_where_nobody_answers_gets_one_sentence(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(cluster, "SECONDS", 1)
    folder = hand_in(ClassFolder(tmp_path / "class"))

    code = commands.main(["autograde", LESSON, "--class", str(folder.root), "--scheduler", "tcp://127.0.0.1:1"])

    assert code == 2
    assert capsys.readouterr().err.startswith("No Dask scheduler answers at tcp://127.0.0.1:1 (")


# --------------------------------------------------------------------------- PostgreSQL


@pytest.fixture
def postgres(tmp_path_factory):
    """Start a PostgreSQL server as an unprivileged user in a temporary folder; yield its address."""
    tools = next(iter(sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), None)
    if tools is None or not (tools / "initdb").exists():
        pytest.skip("PostgreSQL is not installed on this machine")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    home = Path("/tmp") / f"downhill-pg-{os.getpid()}"
    home.mkdir(mode=0o755)
    user = None
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(home, user.pw_uid, user.pw_gid)
    port = free_port()
    as_user = {"user": user.pw_uid, "group": user.pw_gid} if user else {}

    def run(*command: object) -> None:
        done = subprocess.run(list(map(str, command)), cwd="/", capture_output=True, text=True, check=False, **as_user)
        assert done.returncode == 0, done.stderr

    run(tools / "initdb", "-D", home / "data", "-U", "downhill", "-A", "trust", "--no-sync")
    settings = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories={home} -c fsync=off"
    run(tools / "pg_ctl", "-D", home / "data", "-o", settings, "-l", home / "log", "-w", "start")
    number = int((home / "data" / "postmaster.pid").read_text().split()[0])
    try:
        yield f"postgresql+psycopg://downhill@127.0.0.1:{port}/postgres"
    finally:
        os.kill(number, signal.SIGINT)  # a fast shutdown
        for _ in range(100):
            if not psutil.pid_exists(number):
                break
            time.sleep(0.1)
        shutil.rmtree(home, ignore_errors=True)


def test_a_gradebook_in_postgresql_holds_the_same_grades(postgres, tmp_path, expected, monkeypatch):
    folder = hand_in(ClassFolder(tmp_path / "class"))
    monkeypatch.setenv("DOWNHILL_DB_URL", postgres)

    autograde.autograde(folder, [LESSON], jobs=2, **quiet)
    again = commands.main(["export", "--class", str(folder.root), "--to", str(tmp_path / "again.csv")])
    env = paths.with_tools(DOWNHILL_CLASS=str(folder.root))
    command = [paths.tool("nbgrader"), "export", "--to", str(tmp_path / "theirs.csv")]
    theirs = subprocess.run(command, cwd=paths.ROOT, env=env, capture_output=True, text=True, check=False)

    assert results(folder) == expected
    assert not folder.database.exists()
    assert again == 0
    assert (tmp_path / "again.csv").read_bytes() == expected["grades.csv"]
    assert theirs.returncode == 0, theirs.stderr
    assert f"\n{LESSON}," in (tmp_path / "theirs.csv").read_text()


def test_a_gradebook_that_cannot_be_reached_gets_one_sentence(tmp_path, capsys, monkeypatch):
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    monkeypatch.setenv("DOWNHILL_DB_URL", "postgresql+psycopg://downhill@127.0.0.1:1/postgres")

    code = commands.main(["export", "--class", str(tmp_path)])

    assert code == 2
    assert "The gradebook cannot be reached or written (" in capsys.readouterr().err
