"""Runtimes that are started ahead: claimed at once, by one person, with what their flavor and accelerators say; and a restart
that is as quick."""

import json
import os
import pathlib
import re
import shutil
import stat
import subprocess
import time

import pytest

from colibri import IMAGES, Server, supervisors, text_of

pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="containers need root")

STATE = """
import os, random, uuid, json
print(json.dumps([random.random(), str(uuid.uuid4()), os.urandom(8).hex(), hash("a"), os.environ["COLIBRI_RUNTIME"],
                  get_ipython().kernel.session.session, get_ipython().kernel.session.key.decode()]))
"""


def waiting(server, count, seconds=40):
    """Waits until so many of its runtimes are nobody's, and ready."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        log = server.log.read_text()
        begun = re.findall(r"runtime (r_\S+) waits for somebody", log)
        gone = re.findall(r"runtime (r_\S+), nobody's, ends", log) + re.findall(r"runtime (r_\S+): taken", log)
        if len(ready := [each for each in begun if each not in gone]) >= count:
            return ready
        time.sleep(0.05)
    raise AssertionError(log[-3000:])


def connect(person, flavor="", source="1+1"):
    """A page of a new notebook, its runtime's id, and the cell that ran first."""
    page = person.open(person.create())
    if flavor:
        page.send({"type": "connect", "flavor": flavor, "image": "", "kernel": "", "meanwhile": ""})
    cell = page.run(source)
    return page, page.lease["id"], cell


def restart(page):
    """Until the new kernel waits; the seconds that it took."""
    began, at = time.monotonic(), len(page.messages)
    page.act("restart")

    def states():
        return [m["lease"]["kernel"]["state"] for m in page.messages[at:] if m["type"] == "lease"]
    page.wait(lambda: "restarting" in states() and states()[-1] == "idle", 30)
    return time.monotonic() - began


def config(folder, text):
    path = folder / "pool.yaml"
    path.write_text(text)
    return ["--config", path]


def cgroup(runtime, controller, name):
    for folder in (f"/sys/fs/cgroup/{controller}", "/sys/fs/cgroup"):
        path = pathlib.Path(folder) / "colibri" / runtime / name
        if path.exists():
            return path.read_text().strip()
    return None


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("pool") / "data", pool=2).start()
    server.person = server.sign_in()
    yield server
    server.stop()


def test_claims_refills_and_gives_each_to_one_person(shared):
    first_two = waiting(shared, 2)
    page, runtime, cell = connect(shared.person, source=STATE)
    assert runtime in first_two
    state = json.loads(text_of(cell))
    # Before anything is refilled, a second person's is the other one; nothing of both is the same.
    other_page, other, other_cell = connect(shared.person, source=STATE)
    assert other in first_two and other != runtime
    assert all(a != b for a, b in zip(state, json.loads(text_of(other_cell))))
    assert cell["execution_count"] == 1 and state[4] == runtime
    states = [m["lease"]["state"] for m in page.messages if m["type"] == "lease" and m["lease"]]
    assert [s for i, s in enumerate(states) if i == 0 or s != states[i - 1]][-2:] == ["starting", "ready"]
    refilled = waiting(shared, 2)
    assert not {runtime, other} & set(refilled)
    for each in (page, other_page):
        each.send({"type": "disconnect"})
        each.wait_lease_ended()
        each.close()
    third_page, third, _ = connect(shared.person)
    assert third in refilled
    third_page.send({"type": "disconnect"})
    third_page.wait_lease_ended()
    third_page.close()


def test_counts_its_life_from_the_claim(shared):
    waiting(shared, 1)
    page, _, _ = connect(shared.person)
    left_h = (page.lease["ends_ms"] / 1000 - time.time()) / 3600
    assert 11.99 < left_h <= 12.001
    assert abs(page.lease["since_ms"] / 1000 - time.time()) < 30
    # Deadlines, meters and the log are those of a runtime of one's own.
    meters = page.wait_for("meters")
    assert meters["memory_limit"] == 4 << 30
    page.send({"type": "disconnect"})
    page.wait_lease_ended()
    page.close()


