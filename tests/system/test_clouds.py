"""Other clouds: connected by their person, in the Drive and under its mount, by real servers on loopback."""

import io
import json
import pathlib
import sqlite3
import subprocess
import time
import zipfile

import pytest

from cloud_servers import SECRET, USER, CloudServer
from colibri import Server, text_of

KINDS = ("webdav", "sftp", "s3")


def configuration(folder, text):
    path = folder / "clouds.yaml"
    path.write_text(text)
    return ["--config", path]


@pytest.fixture(scope="module")
def server(tmp_path_factory, image):
    folder = tmp_path_factory.mktemp("colibri")
    server = Server(folder / "data", arguments=configuration(folder, "clouds:\n  reach: everything\n")).start()
    yield server
    assert server.stop() == 0
    server.clear_away()
    assert not left_of(server)


@pytest.fixture(scope="module")
def ada(server):
    return server.sign_in()


@pytest.fixture
def cloud_server(request, tmp_path):
    served = CloudServer(getattr(request, "param", "webdav"), tmp_path / "cloud").start()
    (served.folder / "hello.txt").write_text("hello from afar\n")
    (served.folder / "sub").mkdir()
    (served.folder / "sub" / "deep.txt").write_text("deep")
    yield served
    served.stop()


def connect(person, served, name="Far", **more):
    return person.request("POST", "/api/clouds",
                          json={"name": name, "kind": served.protocol, "folder": served.inside, "options": served.options(), **more})


@pytest.fixture
def far(ada, cloud_server):
    """A cloud of Ada's, named Far."""
    answer = connect(ada, cloud_server)
    assert answer.status_code == 201, answer.text
    cloud = answer.json()["cloud"]
    yield cloud
    ada.request("DELETE", f"/api/clouds/{cloud['id']}")


def left_of(server):
    """Processes and mounts of clouds of this server."""
    mounts = [line for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines() if f"{server.data}/clouds" in line]
    return mounts + cloud_processes(server)


def cloud_processes(server):
    found = []
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes()
            mounts = (folder / "mountinfo").read_text() if b"colibri-cloud" in command else ""
        except OSError:
            continue
        if f"{server.data}/clouds/" in mounts:
            found.append(f"{folder.name} {command!r}")
    return found


def names(person, path="Clouds/Far"):
    answer = person.request("GET", "/api/drive", params={"view": "folder", "path": path})
    assert answer.status_code == 200, answer.text
    return {entry["name"]: entry["kind"] for entry in answer.json()["entries"]}


def read(person, path):
    return person.request("GET", "/api/drive/file", params={"path": path})


def post(person, route, **body):
    return person.request("POST", f"/api/drive/{route}", json=body)


def upload(person, path, content, replaces=False):
    begun = post(person, "uploads", path=path, bytes=len(content), replaces=replaces)
    if begun.status_code != 201:
        return begun
    place = f"/api/drive/uploads/{begun.json()['id']}"
    if content:
        sent = person.request("PUT", f"{place}?from=0", data=content)
        assert sent.status_code == 200, sent.text
    return person.request("POST", f"{place}/finish", json={})


def failed(answer, status, *words):
    assert answer.status_code == status, answer.text
    detail = answer.json()["error"]["detail"]
    for word in words:
        assert word in detail, detail
    assert SECRET not in detail
    return detail


def test_kinds_are_those_that_cannot_reach_into_the_server(ada):
    kinds = {kind["name"]: kind for kind in ada.request("GET", "/api/clouds/kinds").json()["kinds"]}
    assert {"drive", "s3", "webdav", "sftp", "ftp", "smb", "dropbox", "onedrive", "azureblob", "b2"} <= set(kinds)
    assert not {"local", "alias", "crypt", "union", "combine", "chunker", "cache", "compress", "hasher", "memory", "http"} & set(kinds)
    options = {option["name"] for kind in kinds.values() for option in kind["options"]}
    assert not [name for name in options if name.endswith(("_file", "_command")) or name in ("env_auth", "key_use_agent", "profile")]
    assert {option["name"]: option["secret"] for option in kinds["sftp"]["options"]}["key_pem"] is True


