"""Accelerators as a runtime has them: a real supervisor and container, with devices and meters that the test declares, and an
NVIDIA driver's library that the test builds."""

import json
import os
import pathlib
import stat
import subprocess
import time

import pytest

from colibri import BINARIES, IMAGES, text_of
from runtime import ROOT, Runtime


def misc_device():
    """The number of a device that opens harmlessly and that no container has by itself."""
    known = dict(reversed(line.split()) for line in pathlib.Path("/proc/misc").read_text().splitlines())
    return int(next(known[name] for name in ("fuse", "autofs", "vga_arbiter") if name in known))


MINOR = misc_device()


class Meter:
    """What a declared accelerator's meter says."""

    def __init__(self, folder):
        self.path = folder / "meter.json"

    def says(self, **values):
        fresh = self.path.with_suffix(".new")
        fresh.write_text(json.dumps(values))
        fresh.rename(self.path)


def declared(meter, **more):
    return {"id": "npu-0", "kind": "declared", "model": "npu", "title": "Test NPU", "memory_bytes": 16 << 30,
            "meter_path": str(meter.path), **more}


def edits(*devices, **more):
    nodes = [{"path": path, "host_path": "", "type": "c", "major": major, "minor": minor, "permissions": "rw"}
             for path, major, minor in devices]
    return {"env": {}, "devices": nodes, "mounts": [], "hooks": [], "gids": [], "locks_memory": False, **more}


@pytest.fixture
def meter(tmp_path):
    meter = Meter(tmp_path)
    meter.says(memory_used=1 << 30, utilization=37)
    return meter


@pytest.fixture
def make():
    runtimes = []

    def make_one(**options):
        runtimes.append(Runtime("auto", **options))
        return runtimes[-1]

    yield make_one
    for runtime in runtimes:
        runtime.close()


def wait_meters(runtime, matches, seconds=30):
    """The first meters from now on of whose only accelerator this is true."""
    end, seen = time.time() + seconds, len(runtime.meters)
    with runtime.changed:
        while True:
            for message in runtime.meters[seen:]:
                if message.get("accelerators") and matches(message["accelerators"][0], message):
                    return message
            left = end - time.time()
            assert left > 0, runtime.meters[-3:]
            runtime.changed.wait(left)


def test_a_kernel_opens_its_accelerator_and_no_other(make, meter):
    runtime = make(accelerators=[declared(meter)], env={"NPU_VISIBLE_DEVICES": "0"},
                   edits=edits(("/dev/npu0", 10, MINOR))).start().ready()
    code = f"""
import os
def attempt(what):
    try: what(); print('yes')
    except OSError as e: print(e.strerror)
attempt(lambda: os.close(os.open('/dev/npu0', os.O_RDWR)))
attempt(lambda: os.open('/dev/npu1', os.O_RDWR))
attempt(lambda: os.mknod('/dev/npu1', {stat.S_IFCHR | 0o600}, os.makedev(1, 11)))
print(os.environ['NPU_VISIBLE_DEVICES'])
"""
    runtime.run("attempts", code)
    assert runtime.text("attempts").splitlines() == ["yes", "No such file or directory", "Operation not permitted", "0"]
    assert runtime.shut_down() == 0


def test_meters_move_and_say_when_they_cannot_tell(make, meter):
    runtime = make(accelerators=[declared(meter)]).start().ready()
    first = wait_meters(runtime, lambda one, _: one["utilization"] is not None)
    assert first["accelerators"] == [{"id": "npu-0", "title": "Test NPU", "memory_used": 1 << 30, "memory_total": 16 << 30,
                                      "utilization": 0.37, "shared_with": 0}]
    assert "notice" not in first
    meter.says(memory_used=2 << 30, utilization=None)
    moved = wait_meters(runtime, lambda one, _: one["memory_used"] == 2 << 30)
    assert moved["accelerators"][0]["utilization"] is None
    assert runtime.shut_down() == 0


def test_who_never_uses_one_is_reminded_until_they_do(make, meter):
    meter.says(memory_used=0, utilization=0)
    runtime = make(accelerators=[declared(meter)], unused_notice_ms=1).start().ready()
    told = wait_meters(runtime, lambda _, message: "notice" in message)
    assert told["notice"]["kind"] == "accelerator_unused" and told["notice"]["since_ms"] > 0
    meter.says(memory_used=0, utilization=90)
    wait_meters(runtime, lambda one, message: one["utilization"] == 0.9 and "notice" not in message)
    assert runtime.shut_down() == 0


def test_an_idle_one_is_reclaimed_when_that_is_configured(make, meter):
    meter.says(memory_used=5, utilization=0)
    runtime = make(accelerators=[declared(meter)], reclaim_idle_ms=12_000).start().ready()
    told = wait_meters(runtime, lambda _, message: "notice" in message)
    assert told["notice"]["kind"] == "accelerator_reclaim" and told["notice"]["ends_ms"] > time.time() * 1000 - 1000
    ended = runtime.wait(lambda e: e["type"] == "runtime" and e["state"] == "ended", 30)
    assert ended["reason"] == "accelerator_idle"
    assert ended["detail"] == "Test NPU was not used for 12 seconds, so it was given back for others."


