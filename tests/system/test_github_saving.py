"""Notebooks are saved in repositories and gists: what is there then, and what somebody else changed meanwhile."""

import itertools
import json

import pytest
import requests

from colibri import Server
from github_server import TOKEN, GitHubServer, notebook

numbers = itertools.count()


@pytest.fixture(scope="module")
def github():
    server = GitHubServer()
    yield server
    kept = server.contract()
    server.stop()
    assert kept["violations"] == []


@pytest.fixture(scope="module")
def server(github, image, tmp_path_factory):
    folder = tmp_path_factory.mktemp("saving")
    server = Server(folder / "data", arguments=github.arguments(folder)).start()
    server.owner = server.sign_in()
    yield server
    assert server.stop() == 0


@pytest.fixture(scope="module")
def ada(server):
    ada = server.owner.admit("ada@example.org", "Ada")
    connect(ada)
    return ada


def connect(person, token=TOKEN):
    answer = person.request("PUT", "/api/me/github", json={"token": token})
    assert answer.status_code == 200, answer.text


def import_notebook(person, source, title="Mine"):
    answer = person.import_file(f"{title}.ipynb", notebook(source))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def save(person, id, kind="github", **draft):
    usual = {"repository": "ada/secret", "branch": "main", "message": "Saved"} if kind == "github" else {}
    return person.request("POST", f"/api/notebooks/{id}/{kind}", json=usual | draft)


