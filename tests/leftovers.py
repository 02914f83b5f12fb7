"""What Colibri left on this host: processes, mounts, cgroups, network namespaces.

`leftovers.py` prints what there is now, as JSON; `leftovers.py FILE` says what there is more than was in
FILE, and exits with 1 when there is any. Needs root to see all.
"""

import json
import os
import pathlib
import sys
import time

PROGRAMS = ("colibri serve", "colibri-supervisor", "/run/colibri/init", "slirp4netns", "ipykernel_launcher", "colibri-cloud", "rclone mount",
            "slurmctld", "slurmd", "slurmstepd", "munged")


def processes():
    for folder in pathlib.Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip()
            started = (folder / "stat").read_text().rsplit(")", 1)[1].split()[19]
        except OSError:
            continue
        if any(program in command for program in PROGRAMS):
            yield f"process {folder.name} of tick {started}: {command[:120]}"


def mounts():
    for line in pathlib.Path("/proc/self/mountinfo").read_text().splitlines():
        if "colibri" in line.split(" - ")[0] or "/pytest-" in line:
            yield f"mount {line}"


def cgroups():
    for folder in pathlib.Path("/sys/fs/cgroup").rglob("colibri*"):
        if folder.is_dir():
            yield from (f"cgroup {each}" for each in (folder, *folder.rglob("*")) if each.is_dir())


def network_namespaces():
    seen = set()
    for link in pathlib.Path("/proc").glob("[0-9]*/ns/net"):
        try:
            seen.add(os.readlink(link))
        except OSError:
            continue
    named = pathlib.Path("/run/netns")
    seen.update(str(path) for path in (named.iterdir() if named.is_dir() else ()))
    return (f"network namespace {each}" for each in seen)


def everything():
    return sorted({*processes(), *mounts(), *cgroups(), *network_namespaces()})


def main():
    if len(sys.argv) < 2:
        print(json.dumps(everything(), indent=1))
        return 0
    before = set(json.loads(pathlib.Path(sys.argv[1]).read_text()))
    for _ in range(100):  # What was just told to end may take a moment.
        left = [each for each in everything() if each not in before]
        if not left:
            return 0
        time.sleep(0.2)
    print("left behind:", *left, sep="\n  ")
    return 1


if __name__ == "__main__":
    sys.exit(main())
