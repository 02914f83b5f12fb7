"""The notebooks of examples/ run from top to bottom, and open as playgrounds."""

import json
import subprocess

import pytest

from colibri import BINARIES, IMAGES, ROOT, text_of

EXAMPLES = ROOT / "examples"
INDEX = json.loads((EXAMPLES / "index.json").read_text())["examples"]
FILES = [file for example in INDEX if not example.get("image") for file in example["files"].values()]


def code_of(file):
    cells = json.loads((EXAMPLES / file).read_text())["cells"]
    return ["".join(cell["source"]) for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.parametrize("file", FILES)
def test_an_example_runs_from_top_to_bottom(page, file):
    """In one kernel for all of them, emptied before each: a machine for each would take minutes."""
    page.run("%reset -f\n%cd -q /content")
    for source in code_of(file):
        cell = page.run(source)
        assert cell["last_run"]["status"] == "ok", (file, source, text_of(cell))


def test_the_network_says_which_image_it_needs_and_trains_there(page, tmp_path):
    first, *rest = code_of("keras.ipynb")
    cell = page.run(first)
    assert cell["last_run"]["status"] == "error" and "choose the image ml" in text_of(cell)
    assert len(rest) > 5
    if (IMAGES / "ml" / "rootfs").is_dir():  # It takes long to build: not every machine that tests has it.
        out = tmp_path / "out.ipynb"
        done = subprocess.run([BINARIES / "colibri", "run", "--images", IMAGES, "--image", "ml", EXAMPLES / "keras.ipynb",
                               "-o", out], capture_output=True, text=True, timeout=300)
        assert done.returncode == 0, done.stderr


def test_files_are_as_jupyter_writes_them_and_ids_are_their_own():
    for path in EXAMPLES.glob("*.ipynb"):
        text = path.read_text()
        notebook = json.loads(text)
        assert text == json.dumps(notebook, indent=1, sort_keys=True, ensure_ascii=False) + "\n", path.name
        ids = [cell["id"] for cell in notebook["cells"]]
        assert len(set(ids)) == len(ids), path.name
        assert all(not cell.get("outputs") for cell in notebook["cells"]), path.name
    known = {file for example in INDEX for file in example["files"].values()} | {"snippets.ipynb"}
    assert known == {path.name for path in EXAMPLES.glob("*.ipynb")}


def test_an_example_is_a_playground_of_ones_own(person):
    listed = person.request("GET", "/api/examples").json()["examples"]
    assert [example["name"] for example in listed] == [example["name"] for example in INDEX]
    before = person.request("GET", "/api/notebooks").json()["notebooks"]
    made = person.request("POST", "/api/examples/welcome/playground", json={"language": "zh-CN"})
    assert made.status_code == 201, made.text
    tab = person.open(made.json()["id"])
    welcome = next(message for message in tab.messages if message["type"] == "welcome")["notebook"]
    assert welcome["playground"] and welcome["trusted"] and welcome["origin"] == "example:welcome"
    assert welcome["title"] == "欢迎使用 Colibri"
    assert "欢迎" in tab.cells[tab.order[0]]["source"]
    tab.close()
    assert person.request("GET", "/api/notebooks").json()["notebooks"] == before
    about = person.request("GET", f"/api/notebooks/{made.json()['id']}").json()
    assert about["title"] == "欢迎使用 Colibri" and about["path"] == "" and about["created_ms"] > 0
    copied = person.request("POST", f"/api/notebooks/{made.json()['id']}/copy", json={}).json()["id"]
    assert person.file(copied)["cells"][0]["cell_type"] == "markdown"
    assert person.request("GET", f"/api/notebooks/{copied}").json()["path"].endswith(".ipynb")
    person.request("DELETE", f"/api/notebooks/{copied}")


def test_there_are_no_other_examples(person):
    for name in ("nothing", "..%2Fwelcome", "index.json"):
        answer = person.request("POST", f"/api/examples/{name}/playground", json={})
        assert answer.status_code == 404, name
        assert person.request("GET", f"/api/examples/{name}/file").status_code == 404
    assert person.request("GET", "/api/examples/plots/file").json()["nbformat"] == 4
    assert person.request("GET", "/api/snippets").json()["nbformat"] == 4
