"""Who may do what: every route of a notebook and every message of its socket, by every role; and what changes under one."""

import functools
import itertools
import json
import re
import time

import pytest
import requests
import websocket

from colibri import ROOT

ROLES = ("viewer", "commenter", "editor", "owner")
clients = (f"t_share{n}" for n in itertools.count())
PICTURE = "iVBORw0KGgo" + "A" * 400_001  # Over 256 KiB: a blob.


class SignedOut:
    def __init__(self, url):
        self.url = url

    def request(self, method, path, **options):
        return requests.request(method, self.url + path, headers={"Origin": self.url}, timeout=60, **options)


@pytest.fixture(scope="module")
def people(person):
    """Of each role; `stranger` has none, nor has `administrator`, who runs the server."""
    found = {role: person.admit(f"{role}@example.org", role.title()) for role in ROLES}
    return found | {"stranger": person.admit("stranger@example.org", "Stranger"),
                    "heir": person.admit("heir@example.org", "Heir"), "administrator": person,
                    "signed out": SignedOut(person.url)}


def file_with_outputs():
    cells = [{"id": name, "cell_type": "code", "metadata": {}, "source": [f"print('{name}')"], "execution_count": 1,
              "outputs": [{"output_type": "stream", "name": "stdout", "text": [f"{name}\n"]}]} for name in "ab"]
    cells[1]["outputs"].append({"output_type": "display_data", "data": {"image/png": PICTURE}, "metadata": {}})
    cells.append({"id": "m", "cell_type": "markdown", "metadata": {}, "source": ["some words"]})
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": cells})


@pytest.fixture
def make(people):
    def notebook():
        answer = people["owner"].import_file("Shared.ipynb", file_with_outputs())
        assert answer.status_code == 201, answer.text
        for role in ("viewer", "commenter", "editor"):
            people["owner"].share(answer.json()["id"], f"{role}@example.org", role)
        return answer.json()["id"]

    return notebook


def state(people, notebook):
    """All that somebody without the right to might have changed."""
    owner = people["owner"]
    page = owner.open(notebook, client=next(clients))
    snapshot = next(m["snapshot"] for m in page.messages if m["type"] == "snapshot")
    welcome = next(m["notebook"] for m in page.messages if m["type"] == "welcome")
    page.close()
    access = owner.request("GET", f"/api/notebooks/{notebook}/access").json()
    return {"title": welcome["title"], "access": access, "seq": snapshot["seq"], "metadata": snapshot["metadata"],
            "cells": snapshot["cells"], "bin": snapshot.get("bin"), "threads": snapshot.get("threads")}


# --- routes ---

