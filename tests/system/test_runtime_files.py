"""The files of a runtime that lives: listed, sent up and down, changed, watched; and what must not be reached by them."""

import hashlib
import json
import os
import threading
import time

import pytest
import websocket

from colibri import Server, text_of


class Files:
    """The routes about the files of a notebook's runtime."""

    def __init__(self, person, notebook):
        self.person, self.base = person, f"/api/notebooks/{notebook}/files"

    def ask(self, method, path="", **options):
        return self.person.request(method, self.base + path, **options)

    def list(self, path):
        answer = self.ask("GET", params={"path": path})
        assert answer.status_code == 200, answer.text
        return {entry["name"]: entry for entry in answer.json()["entries"]}

    def read(self, path, **headers):
        return self.ask("GET", "/content", params={"path": path}, headers=headers)

    def write(self, path, data, **headers):
        return self.ask("PUT", "/content", params={"path": path}, data=data, headers=headers)

    def put(self, path, upload, offset, size, data, sha256=None):
        return self.ask("PUT", "/upload", data=data, params={"path": path, "upload": upload, "offset": offset, "size": size,
                                                             **({"sha256": sha256} if sha256 else {})})

    def offset(self, path, upload):
        return self.ask("GET", "/upload", params={"path": path, "upload": upload})

    def finish(self, path, upload, size, **more):
        return self.ask("POST", "/upload", json={"path": path, "upload": upload, "size": size, **more})

    def remove(self, path, whole=False):
        return self.ask("DELETE", params={"path": path, **({"whole": "1"} if whole else {})})


@pytest.fixture(scope="module")
def files(person, page):
    return Files(person, page.notebook)


def code_of(answer):
    return answer.status_code, answer.json()["error"]["code"]


def test_a_file_goes_up_and_comes_down_and_belongs_to_the_runtimes_root(files, page):
    data = os.urandom(3_000_001)
    assert files.write("/content/a b.bin", data).status_code == 200
    entry = files.list("/content")["a b.bin"]
    assert (entry["type"], entry["size"]) == ("file", len(data))
    told = text_of(page.run("import hashlib, os\np = 'a b.bin'\nprint(os.stat(p).st_uid, oct(os.stat(p).st_mode & 0o777), "
                            "hashlib.sha256(open(p, 'rb').read()).hexdigest())"))
    assert told.split() == ["0", "0o644", hashlib.sha256(data).hexdigest()]
    answer = files.read("/content/a b.bin")
    assert answer.content == data
    assert answer.headers["Content-Length"] == str(len(data))
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    part = files.read("/content/a b.bin", Range="bytes=1000000-1000099")
    assert (part.status_code, part.content) == (206, data[1000000:1000100])
    assert part.headers["Content-Range"] == f"bytes 1000000-1000099/{len(data)}"
    assert files.read("/content/a b.bin", Range="bytes=-7").content == data[-7:]
    assert files.read("/content/a b.bin", Range="bytes=3000001-").status_code == 416
    other = files.read("/content/a b.bin", Range="bytes=0-1", **{"If-Range": '"another"'})
    assert (other.status_code, len(other.content)) == (200, len(data))


def test_the_whole_machine_is_seen_and_nothing_of_the_host(files):
    assert {"content", "etc", "usr", "proc"} <= set(files.list("/"))
    assert files.read("/etc/hostname").text.strip() == "colibri"
    # What has no size before it is read.
    assert "processor" in files.ask("GET", "/content", params={"path": "/proc/cpuinfo", "whole": "1"}).text


def test_names_are_made_renamed_and_removed(files):
    assert files.ask("POST", "/folder", json={"path": "/content/data"}).status_code == 200
    assert code_of(files.ask("POST", "/folder", json={"path": "/content/data"})) == (409, "conflict")
    assert files.write("/content/data/x.csv", b"a,b\n", **{"If-None-Match": "*"}).status_code == 200
    assert code_of(files.write("/content/data/x.csv", b"", **{"If-None-Match": "*"})) == (409, "conflict")
    rename = lambda path, to, **more: files.ask("POST", "/rename", json={"path": path, "to": to, **more})  # noqa: E731
    assert rename("/content/data/x.csv", "/content/data/y.csv").json()["path"] == "/content/data/y.csv"
    assert files.write("/content/data/x.csv", b"").status_code == 200
    assert code_of(rename("/content/data/x.csv", "/content/data/y.csv")) == (409, "conflict")
    both = rename("/content/data/x.csv", "/content/data/y.csv", collision="keep_both")
    assert both.json()["path"] == "/content/data/y (1).csv"
    assert code_of(files.remove("/content/data")) == (409, "conflict")
    assert files.remove("/content/data/y.csv").status_code == 200
    assert files.remove("/content/data", whole=True).status_code == 200
    assert "data" not in files.list("/content")
    for kept in ("/", "/content"):
        assert code_of(files.remove(kept, whole=True)) == (409, "conflict")


