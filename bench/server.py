"""Measures what the README of this folder lists. Needs root, the Release binaries and the default image."""

import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

import jupyter_client
import zmq

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from colibri import BINARIES, IMAGES, READY, Server, free_port, supervisors, text_of  # noqa: E402
from measure import percentile, pss_mb, with_server  # noqa: E402

ROOTFS = (IMAGES / "default" / "rootfs").resolve()


class BareKernel:
    """The image's own kernel with no container, network or server around it: the floor."""

    def __init__(self):
        manifest = json.loads((IMAGES / "default" / "manifest.json").read_text())
        self.folder = tempfile.mkdtemp(dir=ROOTFS / "tmp")
        inside = "/" + str(pathlib.Path(self.folder).relative_to(ROOTFS))
        name = pathlib.Path(self.folder) / "kernel.json"
        jupyter_client.connect.write_connection_file(str(name), transport="ipc", ip=f"{inside}/k", shell_port=1,
                                                     iopub_port=2, stdin_port=3, control_port=4, hb_port=5)
        self.started = time.perf_counter()
        self.process = subprocess.Popen(
            ["chroot", ROOTFS, "/usr/bin/env", f"PATH={manifest['path']}", "HOME=/root", "python", "-m", "ipykernel_launcher",
             "-f", f"{inside}/kernel.json"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        # Tries anew each millisecond whether the kernel's sockets are there yet; the usual 100 would flatter us.
        context = zmq.Context()
        context.setsockopt(zmq.RECONNECT_IVL, 1)
        self.client = jupyter_client.BlockingKernelClient(context=context)
        info = json.loads(name.read_text())
        info["ip"] = str(pathlib.Path(self.folder) / "k")
        self.client.load_connection_info(info)
        self.client.start_channels()
        # Not wait_for_ready(), which ends with a wait of its own: the first request goes out before the kernel is up.
        request = self.client.kernel_info()
        assert self.client.get_shell_msg(timeout=60)["parent_header"]["msg_id"] == request

    def execute(self, code):
        """Until both the reply and idle came, as a page waits for them. Frames are looked at, not parsed: a client's
        own work is no part of the floor."""
        self.client.execute(code)
        shell, iopub = self.client.shell_channel.socket, self.client.iopub_channel.socket
        while b'"execute_reply"' not in b"".join(shell.recv_multipart()):
            pass
        while b'"idle"' not in (frames := b"".join(iopub.recv_multipart())) or b'"execute_request"' not in frames:
            pass

    def close(self):
        self.client.stop_channels()
        self.process.kill()
        self.process.wait()
        subprocess.run(["rm", "-rf", self.folder], check=True)


def bench_start():
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(8):
            server = Server(pathlib.Path(folder) / "data")
            began = time.perf_counter()
            server.start()
            times.append((time.perf_counter() - began) * 1e3)
            server.stop()
    print(f"start: colibri serve to ready, second start on: p50 {statistics.median(times[1:]):.0f} ms (first {times[0]:.0f}; promise 150)")
    times = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(3):
            began = time.perf_counter()
            process = subprocess.Popen([ROOT / "run", "--port", str(free_port()), "--data", f"{folder}/data"],
                                       stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
            for line in process.stdout:
                if READY.search(line):
                    break
            times.append(time.perf_counter() - began)
            process.terminate()
            process.wait(40)
    print(f"start: ./run to ready, nothing changed: p50 {statistics.median(times):.2f} s (promise 3)")


def bench_rest():
    def measure(server):
        time.sleep(2)
        at_rest = pss_mb(server.process.pid)
        person = server.sign_in()
        page = person.open(person.create())
        page.run("1+1")
        (supervisor,) = supervisors(server)
        time.sleep(2)
        print(f"rest: server {at_rest:.1f} MB PSS (promise 25), with one runtime {pss_mb(server.process.pid):.1f} MB; "
              f"supervisor {pss_mb(supervisor):.1f} MB (promise 8)")
    with_server(measure)


def bench_connect():
    def measure(server):
        person = server.sign_in()
        ours, bare = [], []
        for _ in range(6):
            page = person.open(person.create())
            cell = page.add_code("1+1")
            began = time.perf_counter()
            page.do("run", cells=[cell])
            page.wait(lambda: any("data" in o for o in page.cells[cell]["outputs"]))
            ours.append(time.perf_counter() - began)
            page.send({"type": "disconnect"})
            page.wait(lambda: page.lease["state"] == "ended", 30)
            page.close()
            began = time.perf_counter()
            kernel = BareKernel()
            kernel.execute("1+1")
            bare.append(time.perf_counter() - began)
            kernel.close()
        ratios = [a / b for a, b in zip(ours[1:], bare[1:])]
        print(f"connect: to the result of 1+1 p50 {statistics.median(ours[1:]) * 1e3:.0f} ms, bare kernel "
              f"{statistics.median(bare[1:]) * 1e3:.0f} ms, ratio p50 {statistics.median(ratios):.2f} (promise 1.6), "
              f"pairs {' '.join(f'{r:.2f}' for r in ratios)}")
    with_server(measure)


def bench_pool():
    """From the click (`connect` and `run`) to the result, each in a new notebook; one claim in four has a cold start beside it."""
    def to_result(person):
        page = person.open(person.create())
        cell = page.add_code("1+1")
        began = time.perf_counter()
        page.send({"type": "connect", "flavor": "", "image": "", "kernel": "", "meanwhile": ""})
        page.do("run", cells=[cell])
        page.wait(lambda: any("data" in o for o in page.cells[cell]["outputs"]))
        took = (time.perf_counter() - began) * 1e3
        page.send({"type": "disconnect"})
        page.wait(lambda: page.lease["state"] == "ended", 30)
        page.close()
        return took

    def wait_for_one(server, taken):
        while server.log.read_text().count(" waits for somebody") <= taken:
            time.sleep(0.05)
        time.sleep(0.5)  # What it did to get ready has settled.

    with tempfile.TemporaryDirectory() as folder:
        warm, cold = Server(pathlib.Path(folder) / "warm", pool=1).start(), Server(pathlib.Path(folder) / "cold").start()
        try:
            people = warm.sign_in(), cold.sign_in()
            to_result(people[1])  # The image's files are in memory from now on, for both.
            from_pool, from_cold = [], []
            for n in range(24):
                wait_for_one(warm, n)
                from_pool.append(to_result(people[0]))
                if n % 4 == 0:
                    from_cold.append(to_result(people[1]))
            claimed = warm.log.read_text().count(": taken from the pool") - warm.log.read_text().count(" starts anew")
        finally:
            warm.stop()
            cold.stop()
    print(f"pool: Connect to the result of 1+1, {claimed} of {len(from_pool)} from the pool: p50 {statistics.median(from_pool):.0f} ms, p95 "
          f"{percentile(from_pool, 0.95):.0f} ms (promise 150 at p95); cold p50 {statistics.median(from_cold):.0f} ms")


def bench_execute():
    def measure(server):
        person = server.sign_in()
        page = person.open(person.create())
        cell = page.add_code("pass")
        page.do("run", cells=[cell])
        page.wait(lambda: page.cells[cell].get("last_run"))
        kernel = BareKernel()
        ours, bare = [], []
        for _ in range(320):
            began = time.perf_counter()
            page.do("run", cells=[cell])
            while '"run_finished"' not in page.socket.recv():
                pass
            ours.append((time.perf_counter() - began) * 1e3)
            began = time.perf_counter()
            kernel.execute("pass")
            bare.append((time.perf_counter() - began) * 1e3)
        kernel.close()
        ours, bare = ours[20:], bare[20:]
        extra = [a - b for a, b in zip(ours, bare)]
        print(f"execute: pass p50 {statistics.median(ours):.2f} ms, p99 {percentile(ours, 0.99):.2f}; over ZeroMQ p50 "
              f"{statistics.median(bare):.2f}, p99 {percentile(bare, 0.99):.2f}; difference p50 {statistics.median(extra):.2f} ms (promise 1.5)")
    with_server(measure)


def bench_flood():
    def measure(server):
        from flood import longest_frame_ms
        person = server.sign_in()
        page = person.open(person.create())
        page.run("1")
        cell = page.add_code("for i in range(100_000): print(i)")
        began, peak = time.perf_counter(), 0
        page.do("run", cells=[cell])
        while not page.cells[cell].get("last_run"):
            page.receive(30)
            peak = max(peak, pss_mb(server.process.pid))
        took = time.perf_counter() - began
        lines = text_of(page.cells[cell]).count("\n")
        frame = longest_frame_ms(person)
        print(f"flood: {lines} of 100000 lines in {took:.2f} s, server at most {peak:.1f} MB PSS (promise 100), "
              f"longest frame of the page {frame:.0f} ms (promise 100)")
    with_server(measure)


BENCHES = {name.removeprefix("bench_"): f for name, f in globals().items() if name.startswith("bench_")}

if __name__ == "__main__":
    os.chdir(pathlib.Path(__file__).parent)
    for name in sys.argv[1:] or BENCHES:
        BENCHES[name]()
