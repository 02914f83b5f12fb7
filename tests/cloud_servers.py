"""Servers of clouds on loopback, by rclone: WebDAV, SFTP and S3, each of a folder."""

import pathlib
import socket
import subprocess
import sysconfig
import time

from colibri import free_port

USER, SECRET = "ada", "pass-word-0123456789"
# The tests' own, of PyPI: Debian's, which the server under test has, serves no S3.
RCLONE = pathlib.Path(sysconfig.get_path("scripts")) / "rclone"


class CloudServer:
    """`rclone serve` of a folder."""

    def __init__(self, protocol, folder):
        self.protocol, self.root, self.port = protocol, folder, free_port()
        # S3 keeps nothing beside buckets, which are the folders of what is served.
        self.inside = "bucket" if protocol == "s3" else ""
        self.folder = folder / self.inside
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process = None

    def start(self):
        # The password by the environment, so that it is in no list of processes but where a test looks for it.
        self.process = subprocess.Popen(
            [RCLONE, "serve", self.protocol, self.root, "--addr", f"127.0.0.1:{self.port}", "--config", "/dev/null"],
            env={"PATH": "/usr/bin:/bin", "HOME": str(self.root.parent), **self.sign_in()},
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

    def sign_in(self):
        if self.protocol == "s3":
            return {"RCLONE_AUTH_KEY": f"{USER},{SECRET}"}
        return {"RCLONE_USER": USER, "RCLONE_PASS": SECRET}

    def options(self, password=SECRET):
        if self.protocol == "s3":
            return {"provider": "Other", "endpoint": f"http://127.0.0.1:{self.port}", "access_key_id": USER,
                    "secret_access_key": password}
        if self.protocol == "webdav":
            return {"url": f"http://127.0.0.1:{self.port}", "vendor": "other", "user": USER, "pass": password}
        return {"host": "127.0.0.1", "port": str(self.port), "user": USER, "pass": password}
