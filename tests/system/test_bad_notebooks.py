"""Notebook files that mean harm, or are none: each opens as safe data or is refused in words, and opening runs nothing."""

import json

import pytest

from colibri import text_of


def code(source="1", **more):
    return {"cell_type": "code", "metadata": {}, "execution_count": None, "outputs": [], "source": source, **more}


def notebook(*cells, **more):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": list(cells), **more}).encode()


def nested(depth):
    return b'{"nbformat":4,"nbformat_minor":5,"cells":[],"metadata":{"deep":' + b"[" * depth + b"]" * depth + b"}}"


# What opens, and the sources that then stand there.
OPENS = {
    "trusted_and_argv": (notebook(code("x"), metadata={"trusted": True, "kernelspec": {
        "name": "../../bin/sh", "display_name": "<img src=x onerror=alert(1)>", "language": "<b>", "argv": ["touch", "/tmp/ran"], "env": {"LD_PRELOAD": "/x"}}}), ["x"]),
    "twice_the_same_id": (notebook(code("a", id="same"), code("b", id="same")), ["a", "b"]),
    "an_id_that_is_a_path": (notebook(code("a", id="../../x")), ["a"]),
    "an_id_of_a_megabyte": (notebook(code("a", id="x" * 1_000_000)), ["a"]),
    "ids_of_prototypes": (notebook(code("a", id="__proto__"), code("b", id="constructor")), ["a", "b"]),
    "keys_of_prototypes": (b'{"nbformat":4,"nbformat_minor":5,"__proto__":{"polluted":1},"metadata":{"__proto__":{"polluted":1},"constructor":{"prototype":1}},'
                           b'"cells":[{"cell_type":"markdown","id":"a","metadata":{"__proto__":{"x":1}},"source":"a"}]}', ["a"]),
    "no_numbers": (b'{"nbformat":4,"nbformat_minor":5,"metadata":{"x":NaN,"y":[-Infinity]},"cells":[{"cell_type":"raw","id":"a","metadata":{"z":NaN},"source":"a"}]}', ["a"]),
    "a_byte_order_mark": (b"\xef\xbb\xbf" + notebook(code("a")), ["a"]),
    "a_lone_surrogate": (b'{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[{"cell_type":"raw","id":"a","metadata":{},"source":"a\\ud800b"}]}', None),
    "nbformat_3": (json.dumps({"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": "old"}, "worksheets": [{"cells": [
        {"cell_type": "code", "input": "a", "outputs": [], "language": "python", "collapsed": False, "metadata": {}}], "metadata": {}}]}).encode(), None),
    "an_attachment_with_a_path": (notebook({"cell_type": "markdown", "id": "a", "metadata": {}, "source": "![](attachment:../../x.svg) ![](../../../../etc/passwd)",
                                            "attachments": {"../../x.svg": {"image/svg+xml": "<svg onload='alert(1)'/>"}}}), None),
    "an_ai_and_a_command": (notebook(code("# /// script\n# dependencies = ['evil']\n# [tool.marimo.ai]\n# base_url = 'https://evil.example'\n# ///"), metadata={
        "colibri": {"env": {"PATH": "/evil"}, "command": "touch /tmp/ran"}, "mcp": {"servers": {"x": {"command": "touch", "args": ["/tmp/ran"]}}}}), None),
}
# What does not; the reason is told in words.
REFUSED = {
    "nbformat_5": notebook(code("a"), nbformat=5, nbformat_minor=0), "nbformat_99": notebook(code("a"), nbformat=99),
    "no_utf8": b'{"nbformat":4,"nbformat_minor":5,"metadata":{"x":"\xff\xfe\xc0"},"cells":[]}',
    "too_deep": nested(10_000), "far_too_deep": nested(1_000_000), "half": notebook(code("a"))[:-9], "nothing": b"", "a_list": b"[]",
    "cells_of_no_list": b'{"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":{"a":1}}',
}


@pytest.mark.parametrize("name", OPENS)
def test_it_opens_as_data(person, name):
    data, sources = OPENS[name]
    answer = person.import_file(f"{name}.ipynb", data)
    assert answer.status_code == 201, answer.text
    page = person.open(answer.json()["id"])
    cells = [page.cells[cell] for cell in page.order]
    assert len(set(page.order)) == len(cells) and all(len(cell) <= 64 for cell in page.order)
    if sources is not None:
        assert [cell["source"] for cell in cells] == sources
    assert page.lease is None and all(not cell.get("run") for cell in cells), "opening it ran something"
    json.dumps(page.messages, allow_nan=False)  # What is sent is JSON to a browser too.
    page.close()
    json.dumps(person.file(answer.json()["id"]))


@pytest.mark.parametrize("name", REFUSED)
def test_it_is_refused_in_words(person, name):
    before = len(person.request("GET", "/api/notebooks").json()["notebooks"])
    answer = person.import_file(f"{name}.ipynb", REFUSED[name])
    if answer.status_code == 201:  # It is kept as the file that it is, and told so when it is opened.
        with pytest.raises(Exception, match="[A-Za-z]{3}"):
            person.open(answer.json()["id"])
    else:
        assert 400 <= answer.status_code < 500, answer.text
        assert answer.json()["error"]["detail"].endswith("."), answer.text
        assert len(person.request("GET", "/api/notebooks").json()["notebooks"]) == before


def test_a_source_of_fifty_megabytes_stays_whole(person):
    answer = person.import_file("large.ipynb", notebook(code("x" * 50_000_000)))
    assert answer.status_code == 201, answer.text[:300]
    assert "".join(person.file(answer.json()["id"])["cells"][0]["source"]) == "x" * 50_000_000


def test_files_beside_the_notebook_do_not_run_with_the_kernel(person):
    """A kernel starts in /content: what lies there is no part of how it starts."""
    page = person.open(person.create())
    mark = "open('/tmp/ran-' + __name__, 'w').close()"
    page.run(f"for name in ('sitecustomize.py', 'usercustomize.py', 'jupyter_config.py', 'ipython_config.py', 'random.py', 'evil.pth', 'socket.py'):\n"
             f"    open(name, 'w').write({mark!r})")
    page.act("restart")
    assert text_of(page.run("import glob, os; print(os.getcwd(), sorted(glob.glob('/tmp/ran-*')))")).strip() == "/content []"
    page.close()
    person.end_runtime(page.notebook)
