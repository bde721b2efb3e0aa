"""Prove a tier before it is used: an ordinary job tries to get out, and we look from outside."""

import os
import secrets
import shutil
import socket
from collections.abc import Callable
from pathlib import Path

from grader.instructor.sandbox.supervisor import SandboxError, Server
from grader.instructor.sandbox.tier import OPEN, candidates

PROBE = """\
import ctypes, os, signal, socket, subprocess, sys, time
def opened(name, what):
    try:
        what()
    except (OSError, subprocess.SubprocessError):
        return
    print("OPEN", name)
def connect():
    socket.create_connection(("127.0.0.1", {port}), 2)
def talk():
    s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); s.sendto(b"x", ("127.0.0.1", {port}))
def share():
    if ctypes.CDLL(None).shmget(0x646f776e, 4096, 0o1666) < 0:
        raise OSError
def local():
    s = socket.socket(socket.AF_UNIX); s.connect({local!r})
opened("read", lambda: open({secret!r}).read())
opened("write", lambda: open({secret!r}, "a").write("x"))
opened("list", lambda: os.listdir({folder!r}))
opened("mode", lambda: os.chmod({secret!r}, 0o600))
opened("times", lambda: os.utime({secret!r}, (0, 0)))
opened("passwd", lambda: open("/etc/passwd").read())
opened("parent", lambda: open(f"/proc/{{os.getppid()}}/environ").read())
opened("tmp", lambda: open("/tmp/downhill-canary", "w"))
opened("tcp", connect)
opened("udp", talk)
opened("unix", local)
opened("shared memory", share)
opened("signal", lambda: os.kill(os.getppid(), 0))
opened("signal to all", lambda: os.kill({victim}, 0))
subprocess.Popen([sys.executable, "-c", "import time; time.sleep(61.5)"], start_new_session=True)
print("end")
"""


def strongest(stage: Callable[[Path], object], fonts: list[Path]) -> Server:
    """Return a server in the first candidate that keeps every promise; in the open tier where none does."""
    for tier in candidates():
        server = Server(tier, stage, fonts)
        if not escapes(server):
            return server
        server.close()
    return Server(OPEN, stage, fonts)


def escapes(server: Server) -> list[str]:
    """Return what a job in this server's tier could reach; nothing where the tier holds."""
    try:
        server.start()
    except (SandboxError, OSError) as error:
        return [f"it does not start: {error}"]
    folder = server.home / "canary"  # no job may see it, and it goes with the server however this ends
    folder.mkdir(mode=0o755)
    try:
        return _reached(server, folder)
    finally:
        if server.home:  # a server that fails is gone with its folder
            shutil.rmtree(folder)


def _reached(server: Server, folder: Path) -> list[str]:
    secret, local = folder / "secret", f"{folder}/local"
    secret.write_text(secrets.token_hex())
    secret.chmod(0o666)
    before = secret.read_text()
    with socket.create_server(("127.0.0.1", 0)) as listener, socket.socket(socket.AF_UNIX) as bound:
        bound.bind(local)
        bound.listen()
        os.chmod(local, 0o777)
        port, victim = listener.getsockname()[1], os.getpid()
        code = PROBE.format(port=port, local=local, secret=str(secret), folder=str(folder), victim=victim)
        job = {"environment": {}, "shown": False, "seed": 0, "answer": "none"}
        try:
            attempt = server.run([("canary", code)], job, 20, 30)
            left = server.left_over()
        except (SandboxError, OSError) as error:
            return [f"it does not start: {error}"]
    said = "".join(str(output.get("text", output)) for output in attempt.outputs.get("canary", []))
    found = [line.removeprefix("OPEN ") for line in said.splitlines() if line.startswith("OPEN ")]
    if not said.endswith("end\n"):
        found.append(f"the probe did not reach its end: {said[-200:]}")
    if secret.read_text() != before:
        found.append("the secret was changed")
    return found + [f"{left} processes outlived the job"] * bool(left)
