"""What a hand-written client may try: each is refused once and clearly, nothing else changes, memory stays bounded."""

import itertools
import json
import re
import socket
import threading
import time

import pytest
import websocket

from colibri import Server

LARGE = 10 << 20
MEMORY_MB = 400  # Of a server under any of these, at its highest; a good part is one message being read.


def memory_peak_mb(server, *, reset=False):
    folder = f"/proc/{server.process.pid}"
    if reset:
        with open(f"{folder}/clear_refs", "w") as f:
            f.write("5")
    with open(f"{folder}/status") as f:
        return int(re.search(r"VmHWM:\s+(\d+) kB", f.read()).group(1)) / 1024


clients = (f"t_bad{n}" for n in itertools.count())


@pytest.fixture
def notebook(person):
    return person.create()


@pytest.fixture
def page(person, notebook):
    page = person.open(notebook, client=next(clients))
    yield page
    page.socket.shutdown()  # No goodbye: what a test has not read would be waited for.


@pytest.fixture(autouse=True)
def bounded(shared_server):
    memory_peak_mb(shared_server, reset=True)
    yield
    assert shared_server.process.poll() is None, shared_server.log.read_text()[-2000:]
    assert memory_peak_mb(shared_server) < MEMORY_MB


def content(person, notebook):
    """All of the document that commands can change, as somebody else sees it."""
    page = person.open(notebook, client=next(clients))
    snapshot = next(m["snapshot"] for m in page.messages if m["type"] == "snapshot")
    page.close()
    return {"metadata": snapshot["metadata"], "cells": snapshot["cells"], "seq": snapshot["seq"]}


def refusal(page, op, **fields):
    """The error that answers a command; None when it was accepted."""
    number = page.do(op, **fields)
    return answer(page, number)


def answer(page, number):
    seen = len(page.messages)

    def found():
        for message in page.messages[seen:]:
            if message["type"] == "refused" and message["command"] == number:
                return message["error"]
            if message["type"] == "records":
                for record in message["records"]:
                    if record.get("command") == number and record.get("client") == page.client:
                        return {}
        return None

    page.wait(lambda: found() is not None, 60)
    return found() or None


def closing(page):
    """The close code of the server and its reason; reads what comes before."""
    page.socket.settimeout(30)
    while True:
        opcode, data = page.socket.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(data[:2], "big"), data[2:].decode()


def insert(**fields):
    return {"type": "insert_cell", "cell": "n1", "cell_type": "code", "after": None, "source": "", "metadata": {}} | fields


def command(op):
    return json.dumps({"type": "command", "command": 1, "op": op})


# --- messages that are none: the socket closes with 4400 and says what was wrong ---

