"""What the benchmarks have in common."""

import pathlib
import re
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "tests"))

from colibri import Server  # noqa: E402


def pss_mb(pid):
    """The process's share of memory, in megabytes."""
    rollup = pathlib.Path(f"/proc/{pid}/smaps_rollup").read_text()
    return int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.M).group(1)) / 1024


def percentile(values, p):
    return sorted(values)[min(len(values) - 1, int(len(values) * p))]


def with_server(measure, arguments=()):
    """Calls `measure` with a server on a data folder that goes afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        server = Server(pathlib.Path(folder) / "data", arguments=arguments).start()
        try:
            return measure(server)
        finally:
            server.stop()