@pytest.mark.parametrize("cloud_server", KINDS, indirect=True)
def test_files_of_a_cloud_are_listed_read_written_moved_and_removed(ada, cloud_server, far):
    there = cloud_server.folder
    assert names(ada, "Clouds") == {"Far": "folder"}
    assert names(ada) == {"hello.txt": "file", "sub": "folder"}
    assert read(ada, "Clouds/Far/hello.txt").text == "hello from afar\n"
    part = ada.request("GET", "/api/drive/file", params={"path": "Clouds/Far/hello.txt"}, headers={"Range": "bytes=6-9"})
    assert (part.status_code, part.text) == (206, "from")
    archive = ada.request("GET", "/api/drive/zip", params={"paths": json.dumps(["Clouds/Far/sub"])})
    assert zipfile.ZipFile(io.BytesIO(archive.content)).read("sub/deep.txt") == b"deep"

    big = bytes(range(256)) * 20_000
    assert upload(ada, "Clouds/Far/big file.bin", big).status_code == 200
    assert (there / "big file.bin").read_bytes() == big
    assert upload(ada, "Clouds/Far/empty", b"").status_code == 200 and (there / "empty").read_bytes() == b""
    failed(upload(ada, "Clouds/Far/big file.bin", b"other"), 409)
    assert upload(ada, "Clouds/Far/big file.bin", b"other", replaces=True).status_code == 200
    assert (there / "big file.bin").read_bytes() == b"other"
    # A folder that was uploaded.
    assert upload(ada, "Clouds/Far/new/in it/x.txt", b"x").status_code == 200
    assert (there / "new" / "in it" / "x.txt").read_text() == "x"
    assert not [name for name in there.rglob("*") if name.name.startswith(".")]

    assert post(ada, "folders", path="Clouds/Far/made").status_code == 201 and names(ada)["made"] == "folder"
    # S3 has no empty folders: one is there with its first file.
    assert (there / "made").is_dir() == (cloud_server.protocol != "s3")
    failed(post(ada, "folders", path="Clouds/Far/made"), 409)
    assert post(ada, "rename", path="Clouds/Far/hello.txt", name="Grüße.txt").status_code == 204
    failed(post(ada, "rename", path="Clouds/Far/Grüße.txt", name="empty"), 409)
    moved = post(ada, "move", paths=["Clouds/Far/Grüße.txt", "Clouds/Far/sub"], to="Clouds/Far/made").json()["outcomes"]
    assert moved == [{"path": "Clouds/Far/made/Grüße.txt"}, {"path": "Clouds/Far/made/sub"}]
    assert (there / "made" / "sub" / "deep.txt").read_text() == "deep"
    out = post(ada, "move", paths=["Clouds/Far/made"], to="My Drive").json()["outcomes"]
    assert "within one cloud" in out[0]["error"]["detail"]
    assert post(ada, "trash", paths=["Clouds/Far/made", "Clouds/Far/empty"]).json()["outcomes"] == [{"path": ""}, {"path": ""}]
    assert sorted(each.name for each in there.iterdir()) == ["big file.bin", "new"]


@pytest.mark.parametrize("path", ["Clouds/Far/../../x", "Clouds//x", "Clouds/None/x", "Clouds/Far/a\u0000b", "Clouds/Far/none.txt"])
def test_no_path_leads_out_of_a_cloud(ada, far, path):
    assert read(ada, path).status_code in (400, 404)


def test_the_cloud_itself_is_no_file(ada, far):
    for route, body in (("rename", {"path": "Clouds/Far", "name": "x"}), ("folders", {"path": "Clouds/x"}),
                        ("rename", {"path": "Clouds", "name": "x"})):
        assert post(ada, route, **body).status_code in (400, 404)
    assert "error" in post(ada, "trash", paths=["Clouds/Far"]).json()["outcomes"][0]
    assert names(ada) == {"hello.txt": "file", "sub": "folder"}


@pytest.mark.parametrize("cloud_server", KINDS, indirect=True)
def test_a_wrong_password_and_a_dead_server_are_told_in_one_sentence(ada, cloud_server):
    wrong = cloud_server.options("not-the-password")
    answer = ada.request("POST", "/api/clouds", json={
        "name": "Wrong", "kind": cloud_server.protocol, "folder": cloud_server.inside, "options": wrong})
    detail = failed(answer, 503, 'The cloud "Wrong" refuses the name or the secret that you gave')
    assert any(words in detail for words in ("401", "(403)", "unable to authenticate"))
    assert "\n" not in detail and "not-the-password" not in detail
    cloud_server.stop()
    failed(connect(ada, cloud_server, name="Dead"), 503, 'The cloud "Dead" cannot be reached', "refused")
    assert ada.request("GET", "/api/clouds").json()["clouds"] == []


