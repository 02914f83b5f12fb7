"""What a runtime leaves in /content: one download for its person, until its time is over or the disk is needed."""

import io
import os
import signal
import stat
import time
import zipfile

import pytest
import requests

from colibri import supervisors, text_of
from test_account_data import is_gone, records_of

CONFIG = """
flavors:
  - {name: cpu, title: CPU, cpus: 2, memory: 1GiB, pids: 512, disk: 1GiB}
  - {name: short, title: Short, cpus: 2, memory: 1GiB, pids: 512, disk: 1GiB, life: 10s}
  - {name: idle, title: Idle, cpus: 2, memory: 1GiB, pids: 512, disk: 1GiB, idle: 5s}
runtimes: {notice: 1s, %s}
"""

# What root inside can make. The name of the link leads to a file of the host that everybody may read.
HOSTILE = r"""
import os, socket, pathlib
os.chdir('/content')
os.makedirs('data/empty'); open('data/a.txt', 'w').write('a' * 100_000); os.chmod('data/a.txt', 0)
open('数据 ü.csv', 'w').write('1,2')
for name in (b'bad\xff', b'back\\slash', b'..\\..\\up', b'new\nline', b'per%cent'): open(name, 'w').write('x')
os.chmod(os.open('run.sh', os.O_CREAT | os.O_RDWR), 0o755)
os.symlink('/etc/hostname', 'out'); os.symlink('../../../etc/hostname', 'up'); os.symlink('data/a.txt', 'good')
os.symlink('data', 'folder'); os.symlink('folder/../../x', 'tricky'); os.symlink('nowhere', 'dangling')
os.mkfifo('pipe'); s = socket.socket(socket.AF_UNIX); s.bind('/content/socket')
os.truncate(os.open('sparse', os.O_CREAT | os.O_RDWR), 8 << 40)
os.truncate(os.open('holes', os.O_CREAT | os.O_RDWR), 30 << 20)
deep = '/content/deep'; os.mkdir(deep); here = os.open(deep, os.O_RDONLY)
for _ in range(300):
    os.mkdir('d', dir_fd=here); here = os.open('d', os.O_RDONLY, dir_fd=here)
open('/root/elsewhere', 'wb').write(os.urandom(60 << 20))
os.makedirs('closed'); open('closed/inner', 'w').write('read'); os.chmod('closed', 0)
"""


def start(make_server, tmp_path, settings="", **options):
    config = tmp_path / "colibri.yaml"
    config.write_text(CONFIG % settings)
    server = make_server(arguments=["--config", config], **options).start()
    server.owner = server.sign_in()
    return server


def connect(person, flavor="cpu"):
    page = person.open(person.create(), client=f"t_{time.monotonic_ns()}")
    page.send({"type": "connect", "flavor": flavor})
    page.wait(lambda: page.lease and page.lease["state"] == "ready" and page.lease["kernel"]["state"] == "idle", 60)
    return page


def files_of(person):
    answer = person.request("GET", "/api/runtimes/files")
    assert answer.status_code == 200, answer.text
    return answer.json()["files"]


def kill_supervisor(server, page):
    [pid] = supervisors(server)
    os.kill(pid, signal.SIGKILL)
    page.wait_lease_ended()
    page.close()


def archive_of(person, runtime):
    answer = person.request("GET", f"/api/runtimes/{runtime}/files")
    assert answer.status_code == 200, answer.text
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    return archive, answer.headers


def wait_until(condition, timeout=30):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.1)