def test_who_saves_must_have_seen_what_is_there(files, page):
    seen = files.write("/content/notes.txt", b"one").json()["version"]
    page.run("open('/content/notes.txt', 'a').write(' two'); import os; os.chmod('/content/notes.txt', 0o750)")
    assert code_of(files.write("/content/notes.txt", b"mine", **{"If-Match": f'"{seen}"'})) == (409, "conflict")
    assert files.read("/content/notes.txt").text == "one two"
    now = files.ask("GET", "/status", params={"path": "/content/notes.txt"}).json()["version"]
    assert files.write("/content/notes.txt", b"mine", **{"If-Match": f'"{now}"'}).status_code == 200
    assert text_of(page.run("print(open('/content/notes.txt').read(), oct(os.stat('/content/notes.txt').st_mode & 0o777))")
                   ).split() == ["mine", "0o750"]
    # Through a link the file is written that it leads to.
    page.run("os.symlink('notes.txt', '/content/link.txt')")
    assert files.write("/content/link.txt", b"by the link").status_code == 200
    assert text_of(page.run("print(os.path.islink('/content/link.txt'), open('/content/notes.txt').read())")
                   ).strip() == "True by the link"


@pytest.mark.parametrize("path", [
    "/content/../etc/passwd", "/content/%2e%2e/etc", "relative", "//etc", "/content/", "/content/./a", "/content/a//b", "",
    "/content/" + "x" * 256, "/" + "a/" * 2100 + "a",
])
def test_paths_that_are_none_are_refused(files, path):
    answer = files.ask("PUT", "/content", params={"path": path}, data=b"x")
    if "%2e" in path:  # Decoded once: a folder of that very name, which there is not.
        assert code_of(answer) == (404, "not_found")
    else:
        assert answer.status_code == 400, answer.text


def test_odd_names_are_made_listed_and_taken_away_by_their_bytes(files, page):
    for name in ("CON", "‮txt.exe", "<img src=x onerror=alert(1)>.txt", "..%5c", "a\\b", "-rf", "名字.csv"):
        assert files.write(f"/content/{name}", b"x").status_code == 200
        assert name in files.list("/content")
        assert files.read(f"/content/{name}").text == "x"
        assert files.remove(f"/content/{name}").status_code == 200
    assert files.ask("POST", "/folder", json={"path": "/content/two\nlines"}).status_code == 400
    page.run("import os\nfor n in (b'/content/\\xff\\xfe', b'/content/a\\nb'):\n    open(n, 'w').write('odd')")
    odd = [entry["hex"] for entry in files.list("/content").values() if "hex" in entry]
    assert sorted(odd) == ["610a62", "fffe"]
    for name in odd:
        whole = {"path_hex": b"/content/".hex() + name}
        assert files.ask("GET", "/content", params=whole).text == "odd"
        assert files.ask("DELETE", params=whole).status_code == 200