def test_a_server_that_dies_later_stops_nothing_else(ada, cloud_server, far):
    assert "hello.txt" in names(ada)
    cloud_server.stop()
    time.sleep(6)  # What was listed is known for a while.
    began = time.monotonic()
    answer = ada.request("GET", "/api/drive", params={"view": "folder", "path": "Clouds/Far"})
    assert answer.status_code >= 500, answer.text
    failed(upload(ada, "Clouds/Far/x.txt", b"x"), answer.status_code)
    assert time.monotonic() - began < 60
    assert ada.request("GET", "/api/drive", params={"view": "folder", "path": "My Drive"}).status_code == 200


@pytest.mark.parametrize("body, words", [
    ({"kind": "local", "options": {}}, "no such kind"),
    ({"kind": "alias", "options": {"remote": "/etc"}}, "no such kind"),
    ({"kind": "sftp", "options": {"host": "x", "key_file": "/etc/passwd"}}, 'no option "key_file"'),
    ({"kind": "sftp", "options": {"host": "x", "known_hosts_file": "/etc/passwd"}}, "no option"),
    ({"kind": "sftp", "options": {"host": "x", "server_command": "id"}}, "no option"),
    ({"kind": "sftp", "options": {"user": "x"}}, "host is missing"),
    ({"kind": "webdav", "options": {"url": "http://x", "bearer_token_command": "id"}}, "no option"),
    ({"kind": "s3", "options": {"env_auth": "true"}}, "no option"),
    ({"kind": "drive", "options": {"service_account_file": "/x"}}, "no option"),
    ({"kind": "webdav", "options": {"url": "http://x\nvendor = y"}}, "control characters"),
    ({"kind": "webdav", "options": {"url": "x" * 20_000}}, "16 KiB"),
    ({"kind": "webdav", "options": {"url": 7}}, "text"),
    ({"kind": "webdav", "options": {"url": "http://x"}, "folder": "../.."}, ".."),
    ({"kind": "webdav", "options": {"url": "http://x"}, "name": "a/b"}, "slash"),
    ({"kind": "webdav", "options": {"url": "http://x"}, "name": ""}, "empty"),
])
def test_what_is_not_allowed_is_refused(ada, body, words):
    failed(ada.request("POST", "/api/clouds", json={"name": "N", **body}), 400, words)


def test_a_cloud_gets_another_name_and_password_and_goes(ada, cloud_server, far):
    place = f"/api/clouds/{far['id']}"
    assert connect(ada, cloud_server).status_code == 409
    looked = ada.request("GET", place).json()["cloud"]
    assert looked["secrets"] == ["pass"] and SECRET not in json.dumps(looked) and looked["options"]["user"] == USER
    assert ada.request("PATCH", place, json={"name": "Near"}).status_code == 204
    assert names(ada, "Clouds/Near") == {"hello.txt": "file", "sub": "folder"}
    failed(ada.request("PATCH", place, json={"options": {"pass": "wrong"}}), 503)
    assert "hello.txt" in names(ada, "Clouds/Near")  # It is as it was.
    assert ada.request("PATCH", place, json={"folder": "sub"}).status_code == 204
    assert names(ada, "Clouds/Near") == {"deep.txt": "file"}
    assert upload(ada, "Clouds/Near/up.txt", b"up").status_code == 200
    assert (cloud_server.folder / "sub" / "up.txt").read_text() == "up"
    assert ada.request("DELETE", place).status_code == 204
    assert ada.request("GET", place).status_code == 404
    assert names(ada, "Clouds") == {}
    assert (cloud_server.folder / "hello.txt").exists()


def test_clouds_are_their_persons_alone(server, ada, far):
    eve = ada.admit("eve@example.org", "Eve")
    assert eve.request("GET", "/api/clouds").json()["clouds"] == []
    assert names(eve, "Clouds") == {}
    assert read(eve, "Clouds/Far/hello.txt").status_code == 404
    for method, body in (("GET", None), ("PATCH", {"name": "x"}), ("DELETE", None)):
        assert eve.request(method, f"/api/clouds/{far['id']}", json=body).status_code == 404
    assert post(eve, "rename", path="Clouds/Far/hello.txt", name="x").status_code == 404


@pytest.mark.parametrize("cloud_server", ("webdav", "s3"), indirect=True)
def test_what_signs_in_is_in_no_database_log_or_list_of_processes(server, ada, far):
    assert names(ada)
    listed = subprocess.run(["ps", "axww", "-o", "args"], capture_output=True, text=True, check=True).stdout
    assert "/usr/bin/rclone mount cloud:" in listed and SECRET not in listed
    for path in server.data.glob("colibri.db*"):
        assert SECRET.encode() not in path.read_bytes() and USER.encode() + b'"' not in path.read_bytes()
    sealed = sqlite3.connect(server.data / "colibri.db").execute("SELECT sealed FROM clouds").fetchall()
    assert sealed and all(SECRET not in text for (text,) in sealed)
    assert SECRET not in server.log.read_text()
    for path in (server.data / "clouds").rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


