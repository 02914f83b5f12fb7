"""Ports of a runtime: any web server in it, at an origin of its own, for those who may use the runtime and nobody else."""

import contextlib
import hashlib
import http.client
import os
import re
import socket
import time
import urllib.parse

import pytest
import requests
import websocket

from colibri import text_of

# A program as people write them; tornado comes with ipykernel.
PROGRAM = r"""
import asyncio, hashlib, json, sys, tornado.web, tornado.websocket

class Echo(tornado.web.RequestHandler):
    def prepare(self):
        self.request.connection.set_max_body_size(1 << 30)
    def get(self, path):
        self.set_header("X-Frame-Options", "DENY")
        self.set_header("Content-Security-Policy", "img-src *; frame-ancestors 'none'")
        self.add_header("Set-Cookie", "own=1; Domain=localhost; Path=/")
        self.add_header("Set-Cookie", "__Host-colibri-port=evil; Path=/; Secure")
        self.write({"path": path, "headers": dict(self.request.headers.get_all()), "arguments": self.request.query})
    head = get
    def post(self, path):
        body = self.request.body
        self.write({"bytes": len(body), "sha256": hashlib.sha256(body).hexdigest()})
    def delete(self, path):
        self.set_status(204)

class Big(tornado.web.RequestHandler):
    async def get(self, how):
        if how == "length": self.set_header("Content-Length", str(64 * 500_000))
        for n in range(64):
            self.write(bytes([n]) * 500_000)
            await self.flush()

class Slow(tornado.web.RequestHandler):
    async def get(self):
        self.set_header("Content-Type", "text/event-stream")
        for n in range(3):
            self.write(f"data: {n}\n\n")
            await self.flush()
            await asyncio.sleep(0.3)

class Talk(tornado.websocket.WebSocketHandler):
    def open(self, *path): self.write_message("hello")
    def on_message(self, message): self.write_message(message, binary=isinstance(message, bytes))

async def main():
    tornado.web.Application([(r"/big/(.*)", Big), (r"/slow", Slow), (r"/talk", Talk), (r"/(.*)", Echo)],
                            websocket_max_message_size=1 << 28).listen(int(sys.argv[1]), sys.argv[2], max_body_size=1 << 30)
    print("listening", flush=True)
    await asyncio.Event().wait()

asyncio.run(main())
"""
START = """import subprocess, sys
open('/content/program.py', 'w').write({program!r})
def start(port, address='127.0.0.1'):
    process = subprocess.Popen([sys.executable, '/content/program.py', str(port), address], stdout=subprocess.PIPE)
    assert process.stdout.readline() == b'listening\\n'
    return process
start(8000)
"""


class Port:
    """A port as a browser has it: its own origin, and the cookie of that origin."""

    def __init__(self, person, notebook, port=8000, to="/"):
        self.person = person
        answer = person.request("POST", f"/api/notebooks/{notebook}/ports", json={"port": port})
        assert answer.status_code == 200, answer.text
        self.origin, self.ticket = answer.json()["origin"], answer.json()["ticket"]
        self.host = urllib.parse.urlsplit(self.origin).netloc
        self.cookie = ""
        if to is not None:
            entered = self.enter(to)
            assert (entered.status_code, entered.headers["Location"]) == (303, to), entered.text
            self.cookie = entered.headers["Set-Cookie"].split(";")[0]

    def enter(self, to="/", ticket=None, host=None):
        return requests.post(f"{self.person.url}/.colibri/enter", params={"to": to}, data={"ticket": ticket or self.ticket},
                             headers={"Host": host or self.host}, allow_redirects=False, timeout=10)

    def request(self, method="GET", path="/", headers=None, **options):
        return requests.request(method, self.person.url + path, timeout=60, allow_redirects=False, **options,
                                headers={"Host": self.host, "Cookie": self.cookie, **(headers or {})})

    def socket(self, path="/talk", origin=None, cookie=None):
        return websocket.create_connection(f"ws{self.person.url[4:]}{path}", timeout=20, host=self.host,
                                           origin=origin or self.origin, cookie=self.cookie if cookie is None else cookie)


