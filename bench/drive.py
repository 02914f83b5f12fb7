"""The Drive under load: the first screen of a folder of many files, bytes up and down through the API, and a mount in a runtime.

Needs the Release binaries. `bench/drive.py --files 50000 --gigabytes 5` is what RESULTS.md tells of; without arguments it is small.
"""

import argparse
import hashlib
import http.client
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from colibri import Server, text_of  # noqa: E402


def resident_mib(server):
    status = pathlib.Path(f"/proc/{server.process.pid}/status").read_text()
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def first_screens(person, home, files):
    folder = home / "many"
    folder.mkdir()
    for number in range(files):
        (folder / f"file {number}.txt").write_bytes(b"x")
    out = {}
    for view in ("folder", "recent"):
        times = []
        for _ in range(5):
            began = time.perf_counter()
            answer = person.request("GET", "/api/drive", params={"view": view, "path": "My Drive/many", "limit": 100})
            assert answer.status_code == 200 and len(answer.json()["entries"]) == 100
            times.append(1000 * (time.perf_counter() - began))
        out[f"first 100 of {files} files, {view}, ms"] = round(statistics.median(times))
    return out


def pieces(path):
    with open(path, "rb") as file:
        while piece := file.read(4 << 20):
            yield piece


def copy_rate(source, target):
    """The floor: the same bytes copied on the same disk, and written to it."""
    began = time.perf_counter()
    with open(source, "rb") as read, open(target, "wb") as write:
        while os.sendfile(write.fileno(), read.fileno(), None, 64 << 20):
            pass
        os.fsync(write.fileno())
    size = target.stat().st_size
    target.unlink()
    return size / (time.perf_counter() - began) / 1e6


def throughput(person, server, folder, size):
    source = folder / "source.bin"
    block = os.urandom(16 << 20)
    with open(source, "wb") as file:
        for _ in range(0, size, len(block)):
            file.write(block)
    size = source.stat().st_size
    before = resident_mib(server)
    began = time.perf_counter()
    upload = person.request("POST", "/api/drive/uploads", json={"path": "My Drive/large.bin", "bytes": size}).json()["id"]
    # As a browser sends a file: its length is known, and nothing of it is made on the way.
    connection = http.client.HTTPConnection(person.url.removeprefix("http://"), timeout=600, blocksize=1 << 20)
    with open(source, "rb") as file:
        connection.request("PUT", f"/api/drive/uploads/{upload}?from=0", file, {
            "Cookie": person.cookie, "Origin": person.url, "X-Colibri-CSRF": person.csrf, "Content-Length": str(size)})
        answer = json.load(connection.getresponse())
    assert answer["received"] == size, answer
    assert person.request("POST", f"/api/drive/uploads/{upload}/finish", json={}).status_code == 200
    up = size / (time.perf_counter() - began) / 1e6
    copied = copy_rate(source, folder / "copy.bin")
    digest = hashlib.sha256()
    began, spent = time.perf_counter(), 0.0
    with requests.get(f"{person.url}/api/drive/file?path=My%20Drive/large.bin", headers={"Cookie": person.cookie}, stream=True, timeout=600) as got:
        for piece in got.iter_content(4 << 20):
            counted = time.perf_counter()
            digest.update(piece)
            spent += time.perf_counter() - counted
    down = size / (time.perf_counter() - began - spent) / 1e6
    wanted = hashlib.sha256()
    for piece in pieces(source):
        wanted.update(piece)
    assert digest.digest() == wanted.digest()
    return {"up, MB/s": round(up), "copied on the disk, MB/s": round(copied), "down, MB/s": round(down), "server grew by, MiB": round(resident_mib(server) - before, 1)}


# Run in a runtime, and by a Python of this host: the rate of reading a file, and the time of listing a folder with what each is.
LOOK = """
import os, statistics, time
def rate(path):
    best = 0
    for _ in range(5):
        began, size = time.perf_counter(), 0
        with open(path, 'rb', buffering=0) as file:
            while piece := file.read(1 << 20): size += len(piece)
        best = max(best, size / (time.perf_counter() - began) / 1e6)
    return round(best)
def listing(folder):
    times = []
    for _ in range(5):
        began = time.perf_counter()
        count = sum(entry.stat().st_size for entry in os.scandir(folder))
        times.append(1000 * (time.perf_counter() - began))
    return [count, round(statistics.median(times))]
"""


def mounted(person, home, size, files):
    (home / "small").mkdir()
    for number in range(files):
        (home / "small" / f"file {number}.txt").write_bytes(b"x")
    with open(home / "read.bin", "wb") as file:
        for _ in range(0, size, 16 << 20):
            file.write(os.urandom(16 << 20))
    page = person.open(person.create())
    page.run(LOOK)
    assert person.request("PUT", f"/api/notebooks/{page.notebook}/drive", json={}).status_code == 200

    def inside(what):
        return json.loads(text_of(page.run(f"print({what})")))

    def outside(what):
        return json.loads(subprocess.run([sys.executable, "-c", LOOK + f"print({what})"], capture_output=True, text=True, check=True).stdout)

    drive = "/content/drive/MyDrive"
    read = [inside(f"rate({drive + '/read.bin'!r})"), outside(f"rate({str(home / 'read.bin')!r})")]
    small = [inside(f"listing({drive + '/small'!r})"), outside(f"listing({str(home / 'small')!r})")]
    assert small[0][0] == small[1][0] == files
    page.close()
    person.end_runtime(page.notebook)
    return {"read in the mount, MB/s": read[0], "in the folder, MB/s": read[1], "mount ÷ folder": round(read[0] / read[1], 2),
            f"{files} files listed in the mount, ms": small[0][1], "in the folder, ms": small[1][1]}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--gigabytes", type=float, default=0.1)
    parser.add_argument("--small", type=int, default=10_000, help="files that are listed in a mount")
    chosen = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        server = Server(folder / "data").start()
        try:
            person = server.sign_in()
            person.create()
            [own] = [each for each in (server.data / "drive").iterdir()]
            results = first_screens(person, own / "My Drive", chosen.files)
            results |= throughput(person, server, folder, int(chosen.gigabytes * 1e9))
            results |= mounted(person, own / "My Drive", int(chosen.gigabytes * 1e9), chosen.small)
            print(json.dumps(results, indent=2))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
