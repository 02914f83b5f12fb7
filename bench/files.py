"""Measures the files of a runtime by the API and in the page: an upload and a download as whole files and in ranges, the server's memory
meanwhile, and an upload that goes on after the server was killed. The floors run in the same minutes: the same bytes copied on the same
disk, and sent over a loopback socket. Needs root, the Release binaries, the default image, Chromium, and room for three times the size.

    build/venv/bin/python bench/files.py [GIGABYTES]
"""

import hashlib
import http.client
import os
import pathlib
import socket
import sys
import tempfile
import threading
import time
import urllib.parse

from playwright.sync_api import sync_playwright

from measure import Server, pss_mb
from tab import CHROMIUM, Tab, sign_in

RANGE = 16 << 20
PIECE = 1 << 20
CONFIG = "flavors:\n  - {name: cpu, title: CPU, cpus: 2, memory: 2GiB, pids: 512, disk: %dGiB}\n"


def rate(size, seconds):
    return f"{size / seconds / 1e6:.0f} MB/s"


def copy_floor(source, folder):
    """The same bytes read and written on the disk that the runtime's lies on."""
    started = time.perf_counter()
    target = folder / "floor"
    with open(source, "rb") as read, open(target, "wb") as write:
        while os.sendfile(write.fileno(), read.fileno(), None, 64 << 20):
            pass
        os.fsync(write.fileno())
    took = time.perf_counter() - started
    target.unlink()
    return took


def socket_floor(source):
    """The same bytes over a loopback socket, thrown away at the other end."""
    listener = socket.create_server(("127.0.0.1", 0))

    def sink():
        connection, buffer = listener.accept()[0], bytearray(PIECE)
        while connection.recv_into(buffer):
            pass

    thread = threading.Thread(target=sink)
    thread.start()
    started = time.perf_counter()
    with socket.create_connection(listener.getsockname()) as out, open(source, "rb") as read:
        out.sendfile(read)
        out.shutdown(socket.SHUT_WR)
        thread.join()
    return time.perf_counter() - started


class Memory:
    """The most that the server took while it was looked at, beyond what it had before."""

    def __init__(self, server):
        self.pid, self.before, self.most, self.over = server.process.pid, pss_mb(server.process.pid), 0, threading.Event()
        self.thread = threading.Thread(target=self.look)

    def look(self):
        while not self.over.wait(0.2):
            self.most = max(self.most, pss_mb(self.pid) - self.before)

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.over.set()
        self.thread.join()


class Client:
    """One connection, and no library between it and the bytes."""

    def __init__(self, person, notebook):
        self.person, self.base = person, f"/api/notebooks/{notebook}/files"
        self.connection = http.client.HTTPConnection(person.url.removeprefix("http://"), timeout=900, blocksize=PIECE)

    def ask(self, method, route, body=None, /, **query):
        headers = {"Cookie": self.person.cookie, "Origin": self.person.url, "X-Colibri-CSRF": self.person.csrf}
        if isinstance(body, tuple):
            body, headers["Content-Length"] = body
        self.connection.request(method, f"{self.base}{route}?{urllib.parse.urlencode(query)}", body, headers)
        return self.connection.getresponse()

    def must(self, *args, **query):
        answer = self.ask(*args, **query)
        text = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{answer.status}: {text[:300]}")
        return text


def upload(client, source, size, path):
    with open(source, "rb") as read:
        client.must("PUT", "/content", (read, str(size)), path=path)


def upload_ranges(client, source, size, path, name, start=0, until=None):
    with open(source, "rb") as read:
        read.seek(start)
        for at in range(start, until or size, RANGE):
            client.must("PUT", "/upload", read.read(RANGE), path=path, upload=name, offset=at, size=size)


def finish(client, path, name, size, digest):
    import json
    headers = {"Cookie": client.person.cookie, "Origin": client.person.url, "X-Colibri-CSRF": client.person.csrf,
               "Content-Type": "application/json"}
    body = json.dumps({"path": path, "upload": name, "size": size, "sha256": digest, "collision": "replace"})
    client.connection.request("POST", f"{client.base}/upload", body, headers)
    answer = client.connection.getresponse()
    if answer.status != 200:
        raise SystemExit(f"{answer.status}: {answer.read()[:300]}")
    answer.read()


