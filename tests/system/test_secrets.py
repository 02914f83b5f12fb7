"""Secrets: a person's own, locked in the store, read by programs in their runtime with their leave only."""

import os
import pathlib
import sqlite3
import stat
import zipfile

import pytest
import requests

from agent_client import SPEAK
from colibri import PASSWORD, text_of

VALUE = "s3cret-välue-0123456789"


def secrets_of(person, notebook=""):
    return {s["name"]: s["access"] for s in person.request("GET", f"/api/secrets?notebook={notebook}").json()["secrets"]}


def add(person, name, value):
    return person.request("POST", "/api/secrets", json={"name": name, "value": value})


@pytest.fixture(scope="module")
def page(person):
    page = person.open(person.create())
    page.run(SPEAK)
    yield page
    page.close()
    person.end_runtime(page.notebook)


def got(page, name, timeout_ms=20000):
    return text_of(page.run(f"print(ask('secret.get', {timeout_ms}, name={name!r}))")).strip()


def test_a_program_gets_what_the_notebook_may_have_and_asks_for_the_rest(person, page):
    assert add(person, "TOKEN", VALUE).status_code == 201
    assert got(page, "NONE") == "{'code': 'no_such_secret', 'message': 'Secret NONE does not exist.'}"
    assert "'invalid'" in got(page, "a b") and "'invalid'" in got(page, "")
    # Nobody is there to allow it.
    assert "'no_page'" in got(page, "TOKEN") and "'timeout'" in got(page, "TOKEN", 1000)
    assert text_of(page.run("print(ask('secret.list'))")) == "{'names': []}\n"
    tab = person.open(page.notebook, client="t_tab", asks=True)
    cell = page.add_code("print(ask('secret.get', name='TOKEN'))")

    def answer(result):
        page.do("run", cells=[cell])
        asked = tab.wait_for("ask")
        assert (asked["name"], asked["params"]) == ("secrets.grant", {"name": "TOKEN"})
        tab.send({"type": "answer", "ask": asked["ask"], "result": result})
        page.wait_for("records")
        page.wait(lambda: page.cells[cell].get("last_run") and "run" not in page.cells[cell])
        return text_of(page.cells[cell])
    assert "'no_access'" in answer({"granted": False})
    # The question does not come again at once: the person can stop the program.
    assert "'no_access'" in got(page, "TOKEN")
    page.run("time.sleep(10)")
    assert answer({"granted": True}) == f"{{'value': {VALUE!r}}}\n"
    tab.close()
    assert secrets_of(person, page.notebook) == {"TOKEN": True}
    assert got(page, "TOKEN") == f"{{'value': {VALUE!r}}}"
    assert text_of(page.run("print(ask('secret.list'))")) == "{'names': ['TOKEN']}\n"
    # As notebooks written for Colab ask.
    assert text_of(page.run("from google.colab import userdata\nprint(userdata.get('TOKEN'))")) == VALUE + "\n"
    refused = page.run("""for name in ['NONE', '', 'a b']:
    try: userdata.get(name)
    except (userdata.SecretNotFoundError, ValueError) as error: print(type(error).__name__, error)""")
    assert text_of(refused).splitlines() == ["SecretNotFoundError Secret NONE does not exist.",
                                             "ValueError The secret's name is empty.",
                                             "ValueError The secret's name has a space in it."]
    person.request("PUT", "/api/secrets/TOKEN/access", json={"notebook": page.notebook, "access": False})
    assert "'timeout'" in got(page, "TOKEN", 1000)


def test_a_grant_cannot_be_forged_from_inside(person, page):
    add(person, "FORGED", VALUE)
    tab = person.open(page.notebook, client="t_forge", asks=True)
    text = text_of(page.run("print([ask(m, name='FORGED')['code'] for m in "
                            "('page.secrets.grant', 'secrets.grant', 'secret.grant', 'page.Secrets')])"))
    assert text == "['invalid', 'unknown_method', 'unknown_method', 'invalid']\n"
    assert not any(m["type"] == "ask" for m in tab.messages)
    tab.close()
    assert not secrets_of(person, page.notebook)["FORGED"]


