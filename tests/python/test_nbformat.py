"""Colibri's reader and writer of notebook files against the nbformat package, byte for byte."""

import json
import os
import random
import subprocess

import pytest

from colibri import BINARIES, NOTEBOOKS
from notebook_files import valid_notebooks, with_nbformat, without_ids


def round_trip(data: bytes) -> subprocess.CompletedProcess:
    return subprocess.run([BINARIES / "nbformat_round_trip"], input=data, capture_output=True, timeout=60)


def notebook(cells=(), minor=5, **metadata):
    return {"nbformat": 4, "nbformat_minor": minor, "metadata": metadata, "cells": list(cells)}


def code(source="", outputs=(), **members):
    return {"cell_type": "code", "id": "c1", "metadata": {}, "execution_count": None,
            "source": source, "outputs": list(outputs), **members}


def markdown(source, **members):
    return {"cell_type": "markdown", "id": "m1", "metadata": {}, "source": source, **members}


@pytest.mark.skipif(not NOTEBOOKS.is_dir(), reason="the folder of real notebooks is not here")
def test_real_notebooks_are_written_as_nbformat_writes_them():
    paths = valid_notebooks()
    assert len(paths) > 5
    for path in paths:
        data = path.read_bytes()
        ours = round_trip(data)
        assert ours.returncode == 0, (path, ours.stderr)
        if all("id" in cell for cell in json.loads(data)["cells"]) or b"got one" not in ours.stderr:
            assert ours.stdout == with_nbformat(data), path
        else:  # Both make random ids.
            assert without_ids(ours.stdout) == without_ids(with_nbformat(data)), path


@pytest.mark.skipif(not NOTEBOOKS.is_dir(), reason="the folder of real notebooks is not here")
@pytest.mark.parametrize("name", ["test2.ipynb", "test3.ipynb"])
def test_old_notebooks_are_upgraded_as_nbformat_upgrades_them(name):
    data = (NOTEBOOKS / "nbformat" / name).read_bytes()
    ours = round_trip(data)
    assert ours.returncode == 0, ours.stderr
    assert b"Upgraded from nbformat" in ours.stderr
    assert without_ids(ours.stdout) == without_ids(with_nbformat(data))


