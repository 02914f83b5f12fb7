"""A person's own GitHub: connected by a token or the OAuth app, what is private, and that nobody gets to see the token."""

import sqlite3
import urllib.parse

import pytest
import requests

from colibri import Server
from github_server import FINE_TOKEN, TOKEN, GitHubServer


@pytest.fixture(scope="module")
def github():
    server = GitHubServer()
    yield server
    kept = server.contract()
    server.stop()
    assert kept["violations"] == []


@pytest.fixture(scope="module")
def server(github, image, tmp_path_factory):
    folder = tmp_path_factory.mktemp("account")
    server = Server(folder / "data", arguments=[*github.arguments(folder, app=True), "--verbose"]).start()
    server.owner = server.sign_in()
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def people(server):
    return (f"person{n}@example.org" for n in range(100))


@pytest.fixture
def ada(server, people):
    """Somebody new, who is called ada at GitHub."""
    return server.owner.admit(next(people), "Ada")


def connect(person, token=TOKEN):
    return person.request("PUT", "/api/me/github", json={"token": token})


def account(person):
    answer = person.request("GET", "/api/me/github")
    assert answer.status_code == 200, answer.text
    return answer.json()["account"]


def refused(answer):
    return answer.status_code, answer.json()["error"]["detail"]


def names(person, **query):
    answer = person.request("GET", "/api/github/repositories", params=query)
    assert answer.status_code == 200, answer.text
    return {each["name"]: (each["private"], each["may_write"]) for each in answer.json()["repositories"]}


def play(person, **place):
    return person.request("POST", "/api/github/playground", json=place)


def test_a_token_is_taken_shown_as_whose_it_is_and_removed(ada):
    assert account(ada) is None
    answer = connect(ada)
    assert answer.status_code == 200 and TOKEN not in answer.text
    assert (account(ada)["kind"], account(ada)["login"], account(ada)["scopes"]) == ("token", "ada", "gist, repo")
    assert connect(ada, FINE_TOKEN).json()["account"]["scopes"] == ""  # It tells none.
    assert ada.request("DELETE", "/api/me/github").status_code == 204
    assert account(ada) is None


def test_a_token_that_is_none_is_refused_and_the_one_before_stays(ada):
    assert connect(ada).status_code == 200
    assert refused(connect(ada, "ghp_unknown")) == (403, "GitHub does not accept this token.")
    for token in ("", "two words", "line\nfeed", "x" * 1001, "ä"):
        assert refused(connect(ada, token)) == (400, "This is no token of GitHub."), token
    assert ada.request("PUT", "/api/me/github", json={"token": 7}).status_code == 400
    assert account(ada)["login"] == "ada"
    assert refused(connect(ada, "ghp_tired")) == (503, "GitHub takes no more requests with your token for now. Try again in 3 min.")


def test_private_repositories_are_for_their_own(ada, server, people):
    assert refused(ada.request("GET", "/api/github/repositories", params={"private": "1"})) == (403, "Connect to GitHub first.")
    assert refused(play(ada, path="ada/secret/blob/main/hidden.ipynb")) == (404, "GitHub has nothing there, or it is private.")
    connect(ada)
    assert names(ada, private="1") == {"ada/engine": (False, True), "ada/secret": (True, True), "lab/shared": (True, True)}
    assert list(names(ada, owner="ada", private="1")) == ["ada/engine", "ada/secret", "ada/poems"]
    assert list(names(ada, owner="ada")) == ["ada/engine", "ada/poems"]
    assert list(names(ada, search="engine", private="1")) == ["ada/engine", "ada/secret"]
    assert list(names(ada, search="engine")) == ["ada/engine"]
    path = "/api/github/repositories/ada/secret"
    assert ada.request("GET", f"{path}/branches").json()["branches"] == ["main", "draft"]
    assert [each["path"] for each in ada.request("GET", f"{path}/notebooks?ref=main").json()["notebooks"]] == ["hidden.ipynb"]
    made = play(ada, path="ada/secret/blob/main/hidden.ipynb")
    assert made.status_code == 201, made.text
    page = ada.open(made.json()["id"])
    assert page.cells[page.order[0]]["source"] == "5 + 5"
    page.close()
    # Neither somebody else nor an API token asks in their name.
    other = server.owner.admit(next(people), "Other")
    assert play(other, path="ada/secret/blob/main/hidden.ipynb").status_code == 404
    token = ada.request("POST", "/api/me/tokens", json={"name": "t", "scopes": ["notebooks:read"], "life_ms": 60_000}).json()["token"]
    bearer = {"Authorization": f"Bearer {token}"}
    hidden = requests.get(f"{ada.url}/api/github/file", params={"path": "ada/secret/blob/main/hidden.ipynb"}, headers=bearer, timeout=60)
    assert hidden.status_code == 404
    assert requests.get(f"{ada.url}/api/me/github", headers=bearer, timeout=60).status_code == 403


