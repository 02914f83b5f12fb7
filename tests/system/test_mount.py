"""The Drive mounted in a runtime: what notebooks written for Colab say, with the person's leave only; and whatever ends the runtime,
not one file of the Drive goes with it."""

import json
import os
import signal
import stat
import sys
import time

import pytest

from agent_client import SPEAK
from colibri import PASSWORD, supervisors, text_of

HOME = "My Drive"
MOUNT = "from google.colab import drive\ndrive.mount('/content/drive')"
# What a mount that fails says.
TRY = """def tried(path, **options):
    from google.colab import drive
    try: drive.mount(path, **options)
    except Exception as error: print(type(error).__name__, error)
"""
REFUSED = "MessageError Error: credential propagation was unsuccessful"


@pytest.fixture(scope="module")
def page(person):
    """A connected notebook that may mount the Drive without asking, and a kernel that has the words above."""
    page = person.open(person.create())
    assert text_of(page.run(TRY + SPEAK + "print(1)")) == "1\n"
    allow(person, page)
    person.request("DELETE", f"/api/notebooks/{page.notebook}/drive")
    yield page
    page.close()
    person.end_runtime(page.notebook)


@pytest.fixture(autouse=True)
def unmounted(request):
    """No test finds the mounts of another."""
    yield
    if "page" in request.fixturenames:
        page, person = request.getfixturevalue("page"), request.getfixturevalue("person")
        person.request("DELETE", f"/api/notebooks/{page.notebook}/drive")


def allow(person, page, **more):
    answer = person.request("PUT", f"/api/notebooks/{page.notebook}/drive", json={"remember": True, **more})
    assert answer.status_code == 200, answer.text
    return answer.json()


def home_of(server, person):
    return server.data / "drive" / person.request("GET", "/api/me").json()["user"]["id"] / HOME


def names(person, path=HOME):
    answer = person.request("GET", "/api/drive", params={"view": "folder", "path": path})
    assert answer.status_code == 200, answer.text
    return {entry["name"]: entry for entry in answer.json()["entries"]}


def download(person, path):
    answer = person.request("GET", "/api/drive/file", params={"path": path})
    assert answer.status_code == 200, answer.text
    return answer.content


def said(page, code):
    return text_of(page.run(code)).strip()


def tree_of(folder):
    """All below it: the names, what is in the files, and which they are. Notebooks the server itself writes anew."""
    found = {}
    for path in sorted(folder.rglob("*")):
        status = path.lstat()
        which = None if path.suffix == ".ipynb" else (status.st_uid, status.st_ino, path.read_bytes() if path.is_file() else None)
        found[str(path.relative_to(folder))] = (stat.S_IFMT(status.st_mode), which)
    return found


def test_files_go_both_ways_and_belong_to_the_drives_owner(person, page, shared_server):
    home = home_of(shared_server, person)
    (home / "data").mkdir()
    (home / "data" / "from outside.csv").write_text("a,b\n")
    os.chmod(home / "data" / "from outside.csv", 0o600)
    assert said(page, MOUNT) == "Mounted at /content/drive"
    assert said(page, "import os\nprint(sorted(os.listdir('/content/drive')), os.listdir('/content/drive/Shareddrives'))") \
        == "['My Drive', 'MyDrive', 'Shareddrives'] []"
    assert said(page, "print(open('/content/drive/My Drive/data/from outside.csv').read())") == "a,b"
    page.run("""os.chdir('/content/drive/MyDrive/data')
open('inside.txt', 'w').write('from inside')
os.makedirs('deep/er'); open('deep/er/数据.bin', 'wb').write(bytes(100_000)); os.rename('inside.txt', 'renamed.txt')
os.remove('from outside.csv'); os.chdir('/content')""")
    # By the Drive's own ways, as people have them.
    assert set(names(person, f"{HOME}/data")) == {"renamed.txt", "deep"}
    assert download(person, f"{HOME}/data/renamed.txt") == b"from inside"
    assert download(person, f"{HOME}/data/deep/er/数据.bin") == bytes(100_000)
    owner = (home.stat().st_uid, home.stat().st_gid)
    for path in home.rglob("*"):
        assert (path.stat().st_uid, path.stat().st_gid) == owner, path
    # Another owner than that there is none, and no device.
    assert said(page, """for what in ("os.chown('/content/drive/MyDrive/data/renamed.txt', 1000, 1000)",
             "os.mknod('/content/drive/MyDrive/node', 0o20666, os.makedev(1, 3))",
             "open('/content/drive/new', 'w')"):
    try: exec(what); print('done')
    except OSError as error: print(type(error).__name__)""").split("\n")[0] != "done"
    assert not (home / "node").exists()
    # What is uploaded meanwhile is there at once.
    (home / "later.txt").write_text("later")
    assert said(page, "print(open('/content/drive/MyDrive/later.txt').read())") == "later"
    # In the Files pane's list too.
    listed = person.request("GET", f"/api/notebooks/{page.notebook}/files", params={"path": "/content/drive/MyDrive"}).json()
    assert {"data", "later.txt"} <= {entry["name"] for entry in listed["entries"]}