# What each needs, and a good body: (method, path) -> (role, body).
PATH = "/api/notebooks/{id}"
ROUTES = {
    ("PATCH", PATH): ("editor", {"title": ""}),
    ("DELETE", PATH): ("owner", None),
    ("GET", f"{PATH}/file"): ("viewer", None),
    ("GET", f"{PATH}/blobs/{{sha256}}"): ("viewer", None),
    ("GET", f"{PATH}/access"): ("viewer", None),
    ("POST", f"{PATH}/access"): ("editor", {"people": [{"email": "heir@example.org", "role": "editor"}], "notify": False}),
    ("PATCH", f"{PATH}/access"): ("editor", {"link_role": "editor"}),
    ("PUT", f"{PATH}/access/{{email}}"): ("editor", {"role": "editor"}),
    ("DELETE", f"{PATH}/access/{{email}}"): ("editor", None),
    ("POST", f"{PATH}/transfer"): ("owner", {"email": "heir@example.org"}),
    ("PUT", f"{PATH}/star"): ("viewer", {"starred": True}),
    ("PUT", f"{PATH}/trust"): ("viewer", {}),
    ("POST", f"{PATH}/copy"): ("viewer", {}),
    ("POST", f"{PATH}/playground"): ("viewer", {}),
    ("GET", f"{PATH}/socket"): ("viewer", None),
    ("GET", f"{PATH}/revisions"): ("editor", None),
    ("POST", f"{PATH}/revisions"): ("editor", {"name": "pinned"}),
    ("GET", f"{PATH}/revisions/{{number}}"): ("editor", None),
    ("PATCH", f"{PATH}/revisions/{{number}}"): ("editor", {"name": "named"}),
    ("POST", f"{PATH}/revisions/{{number}}/restore"): ("editor", {}),
    ("POST", f"{PATH}/revisions/{{number}}/copy"): ("editor", {}),
    ("GET", f"{PATH}/revisions/{{number}}/file"): ("editor", None),
    ("GET", f"{PATH}/revision-outputs/{{sha256}}"): ("editor", None),
    ("GET", f"{PATH}/executions"): ("editor", None),
    ("POST", f"{PATH}/ports"): ("editor", {"port": 8000}),
    ("GET", f"{PATH}/terminals"): ("editor", None),
    ("POST", f"{PATH}/terminals"): ("editor", {}),
    ("PATCH", f"{PATH}/terminals/{{terminal}}"): ("editor", {"title": ""}),
    ("DELETE", f"{PATH}/terminals/{{terminal}}"): ("editor", None),
    ("GET", f"{PATH}/terminals/{{terminal}}/socket"): ("editor", None),
    ("POST", f"{PATH}/local-runtime"): ("editor", {}),
    ("GET", f"{PATH}/local-runtime/socket"): ("editor", None),
    ("GET", f"{PATH}/files"): ("editor", None),
    ("DELETE", f"{PATH}/files"): ("editor", None),
    ("GET", f"{PATH}/files/status"): ("editor", None),
    ("GET", f"{PATH}/files/content"): ("editor", None),
    ("PUT", f"{PATH}/files/content"): ("editor", None),
    ("GET", f"{PATH}/files/archive"): ("editor", None),
    ("POST", f"{PATH}/files/folder"): ("editor", {"path": "/content/x"}),
    ("POST", f"{PATH}/files/rename"): ("editor", {"path": "/content/x", "to": "/content/y"}),
    ("PUT", f"{PATH}/files/upload"): ("editor", None),
    ("GET", f"{PATH}/files/upload"): ("editor", None),
    ("POST", f"{PATH}/files/upload"): ("editor", {"path": "/content/x", "upload": "u"}),
    ("DELETE", f"{PATH}/files/upload"): ("editor", None),
    ("GET", f"{PATH}/files/socket"): ("editor", None),
    ("GET", f"{PATH}/github"): ("viewer", None),
    ("POST", f"{PATH}/github"): ("viewer", {"repository": "a/b", "branch": "main", "path": "x.ipynb", "message": "m"}),
    ("POST", f"{PATH}/gist"): ("viewer", {}),
    ("GET", f"{PATH}/drive"): ("editor", None),
    ("PUT", f"{PATH}/drive"): ("editor", {}),
    ("DELETE", f"{PATH}/drive"): ("editor", None),
    ("DELETE", f"{PATH}/drive/consent"): ("editor", None),
}
BY_ALL = {("GET", "/api/notebooks"), ("POST", "/api/notebooks"), ("POST", "/api/notebooks/import")}


def test_every_route_of_a_notebook_is_looked_at_here():
    sources = "".join(path.read_text() for path in (ROOT / "src" / "api").glob("*.cpp"))
    served = set(re.findall(r'"(/api/notebooks[^"]*)"', sources))
    assert served == {path for _, path in ROUTES.keys() | BY_ALL}


def sha256_of_picture(person, notebook):
    page = person.open(notebook, client=next(clients))
    page.wait(lambda: len(page.cells["b"]["outputs"]) == 2, 10)
    page.close()
    return page.cells["b"]["outputs"][1]["blobs"]["image/png"]["sha256"]


def revision_of(person, notebook):
    """The number of one, and the hash of its first cell's outputs."""
    path = f"/api/notebooks/{notebook}/revisions"
    number = person.request("POST", path, json={"name": ""}).json()["number"]
    return number, person.request("GET", f"{path}/{number}").json()["cells"][0]["outputs"]


def ask(people, who, notebook, method, path, body, email="viewer@example.org"):
    options = {} if body is None else {"json": body | ({"title": f"Renamed by {who}"} if "title" in body else {})}
    sha256, number = "", 0
    if "{number}" in path or "/revision-outputs/" in path:
        number, sha256 = revision_of(people["owner"], notebook)
    elif "{sha256}" in path:
        sha256 = sha256_of_picture(people["owner"], notebook)
    if "/files" in path and body is None:
        options = {"params": {"path": "/content/x", "upload": "u"}, **({"data": b"x"} if method == "PUT" else {})}
    path = path.format(id=notebook, email=email, sha256=sha256, number=number, terminal="tm_x")
    return people[who].request(method, path, **options)


