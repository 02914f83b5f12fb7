"""A page's terminal: the socket of docs/protocol.md 2.6, as a person sees it."""

import itertools
import json
import re
import struct
import time

import websocket

marks = itertools.count()


class Terminal:
    """`text` is all that was printed since it was attached; `taken` is said as it comes, unless `slow`."""

    def __init__(self, person, notebook, terminal, *, place=0, columns=240, rows=24, slow=False):
        self.text, self.place, self.slow, self.skipped, self.ended = b"", place, slow, False, None
        address = f"{person.url.replace('http', 'ws', 1)}/api/notebooks/{notebook}/terminals/{terminal}/socket"
        self.socket = websocket.create_connection(address, subprotocols=["colibri.terminal.v1"], cookie=person.cookie,
                                                  origin=person.url, timeout=30, skip_utf8_validation=True)
        self.say(type="attach", columns=columns, rows=rows, **{"from": place})
        self.attached = self.receive(30)
        assert self.attached["type"] == "attached", self.attached
        self.place = self.attached["from"]

    def say(self, **message):
        self.socket.send(json.dumps(message))

    def type(self, text):
        self.socket.send_binary(text if isinstance(text, bytes) else text.encode())

    def receive(self, timeout):
        self.socket.settimeout(max(timeout, 0.01))
        opcode, data = self.socket.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            raise EOFError(int.from_bytes(data[:2], "big"))
        if opcode == websocket.ABNF.OPCODE_TEXT:
            message = json.loads(data)
            self.ended = message if message["type"] == "ended" else self.ended
            return message
        (place,), piece = struct.unpack("<Q", data[:8]), data[8:]
        self.skipped = self.skipped or place != self.place
        self.place = place + len(piece)
        self.text = (self.text + piece)[-400_000:]
        if not self.slow:
            self.say(type="taken", to=self.place)
        return piece

    def wait(self, *words, timeout=30):
        """Until all of `words` were printed; what was."""
        deadline = time.monotonic() + timeout
        while not all(word.encode() in self.text for word in words):
            left = deadline - time.monotonic()
            assert left > 0, f"{words} did not come: {self.text[-2000:]}"
            try:
                self.receive(left)
            except websocket.WebSocketTimeoutException:
                continue
        return self.text.decode(errors="replace")

    def run(self, command, timeout=30):
        """What a command printed. Its mark is not in what is typed, so the echo is not taken for it."""
        mark = f"ded{next(marks)}="
        self.type(f"{command}; echo en''{mark}\n")
        printed = re.sub(r"\x1b\[[?0-9;]*[a-zA-Z]", "", self.wait(f"en{mark}\r\n", timeout=timeout))
        return printed.rsplit(f"en{mark}", 1)[0].rsplit(f"''{mark}", 1)[-1].strip()

    def close_code(self, timeout=20):
        deadline = time.monotonic() + timeout
        while True:
            try:
                self.receive(deadline - time.monotonic())
            except EOFError as closed:
                return closed.args[0]

    def close(self):
        self.socket.close()


def terminals(person, notebook):
    answer = person.request("GET", f"/api/notebooks/{notebook}/terminals")
    assert answer.status_code == 200, answer.text
    return answer.json()["terminals"]


def open_terminal(person, notebook, title="", **options):
    answer = person.request("POST", f"/api/notebooks/{notebook}/terminals", json={"title": title})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"], Terminal(person, notebook, answer.json()["id"], **options)