def test_it_is_as_in_colab(person, page):
    assert said(page, MOUNT) == "Mounted at /content/drive"
    assert said(page, MOUNT) == ("Drive already mounted at /content/drive; to attempt to forcibly remount, "
                                 'call drive.mount("/content/drive", force_remount=True).')
    assert said(page, "drive.mount('/content/drive', force_remount=True)") == "Mounted at /content/drive"
    # As the article prints it; a path that is not absolute, and one in the home folder.
    assert said(page, "%cd /content\nfrom google.drive import drive\ndrive.mount('mine')\ndrive.mount('~/d')") \
        == "/content\nMounted at mine\nMounted at /root/d"
    assert said(page, "print(*(os.path.isdir(p + '/MyDrive/Colab Notebooks') for p in ('drive', 'mine', '/root/d')))") == "True True True"
    told = page.wait_for("meters")
    while {d["mountpoint"] for d in told.get("drives", [])} != {"/content/drive", "/content/mine", "/root/d"}:
        told = page.wait_for("meters")
    assert said(page, "drive.flush_and_unmount()\nprint(os.listdir('/content/drive'))") == "[]"
    assert said(page, "drive.flush_and_unmount()") == "Drive not mounted, so nothing to flush and unmount."
    assert said(page, "drive.mount('/content/drive', readonly=True)") == "Mounted at /content/drive"
    assert "Read-only file system" in said(page, """try: open('/content/drive/MyDrive/x', 'w')
except OSError as error: print(error)""")
    assert said(page, "print(os.path.isdir('/content/drive/MyDrive/Colab Notebooks'))") == "True"


def test_what_is_no_mount_point_is_refused(person, page):
    page.run("""import os
os.makedirs('/content/full/x', exist_ok=True); open('/content/file', 'w').close()
os.makedirs('/content/empty', exist_ok=True); os.path.lexists('/content/link') or os.symlink('/content/empty', '/content/link')
os.path.lexists('/content/out') or os.symlink('/proc/1/root', '/content/out')""")
    for path, words in {
            "/content/my drive": "Mountpoint must not contain a space.",
            "/content/link": "Mountpoint must not be a symlink",
            "/content/full": "Mountpoint must not already contain files",
            "/content": "Mountpoint must not already contain files",
            "/": None, "/proc": "Mountpoint must not already contain files",
            "/content/file": "Mountpoint must either be a directory or not exist",
            "/content/none/drive": "Mountpoint must be in a directory that exists",
            "/content/file/drive": "Mountpoint must be in a directory that exists",
            "/content/out/tmp/drive": "Mountpoint must be in a directory that exists",
            "/content/a\\nb": "Mountpoint must be an absolute path of at most 1,000 bytes.",
            "/content/" + "x" * 1000: "Mountpoint must be an absolute path of at most 1,000 bytes.",
    }.items():
        text = said(page, f"tried('{path}')")
        assert text.startswith("ValueError Mountpoint must"), (path, text)
        assert words is None or text == f"ValueError {words}", path
    # Through a link that a program has put above it, only to places in the runtime.
    assert said(page, "tried('/content/link/in')\nprint(os.path.isdir('/content/empty/in/MyDrive'))") == "Mounted at /content/link/in\nTrue"
    assert said(page, "tried('/content/link/in/MyDrive/x')").startswith("ValueError Mountpoint must not")
    # By hand, past what the package checks.
    for bad in ("'relative'", "'/content/../x'", "'/content//x'", "'/content/x/'", "''", "7", "'/content/' + 'x' * 5000"):
        assert "'invalid'" in said(page, f"print(ask('drive.mount', mountpoint={bad}))"), bad
    # The page of the person hears the same.
    answer = person.request("PUT", f"/api/notebooks/{page.notebook}/drive", json={"mountpoint": "/content/full"})
    assert (answer.status_code, answer.json()["error"]["detail"]) == (400, "Mountpoint must not already contain files")
    assert said(page, "print(ask('drive.mounts'))") == "{'mountpoints': ['/content/link/in']}"


