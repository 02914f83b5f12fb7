"""Servers of clouds on loopback, by rclone: WebDAV and SFTP, each of a folder."""

import socket
import subprocess
import time

from colibri import free_port

USER, SECRET = "ada", "pass-word-0123456789"


class CloudServer:
    """`rclone serve` of a folder."""

    def __init__(self, protocol, folder):
        self.protocol, self.folder, self.port = protocol, folder, free_port()
        folder.mkdir(parents=True, exist_ok=True)
        self.process = None

    def start(self):
        # The password by the environment, so that it is in no list of processes but where a test looks for it.
        self.process = subprocess.Popen(
            ["rclone", "serve", self.protocol, str(self.folder), "--addr", f"127.0.0.1:{self.port}", "--config", "/dev/null"],
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.folder.parent), "RCLONE_USER": USER, "RCLONE_PASS": SECRET},
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        deadline = time.monotonic() + 15
        while time.monotonic() < deadline:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return self
            except OSError:
                time.sleep(0.05)
        raise AssertionError(f"rclone serve {self.protocol} does not start")

    def stop(self):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    def options(self, password=SECRET):
        if self.protocol == "webdav":
            return {"url": f"http://127.0.0.1:{self.port}", "vendor": "other", "user": USER, "pass": password}
        return {"host": "127.0.0.1", "port": str(self.port), "user": USER, "pass": password}