NO_MESSAGES = {
    "no JSON": "{",
    "no object": "[1]",
    "another type": '{"type":"format_disk"}',
    "no type": "{}",
    "nested deeply": "[" * 1_000_000,
    "nested deeply in metadata": command(insert(metadata=json.loads('{"a":' * 120 + "1" + "}" * 120))),
    "five million values": '{"type":"ping","n":1,"a":[' + "0," * 5_000_000 + "0]}",
    "three million lists": '{"type":"ping","n":1,"a":[' + "[]," * 3_000_000 + "[]]}",
    "NaN": '{"type":"ping","n":NaN}',
    "a command without a number": '{"type":"command","op":{"type":"delete_cell","cell":"c"}}',
    "command number 0": '{"type":"command","command":0,"op":{"type":"delete_cell","cell":"c"}}',
    "a negative number": '{"type":"command","command":-1,"op":{"type":"delete_cell","cell":"c"}}',
    "half a number": '{"type":"command","command":1.5,"op":{"type":"delete_cell","cell":"c"}}',
    "a number past 64 bits": '{"type":"command","command":99999999999999999999,"op":{"type":"delete_cell","cell":"c"}}',
    "a command without op": '{"type":"command","command":1}',
    "an op that is text": '{"type":"command","command":1,"op":"delete_cell"}',
    "another op": command({"type": "start_run", "cell": "c"}),
    "an op of the runtime": command({"type": "append_stream", "execution": "x", "name": "stdout", "text": "x"}),
    "a cell id of 1 MB": command(insert(cell="x" * (1 << 20))),
    "an empty cell id": command(insert(cell="")),
    "a cell id that is a list": command(insert(cell=["c"])),
    "an unknown kind of cell": command(insert(cell_type="heading")),
    "metadata that is a list": command(insert(metadata=[])),
    "source that is a number": command(insert(source=1)),
    "after that is a number": command(insert(after=1)),
    "too many cells to run": command({"type": "run", "cells": ["c"] * 10_001}),
    "no changes": command({"type": "push_text", "cell": "c", "version": 0, "first": 0, "changes": []}),
    "changes of a negative length": command({"type": "push_text", "cell": "c", "version": 0, "first": 0, "changes": [[-1]]}),
    "changes of a huge length": command({"type": "push_text", "cell": "c", "version": 0, "first": 0, "changes": [[1 << 40]]}),
    "changes that are an object": command({"type": "push_text", "cell": "c", "version": 0, "first": 0, "changes": {"0": [1]}}),
    "a negative version": command({"type": "push_text", "cell": "c", "version": -1, "first": 0, "changes": [[1]]}),
    "a second hello": json.dumps({"type": "hello", "client": "t_x", "protocol": 1}),
    "a cursor below 0": '{"type":"complete","request":"q","code":"x","cursor":-1}',
    "an execution id of 1 MB": json.dumps({"type": "answer_input", "command": 1, "execution": "x" * (1 << 20), "value": ""}),
    "a comm of another type": json.dumps({"type": "comm", "message": {"type": "execute_request", "content": {}}}),
}


@pytest.mark.parametrize("text", NO_MESSAGES.values(), ids=NO_MESSAGES.keys())
def test_what_is_no_message_closes_the_socket_with_a_reason(person, notebook, page, text):
    before = content(person, notebook)
    page.socket.send(text)
    code, reason = closing(page)
    assert code == 4400 and reason
    assert content(person, notebook) == before


@pytest.mark.parametrize("data", [b"", b"\0\0", b"\xff\xff\xff\xff{}", b"\x02\0\0\0{}", b"\x0f\0\0\0" + b'{"type":"comm"}',
                                  b'\x1c\0\0\0{"type":"comm","buffers":[9]}'])
def test_a_malformed_binary_message_closes_the_socket(person, notebook, page, data):
    before = content(person, notebook)
    page.socket.send_binary(data)
    assert closing(page)[0] == 4400
    assert content(person, notebook) == before


def raw_frame(page, header, payload=b"", mask=b"\0\0\0\0"):
    page.socket.sock.sendall(header + mask + payload)


@pytest.mark.parametrize("send, code", [
    (lambda page: page.socket.send(b"\xff\xfe", websocket.ABNF.OPCODE_TEXT), 1007),
    (lambda page: raw_frame(page, b"\x81\xff" + (1 << 62).to_bytes(8, "big")), 1009),
    (lambda page: raw_frame(page, b"\x83\x80"), 1002),
    (lambda page: page.socket.sock.sendall(b"\x81\x02{}"), 1002),
], ids=["no UTF-8", "a length of 2^62", "an unknown opcode", "unmasked"])
def test_what_is_no_websocket_frame_closes_the_socket(page, send, code):
    send(page)
    assert closing(page)[0] == code


def test_a_message_over_16_mib_is_refused_before_it_has_come(page):
    with pytest.raises((ConnectionError, websocket.WebSocketException, AssertionError)):
        page.socket.send("x" * (17 << 20))
        assert closing(page)[0] != 1009


