"""The Drive over HTTP: folders, the Trash, uploads that are killed and go on, downloads, the quota, and what must be refused."""

import concurrent.futures
import hashlib
import io
import json
import os
import urllib.parse
import zipfile

import pytest
import requests

from colibri import Server

HOME = "My Drive"
MEBIBYTE = 1 << 20


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    folder = tmp_path_factory.mktemp("drive")
    (folder / "drive.yaml").write_text("drive:\n  quota: 40MiB\n")
    server = Server(folder / "data", arguments=["--config", folder / "drive.yaml"]).start()
    server.person = server.sign_in()
    yield server
    server.stop()


@pytest.fixture
def person(server):
    return server.person


def home(server):
    [folder] = [each for each in (server.data / "drive").iterdir() if each.name == me(server)]
    return folder / HOME


def me(server):
    return server.person.request("GET", "/api/me").json()["user"]["id"]


def listed(person, view="folder", path=HOME, **query):
    answer = person.request("GET", "/api/drive", params={"view": view, "path": path, **query})
    assert answer.status_code == 200, answer.text
    return answer.json()


def names(person, view="folder", path=HOME):
    return [entry["name"] for entry in listed(person, view, path)["entries"]]


def post(person, what, expected=200, **body):
    answer = person.request("POST", f"/api/drive/{what}", json=body)
    assert answer.status_code == expected, answer.text
    return answer.json() if answer.content else None


def begin(person, path, size, replaces=False):
    return post(person, "uploads", 201, path=path, bytes=size, replaces=replaces)["id"]


def append(person, upload, at, data):
    return person.request("PUT", f"/api/drive/uploads/{upload}?from={at}", data=data)


def put(person, path, data, replaces=False):
    upload = begin(person, path, len(data), replaces)
    assert append(person, upload, 0, data).status_code == 200
    assert post(person, f"uploads/{upload}/finish") == {"path": path}


def download(person, path, **headers):
    return person.request("GET", "/api/drive/file?path=" + urllib.parse.quote(path), headers=headers)


def test_folders_and_the_trash(server, person):
    post(person, "folders", 201, path=f"{HOME}/数据")
    put(person, f"{HOME}/数据/файл ñ.txt", b"text")
    notebook = person.request("POST", "/api/notebooks", json={"folder": f"{HOME}/数据"}).json()["id"]
    assert names(person, path=f"{HOME}/数据") == ["Untitled0.ipynb", "файл ñ.txt"]
    post(person, "rename", 204, path=f"{HOME}/数据", name="data 10")
    post(person, "folders", 201, path=f"{HOME}/Data 9")
    assert names(person) == ["Colab Notebooks", "Data 9", "data 10"]
    outcomes = post(person, "move", paths=[f"{HOME}/data 10", f"{HOME}/gone"], to=f"{HOME}/Data 9")["outcomes"]
    assert outcomes[0] == {"path": f"{HOME}/Data 9/data 10"} and outcomes[1]["error"]["code"] == "not_found"
    # As a mount does it: the id stays, in an unopened notebook too.
    os.rename(home(server) / "Data 9" / "data 10" / "Untitled0.ipynb", home(server) / "mine.ipynb")
    [found] = [entry for entry in listed(person)["entries"] if entry["kind"] == "notebook"]
    assert found["notebook"]["id"] == notebook and found["name"] == "mine.ipynb"
    assert post(person, "trash", paths=[f"{HOME}/Data 9", f"{HOME}/mine.ipynb"])["outcomes"] == [{"path": ""}, {"path": ""}]
    trash = {entry["name"]: entry for entry in listed(person, "trash")["entries"]}
    assert set(trash) == {"Data 9", "mine.ipynb"} and trash["mine.ipynb"]["place"] == HOME
    assert person.request("GET", f"/api/notebooks/{notebook}/file").status_code == 404
    post(person, "trash/restore", names=["Data 9", "mine.ipynb"])
    assert person.request("GET", f"/api/notebooks/{notebook}/file").status_code == 200
    assert download(person, f"{HOME}/Data 9/data 10/файл ñ.txt").content == b"text"
    assert post(person, "copy", paths=[f"{HOME}/Data 9"], to=HOME)["outcomes"] == [{"path": f"{HOME}/Copy of Data 9"}]
    person.request("PUT", "/api/drive/star", json={"path": f"{HOME}/Data 9", "starred": True})
    assert names(person, "starred") == ["Data 9"]
    post(person, "trash", paths=[f"{HOME}/Data 9", f"{HOME}/Copy of Data 9"])
    post(person, "trash/empty", 204)
    assert names(person, "trash") == [] and names(person, "starred") == []