def test_one_that_vanishes_ends_the_runtime_in_words(make, meter):
    runtime = make(accelerators=[declared(meter)], edits=edits(("/dev/npu0", 10, MINOR))).start().ready()
    runtime.execute("long", "import time; time.sleep(600)")
    meter.says(lost="it fell off the bus")
    ended = runtime.wait(lambda e: e["type"] == "runtime" and e["state"] == "ended", 30)
    assert (ended["reason"], ended["detail"]) == ("accelerator_lost", "Test NPU is gone (it fell off the bus).")
    assert runtime.process.wait(20) == 0


def test_a_failing_hook_ends_the_start_in_words(make, meter):
    hook = {"name": "createRuntime", "path": "/bin/sh", "args": ["sh", "-c", "exit 3"], "env": [], "timeout_s": 0}
    runtime = make(accelerators=[declared(meter)], edits=edits(hooks=[hook])).start()
    ended = runtime.wait(lambda e: e["type"] == "runtime" and e["state"] == "ended", 30)
    assert "hook" in ended["detail"]


def test_nvidia_gpus_are_metered_by_the_drivers_library(make, tmp_path, monkeypatch):
    library = tmp_path / "libnvidia-ml.so.1"
    subprocess.run(["cc", "-shared", "-fPIC", "-O1", "-o", library, ROOT / "src/accelerators/fake_nvml.c"], check=True)
    gpus = tmp_path / "gpus"
    monkeypatch.setenv("FAKE_NVML", str(gpus))

    def cards(t4, mig="-"):
        fresh = tmp_path / "gpus.new"
        fresh.write_text(f"GPU-a|Tesla T4|0|16000|{t4}|1|ok\nGPU-c|A100|1|40000|0|-|0|ok\n"
                         f"MIG-1|A100 MIG 1g.5gb|1|5000|100|{mig}|1|ok\n")
        os.replace(fresh, gpus)

    cards("4000|42")
    lent = [{"id": id, "kind": "nvidia", "model": "x", "title": id, "memory_bytes": 0, "meter_path": str(library)}
            for id in ("GPU-a", "MIG-1")]
    runtime = make(accelerators=lent).start().ready()
    message = wait_meters(runtime, lambda one, _: one["utilization"] == 0.42)
    assert [(one["memory_used"], one["memory_total"], one["utilization"]) for one in message["accelerators"]] == [
        (4000, 16000, 0.42), (100, 5000, None)]
    cards("4000|0")
    wait_meters(runtime, lambda one, _: one["utilization"] == 0)
    gpus.write_text("")
    ended = runtime.wait(lambda e: e["type"] == "runtime" and e["state"] == "ended", 30)
    assert ended["reason"] == "accelerator_lost" and "GPU-a is gone" in ended["detail"]


def test_through_a_server_from_the_flavor_to_the_loss(tmp_path, make_server, meter):
    """One of two opens, is metered on the wire, vanishes: its lease ends in words, and it is not lent again."""
    config = tmp_path / "colibri.yaml"
    node = next(f"/dev/{name}" for name in ("fuse", "autofs", "vga_arbiter") if os.path.exists(f"/dev/{name}"))
    config.write_text(f"""
accelerators:
  - {{model: npu, title: Test NPU, memory: 16GiB, devices: [{node}], env: {{NPU: "{{n}}"}}, meter: {meter.path}}}
flavors:
  - {{name: npu, cpus: 2, memory: 1GiB, pids: 512, accelerator: npu}}
""")
    server = make_server(arguments=["--config", config]).start()
    person = server.sign_in()
    page = person.open(person.create())
    page.send({"type": "connect", "flavor": "npu"})
    cell = page.run(f"import os; os.close(os.open('{node}', os.O_RDWR)); os.environ['NPU']")
    assert text_of(cell) == "'0'"
    message = page.wait_for("meters")
    while message["accelerators"][0]["utilization"] is None:
        message = page.wait_for("meters")
    assert message["accelerators"][0]["utilization"] == 0.37
    meter.says(lost="it fell off the bus")
    page.wait_lease_ended()
    assert page.lease["reason"] == "accelerator_lost" and "it fell off the bus" in page.lease["detail"]
    free = {each["name"]: each["free"] for each in person.request("GET", "/api/flavors").json()["flavors"]}
    assert free["npu"] == 0
    doctor = subprocess.run([BINARIES / "colibri", "doctor", "--json", "--config", config, "--images", IMAGES],
                            capture_output=True, text=True)
    found = [check for check in json.loads(doctor.stdout)["checks"] if check["name"] == "accelerator"]
    assert any("npu-0" in check["text"] and "it fell off the bus" in check["text"] for check in found)
