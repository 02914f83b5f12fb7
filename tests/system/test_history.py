"""Revisions of a notebook and what ran in it: made, listed, read, restored, and for whom."""

import time

import pytest

from colibri import text_of
from oidc_provider import Browser

PASSWORD = "a good long sentence"


@pytest.fixture(scope="module")
def site(tmp_path_factory, image):
    """A server that makes a revision every second of change."""
    from colibri import Server
    folder = tmp_path_factory.mktemp("history")
    (folder / "colibri.yaml").write_text("history:\n  every: 1s\n")
    server = Server(folder / "data", arguments=["--config", folder / "colibri.yaml"]).start()
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def owner(site):
    return site.sign_in()


@pytest.fixture(scope="module")
def others(site, owner):
    """Somebody of each lower role, by its name, and a stranger; all with accounts."""
    people = {}
    for role in ["editor", "commenter", "viewer", "stranger"]:
        email = f"{role}@example.org"
        link = owner.request("POST", "/api/people/invitations", json={"email": email}).json()["link"]
        browser = Browser(site.url)
        answer = browser.post("/api/invitations/accept",
                              {"token": link.split("#invitation=")[1], "name": role, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        browser.me()
        people[role] = browser
    return people


@pytest.fixture
def page(owner):
    page = owner.open(owner.create())
    yield page
    page.close()


def ask(person, method, page, path="", **options):
    return person.request(method, f"/api/notebooks/{page.notebook}{path}", **options)


def revisions(person, page, query=""):
    answer = ask(person, "GET", page, f"/revisions{query}")
    assert answer.status_code == 200, answer.text
    return answer.json()["revisions"]


def pin(person, page, name):
    answer = ask(person, "POST", page, "/revisions", json={"name": name})
    assert answer.status_code == 201, answer.text
    return answer.json()["number"]


def sources(content):
    return [cell["source"] for cell in content["cells"]]


def wait_for(condition, seconds=15):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


def write(page, text):
    """Puts `text` in front of the first cell's."""
    cell = page.order[0]
    version = page.cells[cell]["version"]
    length = len(page.cells[cell]["source"])
    page.typed = getattr(page, "typed", 0) + 1
    page.do("push_text", cell=cell, version=version, first=page.typed - 1,
            changes=[[[0, text], length] if length else [[0, text]]])
    seq = page.seq
    page.wait(lambda: page.seq > seq, 10)
    page.cells[cell]["version"] = version + 1
    page.cells[cell]["source"] = text + page.cells[cell]["source"]


def test_revisions_are_made_by_themselves_and_at_the_end_of_a_session(owner, page):
    write(page, "first\n")
    wait_for(lambda: [r["kind"] for r in revisions(owner, page)] == ["automatic", "opened"])
    newest, first = revisions(owner, page)
    assert [author["name"] for author in newest["authors"]] == ["Owner"]
    assert newest["changed"] == {"added": 0, "deleted": 0, "changed": 1, "moved": 0, "outputs": 0, "notebook": False}
    assert "changed" not in first and first["authors"] == []
    added = page.add_code("second")
    page.close()
    wait_for(lambda: len(revisions(owner, page)) >= 3, 30)
    assert revisions(owner, page)[0]["changed"]["added"] == 1
    content = ask(owner, "GET", page, f"/revisions/{revisions(owner, page)[0]['number']}").json()
    assert sources(content) == ["first\n", "second"]
    assert content["cells"][1]["id"] == added
    assert sources(ask(owner, "GET", page, "/revisions/0").json()) == ["first\n", "second"]
    assert ask(owner, "GET", page, "/revisions/0").json()["revision"]["kind"] == "now"


def test_a_revision_is_named_renamed_pinned_and_found(owner, page):
    write(page, "as handed in")
    number = pin(owner, page, "  Handed in ")
    assert pin(owner, page, "Handed in") == number  # Nothing has changed since.
    write(page, "later ")
    pin(owner, page, "")
    assert [(r["name"], r["pinned"]) for r in revisions(owner, page, "?named=1")] == [("", True), ("Handed in", True)]
    assert ask(owner, "PATCH", page, f"/revisions/{number}", json={"name": "Final", "pinned": False}).status_code == 204
    named = next(r for r in revisions(owner, page) if r["number"] == number)
    assert (named["name"], named["pinned"]) == ("Final", False)
    for bad in [{}, {"name": "two\nlines"}, {"name": "x" * 201}, {"name": 7}]:
        assert ask(owner, "PATCH", page, f"/revisions/{number}", json=bad).status_code == 400, bad
    assert ask(owner, "POST", page, "/revisions", json={"name": "x" * 201}).status_code == 400


def test_the_list_comes_in_parts(owner, page):
    for i in range(5):
        write(page, f"{i} ")
        pin(owner, page, f"n{i}")
    answer = ask(owner, "GET", page, "/revisions?limit=2").json()
    assert [r["name"] for r in answer["revisions"]] == ["n4", "n3"] and answer["more"]
    rest = ask(owner, "GET", page, f"/revisions?limit=200&before={answer['revisions'][-1]['number']}").json()
    assert [r["name"] for r in rest["revisions"] if r["name"]] == ["n2", "n1", "n0"] and not rest["more"]
    for bad in ["limit=0", "limit=201", "limit=x", "before=-1", "before=99999999999999999999"]:
        assert ask(owner, "GET", page, f"/revisions?{bad}").status_code == 400, bad


def test_to_restore_is_seen_by_all_and_can_be_taken_back(owner, others, page):
    write(page, "then")
    number = pin(owner, page, "then")
    kept = page.add_code("a cell more")
    write(page, "now, not ")
    answer = ask(owner, "POST", page, "/access", json={
        "people": [{"email": "editor@example.org", "role": "editor"}], "notify": False})
    assert answer.status_code == 200, answer.text
    before = len(page.messages)
    assert ask(others["editor"], "POST", page, f"/revisions/{number}/restore", json={}).status_code == 204
    page.wait(lambda: kept not in page.order, 10)
    records = [r for m in page.messages[before:] if m["type"] == "records" for r in m["records"]]
    assert {"text_changed", "cell_deleted"} <= {r["type"] for r in records}
    assert sources(ask(owner, "GET", page, "/revisions/0").json()) == ["then"]
    undo = revisions(owner, page)[0]
    assert undo["kind"] == "before_restore"
    assert ask(owner, "POST", page, f"/revisions/{undo['number']}/restore", json={}).status_code == 204
    assert sources(ask(owner, "GET", page, "/revisions/0").json()) == ["now, not then", "a cell more"]


def test_outputs_are_told_by_a_hash_and_given_when_asked_for(owner):
    page = owner.open(owner.create())
    cell = page.run("print('shown')")
    page.wait_saved()
    number = pin(owner, page, "with outputs")
    content = ask(owner, "GET", page, f"/revisions/{number}").json()
    (ran,) = [c for c in content["cells"] if c["outputs"]]
    answer = ask(owner, "GET", page, f"/revision-outputs/{ran['outputs']}")
    assert answer.json()["outputs"] == [{"output_type": "stream", "name": "stdout", "text": "shown\n"}]
    assert answer.json()["execution_count"] == cell["execution_count"]
    for bad in ["0" * 64, "x", "%2e%2e", ran["id"]]:
        assert ask(owner, "GET", page, f"/revision-outputs/{bad}").status_code == 404, bad

    file = ask(owner, "GET", page, f"/revisions/{number}/file")
    assert file.json()["cells"][-1]["outputs"][0]["text"] == ["shown\n"]
    assert "filename*=UTF-8''Untitled" in file.headers["Content-Disposition"]
    copied = ask(owner, "POST", page, f"/revisions/{number}/copy", json={})
    assert copied.status_code == 201
    copy = owner.open(copied.json()["id"], client="t_copy")
    assert copy.notebook != page.notebook and text_of(copy.cells[copy.order[-1]]) == "shown\n"
    copy.close()

    executed = ask(owner, "GET", page, "/executions").json()["executions"]
    assert len(executed) == 1
    entry = executed[0]
    assert (entry["source"], entry["status"], entry["by"]["name"]) == ("print('shown')", "ok", "Owner")
    assert entry["runtime"] and entry["started_ms"] <= entry["finished_ms"] and entry["cell"] == page.order[-1]
    owner.end_runtime(page.notebook)
    page.close()


READS = ["/revisions", "/revisions/1", "/revisions/0", "/revisions/1/file", f"/revision-outputs/{'0' * 64}", "/executions"]
CHANGES = [("POST", "/revisions", {"name": "x"}), ("PATCH", "/revisions/1", {"name": "x"}),
           ("POST", "/revisions/1/restore", {}), ("POST", "/revisions/1/copy", {})]


@pytest.mark.parametrize("role", ["viewer", "commenter", "stranger", "nobody"])
def test_history_is_for_editors(site, owner, others, page, role):
    write(page, "x")
    pin(owner, page, "one")
    if role in ("viewer", "commenter"):
        answer = ask(owner, "POST", page, "/access", json={
            "people": [{"email": f"{role}@example.org", "role": role}], "notify": False})
        assert answer.status_code == 200, answer.text
    person = Browser(site.url) if role == "nobody" else others[role]
    expected = {"stranger": 404, "nobody": 401}.get(role, 403)
    for path in READS:
        assert ask(person, "GET", page, path).status_code == expected, path
    for method, path, body in CHANGES:
        assert ask(person, method, page, path, json=body).status_code == expected, path
    assert [r["name"] for r in revisions(owner, page, "?named=1")] == ["one"]


def test_what_is_no_revision_is_not_found(owner, page):
    for number in ["77", "-1", "x", "1x", "99999999999999999999", "%00"]:
        for method, path in [("GET", ""), ("GET", "/file"), ("POST", "/restore"), ("POST", "/copy")]:
            options = {"json": {}} if method == "POST" else {}
            status = ask(owner, method, page, f"/revisions/{number}{path}", **options).status_code
            assert status == (400 if number == "%00" else 404), (number, path, status)
    assert ask(owner, "PATCH", page, "/revisions/0", json={"name": "now"}).status_code == 404
    assert ask(owner, "POST", page, "/revisions/0/restore", json={}).status_code == 404


def test_tokens_read_and_write_as_their_scopes_say(site, owner, page):
    import requests
    write(page, "x")
    pin(owner, page, "one")
    made = owner.request("POST", "/api/me/tokens", json={
        "name": "reader", "scopes": ["notebooks:read"], "life_ms": 3_600_000}).json()
    headers = {"Authorization": f"Bearer {made['token']}"}
    address = f"{site.url}/api/notebooks/{page.notebook}/revisions"
    assert requests.get(address, headers=headers, timeout=10).status_code == 200
    assert requests.post(address, headers=headers, json={"name": "x"}, timeout=10).status_code == 403


def test_a_playground_has_no_revisions(owner, page):
    playground = ask(owner, "POST", page, "/playground", json={}).json()["id"]
    answer = owner.request("POST", f"/api/notebooks/{playground}/revisions", json={"name": "x"})
    assert answer.status_code == 409
    assert owner.request("GET", f"/api/notebooks/{playground}/revisions").json()["revisions"] == []


@pytest.mark.parametrize("settings", ["every: 0s", "every: soon", "keep_all: 8d", "keep: 1d"])
def test_settings_that_make_no_sense_are_refused(make_server, tmp_path, settings):
    (tmp_path / "bad.yaml").write_text(f"history:\n  {settings}\n")
    server = make_server(arguments=["--config", tmp_path / "bad.yaml"])
    with pytest.raises(AssertionError):
        server.start()
    assert "bad.yaml line " in server.log.read_text()
