"""The wall clock jumps by hours, as it does when somebody sets it: no runtime ends for that."""

import glob

import pytest

from colibri import text_of

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