def test_long_lists_come_in_pieces_that_fit(server, person):
    folder = home(server) / "many"
    folder.mkdir()
    for number in range(250):
        (folder / f"file {number}.txt").write_bytes(b"x" * number)
    first = listed(person, path=f"{HOME}/many", limit=100)
    assert first["total"] == 250 and first["entries"][10]["name"] == "file 10.txt"
    (folder / "file 0.txt").unlink()
    rest = listed(person, path=f"{HOME}/many", offset=100, limit=200, list=first["list"])["entries"]
    assert rest[0]["name"] == "file 100.txt" and len(rest) == 150
    assert listed(person, path=f"{HOME}/many", sort="size", order="desc", limit=1)["entries"][0]["bytes"] == 249
    assert names(person, "recent")[-1] != ""


def test_an_upload_survives_kills_and_ends_byte_identical(server, person):
    data = os.urandom(9 * MEBIBYTE + 123)
    path = f"{HOME}/up/loaded.bin"
    upload = begin(person, path, len(data))

    def cut_short():  # The connection goes away in the middle of a piece.
        yield data[:3 * MEBIBYTE]
        raise ConnectionError

    with pytest.raises((ConnectionError, requests.RequestException)):
        append(person, upload, 0, cut_short())
    assert names(person, path=f"{HOME}/up") == []
    server.kill()
    server.start()
    state = person.request("GET", f"/api/drive/uploads/{upload}").json()
    assert 0 <= state["received"] <= 3 * MEBIBYTE
    assert append(person, upload, state["received"] + 1, b"x").status_code == 409
    for _ in range(20):
        at = person.request("GET", f"/api/drive/uploads/{upload}").json()["received"]
        if at == len(data):
            break
        assert append(person, upload, at, data[at:at + MEBIBYTE]).status_code == 200
    assert append(person, upload, len(data), b"more").status_code == 413
    post(person, f"uploads/{upload}/finish")
    answer = download(person, path)
    assert hashlib.sha256(answer.content).digest() == hashlib.sha256(data).digest()
    assert person.request("GET", "/api/drive/uploads").json()["uploads"] == []
    # A part of it, one that is not there, and one of another version.
    part = download(person, path, Range="bytes=5-14")
    assert part.status_code == 206 and part.content == data[5:15] and part.headers["Content-Range"].startswith("bytes 5-14/")
    assert download(person, path, Range="bytes=-3").content == data[-3:]
    assert download(person, path, Range=f"bytes={len(data)}-").status_code == 416
    assert download(person, path, **{"Range": "bytes=0-1", "If-Range": '"old"'}).status_code == 200
    assert download(person, path, **{"If-None-Match": answer.headers["ETag"]}).status_code == 304


def test_two_who_replace_a_file_leave_one_of_theirs(server, person):
    put(person, f"{HOME}/both.bin", b"old")
    post(person, "uploads", 409, path=f"{HOME}/both.bin", bytes=1)
    versions = [bytes([letter]) * MEBIBYTE for letter in b"ab"]
    with concurrent.futures.ThreadPoolExecutor() as pool:
        list(pool.map(lambda data: put(person, f"{HOME}/both.bin", data, replaces=True), versions))
    assert download(person, f"{HOME}/both.bin").content in versions


def test_the_quota_is_kept(server, person):
    space = person.request("GET", "/api/drive/space").json()
    assert space["quota"] == 40 * MEBIBYTE
    post(person, "uploads", 413, path=f"{HOME}/big.bin", bytes=space["quota"])
    # What is promised counts: of two that fit alone, the second is refused.
    half = (space["quota"] - space["used"]) // 2 + MEBIBYTE
    first = begin(person, f"{HOME}/half.bin", half)
    post(person, "uploads", 413, path=f"{HOME}/half2.bin", bytes=half)
    assert append(person, first, 0, b"x" * (half + 1)).status_code == 413
    post(person, f"uploads/{first}/finish", 409)
    assert person.request("DELETE", f"/api/drive/uploads/{first}").status_code == 204
    assert "half.bin" not in names(person)