def test_eight_places_are_the_most(page):
    assert said(page, "for i in range(9): tried(f'/content/m{i}')").split("\n") == \
        [f"Mounted at /content/m{i}" for i in range(8)] + ["ValueError mount failed: The Drive is mounted at 8 places already."]


def test_a_notebook_keeps_its_id_when_it_is_renamed_and_moved_inside(person, page):
    notebook = person.create()
    entry = next(e for e in names(person, f"{HOME}/Colab Notebooks").values() if (e.get("notebook") or {}).get("id") == notebook)
    tab = person.open(notebook, client="t_moved")
    said(page, MOUNT)
    page.run(f"os.makedirs('/content/drive/MyDrive/projects', exist_ok=True)\n"
             f"os.rename('/content/drive/MyDrive/Colab Notebooks/{entry['name']}', '/content/drive/MyDrive/projects/Moved in.ipynb')")
    moved = names(person, f"{HOME}/projects")["Moved in.ipynb"]
    assert moved["notebook"]["id"] == notebook
    assert next(e for e in person.request("GET", "/api/notebooks").json()["notebooks"] if e["id"] == notebook)["path"] \
        == f"{HOME}/projects/Moved in.ipynb"
    tab.close()
    # What a program writes into an open notebook comes to those who have it open.
    tab = person.open(notebook, client="t_written")
    page.run("""import json
path = '/content/drive/MyDrive/projects/Moved in.ipynb'
book = json.load(open(path)); book['cells'][0]['source'] = 'written = 1'; json.dump(book, open(path, 'w'))""")
    tab.wait(lambda: "written = 1" in json.dumps(tab.messages))
    tab.close()


def answer(page, tab, code, granted, **more):
    """What the cell says when the person answers the question that it leads to; and the question."""
    cell = page.add_code(code)
    # What was asked before, and is over, is read first.
    tab.send({"type": "ping", "n": 1})
    tab.wait_for("pong")
    page.do("run", cells=[cell])
    asked = tab.wait_for("ask")
    tab.send({"type": "answer", "ask": asked["ask"], "result": {"granted": granted, **more}})
    page.wait(lambda: page.cells[cell].get("last_run"))
    return text_of(page.cells[cell]).strip(), asked


def remembered(person, notebook):
    return person.request("GET", f"/api/notebooks/{notebook}/drive").json()["remembered"]


def test_the_person_is_asked_and_may_say_no_and_take_it_back(person):
    page = person.open(person.create(), client="t_asked")
    page.run(TRY + SPEAK)
    # Nobody is there to say so, or nobody does in time.
    assert said(page, "tried('/content/drive')").startswith("MessageError No page of this notebook is open")
    assert not remembered(person, page.notebook)
    tab = person.open(page.notebook, client="t_tab", asks=True)
    assert "nobody answered in time" in said(page, "tried('/content/drive', timeout_ms=1000)")
    text, asked = answer(page, tab, "tried('/content/drive')", False)
    assert text == REFUSED
    assert (asked["name"], asked["params"]) == ("drive.grant", {"mountpoint": "/content/drive", "readonly": False, "others": False})
    # The question does not come again at once, and no program can answer for the person.
    assert said(page, "tried('/content/drive')") == REFUSED
    assert said(page, "print([ask(m)['code'] for m in ('page.drive.grant', 'drive.grant', 'drive.allow')])") \
        == "['invalid', 'unknown_method', 'unknown_method']"
    assert said(page, "import os; print(os.path.exists('/content/drive/MyDrive'))") == "False"
    page.run("import time; time.sleep(10)")
    assert answer(page, tab, MOUNT, True)[0] == "Mounted at /content/drive"
    # That holds for this runtime, and for no other.
    assert said(page, "drive.flush_and_unmount(); drive.mount('/content/drive')") == "Mounted at /content/drive"
    assert not remembered(person, page.notebook)
    # Whoever takes it away is asked again.
    answered = person.request("DELETE", f"/api/notebooks/{page.notebook}/drive?mountpoint=/content/drive")
    assert answered.json() == {"mountpoints": ["/content/drive"]}
    assert said(page, "print(os.listdir('/content/drive'))") == "[]"
    assert answer(page, tab, MOUNT, True, remember=True)[0] == "Mounted at /content/drive"
    assert remembered(person, page.notebook)
    tab.close()
    page.send({"type": "disconnect"})
    page.wait_lease_ended()
    # Remembered: with no page open.
    page.run("1")
    assert said(page, TRY + MOUNT) == "Mounted at /content/drive"
    person.request("DELETE", f"/api/notebooks/{page.notebook}/drive/consent")
    assert not remembered(person, page.notebook)
    assert said(page, "drive.flush_and_unmount(); tried('/content/drive')").startswith("MessageError No page")
    page.close()
    person.end_runtime(page.notebook)