@pytest.mark.parametrize("method, path", [route for route in ROUTES if not route[1].endswith("/socket")],
                         ids=lambda value: value.replace(PATH, ""))
def test_a_route_is_for_those_whose_role_allows_it(people, make, method, path):
    needed, body = ROUTES[method, path]
    notebook = make()
    before = state(people, notebook)
    for who in ("signed out", "stranger", "administrator", *ROLES[:ROLES.index(needed)]):
        # Giving up one's own access is everybody's right: here it is that of somebody else.
        email = "commenter@example.org" if who == "viewer" else "viewer@example.org"
        answer = ask(people, who, notebook, method, path, body, email)
        wanted = (401, "signed_out") if who == "signed out" else (403, "denied") if who in ROLES else (404, "not_found")
        assert (answer.status_code, answer.json()["error"]["code"]) == wanted, (who, answer.text)
    assert state(people, notebook) == before
    for who in ROLES[ROLES.index(needed):]:
        answer = ask(people, who, make(), method, path, body)
        # A terminal, files, ports and a mount want a runtime, which nobody has here: test_terminal.py, test_runtime_files.py and others have one. Nobody is
        # connected to GitHub either: test_github_saving.py.
        allowed = answer.status_code in (200, 201, 204) or answer.json()["error"]["code"] in ("no_runtime", "no_github") or (
            re.search("/(files|drive|ports)", path) and answer.json()["error"]["detail"] == "Connect to a runtime first.")
        assert allowed, (who, answer.text)


def test_only_the_owner_says_whether_editors_share(people, make):
    notebook, path = make(), "/api/notebooks/{id}/access"
    assert ask(people, "editor", notebook, "PATCH", path, {"editors_share": False}).status_code == 403
    assert ask(people, "owner", notebook, "PATCH", path, {"editors_share": False}).status_code == 204
    for method, where, body in (("POST", path, ROUTES["POST", path][1]), ("PATCH", path, {"link_role": "viewer"}),
                                ("PUT", path + "/{email}", {"role": "editor"}), ("DELETE", path + "/{email}", None)):
        assert ask(people, "editor", notebook, method, where, body).status_code == 403, (method, where)
    assert ask(people, "editor", notebook, "DELETE", path + "/{email}", None, "editor@example.org").status_code == 204


def test_nobody_gives_more_than_editing_nor_takes_from_the_owner(people, make):
    notebook = make()
    before = state(people, notebook)
    path = "/api/notebooks/{id}/access"
    for body in ({"people": [{"email": "heir@example.org", "role": "owner"}]}, {"people": []}, {"people": [7]},
                 {"people": [{"email": "no address", "role": "viewer"}]}, {},
                 {"people": [{"email": "heir@example.org", "role": "viewer"}, {"email": "x@example.org", "role": "king"}]}):
        assert ask(people, "editor", notebook, "POST", path, body).status_code == 400, body
    many = [{"email": f"p{i}@example.org", "role": "viewer"} for i in range(51)]
    assert ask(people, "owner", notebook, "POST", path, {"people": many}).status_code == 413
    assert ask(people, "editor", notebook, "PUT", path + "/{email}", {"role": "owner"}).status_code == 400
    assert ask(people, "editor", notebook, "PATCH", path, {"link_role": "owner"}).status_code == 400
    assert ask(people, "editor", notebook, "DELETE", path + "/{email}", None, "owner@example.org").status_code == 404
    assert ask(people, "editor", notebook, "PUT", path + "/{email}", {"role": "viewer"}, "owner@example.org").status_code == 204
    assert state(people, notebook) == before


def test_a_viewer_is_told_of_the_owner_and_themselves_alone(people, make):
    notebook = make()
    seen = ask(people, "viewer", notebook, "GET", "/api/notebooks/{id}/access", None).json()
    assert [p["email"] for p in seen["people"]] == ["viewer@example.org"] and seen["invitations"] == []
    assert seen["owner"]["email"] == "owner@example.org" and not seen["may_share"]


# --- the socket ---


