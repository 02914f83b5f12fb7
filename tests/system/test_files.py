"""Notebook files through the whole server: opened, changed, and written as Jupyter would."""

import json
import logging

import nbformat
import pytest

from colibri import NOTEBOOKS

pytestmark = pytest.mark.skipif(not NOTEBOOKS.is_dir(), reason="the folder of real notebooks is not here")


def valid_notebooks():
    for path in sorted(NOTEBOOKS.rglob("*.ipynb")):
        if not path.name.startswith("invalid") and json.loads(path.read_bytes()).get("nbformat") == 4:
            yield path


def written_by_nbformat(data):
    logging.disable(logging.CRITICAL)  # It logs what it finds invalid, and goes on.
    return (nbformat.writes(nbformat.reads(data.decode(), as_version=4)).rstrip("\n") + "\n").encode("utf-8", "surrogatepass")


def without_ids(data):
    notebook = json.loads(data)
    for cell in notebook["cells"]:
        cell.pop("id", None)
    return notebook


@pytest.mark.parametrize("path", list(valid_notebooks()), ids=lambda path: path.name)
def test_open_and_save_change_no_byte_that_nbformat_would_not(person, path):
    data = path.read_bytes()
    answer = person.import_file(path.name, data)
    assert answer.status_code == 201, answer.text
    page = person.open(answer.json()["id"])
    # A change and its taking back: the file is written from the document, not kept as it came.
    page.do("insert_cell", cell="passing", cell_type="code", after=None, source="1", metadata={})
    page.do("delete_cell", cell="passing")
    page.wait(lambda: any(r["type"] == "cell_deleted" for m in page.messages if m["type"] == "records" for r in m["records"]))
    page.wait_saved()
    page.close()
    saved = person.request("GET", f"/api/notebooks/{page.notebook}/file").content
    minor_needs_ids = json.loads(data).get("nbformat_minor", 0) >= 5
    if minor_needs_ids and not all("id" in cell for cell in json.loads(data)["cells"]):
        assert without_ids(saved) == without_ids(written_by_nbformat(data))  # Both make random ids.
    else:
        assert saved == written_by_nbformat(data)
