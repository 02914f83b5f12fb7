"""The disk of the host is full: nobody starts, who waits is told why, who computes is warned, and it goes on by itself."""

import os
import subprocess

import pytest

from colibri import Server

CONFIG = """
flavors:
  - {name: cpu, title: CPU, cpus: 2, memory: 1GiB, pids: 512, disk: 256MiB}
runtimes: {disk_floor: 200MiB, keep_files_free: 10MiB}
"""


@pytest.fixture
def small(tmp_path, image):
    """A server whose data lies on a file system of 600 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=600m", "none", disk], check=True)
    config = tmp_path / "colibri.yaml"
    config.write_text(CONFIG)
    server = Server(disk / "data", arguments=["--config", config]).start()
    server.log = tmp_path / "server.log"
    server.disk = disk
    yield server
    assert server.stop() == 0
    subprocess.run(["umount", disk], check=True)


def connect(person):
    page = person.open(person.create())
    page.send({"type": "connect", "flavor": "cpu"})
    return page


def is_ready(page):
    return page.lease and page.lease["state"] == "ready" and page.lease["kernel"]["state"] == "idle"


def notice(page):
    meters = [message for message in page.messages if message["type"] == "meters"]
    return meters[-1].get("notice") if meters else None


def test_a_full_disk_stops_no_one_who_computes_and_lets_nobody_start(small):
    ada = small.sign_in()
    first = connect(ada)
    first.wait(lambda: is_ready(first), 60)
    assert notice(first) is None
    fill = small.disk / "fill"
    with open(fill, "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 420 << 20)
    first.wait(lambda: (notice(first) or {}).get("kind") == "host_disk_full", 40)

    second = connect(ada)
    second.wait(lambda: second.lease and second.lease["state"] == "queued" and second.lease["queue"], 20)
    assert (second.lease["state"], second.lease["queue"]["why"], second.lease["queue"]["expected_ms"]) == ("queued", "no_disk", None)
    assert "disk is full" in second.lease["detail"]
    flavors = ada.request("GET", "/api/flavors").json()["flavors"]
    assert flavors[0]["free"] == 0
    assert first.run("1+1")["last_run"]["status"] == "ok"

    fill.unlink()
    second.wait(lambda: is_ready(second), 60)
    first.wait(lambda: notice(first) is None, 40)
    for page in (first, second):
        page.send({"type": "disconnect"})
        page.wait_lease_ended()
        page.close()
