"""`colibri backup` beside a running server under load, and `colibri restore`: what comes back, and what is refused."""

import base64
import contextlib
import io
import json
import os
import re
import signal
import stat
import subprocess
import tarfile
import threading
import time

import pytest
import requests

from colibri import BINARIES, IMAGES, Person, Server
from postgres import Cluster

PASSWORD = "a good long sentence"
MANIFEST = "manifest.json"


@pytest.fixture(scope="module")
def cluster():
    with Cluster() as cluster:
        yield cluster


def colibri(command, *arguments, data, store=None, check=True, **options):
    """Runs the command on a data folder; returns its outcome with bytes on stdout and text in `words`."""
    where = ["--data", data, *(["--store", store] if store else [])]
    done = subprocess.run([BINARIES / "colibri", command, *arguments, *where], capture_output=True, timeout=120,
                          check=False, **options)
    done.words = done.stderr.decode()
    assert not check or done.returncode == 0, done.words
    return done


def add_person(server, email, store=None):
    """Somebody with a password who is signed in."""
    link = colibri("user", "add", email, data=server.data, store=store).stdout.decode()
    person = Person(server.url, re.search(r"#signin=(\S+)", link).group(1))
    assert person.request("PATCH", "/api/me", json={"password": {"new": PASSWORD}}).ok
    return person


def sign_in(url, email):
    answer = requests.post(f"{url}/api/sign-in", json={"email": email, "password": PASSWORD}, headers={"Origin": url},
                           timeout=10)
    assert answer.status_code == 200, answer.text
    person = Person.__new__(Person)
    person.url, person.csrf = url, answer.json()["csrf"]
    person.cookie = answer.headers["Set-Cookie"].split(";")[0]
    return person


def files_of(data, person):
    user = person.request("GET", "/api/me").json()["user"]["id"]
    root = data / "drive" / user
    return {str(path.relative_to(root)): path.read_bytes() for path in sorted(root.rglob("*")) if path.is_file()}


class Typist(threading.Thread):
    """Adds cells to a notebook one after the other, and knows when each was acknowledged."""

    def __init__(self, person, name):
        super().__init__()
        self.notebook, self.name, self.acknowledged = person.create(), name, {}
        self.page = person.open(self.notebook, client=f"t_{name}")
        self.ending, self.error = False, None

    def run(self):
        try:
            while not self.ending:
                cell = self.page.add_code(f"{self.name} = {len(self.acknowledged)}")
                self.acknowledged[cell] = time.monotonic()
        except Exception as error:  # The test's thread tells it.
            self.error = error

    def end(self):
        self.ending = True
        self.join()
        self.page.close()
        assert self.error is None, self.error


class Mover(threading.Thread):
    """Makes, renames, shares and removes notebooks all the while."""

    def __init__(self, person, friend):
        super().__init__()
        self.person, self.friend, self.ending, self.error = person, friend, False, None

    def run(self):
        try:
            number = 0
            while not self.ending:
                made = [self.person.create() for _ in range(3)]
                for each in made:
                    number += 1
                    assert self.person.request("PATCH", f"/api/notebooks/{each}", json={"title": f"moved {number}"}).ok
                share(self.person, made[1], self.friend, "viewer")
                assert self.person.request("DELETE", f"/api/notebooks/{made[2]}").ok
        except Exception as error:  # The test's thread tells it.
            self.error = error

    def end(self):
        self.ending = True
        self.join()
        assert self.error is None, self.error


def share(person, notebook, email, role):
    answer = person.request("POST", f"/api/notebooks/{notebook}/access",
                            json={"people": [{"email": email, "role": role}], "notify": False})
    assert answer.ok, answer.text


@contextlib.contextmanager
def running(server):
    server.start()
    try:
        yield server
    finally:
        server.stop()