def test_links_pipes_and_devices_lead_nowhere_and_hold_up_nobody(files, page):
    page.run("import os, socket\nos.chdir('/content')\nos.mkfifo('pipe')\nos.symlink('/proc/self/root/etc/hostname', 'magic')\n"
             "os.symlink('/proc/1/root', 'one')\nos.symlink('loop', 'loop')\nos.symlink('../../../../etc/hostname', 'up')\n"
             "s = socket.socket(socket.AF_UNIX); s.bind('sock')\nos.symlink('/dev/zero', 'zero')")
    entries = files.list("/content")
    assert entries["pipe"]["type"] == entries["sock"]["type"] == entries["zero"]["type"] == "other"
    assert entries["loop"]["type"] == "broken" and entries["up"]["link"]
    for name in ("pipe", "sock", "zero", "magic", "loop", "one/etc/hostname"):
        started = time.monotonic()
        assert files.read(f"/content/{name}").status_code in (400, 403, 404), name
        assert files.write(f"/content/{name}/x", b"").status_code in (400, 403, 404), name
        assert time.monotonic() - started < 5
    # Inside the runtime's own root is as far as a link goes.
    assert files.read("/content/up").text.strip() == "colibri"
    # A folder that is swapped for a link all the time.
    page.run("import threading\nos.makedirs('swap/in', exist_ok=True); open('swap/in/f', 'w').write('ok')\n"
             "go = True\ndef turn():\n    while go:\n        os.rename('swap/in', 'swap/out'); os.symlink('/proc/self/root/etc', 'swap/in')\n"
             "        os.unlink('swap/in'); os.rename('swap/out', 'swap/in')\nthreading.Thread(target=turn).start()")
    for _ in range(60):
        answer = files.read("/content/swap/in/f")
        assert answer.status_code in (200, 400, 403, 404) and (answer.status_code != 200 or answer.text == "ok")
    page.run("go = False")
    page.run("import shutil\nshutil.rmtree('swap')\nfor n in ('pipe', 'magic', 'one', 'loop', 'up', 'sock', 'zero'): os.unlink(n)")


def test_an_upload_has_no_holes_and_no_lies(files):
    data = os.urandom(100_000)
    name, path = "abcdefgh12", "/content/up.bin"
    assert code_of(files.offset(path, name)) == (404, "not_found")
    assert code_of(files.put(path, "../x", 0, 10, b"x")) == (400, "invalid")
    assert code_of(files.put(path, name, 5, len(data), data[5:])) == (404, "not_found")
    wrong = hashlib.sha256(b"other").hexdigest()
    assert code_of(files.put(path, name, 0, len(data), data[:60_000], wrong)) == (409, "conflict")
    assert files.offset(path, name).json()["offset"] == 0
    right = hashlib.sha256(data[:60_000]).hexdigest()
    assert files.put(path, name, 0, len(data), data[:60_000], right).json()["offset"] == 60_000
    assert code_of(files.put(path, name, 70_000, len(data), data[70_000:])) == (409, "conflict")
    assert code_of(files.put(path, name, 60_000, len(data), data[60_000:] + b"more")) == (413, "too_large")
    assert code_of(files.finish(path, name, len(data) + 1)) == (409, "conflict")
    at = files.offset(path, name).json()["offset"]
    assert files.put(path, name, at, len(data), data[at:]).json()["offset"] == len(data)
    assert "up.bin" not in files.list("/content")
    done = files.finish(path, name, len(data), sha256=hashlib.sha256(data).hexdigest(), modified_ms=1_600_000_000_000)
    assert done.status_code == 200 and done.json()["modified_ms"] == 1_600_000_000_000
    assert files.read(path).content == data
    # The same name again is asked about, kept beside, or put in its place.
    for collision, expected in (("ask", None), ("keep_both", "/content/up (1).bin"), ("replace", path)):
        assert files.put(path, "another99", 0, 3, b"new").status_code in (200, 409)
        answer = files.finish(path, "another99", 3, collision=collision)
        assert code_of(answer) == (409, "conflict") if expected is None else answer.json()["path"] == expected
    assert files.read(path).content == b"new" and files.read("/content/up (1).bin").content == b"new"
    files.put(path, "given0up", 0, 10, b"12345")
    assert files.ask("DELETE", "/upload", params={"path": path, "upload": "given0up"}).status_code == 200
    assert not [n for n in files.list("/content") if n.startswith(".upload-")]


def test_what_the_disk_cannot_hold_is_told_before_it_is_sent(files):
    huge = 1 << 40
    assert code_of(files.put("/content/huge", "hugehuge1", 0, huge, b"x")) == (413, "too_large")
    assert files.offset("/content/huge", "hugehuge1").status_code == 404
    assert not [n for n in files.list("/content") if n.startswith(".upload-")]


