"""Local runtimes by hand: the link that a page's worker speaks, and what is not allowed on it (docs/protocol.md 3.2)."""

import contextlib
import json
import struct

import pytest
import websocket

from colibri import text_of


def connect(person, notebook):
    answer = person.request("POST", f"/api/notebooks/{notebook}/local-runtime", json={})
    assert answer.status_code == 201, answer.text
    return answer.json()


def dial(person, notebook, **options):
    address = f"{person.url.replace('http', 'ws', 1)}/api/notebooks/{notebook}/local-runtime/socket"
    return websocket.create_connection(address, timeout=20, **{
        "subprotocols": ["colibri.link.v1"], "cookie": person.cookie, "origin": person.url, **options})


class Worker:
    """Plays the page's worker."""

    open = []

    def __init__(self, person, notebook, made, *, next_frame=0, kept=0):
        self.n, self.bytes = 0, b""
        self.socket = dial(person, notebook)
        self.open.append(self.socket)
        self.say(type="hello", protocol=1, runtime=made["runtime"], token=made["token"], next=next_frame, kept=kept)
        self.first = self.receive()
        self.n = self.first.get("acknowledged", 0)

    def say(self, **message):
        self.socket.send_binary(frame(message))

    def tell(self, kind, **fields):
        self.n += 1
        self.say(type=kind, n=self.n, **fields)

    def receive(self):
        while len(self.bytes) < 4 or len(self.bytes) < 4 + struct.unpack_from("<I", self.bytes)[0]:
            opcode, data = self.socket.recv_data()
            if opcode == websocket.ABNF.OPCODE_CLOSE:
                raise EOFError(int.from_bytes(data[:2], "big"))
            self.bytes += data
        length, json_length = struct.unpack_from("<II", self.bytes)
        message = json.loads(self.bytes[8:8 + json_length])
        self.bytes = self.bytes[4 + length:]
        return message

    def wait_for(self, kind):
        while (message := self.receive())["type"] != kind:
            pass
        return message

    def get_ready(self):
        self.tell("runtime", state="ready", reason="", detail="")
        self.tell("kernel", state="idle", reason="", detail="", language="python", name="python3")

    def close_code(self):
        with pytest.raises(EOFError) as closed:
            while True:
                self.receive()
        return closed.value.args[0]


def frame(message, length=None):
    text = json.dumps(message).encode()
    return struct.pack("<II", 4 + len(text) if length is None else length, len(text)) + text


def close_code(socket):
    while True:
        opcode, data = socket.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(data[:2], "big")


@contextlib.contextmanager
def running(person):
    """A notebook on a local runtime, with a cell that its kernel has begun."""
    notebook = person.create()
    page = person.open(notebook)
    made = connect(person, notebook)
    worker = Worker(person, notebook, made)
    worker.get_ready()
    page.wait(lambda: page.lease and page.lease["kernel"]["state"] == "idle", 15)
    cell = page.add_code("print('there')")
    page.do("run", cells=[cell])
    execution = worker.wait_for("execute")
    worker.tell("stream", execution=execution["execution"], name="stdout", text="begun\n")
    page.wait(lambda: "begun" in text_of(page.cells[cell]), 15)
    yield notebook, page, made, worker, cell, execution["execution"]
    page.close()
    while Worker.open:  # A runtime that is ended waits for its link's last words.
        Worker.open.pop().close()
    person.end_runtime(notebook)


