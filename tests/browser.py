"""Real clients: JupyterLab and the classic Notebook, started on loopback and driven in Chromium.

A client is a context; it ends the server it started, and keeps screenshots in build/screenshots.
"""

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import nbformat

from grader.instructor import paths
from grader.instructor.paths import ROOT, ClassFolder

TOKEN = "downhill"
SCREENSHOTS = ROOT / "build" / "screenshots"
SETTINGS = {
    "apputils-extension/notification": {"fetchNews": "false", "checkForUpdates": False},
    "notebook-extension/tracker": {"windowingMode": "none"},
}
FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium() -> str | None:
    """Return where Debian's Chromium is; None where there is none."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


def why_not() -> str:
    """Return why no browser can be driven here; nothing where one can."""
    try:
        import playwright.sync_api  # noqa: F401 - asked for, not used
    except ImportError:
        return "Playwright is not installed: no browser is driven"
    return "" if chromium() else "there is no Chromium on this machine: no browser is driven"


@contextmanager
def browser(**context) -> Iterator:
    """Open Chromium without a window; a page that asks for anything but this machine fails."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        made = play.chromium.launch(executable_path=chromium(), headless=True, args=FLAGS)
        page = made.new_page(viewport={"width": 1300, "height": 1700}, **context)
        page.problems = []
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.route("**/*", _only_here)
        try:
            yield page
        finally:
            made.close()


def _only_here(route) -> None:
    address = route.request.url
    if address.startswith(("http://127.0.0.1", "file:", "data:", "blob:", "about:")):
        route.continue_()
    else:
        route.abort()


def shot(page, name: str) -> Path:
    """Keep a screenshot among the build artefacts."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{name}.png"
    page.screenshot(path=path)
    return path


@contextmanager
def server(
    folder: Path,
    python: str,
    module: str,
    arguments: list[str],
    environment: dict | None = None,
    cwd: Path | None = None,
) -> Iterator[str]:
    """Start a Jupyter server with what it writes in a folder; yield its address, and end it.

    cwd: where it works; the folder itself when not given.
    """
    port, home = _free_port(), folder / ".home"
    home.mkdir(exist_ok=True)
    private = {"HOME": "", "JUPYTER_CONFIG_DIR": "config", "JUPYTER_DATA_DIR": "data", "JUPYTER_RUNTIME_DIR": "run"}
    private |= {"IPYTHONDIR": "ipython", "MPLCONFIGDIR": "mpl", "JUPYTERLAB_SETTINGS_DIR": "settings"}
    env = os.environ | {name: str(home / place) for name, place in private.items()}
    env |= {"PYDEVD_DISABLE_FILE_VALIDATION": "1", "MPLBACKEND": ""} | (environment or {})
    env.pop("MPLBACKEND") if not env["MPLBACKEND"] else None
    _write_settings(home / "settings")
    command = [python, "-m", module, "--no-browser", "--ip=127.0.0.1", f"--port={port}", "--allow-root", *arguments]
    with open(folder / ".server.log", "wb") as log:
        process = subprocess.Popen(command, cwd=cwd or folder, env=env, stdout=log, stderr=log)
    try:
        _wait_for(f"http://127.0.0.1:{port}/api?token={TOKEN}", process, folder / ".server.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


@contextmanager
def formgrader(folder: ClassFolder, home: Path) -> Iterator[str]:
    """Start nbgrader's formgrader over a class, with what it writes in `home`; yield its address, and end it."""
    arguments = [
        f"--IdentityProvider.token={TOKEN}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={ROOT}",
        "--ServerApp.jpserver_extensions={'nbgrader.server_extensions.formgrader': True}",
    ]  # fmt: skip
    environment = paths.with_tools(DOWNHILL_CLASS=str(folder.root))
    with server(home, sys.executable, "jupyter_server", arguments, environment, ROOT) as address:
        yield address


def _write_settings(folder: Path) -> None:
    for name, values in SETTINGS.items():
        path = folder / "@jupyterlab" / f"{name}.jupyterlab-settings"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(values), encoding="utf-8")


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def _wait_for(address: str, process: subprocess.Popen, log: Path, seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"the server does not come up: {log.read_text('utf-8', 'replace')[-800:]}")


def notebook(cells: dict[str, str], path: Path, outputs: dict[str, list] | None = None) -> None:
    """Write a notebook with a code cell for each name, and outputs for those that have some."""
    made = [
        nbformat.v4.new_code_cell(text, id=name, outputs=(outputs or {}).get(name, [])) for name, text in cells.items()
    ]
    kernel = {"display_name": "Python 3 (ipykernel)", "language": "python", "name": "python3"}
    nbformat.write(nbformat.v4.new_notebook(cells=made, metadata={"kernelspec": kernel}), path)


# --------------------------------------------------------------------------- two front ends, one manner