def test_a_shared_notebook_reaches_nobodys_drive_without_their_leave(person, shared_server):
    notebook = person.create()
    bob = person.admit("mount-bob@example.org", "Bob")
    home_of(shared_server, person).joinpath("adas.txt").write_text("Ada's")
    adas = person.open(notebook, client="t_ada")
    adas.run(TRY)
    allow(person, adas)
    person.share(notebook, bob.email, "editor")
    # Bob's runtime asks Bob, and has Bob's Drive.
    bobs = bob.open(notebook, client="t_bob", asks=True)
    bobs.run(TRY + SPEAK)
    text, _ = answer(bobs, bobs, "tried('/content/drive')", False)
    assert text == REFUSED
    assert bob.request("PUT", f"/api/notebooks/{notebook}/drive", json={}).status_code == 200
    assert "adas.txt" not in said(bobs, "import os; print(os.listdir('/content/drive/MyDrive'))")
    # In Ada's shared runtime it is Ada who is asked, whatever she said before others could use it.
    person.request("DELETE", f"/api/notebooks/{notebook}/drive")
    adas.send({"type": "share_runtime", "shared": True})
    ada = person.request("GET", "/api/me").json()["user"]["id"]
    bobs.wait(lambda: any(m["type"] == "runtimes" and ada in [r["owner"] for r in m["runtimes"]] for m in bobs.messages))
    bobs.send({"type": "use_runtime", "owner": ada})
    bobs.wait(lambda: any(m["type"] == "runtimes" and m["in_use"] == ada for m in bobs.messages))
    assert said(bobs, "tried('/content/drive')").startswith("MessageError No page")
    refused = bob.request("PUT", f"/api/notebooks/{notebook}/drive", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "denied")
    assert bob.request("DELETE", f"/api/notebooks/{notebook}/drive").status_code == 403
    tab = person.open(notebook, client="t_ada_tab", asks=True)
    text, asked = answer(bobs, tab, "tried('/content/drive')", False)
    assert text == REFUSED and asked["params"]["others"] is True
    for each in (bobs, adas, tab):
        each.close()
    for each in (person, bob):
        each.end_runtime(notebook)


def test_no_token_mounts_anything(person, page):
    token = person.request("POST", "/api/me/tokens", json={"name": "t", "life_ms": 3600000, "password": PASSWORD,
                                                           "scopes": ["notebooks:run", "drive:write"]}).json()["token"]
    for method, path in (("PUT", "drive"), ("GET", "drive"), ("DELETE", "drive"), ("DELETE", "drive/consent")):
        answered = person.request(method, f"/api/notebooks/{page.notebook}/{path}", headers={"Authorization": f"Bearer {token}", "Cookie": ""},
                                  **({"json": {}} if method == "PUT" else {}))
        assert answered.status_code == 403, (method, path)
    assert person.request("PUT", f"/api/notebooks/{person.create()}/drive", json={}).status_code == 409