@pytest.fixture(scope="module")
def page(person):
    """A notebook with a program in its runtime that listens on port 8000."""
    page = person.open(person.create())
    page.run(START.format(program=PROGRAM))
    yield page
    page.close()
    person.end_runtime(page.notebook)


@pytest.fixture(scope="module")
def port(person, page):
    return Port(person, page.notebook)


def test_requests_arrive_as_they_were_but_for_what_is_ours(person, port):
    sent = port.request(path="/a%20b/c?x=1&y=%2F", headers={
        "Cookie": f"mine=2; {port.cookie}; other=3", "X-Forwarded-For": "6.6.6.6", "Connection": "keep-alive, X-Hop", "X-Hop": "1",
        "Accept-Language": "zh"})
    assert sent.status_code == 200, sent.text
    told = sent.json()
    headers = told["headers"]
    assert (told["path"], told["arguments"]) == ("a b/c", "x=1&y=%2F")
    assert headers["Host"] == port.host and headers["Accept-Language"] == "zh"
    assert headers["Cookie"] == "mine=2; other=3"
    assert (headers["X-Forwarded-For"], headers["X-Forwarded-Host"], headers["X-Forwarded-Proto"]) == ("127.0.0.1", port.host, "http")
    assert "X-Hop" not in headers
    # And what comes back can set no cookie of ours or of other hosts, and is shown by the notebook's page alone.
    assert "X-Frame-Options" not in sent.headers
    assert sent.headers["Set-Cookie"] == "own=1; Path=/"
    policies = sent.headers["Content-Security-Policy"]
    assert "img-src *" in policies and "'none'" not in policies and f"frame-ancestors 'self' http://localhost:{port.host.split(':')[1]}" in policies


def test_bodies_of_every_kind_go_both_ways(port):
    data = os.urandom(30_000_000)
    digest = hashlib.sha256(data).hexdigest()
    assert port.request("POST", data=data).json() == {"bytes": len(data), "sha256": digest}
    pieces = (data[at:at + 77_777] for at in range(0, len(data), 77_777))
    assert port.request("POST", data=pieces).json() == {"bytes": len(data), "sha256": digest}
    whole = b"".join(bytes([n]) * 500_000 for n in range(64))
    for how in ("length", "chunks"):
        assert port.request(path=f"/big/{how}").content == whole
    assert port.request("DELETE").status_code == 204
    head = port.request("HEAD")
    assert head.status_code == 200 and int(head.headers["Content-Length"]) > 100 and head.content == b""
    # What comes slowly comes as it is made.
    with port.request(path="/slow", stream=True) as slow:
        begun = time.monotonic()
        first = next(slow.iter_lines())
        assert first == b"data: 0" and time.monotonic() - begun < 0.3


def test_one_connection_carries_requests_of_several(person, page, port):
    """As of a proxy before us: each is looked at for itself."""
    connection = http.client.HTTPConnection("127.0.0.1", int(port.host.split(":")[1]))
    answers = []
    for host, cookie in ((port.host, port.cookie), (port.host, ""), (port.host, port.cookie), (f"127.0.0.1:{connection.port}", port.cookie)):
        connection.request("GET", "/api/me", headers={"Host": host, "Cookie": cookie})
        answer = connection.getresponse()
        answer.read()
        answers.append(answer.status)
    assert answers == [200, 401, 200, 401]


def test_sockets_talk_and_end(person, page, port):
    talk = port.socket()
    assert talk.recv() == "hello"
    talk.send("一二三")
    assert talk.recv() == "一二三"
    data = os.urandom(3_000_000)
    talk.send_binary(data)
    assert talk.recv() == data
    talk.close()
    with pytest.raises(websocket.WebSocketBadStatusException):
        port.socket("/")  # No socket there.