class Lab:
    """A notebook that is open in JupyterLab."""

    module = "jupyterlab"

    def __init__(self, page, address: str, notebook: str):
        self.page = page
        page.goto(f"{address}/{self.place(notebook)}")
        page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel?.status === 'idle'", timeout=90000
        )

    @staticmethod
    def place(notebook: str) -> str:
        """Return where a notebook opens in a workspace of its own."""
        return f"lab/workspaces/w{time.monotonic_ns()}/tree/{notebook}?token={TOKEN}&reset"

    @classmethod
    @contextmanager
    def serve(cls, folder: Path, python: str = sys.executable) -> Iterator[str]:
        """Start the server over a folder."""
        arguments = [f"--IdentityProvider.token={TOKEN}", "--ServerApp.port_retries=0", "--expose-app-in-browser"]
        with server(folder, python, cls.module, arguments) as address:
            yield address

    def index(self, cell: str) -> int:
        """Return where the cell with an id stands."""
        script = "id => jupyterapp.shell.currentWidget.content.widgets.findIndex(w => w.model.id === id)"
        return self.page.evaluate(script, cell)

    def write(self, cell: str, text: str) -> None:
        """Replace the text of a cell."""
        script = "([i, text]) => jupyterapp.shell.currentWidget.content.widgets[i].model.sharedModel.setSource(text)"
        self.page.evaluate(script, [self.index(cell), text])

    def start(self, cell: str) -> None:
        """Run a cell, and do not wait for its end."""
        script = """i => {
            window.__ended = false;
            jupyterapp.shell.currentWidget.content.activeCellIndex = i;
            jupyterapp.commands.execute('notebook:run-cell').finally(() => { window.__ended = true; });
        }"""
        self.page.evaluate(script, self.index(cell))

    def wait(self, seconds: float = 90) -> None:
        """Wait until what was started has ended."""
        self.page.wait_for_function("window.__ended === true", timeout=1000 * seconds)

    def run(self, cell: str) -> None:
        """Run a cell to its end."""
        self.start(cell)
        self.wait()

    def pictures(self, cell: str, part: str = "img", read: str = "e => e.src") -> set[int]:
        """Return what differs among the pictures of a cell, looked at until it has ended."""
        seen, picture = set(), self.output(cell).locator(part).first
        while not self.page.evaluate("window.__ended === true"):
            if picture.count():
                seen.add(hash(picture.evaluate(read)))
            self.page.wait_for_timeout(5)
        return seen

    def run_all(self, seconds: float = 300) -> None:
        """Run the whole notebook to its end, which is when its last cell has its number."""
        self.page.evaluate("() => { jupyterapp.commands.execute('notebook:run-all-cells'); }")
        script = """() => {
            const cells = jupyterapp.shell.currentWidget.content.widgets.filter(one => one.model.type === 'code');
            return cells[cells.length - 1].model.executionCount !== null;
        }"""
        self.page.wait_for_function(script, timeout=1000 * seconds)

    def output(self, cell: str):
        """Return the outputs of a cell, as a locator."""
        return self.page.locator(".jp-Notebook .jp-Cell").nth(self.index(cell)).locator(".jp-Cell-outputArea")

    def ask(self, expression: str) -> str:
        """Return the repr of a Python expression in the kernel."""
        script = """async code => {
            const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
            const reply = await kernel.requestExecute(
                {code: '', user_expressions: {it: code}, silent: false, store_history: false}).done;
            const it = reply.content.user_expressions.it;
            return it.data ? it.data['text/plain'] : JSON.stringify(it);
        }"""
        return self.page.evaluate(script, expression)


class Notebook(Lab):
    """A notebook that is open in Notebook 7, which is made of the same parts."""

    module = "notebook"

    @staticmethod
    def place(notebook: str) -> str:
        """Return where a notebook opens."""
        return f"notebooks/{notebook}?token={TOKEN}"


class Classic:
    """A notebook that is open in the classic Notebook, version 6."""

    def __init__(self, page, address: str, notebook: str):
        self.page = page
        page.goto(f"{address}/notebooks/{notebook}?token={TOKEN}")
        page.wait_for_function("window.Jupyter?.notebook?.kernel?.is_connected()", timeout=90000)

    @staticmethod
    @contextmanager
    def serve(folder: Path, python: str, environment: dict) -> Iterator[str]:
        """Start the classic Notebook over a folder."""
        arguments = [f"--NotebookApp.token={TOKEN}", "--NotebookApp.port_retries=0"]
        with server(folder, python, "notebook", arguments, environment) as address:
            yield address

    def index(self, cell: str) -> int:
        """Return where the cell with an id stands."""
        return self.page.evaluate("id => Jupyter.notebook.get_cells().findIndex(c => c.id === id)", cell)

    def run(self, cell: str) -> None:
        """Run a cell to its end."""
        index = self.index(cell)
        self.page.evaluate("i => Jupyter.notebook.execute_cells([i])", index)
        script = "i => !Jupyter.notebook.get_cell(i).element.hasClass('running') && !Jupyter.notebook.kernel_busy"
        self.page.wait_for_timeout(300)
        self.page.wait_for_function(script, arg=index, timeout=90000)

    def output(self, cell: str):
        """Return the outputs of a cell, as a locator."""
        return self.page.locator("#notebook .cell").nth(self.index(cell)).locator(".output")

    def ask(self, expression: str) -> str:
        """Return the repr of a Python expression in the kernel."""
        script = """code => new Promise(resolve => Jupyter.notebook.kernel.execute('', {shell: {reply: reply => {
            const it = reply.content.user_expressions.it;
            resolve(it.data ? it.data['text/plain'] : JSON.stringify(it));
        }}}, {user_expressions: {it: code}, silent: false, store_history: false}))"""
        return self.page.evaluate(script, expression)
