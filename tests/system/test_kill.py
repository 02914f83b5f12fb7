"""kill -9 at random moments while people write: what was acknowledged is there, once; what was not, at most once."""

import itertools
import json
import os
import pathlib
import random
import re
import threading
import time

import pytest
import websocket

import postgres
from colibri import text_of

TOKEN = re.compile(r"<[a-z]+\d+>")
WRITERS = 4
MOST_THREADS = 200  # Of each; a notebook has at most 1,000.


def length_after(changes, length):
    """Of a text of this length after a change set in JSON, which must fit it."""
    before = after = 0
    for section in changes:
        if isinstance(section, int):
            before, after = before + section, after + section
        else:
            before += section[0]
            after += len("\n".join(section[1:])) if len(section) > 1 else 0
    assert before == length, f"a change for {before} of {length} units"
    return after


class Writer(threading.Thread):
    """A page that writes without end. It counts nothing as done that was not acknowledged, and says everything again
    after a broken connection."""

    def __init__(self, person, notebook, number):
        super().__init__(daemon=True)
        self.person, self.notebook, self.name = person, notebook, "abcdefgh"[number]
        self.client = f"t_writer_{self.name}"
        self.random = random.Random(number)
        self.tokens = itertools.count()
        self.command = 0
        self.place = None  # Epoch and seq.
        self.version = self.length = self.confirmed = 0  # Of the shared text.
        self.socket = None
        self.pending = {}  # By command: the op, and the token that it brings.
        self.acknowledged = set()
        self.threads = 0
        self.stopping = False
        self.error = None

    def run(self):
        try:
            while not (self.stopping and not self.pending):
                try:
                    self.connect()
                    while not (self.stopping and not self.pending):
                        self.work()
                except (OSError, websocket.WebSocketException):
                    time.sleep(0.005)
        except Exception as error:  # noqa: BLE001 - told by the test.
            self.error = error
        finally:
            if self.socket:
                self.socket.shutdown()

    def connect(self):
        address = self.person.url.replace("http", "ws", 1) + f"/api/notebooks/{self.notebook}/socket"
        self.socket = websocket.create_connection(address, subprotocols=["colibri.v1"], cookie=self.person.cookie,
                                                  origin=self.person.url, timeout=20)
        hello = {"type": "hello", "client": self.client, "protocol": 1}
        if self.place:
            hello |= {"epoch": self.place[0], "seq": self.place[1]}
        self.socket.send(json.dumps(hello))
        while self.receive() != "lease":
            pass
        # Said again, in their order and under new numbers: what was accepted is known by its own id. All are
        # noted before the first is said, for the server may be killed in the middle of this too.
        self.pending = {self.command + i: each for i, each in enumerate(self.pending.values(), 1)}
        self.command += len(self.pending)
        for number, (op, _) in self.pending.items():
            self.say(number, op)

    def send(self, op, token):
        self.command += 1
        self.pending[self.command] = (op, token)
        self.say(self.command, op)

    def say(self, number, op):
        self.socket.send(json.dumps({"type": "command", "command": number, "op": op}))

    def work(self):
        if self.stopping or len(self.pending) > self.random.randrange(1, 5):
            self.receive()
            return
        kind = self.random.random()
        is_text = kind < 0.7 or self.threads == MOST_THREADS
        if is_text and any(op["type"] == "push_text" for op, _ in self.pending.values()):
            self.receive()  # One at a time.
            return
        token = f"<{self.name}{next(self.tokens)}>"
        if is_text:
            # At the front of the text as it was then: the server moves it over what others wrote since.
            changes = [[0, token], *([self.length] if self.length else [])]
            self.send({"type": "push_text", "cell": "shared", "version": self.version, "first": self.confirmed,
                       "changes": [changes]}, token)
        elif kind < 0.9:
            self.send({"type": "insert_cell", "cell": f"cell-{self.name}-{token[2:-1]}", "cell_type": "raw",
                       "after": "shared", "source": token, "metadata": {}}, token)
        else:
            self.threads += 1
            name = f"{self.name}-{token[2:-1]}"
            self.send({"type": "start_thread", "thread": f"thread-{name}", "comment": f"comment-{name}",
                       "cell": "shared", "text": token}, token)

    def receive(self):
        message = json.loads(self.socket.recv())
        kind = message["type"]
        if kind == "snapshot":
            snapshot = message["snapshot"]
            self.place = (snapshot["epoch"], snapshot["seq"])
            shared = next(cell for cell in snapshot["cells"] if cell["id"] == "shared")
            self.version, self.length = shared["version"], len(shared["source"])
            self.confirmed = shared.get("confirmed", {}).get(self.client, 0)
        elif kind == "records":
            assert message["epoch"] == self.place[0], "the document was built anew"
            for record in message["records"]:
                self.follow(record)
        elif kind == "refused":
            op, token = self.pending.pop(message["command"])
            # Accepted before the connection broke; its record may be told behind this.
            assert message["error"]["code"] in ("conflict", "invalid"), (message, op)
            self.done(token)
        return kind

    def follow(self, record):
        assert record["seq"] == self.place[1] + 1, f"record {record['seq']} after {self.place[1]}"
        self.place = (self.place[0], record["seq"])
        if record["type"] == "text_changed" and record["cell"] == "shared":
            assert record["version"] == self.version
            for update in record["updates"]:
                self.length = length_after(update["changes"], self.length)
                self.version += 1
                self.confirmed += update["client"] == self.client
        if record.get("client") == self.client:
            for command in [c for c, (op, token) in self.pending.items() if is_done_by(op, record)]:
                self.done(self.pending.pop(command)[1])

    def done(self, token):
        self.acknowledged.add(token)