def test_a_folder_is_downloaded_as_an_archive(server, person):
    put(person, f"{HOME}/z/深/a.txt", b"a" * 1000)
    os.symlink("/etc/passwd", home(server) / "z" / "link")
    (home(server) / "z" / ".secret").write_text("x")
    os.mkfifo(home(server) / "z" / "pipe")
    answer = person.request("GET", "/api/drive/zip?paths=" + urllib.parse.quote(json.dumps([f"{HOME}/z"])))
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None and set(archive.namelist()) == {"z/", "z/深/", "z/深/a.txt"}
    assert "z.zip" in answer.headers["Content-Disposition"]


def test_bad_paths_and_what_a_page_could_be(server, person):
    (home(server) / "a\nb.txt").write_text("newline")
    assert "a\nb.txt" in names(person)
    post(person, "rename", 204, path=f"{HOME}/a\nb.txt", name="ab.txt")
    os.symlink(server.data / "colibri.db", home(server) / "db")
    os.symlink("/", home(server) / "root")
    os.mkfifo(home(server) / "fifo")
    for path in ["..", "../x", "/etc/passwd", "//x", f"{HOME}/../../colibri.db", f"{HOME}/./x", f"{HOME}//x", f"{HOME}/db", f"{HOME}/root",
                 f"{HOME}/root/etc/passwd", f"{HOME}/fifo", f"{HOME}/" + "x" * 4096, "Trash", "My Drive2/x", ".colibri-uploads/x",
                 f"{HOME}/.colibri-x", "/proc/self/root", "", f"{HOME}/%2e%2e/x", f"{HOME}/..\\x"]:
        for answer in (download(person, path), person.request("GET", "/api/drive", params={"view": "folder", "path": path}),
                       person.request("POST", "/api/drive/rename", json={"path": path, "name": "y"})):
            assert 400 <= answer.status_code < 500, (path, answer.status_code, answer.text)
    for name in ["", ".", "..", "a\x00b", "a\nb", "x" * 256, ".ssh", "\x7f"]:
        answer = person.request("POST", "/api/drive/uploads", json={"path": f"{HOME}/{name}", "bytes": 1})
        assert 400 <= answer.status_code < 500, (name, answer.text)
    for name in ["CON", "x" * 255, "\u202egnp.exe", "<img src=x onerror=alert(1)>.txt", 'a"b.txt', "العربية", "🦜", "é" * 100]:
        put(person, f"{HOME}/names/{name}", b"x")
        answer = download(person, f"{HOME}/names/{name}")
        assert answer.content == b"x" and answer.headers["Content-Disposition"].startswith("attachment")
    for name in ["x.html", "x.xhtml", "x.svg", "x.xml", "x.pdf"]:
        put(person, f"{HOME}/{name}", b"<script>alert(1)</script>")
        headers = download(person, f"{HOME}/{name}").headers
        assert headers["Content-Disposition"].startswith("attachment") and headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in headers["Content-Security-Policy"] and "html" not in headers["Content-Type"]


def test_a_drive_is_for_nobody_else(server, person):
    put(person, f"{HOME}/own.txt", b"mine")
    upload = begin(person, f"{HOME}/mine.bin", 3)
    other = person.admit("bob@example.org", "Bob")
    assert "own.txt" not in names(other)
    assert download(other, f"{HOME}/own.txt").status_code == 404
    assert append(other, upload, 0, b"abc").status_code == 404
    assert other.request("DELETE", f"/api/drive/uploads/{upload}").status_code == 404
    first = listed(person, path=HOME, limit=1)
    assert listed(other, path=HOME, offset=1, list=first["list"])["total"] != first["total"]
    person.request("DELETE", f"/api/drive/uploads/{upload}")
    # A token may what its scopes say.
    made = person.request("POST", "/api/me/tokens", json={"name": "t", "scopes": ["drive:read"], "life_ms": 3_600_000})
    token = {"Authorization": "Bearer " + made.json()["token"]}
    assert requests.get(f"{server.url}/api/drive", params={"view": "recent"}, headers=token, timeout=10).status_code == 200
    assert requests.post(f"{server.url}/api/drive/folders", json={"path": f"{HOME}/t"}, headers=token, timeout=10).status_code == 403
    assert requests.get(f"{server.url}/api/drive?view=recent", timeout=10).status_code == 401
