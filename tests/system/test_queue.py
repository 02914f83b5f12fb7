"""One accelerator and several people: who gets it when, how long, and what the others are told."""

import time
from datetime import datetime, timedelta, timezone

import pytest

from colibri import Page, supervisors, text_of
from mail_server import text_of_mail
from test_accounts import Site

CONFIG = """
accelerators:
  - {model: fake-t4, title: Example T4, memory: 16GiB, tflops: 65}
flavors:
  - {name: cpu, title: CPU, cpus: 2, memory: 1GiB, pids: 512}
  - {name: t4, title: T4 GPU, cpus: 2, memory: 1GiB, pids: 512, accelerator: fake-t4}
  - {name: short, title: Short, cpus: 2, memory: 1GiB, pids: 512, life: 15s, idle: 3h}
  - {name: lazy, title: Lazy, cpus: 2, memory: 1GiB, pids: 512, life: 3h, idle: 8s}
queue: {claim: 60s}
"""


@pytest.fixture
def server(tmp_path, make_server):
    config = tmp_path / "colibri.yaml"
    config.write_text(CONFIG)
    return make_server(arguments=["--config", config]).start()


@pytest.fixture
def people(server):
    ada = server.sign_in()
    return ada, ada.admit("bob@example.org", "Bob")


def connect(person, **choice):
    page = person.open(person.create(), client=f"t_{person.name}")
    page.send({"type": "connect", **choice})
    return page


def wait_ready(page, timeout=60):
    page.wait(lambda: page.lease and page.lease["state"] == "ready" and page.lease["kernel"]["state"] == "idle", timeout)
    return page.lease


def wait_queued(page, timeout=20):
    page.wait(lambda: page.lease and page.lease["queue"], timeout)
    return page.lease["queue"]


def wait_until(condition, timeout):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.2)


def flavor(person, name):
    flavors = person.request("GET", "/api/flavors").json()["flavors"]
    return next(each for each in flavors if each["name"] == name)


def test_the_second_waits_is_told_why_and_gets_it_when_the_first_is_done(people):
    ada, bob = people
    assert (flavor(bob, "t4")["free"], flavor(bob, "t4")["total"]) == (1, 1)
    first = connect(ada, flavor="t4")
    lease = wait_ready(first)
    assert lease["accelerators"] == [{"model": "fake-t4", "title": "Example T4"}]
    assert lease["idle_ends_ms"] > lease["notice_ms"] > 0 and lease["keep"]
    first.wait_saved()
    metadata = ada.file(first.notebook)["metadata"]
    assert (metadata["accelerator"], metadata["colab"]["gpuType"]) == ("GPU", "fake-t4")

    second = connect(bob, flavor="t4")
    place = wait_queued(second)
    assert (place["position"], place["ahead"], place["why"]) == (1, 0, "no_free_accelerator")
    assert place["expected_ms"] == pytest.approx(lease["ends_ms"], abs=5000)
    seen = flavor(bob, "t4")
    assert (seen["kind"], seen["free"], seen["waiting"]) == ("gpu", 0, 1) and seen["expected_wait_ms"] > 0
    assert seen["accelerator"] == {"model": "fake-t4", "title": "Example T4", "count": 1, "memory_bytes": 16 << 30,
                                   "tflops": 65}

    first.send({"type": "disconnect"})
    assert wait_ready(second)["queue"] is None
    assert text_of(second.run("1+1")) == "2"

    # What waits goes on when it leaves the queue: it ends in words.
    third = connect(ada, flavor="t4")
    wait_queued(third)
    third.send({"type": "leave_queue"})
    third.wait_lease_ended()
    assert third.lease["reason"] == "left_queue"