@pytest.mark.parametrize("hello, code", [
    ({"type": "ping", "n": 1}, 4400),
    ({"type": "hello", "client": "", "protocol": 1}, 4400),
    ({"type": "hello", "client": "x" * 1000, "protocol": 1}, 4400),
    ({"type": "hello", "client": 7, "protocol": 1}, 4400),
    ({"type": "hello", "client": "t_old", "protocol": 0}, 4409),
    ({"type": "hello", "client": "t_far", "protocol": 1, "epoch": "e_1"}, 4400),
    ({"type": "hello", "client": "t_far", "protocol": 1, "epoch": "e_1", "seq": -4}, 4400),
])
def test_what_is_no_hello_closes_the_socket(person, notebook, hello, code):
    raw = websocket.create_connection(f"{person.url.replace('http', 'ws', 1)}/api/notebooks/{notebook}/socket",
                                      subprotocols=["colibri.v1"], cookie=person.cookie, origin=person.url, timeout=30)
    raw.send(json.dumps(hello))
    opcode, data = raw.recv_data()
    assert (opcode, int.from_bytes(data[:2], "big")) == (websocket.ABNF.OPCODE_CLOSE, code)


def test_a_place_in_the_future_gets_a_snapshot(person, notebook, page):
    ahead = person.open(notebook, client=next(clients), resume=(page.epoch, page.seq))
    ahead.close()
    assert not ahead.has_snapshot
    far = person.open(notebook, client=next(clients), resume=(page.epoch, 1 << 62))
    far.wait(lambda: far.has_snapshot, 10)
    far.close()


# --- commands that fit no document: refused, told, and the socket goes on ---


def push(cell, changes, version=1, first=0):
    return {"type": "push_text", "cell": cell, "version": version, "first": first, "changes": changes}


BAD_COMMANDS = {
    "a deleted cell": ("no_such_cell", lambda c: {"type": "delete_cell", "cell": "gone"}),
    "text for a deleted cell": ("no_such_cell", lambda c: push("gone", [[[0, "x"]]])),
    "moving a deleted cell": ("no_such_cell", lambda c: {"type": "move_cell", "cell": "gone", "after": None}),
    "converting a deleted cell": ("no_such_cell", lambda c: {"type": "set_cell_type", "cell": "gone", "cell_type": "raw"}),
    "metadata of a deleted cell": ("no_such_cell", lambda c: {"type": "set_cell_metadata", "cell": "gone", "metadata": {}}),
    "behind itself": ("invalid", lambda c: {"type": "move_cell", "cell": c, "after": c}),
    "behind nothing": ("no_such_cell", lambda c: {"type": "move_cell", "cell": c, "after": "nowhere"}),
    "an id that is there": ("invalid", lambda c: insert(cell=c)),
    "an id with a slash": ("invalid", lambda c: insert(cell="../x")),
    "an id with a zero": ("invalid", lambda c: insert(cell="a\0b")),
    "an id of 65": ("invalid", lambda c: insert(cell="x" * 65)),
    "its own type": ("conflict", lambda c: {"type": "set_cell_type", "cell": c, "cell_type": "code"}),
    "nothing to clear": ("conflict", lambda c: {"type": "clear_outputs", "cells": []}),
    "nothing to run": ("conflict", lambda c: {"type": "run", "cells": ["gone"]}),
    "nothing to cancel": ("conflict", lambda c: {"type": "cancel_runs", "cells": [c]}),
    "a change too short": ("invalid", lambda c: push(c, [[3]])),
    "a change too long": ("invalid", lambda c: push(c, [[5, [0, "x"]]])),
    "a change far too long": ("invalid", lambda c: push(c, [[67108863, [0, "x"]]])),
    "a chain that breaks": ("invalid", lambda c: push(c, [[4, [0, "x"]], [4, [0, "y"]]])),
    "a version to come": ("invalid", lambda c: push(c, [[4, [0, "x"]]], version=2)),
    "a version in the far future": ("invalid", lambda c: push(c, [[4, [0, "x"]]], version=(1 << 63) - 1)),
    "updates that were never confirmed": ("invalid", lambda c: push(c, [[4, [0, "x"]]], first=7)),
    "half of an emoji": ("invalid", lambda c: push(c, [[1, [1], 2]])),
    "in the middle of an emoji": ("invalid", lambda c: push(c, [[2, [0, "x"], 2]])),
    "a half of a pair": ("invalid", lambda c: push(c, [[4, [0, "\ud83d"]]])),
    "an answer nobody waits for": ("no_such_cell", None),
}


