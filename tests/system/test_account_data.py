"""All of one's data: taken along as a ZIP file, and deleted with the account, whatever happens meanwhile."""

import io
import json
import re
import sqlite3
import subprocess
import time
import zipfile

import pytest

from colibri import BINARIES, Person, supervisors, text_of
from oidc_provider import Browser

PASSWORD = "a good long sentence"
ADDRESS = "ada@example.org"


def command(server, *arguments):
    return subprocess.run([BINARIES / "colibri", *arguments, "--data", server.data], capture_output=True, text=True,
                          timeout=90, check=False)


def add_person(server, email=ADDRESS):
    """Somebody with a password who is signed in."""
    link = command(server, "user", "add", email, "--name", "Ada Lovelace").stdout
    person = Person(server.url, re.search(r"#signin=(\S+)", link).group(1))
    assert person.request("PATCH", "/api/me", json={"password": {"new": PASSWORD}}).ok
    person.id = person.request("GET", "/api/me").json()["user"]["id"]
    return person


def share(person, notebook, email, role):
    assert person.request("POST", f"/api/notebooks/{notebook}/access",
                          json={"people": [{"email": email, "role": role}], "notify": False}).ok


def wait_until(condition, timeout=30):
    deadline = time.monotonic() + timeout
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.05)


@pytest.fixture
def site(make_server):
    server = make_server().start()
    server.owner = server.sign_in()
    return server


def comment(page, cell, text):
    number = page.do("start_thread", thread=f"th{page.command}", comment=f"co{page.command}", cell=cell, text=text)
    page.wait(lambda: any(record.get("command") == number and record["type"] == "comment_added"
                          for m in page.messages if m["type"] == "records" for record in m["records"]), 10)


def hers_and_his(site):
    """Ada with notebooks of her own, one shared with the owner, and a comment in one of the owner's."""
    ada = add_person(site)
    ada.mine, ada.private, site.his = ada.create(), ada.create(), site.owner.create()
    page = ada.open(ada.mine)
    page.add_code("print('hers')", "hers")
    page.close()
    share(ada, ada.mine, "owner@localhost", "editor")
    share(site.owner, site.his, ADDRESS, "editor")
    page = ada.open(site.his)
    page.add_code("1", "by_ada")
    comment(page, "by_ada", "A remark of mine")
    page.close()
    return ada


def test_an_export_has_everything_and_no_secret(site):
    ada = hers_and_his(site)
    drive = site.data / "drive" / ada.id / "My Drive"
    (drive / "数据.csv").write_text("1,2\n")
    token = ada.request("POST", "/api/me/tokens", json={"name": "a script", "scopes": ["notebooks:read"],
                                                        "life_ms": 3_600_000}).json()["token"]
    assert ada.request("PUT", f"/api/notebooks/{site.his}/star", json={"starred": True}).ok
    playground = ada.request("POST", f"/api/notebooks/{site.his}/playground", json={}).json()["id"]
    page = ada.open(ada.private)
    page.do("set_notebook_metadata", metadata={"colab": {"private_outputs": True}})
    page.add_code("x = 'not saved yet'", "unsaved")
    for notebook in (ada.mine, site.his):
        answer = ada.request("POST", f"/api/notebooks/{notebook}/revisions", json={"name": "as it was"})
        assert answer.status_code == 201, answer.text

    answer = ada.request("GET", "/api/me/export")
    page.close()
    assert answer.status_code == 200, answer.text
    assert re.fullmatch(r'attachment; filename="colibri-\d{4}-\d\d-\d\d\.zip"', answer.headers["Content-Disposition"])
    archive = zipfile.ZipFile(io.BytesIO(answer.content))
    assert archive.testzip() is None
    names = archive.namelist()
    assert len(names) == len(set(names))
    assert archive.read("Drive/My Drive/数据.csv") == b"1,2\n"
    titles = {entry["id"]: entry["title"] for entry in ada.request("GET", "/api/notebooks").json()["notebooks"]}
    private = json.loads(archive.read(f"Drive/My Drive/Colab Notebooks/{titles[ada.private]}.ipynb"))
    assert any("not saved yet" in "".join(cell["source"]) for cell in private["cells"])
    [scratch] = [name for name in names if name.startswith(f"Playgrounds/{playground}/")]
    assert "by_ada" in archive.read(scratch).decode()
    # What her own notebooks were, and those alone.
    revisions = [name for name in names if name.startswith("Revisions/")]
    assert {name.split("/")[-2] for name in revisions} <= {titles[ada.mine], titles[ada.private]}
    was = [archive.read(name).decode() for name in revisions if f"/{titles[ada.mine]}/" in name]
    assert any("print('hers')" in text for text in was)
    about = json.loads(archive.read("account.json"))
    assert about["account"]["email"] == ADDRESS and about["account"]["name"] == "Ada Lovelace"
    assert [session["method"] for session in about["sessions"]] == ["link"]
    assert [entry["name"] for entry in about["api_tokens"]] == ["a script"]
    assert about["shared_by_me"] == [{"path": f"My Drive/Colab Notebooks/{titles[ada.mine]}.ipynb",
                                      "email": "owner@localhost", "role": "editor"}]
    assert [(each["owner"], each["role"]) for each in about["shared_with_me"]] == [("owner@localhost", "editor")]
    assert [each["notebook"] for each in about["starred"]] == [site.his]
    assert [(each["notebook"], each["text"]) for each in about["comments"]] == [(site.his, "A remark of mine")]
    assert about["executed_code"] == []
    everything = b"".join(archive.read(name) for name in names)
    for secret in (token, ada.csrf, ada.cookie.split("=", 1)[1], "argon2", "token_hash"):
        assert secret.encode() not in everything