def download(client, path):
    answer, digest = client.ask("GET", "/content", path=path), hashlib.sha256()
    buffer, started, waits = bytearray(PIECE), time.perf_counter(), 0.0
    while got := answer.readinto(buffer):
        hashing = time.perf_counter()
        digest.update(memoryview(buffer)[:got])
        waits += time.perf_counter() - hashing
    return digest.hexdigest(), time.perf_counter() - started, waits


def through_page(person, notebook, source, size, copy):
    """As a person does it: chosen in the Files pane, and downloaded by the line's menu."""
    with sync_playwright() as playwright, playwright.chromium.launch(**CHROMIUM) as browser:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        sign_in(context, person)
        page = Tab(context.new_page(), person, notebook).page
        page.get_by_role("button", name="Files", exact=True).click()
        pane = page.get_by_role("complementary", name="Files", exact=True)
        with page.expect_file_chooser() as chooser:
            pane.get_by_role("button", name="Upload files", exact=True).click()
        line = pane.get_by_role("row", name=source.name, exact=True)
        started = time.perf_counter()
        chooser.value.set_files(source)
        line.wait_for(timeout=900_000)
        took = time.perf_counter() - started
        print(f"upload in the page: {rate(size, took)}, {took / copy:.2f} × the copy")
        line.click(button="right")
        started = time.perf_counter()
        with page.expect_download() as saved:
            page.get_by_role("menuitem", name="Download", exact=True).click()
        saved.value.path()
        took = time.perf_counter() - started
        print(f"download in the page: {rate(size, took)}, {took / copy:.2f} × the copy")


def timed(work):
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def main():
    size = int(float(sys.argv[1] if len(sys.argv) > 1 else 5) * (1 << 30))
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        config, source = folder / "colibri.yaml", folder / "source"
        config.write_text(CONFIG % (size * 2 // (1 << 30) + 2))
        block, digest = os.urandom(64 << 20), hashlib.sha256()
        with open(source, "wb") as out:
            for at in range(0, size, len(block)):
                part = block[:size - at]
                out.write(part)
                digest.update(part)
        digest = digest.hexdigest()
        server = Server(folder / "data", on_stop="keep", arguments=["--config", config]).start()
        try:
            measure(server, source, size, digest, folder)
        finally:
            server.arguments = ["--config", config]
            server.stop()


def measure(server, source, size, digest, folder):
    person = server.sign_in()
    page = person.open(person.create())
    page.run("1")
    client = Client(person, page.notebook)
    copy, over_socket = copy_floor(source, folder), socket_floor(source)
    print(f"floors: copied on the disk {rate(size, copy)}, over a loopback socket {rate(size, over_socket)}")
    with Memory(server) as memory:
        took = timed(lambda: upload(client, source, size, "/content/whole"))
    print(f"upload: {rate(size, took)}, {took / copy:.2f} × the copy; the server took {memory.most:.1f} MB more")
    with Memory(server) as memory:
        found, took, hashing = download(client, "/content/whole")
    print(f"download: {rate(size, took - hashing)} without the hashing here, {(took - hashing) / over_socket:.2f} × the socket;"
          f" the server took {memory.most:.1f} MB more; {'identical' if found == digest else 'DIFFERENT'}")
    client.ask("DELETE", "", path="/content/whole").read()
    through_page(person, page.notebook, source, size, copy)
    client.ask("DELETE", "", path=f"/content/{source.name}").read()
    half = size // 2 // RANGE * RANGE
    took = timed(lambda: upload_ranges(client, source, size, "/content/ranges", "benchmark1", until=half))
    server.kill()
    server.start()
    again = Client(type(person).with_cookie(server.url, person.cookie), page.notebook)
    while (answer := again.ask("GET", "/upload", path="/content/ranges", upload="benchmark1")).status != 200:
        answer.read()
        time.sleep(0.2)
    answer.read()
    took += timed(lambda: upload_ranges(again, source, size, "/content/ranges", "benchmark1", start=half))
    finish(again, "/content/ranges", "benchmark1", size, digest)
    found, _, _ = download(again, "/content/ranges")
    print(f"in ranges, with the server killed half-way: {rate(size, took)}; {'identical' if found == digest else 'DIFFERENT'}")
    again.person.end_runtime(page.notebook)


if __name__ == "__main__":
    main()