def test_the_place_is_kept_over_a_restart_and_a_closed_tab_and_is_offered_then(server, people):
    ada, bob = people
    first = connect(ada, flavor="t4")
    wait_ready(first)
    second = connect(bob, flavor="t4")
    wait_queued(second)
    lease = second.lease["id"]
    second.close()
    server.kill()
    server.start()

    first = ada.open(first.notebook, client="t_again")
    first.wait(lambda: first.lease and first.lease["state"] == "ready", 30)
    # Nor is what the first one has lent a second time.
    assert flavor(ada, "t4")["free"] == 0 and first.lease["accelerators"]
    time.sleep(1)
    assert f"runtime {lease}: offered" not in server.log.read_text()
    first.send({"type": "disconnect"})
    first.wait_lease_ended()
    # Bob is not there: it is kept for him, until he takes it.
    wait_until(lambda: f"runtime {lease}: offered" in server.log.read_text(), 40)
    second = bob.open(second.notebook, client="t_again")
    second.wait(lambda: second.lease and second.lease["queue"] and second.lease["queue"]["offered_until_ms"], 40)
    assert second.lease["id"] == lease
    second.send({"type": "claim"})
    assert wait_ready(second)["accelerators"]


def test_a_restart_changes_nothing_in_what_is_reserved_and_whose_it_is(make_server, tmp_path):
    day = timedelta(days=1)
    now = datetime.now(timezone.utc)
    config = tmp_path / "colibri.yaml"
    config.write_text(CONFIG.replace("tflops: 65", "tflops: 65, count: 2") + f"""
groups:
  - {{name: course, emails: [owner@localhost], hours: 40}}
reservations:
  - {{group: course, accelerator: fake-t4, count: 1, from: "{now - day:%Y-%m-%d %H:%M}", to: "{now + day:%Y-%m-%d %H:%M}"}}
""")
    server = make_server(arguments=["--config", config]).start()
    ada = server.sign_in()
    bob = ada.admit("bob@example.org", "Bob")
    first = connect(ada, flavor="t4")
    assert wait_ready(first)["hours"]["left_ms"] > 39 * 3_600_000
    assert flavor(bob, "t4")["free"] == 1
    server.kill()
    server.start()
    assert flavor(bob, "t4")["free"] == 1
    first = ada.open(first.notebook, client="t_again")
    first.wait(lambda: first.lease and (first.lease["hours"]["left_ms"] or 0) > 39 * 3_600_000, 30)
    assert wait_ready(connect(bob, flavor="t4"))["accelerators"]


def test_hours_are_shared_by_what_one_person_runs_and_keep_goes_no_further(make_server, tmp_path):
    config = tmp_path / "colibri.yaml"
    config.write_text(CONFIG.replace("tflops: 65", "tflops: 65, count: 2")
                      .replace("{claim: 60s}", "{hours: 0.05, per_user: 2}"))
    server = make_server(arguments=["--config", config]).start()
    ada = server.sign_in()
    first = connect(ada, flavor="t4")
    alone = wait_ready(first)["ends_ms"]
    begun = time.time() * 1000
    assert alone - begun < 180_000
    second = ada.open(ada.create(), client="t_second")
    second.send({"type": "connect", "flavor": "t4"})
    wait_ready(second)
    both = time.time() * 1000
    first.wait(lambda: first.lease["ends_ms"] < alone - 20_000, 20)
    assert first.lease["ends_ms"] == pytest.approx(second.lease["ends_ms"], abs=3000)
    assert first.lease["ends_ms"] < both + (alone - begun) / 2 + 3000
    first.send({"type": "keep"})
    first.wait(lambda: any(m["type"] == "notice" and "last no longer" in str(m) for m in first.messages), 10)
    assert first.lease["ends_ms"] < alone and not first.lease["keep"]
    second.send({"type": "disconnect"})
    first.wait(lambda: first.lease["ends_ms"] > second.lease["ends_ms"] + 10_000, 40)
    assert first.lease["ends_ms"] < alone


def test_work_begins_on_a_cpu_and_goes_on_with_its_files_on_the_accelerator(people):
    ada, bob = people
    first = connect(ada, flavor="t4")
    wait_ready(first)
    second = connect(bob, flavor="t4", meanwhile="cpu")
    assert wait_ready(second)["flavor"] == "cpu"
    assert wait_queued(second)["flavor"] == "t4"
    second.run("open('/content/mine', 'w').write('kept')")
    first.send({"type": "disconnect"})
    second.wait(lambda: second.lease["queue"] and second.lease["queue"]["offered_until_ms"], 40)
    second.send({"type": "claim"})
    second.wait(lambda: second.lease["flavor"] == "t4" and second.lease["kernel"]["state"] == "idle", 60)
    assert text_of(second.run("print(open('/content/mine').read())")) == "kept\n"