@pytest.fixture
def mounted(make_server):
    """A server of its own with a runtime that has the Drive mounted in three places and works in one of them."""
    server = make_server().start()
    server.person = server.sign_in()
    server.page = server.person.open(server.person.create(), client="t_mounted")
    server.page.run("1")
    allow(server.person, server.page)
    server.home = home_of(server, server.person)
    assert said(server.page, "from google.colab import drive\ndrive.mount('/content/mine')\ndrive.mount('/root/deep')") \
        == "Mounted at /content/mine\nMounted at /root/deep"
    server.page.run("""import os
for place in ('/content/drive', '/content/mine', '/root/deep'):
    folder = place + '/MyDrive/' + place.replace('/', '_') + '/a/b'
    os.makedirs(folder)
    for i in range(20): open(f'{folder}/{i}.txt', 'w').write(place * i)
os.chdir(folder); held = open('held.txt', 'w'); held.write('x'); held.flush()""")
    server.page.wait_saved()
    server.before = tree_of(server.home)
    assert len(server.before) > 60
    return server


def nothing_is_lost(server):
    now = tree_of(server.home)
    assert now == server.before, set(now.items()) ^ set(server.before.items())
    runtimes = server.data / "runtimes"
    assert not [each for each in runtimes.iterdir() if each.is_dir()] if runtimes.is_dir() else True
    assert str(server.data) not in open("/proc/self/mountinfo").read()


def test_the_end_of_the_runtime_takes_no_file_of_the_drive(mounted):
    mounted.page.send({"type": "disconnect"})
    mounted.page.wait_lease_ended()
    mounted.page.close()
    assert mounted.stop() == 0
    nothing_is_lost(mounted)


def test_a_supervisor_that_is_killed_takes_no_file_of_the_drive(mounted):
    [pid] = supervisors(mounted)
    os.kill(pid, signal.SIGKILL)
    mounted.page.wait_lease_ended()
    mounted.page.close()
    # What /content held is kept for the person; the Drive is no part of it.
    kept = mounted.person.request("GET", "/api/runtimes/files").json()["files"]
    assert all(each["files"] < 60 for each in kept), kept
    assert mounted.stop() == 0
    nothing_is_lost(mounted)


def test_server_and_supervisor_killed_at_once_take_no_file_of_the_drive(mounted):
    for pid in supervisors(mounted):
        os.kill(pid, signal.SIGKILL)
    mounted.kill()
    mounted.start()
    mounted.sign_in()
    deadline = time.monotonic() + 60
    while list((mounted.data / "runtimes").iterdir()):
        assert time.monotonic() < deadline, "what a killed supervisor has left is still there"
        time.sleep(0.1)
    assert mounted.stop() == 0
    nothing_is_lost(mounted)


def test_a_drive_over_its_quota_says_so(make_server, tmp_path):
    (tmp_path / "drive.yaml").write_text("drive:\n  quota: 1MiB\n")
    server = make_server(arguments=["--config", tmp_path / "drive.yaml"]).start()
    person = server.sign_in()
    page = person.open(person.create())
    page.run("1")
    assert allow(person, page)["full"] is False
    page.run("open('/content/drive/MyDrive/large.bin', 'wb').write(bytes(2 << 20))")
    # Counted anew after some seconds.
    deadline = time.monotonic() + 60
    while "more than its quota" not in said(page, "from google.colab import drive\ndrive.mount('/content/drive', force_remount=True)"):
        assert time.monotonic() < deadline, "a full Drive is not told"
    assert person.request("POST", "/api/drive/uploads", json={"path": f"{HOME}/more.bin", "bytes": 10, "replaces": False}).status_code == 413
    page.close()
    person.end_runtime(page.notebook)


def test_without_a_container_the_drive_is_there_by_links(make_server, monkeypatch):
    # Of these tests' own Python, which has a kernel.
    monkeypatch.setenv("PATH", os.path.dirname(sys.executable) + ":" + os.environ["PATH"])
    server = make_server(arguments=["--sandbox", "none"]).start()
    person = server.sign_in()
    home = home_of(server, person)
    page = person.open(person.create())
    page.run(TRY + "1")
    allow(person, page)
    assert said(page, "import os\nprint(os.path.realpath('drive/MyDrive'), os.path.realpath('drive/My Drive'))") == f"{home} {home}"
    assert "already mounted at" in said(page, "tried('/content/drive')")
    assert "A read-only Drive needs a runtime with a container." in said(page, "tried('other', readonly=True)")
    page.run("open('drive/MyDrive/by a link.txt', 'w').write('x')")
    before = tree_of(home)
    assert "by a link.txt" in before
    person.end_runtime(page.notebook)
    page.close()
    assert server.stop() == 0
    assert tree_of(home) == before