def test_whatever_stands_in_content_is_one_download_and_nothing_else_is_read(make_server, tmp_path):
    server = start(make_server, tmp_path)
    ada = server.owner
    page = connect(ada)
    assert text_of(page.run(HOSTILE)) == ""
    lease = page.lease["id"]
    kill_supervisor(server, page)

    [entry] = files_of(ada)
    assert (entry["runtime"], entry["notebook"], entry["reason"]) == (lease, page.notebook, "supervisor_lost")
    assert entry["title"] and entry["flavor"] == "cpu" and entry["files"] == 10 and entry["bytes"] < 40 << 20
    assert entry["until_ms"] - entry["ended_ms"] == 24 * 3_600_000 and abs(entry["ended_ms"] - time.time() * 1000) < 60_000
    # What it wrote elsewhere is gone from the disk.
    image = server.data / "kept" / lease / "disk.img"
    assert image.stat().st_blocks * 512 < 40 << 20

    archive, headers = archive_of(ada, lease)
    assert headers["Content-Type"] == "application/zip" and "content.zip" in headers["Content-Disposition"]
    assert headers["Transfer-Encoding"] == "chunked" and headers["Cache-Control"] == "no-store"
    names = set(archive.namelist())
    assert len(names) == len(archive.namelist())
    assert {"data/", "data/empty/", "data/a.txt", "数据 ü.csv", "run.sh", "closed/inner", "per%cent"} <= names
    assert {"bad%FF", "back%5Cslash", "..%5C..%5Cup", "new%0Aline"} <= names
    assert archive.read("data/a.txt") == b"a" * 100_000 and archive.read("closed/inner") == b"read"
    assert archive.read("holes") == bytes(30 << 20)
    links = {info.filename: archive.read(info).decode() for info in archive.infolist()
             if stat.S_ISLNK(info.external_attr >> 16)}
    assert links == {"good": "data/a.txt", "folder": "data", "dangling": "nowhere"}
    assert archive.getinfo("run.sh").external_attr >> 16 & 0o111
    assert not any(name.startswith("/") or ".." in name.split("/") or "\\" in name for name in names)
    left_out = archive.read("Left out.txt").decode()
    for line in ("out: is a link to /etc/hostname", "up: is a link to", "tricky: is a link to", "pipe: is no file",
                 "socket: is no file", "sparse: is too large", "lies in too many folders"):
        assert line in left_out, left_out
    assert not names & {"out", "up", "pipe", "socket", "sparse"}


def test_they_are_for_their_person_alone_and_go_when_discarded(make_server, tmp_path):
    server = start(make_server, tmp_path)
    ada, bob = server.owner, server.owner.admit("bob@example.org", "Bob")
    page = connect(bob)
    page.run("open('/content/mine', 'w').write('kept')")
    kill_supervisor(server, page)
    [entry] = files_of(bob)
    path = f"/api/runtimes/{entry['runtime']}/files"

    # Not even for who runs the server.
    assert files_of(ada) == [] and ada.request("GET", path).status_code == 404
    assert ada.request("DELETE", path).status_code == 404
    assert requests.get(server.url + path, timeout=10).status_code == 401
    assert bob.request("GET", path, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert requests.delete(server.url + path, headers={"Cookie": bob.cookie, "Origin": server.url}, timeout=10).status_code == 403
    for scopes, wanted in ((["notebooks:read", "notebooks:write"], 403), (["notebooks:run"], 200)):
        token = bob.request("POST", "/api/me/tokens", json={"name": "t", "scopes": scopes, "life_ms": 3_600_000}).json()["token"]
        answer = requests.get(server.url + path, headers={"Authorization": f"Bearer {token}"}, timeout=10)
        assert answer.status_code == wanted

    archive, _ = archive_of(bob, entry["runtime"])
    assert archive.read("mine") == b"kept"
    assert bob.request("DELETE", path).status_code == 204
    assert files_of(bob) == [] and bob.request("GET", path).status_code == 404
    assert not any((server.data / "kept").iterdir())


def test_each_end_keeps_them_but_ones_own_and_an_empty_folder_is_nothing(make_server, tmp_path):
    server = start(make_server, tmp_path)
    ada = server.owner
    pages = {"deadline": connect(ada, "short"), "idle": connect(ada, "idle"), "disconnected": connect(ada),
             "": connect(ada, "short")}
    for reason, page in pages.items():
        page.run(f"open('/content/why', 'w').write('{reason}')" if reason else "import os; os.mkdir('/content/empty')")
    pages["disconnected"].send({"type": "disconnect"})
    for page in pages.values():
        page.wait_lease_ended(60)
        page.close()
    kept = {entry["reason"]: entry for entry in files_of(ada)}
    assert kept.keys() == {"deadline", "idle"}
    for reason, entry in kept.items():
        assert archive_of(ada, entry["runtime"])[0].read("why").decode() == reason
    wait_until(lambda: {each.name for each in (server.data / "kept").iterdir()} == {e["runtime"] for e in kept.values()})


def test_a_server_that_is_killed_loses_none_and_leaves_none_behind(make_server, tmp_path):
    server = start(make_server, tmp_path)
    ada = server.owner
    page = connect(ada)
    page.run("open('/content/mine', 'w').write('kept')")
    kill_supervisor(server, page)
    [before] = files_of(ada)
    # One whose supervisor dies while no server is there, and a folder that is nobody's.
    page = connect(ada)
    page.run("open('/content/mine', 'w').write('later')")
    server.kill()
    [pid] = supervisors(server)
    os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not supervisors(server))
    (server.data / "kept" / "r_nobody").mkdir()
    server.start()
    page = ada.open(page.notebook, client="t_again")
    page.wait_lease_ended(60)
    page.close()
    files = {entry["runtime"]: entry for entry in files_of(ada)}
    assert len(files) == 2 and files.pop(before["runtime"]) == before
    [later] = files
    assert archive_of(ada, later)[0].read("mine") == b"later"
    assert archive_of(ada, before["runtime"])[0].read("mine") == b"kept"
    assert {each.name for each in (server.data / "kept").iterdir()} == {later, before["runtime"]}