def test_what_the_worker_says_comes_into_the_notebook_and_is_acknowledged(person):
    with running(person) as (notebook, page, _, worker, cell, execution):
        assert page.lease["flavor"] == "local" and page.lease["ends_ms"] == page.lease["idle_ends_ms"] == 0
        worker.tell("count", execution=execution, count=3)
        worker.tell("done", execution=execution, status="ok", reason="")
        page.wait(lambda: page.cells[cell].get("last_run"), 15)
        assert (text_of(page.cells[cell]), page.cells[cell]["execution_count"]) == ("begun\n", 3)
        while worker.wait_for("ack")["n"] < worker.n:
            pass
        answer = person.request("POST", f"/api/notebooks/{notebook}/local-runtime", json={})
        assert (answer.status_code, answer.json()["error"]["code"]) == (409, "conflict")
        page.send({"type": "connect", "flavor": "", "image": "", "kernel": "", "meanwhile": ""})
        assert page.wait_for("notice")["code"] == "not_connected"
        page.send({"type": "share_runtime", "shared": True})
        assert page.wait_for("notice")["code"] == "not_shared"


def test_a_page_that_was_loaded_anew_goes_on_behind_what_was_taken(person):
    with running(person) as (notebook, page, made, worker, cell, execution):
        again = Worker(person, notebook, made)
        assert again.first == {"type": "welcome", "acknowledged": worker.n}
        assert again.wait_for("execute")["execution"] == execution  # It has to know that one.
        assert worker.close_code() == 1013
        again.tell("stream", execution=execution, name="stdout", text="and on\n")
        again.tell("done", execution=execution, status="ok", reason="")
        page.wait(lambda: page.cells[cell].get("last_run"), 15)
        assert text_of(page.cells[cell]) == "begun\nand on\n"


def test_an_end_goes_to_the_worker_first(person):
    with running(person) as (notebook, page, made, worker, cell, execution):
        page.send({"type": "disconnect"})
        assert worker.wait_for("shutdown")["reason"] == "disconnected"
        worker.tell("stream", execution=execution, name="stdout", text="last words\n")
        worker.tell("runtime", state="ended", reason="disconnected", detail="")
        while worker.wait_for("ack")["n"] < worker.n:
            pass
        worker.socket.close()
        page.wait_lease_ended(10)
        assert page.lease["reason"] == "disconnected"
        assert text_of(page.cells[cell]) == "begun\nlast words\n"
        page.wait(lambda: page.cells[cell].get("last_run"), 10)
        assert page.cells[cell]["last_run"]["status"] == "aborted"
        # What it showed is good for nothing any more.
        assert Worker(person, notebook, made).first == {"type": "refused", "reason": "There is no such runtime."}


def test_only_its_person_with_its_token_speaks_for_it(person):
    bob = person.admit("bob.link@example.org", "Bob")
    eve = person.admit("eve.link@example.org", "Eve")
    with running(person) as (notebook, page, made, worker, cell, execution):
        person.share(notebook, "bob.link@example.org", "editor")
        refused = {"type": "refused", "reason": "There is no such runtime."}
        assert Worker(bob, notebook, made).first == refused
        assert Worker(person, notebook, {**made, "token": made["token"][::-1]}).first == refused
        assert Worker(person, notebook, {**made, "token": ""}).first == refused
        assert Worker(person, person.create(), made).first == refused
        # A runtime of a container is no page's to speak for.
        for who, wanted in ((bob, 1013), (eve, 4404)):
            socket = dial(who, notebook)
            if wanted == 1013:
                socket.send_binary(frame({"type": "pong", "n": 1}))  # It does not begin with a hello.
            assert close_code(socket) == wanted
        person.share(notebook, "eve.link@example.org", "viewer")
        assert close_code(dial(eve, notebook)) == 4403
        for options in ({"cookie": None}, {"origin": "http://evil.example"}, {"subprotocols": ["colibri.v1"]}):
            with pytest.raises(websocket.WebSocketBadStatusException):
                if options == {"cookie": None}:
                    assert close_code(dial(person, notebook, **options)) == 4401
                    raise websocket.WebSocketBadStatusException("closed with %s %s", 4401)
                dial(person, notebook, **options)
        # The right one was not disturbed by any of it.
        worker.tell("done", execution=execution, status="ok", reason="")
        page.wait(lambda: page.cells[cell].get("last_run"), 15)