def test_a_runtime_has_its_persons_clouds_under_the_mount(ada, cloud_server, far):
    page = ada.open(ada.create())
    try:
        assert text_of(page.run("1+1")) == "2"
        ada.request("PUT", f"/api/notebooks/{page.notebook}/drive", json={"remember": True, "force": True})
        said = text_of(page.run("from google.colab import drive\ndrive.mount('/content/drive')"))
        assert "rive already mounted" in said
        run = lambda source: text_of(page.run(source)).strip()  # noqa: E731
        assert run("import os, shutil; print(sorted(os.listdir('/content/drive')))") == "['Clouds', 'My Drive', 'MyDrive', 'Shareddrives']"
        assert run("print(open('/content/drive/Clouds/Far/hello.txt').read())") == "hello from afar"
        run("""far = '/content/drive/Clouds/Far/'
with open(far + 'made.csv', 'w') as file: file.write('a,b\\n' * 1000)
shutil.copy('/content/sample_data/README.md', far + 'copy.md')
os.makedirs(far + 'd/e'); os.rename(far + 'made.csv', far + 'd/e/moved.csv'); os.remove(far + 'hello.txt')""")
        assert run("print(os.listdir(far + 'd/e'))") == "['moved.csv']"
        deadline = time.monotonic() + 20
        moved = cloud_server.folder / "d" / "e" / "moved.csv"
        while not moved.exists() and time.monotonic() < deadline:
            time.sleep(0.1)
        assert moved.read_text() == "a,b\n" * 1000
        assert not (cloud_server.folder / "hello.txt").exists()
        # Both see what the other does.
        assert names(ada, "Clouds/Far/d/e") == {"moved.csv": "file"}
        # Nobody else's, and nothing else of the server, is there.
        assert run("print(os.listdir('/content/drive/Clouds'))") == "['Far']"
        assert "unmount" not in run("drive.flush_and_unmount()")
        assert run("print(os.path.exists('/content/drive/Clouds'))") == "False"
        # Whom no server answers does not keep the Drive away.
        cloud_server.stop()
        ada.request("PATCH", f"/api/clouds/{far['id']}", json={"name": "Gone"})
        assert names(ada, "Clouds") == {"Gone": "folder"}
    finally:
        page.close()
        ada.end_runtime(page.notebook)


def test_nothing_is_left_of_a_server_that_was_killed(tmp_path, image, cloud_server):
    server = Server(tmp_path / "data", arguments=configuration(tmp_path, "clouds:\n  reach: everything\n")).start()
    try:
        person = server.sign_in()
        assert connect(person, cloud_server).status_code == 201
        assert upload(person, "Clouds/Far/before.txt", b"before").status_code == 200
        assert cloud_processes(server)
        server.kill()
        deadline = time.monotonic() + 10
        while left_of(server) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert not left_of(server)
        server.start()
        person = server.sign_in()
        assert read(person, "Clouds/Far/before.txt").text == "before"
        assert server.stop() == 0
        assert not left_of(server)
    finally:
        if server.process.poll() is None:
            server.stop()
        server.clear_away()


def test_clouds_reach_no_address_of_the_server_unless_they_may(tmp_path, image, cloud_server):
    server = Server(tmp_path / "data").start()
    try:
        person = server.sign_in()
        began = time.monotonic()
        failed(connect(person, cloud_server), 503, "cannot be reached", "no addresses of this server")
        for host in ("10.0.2.2", "169.254.169.254"):
            failed(person.request("POST", "/api/clouds", json={
                "name": "Meta", "kind": "webdav", "options": {"url": f"http://{host}:{cloud_server.port}"}}), 503)
        assert time.monotonic() - began < 60
        assert server.stop() == 0
    finally:
        if server.process.poll() is None:
            server.stop()
        server.clear_away()


def test_a_cloud_that_nobody_uses_is_let_go(tmp_path, image, cloud_server):
    server = Server(tmp_path / "data", arguments=configuration(tmp_path, "clouds:\n  reach: everything\n  idle: 1s\n")).start()
    try:
        person = server.sign_in()
        assert connect(person, cloud_server).status_code == 201
        deadline = time.monotonic() + 60
        while cloud_processes(server) and time.monotonic() < deadline:
            time.sleep(0.2)
        assert not cloud_processes(server)
        assert "hello.txt" in names(person)
        assert server.stop() == 0
    finally:
        if server.process.poll() is None:
            server.stop()
        server.clear_away()
