"""Real notebook files, and what the nbformat package makes of them."""

import json
import logging

import nbformat

from colibri import NOTEBOOKS


def valid_notebooks():
    """Those of nbformat 4, where a folder of real ones is there."""
    names = [p for p in sorted(NOTEBOOKS.rglob("*.ipynb")) if not p.name.startswith("invalid")]
    return [p for p in names if json.loads(p.read_bytes()).get("nbformat") == 4]


def with_nbformat(data: bytes) -> bytes:
    """The file as the package would write it."""
    logging.disable(logging.CRITICAL)  # It logs what it finds invalid, and goes on.
    notebook = nbformat.reads(data.decode(), as_version=4)
    text = nbformat.writes(notebook)
    return (text if text.endswith("\n") else text + "\n").encode("utf-8", "surrogatepass")


def without_ids(data: bytes) -> object:
    notebook = json.loads(data)
    for cell in notebook["cells"]:
        cell.pop("id", None)
    return notebook