def test_an_export_is_for_the_person_alone_and_not_too_often(site):
    ada = add_person(site)
    token = ada.request("POST", "/api/me/tokens", json={"name": "t", "scopes": ["notebooks:read"],
                                                        "life_ms": 3_600_000}).json()["token"]
    browser = Browser(site.url)
    assert browser.get("/api/me/export").status_code == 401
    assert browser.get("/api/me/export", headers={"Authorization": f"Bearer {token}"}).status_code == 403
    assert ada.request("GET", "/api/me/export", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    answers = [ada.request("GET", "/api/me/export", headers={"Sec-Fetch-Site": "same-origin"}) for _ in range(7)]
    assert [answer.status_code for answer in answers] == [200] * 6 + [429]


def records_of(site, query):
    """What the database says."""
    with sqlite3.connect(f"file:{site.data}/colibri.db?mode=ro", uri=True) as database:
        return database.execute(query).fetchall()


def is_gone(site, ada):
    return not (site.data / "drive" / ada.id).exists() and not records_of(site, "SELECT 1 FROM account_deletions")


def test_an_account_is_deleted_with_all_that_belongs_to_it(site):
    ada = hers_and_his(site)
    token = ada.request("POST", "/api/me/tokens", json={"name": "t", "scopes": ["notebooks:read"],
                                                        "life_ms": 3_600_000}).json()["token"]
    look = ada.request("GET", "/api/me/deletion").json()
    assert look == {"notebooks": 2, "shared": 1, "last_administrator": False}
    page, guest, host = ada.open(ada.mine), site.owner.open(ada.mine, client="t_guest"), site.owner.open(site.his)
    for body, code in (({}, "confirm"), ({"password": "a wrong sentence"}, "wrong_password")):
        refused = ada.request("POST", "/api/me/deletion", json=body)
        assert (refused.status_code, refused.json()["error"]["code"]) == (403, code)
    assert ada.request("POST", "/api/me/deletion", json={"password": PASSWORD}).status_code == 202
    for socket, code in ((page, 4401), (guest, 4404)):
        assert closing(socket) == code
    wait_until(lambda: is_gone(site, ada))
    assert ada.request("GET", "/api/me").status_code == 401
    bearer = Browser(site.url).get("/api/notebooks", headers={"Authorization": f"Bearer {token}"})
    assert bearer.status_code == 401
    refused = Browser(site.url).post("/api/sign-in", {"email": ADDRESS, "password": PASSWORD})
    assert refused.json()["error"]["code"] == "wrong_password"

    # What she did in somebody else's notebook is there, by nobody.
    assert closing(host) == 1011
    page = site.owner.open(site.his, client="t_later")
    assert "by_ada" in page.cells
    [snapshot] = [m["snapshot"] for m in page.messages if m["type"] == "snapshot"]
    [thread] = snapshot["threads"]
    assert [(c["name"], c["text"]) for c in thread["comments"]] == [("Deleted user", "A remark of mine")]
    page.add_code("2", "goes_on")
    page.wait_saved()
    page.close()
    assert [entry["id"] for entry in site.owner.request("GET", "/api/notebooks").json()["notebooks"]] == [site.his]
    site.stop()
    with sqlite3.connect(site.data / "colibri.db") as database:
        everything = "\n".join(database.iterdump())
    assert "Ada Lovelace" not in everything and ADDRESS not in everything
    assert "hers" not in everything and "A remark of mine" in everything


def closing(page):
    """The code that the socket is closed with."""
    page.socket.settimeout(15)
    while True:
        opcode, data = page.socket.recv_data(control_frame=True)
        if opcode == 8:
            return int.from_bytes(data[:2], "big")


def test_runtimes_of_the_person_end_and_those_of_others_go_on(site):
    ada = hers_and_his(site)
    hers, his = ada.open(ada.mine, client="t_hers"), site.owner.open(site.his, client="t_his")
    assert text_of(hers.run("print('alive')")) == "alive\n"
    his.do("run", cells=[his.add_code("import time\nfor i in range(60): print(i); time.sleep(0.1)", "long")])
    his.wait(lambda: len(text_of(his.cells["long"])) > 20)
    assert len(supervisors(site)) == 2
    assert ada.request("POST", "/api/me/deletion", json={"password": PASSWORD}).status_code == 202
    assert closing(his) == 1011
    his = site.owner.open(site.his, client="t_again")
    his.wait(lambda: his.cells["long"].get("last_run"))
    assert text_of(his.cells["long"]) == "".join(f"{i}\n" for i in range(60))
    assert text_of(his.run("print(i)")) == "59\n"
    wait_until(lambda: is_gone(site, ada))
    assert len(supervisors(site)) == 1


def test_the_last_administrator_stays(site):
    assert site.owner.request("GET", "/api/me/deletion").json()["last_administrator"]
    refused = site.owner.request("POST", "/api/me/deletion", json={})
    assert (refused.status_code, refused.json()["error"]["code"]) == (409, "conflict")
    assert command(site, "user", "delete", "owner@localhost", "--yes").returncode == 1
    assert site.owner.request("GET", "/api/me").ok


@pytest.mark.parametrize("pause_ms", [0, 5, 20, 60, 150])
def test_a_killed_server_finishes_a_deletion_at_its_next_start(make_server, pause_ms):
    server = make_server(on_stop="keep").start()
    server.owner = server.sign_in()
    ada = hers_and_his(server)
    assert ada.request("POST", "/api/me/deletion", json={"password": PASSWORD}).status_code == 202
    time.sleep(pause_ms / 1000)
    server.kill()
    server.start()
    wait_until(lambda: is_gone(server, ada))
    assert ADDRESS not in command(server, "user", "list").stdout
    owner = server.sign_in()
    page = owner.open(server.his)
    assert "by_ada" in page.cells
    page.close()


def test_administrators_delete_accounts(site):
    ada = hers_and_his(site)
    assert site.owner.request("DELETE", f"/api/people/{ada.id}").status_code == 202
    wait_until(lambda: is_gone(site, ada))
    bob = add_person(site, "bob@example.org")
    assert bob.request("DELETE", "/api/people/u_nobody").status_code == 403
    assert site.owner.request("DELETE", "/api/people/u_nobody").status_code == 404
    asked = command(site, "user", "delete", "bob@example.org")
    assert asked.returncode == 1 and "--yes" in asked.stderr and bob.request("GET", "/api/me").ok
    done = command(site, "user", "delete", "bob@example.org", "--yes")
    assert (done.returncode, done.stdout) == (0, "bob@example.org is deleted.\n"), done.stderr
    assert is_gone(site, bob) and bob.request("GET", "/api/me").status_code == 401
    carol = add_person(site, "carol@example.org")
    site.stop()
    later = command(site, "user", "delete", "carol@example.org", "--yes")
    assert "The files go when the server starts" in later.stdout
    site.start()
    wait_until(lambda: is_gone(site, carol))
