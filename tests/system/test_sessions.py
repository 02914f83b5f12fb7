"""Sessions: the runtimes that live, listed and ended by whose they are and by administrators; their meters and logs."""

import time

import pytest
import requests

from colibri import little_memory, text_of


def sessions(person, query=""):
    answer = person.request("GET", f"/api/sessions{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["sessions"]


def wait_until(condition, seconds=20):
    deadline = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.2)
    return found


@pytest.fixture(scope="module")
def ada(person):
    return person.admit("ada@example.org", "Ada")


@pytest.fixture(scope="module")
def hers(ada):
    """A page of Ada's with a runtime in which a cell has run."""
    notebook = ada.create()
    ada.request("PATCH", f"/api/notebooks/{notebook}", json={"title": "Secret plans"})
    page = ada.open(notebook, client="t_ada")
    assert text_of(page.run("1+1")) == "2"
    yield page
    page.close()


def test_ones_own_are_listed_with_what_they_use(ada, hers):
    page = hers
    began = time.time() * 1000
    page.run("block = bytearray(200 << 20)")
    known = wait_until(lambda: next((s for s in sessions(ada) if s["memory_used"] > 200 << 20), None))
    assert known["mine"] and known["notebook"] == {"id": page.notebook, "title": "Secret plans"}
    assert (known["state"], known["flavor"], known["id"]) == ("ready", "cpu", page.lease["id"])
    assert known["kernel"]["language"] == "python" and known["user"]["email"] == "ada@example.org"
    assert known["used_ms"] >= began - 1000 and known["memory_limit"] > known["memory_used"]
    assert known["disk_total"] > known["disk_used"] > 0 and known["since_ms"] > 0 and known["accelerators"] == []


def test_an_administrator_sees_all_but_not_what_others_call_their_notebooks(person, ada, hers):
    page = hers
    assert sessions(person) == []
    (seen,) = sessions(person, "?all=1")
    assert seen["id"] == page.lease["id"] and seen["user"]["name"] == "Ada"
    assert seen["notebook"] is None and not seen["mine"]
    refused = ada.request("GET", "/api/sessions?all=1")
    assert (refused.status_code, refused.json()["error"]["code"]) == (403, "denied")


def test_the_log_has_what_supervisor_and_kernel_said(person, ada, hers):
    page = hers
    page.run("import os; os.write(2, b'\\x1b[31mWARNING: out of the kernel\\x1b[0m\\nno end'); None")
    path = f"/api/sessions/{page.lease['id']}/log"

    def told():
        lines = ada.request("GET", path).json()["lines"]
        return lines if any("out of the kernel" in line["text"] for line in lines) else None

    lines = wait_until(told)
    (said,) = [line for line in lines if "out of the kernel" in line["text"]]
    assert (said["source"], said["level"], said["text"]) == ("kernel", "warning", "WARNING: out of the kernel")
    assert any(line["source"] == "supervisor" and "linked to the server" in line["text"] for line in lines)
    assert [line["time_ms"] for line in lines] == sorted(line["time_ms"] for line in lines)
    assert person.request("GET", path).status_code == 200  # Who runs the server helps with what is wrong.


def test_the_meters_since_the_beginning_are_kept(ada, hers):
    page = hers
    path = f"/api/sessions/{page.lease['id']}/resources"
    points = wait_until(lambda: (p := ada.request("GET", path).json()["points"]) and len(p["time_ms"]) >= 3 and p)
    assert {len(points[name]) for name in ("memory_used", "memory_limit", "disk_used", "disk_total", "cpu")} == \
        {len(points["time_ms"])}
    assert points["time_ms"] == sorted(points["time_ms"]) and min(points["memory_used"]) > 0
    assert points["accelerators"] == {}


def test_those_of_others_do_not_exist_for_one(ada, hers, person):
    bob = person.admit("bob@example.org", "Bob")
    session = hers.lease["id"]
    assert sessions(bob) == []
    for method, path in (("DELETE", f"/api/sessions/{session}"), ("GET", f"/api/sessions/{session}/log"),
                         ("GET", f"/api/sessions/{session}/resources")):
        assert bob.request(method, path).status_code == 404, path
        assert requests.request(method, bob.url + path, headers={"Origin": bob.url}, timeout=10).status_code == 401
        assert ada.request(method.replace("DELETE", "GET"), path.replace(session, "r_nothing")).status_code in (404, 405)
    cookie_only = requests.delete(f"{ada.url}/api/sessions/{session}", timeout=10,
                                  headers={"Cookie": ada.cookie, "Origin": ada.url})
    assert cookie_only.status_code == 403  # Without the CSRF token.
    # Not while it is not shared, and then its meters but not its log.
    ada.share(hers.notebook, "bob@example.org", "editor")
    assert bob.request("GET", f"/api/sessions/{session}/resources").status_code == 404
    hers.send({"type": "share_runtime", "shared": True})
    wait_until(lambda: bob.request("GET", f"/api/sessions/{session}/resources").status_code == 200)
    assert bob.request("GET", f"/api/sessions/{session}/log").status_code == 404
    assert bob.request("DELETE", f"/api/sessions/{session}").status_code == 404
    hers.send({"type": "share_runtime", "shared": False})


def test_a_token_needs_the_scope_to_run(person, ada, hers):
    def token(scopes):
        made = person.request("POST", "/api/me/tokens", json={"name": scopes[0], "scopes": scopes, "life_ms": 3_600_000})
        assert made.status_code == 201, made.text
        return {"Authorization": f"Bearer {made.json()['token']}"}

    reads, runs = token(["notebooks:read", "notebooks:write"]), token(["notebooks:run"])
    assert requests.get(f"{person.url}/api/sessions", headers=reads, timeout=10).status_code == 403
    assert requests.get(f"{person.url}/api/sessions", headers=runs, timeout=10).json() == {"sessions": []}
    # It acts for its person and not for the administrator.
    assert requests.get(f"{person.url}/api/sessions?all=1", headers=runs, timeout=10).status_code == 403
    session = f"{person.url}/api/sessions/{hers.lease['id']}"
    assert requests.delete(session, headers=runs, timeout=10).status_code == 404


def test_the_owner_and_an_administrator_end_a_session(person, ada, hers):
    page = hers
    assert ada.request("DELETE", f"/api/sessions/{page.lease['id']}").status_code == 204
    page.wait_lease_ended()
    assert page.lease["reason"] == "disconnected"
    wait_until(lambda: sessions(ada) == [])
    page.run("again = 1")
    assert person.request("DELETE", f"/api/sessions/{page.lease['id']}").status_code == 204
    page.wait_lease_ended()
    assert page.lease["reason"] == "administrator" and "administrator" in page.lease["detail"]


def test_a_crash_for_want_of_memory_is_in_lease_and_log(make_server, tmp_path):
    server = make_server(arguments=little_memory(tmp_path)).start()
    person = server.sign_in()
    page = person.open(person.create())
    page.run("1")
    assert page.run("a = bytearray(2 << 30)", 60)["last_run"]["reason"] == "out_of_memory"
    assert any((m.get("lease") or {}).get("kernel", {}).get("reason") == "out_of_memory" for m in page.messages)
    lines = person.request("GET", f"/api/sessions/{page.lease['id']}/log").json()["lines"]
    assert [line for line in lines if line["level"] == "warning" and "memory" in line["text"]]