def saved(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()


def refused(answer):
    return answer.status_code, answer.json()["error"]["code"], answer.json()["error"]["detail"]


def place(person, id):
    answer = person.request("GET", f"/api/notebooks/{id}/github")
    assert answer.status_code == 200, answer.text
    return answer.json()


@pytest.fixture
def path():
    """One that nobody else has."""
    return f"notes/a b {next(numbers)}.ipynb"


def files(github, repository="ada/secret", branch="main"):
    return github.contract()["repositories"][repository]["branches"][branch]


def test_a_notebook_is_committed_with_a_badge_that_leads_back(ada, github, path):
    id = import_notebook(ada, "1 + 1")
    answer = saved(save(ada, id, path=path, message="First\n\nof all"))
    assert answer["url"] == "https://github.com/ada/secret/blob/main/" + path.replace(" ", "%20")
    assert github.contract()["messages"][-1] == "First\n\nof all"
    file = json.loads(files(github)[path])
    badge, cell = file["cells"]
    assert cell["source"] == ["1 + 1"] and cell["id"] == "c0"
    assert badge["metadata"] == {"id": "view-in-github", "colab_type": "text"} and badge["cell_type"] == "markdown"
    address = f"{ada.url}/github/ada/secret/blob/main/" + path.replace(" ", "%20")
    assert badge["source"] == [f'<a href="{address}" target="_parent"><img src="{ada.url}/open-in-colibri.svg" alt="Open In Colibri"/></a>']
    assert file["metadata"]["colab"]["include_colab_link"] is True
    # The badge is there for everybody who looks at it, and our own notebook has none.
    svg = requests.get(f"{ada.url}/open-in-colibri.svg", timeout=60)
    assert svg.status_code == 200 and svg.headers["Content-Type"] == "image/svg+xml"
    assert len(ada.file(id)["cells"]) == 1
    assert place(ada, id)["file"] == {"repository": "ada/secret", "branch": "main", "path": path, "link": True,
                                      "sha": place(ada, id)["file"]["sha"]}


def test_without_the_badge_it_is_the_file_byte_for_byte_and_a_badge_of_colab_is_replaced(ada, github, path):
    id = import_notebook(ada, "1 + 1")
    saved(save(ada, id, path=path, link=False))
    assert files(github)[path] == ada.request("GET", f"/api/notebooks/{id}/file").text
    theirs = json.loads(notebook("2 + 2"))
    theirs["cells"].insert(0, {"cell_type": "markdown", "id": "b", "source": "<a href=\"https://colab.research.google.com/x\"></a>",
                               "metadata": {"id": "view-in-github", "colab_type": "text"}})
    theirs["metadata"]["colab"] = {"include_colab_link": True, "provenance": []}
    id = ada.import_file("Theirs.ipynb", json.dumps(theirs)).json()["id"]
    saved(save(ada, id, path=f"x{path}"))
    cells = json.loads(files(github)[f"x{path}"])["cells"]
    assert len(cells) == 2 and ada.url in cells[0]["source"][0]
    saved(save(ada, id, path=f"x{path}", link=False))
    without = json.loads(files(github)[f"x{path}"])
    assert len(without["cells"]) == 1 and without["metadata"]["colab"] == {"provenance": []}


def test_it_is_saved_again_in_the_same_place_and_a_change_meanwhile_is_told(ada, github, path):
    id = import_notebook(ada, "1 + 1")
    saved(save(ada, id, path=path))
    saved(save(ada, id, path=path))  # Nobody changed it.
    github.put("ada/secret", "main", path, notebook("somebody else's"))
    before = files(github)[path]
    answer = save(ada, id, path=path)
    assert refused(answer) == (409, "changed", "The file was changed at GitHub meanwhile.")
    assert files(github)[path] == before
    # What was told may be overwritten, and not what came after that.
    there = answer.json()["there"]
    github.put("ada/secret", "main", path, notebook("changed once more"))
    again = save(ada, id, path=path, over=there)
    assert refused(again)[1] == "changed" and again.json()["there"] != there
    saved(save(ada, id, path=path, over=again.json()["there"]))
    assert "1 + 1" in files(github)[path]
    saved(save(ada, id, path=path))  # And it goes on from there.
    github.put("ada/secret", "main", path, None)
    gone = save(ada, id, path=path)
    assert refused(gone) == (409, "changed", "The file was removed at GitHub meanwhile.") and gone.json()["there"] == ""
    saved(save(ada, id, path=path, over=""))
    assert path in files(github)


def test_a_file_that_is_there_is_not_replaced_unasked(ada, github, path):
    github.put("ada/secret", "main", path, notebook("theirs"))
    id = import_notebook(ada, "mine")
    answer = save(ada, id, path=path)
    assert refused(answer) == (409, "changed", "There is a file of this name at GitHub already.")
    assert "theirs" in files(github)[path]
    saved(save(ada, id, path=f"other {path}"))
    assert "mine" in files(github)[f"other {path}"]
    # The answer to a save was lost: the same bytes are no conflict.
    twin = import_notebook(ada, "mine")
    saved(save(ada, twin, path=f"other {path}"))


def test_a_notebook_from_github_goes_back_where_it_came_from(ada, github):
    github.put("lab/shared", "main", "came.ipynb", notebook("6 + 6"))
    id = ada.request("POST", "/api/github/playground", json={"path": "lab/shared/blob/main/came.ipynb"}).json()["id"]
    known = place(ada, id)
    assert (known["file"]["repository"], known["file"]["branch"], known["file"]["path"]) == ("lab/shared", "main", "came.ipynb")
    assert known["title"] == "came" and known["account"]["login"] == "ada"
    saved(save(ada, id, repository="lab/shared", path="came.ipynb", link=False))
    id = ada.request("POST", "/api/github/playground", json={"path": "lab/shared/blob/main/came.ipynb"}).json()["id"]
    github.put("lab/shared", "main", "came.ipynb", notebook("6 + 7"))
    answer = save(ada, id, repository="lab/shared", path="came.ipynb", link=False)
    assert refused(answer)[1:] == ("changed", "The file was changed at GitHub meanwhile.")


@pytest.mark.parametrize("draft, wanted", [
    ({"repository": "ada/poems"}, (403, "denied", "GitHub does not let your token do this.")),
    ({"repository": "ada/nothing"}, (404, "not_found", "GitHub has no such repository or branch, or your token may not write there.")),
    ({"branch": "none"}, (404, "not_found", "GitHub has no such repository or branch, or your token may not write there.")),
    ({"repository": "lab/shared", "branch": "release"},
     (409, "conflict", "GitHub does not take this: Repository rule violations found  Changes must be made through a pull request.")),
    ({"repository": "ada/secret", "path": "folder.ipynb"}, (409, "conflict", "There is a folder of this name at GitHub.")),
    ({"repository": "limited/x"}, (503, "unavailable", "GitHub takes no more requests with your token for now. Try again in 3 min.")),
    ({"repository": "a/b/c"}, (400, "invalid", "A repository is written like owner/name.")),
    ({"branch": "a b"}, (400, "invalid", "This is no name of a branch.")),
    ({"path": "../x.ipynb"}, (400, "invalid", "The path has the names of folders, and of a file that ends in .ipynb.")),
    ({"path": "/x.ipynb"}, (400, "invalid", "The path has the names of folders, and of a file that ends in .ipynb.")),
    ({"path": "x.py"}, (400, "invalid", "The path has the names of folders, and of a file that ends in .ipynb.")),
    ({"message": " \n"}, (400, "invalid", "A commit needs a message, of at most 10,000 bytes.")),
    ({"message": "x" * 10_001}, (400, "invalid", "A commit needs a message, of at most 10,000 bytes.")),
    ({"over": "../x"}, (400, "invalid", "over is the sha of a file")),
])
def test_what_cannot_be_saved_is_said_and_nothing_is_there(ada, github, draft, wanted):
    id = import_notebook(ada, "1 + 1")
    before = github.contract()["repositories"]
    assert refused(save(ada, id, **({"path": "new.ipynb"} | draft))) == wanted
    assert github.contract()["repositories"] == before
    assert "file" not in place(ada, id)


def gists(github):
    return github.contract()["gists"]


@pytest.mark.parametrize("public", [False, True])
def test_a_gist_is_made_with_a_badge_and_updated(ada, github, public):
    title = f"A gist {next(numbers)}"
    id = import_notebook(ada, "1 + 1", title=title)
    answer = saved(save(ada, id, "gist", public=public))
    gist = answer["gist"]
    assert answer["url"] == f"https://gist.github.com/ada/{gist['id']}"
    assert gists(github)[gist["id"]]["public"] is public
    content = json.loads(gists(github)[gist["id"]]["files"][f"{title}.ipynb"])
    assert f'href="{ada.url}/gist/ada/{gist["id"]}"' in content["cells"][0]["source"][0]
    # It opens by that address, and goes back there under its new name.
    assert ada.request("PATCH", f"/api/notebooks/{id}", json={"title": f"Renamed {title}"}).status_code == 204
    saved(save(ada, id, "gist", update=True, link=False))
    assert list(gists(github)[gist["id"]]["files"]) == [f"Renamed {title}.ipynb"]
    assert len(json.loads(gists(github)[gist["id"]]["files"][f"Renamed {title}.ipynb"])["cells"]) == 1
    opened = ada.request("POST", "/api/github/playground", json={"gist": f"ada/{gist['id']}"}).json()["id"]
    assert place(ada, opened)["gist"]["public"] is public


def test_a_gist_that_was_changed_or_removed_meanwhile_is_told(ada, github):
    title = f"Told {next(numbers)}"
    id = import_notebook(ada, "1 + 1", title=title)
    gist = saved(save(ada, id, "gist"))["gist"]["id"]
    all_gists = gists(github)
    all_gists[gist] |= {"version": "f00d", "files": {f"{title}.ipynb": notebook("theirs")}}
    github.change(gists=all_gists)
    answer = save(ada, id, "gist", update=True)
    assert refused(answer) == (409, "changed", "The gist was changed at GitHub meanwhile.") and answer.json()["there"] == "f00d"
    assert gists(github)[gist]["files"][f"{title}.ipynb"] == notebook("theirs")
    saved(save(ada, id, "gist", update=True, over="f00d"))
    assert "1 + 1" in gists(github)[gist]["files"][f"{title}.ipynb"]
    github.change(gists={name: each for name, each in gists(github).items() if name != gist})
    assert refused(save(ada, id, "gist", update=True)) == (409, "changed", "The gist is not there any more.")


def test_a_gist_that_cannot_get_its_badge_does_not_stay(ada, github):
    id = import_notebook(ada, "1 + 1")
    before = gists(github)
    github.change(breaksLinks=True)
    assert refused(save(ada, id, "gist")) == (503, "unavailable", "GitHub answers with an error (500).")
    github.change(breaksLinks=False)
    assert gists(github) == before


def test_nobody_saves_without_being_connected_nor_without_the_right(server, ada, github):
    other = server.owner.admit("other@example.org", "Other")
    id = import_notebook(other, "1 + 1")
    assert refused(save(other, id, path="x.ipynb")) == (409, "no_github", "Connect to GitHub first.")
    assert refused(save(other, id, "gist")) == (409, "no_github", "Connect to GitHub first.")
    connect(other, "ghp_no_gists")
    assert refused(save(other, id, "gist")) == (403, "denied", "Your token may not write gists: it needs the right for them at GitHub.")
    assert refused(save(other, id, "gist", update=True))[:2] == (409, "conflict")
    # Somebody else's notebook does not exist for one; that of a viewer can be copied, there as here.
    assert save(ada, id, path="x.ipynb").status_code == 404
    other.share(id, "ada@example.org", "viewer")
    saved(save(ada, id, path="from a viewer.ipynb"))
    assert "from a viewer.ipynb" in files(github)
    assert "file" not in place(other, id)  # Where she has it is hers to know.
