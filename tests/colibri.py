"""Drives a real Colibri server as a browser does: sign-in link, cookie, CSRF token, WebSocket records."""

import contextlib
import json
import os
import pathlib
import re
import signal
import socket
import subprocess
import time

import requests
import websocket

ROOT = pathlib.Path(__file__).resolve().parents[1]
BINARIES = pathlib.Path(os.environ.get("COLIBRI_BIN", ROOT / "build" / "bin"))
IMAGES = pathlib.Path(os.environ.get("COLIBRI_IMAGES", ROOT / "build" / "images"))
# Real notebooks, where somebody has put some beside the project.
NOTEBOOKS = pathlib.Path(os.environ.get("COLIBRI_NOTEBOOKS", ROOT.parent / "shared" / "notebooks"))
PASSWORD = "a good long sentence"  # Of everybody whom Person.admit() lets in.
READY = re.compile(r"Colibri is ready: (http://\S+?)/#signin=(\S+)")


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def supervisors(server):
    """Process ids of the supervisors of its runtimes."""
    found = subprocess.run(["pgrep", "-f", f"colibri-supervisor --config {server.data}/"], capture_output=True, text=True)
    return [int(pid) for pid in found.stdout.split()]


def control_groups():
    """Those of all runtimes on this host, in each hierarchy."""
    root = pathlib.Path("/sys/fs/cgroup")
    return [str(place) for pattern in ("colibri/r_*", "*/colibri/r_*") for place in root.glob(pattern)]


def little_memory(folder):
    """The arguments of a server whose runtimes may take 400 MiB."""
    path = folder / "small.yaml"
    path.write_text("flavors:\n  - name: cpu\n    title: CPU\n    cpus: 2\n    memory: 400MiB\n    pids: 512\n")
    return ["--config", path]


class Server:
    """`colibri serve` on a data folder. stop() asks it to end with its runtimes; kill() is kill -9, and they go on.

    It starts no runtime or kernel ahead unless a test asks for a pool (None: what the configuration says), for each would start a container
    more than it needs."""

    def __init__(self, data, *, on_stop="end", arguments=(), pool=0, images=IMAGES):
        self.data = pathlib.Path(data)
        self.arguments = ["--on-stop", on_stop, *([] if pool is None else ["--pool", str(pool)]), *arguments]
        self.images = images
        self.port = free_port()
        self.process = None
        self.log = self.data.parent / f"{self.data.name}.log"

    def start(self, *, timeout=20):
        command = [BINARIES / "colibri", "serve", "--data", self.data, "--images", self.images, "--port", str(self.port),
                   *self.arguments]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=open(self.log, "ab"), text=True,
                                        start_new_session=True)
        deadline = time.monotonic() + timeout
        while time.monotonic() < deadline:
            line = self.process.stdout.readline()
            if match := READY.search(line):
                self.url, self.token = match.groups()
                return self
            if not line and self.process.poll() is not None:
                break
        raise AssertionError(f"the server did not get ready: {self.log.read_text()}")

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()

    def stop(self, timeout=40):
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(timeout)
        return self.process.returncode

    def clear_away(self, timeout=30):
        """Ends the runtimes that outlive the server, and waits until each has put its things away: one that is killed
        in the middle of that leaves a control group behind."""
        deadline, told = time.monotonic() + timeout, set()
        while (pids := supervisors(self)) and time.monotonic() < deadline:
            for pid in set(pids) - told:
                told.add(pid)
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGTERM)
            time.sleep(0.1)
        subprocess.run(["pkill", "-KILL", "-f", f"{self.data}/"], check=False)
        said = self.log.read_text(errors="replace") if self.log.exists() else ""  # A test's own disk may be gone.
        ids = set(re.findall(r"\br_[a-z2-7]{26}\b", said))
        while left := [each for each in control_groups() if pathlib.Path(each).name in ids]:
            assert time.monotonic() < deadline + timeout, f"left behind: {left}\n{said}"
            time.sleep(0.1)

    def sign_in(self):
        """The owner, by the link of the last start: it is good once."""
        return Person(self.url, self.token)