def said(server, runtime, words, seconds=30):
    """Waits for a line in its supervisor's log."""
    log = server.data / "runtimes" / runtime / "supervisor.log"
    end = time.monotonic() + seconds
    while words not in log.read_text():
        assert time.monotonic() < end, log.read_text()[-3000:]
        time.sleep(0.05)


def test_a_restart_is_served_by_a_kernel_that_waited_and_knows_nothing(shared):
    waiting(shared, 1)
    page, runtime, first = connect(shared.person, source="x = 1" + STATE)
    said(shared, runtime, "a spare kernel waits for a restart")
    before = json.loads(text_of(first))
    quick_s = restart(page)
    said(shared, runtime, "the spare kernel takes over", 5)
    after = page.run(STATE)
    state = json.loads(text_of(after))
    assert all(a != b for a, b in zip(before[:4] + before[5:], state[:4] + state[5:]))
    assert after["execution_count"] == 1 and state[4] == runtime
    assert page.run("x")["outputs"][0]["ename"] == "NameError"
    assert text_of(page.run("import os; print(os.getcwd())")) == "/content\n"
    # The next one waits too. But what was installed meanwhile must be what a restart finds: it begins from nothing.
    log = shared.data / "runtimes" / runtime / "supervisor.log"
    end = time.monotonic() + 30
    while log.read_text().count("a spare kernel waits") < 2:
        assert time.monotonic() < end
        time.sleep(0.05)
    page.run("import sysconfig; open(sysconfig.get_path('purelib') + '/colibri_probe.py', 'w').write('version = 2')")
    slow_s = restart(page)
    said(shared, runtime, "the spare kernel is not as a new one would be", 5)
    assert text_of(page.run("import colibri_probe; print(colibri_probe.version)")) == "2\n"
    assert quick_s < slow_s
    page.send({"type": "disconnect"})
    page.wait_lease_ended()
    page.close()


def test_a_killed_server_sweeps_what_was_nobodys_and_starts_others(tmp_path):
    server = Server(tmp_path / "data", pool=1, on_stop="keep").start()
    person = server.sign_in()
    (mine,) = waiting(server, 1)
    page, runtime, _ = connect(person, source="kept = 7")
    assert runtime == mine
    (nobodys,) = waiting(server, 1)
    server.kill()
    server.start()
    person = server.sign_in()
    end = time.monotonic() + 20
    while (tmp_path / "data" / "runtimes" / nobodys).exists():
        assert time.monotonic() < end
        time.sleep(0.1)
    # What somebody had is theirs still, with what it holds.
    again = person.open(page.notebook, client="t_again")
    assert text_of(again.run("print(kept)")) == "7\n"
    assert again.lease["id"] == runtime
    waiting(server, 2)  # The log knows the swept one still: another one is there.
    server.arguments[1] = "end"
    again.send({"type": "disconnect"})
    again.wait_lease_ended()
    server.stop()
    end = time.monotonic() + 20
    while supervisors(server):  # Nobody's end by themselves when their server is gone.
        assert time.monotonic() < end
        time.sleep(0.1)


@pytest.fixture
def device():
    """A node of the host that nothing else uses: a second /dev/null by another name."""
    folder = pathlib.Path("/dev") / f"colibri-test-{os.getpid()}"
    folder.mkdir()
    for n in range(2):
        os.mknod(folder / f"npu{n}", stat.S_IFCHR | 0o600, os.makedev(1, 8 + n))  # /dev/random, /dev/urandom
    yield folder
    shutil.rmtree(folder)