def refused_with(page, number):
    """The error code that answers a command; None when it was accepted."""
    found = []

    def look():
        for message in page.messages:
            if message["type"] == "refused" and message["command"] == number:
                found.append(message["error"]["code"])
            for record in message.get("records", []):
                if record.get("command") == number and record.get("client") == page.client:
                    found.append(None)
        return bool(found)

    page.wait(look, 30)
    return found[0]


def closing(page):
    """The close code and how long it took."""
    began = time.monotonic()
    page.socket.settimeout(20)
    while True:
        opcode, data = page.socket.recv_data()
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            return int.from_bytes(data[:2], "big"), time.monotonic() - began


# In an order in which each has something to do: (op, fields).
EDITOR_OPS = [
    ("push_text", {"cell": "a", "version": 0, "first": 0, "changes": [[10, [0, "#"]]]}),
    ("insert_cell", {"cell": "n", "cell_type": "code", "after": None, "source": "1", "metadata": {}}),
    ("delete_cell", {"cell": "n"}),
    ("restore_cell", {"cell": "n", "after": None}),
    ("split_cell", {"cell": "m", "version": 0, "at": 4, "new_cell": "s"}),
    ("merge_cells", {"cells": ["m", "s"]}),
    ("move_cell", {"cell": "m", "after": None}),
    ("set_cell_type", {"cell": "n", "cell_type": "markdown"}),
    ("set_cell_metadata", {"cell": "n", "metadata": {"k": 1}}),
    ("set_notebook_metadata", {"metadata": {"k": 1}}),
    ("set_attachments", {"cell": "n", "attachments": {"x.png": {"image/png": "eA=="}}}),
    ("clear_outputs", {"cells": ["a"]}),
    ("restore_outputs", {"cells": ["a"]}),
    ("run", {"cells": ["a", "b"]}),
    ("cancel_runs", {"cells": ["b"]}),
]
COMMENTER_OPS = [
    ("start_thread", {"thread": "h", "comment": "h1", "cell": "a", "text": "Why?"}),
    ("reply", {"thread": "h", "comment": "h2", "text": "Because."}),
    ("edit_comment", {"thread": "h", "comment": "h2", "text": "So."}),
    ("resolve_thread", {"thread": "h", "resolved": True}),
    ("delete_comment", {"thread": "h", "comment": "h1"}),
]
# Of the runtime, for editors: the message, and how a refusal is told.
RUNTIME = [
    ({"type": "connect", "flavor": "", "image": ""}, "notice"),
    ({"type": "disconnect"}, "notice"),
    ({"type": "keep"}, "notice"),
    ({"type": "claim"}, "notice"),
    ({"type": "leave_queue"}, "notice"),
    ({"type": "share_runtime", "shared": True}, "notice"),
    ({"type": "use_runtime", "owner": "u_x"}, "notice"),
    ({"type": "comm", "message": {"type": "comm_open", "content": {}, "metadata": {}}}, "notice"),
    ({"type": "scratch_run", "cell": "p", "code": "1"}, "notice"),
    ({"type": "scratch_answer", "execution": "x", "value": ""}, "notice"),
    ({"type": "interrupt"}, "refused"),
    ({"type": "restart"}, "refused"),
    ({"type": "answer_input", "execution": "x", "value": ""}, "refused"),
    ({"type": "complete", "request": "q", "code": "x", "cursor": 1}, "reply"),
    ({"type": "inspect", "request": "q", "code": "x", "cursor": 1, "detail": 0}, "reply"),
]
# An ask is put to those whose runtime asks; an answer to none does nothing.
FOR_ALL = [{"type": "take_ask", "ask": "a_x"}, {"type": "answer", "ask": "a_x", "result": True},
           # Of one's own scratch cells, which only editors get.
           {"type": "scratch_cancel", "cell": "p"}, {"type": "scratch_close", "cell": "p"},
           {"type": "read_comments", "seq": 0}, {"type": "ping", "n": 1},
           {"type": "presence", "cell": "a", "selection": [], "version": 0, "editing": False}]


def test_every_message_of_a_page_is_looked_at_here():
    source = (ROOT / "src" / "wire" / "page_message.cpp").read_text()
    looked_at = {op for op, _ in EDITOR_OPS + COMMENTER_OPS} | {m["type"] for m, _ in RUNTIME}
    looked_at |= {m["type"] for m in FOR_ALL} | {"hello", "command"}
    assert set(re.findall(r'type == "(\w+)"', source)) == looked_at


