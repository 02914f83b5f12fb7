"""What hours of output leave in the store. Needs root, the Release binaries and the default image."""

import contextlib
import sqlite3
import sys
import tempfile
import time

from measure import with_server

# Eight hours of a training loop, 700 lines for each of 480 minutes, as fast as it goes.
LOG = """
import random, time
for minute in range(480):
    print("\\n".join(f"epoch {minute // 10} step {step} loss {random.random():.6f} accuracy {random.random():.6f} "
                    f"time {random.randrange(1000)} ms" for step in range(700)))
    time.sleep(0.1)
"""
# A plot that is drawn anew each minute, 400 KB each time.
PLOTS = """
import os, time
from IPython.display import display, Image
picture = lambda: Image(data=b"\\x89PNG\\r\\n\\x1a\\n" + os.urandom(400_000), format="png")
handle = display(picture(), display_id=True)
for minute in range(480):
    handle.update(picture())
    time.sleep(0.05)
"""


def blob_bytes(server):
    return sum(path.stat().st_size for path in (server.data / "blobs").rglob("*") if path.is_file())


def database_bytes(server):
    """What is in use in the database's file, and the file itself. The write-ahead log beside it is the server's, about 4 MiB whatever happens."""
    with contextlib.closing(sqlite3.connect(f"file:{server.data / 'colibri.db'}?mode=ro", uri=True)) as database:
        size, pages, free = (database.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "page_count", "freelist_count"))
    return size * (pages - free), size * pages


def measure_growth(name, code):
    def measure(server):
        person = server.sign_in()
        notebook = person.create()
        page = person.open(notebook)
        page.run("1")
        page.wait_saved()
        before, edits = database_bytes(server), 0
        note = page.add_code("# notes")
        cell = page.add_code(code)
        page.do("run", cells=[cell])
        began, next_edit = time.monotonic(), 0
        while not page.cells[cell].get("last_run"):
            page.receive(60)
            if time.monotonic() > next_edit:  # Somebody works in the notebook meanwhile, and revisions are made of it.
                next_edit = time.monotonic() + 1
                page.do("push_text", cell=note, version=edits, first=edits, changes=[[[0, "x"], 7 + edits]])
                edits += 1
        took = time.monotonic() - began
        page.wait_saved()
        time.sleep(75)  # An output that nobody needs goes after a minute.
        file = next(server.data.glob("drive/*/My Drive/Colab Notebooks/*.ipynb")).stat().st_size
        revisions = len(person.request("GET", f"/api/notebooks/{notebook}/revisions?limit=200").json()["revisions"])
        (used, whole), blobs = database_bytes(server), blob_bytes(server)
        grown = used - before[0] + blobs
        print(f"{name}: 8 hours of output in {took:.0f} s: the notebook's file {file / 1e6:.2f} MB, the store grew by {grown / 1e6:.2f} MB "
              f"({blobs / 1e6:.2f} of it blobs), with {revisions} revisions: {grown / file:.2f} times (promise 3); the database's file, with pages "
              f"that are free again, by {(whole - before[1]) / 1e6:.2f} MB")
        page.close()
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as settings:
        settings.write("history:\n  every: 2s\n")
        settings.flush()
        with_server(measure, ["--config", settings.name])


def bench_stream():
    measure_growth("stream", LOG)


def bench_plots():
    measure_growth("plots", PLOTS)


BENCHES = {name.removeprefix("bench_"): f for name, f in globals().items() if name.startswith("bench_")}

if __name__ == "__main__":
    for each in sys.argv[1:] or BENCHES:
        BENCHES[each]()
