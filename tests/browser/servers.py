"""Start JupyterLab, Notebook and marimo on free ports of this machine, away from its settings."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
TOKEN = "token"
STARTS_WITHIN = 90.0
JUPYTER = {"lab": "LabApp", "notebook": "JupyterNotebookApp"}


@dataclass(frozen=True)
class Server:
    """A server that answers, and the folder that it serves."""

    app: str
    url: str
    folder: Path

    def delete_sessions(self) -> None:
        """Shut every kernel of a Jupyter server down."""
        for session in json.loads(self._request("GET", "api/sessions")):
            self._request("DELETE", f"api/sessions/{session['id']}")

    def _request(self, method: str, path: str) -> bytes:
        request = urllib.request.Request(
            f"{self.url}/{path}", method=method, headers={"Authorization": f"token {TOKEN}"}
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return bytes(answer.read())


@contextmanager
def jupyter(app: str, scratch: Path) -> Iterator[Server]:
    """Run ``jupyter lab`` or ``jupyter notebook``."""
    folder = scratch / "notebooks"
    folder.mkdir(parents=True)
    settings = scratch / "config" / "labconfig"
    settings.mkdir(parents=True)
    news = {"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}
    (settings / "page_config.json").write_text(json.dumps(news))
    # As a user may have it: a saved notebook shows its widgets when it is opened again.
    widgets = scratch / "settings" / "@jupyter-widgets" / "jupyterlab-manager"
    widgets.mkdir(parents=True)
    (widgets / "plugin.jupyterlab-settings").write_text(json.dumps({"saveState": True}))
    port = free_port()
    command = [
        str(Path(sys.executable).with_name("jupyter")),
        app,
        "--no-browser",
        "--allow-root",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        "--ServerApp.port_retries=0",
        f"--IdentityProvider.token={TOKEN}",
        f"--ServerApp.root_dir={folder}",
        # window.jupyterapp, by which tests run cells and know that a kernel is there.
        f"--{JUPYTER[app]}.expose_app_in_browser=True",
    ]
    places = {
        "JUPYTER_CONFIG_DIR": scratch / "config",
        "JUPYTER_DATA_DIR": scratch / "data",
        "JUPYTER_RUNTIME_DIR": scratch / "runtime",
        "JUPYTERLAB_SETTINGS_DIR": scratch / "settings",
        "IPYTHONDIR": scratch / "ipython",
    }
    url = f"http://127.0.0.1:{port}"
    with running(command, places, scratch / "server.log", f"{url}/api/status?token={TOKEN}"):
        yield Server(app, url, folder)


@contextmanager
def marimo(notebook: Path, mode: str, scratch: Path) -> Iterator[Server]:
    """Run ``marimo run`` or ``marimo edit`` on a notebook."""
    port = free_port()
    command = [
        *(sys.executable, "-m", "marimo", "-q", "-y", mode, str(notebook), "--headless"),
        *("--no-token", "--host", "127.0.0.1", "-p", str(port)),
        *(["--skip-update-check"] if mode == "edit" else []),
    ]
    home = scratch / "home"
    home.mkdir(parents=True, exist_ok=True)
    url = f"http://127.0.0.1:{port}"
    places = {"HOME": home, "XDG_CONFIG_HOME": home / "config", "XDG_CACHE_HOME": home / "cache"}
    with running(command, places, scratch / f"{mode}.log", f"{url}/health"):
        yield Server(f"marimo {mode}", url, notebook.parent)


@contextmanager
def running(command: list[str], places: dict[str, Path], log: Path, address: str) -> Iterator[None]:
    """Run a server until the block ends; enter the block once ``address`` answers."""
    # Notebooks import their data from tests.browser.data.
    places = {**places, "PYTHONPATH": ROOT}
    environment = {**os.environ, **{name: str(path) for name, path in places.items()}}
    with log.open("w") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, env=environment
        )
    try:
        deadline = time.monotonic() + STARTS_WITHIN
        while not answers(address):
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text()[-4000:]}")
            time.sleep(0.1)
        yield
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address, timeout=1):
            return True
    except OSError:
        return False


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
