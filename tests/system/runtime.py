"""A real supervisor with a real kernel, and a server that is a few lines of Python: the link as docs/protocol.md 3 says."""

import json
import os
import pathlib
import queue
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
IMAGES = pathlib.Path(os.environ.get("COLIBRI_IMAGES", ROOT / "build" / "images"))
SUPERVISOR = pathlib.Path(os.environ.get("COLIBRI_BIN", ROOT / "build" / "bin")) / "colibri-supervisor"


def pack(message, buffers=()):
    if buffers:
        message = {**message, "buffers": [len(b) for b in buffers]}
    text = json.dumps(message).encode()
    body = struct.pack("<I", len(text)) + text + b"".join(buffers)
    return struct.pack("<I", len(body)) + body


class Link:
    """One accepted connection of a supervisor."""

    def __init__(self, connection):
        self.connection = connection
        self.file = connection.makefile("rb")
        self.sending = threading.Lock()
        self.closed = threading.Event()

    def receive(self):
        head = self.file.read(8)
        if len(head) < 8:
            raise EOFError
        length, json_length = struct.unpack("<II", head)
        body = self.file.read(length - 4)
        if len(body) < length - 4:
            raise EOFError
        message = json.loads(body[:json_length])
        at, buffers = json_length, []
        for size in message.pop("buffers", []):
            buffers.append(body[at : at + size])
            at += size
        return message, buffers

    def send(self, message, buffers=()):
        with self.sending:
            self.connection.sendall(pack(message, buffers))

    def keep_alive(self):
        """A supervisor dials again after 45 s of silence."""
        number = 0
        while not self.closed.wait(15):
            number += 1
            try:
                self.send({"type": "ping", "n": number})
            except OSError:
                return

    def close(self):
        self.closed.set()
        try:
            self.connection.shutdown(socket.SHUT_RDWR)
        except OSError:
            pass
        self.connection.close()


def remove_group(folder):
    """As soon as the kernel has ended what ran in it."""
    deadline = time.monotonic() + 20
    while True:
        try:
            return folder.rmdir()
        except OSError:
            assert time.monotonic() < deadline, f"{folder} is busy"
            time.sleep(0.05)


