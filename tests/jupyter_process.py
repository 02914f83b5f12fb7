"""A Jupyter server of somebody's own, as they start it on their machine."""

import os
import subprocess
import sys
import time

import requests

from colibri import free_port

TOKEN = "their-own-token"


class JupyterProcess:
    def __init__(self, folder, origin):
        self.folder, self.origin, self.port, self.process = folder, origin, free_port(), None

    @property
    def url(self):
        return f"http://localhost:{self.port}/"

    @property
    def address(self):
        return f"{self.url}lab?token={TOKEN}"

    def start(self):
        self.folder.mkdir(parents=True, exist_ok=True)
        environment = {**os.environ, "HOME": str(self.folder), "JUPYTER_RUNTIME_DIR": str(self.folder / "run"),
                       "JUPYTER_CONFIG_DIR": str(self.folder / "config"), "IPYTHONDIR": str(self.folder / "ipython")}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "jupyter_server", f"--ServerApp.allow_origin={self.origin}", f"--port={self.port}",
             "--ServerApp.port_retries=0", "--no-browser", "--allow-root", f"--IdentityProvider.token={TOKEN}",
             f"--ServerApp.root_dir={self.folder}"],
            env=environment, stdout=(self.folder / "log").open("ab"), stderr=subprocess.STDOUT)
        deadline = time.monotonic() + 60
        while True:
            try:
                requests.get(f"{self.url}api", timeout=5)
                return self
            except requests.ConnectionError:
                assert self.process.poll() is None and time.monotonic() < deadline, (self.folder / "log").read_text()
                time.sleep(0.1)

    def kernels(self):
        return requests.get(f"{self.url}api/kernels", headers={"Authorization": f"token {TOKEN}"}, timeout=10).json()

    def stop(self):
        if self.process:
            self.process.terminate()
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        self.process = None