@pytest.mark.parametrize("who, ops", [("viewer", COMMENTER_OPS + EDITOR_OPS), ("commenter", EDITOR_OPS)])
def test_commands_over_ones_role_are_refused_and_change_nothing(people, make, who, ops):
    notebook = make()
    before = state(people, notebook)
    page = people[who].open(notebook, client=next(clients))
    for op, fields in ops:
        assert refused_with(page, page.do(op, **fields)) == "denied", op
    assert state(people, notebook) == before
    page.close()


@pytest.mark.parametrize("who", ["viewer", "commenter"])
def test_the_runtime_is_for_editors(people, make, who):
    notebook = make()
    before = state(people, notebook)
    page = people[who].open(notebook, client=next(clients))
    for message, kind in RUNTIME:
        page.messages.clear()
        if kind == "refused":
            page.act(message["type"], **{k: v for k, v in message.items() if k != "type"})
        else:
            page.send(message)
        page.wait(lambda: any(m["type"] == kind for m in page.messages), 10)
        (told,) = [m for m in page.messages if m["type"] == kind]
        assert (told.get("error") or told)["code"] == "denied", told
    for message in FOR_ALL:
        page.messages.clear()
        page.send(message)
        page.send({"type": "ping", "n": 2})
        page.wait(lambda: any(m.get("n") == 2 for m in page.messages), 10)
        assert not [m for m in page.messages if m["type"] in ("notice", "refused")], message
    assert page.lease is None
    assert state(people, notebook) == before
    page.close()


@pytest.mark.parametrize("who", ["commenter", "editor", "owner"])
def test_commands_within_ones_role_are_accepted(people, make, who):
    notebook = make()
    page = people[who].open(notebook, client=next(clients))
    for op, fields in COMMENTER_OPS + ([] if who == "commenter" else EDITOR_OPS):
        assert refused_with(page, page.do(op, **fields)) is None, op
    page.close()
    if who != "commenter":
        people[who].end_runtime(notebook)


def test_the_socket_tells_nothing_to_those_without_a_role(people, make):
    notebook = make()
    for who in ("stranger", "administrator"):
        for address in (notebook, "n_nowhere"):
            raw = websocket.create_connection(
                f"{people[who].url.replace('http', 'ws', 1)}/api/notebooks/{address}/socket",
                subprotocols=["colibri.v1"], cookie=people[who].cookie, origin=people[who].url, timeout=20)
            raw.send(json.dumps({"type": "hello", "client": next(clients), "protocol": 1}))
            opcode, data = raw.recv_data()
            assert (opcode, data[2:]) == (websocket.ABNF.OPCODE_CLOSE, b"there is no such notebook")
            assert int.from_bytes(data[:2], "big") == 4404
    nobody = websocket.create_connection(f"{people['owner'].url.replace('http', 'ws', 1)}/api/notebooks/{notebook}/socket",
                                         subprotocols=["colibri.v1"], origin=people["owner"].url, timeout=20)
    opcode, data = nobody.recv_data()
    assert (opcode, int.from_bytes(data[:2], "big")) == (websocket.ABNF.OPCODE_CLOSE, 4401)


# --- changes under an open page ---


def at_once(act, wait):
    """`wait` ends within a second of `act`."""
    began = time.monotonic()
    act()
    wait()
    assert time.monotonic() - began < 1


def test_revoking_closes_an_open_page_within_a_second(people, make):
    notebook = make()
    page = people["editor"].open(notebook, client=next(clients))
    revoke = functools.partial(ask, people, "owner", notebook, "DELETE", "/api/notebooks/{id}/access/{email}", None,
                               "editor@example.org")
    at_once(revoke, lambda: closing(page)[0] == 4403 or pytest.fail("another code"))
    assert ask(people, "editor", notebook, "GET", "/api/notebooks/{id}/file", None).status_code == 404