class Runtime:
    """Plays the server for one supervisor. Events come in `events`, each number once, in order."""

    def __init__(self, sandbox="none", acknowledge=True, **config):
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="clb", dir="/tmp"))
        self.folder.chmod(0o711)
        self.acknowledge = acknowledge
        self.events, self.replies, self.meters = [], queue.Queue(), []
        self.taken, self.link, self.hellos, self.repeated = 0, None, [], 0
        self.changed = threading.Condition()
        self.listener, self.process = None, None
        name = self.folder.name
        self.config = {
            "runtime": f"r_{name}", "token": "secret-" + name, "link": str(self.folder / "link.sock"),
            "runtime_dir": str(self.folder / "runtime"), "run_dir": str(self.folder / "run"),
            "image_rootfs": "", "image_manifest": "", "sandbox": sandbox,
            "uid_base": 1_600_000_000, "uid_count": 65536, "uid_first": 1_600_000_000, "uid_ranges": 4000, "cpus": 0, "memory_bytes": 0, "pids": 0,
            "network": "none", "cgroup": f"/colibri/{name}", "env": {}, "ends_ms": 0, "orphan_ms": 0,
            "kernel_name": "python3",
        }
        if sandbox != "none":
            image = IMAGES / "default"
            self.config |= {"image_rootfs": str((image / "rootfs").resolve()),
                            "image_manifest": str((image / "manifest.json").resolve())}
        self.token, self.refused = self.config["token"], 0
        self.config |= config
        (self.folder / "runtime").mkdir(mode=0o700)
        (self.folder / "run").mkdir(mode=0o700)
        self.listen()

    # --- the server's side

    def listen(self):
        self.listener = socket.socket(socket.AF_UNIX)
        pathlib.Path(self.config["link"]).unlink(missing_ok=True)
        self.listener.bind(self.config["link"])
        self.listener.listen(4)
        threading.Thread(target=self._accept, args=(self.listener,), daemon=True).start()

    def vanish(self):
        """As a killed server does."""
        self.listener.close()
        pathlib.Path(self.config["link"]).unlink()
        if self.link:
            self.link.close()

    def _accept(self, listener):
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(Link(connection),), daemon=True).start()

    def _serve(self, link):
        try:
            hello, _ = link.receive()
            if hello["type"] != "hello" or hello["token"] != self.token:
                self.refused += 1
                link.send({"type": "refused", "reason": "unknown token"})
                return link.close()
            with self.changed:
                self.hellos.append(hello)
                self.link = link
                link.send({"type": "welcome", "acknowledged": self.taken})
                self.changed.notify_all()
            threading.Thread(target=link.keep_alive, daemon=True).start()
            while True:
                self._take(link, *link.receive())
        except (EOFError, OSError, ValueError):
            link.close()

    def _take(self, link, message, buffers):
        with self.changed:
            if "n" in message and message["type"] != "pong":
                if message["n"] <= self.taken:
                    self.repeated += 1
                else:
                    assert message["n"] == self.taken + 1, (message["n"], self.taken)
                    self.taken = message["n"]
                    self.events.append({**message, "_buffers": buffers, "_time": time.time()})
                if self.acknowledge:
                    link.send({"type": "ack", "n": self.taken})
            elif message["type"] == "reply":
                self.replies.put({**message, "_buffers": buffers})
            elif message["type"] == "meters":
                self.meters.append(message)
            self.changed.notify_all()

    # --- what a test does

    def start(self):
        path = self.folder / "supervisor.json"
        path.touch(mode=0o600)
        path.write_text(json.dumps(self.config))
        self.log = open(self.folder / "supervisor.log", "ab")
        self.process = subprocess.Popen([SUPERVISOR, "--config", path, "--verbose"], stdout=self.log, stderr=self.log)
        return self

    def ready(self):
        event = self.wait(lambda e: (e["type"] == "kernel" and e["state"] == "idle") or e.get("state") == "ended", 60)
        assert event["type"] == "kernel", event
        return self

    def wait(self, matches, seconds=20, start=0):
        """The first event from index `start` on that matches."""
        end = time.time() + seconds
        with self.changed:
            while True:
                for event in self.events[start:]:
                    if matches(event):
                        return event
                left = end - time.time()
                if left <= 0:
                    log = (self.folder / "supervisor.log").read_text()[-3000:]
                    raise AssertionError(f"no such event in {self.events[start:][-10:]}\n{log}")
                self.changed.wait(left)

    def wait_link(self, count, seconds=10):
        end = time.time() + seconds
        with self.changed:
            while len(self.hellos) < count:
                left = end - time.time()
                assert left > 0, "the supervisor did not dial"
                self.changed.wait(left)

    def send(self, message, buffers=()):
        self.link.send(message, buffers)

    def execute(self, execution, code, stop_on_error=True):
        self.send({"type": "execute", "execution": execution, "code": code, "stop_on_error": stop_on_error})

    def done(self, execution, seconds=30):
        return self.wait(lambda e: e["type"] == "done" and e["execution"] == execution, seconds)

    def run(self, execution, code, seconds=30):
        """The events of this execution."""
        self.execute(execution, code)
        self.done(execution, seconds)
        return self.of(execution)

    def of(self, execution):
        with self.changed:
            return [e for e in self.events if e.get("execution") == execution]

    def text(self, execution, name="stdout"):
        return "".join(e["text"] for e in self.of(execution) if e["type"] == "stream" and e["name"] == name)

    def outputs(self, execution):
        return [e["output"] for e in self.of(execution) if e["type"] == "output"]

    def kernel_pid(self):
        execution = f"pid{time.time()}"
        self.run(execution, "import os; print(os.getpid())")
        return int(self.text(execution))

    def shut_down(self, seconds=20):
        if self.process.poll() is None:
            self.send({"type": "shutdown", "reason": "disconnect"})
        code = self.process.wait(seconds)
        return code

    def close(self):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        if self.listener:
            self.listener.close()
        if self.link:
            self.link.close()
        # What a killed supervisor leaves is the engine's to sweep; here there is none.
        for folder in sorted(pathlib.Path("/sys/fs/cgroup").glob(f"**/colibri/{self.folder.name}"), reverse=True):
            for child in sorted(folder.glob("**/"), reverse=True):
                remove_group(child)
        shutil.rmtree(self.folder, ignore_errors=True)