def test_a_ticket_is_good_once_at_its_own_place(person, page):
    port = Port(person, page.notebook, to=None)
    other = Port(person, page.notebook, 8001, to=None)
    assert re.fullmatch(r"8000-[a-z2-7]{26}\.localhost:\d+", port.host) and other.host != port.host
    for to in ("//evil.example", "/\\evil.example", "https://evil.example", "", "/a\r\nSet-Cookie: x=1"):
        refused = Port(person, page.notebook, to=None).enter(to)
        assert refused.status_code in (400, 401) and "Location" not in refused.headers and "Set-Cookie" not in refused.headers, to
    assert port.enter(ticket=other.ticket).status_code == 401  # Which used it up.
    assert other.enter().status_code == 401
    assert port.enter(ticket="pt_" + "a" * 26).status_code == 401
    entered = port.enter("/x?y")
    assert (entered.status_code, entered.headers["Location"]) == (303, "/x?y")
    assert re.fullmatch(r"__Host-colibri-port=pc_[a-z2-7]{26}; Path=/; HttpOnly; Secure; SameSite=None; Partitioned", entered.headers["Set-Cookie"])
    assert port.enter("/x?y").status_code == 401
    # Its cookie opens no other port.
    cookie = entered.headers["Set-Cookie"].split(";")[0]
    assert port.request(headers={"Cookie": cookie}).status_code == 200
    assert port.request(headers={"Cookie": cookie, "Host": other.host}).status_code == 401
    assert port.request(headers={"Cookie": f"{cookie}; {cookie}"}).status_code == 401


def test_nobody_else_gets_there(person, page, port):
    bob = person.admit("ports-bob@example.org", "Bob")
    path = f"/api/notebooks/{page.notebook}/ports"
    label = port.host.split(".")[0]

    def refusals():
        return (bob.request("POST", path, json={"port": 8000}).status_code,
                bob.request("POST", "/api/ports", json={"label": label}).status_code)

    assert refusals() == (404, 404)
    person.share(page.notebook, bob.email, "viewer")
    assert refusals() == (403, 404)
    person.share(page.notebook, bob.email, "editor")
    assert refusals() == (409, 404)  # An editor has a runtime of their own, or none.
    assert requests.post(person.url + path, json={"port": 1}, timeout=10).status_code == 401
    named = person.request("POST", "/api/ports", json={"label": label})
    assert named.json()["origin"] == port.origin
    for wrong in (0, 65536, -1, "x", None, 1.5):
        assert person.request("POST", path, json={"port": wrong}).status_code == 400, wrong
    for wrong in ("", "8000", "8000-", "08000-" + label[5:], "8000-" + "a" * 26, "99999-" + label[5:], label + ".x"):
        assert person.request("POST", "/api/ports", json={"label": wrong}).status_code == 404, wrong


