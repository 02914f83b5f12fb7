"""Notebook files through the whole server: opened, changed, and written as Jupyter would."""

import json

import pytest

from colibri import NOTEBOOKS
from notebook_files import valid_notebooks, with_nbformat, without_ids

pytestmark = pytest.mark.skipif(not NOTEBOOKS.is_dir(), reason="the folder of real notebooks is not here")


@pytest.mark.parametrize("path", valid_notebooks(), ids=lambda path: path.name)
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
        assert without_ids(saved) == without_ids(with_nbformat(data))  # Both make random ids.
    else:
        assert saved == with_nbformat(data)