@pytest.fixture
def with_text(page):
    """A notebook whose one cell holds a pair, and the cell's id."""
    cell = page.order[0]
    assert refusal(page, "push_text", cell=cell, version=0, first=0, changes=[[[0, "a😀b"]]]) is None
    # Another client's eyes: nothing of it is confirmed for that one.
    return cell


@pytest.mark.parametrize("name", BAD_COMMANDS)
def test_a_command_that_fits_no_document_is_refused_and_changes_nothing(person, notebook, with_text, name):
    code, op = BAD_COMMANDS[name]
    before = content(person, notebook)
    page = person.open(notebook, client=next(clients))
    if op is None:
        page.act("answer_input", execution="x_none", value="secret")
        error = answer(page, page.command)
    else:
        fields = op(with_text)
        error = refusal(page, fields.pop("type"), **fields)
    assert error and error["code"] == code and error["detail"], error
    assert content(person, notebook) == before
    assert refusal(page, "insert_cell", **{k: v for k, v in insert(cell="after").items() if k != "type"}) is None
    page.close()


def test_a_base_older_than_the_kept_history_is_refused_as_such(person, notebook, page):
    cell = page.order[0]
    for batch in range(3):
        changes = [[*([n] if (n := batch * 1000 + i) else []), [0, "x"]] for i in range(1000)]
        assert refusal(page, "push_text", cell=cell, version=batch * 1000, first=batch * 1000, changes=changes) is None
    before = content(person, notebook)
    late = person.open(notebook, client=next(clients))
    assert refusal(late, "push_text", cell=cell, version=0, first=0, changes=[[[0, "late"]]])["code"] == "stale_base"
    assert content(person, notebook) == before
    late.close()


def test_a_repeated_command_does_nothing_twice(person, notebook, page):
    assert refusal(page, "insert_cell", cell="once", cell_type="raw", after=None, source="1", metadata={}) is None
    before = content(person, notebook)
    repeated = {"type": "command", "command": page.command, "op": {"type": "delete_cell", "cell": "once"}}
    page.send(repeated)
    page.send(repeated | {"command": 1})
    page.send({"type": "ping", "n": 5})
    page.wait_for("pong")
    assert content(person, notebook) == before


def test_the_number_of_a_command_says_nothing_about_another_client(person, notebook, page):
    page.command = (1 << 62) - 1
    assert refusal(page, "insert_cell", cell="far", cell_type="raw", after=None, source="", metadata={}) is None
    other = person.open(notebook, client=next(clients))
    assert refusal(other, "insert_cell", cell="near", cell_type="raw", after=None, source="", metadata={}) is None
    other.close()


def test_a_tab_that_connects_twice_has_one_connection(person, notebook, page):
    second = person.open(notebook, client=page.client)
    assert closing(page)[0] == 4409
    assert refusal(second, "insert_cell", cell="n1", cell_type="raw", after=None, source="", metadata={}) is None
    second.close()


def test_proto_is_a_key_like_any_other(person, notebook, page):
    hostile = json.loads('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"toString":"x"}')
    ids = ["__proto__", "constructor", "hasOwnProperty", "toString"]
    for cell in ids:
        assert refusal(page, "insert_cell", cell=cell, cell_type="code", after=None, source="1", metadata=hostile) is None
        assert refusal(page, "push_text", cell=cell, version=0, first=0, changes=[[1, [0, "+1"]]]) is None
    assert refusal(page, "set_notebook_metadata", metadata=hostile) is None
    page.wait_saved()
    seen = {cell["id"]: cell for cell in content(person, notebook)["cells"]}
    for cell in ids:
        assert seen[cell]["metadata"] == hostile and seen[cell]["source"] == "1+1"
    saved = person.file(notebook)
    assert saved["metadata"] == hostile
    assert [c["metadata"] for c in saved["cells"] if c["id"] in ids] == [hostile] * 4
    named = person.open(notebook, client="__proto__")
    assert refusal(named, "push_text", cell="constructor", version=1, first=0, changes=[[3, [0, "!"]]]) is None
    named.close()


