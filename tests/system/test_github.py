"""Notebooks of GitHub, against a server that holds us to GitHub's own OpenAPI description."""

import pytest

from colibri import Server
from github_server import GitHubServer


@pytest.fixture(scope="module")
def github():
    server = GitHubServer()
    yield server
    kept = server.contract()
    server.stop()
    assert kept["violations"] == []


@pytest.fixture(scope="module")
def ada(github, image, tmp_path_factory):
    folder = tmp_path_factory.mktemp("github")
    server = Server(folder / "data", arguments=github.arguments(folder)).start()
    yield server.sign_in()
    assert server.stop() == 0


def ask(person, path, **query):
    answer = person.request("GET", f"/api/github{path}", params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(answer):
    return answer.status_code, answer.json()["error"]["detail"]


def play(person, **place):
    return person.request("POST", "/api/github/playground", json=place)


def test_a_notebook_is_found_step_by_step(ada):
    assert ask(ada, "") == {"enabled": True, "web": "https://github.com"}
    repositories = ask(ada, "/repositories", owner="ada")["repositories"]
    assert [each["name"] for each in repositories] == ["ada/engine", "ada/poems"]
    assert repositories[0]["default_branch"] == "main"
    assert ask(ada, "/repositories/ada/engine/branches") == {"branches": ["main", "draft/g"]}
    found = ask(ada, "/repositories/ada/engine/notebooks", ref="main")
    assert [each["path"] for each in found["notebooks"]] == ["notes/first one.ipynb", "second.ipynb", "broken.ipynb"]
    assert ask(ada, "/repositories/ada/engine/notebooks", ref="draft/g")["notebooks"][0]["path"] == "third.ipynb"
    assert [each["name"] for each in ask(ada, "/repositories", search="analytical")["repositories"]] == ["ada/engine"]


@pytest.mark.parametrize("place, source, origin", [
    ({"path": "ada/engine/blob/main/notes/first one.ipynb"}, "1 + 1", "github:ada/engine/blob/main/notes/first one.ipynb"),
    ({"path": "ada/engine/blob/draft/g/third.ipynb"}, "3 + 3", "github:ada/engine/blob/draft/g/third.ipynb"),
    ({"gist": "ada/0123abcd"}, "4 + 4", "gist:0123abcd"),
    ({"path": "renamed/engine/blob/main/second.ipynb"}, "2 + 2", "github:renamed/engine/blob/main/second.ipynb"),
])
def test_it_opens_as_a_playground_that_asks_before_it_runs(ada, place, source, origin):
    made = play(ada, **place)
    assert made.status_code == 201, made.text
    page = ada.open(made.json()["id"])
    assert page.cells[page.order[0]]["source"] == source
    welcome = next(message for message in page.messages if message["type"] == "welcome")["notebook"]
    assert welcome["origin"] == origin and welcome["playground"] and not welcome["trusted"]
    page.close()


def test_what_goes_wrong_is_said_in_words(ada):
    assert refused(play(ada, path="limited/x/blob/main/x.ipynb")) == (
        503, "GitHub takes no more requests from this server for now. Try again in 3 min.")
    assert refused(play(ada, path="refused/x/blob/main/x.ipynb")) == (403, "GitHub refuses this.")
    assert refused(play(ada, path="sso/x/blob/main/x.ipynb")) == (
        403, "The organisation wants your token authorised for its single sign-on; do that at GitHub.")
    assert refused(play(ada, path="ada/engine/blob/main/none.ipynb")) == (404, "GitHub has nothing there, or it is private.")
    assert refused(play(ada, path="huge/x/blob/main/x.ipynb")) == (413, "The notebook is too large.")
    assert play(ada, path="broken/x/blob/main/x.ipynb").status_code == 400  # No notebook.
    assert play(ada, path="ada/engine/blob/main/broken.ipynb").status_code == 400
    assert refused(play(ada, gist="fffe")) == (413, "The notebook is too large.")
    assert refused(play(ada, gist="eeee")) == (404, "There is no notebook in this gist.")
    broken = ada.request("GET", "/api/github/repositories", params={"owner": "broken"})
    assert refused(broken) == (503, "What answers does not answer as GitHub does.")


def test_nothing_but_the_configured_place_is_asked(ada, github):
    asked = len(github.contract()["log"])
    for path in ("../../gists/x", "ada/engine", "ada/..%2f/blob/main/x.ipynb", "ada/engine/blob/main/../x.ipynb", "", "http://x/y"):
        assert play(ada, path=path).status_code == 400, path
    assert ada.request("GET", "/api/github/repositories/ada/..%2F..%2Fgists/branches").status_code == 400
    assert ada.request("GET", "/api/github/repositories", params={"owner": "a/b?c"}).status_code == 400
    assert len(github.contract()["log"]) == asked
    elsewhere = play(ada, path="elsewhere/x/blob/main/x.ipynb")
    assert refused(elsewhere) == (503, "What answers does not answer as GitHub does.")


def test_it_can_be_switched_off(make_server, tmp_path):
    (tmp_path / "off.yaml").write_text("github: off\n")
    person = make_server(arguments=["--config", tmp_path / "off.yaml"]).start().sign_in()
    assert ask(person, "")["enabled"] is False
    assert play(person, path="ada/engine/blob/main/second.ipynb").status_code == 404
    away = make_server("away", arguments=GitHubServer.arguments(type("Gone", (), {"url": "http://127.0.0.1:9"}), tmp_path)).start().sign_in()
    assert refused(play(away, path="ada/engine/blob/main/second.ipynb")) == (503, "GitHub cannot be reached from this server.")