def test_a_token_that_was_revoked_is_told_and_nothing_is_read_without_it(ada, github):
    connect(ada, FINE_TOKEN)
    tokens = github.contract()["tokens"]
    github.change(tokens={name: who for name, who in tokens.items() if name != FINE_TOKEN})
    words = (403, "GitHub does not accept your token any more. Connect to GitHub again in your settings.")
    assert refused(play(ada, path="ada/engine/blob/main/second.ipynb")) == words
    assert refused(ada.request("GET", "/api/github/repositories", params={"owner": "ada"})) == words
    ada.request("DELETE", "/api/me/github")
    assert play(ada, path="ada/engine/blob/main/second.ipynb").status_code == 201
    github.change(tokens=tokens)


def begin(person, to="/notebooks/n_1?x=2"):
    """The address at GitHub, and what the browser must bring back."""
    answer = person.request("POST", "/api/me/github/sign-in", json={"to": to})
    assert answer.status_code == 200, answer.text
    return answer.json()["url"], answer.headers["Set-Cookie"].split(";")[0]


def come_back(person, address, cookie):
    assert address.startswith(f"{person.url}/api/github/callback?")
    answer = requests.get(address, headers={"Cookie": f"{person.cookie}; {cookie}"}, allow_redirects=False, timeout=60)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"]


def agree(url):
    answer = requests.get(url, allow_redirects=False, timeout=60)
    assert answer.status_code == 302, answer.text
    return answer.headers["Location"]


def test_the_oauth_app_connects_without_a_token_of_ones_own(ada, github):
    url, cookie = begin(ada)
    query = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
    assert query["scope"] == "repo gist" and query["code_challenge_method"] == "S256" and len(query["state"]) == 43
    assert query["redirect_uri"] == f"{ada.url}/api/github/callback"
    back = agree(url)
    assert come_back(ada, back, cookie) == "/notebooks/n_1?x=2#connected=github"
    assert (account(ada)["kind"], account(ada)["login"], account(ada)["scopes"]) == ("oauth", "ada", "gist, repo")
    # Once.
    assert come_back(ada, back, cookie) == "/#sign-in-problem=expired"


def test_the_way_back_is_for_the_browser_and_the_person_who_began(ada, server, people):
    other = server.owner.admit(next(people), "Other")
    url, cookie = begin(ada)
    assert come_back(ada, agree(url), "colibri-github=another") == "/#sign-in-problem=expired"
    url, cookie = begin(ada)
    assert come_back(other, agree(url), cookie) == "/notebooks/n_1?x=2#sign-in-problem=expired"
    url, cookie = begin(ada)
    state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))["state"]
    callback = f"{ada.url}/api/github/callback?"
    assert come_back(ada, f"{callback}error=access_denied&state={state}", cookie) == "/notebooks/n_1?x=2#sign-in-problem=cancelled"
    url, cookie = begin(ada, to="https://evil.example/")
    state = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))["state"]
    assert come_back(ada, f"{callback}code=made-up&state={state}", cookie) == "/#sign-in-problem=provider"
    assert come_back(ada, f"{callback}code=x&state=made-up", cookie) == "/#sign-in-problem=expired"
    assert account(ada) is None and account(other) is None


def test_the_token_is_nowhere_to_be_read(ada, server, github):
    connect(ada)
    play(ada, path="ada/secret/blob/main/hidden.ipynb")
    play(ada, path="limited/x/blob/main/x.ipynb")
    connect(ada, "ghp_unknown")
    export = ada.request("GET", "/api/me/export")
    assert export.status_code == 200 and TOKEN.encode() not in export.content
    assert TOKEN not in server.log.read_text() and "ghp_unknown" not in server.log.read_text()
    assert not any(TOKEN in line for line in github.contract()["log"])
    assert TOKEN not in ada.request("GET", "/api/me").text + ada.request("GET", "/api/me/github").text
    with sqlite3.connect(f"file:{server.data}/colibri.db?mode=ro", uri=True) as database:
        assert TOKEN not in "\n".join(database.iterdump())
    for path in server.data.glob("colibri.db*"):
        assert TOKEN.encode() not in path.read_bytes()
    assert TOKEN.encode() not in open(f"/proc/{server.process.pid}/cmdline", "rb").read()


def test_it_goes_with_the_account_and_stays_readable_where_github_is_off(make_server, tmp_path, github):
    server = make_server("going", arguments=github.arguments(tmp_path)).start()
    person = server.sign_in()
    connect(person)
    assert person.request("POST", "/api/me/github/sign-in", json={}).status_code == 404  # There is no app.
    server.stop()
    (tmp_path / "off.yaml").write_text("github: off\n")
    server.arguments = [*server.arguments[:-2], "--config", tmp_path / "off.yaml"]
    server.start()
    person = server.sign_in()
    off = person.request("GET", "/api/me/github").json()
    assert off["enabled"] is False and off["account"]["login"] == "ada"
    assert connect(person).status_code == 405
    assert person.request("DELETE", "/api/me/github").status_code == 204
    server.stop()
    with sqlite3.connect(server.data / "colibri.db") as database:
        assert database.execute("SELECT count(*) FROM github_accounts").fetchone() == (0,)