def test_ten_megabytes_are_pasted_seen_and_saved(person, notebook, page):
    cell, text = page.order[0], ("x" * 99 + "\n") * (LARGE // 100)
    other = person.open(notebook, client=next(clients))
    assert refusal(page, "push_text", cell=cell, version=0, first=0, changes=[[[0, *text.split("\n")]]]) is None
    other.wait(lambda: other.seq >= page.seq, 30)
    assert refusal(other, "push_text", cell=cell, version=1, first=0, changes=[[len(text), [0, "!"]]]) is None
    page.wait(lambda: page.seq >= other.seq, 30)
    page.wait_saved(30)
    assert "".join(person.file(notebook)["cells"][0]["source"]) == text + "!"
    # What is more than a cell may hold is refused in a sentence.
    error = refusal(page, "push_text", cell=cell, version=2, first=1, changes=[[len(text) + 1, [0, "y" * LARGE]]])
    assert error["code"] == "too_large" and error["detail"]
    other.close()


def test_a_push_that_would_keep_the_server_busy_is_refused(person, notebook, page):
    cell = page.order[0]
    other = person.open(notebook, client=next(clients))
    typed = [[*([n] if n else []), [0, "x"]] for n in range(1900)]
    assert refusal(other, "push_text", cell=cell, version=0, first=0, changes=typed) is None
    before = content(person, notebook)
    wide = [[0, "x"], [0, "y"]] * 200_000
    assert refusal(page, "push_text", cell=cell, version=0, first=0, changes=[wide])["code"] == "stale_base"
    assert content(person, notebook) == before
    other.close()


@pytest.fixture(scope="module")
def other_person(person):
    return person.admit("other@example.org", "Other")


def test_a_forged_client_id_does_nothing_in_the_name_of_another(person, other_person, notebook, page):
    """The id of a tab is seen by all who are here; what is written under it is its user's alone."""
    person.share(notebook, "other@example.org", "editor")
    cell = page.order[0]
    assert refusal(page, "push_text", cell=cell, version=0, first=0, changes=[[[0, "mine"]]]) is None
    before = content(person, notebook)
    forger = websocket.create_connection(f"{person.url.replace('http', 'ws', 1)}/api/notebooks/{notebook}/socket",
                                         subprotocols=["colibri.v1"], cookie=other_person.cookie, origin=person.url,
                                         timeout=30)
    forger.send(json.dumps({"type": "hello", "client": page.client, "protocol": 1}))
    opcode, data = forger.recv_data()
    assert (opcode, int.from_bytes(data[:2], "big")) == (websocket.ABNF.OPCODE_CLOSE, 4400)
    # The tab is gone for a moment: still its id is nobody else's.
    page.close()
    forger = other_person.open(notebook, client=page.client)
    forger.command = 100  # A number up to the last accepted one is a repetition, answered by nothing.
    for op in (push(cell, [[4, [0, "!"]]], first=1), {"type": "delete_cell", "cell": cell}, insert(cell="n9")):
        assert refusal(forger, op.pop("type"), **op)["code"] == "denied"
    forger.close()
    assert content(person, notebook) == before
    again = person.open(notebook, client=page.client)
    again.command = page.command
    assert refusal(again, "push_text", cell=cell, version=1, first=1, changes=[[4, [0, "!"]]]) is None
    again.close()


@pytest.mark.parametrize("op, code", [
    (lambda c: {"type": "split_cell", "cell": c, "version": 1, "at": 5, "new_cell": "s"}, "invalid"),
    (lambda c: {"type": "split_cell", "cell": c, "version": 1, "at": 1 << 40, "new_cell": "s"}, "invalid"),
    (lambda c: {"type": "split_cell", "cell": c, "version": 1, "at": 2, "new_cell": "s"}, "invalid"),
    (lambda c: {"type": "split_cell", "cell": c, "version": 9, "at": 0, "new_cell": "s"}, "invalid"),
    (lambda c: {"type": "split_cell", "cell": c, "version": 1, "at": 1, "new_cell": c}, "invalid"),
    (lambda c: {"type": "merge_cells", "cells": [c, "gone"]}, "no_such_cell"),
    (lambda c: {"type": "merge_cells", "cells": [c, c]}, "invalid"),
    (lambda c: {"type": "restore_cell", "cell": "gone", "after": None}, "no_such_cell"),
    (lambda c: {"type": "reply", "thread": "gone", "comment": "r", "text": "x"}, "not_found"),
    (lambda c: {"type": "start_thread", "thread": "t", "comment": "r", "cell": "gone", "text": "x"}, "no_such_cell"),
    (lambda c: {"type": "start_thread", "thread": "t", "comment": "r", "cell": c, "text": "x" * (17 << 10)}, "too_large"),
], ids=lambda value: value if isinstance(value, str) else value("c")["type"])
def test_a_place_or_cell_that_is_not_there_is_refused(person, notebook, with_text, op, code):
    before = content(person, notebook)
    page = person.open(notebook, client=next(clients))
    fields = op(with_text)
    assert refusal(page, fields.pop("type"), **fields)["code"] == code
    assert content(person, notebook) == before
    page.close()


def test_a_comment_on_a_part_that_is_not_there_is_on_the_cell(person, notebook, with_text):
    page = person.open(notebook, client=next(clients))
    assert refusal(page, "start_thread", thread="t", comment="r", cell=with_text, text="x", version=1,
                   anchor={"from": 3, "to": 1 << 30}) is None
    started = next(r for m in page.messages if m["type"] == "records" for r in m["records"])
    assert started["begins"] == {"cell": with_text, "anchor": None, "quote": ""}
    page.close()


def test_commands_over_ones_role_are_counted_in_the_log(person, other_person, notebook, shared_server):
    person.share(notebook, "other@example.org", "viewer")
    before = content(person, notebook)
    viewer = other_person.open(notebook, client=next(clients))
    for _ in range(500):
        viewer.do("set_notebook_metadata", metadata={"mine": True})
    viewer.send({"type": "interrupt", "command": 501})
    viewer.wait(lambda: sum(m["type"] == "refused" for m in viewer.messages) == 501, 30)
    viewer.close()
    assert content(person, notebook) == before

    def counts():
        return [int(n) for n in re.findall(rf"notebook {notebook}: (\d+) commands of \S+ were refused: viewer may not",
                                           shared_server.log.read_text())]

    end = time.monotonic() + 10
    while sum(counts()) < 501 and time.monotonic() < end:
        time.sleep(0.02)
    assert sum(counts()) == 501 and len(counts()) <= 3, counts()


# --- floods: memory stays bounded, others go on working ---


def flood(page, text, times):
    """Sends a message many times without reading; until the server has had enough of it."""
    frame = websocket.ABNF.create_frame(text, websocket.ABNF.OPCODE_TEXT).format()
    chunk = frame * max(1, (1 << 20) // len(frame))
    page.socket.sock.settimeout(3)
    sent = 0
    try:
        while sent < times * len(frame):
            page.socket.sock.sendall(chunk)
            sent += len(chunk)
    except (TimeoutError, socket.timeout, ConnectionError, OSError):
        pass  # It reads no more, or has closed: both are right.


FLOODS = {
    "pings": ('{"type":"ping","n":1}', 1_000_000),
    "refused commands": (command({"type": "delete_cell", "cell": "gone"}), 300_000),
    "questions to no kernel": ('{"type":"complete","request":"q","code":"x","cursor":1}', 300_000),
    "interrupts": ('{"type":"interrupt","command":1}', 300_000),
    "comms": ('{"type":"comm","message":{"type":"comm_msg","content":{}}}', 300_000),
}


@pytest.mark.parametrize("name", FLOODS)
def test_a_flood_from_a_socket_that_reads_nothing(person, notebook, page, shared_server, name):
    flood(page, *FLOODS[name])
    assert memory_peak_mb(shared_server) < MEMORY_MB
    other = person.open(notebook, client=next(clients))
    assert refusal(other, "insert_cell", cell="meanwhile", cell_type="raw", after=None, source="", metadata={}) is None
    other.close()


def test_a_flood_of_presence_closes_its_socket_and_no_other(person, notebook, page, shared_server):
    other = person.open(notebook, client=next(clients))
    place = json.dumps({"type": "presence", "cell": page.order[0], "selection": [[0, 1 << 30]] * 32, "version": 1 << 40,
                        "editing": True})
    flood(page, place, 20_000)
    code, reason = closing(page)
    assert code == 4400 and reason
    assert refusal(other, "insert_cell", cell="meanwhile", cell_type="raw", after=None, source="", metadata={}) is None
    # Of all that, the others were told a few times.
    assert sum(m["type"] == "presence" for m in other.messages) < 200
    assert memory_peak_mb(shared_server) < MEMORY_MB
    other.close()


@pytest.mark.parametrize("change", [
    {"selection": [[0, 0]] * 33}, {"selection": [[0]]}, {"selection": [[-1, 0]]}, {"selection": [[0, 1 << 40]]},
    {"selection": {"0": [0, 0]}}, {"version": -1}, {"cell": "x" * (1 << 20)}, {"cell": 7}, {"editing": "yes"},
], ids=lambda change: str(change)[:40])
def test_a_presence_that_is_none_closes_the_socket(page, change):
    page.send({"type": "presence", "cell": None, "selection": [], "version": 0, "editing": False} | change)
    assert closing(page)[0] == 4400


def test_large_commands_faster_than_the_disk(person, notebook, page, shared_server):
    """300 MB of records from a client that reads all that it gets: it is made to wait, and all are accepted."""
    count, large = 300, "x" * (1 << 20)

    def send():
        for number in range(1, count + 1):
            page.send({"type": "command", "command": number,
                       "op": {"type": "set_notebook_metadata", "metadata": {"n": number, "large": large}}})

    sender = threading.Thread(target=send, daemon=True)
    sender.start()
    last = [0]

    def read():
        message = page.receive(30)
        page.messages.clear()
        if message["type"] == "records":
            last[0] = message["records"][-1]["metadata"]["n"]

    while last[0] < count:
        read()
    sender.join()
    assert memory_peak_mb(shared_server) < MEMORY_MB


def test_sockets_that_read_nothing_are_let_go_of(person, notebook, page, shared_server):
    """Eight of them, while somebody writes 48 MB: no more than a few are held, and the others see it all."""
    deaf = [person.open(notebook, client=next(clients)) for _ in range(8)]
    for each in deaf:
        each.socket.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    for number in range(48):
        assert refusal(page, "set_notebook_metadata", metadata={"n": number, "large": "x" * (1 << 20)}) is None
        page.messages.clear()
    assert memory_peak_mb(shared_server) < MEMORY_MB
    late = person.open(notebook, client=next(clients))
    assert next(m for m in late.messages if m["type"] == "snapshot")["snapshot"]["metadata"]["n"] == 47
    late.close()
    for each in deaf:
        each.socket.shutdown()


def test_a_hello_that_never_comes_takes_no_notebook_along(person, notebook, shared_server):
    silent = []
    for _ in range(50):
        with socket.create_connection(("127.0.0.1", shared_server.port)) as half:
            half.sendall(b"GET /api/notebooks/" + notebook.encode() + b"/socket HTTP/1.1\r\nHost: 127.0.0.1")
        silent.append(websocket.create_connection(
            f"{person.url.replace('http', 'ws', 1)}/api/notebooks/{notebook}/socket", subprotocols=["colibri.v1"],
            cookie=person.cookie, origin=person.url, timeout=30))
    page = person.open(notebook, client=next(clients))
    assert refusal(page, "insert_cell", cell="n1", cell_type="raw", after=None, source="", metadata={}) is None
    page.close()
    for each in silent:
        each.close()


def test_all_of_it_is_there_after_a_restart(make_server):
    """What was refused left nothing in the log that could not be read again."""
    server: Server = make_server().start()
    person = server.sign_in()
    page = person.open(person.create())
    hostile = json.loads('{"__proto__":{"a":1e400,"b":-0,"c":"\\ud800"}}')
    assert refusal(page, "insert_cell", cell="__proto__", cell_type="raw", after=None, source="\ud800\0\r", metadata={}) is None
    hostile["__proto__"]["a"] = 1e300
    assert refusal(page, "set_cell_metadata", cell="__proto__", metadata=hostile) is None
    before = content(person, page.notebook)
    server.kill()
    server.start()
    after = content(server.sign_in(), page.notebook)
    assert after == before
