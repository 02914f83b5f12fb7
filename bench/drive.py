"""The Drive under load: the first screen of a folder of many files, and bytes up and down through the API.

Needs the Release binaries. `bench/drive.py --files 50000 --gigabytes 5` is what RESULTS.md tells of; without arguments it is small.
"""

import argparse
import hashlib
import json
import os
import pathlib
import statistics
import sys
import tempfile
import time

import requests

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from colibri import Server  # noqa: E402



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
    answer = person.request("PUT", f"/api/drive/uploads/{upload}?from=0", data=pieces(source))
    assert answer.json()["received"] == size, answer.text
    assert person.request("POST", f"/api/drive/uploads/{upload}/finish", json={}).status_code == 200
    up = size / (time.perf_counter() - began) / 1e6
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
    return {"up, MB/s": round(up), "down, MB/s": round(down), "server grew by, MiB": round(resident_mib(server) - before, 1)}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--gigabytes", type=float, default=0.1)
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
            print(json.dumps(results, indent=2))
        finally:
            server.stop()


if __name__ == "__main__":
    main()