PNG = "iVBORw0KGgo" + "A" * 400_000 + "A="
NASTY = {
    "empty": notebook(),
    "empty source": notebook([code("")]),
    "line ends": notebook([code("a\r\nb\rc\x0bd\x0ce\x1cf\x1dg\x1eh\x85i\u2028j\u2029k\n")]),
    "escapes": notebook([code("\x00\x01\x1f\x7f\"\\/\u2028 \U0001f600 漢")]),
    "numbers": notebook(a=1.0, b=1e-07, c=10**30, d=-0.0, e=[float("inf"), -0.5]),
    "nested": notebook(z={}, y=[], x=[[], {}, [1, [2]]], **{"é": 1, "a b": None, "😀": 2, "\ufffd": 3}),
    "4.4": {**notebook([{k: v for k, v in code("x").items() if k != "id"}], minor=4)},
    "attachments": notebook([markdown("![a](attachment:a.png)", attachments={
        "a.png": {"image/png": "AAAA\n", "text/plain": "one\ntwo"}})]),
    "streams": notebook([code("", [
        {"output_type": "stream", "name": "stdout", "text": "a\nb"},
        {"output_type": "stream", "name": "stdout", "text": ""},
        {"output_type": "stream", "name": "stderr", "text": "c\n"}])]),
    "display": notebook([code("", [
        {"output_type": "display_data", "metadata": {"image/png": {"width": 1}},
         "data": {"image/png": "AAAA\n", "text/html": "<b>\n</b>", "image/svg+xml": "<svg>\n</svg>",
                  "application/javascript": "a\nb", "application/json": {"a": ["x\n", "y"]},
                  "application/vnd.x+json": ["a\n", "b"], "text/plain": "p"}},
        {"output_type": "execute_result", "execution_count": 3, "metadata": {}, "data": {}},
        {"output_type": "error", "ename": "E", "evalue": "v", "traceback": ["a\nb", "c"]}])]),
    "large image": notebook([code("", [
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": PNG + "\n"}},
        {"output_type": "display_data", "metadata": {}, "data": {"image/png": PNG}},
        {"output_type": "display_data", "metadata": {}, "data": {"image/jpeg": "no base64" * 50_000}},
        {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<p>\n" * 100_000}},
        {"output_type": "display_data", "metadata": {}, "data": {"application/json": [1.50] * 90_000}}])]),
    "transient": notebook([code("", metadata={"trusted": True, "a": 1})], orig_nbformat=3, signature="x"),
    "raw": notebook([{"cell_type": "raw", "id": "r", "metadata": {"format": "x"}, "source": "a\nb"}]),
}


@pytest.mark.parametrize("name", NASTY)
def test_nasty_notebooks_are_written_as_nbformat_writes_them(name):
    data = json.dumps(NASTY[name], ensure_ascii=False).encode("utf-8", "surrogatepass")
    ours = round_trip(data)
    assert ours.returncode == 0, ours.stderr
    assert ours.stdout == with_nbformat(data)


@pytest.mark.parametrize("output", [
    {"output_type": "display_data", "metadata": {}, "data": {}, "blobs": {"image/png": {"sha256": "0"}}},
    {"output_type": "display_data", "metadata": {}, "data": {}, "display_id": "d", "extra": {"a": 1}},
    {"output_type": "display_data", "metadata": {}, "data": {}, "text": ["a\n", "b"]},
    {"output_type": "future", "data": {"text/plain": "a\nb"}, "text": ["a\n", "b"]},
    {"output_type": "stream", "name": "stdout", "text": "a", "cut": {"lines": 1}, "tail": "t", "extra": 2},
])
def test_members_of_ours_and_of_others_in_outputs_survive(output):
    data = json.dumps(notebook([code("", [output])])).encode()
    assert round_trip(data).stdout == with_nbformat(data)


TEXTS = ["", "a", "a\n", "a\nb", "\n\n", "a\r\nb", "é\x85漢", "\u2028\u2029", "\x0b\x0c\x1c", "😀\n", '"\\\t\x00\x7f']
MIMES = ["text/plain", "text/html", "image/png", "image/svg+xml", "application/javascript", "application/json",
         "application/vnd.a+json", "application/pdf", "text/x+json", "model/a+json"]


class Notebooks:
    """Random valid notebooks; the same for the same seed."""

    def __init__(self, seed):
        self.random = random.Random(seed)

    def text(self):
        return "".join(self.random.choices(TEXTS, k=self.random.randrange(4)))

    def lines(self):
        text = self.text()
        return text.splitlines(True) if self.random.random() < 0.5 else text

    def value(self, depth=0):
        leaves = [None, True, 0, -1, 1.5, 1e-07, 1e16, 10**20, self.text()]
        kind = self.random.randrange(4 if depth < 3 else 2)
        if kind < 2:
            return self.random.choice(leaves)
        if kind == 2:
            return [self.value(depth + 1) for _ in range(self.random.randrange(3))]
        return self.members(depth + 1)

    def members(self, depth=0):
        keys = [self.random.choice(["a", "B", "é", "😀", "tags", "x y"]) for _ in range(self.random.randrange(4))]
        return {key: self.value(depth) for key in keys}

    def bundle(self):
        return {mime: self.value() if mime.endswith("json") and mime[0] == "a" else self.lines()
                for mime in self.random.sample(MIMES, self.random.randrange(4))}

    def output(self):
        kind = self.random.choice(["stream", "display_data", "execute_result", "error"])
        if kind == "stream":
            return {"output_type": kind, "name": self.random.choice(["stdout", "stderr"]), "text": self.lines()}
        if kind == "error":
            return {"output_type": kind, "ename": self.text(), "evalue": self.text(),
                    "traceback": [self.text() for _ in range(self.random.randrange(3))]}
        count = {"execution_count": self.random.choice([None, 7])} if kind == "execute_result" else {}
        return {"output_type": kind, "metadata": self.members(), "data": self.bundle(), **count}

    def cell(self, number, minor):
        kind = self.random.choice(["code", "markdown", "raw"])
        cell = {"cell_type": kind, "metadata": self.members(), "source": self.lines()}
        if minor >= 5:
            cell["id"] = f"c{number}"
        if kind == "code":
            cell["execution_count"] = self.random.choice([None, 1, 99])
            cell["outputs"] = [self.output() for _ in range(self.random.randrange(4))]
        elif self.random.random() < 0.3:
            cell["attachments"] = {"a.png": self.bundle(), "b": self.bundle()}
        return cell

    def notebook(self):
        minor = self.random.choice([0, 2, 4, 5, 5, 5])
        return notebook([self.cell(n, minor) for n in range(self.random.randrange(5))], minor, **self.members())

    def old_lines(self, version):
        text = self.text()
        if self.random.random() < 0.5:
            return text
        # Version 2 was written by splitlines() only, version 3 by both.
        return text.splitlines(version == 3)

    def old_cell(self, version):
        kind = self.random.choice(["code", "markdown", "raw", "heading", "html"])
        if kind != "code":
            level = {"level": self.random.randint(1, 6)} if kind == "heading" else {}
            return {"cell_type": kind, "metadata": {}, "source": self.old_lines(version), **level}
        keys = ["text", "html", "svg", "latex", "javascript"]
        shown = {key: self.old_lines(version) for key in self.random.sample(keys, 2)}
        outputs = [{"output_type": "display_data", "metadata": {}, "png": "AAAA\n", **shown},
                   {"output_type": "pyout", "metadata": {}, "prompt_number": 2, "json": "[1, 2.0]", **shown},
                   {"output_type": "stream", "stream": "stderr", "text": self.old_lines(version)},
                   {"output_type": "pyerr", "ename": "E", "evalue": "v", "traceback": [self.text()]}]
        return {"cell_type": "code", "metadata": {}, "language": "python", "collapsed": False, "prompt_number": 2,
                "input": self.old_lines(version), "outputs": self.random.sample(outputs, 2)}

    def old_notebook(self):
        version = self.random.choice([2, 3])
        sheets = [{"cells": [self.old_cell(version) for _ in range(self.random.randrange(4))]} for _ in range(2)]
        return {"nbformat": version, "nbformat_minor": 0, "metadata": {"name": "n", "a": 1}, "worksheets": sheets}


SEEDS = range(int(os.environ.get("COLIBRI_NOTEBOOK_SEEDS", "150")))


def test_random_notebooks_are_written_as_nbformat_writes_them():
    for seed in SEEDS:
        data = json.dumps(Notebooks(seed).notebook(), ensure_ascii=False).encode()
        ours = round_trip(data)
        assert (ours.returncode, ours.stderr) == (0, b""), seed
        assert ours.stdout == with_nbformat(data), seed


def test_random_old_notebooks_are_upgraded_as_nbformat_upgrades_them():
    for seed in SEEDS:
        data = json.dumps(Notebooks(seed).old_notebook(), ensure_ascii=False).encode()
        ours = round_trip(data)
        assert ours.returncode == 0, (seed, ours.stderr)
        assert without_ids(ours.stdout) == without_ids(with_nbformat(data)), seed


def test_a_lone_surrogate_survives():
    data = json.dumps(notebook([code("\ud83d!")])).encode()
    ours = round_trip(data)
    assert b'"\\ud83d!"' in ours.stdout


def test_nan_and_the_spelling_of_numbers_survive():
    data = b'{"cells": [], "metadata": {"a": NaN, "b": 1E5, "c": 1.50}, "nbformat": 4, "nbformat_minor": 5}'
    ours = round_trip(data)
    assert b'"a": NaN,\n  "b": 1E5,\n  "c": 1.50\n' in ours.stdout


def test_unknown_members_survive():
    nb = notebook([code("x", custom={"b": 1})])
    nb["other"] = [1]
    ours = json.loads(round_trip(json.dumps(nb).encode()).stdout)
    assert ours["other"] == [1] and ours["cells"][0]["custom"] == {"b": 1}


def test_cells_of_an_unknown_type_survive():
    future = {"cell_type": "future", "id": "f1", "metadata": {"a": 1}, "key": {"b": [2]}}
    ours = round_trip(json.dumps(notebook([future])).encode())
    assert b"unknown type" in ours.stderr
    assert json.loads(ours.stdout)["cells"] == [future]


def test_bad_ids_are_replaced_and_said():
    cells = [code(), code(), {**code(), "id": "../x"}, {**code(), "id": "ok"}]
    missing = code()
    del missing["id"]
    ours = round_trip(json.dumps(notebook([*cells, missing])).encode())
    ids = [cell["id"] for cell in json.loads(ours.stdout)["cells"]]
    assert ids[0] == "c1" and ids[3] == "ok" and len(set(ids)) == 5
    for word in (b"1 cells without an id", b"1 malformed", b"twice were replaced: 1"):
        assert word in ours.stderr


@pytest.mark.parametrize("data, words", [
    (b"", b"no notebook"),
    (b"\x89PNG\r\n", b"not UTF-8"),
    (b'{"cells": [], "metadata": {}, "nbformat": 4, "x": "\xff"}', b"not UTF-8"),
    (b"[]", b"not a JSON object"),
    (b'{"a": 1}', b"no \"nbformat\""),
    (b'{"nbformat": 5, "cells": []}', b"nbformat 5"),
    (b'{"nbformat": 99, "cells": []}', b"newer program"),
    (b'{"nbformat": "4", "cells": []}', b"no version"),
    (b'{"nbformat": 4, "metadata": {}}', b"no list of cells"),
    (b'{"nbformat": 4, "cells": [1]}', b"Cell 1"),
    (b'{"nbformat": 4, "cells": [{"cell_type": 1, "source": ""}]}', b"Cell 1 of this notebook"),
    (b'{"nbformat": 4, "cells": [{"cell_type": "code", "source": 1}]}', b"source is no text"),
    (b'{"nbformat": 4, "cells": [' + b"[" * 5000, b"nested too deeply"),
    (b'{"nbformat": 4, "cells": [], "metadata": {', b"line 1"),
])
def test_what_is_no_notebook_is_refused_in_one_sentence(data, words):
    ours = round_trip(data)
    assert ours.returncode == 1
    assert ours.stdout == b""
    assert words in ours.stderr
    assert ours.stderr.count(b"\n") == 1