@pytest.mark.parametrize("origin", ["sqlite", "postgresql"])
def test_a_server_under_load_is_backed_up_and_restored_into_the_other_database(make_server, tmp_path, cluster, origin):
    stores = {"sqlite": None, "postgresql": cluster.create(f"backup_{origin}")}
    store, other = (stores[kind] for kind in (origin, "postgresql" if origin == "sqlite" else "sqlite"))
    server = make_server(arguments=["--store", store] if store else [])
    archive, new_data = tmp_path / "backup.tar", tmp_path / "restored"
    with running(server):
        owner, ada = server.sign_in(), add_person(server, "ada@example.org", store)
        picture = base64.b64encode(os.urandom(400_000)).decode()
        imported = ada.import_file("picture.ipynb", json.dumps(notebook_with(picture))).json()["id"]
        ada.open(imported).close()  # Moves the picture to the blobs.
        unopened = ada.import_file("unopened.ipynb", json.dumps(notebook_with("aGVsbG8="))).json()["id"]
        drive = server.data / "drive" / ada.request("GET", "/api/me").json()["user"]["id"] / "My Drive"
        (drive / "数据").mkdir()
        (drive / "数据" / "table.csv").write_text("1,2\n")
        share(ada, imported, "owner@localhost", "commenter")
        typists = [Typist(owner, "owner"), Typist(ada, "ada"), Typist(ada, "tablet")]
        mover = Mover(ada, "owner@localhost")
        for thread in (*typists, mover):
            thread.start()
        while any(len(typist.acknowledged) < 20 for typist in typists):
            time.sleep(0.01)
        begun = time.monotonic()
        done = colibri("backup", "--output", archive, data=server.data, store=store)
        ended = time.monotonic()
        for thread in (*typists, mover):
            thread.end()
        assert any(when > begun for typist in typists for when in typist.acknowledged.values()), "no load"
        assert re.search(rf"{archive} is whole: [\d.]+ MB\. To try it: colibri restore", done.words), done.words
        assert stat.S_IMODE(archive.stat().st_mode) == 0o600
        assert not (server.data / "tmp" / "backup").exists()

    done = colibri("restore", archive, data=new_data, store=other)
    assert "all is restored; everybody signs in again" in done.words
    assert stat.S_IMODE(new_data.stat().st_mode) == 0o700
    restored = make_server("restored", arguments=["--store", other] if other else [])
    with running(restored):
        owner, ada = restored.sign_in(), sign_in(restored.url, "ada@example.org")
        people = {"owner": owner, "ada": ada, "tablet": ada}
        for typist in typists:
            page = people[typist.name].open(typist.notebook)
            wanted = {cell for cell, when in typist.acknowledged.items() if when < begun}
            assert wanted <= set(page.cells), f"{len(wanted - set(page.cells))} edits are missing"
            later = {cell for cell in page.cells if typist.acknowledged.get(cell, 0) > ended}
            assert not later, "a picture of another moment"
            sources = [cell["source"] for cell in page.cells.values() if cell["source"]]
            assert len(sources) == len(set(sources)), "an edit is there twice"
            page.add_code("1 + 1", "afterwards")
            page.wait_saved()
            assert not any(m["type"] == "notice" for m in page.messages), page.messages
            in_file = [cell["id"] for cell in people[typist.name].file(typist.notebook)["cells"]]
            assert in_file == page.order
            page.close()
        page = ada.open(imported)
        [output] = [out for cell in page.cells.values() for out in cell.get("outputs", [])]
        blob = ada.request("GET", f"/api/notebooks/{imported}/blobs/{output['blobs']['image/png']['sha256']}")
        assert blob.content == base64.b64decode(picture)
        assert ada.file(unopened)["cells"][0]["outputs"][0]["data"]["image/png"] == "aGVsbG8="
        listed = {entry["id"]: entry for entry in owner.request("GET", "/api/notebooks").json()["notebooks"]}
        assert listed[imported]["role"] == "commenter"
        for entry in ada.request("GET", "/api/notebooks").json()["notebooks"]:
            assert ada.request("GET", f"/api/notebooks/{entry['id']}/file").ok, entry
        assert files_of(restored.data, ada)["My Drive/数据/table.csv"] == b"1,2\n"