def test_a_folder_comes_as_an_archive(files, page, tmp_path):
    import zipfile
    page.run("import os\nos.makedirs('/content/tree/in')\nopen('/content/tree/in/a.txt', 'w').write('hello')\nos.mkfifo('/content/tree/p')")
    (tmp_path / "t.zip").write_bytes(files.ask("GET", "/archive", params={"path": "/content/tree"}).content)
    with zipfile.ZipFile(tmp_path / "t.zip") as archive:
        assert archive.read("in/a.txt") == b"hello"
        assert b"p: is no file" in archive.read("Left out.txt")
    assert code_of(files.ask("GET", "/archive", params={"path": "/content/tree/in/a.txt"})) == (404, "not_found")


def test_changes_are_told_as_they_come(files, page, person):
    address = person.url.replace("http", "ws", 1) + files.base + "/socket"
    socket = websocket.create_connection(address, subprotocols=["colibri.files.v1"], cookie=person.cookie, origin=person.url,
                                         timeout=20)
    page.run("import os; os.makedirs('/content/seen', exist_ok=True)")
    socket.send(json.dumps({"type": "watch", "folders": ["/content"]}))
    # A new one at once: who listed it before may have missed something.
    assert json.loads(socket.recv())["folders"] == ["/content"]
    threading.Timer(0.5, lambda: files.write("/content/new.txt", b"x")).start()
    assert json.loads(socket.recv())["folders"] == ["/content"]
    # More folders, while the first question waits.
    socket.send(json.dumps({"type": "watch", "folders": ["/content", "/content/seen"]}))
    while "/content/seen" not in json.loads(socket.recv())["folders"]:
        pass
    threading.Timer(0.5, lambda: files.write("/content/seen/y", b"x")).start()
    while "/content/seen" not in json.loads(socket.recv())["folders"]:
        pass
    socket.send(json.dumps({"type": "watch", "folders": "no list"}))
    with pytest.raises(websocket.WebSocketConnectionClosedException):
        while True:
            if not socket.recv():
                raise websocket.WebSocketConnectionClosedException()


def test_only_editors_reach_them_and_only_their_own_runtime(files, person, page):
    viewer = person.admit("viewer@example.org", "Viewer")
    stranger = person.admit("stranger@example.org", "Stranger")
    person.share(page.notebook, "viewer@example.org", "viewer")
    assert code_of(Files(viewer, page.notebook).read("/content/notes.txt")) == (403, "denied")
    assert code_of(Files(stranger, page.notebook).read("/content/notes.txt")) == (404, "not_found")
    person.share(page.notebook, "stranger@example.org", "editor")
    # An editor has a runtime of their own, or none.
    assert code_of(Files(stranger, page.notebook).read("/content/notes.txt")) == (409, "conflict")
    assert files.ask("GET", "/content", params={"path": "/content/notes.txt"}, headers={"Sec-Fetch-Site": "cross-site"}
                     ).status_code == 403


def test_an_upload_goes_on_after_the_server_was_killed(tmp_path):
    server = Server(tmp_path / "data", on_stop="keep").start()
    person = server.sign_in()
    page = person.open(person.create())
    page.run("1")
    data = os.urandom(40_000_000)
    files, path, name = Files(person, page.notebook), "/content/big.bin", "killed00me"
    assert files.put(path, name, 0, len(data), data[:10_000_000]).json()["offset"] == 10_000_000

    def half():
        for at in range(10_000_000, 30_000_000, 100_000):
            yield data[at:at + 100_000]
            if at == 20_000_000:
                server.kill()

    with pytest.raises(Exception):
        files.put(path, name, 10_000_000, len(data), half())
    server.start()
    files.person = Person_again(server, person)
    deadline = time.monotonic() + 30
    while (answer := files.offset(path, name)).status_code != 200:
        assert time.monotonic() < deadline, answer.text
    at = answer.json()["offset"]
    assert 10_000_000 <= at <= 20_200_000
    assert files.put(path, name, at, len(data), data[at:]).json()["offset"] == len(data)
    digest = hashlib.sha256(data).hexdigest()
    assert files.finish(path, name, len(data), sha256=digest).status_code == 200
    assert hashlib.sha256(files.read(path).content).hexdigest() == digest
    files.person.end_runtime(page.notebook)
    assert server.stop() == 0


def Person_again(server, person):
    """The same person: sessions outlive the server."""
    again = type(person).with_cookie(server.url, person.cookie)
    return again