def test_who_came_by_the_link_goes_when_it_is_closed(people, make):
    notebook, path = make(), "/api/notebooks/{id}/access"
    assert ask(people, "owner", notebook, "PATCH", path, {"link_role": "commenter"}).status_code == 204
    page = people["stranger"].open(notebook, client=next(clients))
    assert refused_with(page, page.do(*COMMENTER_OPS[0][:1], **COMMENTER_OPS[0][1])) is None
    assert refused_with(page, page.do(*EDITOR_OPS[0][:1], **EDITOR_OPS[0][1])) == "denied"
    listed = people["stranger"].request("GET", "/api/notebooks").json()["notebooks"]
    (entry,) = [n for n in listed if n["id"] == notebook]
    assert (entry["role"], entry["owner"]["email"], entry["path"]) == ("commenter", "owner@example.org", "")
    at_once(lambda: ask(people, "owner", notebook, "PATCH", path, {"link_role": ""}),
            lambda: closing(page)[0] == 4403 or pytest.fail("another code"))
    listed = people["stranger"].request("GET", "/api/notebooks").json()["notebooks"]
    assert notebook not in [n["id"] for n in listed]


def test_a_demoted_editor_edits_no_more_and_a_promoted_one_again(people, make):
    notebook = make()
    page = people["editor"].open(notebook, client=next(clients))

    def become(role):
        page.messages.clear()
        at_once(lambda: ask(people, "owner", notebook, "PUT", "/api/notebooks/{id}/access/{email}", {"role": role},
                            "editor@example.org"),
                lambda: page.wait(lambda: any(m.get("role") == role for m in page.messages), 5))

    become("viewer")
    assert refused_with(page, page.do("push_text", **EDITOR_OPS[0][1])) == "denied"
    become("editor")
    assert refused_with(page, page.do("push_text", **EDITOR_OPS[0][1])) is None
    page.close()


def test_a_transferred_notebook_has_another_owner_at_once(people, make):
    notebook = make()
    old = people["owner"].open(notebook, client=next(clients))
    assert ask(people, "owner", notebook, "POST", "/api/notebooks/{id}/transfer", {"email": "nobody@example.org"}).status_code == 404
    at_once(lambda: ask(people, "owner", notebook, "POST", "/api/notebooks/{id}/transfer", {"email": "editor@example.org"}),
            lambda: old.wait(lambda: any(m.get("role") == "editor" for m in old.messages), 5))
    assert refused_with(old, old.do("push_text", **EDITOR_OPS[0][1])) is None
    old.close()
    assert people["owner"].request("DELETE", f"/api/notebooks/{notebook}").status_code == 403
    assert people["editor"].request("DELETE", f"/api/notebooks/{notebook}").status_code == 204


def test_a_playground_is_of_its_maker_alone_and_changes_nothing(people, make):
    notebook = make()
    before = state(people, notebook)
    made = ask(people, "viewer", notebook, "POST", "/api/notebooks/{id}/playground", {}).json()["id"]
    page = people["viewer"].open(made, client=next(clients))
    welcome = next(m["notebook"] for m in page.messages if m["type"] == "welcome")
    assert welcome["playground"] and welcome["role"] == "owner" and welcome["author"]["email"] == "owner@example.org"
    assert refused_with(page, page.do("push_text", **EDITOR_OPS[0][1])) is None
    page.close()
    for who in ("owner", "editor", "stranger", "administrator"):
        assert people[who].request("GET", f"/api/notebooks/{made}/file").status_code == 404, who
    assert ask(people, "viewer", made, "POST", "/api/notebooks/{id}/access",
               {"people": [{"email": "heir@example.org", "role": "viewer"}]}).status_code == 409
    assert made not in [n["id"] for n in people["viewer"].request("GET", "/api/notebooks").json()["notebooks"]]
    assert state(people, notebook) == before
    copy = ask(people, "viewer", made, "POST", "/api/notebooks/{id}/copy", {}).json()["id"]
    assert people["viewer"].file(copy)["cells"][0]["source"] == ["print('a')#"]


def test_a_token_of_a_program_shares_nothing(people, make):
    notebook = make()
    made = people["owner"].request("POST", "/api/me/tokens", json={
        "name": "all", "scopes": ["notebooks:read", "notebooks:write", "notebooks:run"], "life_ms": 3_600_000})
    assert made.status_code == 201, made.text
    header = {"Authorization": f"Bearer {made.json()['token']}"}
    for (method, path), (_, body) in ROUTES.items():
        if "/access" not in path and "/transfer" not in path:
            continue
        where = path.format(id=notebook, email="viewer@example.org")
        answer = requests.request(method, people["owner"].url + where, headers=header, json=body, timeout=20)
        assert answer.status_code == (200 if method == "GET" else 403), (method, path, answer.text)