class Person:
    """A signed-in user. requests' own cookie jar would hold a Secure cookie back from http."""

    def __init__(self, url, token):
        self.url = url
        answer = requests.post(f"{url}/api/sign-in/link", json={"token": token}, headers={"Origin": url}, timeout=10)
        assert answer.status_code in (200, 204), answer.text
        self.cookie = answer.headers["Set-Cookie"].split(";")[0]
        self.meet()

    def meet(self):
        me = self.request("GET", "/api/me").json()
        self.csrf, self.email, self.name = me["csrf"], me["user"]["email"], me["user"]["name"]

    @classmethod
    def with_cookie(cls, url, cookie):
        """Somebody who signed in by another way."""
        person = cls.__new__(cls)
        person.url, person.cookie = url, cookie
        person.meet()
        return person

    def admit(self, email, name):
        """Invites somebody, who takes the account: that Person."""
        invited = self.request("POST", "/api/people/invitations", json={"email": email, "role": "member"})
        assert invited.status_code == 201, invited.text
        answer = requests.post(f"{self.url}/api/invitations/accept", headers={"Origin": self.url}, timeout=10,
                               json={"token": invited.json()["link"].split("=")[-1], "name": name, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return Person.with_cookie(self.url, answer.headers["Set-Cookie"].split(";")[0])

    def share(self, notebook, email, role):
        answer = self.request("POST", f"/api/notebooks/{notebook}/access",
                              json={"people": [{"email": email, "role": role}], "notify": False})
        assert answer.status_code == 200, answer.text

    def request(self, method, path, **options):
        headers = {"Cookie": self.cookie, "Origin": self.url, **options.pop("headers", {})}
        if method != "GET":
            headers["X-Colibri-CSRF"] = self.csrf
        return requests.request(method, self.url + path, headers=headers, timeout=60, **options)

    def create(self):
        answer = self.request("POST", "/api/notebooks", json={})
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    def import_file(self, name, data):
        return self.request("POST", f"/api/notebooks/import?name={name}", data=data,
                            headers={"Content-Type": "application/x-ipynb+json"})

    def file(self, notebook):
        answer = self.request("GET", f"/api/notebooks/{notebook}/file")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def open(self, notebook, **options):
        return Page(self, notebook, **options)

    def end_runtime(self, notebook):
        page = self.open(notebook, client="t_end")
        page.send({"type": "disconnect"})
        page.wait_lease_ended()
        page.close()


class Page:
    """A tab: follows the notebook's records; `cells` is what a person would see."""

    def __init__(self, person, notebook, *, client="t_test", resume=None, asks=False):
        self.person, self.notebook, self.client = person, notebook, client
        self.command = 0
        self.messages, self.cells, self.order = [], {}, []
        self.epoch, self.seq = resume or (None, 0)
        self.lease, self.saved = None, None
        self.has_snapshot = False
        address = person.url.replace("http", "ws", 1) + f"/api/notebooks/{notebook}/socket"
        self.socket = websocket.create_connection(address, subprotocols=["colibri.v1"], cookie=person.cookie,
                                                  origin=person.url, timeout=60, skip_utf8_validation=True)
        hello = {"type": "hello", "client": client, "protocol": 1, "asks": asks}
        if resume:
            hello |= {"epoch": resume[0], "seq": resume[1]}
        self.send(hello)
        self.wait_for("welcome")
        self.wait(lambda: self.epoch is not None, 10)

    def send(self, message):
        self.socket.send(json.dumps(message))

    def do(self, op, **fields):
        self.command += 1
        self.send({"type": "command", "command": self.command, "op": {"type": op, **fields}})
        return self.command

    def act(self, kind, **fields):
        self.command += 1
        self.send({"type": kind, "command": self.command, **fields})

    def receive(self, timeout):
        self.socket.settimeout(timeout)
        text = self.socket.recv()
        message = json.loads(text)
        self.messages.append(message)
        if message["type"] == "snapshot":
            snapshot = message["snapshot"]
            self.epoch, self.seq = snapshot["epoch"], snapshot["seq"]
            self.has_snapshot = True
            self.cells = {cell["id"]: cell for cell in snapshot["cells"]}
            self.order = [cell["id"] for cell in snapshot["cells"]]
        elif message["type"] == "outputs":
            for later in message["cells"]:
                self.cells[later["cell"]]["outputs"] = later["outputs"]
        elif message["type"] == "records":
            for record in message["records"]:
                assert record["seq"] == self.seq + 1, "a gap in the records"
                self.seq = record["seq"]
                if self.has_snapshot:  # A resumed page has its cells from before; this one does not.
                    self.apply(record)
        elif message["type"] == "lease":
            self.lease = message["lease"]
        elif message["type"] == "saved":
            self.saved = message
        return message

    def apply(self, record):
        kind, cell = record["type"], self.cells.get(record.get("cell")) if isinstance(record.get("cell"), str) else None
        if kind == "cell_inserted":
            new = record["cell"]
            self.cells[new["id"]] = new
            after = record["after"]
            self.order.insert(0 if after is None else self.order.index(after) + 1, new["id"])
        elif kind == "cell_deleted":
            self.order.remove(record["cell"])
        elif kind == "run_started":
            cell["outputs"], cell["run"] = [], {"state": "running", "execution": record["execution"]}
            cell.pop("last_run", None)
        elif kind == "execution_counted":
            cell["execution_count"] = record["count"]
        elif kind == "stream_appended":
            outputs = cell["outputs"]
            if not outputs or outputs[-1].get("name") != record["name"]:
                outputs.append({"output_type": "stream", "name": record["name"], "text": ""})
            if cut := record.get("cut"):
                outputs[-1]["cut"] = cut
                outputs[-1]["tail"] = (outputs[-1].get("tail", "") + record["text"])[-cut["keep"]:] if cut["keep"] else ""
            else:
                outputs[-1]["text"] += record["text"]
        elif kind == "output_appended":
            cell["outputs"].append(record["output"])
        elif kind == "output_cleared" and not record["wait"]:
            cell["outputs"] = []
        elif kind == "input_requested":
            cell["input"] = record
        elif kind == "input_answered":
            cell.pop("input", None)
        elif kind == "run_finished" and cell:
            cell.pop("run", None)
            cell["last_run"] = record
        elif kind == "kernel_lost":
            for each in self.cells.values():
                if each.get("run"):
                    each.pop("run")
                    each["last_run"] = {"status": "aborted", "reason": record["reason"], "detail": record["detail"]}

    def wait(self, condition, timeout=60):
        deadline = time.monotonic() + timeout
        while not condition():
            left = deadline - time.monotonic()
            assert left > 0, f"timed out; the last messages: {self.messages[-5:]}"
            try:
                self.receive(left)
            except websocket.WebSocketTimeoutException:
                continue

    def wait_for(self, kind, timeout=60):
        start = len(self.messages)
        self.wait(lambda: any(m["type"] == kind for m in self.messages[start:]), timeout)
        return next(m for m in self.messages[start:] if m["type"] == kind)

    def wait_lease_ended(self, timeout=30):
        """A page that has heard of no lease yet cannot know."""
        self.wait(lambda: any(m["type"] == "lease" for m in self.messages)
                  and (self.lease is None or self.lease["state"] == "ended"), timeout)

    def add_code(self, source, cell=None):
        cell = cell or f"{self.client}_{self.command + 1}"
        after = self.order[-1] if self.order else None
        self.do("insert_cell", cell=cell, cell_type="code", after=after, source=source, metadata={})
        self.wait(lambda: cell in self.cells, 10)
        return cell

    def run(self, source, timeout=90):
        """Adds a cell, runs it to its end, and returns it."""
        cell = self.add_code(source)
        self.do("run", cells=[cell])
        self.wait(lambda: self.cells[cell].get("last_run"), timeout)
        return self.cells[cell]

    def wait_saved(self, timeout=15):
        self.wait(lambda: self.saved and self.saved["seq"] >= self.seq and not self.saved.get("error"), timeout)

    def close(self):
        self.socket.close()


def text_of(cell):
    """All that the cell shows as text."""
    parts = []
    for output in cell["outputs"]:
        if output["output_type"] == "stream":
            parts.append(output["text"] + output.get("tail", ""))
        elif output["output_type"] == "error":
            parts.append("\n".join(output["traceback"]))
        else:
            data = output["data"]
            text = data.get("text/plain", "")
            parts.append(text if isinstance(text, str) else "".join(text))
    return "".join(parts)
