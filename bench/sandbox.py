"""Measures what a container costs the program in it, and what many idle runtimes cost the host. Needs root, the Release binaries and
the default image."""

import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests" / "system")]

from colibri import IMAGES  # noqa: E402
from measure import pss_mb  # noqa: E402
from runtime import Runtime  # noqa: E402

ROOTFS = (IMAGES / "default" / "rootfs").resolve()
ROUNDS = int(os.environ.get("COLIBRI_BENCH_ROUNDS", 7))

# The same program inside and outside; the best of a few tries, for others run on this machine too.
WORK = r"""
import json, os, sys, time
import numpy
folder = sys.argv[1]
rng = numpy.random.default_rng(1)
a, b = rng.random((700, 700)), rng.random((700, 700))
def matmul():
    for _ in range(4): a @ b
def loop():
    total = 0
    for i in range(1_500_000): total += i * i % 7
own, image = os.path.join(folder, 'file'), max((os.path.join(r, f) for r, _, fs in os.walk(os.path.dirname(numpy.__file__) + '.libs') for f in fs), key=os.path.getsize)
with open(own, 'wb') as f: f.write(os.urandom(64 << 20))
def read(path):
    with open(path, 'rb', buffering=0) as f:
        while f.read(1 << 20): pass
def write():
    with open(own, 'wb', buffering=0) as f:
        for _ in range(64): f.write(bytes(1 << 20))
        os.fsync(f.fileno())
tasks = {'matmul': matmul, 'loop': loop, 'read': lambda: [read(own) for _ in range(3)], 'read of the image': lambda: [read(image) for _ in range(5)],
         'write': write}
found = {}
for name, task in tasks.items():
    times = []
    for _ in range(1 if name == 'write' else 4):
        began = time.perf_counter(); task(); times.append(time.perf_counter() - began)
    found[name] = min(times)
os.remove(own)
print(json.dumps(found))
"""


def outside(folder):
    """In the image's own Python with no container around it, on the same disk as the runtime's files. It sees the host's /proc and /sys,
    for without them the C library counts one processor, and nothing of the caller's environment, which may choose another matmul."""
    manifest = json.loads((IMAGES / "default" / "manifest.json").read_text())
    inside = "/" + str(folder.relative_to(ROOTFS))
    mounted = 'mount --rbind /proc "$0/proc" && mount --rbind /sys "$0/sys" && exec chroot "$0" "$@"'
    command = ["unshare", "--mount", "sh", "-c", mounted, ROOTFS,
               "/usr/bin/env", "-i", f"PATH={manifest['path']}", "HOME=/root", "python", "-c", WORK, inside]
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def bench_cost():
    runtime = Runtime("auto", network="slirp4netns", cpus=os.cpu_count(), memory_bytes=4 << 30, pids=4096, disk_bytes=20 << 30)
    runtime.start().ready()
    ratios = {}
    try:
        with tempfile.TemporaryDirectory(dir=ROOTFS / "tmp") as name:
            for number in range(ROUNDS):
                bare = outside(pathlib.Path(name))
                runtime.run(f"round{number}", f"import subprocess, sys\nprint(subprocess.run([sys.executable, '-c', {WORK!r}, '/content'], "
                                              "capture_output=True, text=True, check=True).stdout)", 120)
                held = json.loads(runtime.text(f"round{number}"))
                for task, seconds in bare.items():
                    ratios.setdefault(task, []).append((seconds / held[task], seconds, held[task]))
    finally:
        runtime.shut_down()
        runtime.close()
    for task, found in ratios.items():
        ratio, bare, held = (statistics.median(column) for column in zip(*found))
        promise = "" if task == "write" else "; promise 0.97"
        print(f"cost: {task}: speed inside ÷ outside {ratio:.3f} ({held * 1e3:.1f} ms inside, {bare * 1e3:.1f} ms outside{promise})")


def available_mb():
    return int(re.search(r"MemAvailable:\s+(\d+)", pathlib.Path("/proc/meminfo").read_text()).group(1)) / 1024


def bench_supervisors():
    """As many as half of the free memory has room for, for each has a kernel; the sum for 200 follows."""
    count = int(os.environ.get("COLIBRI_BENCH_RUNTIMES", min(200, int(available_mb() / 2 / 90))))
    runtimes = []
    try:
        for _ in range(count):
            runtimes.append(Runtime("auto", network="slirp4netns", cpus=2, memory_bytes=4 << 30, pids=4096, disk_bytes=20 << 30).start().ready())
        own = [pss_mb(runtime.process.pid) for runtime in runtimes]
        children = subprocess.run(["ps", "ax", "-o", "pid=,ppid=,comm="], capture_output=True, text=True, check=True).stdout
        parents = {str(runtime.process.pid) for runtime in runtimes}
        network = [pss_mb(int(pid)) for pid, parent, name in (line.split(None, 2) for line in children.splitlines())
                   if parent in parents and name.startswith("slirp4netns")]
    finally:
        for runtime in runtimes:
            runtime.shut_down()
            runtime.close()
    mean = statistics.mean(own)
    print(f"supervisors: {count} idle: {sum(own):.0f} MB PSS, {mean:.2f} MB each, at most {max(own):.2f}; 200 of them {mean * 0.2:.2f} GB (promise 1.6); "
          f"beside each slirp4netns {statistics.mean(network or [0]):.2f} MB")


BENCHES = {"cost": bench_cost, "supervisors": bench_supervisors}

if __name__ == "__main__":
    for wanted in sys.argv[1:] or BENCHES:
        BENCHES[wanted]()