def test_who_waits_begins_on_a_cpu_without_losing_the_place(people):
    ada, bob = people
    carol = ada.admit("carol@example.org", "Carol")
    first = connect(ada, flavor="t4")
    wait_ready(first)
    second = connect(bob, flavor="t4")
    wait_queued(second)
    waiting = second.lease["id"]
    third = connect(carol, flavor="t4")
    assert wait_queued(third)["ahead"] == 1
    second.send({"type": "connect", "flavor": "t4", "meanwhile": "cpu"})
    lease = wait_ready(second)
    assert lease["flavor"] == "cpu" and lease["id"] != waiting
    place = wait_queued(second)
    assert (place["flavor"], place["position"]) == ("t4", 1)
    second.run("open('/content/mine', 'w').write('kept')")
    first.send({"type": "disconnect"})
    second.wait(lambda: second.lease["queue"] and second.lease["queue"]["offered_until_ms"], 40)
    third.wait(lambda: third.lease["state"] == "queued", 10)
    second.send({"type": "claim"})
    second.wait(lambda: second.lease["flavor"] == "t4" and second.lease["kernel"]["state"] == "idle", 60)
    assert second.lease["id"] == waiting
    assert text_of(second.run("print(open('/content/mine').read())")) == "kept\n"


def test_what_is_nowhere_ends_in_words(people):
    page = connect(people[0], flavor="warp")
    page.wait(lambda: page.lease and page.lease["state"] == "ended", 20)
    assert page.lease["reason"] == "start_failed" and "warp" in page.lease["detail"]


@pytest.mark.parametrize("kind, reason", [("short", "deadline"), ("lazy", "idle")])
def test_a_time_that_is_over_while_no_server_is_there_is_told_as_such(server, people, kind, reason):
    page = connect(people[0], flavor=kind)
    wait_ready(page)
    page.run("open('/content/mine', 'w').write('kept')")
    cell = page.add_code("import time\nfor _ in range(100): time.sleep(1)")
    if kind == "short":  # One that computes is never idle.
        page.do("run", cells=[cell])
        page.wait(lambda: page.cells[cell].get("run"), 20)
    server.kill()
    wait_until(lambda: not supervisors(server), 40)
    server.start()
    page = people[0].open(page.notebook, client="t_again")
    page.wait(lambda: kind != "short" or page.cells[cell].get("last_run"), 30)
    page.wait_lease_ended()
    files = people[0].request("GET", "/api/runtimes/files").json()["files"]
    assert [entry["reason"] for entry in files] == [reason]


def test_an_offer_that_nobody_sees_is_mailed_once_in_the_language_of_its_person(make_server, tmp_path):
    site = Site(make_server(), tmp_path, accounts=f"sign_up: invitation\n{CONFIG}")
    ada, bob = site.owner, site.owner.admit("bob@example.org", "Bob")
    site.next_mail()  # The invitation.
    first = connect(ada, flavor="t4")
    wait_ready(first)
    # While somebody looks, the runtime simply starts: no mail.
    second = Chinese(bob, bob.create(), client="t_bob")
    second.send({"type": "connect", "flavor": "t4"})
    wait_queued(second)
    second.close()
    first.send({"type": "disconnect"})
    mail = site.next_mail()
    assert mail["To"].addresses[0].addr_spec == "bob@example.org"
    assert "轮到您了" in mail["Subject"] and "T4 GPU" in mail["Subject"]
    assert f"{site.url}/notebooks/{second.notebook}\n" in text_of_mail(mail)
    again = bob.open(second.notebook, client="t_again")
    again.wait(lambda: again.lease and again.lease["queue"] and again.lease["queue"]["offered_until_ms"], 20)
    again.send({"type": "claim"})
    wait_ready(again)
    assert len(site.mail.messages) == site.mails
    site.mail.stop()


class Chinese(Page):
    def send(self, message):
        super().send(message | {"language": "zh-CN"} if message["type"] == "hello" else message)
