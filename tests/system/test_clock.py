"""The wall clock jumps by hours, as it does when somebody sets it: no runtime ends for that, and reservations go by it."""

import glob
from datetime import datetime, timedelta, timezone

import pytest

from colibri import text_of
from test_queue import flavor

FAKETIME = "/usr/lib/*/faketime/libfaketime.so.1"  # Of the package faketime.
HOUR = 3_600_000


@pytest.fixture
def clock(tmp_path, monkeypatch):
    """Sets the wall clock of all that is started from now on: "+5h", "-5h"."""
    file = tmp_path / "clock"
    file.write_text("+0")
    monkeypatch.setenv("LD_PRELOAD", glob.glob(FAKETIME)[0])
    monkeypatch.setenv("FAKETIME_TIMESTAMP_FILE", str(file))
    monkeypatch.setenv("FAKETIME_NO_CACHE", "1")
    monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    return file.write_text


def test_a_jump_ends_nothing_and_moves_what_people_are_told(clock, make_server):
    server = make_server().start()
    person = server.sign_in()
    page = person.open(person.create())
    assert text_of(page.run("1+1")) == "2"
    ends_ms = page.lease["ends_ms"]

    for jump, hours in (("+20h", 20), ("-20h", -20)):
        clock(jump)
        assert text_of(page.run("2+2")) == "4"
        assert page.lease["state"] == "ready"
        assert page.lease["ends_ms"] == pytest.approx(ends_ms + hours * HOUR, abs=60_000)

    # The store has the end by a clock that is no more: the supervisor knows better.
    server.kill()
    clock("+20h")
    server.start()
    page = person.open(page.notebook, client="t_again")
    page.wait(lambda: page.lease and page.lease["state"] == "ready" and page.lease["kernel"]["state"] == "idle", 40)
    assert text_of(page.run("3+3")) == "6"
    assert page.lease["ends_ms"] == pytest.approx(ends_ms + 20 * HOUR, abs=60_000)


def test_a_reservation_goes_by_the_clock_as_it_is_now(clock, make_server, tmp_path):
    begin, end = (f"{datetime.now(timezone.utc) + timedelta(hours=hours):%Y-%m-%d %H:%M}" for hours in (-2, 2))
    config = tmp_path / "colibri.yaml"
    config.write_text(f"""
accelerators:
  - {{model: fake-t4, title: Example T4, memory: 16GiB, tflops: 65, count: 2}}
flavors:
  - {{name: t4, title: T4 GPU, cpus: 1, memory: 512MiB, pids: 512, accelerator: fake-t4}}
queue: {{hours: 5}}
groups:
  - {{name: course, emails: [nobody@example.org]}}
reservations:
  - {{group: course, accelerator: fake-t4, count: 2, from: "{begin}", to: "{end}"}}
""")
    clock("-20d")
    server = make_server(arguments=["--config", config]).start()
    person = server.sign_in()
    before = flavor(person, "t4")
    assert before["free"] == 2
    clock("+0")
    now = flavor(person, "t4")
    assert now["free"] == 0
    assert now["renews_ms"] - before["renews_ms"] in (2 * 7 * 24 * HOUR, 3 * 7 * 24 * HOUR)