def test_their_time_their_number_and_the_disk_end_them_oldest_first(make_server, tmp_path):
    server = start(make_server, tmp_path, "keep_files_limit: 30MiB")
    ada = server.owner
    ended = []
    for _ in range(3):
        page = connect(ada)
        page.run("import os; open('/content/mine', 'wb').write(os.urandom(12 << 20))")
        ended.append(page.lease["id"])
        kill_supervisor(server, page)
        files_of(ada)
    wait_until(lambda: [entry["runtime"] for entry in files_of(ada)] == ended[:0:-1])
    wait_until(lambda: {each.name for each in (server.data / "kept").iterdir()} == set(ended[1:]))
    server.stop()
    # Less is free than what is to stay free.
    config = tmp_path / "colibri.yaml"
    config.write_text(CONFIG % f"keep_files_free: {1 << 50}")
    server.start()
    wait_until(lambda: not any((server.data / "kept").iterdir()))
    assert files_of(ada) == []
    server.stop()
    config.write_text(CONFIG % "keep_files: 6s")
    server.start()
    page = connect(ada)
    page.run("open('/content/mine', 'w').write('kept')")
    kill_supervisor(server, page)
    assert len(files_of(ada)) == 1
    wait_until(lambda: not files_of(ada) and not any((server.data / "kept").iterdir()))


def test_they_go_with_the_account(make_server, tmp_path):
    server = start(make_server, tmp_path)
    bob = server.owner.admit("bob@example.org", "Bob")
    bob.id = bob.request("GET", "/api/me").json()["user"]["id"]
    page = connect(bob)
    page.run("open('/content/mine', 'w').write('kept')")
    kill_supervisor(server, page)
    assert len(files_of(bob)) == 1
    assert bob.request("POST", "/api/me/deletion", json={"password": "a good long sentence"}).status_code == 202
    wait_until(lambda: is_gone(server, bob))
    assert not any((server.data / "kept").iterdir()) and records_of(server, "SELECT * FROM kept_files") == []


def test_a_download_that_is_let_go_of_leaves_no_program_behind(make_server, tmp_path):
    server = start(make_server, tmp_path)
    ada = server.owner
    page = connect(ada)
    page.run("import os; open('/content/mine', 'wb').write(os.urandom(100 << 20))")
    runtime = page.lease["id"]
    kill_supervisor(server, page)
    assert len(files_of(ada)) == 1
    path = f"/api/runtimes/{runtime}/files"

    def archivers():
        folder = str(server.data / "kept" / runtime)
        found = [each for each in os.listdir("/proc") if each.isdigit()]
        return [each for each in found if folder in command_of(each)]

    answers = [ada.request("GET", path, stream=True) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 429]
    next(answers[0].iter_content(1 << 20))
    assert len(archivers()) == 2
    for answer in answers:
        answer.close()
    wait_until(lambda: not archivers())
    assert ada.request("GET", path).status_code == 200


def command_of(pid):
    try:
        with open(f"/proc/{pid}/cmdline", encoding="utf-8", errors="replace") as file:
            return file.read()
    except OSError:
        return ""


@pytest.mark.parametrize("method", ["GET", "DELETE"])
def test_files_that_are_nowhere_are_not_found(person, method):
    for runtime in ("r_nobody", "..", "%2e%2e"):
        assert person.request(method, f"/api/runtimes/{runtime}/files").status_code in (404, 405)