def test_limits_and_accelerators_are_the_flavors(tmp_path, device):
    server = Server(tmp_path / "data", pool=None, arguments=config(tmp_path, f"""
flavors:
  - {{name: cpu, title: CPU, cpus: 2, memory: 2GiB, pids: 4096}}
  - {{name: big, title: Big, cpus: 1.5, memory: 3GiB, pids: 600}}
  - {{name: npu, title: NPU, cpus: 1, memory: 1GiB, pids: 500, accelerator: npu}}
  - {{name: disk, title: Disk, disk: 300MiB}}
accelerators:
  - {{model: npu, title: Test NPU, memory: 16GiB, count: 2, devices: ["{device}/npu{{n}}"], env: {{NPU_VISIBLE: "{{n}}"}}}}
pool: {{size: 2}}
""")).start()
    person = server.sign_in()
    ready = waiting(server, 2)
    shm = "import os; s = os.statvfs('/dev/shm'); print(s.f_blocks * s.f_frsize)"
    page, runtime, cell = connect(person, "big", shm)
    assert runtime in ready
    assert int(text_of(cell)) == 3 << 29
    assert {cgroup(runtime, "memory", "memory.limit_in_bytes"), cgroup(runtime, "memory", "memory.max")} == {None, str(3 << 30)}
    assert cgroup(runtime, "pids", "pids.max") == "600"
    assert cgroup(runtime, "cpu", "cpu.cfs_quota_us") == "150000" or cgroup(runtime, "cpu", "cpu.max") == "150000 100000"
    look = f"""
import os
from pathlib import Path
folder = Path("{device}")
print([open(folder / "npu0", "rb").read(4) != b"", sorted(p.name for p in folder.iterdir()), os.environ["NPU_VISIBLE"]])
print([n for n in dir() if not n.startswith("_")])
"""
    npu_page, npu_runtime, npu_cell = connect(person, "npu", look)
    assert npu_runtime in ready
    lines = text_of(npu_cell).splitlines()
    assert lines[0] == "[True, ['npu0'], '0']"
    assert "json" not in lines[1] and npu_cell["execution_count"] == 1
    assert str(1 << 30) in (cgroup(npu_runtime, "memory", "memory.limit_in_bytes"), cgroup(npu_runtime, "memory", "memory.max"))
    # The second one of the host's is neither seen nor to be had.
    blocked = npu_page.run(f"""
try:
    os.mknod("{device}/npu1", 0o20600, os.makedev(1, 9))
except OSError as error:
    print(type(error).__name__)
""")
    assert text_of(blocked) == "PermissionError\n"
    # The environment is that of a later kernel too.
    restart(npu_page)
    assert text_of(npu_page.run("import os; print(os.environ['NPU_VISIBLE'])")) == "0\n"
    # A disk has its size for good: no runtime of the pool will do.
    ready = waiting(server, 2)
    disk_page, disk_runtime, _ = connect(person, "disk")
    assert disk_runtime not in ready
    server.stop()
    assert not supervisors(server)


@pytest.fixture
def images(tmp_path):
    """A folder with two versions of one image: the same files, mounted at two places."""
    folder = tmp_path / "images"
    real = (IMAGES / "default").resolve()
    versions = [folder / "default-1", folder / "default-2"]
    for version in versions:
        (version / "rootfs").mkdir(parents=True)
        subprocess.run(["mount", "--bind", real / "rootfs", version / "rootfs"], check=True)
        shutil.copy(real / "manifest.json", version / "manifest.json")
    os.symlink("default-1", folder / "default")
    yield folder
    for version in versions:
        subprocess.run(["umount", "-l", version / "rootfs"], check=True)


def test_an_image_that_was_built_anew_is_not_given_out_in_its_old_shape(tmp_path, images):
    server = Server(tmp_path / "data", pool=1, images=images).start()
    person = server.sign_in()
    (old,) = waiting(server, 1)
    os.symlink("default-2", images / "next")
    os.rename(images / "next", images / "default")
    page, _, cell = connect(person)
    assert text_of(cell) == "2"
    log = server.log.read_text()
    assert f"runtime {old} starts anew" in log or f"runtime {old}, nobody's, ends" in log
    waiting(server, 1)  # Of the new one.
    server.stop()
    assert not supervisors(server)