def test_other_sites_can_lead_there_and_do_nothing(person, port):
    navigates = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    foreign = {"Sec-Fetch-Site": "cross-site"}
    assert port.request(headers={**foreign, **navigates}).status_code == 200
    for headers in (foreign, {"Sec-Fetch-Site": "same-site"}, {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Origin": person.url}):
        assert port.request(headers=headers).status_code == 403, headers
        assert port.request("POST", headers={**headers, **navigates}, data="x").status_code == 403, headers
    for origin in ("https://evil.example", "null", person.url, port.origin + ".evil.example"):
        with pytest.raises(websocket.WebSocketBadStatusException, match="403"):
            port.socket(origin=origin)
    with pytest.raises(websocket.WebSocketBadStatusException, match="401"):
        port.socket(cookie="")


def test_no_route_of_ours_is_there_and_no_port_is_on_our_origin(person, port):
    # With the person's own session as well.
    both = {"Cookie": f"{person.cookie}; {port.cookie}"}
    assert port.request(path="/api/me", headers=both).json()["path"] == "api/me"
    assert port.request(path="/api/me", headers={"Cookie": person.cookie}).status_code == 401
    assert person.request("GET", "/.colibri/enter").status_code == 404
    assert requests.get(f"{person.url}/", headers={"Host": "8000-x.evil.example"}, timeout=10).status_code == 403
    # Who comes by the address alone is led to the page, which knows them.
    led = port.request(path="/deep/er", headers={"Cookie": "", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"})
    assert (led.status_code, led.headers["Location"]) == (303, f"{person.url}/ports/{port.host.split('.')[0]}/deep/er")
    assert requests.get(led.headers["Location"], timeout=10).status_code == 200


def test_a_request_is_one_request(port):
    """Smuggling: whatever two readers could take differently is refused, or told anew in one way."""
    head = f"POST / HTTP/1.1\r\nHost: {port.host}\r\nCookie: {port.cookie}\r\n"
    hidden = "GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n"
    for fields in ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "Content-Length: 5\r\nContent-Length: 6\r\n",
                   "Transfer-Encoding : chunked\r\n", "Transfer-Encoding: xchunked\r\n"):
        with contextlib.closing(socket.create_connection(("127.0.0.1", int(port.host.split(":")[1])), 10)) as raw:
            raw.sendall((head + fields + "\r\n0\r\n\r\n" + hidden).encode())
            raw.shutdown(socket.SHUT_WR)
            answer = b"".join(iter(lambda: raw.recv(65536), b""))
        assert b"hidden" not in answer, (fields, answer)


def test_what_listens_nowhere_is_told(person, page):
    port = Port(person, page.notebook, 8077)
    nothing = port.request()
    assert nothing.status_code == 502 and "Nothing listens on port 8077 of the runtime." in nothing.text
    # One that listens on the other loopback address only; and one that ends in the middle.
    page.run("process = start(8077, '::1')")
    assert port.request().status_code == 200
    talk = port.socket()
    assert talk.recv() == "hello"
    page.run("process.kill(); process.wait()")
    with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
        talk.recv()
    page.run("""import socket, threading
listener = socket.create_server(('127.0.0.1', 8078))
def serve():
    for text in (b'', b'nonsense\\r\\n\\r\\n', b'HTTP/1.1 200 OK\\r\\nContent-Length: 100\\r\\n\\r\\nshort', b'HTTP/1.1 101 Switching Protocols\\r\\n\\r\\n'):
        connection, _ = listener.accept()
        connection.recv(10000)
        connection.sendall(text)
        connection.close()
threading.Thread(target=serve, daemon=True).start()""")
    broken = Port(person, page.notebook, 8078)
    for _ in range(2):
        assert broken.request().status_code == 502
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        broken.request()
    assert broken.request().status_code == 502


def test_many_at_once_have_a_limit_and_go_on_after_it(person, page, port):
    talks = []
    with contextlib.suppress(websocket.WebSocketBadStatusException):
        for _ in range(120):
            talks.append(port.socket())
    assert 90 <= len(talks) <= 96
    assert port.request().status_code == 503
    for talk in talks:
        talk.close()
    end = time.monotonic() + 20
    while port.request().status_code != 200:
        assert time.monotonic() < end
        time.sleep(0.1)


def test_it_ends_with_the_session_and_with_the_runtime(person, shared_server):
    bob = person.admit("ports-leaves@example.org", "Bob")
    page = bob.open(bob.create())
    page.run(START.format(program=PROGRAM))
    port = Port(bob, page.notebook)
    talk = port.socket()
    assert talk.recv() == "hello"
    again = requests.post(f"{bob.url}/api/sign-in", json={"email": bob.email, "password": "a good long sentence"}, headers={"Origin": bob.url}, timeout=10)
    assert bob.request("POST", "/api/sign-out", json={}).status_code in (200, 204)
    with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
        talk.recv()
    assert port.request().status_code == 401
    bob = bob.with_cookie(bob.url, again.headers["Set-Cookie"].split(";")[0])
    port = Port(bob, page.notebook)
    talk = port.socket()
    assert talk.recv() == "hello"
    bob.end_runtime(page.notebook)
    with pytest.raises((websocket.WebSocketConnectionClosedException, ConnectionError)):
        talk.recv()
    assert port.request().status_code == 401
    assert bob.request("POST", "/api/ports", json={"label": port.host.split(".")[0]}).status_code == 404
    page.close()
    # Nothing that lets anybody in stands in the log.
    log = shared_server.log.read_text(errors="replace")
    assert "pt_" not in log and "pc_" not in log