def test_they_are_their_persons_alone(person, page):
    add(person, "MINE", VALUE)
    bob = person.admit("bob@example.org", "Bob")
    assert secrets_of(bob) == {}
    assert bob.request("GET", "/api/secrets/MINE").status_code == 404
    assert bob.request("PATCH", "/api/secrets/MINE", json={"value": "x"}).status_code == 404
    assert bob.request("PUT", "/api/secrets/MINE/access", json={"notebook": page.notebook, "access": True}).status_code == 404
    bob.request("DELETE", "/api/secrets/MINE")
    assert person.request("GET", "/api/secrets/MINE").json() == {"value": VALUE}
    # Bob's runtime of the same notebook has Bob's secrets, not those of whoever wrote it.
    person.request("PUT", "/api/secrets/MINE/access", json={"notebook": page.notebook, "access": True})
    person.share(page.notebook, bob.email, "editor")
    bobs = bob.open(page.notebook, client="t_bob")
    bobs.run(SPEAK)
    assert "'no_such_secret'" in got(bobs, "MINE")
    bobs.send({"type": "disconnect"})
    bobs.wait_lease_ended()
    bobs.close()
    assert requests.get(f"{person.url}/api/secrets", timeout=10).status_code == 401
    token = person.request("POST", "/api/me/tokens", json={"name": "t", "scopes": ["notebooks:read", "notebooks:write", "notebooks:run"],
                                                           "life_ms": 3600000, "password": PASSWORD}).json()
    headers = {"Authorization": f"Bearer {token['token']}"}
    assert requests.get(f"{person.url}/api/secrets/MINE", headers=headers, timeout=10).status_code == 403


def test_names_and_values_have_limits_and_can_be_changed(person):
    assert add(person, "A B", "x").status_code == 400
    assert add(person, "LARGE", "x" * 65537).status_code == 413
    assert add(person, "LARGE", "\n" * 65536).status_code == 201
    assert add(person, "LARGE", "x").status_code == 409
    assert person.request("PATCH", "/api/secrets/LARGE", json={"name": "RENAMED", "value": "new"}).status_code == 204
    assert person.request("GET", "/api/secrets/RENAMED").json() == {"value": "new"}
    assert person.request("DELETE", "/api/secrets/RENAMED").status_code == 204
    assert person.request("GET", "/api/secrets/RENAMED").status_code == 404


def test_a_value_stands_in_no_file_log_revision_or_export(person, shared_server, page):
    add(person, "HIDDEN", VALUE)
    page.wait_saved()
    exported = person.request("GET", "/api/me/export").content
    path = shared_server.data / "export.zip"
    path.write_bytes(exported)
    with zipfile.ZipFile(path) as archive:
        # What a cell printed is the notebook's; a secret that no cell printed is nowhere.
        assert not [n for n in archive.namelist() if "secret" in n.lower()]
    path.unlink()
    add(person, "UNSEEN", "u" + VALUE[::-1])
    for file in [*shared_server.data.rglob("*"), shared_server.log]:
        if file.is_file() and not file.name.endswith(".img"):
            assert ("u" + VALUE[::-1]).encode() not in file.read_bytes(), file
    key = shared_server.data / "secrets.key"
    assert stat.S_IMODE(os.stat(key).st_mode) == 0o600
    with sqlite3.connect(f"file:{shared_server.data}/colibri.db?mode=ro", uri=True) as database:
        assert key.read_text().strip() not in str(list(database.execute("SELECT * FROM secrets")))


def test_without_the_key_a_secret_is_lost_in_words(make_server, tmp_path):
    server = make_server().start()
    person = server.sign_in()
    add(person, "A", VALUE)
    server.stop()
    pathlib.Path(server.data, "secrets.key").unlink()
    server.start()
    person = server.sign_in()
    assert secrets_of(person) == {"A": False}
    answer = person.request("GET", "/api/secrets/A")
    assert answer.status_code == 500 and "another key" in answer.json()["error"]["detail"]
    assert person.request("PATCH", "/api/secrets/A", json={"value": "again"}).status_code == 204
    assert person.request("GET", "/api/secrets/A").json() == {"value": "again"}