def is_done_by(op, record):
    """Whether the record carries out this command, or did so under an earlier number."""
    kinds = {"push_text": "text_changed", "insert_cell": "cell_inserted", "start_thread": "comment_added"}
    if record["type"] != kinds[op["type"]]:
        return False
    if op["type"] == "push_text":
        return record["cell"] == "shared"
    return (record["cell"]["id"] == op["cell"] if op["type"] == "insert_cell" else record["comment"] == op["comment"])


def standing(person, notebook):
    """All tokens that stand in the notebook, in its cells and comments."""
    page = person.open(notebook, client="t_looks")
    snapshot = next(m["snapshot"] for m in page.messages if m["type"] == "snapshot")
    page.socket.shutdown()
    texts = [cell["source"] for cell in snapshot["cells"]]
    texts += [comment["text"] for thread in snapshot.get("threads", []) for comment in thread["comments"]]
    return TOKEN.findall("\n".join(texts))


def check(person, notebook, acknowledged, moment):
    found = standing(person, notebook)
    assert len(found) == len(set(found)), f"doubled {moment}: {[t for t in found if found.count(t) > 1][:5]}"
    lost = acknowledged - set(found)
    assert not lost, f"lost {moment}: {sorted(lost)[:5]}"


def write_and_kill(server, kills, chance):
    """Kills the server at random moments under load; returns the person and the notebook."""
    person = server.start().sign_in()
    notebook = person.create()
    page = person.open(notebook, client="t_first")
    shared = page.order[0]
    page.do("insert_cell", cell="shared", cell_type="raw", after=shared, source="", metadata={})
    page.wait(lambda: "shared" in page.cells)
    page.close()
    writers = [Writer(person, notebook, number) for number in range(WRITERS)]
    for writer in writers:
        writer.start()
    for kill in range(kills):
        # Now and then long enough that the file is written and the log compacted.
        time.sleep(chance.uniform(0.3, 1.2) if kill % 20 == 19 else chance.uniform(0.002, 0.08))
        server.kill()
        acknowledged = set().union(*(set(writer.acknowledged) for writer in writers))
        server.start()
        if kill % 20 == 10:  # What is lost or doubled stays so: nobody deletes.
            check(person, notebook, acknowledged, f"after kill {kill + 1}")
        assert not any(writer.error for writer in writers), [writer.error for writer in writers]
    for writer in writers:
        writer.stopping = True
    for writer in writers:
        writer.join(30)
        assert not writer.is_alive() and not writer.error, (writer.error, writer.pending)
    everything = {f"<{writer.name}{n}>" for writer in writers for n in range(next(writer.tokens))}
    assert sorted(standing(person, notebook)) == sorted(everything)
    assert len(everything) > kills, "hardly anything was written"
    return person, notebook


def file_is_whole(server, person, notebook):
    """The .ipynb on the disk is whole and holds what the document does."""
    page = person.open(notebook, client="t_file")
    page.wait_saved()
    cells = [page.cells[cell] for cell in page.order]
    page.close()
    (path,) = pathlib.Path(server.data, "drive").rglob("My Drive/**/*.ipynb")
    saved = json.loads(path.read_text())
    assert [(c["id"], c["cell_type"], "".join(c["source"])) for c in saved["cells"]] == \
        [(c["id"], c["cell_type"], c["source"]) for c in cells]
    assert [p.name for p in path.parent.iterdir()] == [path.name], "something half written is left"


def chance_of(test):
    seed = int(os.environ.get("COLIBRI_TEST_SEED", random.randrange(1 << 31)))
    print(f"{test}: COLIBRI_TEST_SEED={seed}")
    return random.Random(seed)


def test_a_server_killed_at_200_moments_loses_and_doubles_nothing(make_server):
    server = make_server()
    person, notebook = write_and_kill(server, 200, chance_of("kill"))
    file_is_whole(server, person, notebook)
    server.kill()
    server.start()
    page = person.open(notebook, client="t_again")
    page.close()


def test_the_same_with_postgresql(make_server):
    with postgres.Cluster() as cluster:
        server = make_server(arguments=["--store", cluster.url])
        person, notebook = write_and_kill(server, 30, chance_of("kill with PostgreSQL"))
        file_is_whole(server, person, notebook)
        server.stop()


def test_a_server_killed_again_and_again_keeps_each_line_that_a_cell_prints(make_server):
    server = make_server()
    person = server.start().sign_in()
    notebook = person.create()
    page = person.open(notebook)
    cell = page.add_code("import time\nfor i in range(300):\n    print('line', i, flush=True)\n    time.sleep(0.02)")
    page.do("run", cells=[cell])
    page.wait(lambda: "line 3\n" in text_of(page.cells[cell]))
    chance = chance_of("kill with output")
    for _ in range(25):
        time.sleep(chance.uniform(0.05, 0.4))
        server.kill()
        server.start()
    page = person.open(notebook)
    page.wait(lambda: page.cells[cell].get("last_run"), 60)
    assert text_of(page.cells[cell]) == "".join(f"line {i}\n" for i in range(300))
    page.close()
    person.end_runtime(notebook)