def test_no_api_token_reaches_it(person):
    notebook = person.create()
    token = person.request("POST", "/api/me/tokens", json={
        "name": "all", "scopes": ["notebooks:read", "notebooks:write", "notebooks:run"], "life_ms": 3_600_000}).json()["token"]
    answer = person.request("POST", f"/api/notebooks/{notebook}/local-runtime", json={},
                            headers={"Authorization": f"Bearer {token}", "Cookie": ""})
    assert answer.status_code == 403, answer.text


@pytest.mark.parametrize("bytes_sent, code", [
    (struct.pack("<II", 0xFFFFFFFF, 2) + b"{}", 1013),  # A frame over the limit.
    (struct.pack("<II", 6, 99) + b"{}", 1013),  # JSON that is longer than its frame.
    (frame({"type": "stream", "execution": "x", "name": "stdout", "text": "no number"}), 1013),
    (frame({"type": "hello", "protocol": 1, "runtime": "r_x", "token": "", "next": 1, "kept": 1}), 1013),  # A second.
    (b"\0" * (2 * 1024 * 1024 + 1), 4400),
    ("text", 4400),
    (b"\0" * (17 * 1024 * 1024), 1009),
], ids=["huge frame", "false length", "no number", "second hello", "large message", "text", "over the socket's limit"])
def test_bad_frames_close_the_link_and_nothing_else(person, bytes_sent, code):
    with running(person) as (notebook, page, made, worker, cell, execution):
        with contextlib.suppress(OSError):  # Closed while it was being sent.
            worker.socket.send(bytes_sent) if isinstance(bytes_sent, str) else worker.socket.send_binary(bytes_sent)
        try:
            assert worker.close_code() == code
        except OSError:
            assert code == 1009
        again = Worker(person, notebook, made)
        again.tell("done", execution=execution, status="ok", reason="")
        page.wait(lambda: page.cells[cell].get("last_run"), 15)


def test_a_first_frame_is_a_short_one(person):
    notebook = person.create()
    socket = dial(person, notebook)
    socket.send_binary(struct.pack("<II", 1_000_000, 999_996) + b"x" * 100_000)
    assert close_code(socket) == 1013


def test_it_ends_when_its_person_may_not_run_cells_any_more(person):
    ann = person.admit("ann.link@example.org", "Ann")
    notebook = person.create()
    person.share(notebook, "ann.link@example.org", "editor")
    page = ann.open(notebook)
    worker = Worker(ann, notebook, connect(ann, notebook))
    worker.get_ready()
    page.wait(lambda: page.lease and page.lease["kernel"]["state"] == "idle", 15)
    answer = person.request("PUT", f"/api/notebooks/{notebook}/access/ann.link@example.org", json={"role": "viewer"})
    assert answer.status_code == 204
    assert worker.wait_for("shutdown")["reason"] == "disconnected"
    worker.socket.close()
    page.wait_lease_ended(15)
    answer = ann.request("POST", f"/api/notebooks/{notebook}/local-runtime", json={})
    assert (answer.status_code, answer.json()["error"]["code"]) == (403, "denied")
    page.close()


def test_it_goes_on_after_the_server_was_killed(make_server):
    server = make_server().start()
    person = server.sign_in()
    with running(person) as (notebook, page, made, worker, cell, execution):
        page.wait_saved()
        server.kill()
        server.start()
        page = person.open(notebook)
        again = Worker(person, notebook, made, next_frame=worker.n + 1, kept=worker.n + 1)
        assert again.first["type"] == "welcome" and again.first["acknowledged"] <= worker.n
        again.n = worker.n
        assert again.wait_for("execute")["execution"] == execution
        again.tell("stream", execution=execution, name="stdout", text="after\n")
        again.tell("done", execution=execution, status="ok", reason="")
        page.wait(lambda: page.cells[cell].get("last_run"), 15)
        assert text_of(page.cells[cell]) == "begun\nafter\n"
        page.close()