def notebook_with(picture):
    output = {"output_type": "display_data", "data": {"image/png": picture}, "metadata": {}}
    cell = {"cell_type": "code", "id": "c1", "execution_count": 1, "metadata": {}, "outputs": [output], "source": "plot()"}
    return {"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}


@pytest.fixture(scope="module")
def site(tmp_path_factory, image):
    """A server that is stopped, and a backup of it."""
    server = Server(tmp_path_factory.mktemp("site") / "data").start()
    owner = server.sign_in()
    first = owner.create()
    page = owner.open(first)
    page.add_code("print('found again')", "kept")
    page.wait_saved()
    page.close()
    assert server.stop() == 0
    server.archive = server.data.parent / "backup.tar"
    colibri("backup", "-o", server.archive, data=server.data)
    return server


def test_an_archive_goes_through_a_pipe_packed_or_into_a_folder(site, tmp_path):
    piped = colibri("backup", "-o", "-", data=site.data)
    colibri("restore", "-", data=tmp_path / "piped", input=piped.stdout)
    for name in ("backup.tar.gz", "backup.tar.zst"):
        colibri("backup", "-o", tmp_path / name, data=site.data)
        colibri("restore", tmp_path / name, data=tmp_path / f"from {name}")
    (tmp_path / "backups").mkdir()
    colibri("backup", "-o", tmp_path / "backups", data=site.data)
    [made] = (tmp_path / "backups").iterdir()
    assert re.fullmatch(r"colibri-\d{8}T\d{6}Z\.tar", made.name)
    # What every administrator has can look into it and check it.
    with tarfile.open(made) as tar:
        names = tar.getnames()
        assert names[0] == "colibri-backup.json" and names[-1] == MANIFEST
        listed = json.load(tar.extractfile(MANIFEST))
    assert (listed["accounts"], listed["notebooks"]) == (1, 1)
    database = (tmp_path / "piped" / "colibri.db").read_bytes()
    assert database.startswith(b"SQLite format 3\0") and b"found again" in database


def test_a_backup_replaces_no_file_and_needs_a_server(site, tmp_path):
    before = site.archive.read_bytes()
    refused = colibri("backup", "-o", site.archive, data=site.data, check=False)
    assert refused.returncode == 1 and "is there already" in refused.words
    assert site.archive.read_bytes() == before
    nowhere = colibri("backup", "-o", tmp_path / "a.tar", data=tmp_path / "nowhere", check=False)
    assert nowhere.returncode == 1 and "there is no folder" in nowhere.words
    (tmp_path / "empty").mkdir()
    empty = colibri("backup", "-o", tmp_path / "a.tar", data=tmp_path / "empty", check=False)
    assert empty.returncode == 1 and "there is no database" in empty.words
    assert not (tmp_path / "nowhere").exists() and not (tmp_path / "a.tar").exists()


def test_a_stopped_backup_leaves_nothing(site, tmp_path):
    reading, writing = os.pipe()
    process = subprocess.Popen([BINARIES / "colibri", "backup", "--data", site.data, "-o", "-"], stdout=writing,
                               stderr=subprocess.PIPE, text=True)
    os.close(writing)
    os.read(reading, 1)
    process.send_signal(signal.SIGTERM)
    os.close(reading)
    assert process.wait(20) != 0
    assert not (site.data / "tmp" / "backup").exists() or process.returncode < 0
    colibri("backup", "-o", tmp_path / "again.tar", data=site.data)


def changed(archive, change):
    """The archive with its entries as `change(entries)` leaves them: lists of (TarInfo, bytes)."""
    with tarfile.open(archive) as tar:
        entries = [(member, tar.extractfile(member).read() if member.isfile() else b"") for member in tar]
    entries = change(entries)
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as tar:
        for member, data in entries:
            member.size = len(data) if member.isfile() else 0
            tar.addfile(member, io.BytesIO(data))
    return out.getvalue()


def put(name, data=b"x", kind=tarfile.REGTYPE, target=""):
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, target
    return lambda entries: [*entries[:-1], (member, data if kind == tarfile.REGTYPE else b""), entries[-1]]


def edit(name, old, new):
    def change(entries):
        assert any(member.name == name and old in data for member, data in entries)
        return [(member, data.replace(old, new) if member.name == name else data) for member, data in entries]
    return change


HOSTILE = {
    "a path that leads out": (put("drive/u_1/../../../../outside"), "no place in a backup"),
    "an absolute path": (put("/tmp/outside"), "no place in a backup"),
    "a path beside": (put("lock"), "no place in a backup"),
    "the whole of blobs": (put("blobs/../lock"), "no place in a backup"),
    "a control character": (put("drive/u_1/My Drive/a\nb"), "no place in a backup"),
    "a symbolic link": (put("drive/u_1/link", kind=tarfile.SYMTYPE, target="/etc/passwd"), "neither file nor folder"),
    "a hard link": (put("drive/u_1/link", kind=tarfile.LNKTYPE, target="database/colibri.db"), "neither file nor folder"),
    "a device": (put("drive/u_1/My Drive/device", kind=tarfile.CHRTYPE), "neither file nor folder"),
    "a file more": (put("drive/u_1/My Drive/more.txt"), "does not fit together"),
    "a file twice": (lambda entries: [*entries[:-1], entries[-2], entries[-1]], "twice"),
    "a file less": (lambda entries: [e for e in entries if not e[0].name.endswith(".ipynb")], "is missing"),
    "a changed file": (lambda entries: [(m, d.replace(b"found", b"faked") if m.name.endswith(".ipynb") else d)
                                        for m, d in entries], "is not what it was"),
    "no list": (lambda entries: entries[:-1], "not whole"),
    "no beginning": (lambda entries: entries[1:], "no backup of Colibri"),
    "something behind the end": (lambda entries: [*entries, entries[-2]], "does not fit together"),
    "a newer schema": (edit("colibri-backup.json", b'"schema":', b'"schema":9'), "newer version of Colibri"),
    "a newer format": (edit("colibri-backup.json", b'"format":1', b'"format":2'), "newer version of Colibri"),
    "another head": (edit(MANIFEST, b'"created_ms":1', b'"created_ms":2'), "does not fit together"),
    "a wrong count": (edit(MANIFEST, b'"accounts":1', b'"accounts":2'), "does not fit together"),
    "another list": (edit(MANIFEST, b'"bytes":', b'"bytes":1'), "is not what it was"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused_and_leaves_nothing(site, tmp_path, name):
    change, words = HOSTILE[name]
    refused = colibri("restore", "-", data=tmp_path / "new", check=False, input=changed(site.archive, change))
    assert (refused.returncode, refused.words.count("\n")) == (1, 1), refused.words
    assert words in refused.words
    assert sorted(tmp_path.iterdir()) == []


def test_an_unchanged_archive_passes_the_same_way(site, tmp_path):
    colibri("restore", "-", data=tmp_path / "new", input=changed(site.archive, lambda entries: entries))


def test_a_truncated_archive_is_refused_wherever_it_ends(site, tmp_path):
    whole = site.archive.read_bytes()
    end = whole.rindex(MANIFEST.encode())
    for size in [0, 1, 511, 512, *range(1000, end, end // 12)]:
        refused = colibri("restore", "-", data=tmp_path / "new", check=False, input=whole[:size])
        assert refused.returncode == 1, size
        assert re.search("no backup of Colibri|not whole", refused.words), refused.words
        assert sorted(tmp_path.iterdir()) == [], size


def test_a_restore_harms_nothing_that_is_there(site, tmp_path, make_server):
    home = tmp_path / "home"
    home.mkdir(0o755)
    (home / "thesis.txt").write_text("mine")
    refused = colibri("restore", site.archive, data=home, check=False)
    assert refused.returncode == 1 and "is not empty" in refused.words
    assert [path.name for path in home.iterdir()] == ["thesis.txt"] and stat.S_IMODE(home.stat().st_mode) == 0o755
    server = make_server()
    with running(server):
        server.sign_in().create()
        for arguments in ([], ["--replace"]):
            refused = colibri("restore", site.archive, *arguments, data=server.data, check=False)
            assert refused.returncode == 1 and re.search("is not empty|another Colibri server", refused.words)
    done = colibri("restore", site.archive, "--replace", data=server.data)
    aside = re.search(r"what was there before is in (\S+)", done.words).group(1)
    assert {"colibri.db", "drive"} <= set(os.listdir(aside))
    with running(server):
        [only] = server.sign_in().request("GET", "/api/notebooks").json()["notebooks"]
        page = server_person(server).open(only["id"])
        assert "kept" in page.cells


def server_person(server):
    link = colibri("user", "link", "owner@localhost", data=server.data).stdout.decode()
    return Person(server.url, re.search(r"#signin=(\S+)", link).group(1))


def test_a_killed_restore_is_no_data_folder_and_can_be_done_again(site, tmp_path, make_server):
    data = tmp_path / "data"
    for delay_ms in range(10, 210, 10):
        process = subprocess.Popen([BINARIES / "colibri", "restore", site.archive, "--data", data, "--replace"],
                                   stderr=subprocess.DEVNULL)
        time.sleep(delay_ms / 1000)
        process.kill()
        process.wait()
    data.mkdir(0o700, exist_ok=True)  # Where no attempt came far.
    (data / "restore-unfinished").write_text("before-restore-1\n")
    refused = subprocess.run([BINARIES / "colibri", "serve", "--data", data, "--images", IMAGES, "--port", "0"],
                             capture_output=True, text=True, timeout=20, check=False)
    assert refused.returncode == 2 and "run colibri restore again" in refused.stderr
    assert colibri("backup", "-o", tmp_path / "b.tar", data=data, check=False).returncode == 1
    colibri("restore", site.archive, data=data)
    server = make_server()
    with running(server):
        [only] = server.sign_in().request("GET", "/api/notebooks").json()["notebooks"]
        assert "kept" in server_person(server).open(only["id"]).cells
