"""`colibri run`: the same path without a server."""

import json
import subprocess

import pytest

from colibri import BINARIES, IMAGES, NOTEBOOKS

pytestmark = pytest.mark.usefixtures("image")


def notebook(*sources, **metadata):
    cells = [{"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": None, "source": source,
              "outputs": []} for i, source in enumerate(sources)]
    return {"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}


def run(path, *arguments, timeout=300):
    return subprocess.run([BINARIES / "colibri", "run", "--images", IMAGES, path, *arguments], capture_output=True,
                          text=True, timeout=timeout)


@pytest.fixture
def write(tmp_path):
    def write(content, name="in.ipynb"):
        path = tmp_path / name
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path
    return write


def test_all_cells_run_and_the_outputs_are_written(write, tmp_path):
    out = tmp_path / "out.ipynb"
    done = run(write(notebook("a = 20", "print(a + 1)")), "-o", out)
    assert done.returncode == 0, done.stderr
    assert json.loads(out.read_text())["cells"][1]["outputs"][0]["text"] == ["21\n"]
    assert "[2/2]" in done.stderr


def test_a_cell_that_raises_is_named_and_what_ran_is_written(write, tmp_path):
    out = tmp_path / "out.ipynb"
    done = run(write(notebook("print(1)", "1/0", "print(3)")), "-o", out)
    assert done.returncode == 1
    assert "ZeroDivisionError" in done.stderr
    cells = json.loads(out.read_text())["cells"]
    assert cells[0]["outputs"] and cells[1]["outputs"][0]["output_type"] == "error" and not cells[2]["outputs"]


def test_errors_can_be_allowed(write, tmp_path):
    out = tmp_path / "out.ipynb"
    done = run(write(notebook("1/0", "print(3)")), "-o", out, "--allow-errors")
    assert done.returncode == 0, done.stderr
    assert json.loads(out.read_text())["cells"][1]["outputs"][0]["text"] == ["3\n"]


def test_parameters_are_injected_behind_the_tagged_cell(write, tmp_path):
    content = notebook("n = 1\nname = 'x'", "print(n * 2, name)")
    content["cells"][0]["metadata"]["tags"] = ["parameters"]
    out = tmp_path / "out.ipynb"
    done = run(write(content), "-o", out, "-p", "n=21", "-p", "name=Ada")
    assert done.returncode == 0, done.stderr
    cells = json.loads(out.read_text())["cells"]
    assert cells[1]["metadata"]["tags"] == ["injected-parameters"]
    assert cells[2]["outputs"][0]["text"] == ["42 Ada\n"]


def test_what_cannot_run_exits_2_and_says_why(write, tmp_path):
    done = run(tmp_path / "missing.ipynb")
    assert done.returncode == 2 and "missing.ipynb" in done.stderr
    done = run(write("no json"))
    assert done.returncode == 2 and "no notebook" in done.stderr
    done = run(write(notebook("1")), "--image", "nowhere")
    assert done.returncode == 2 and "nowhere" in done.stderr


def test_a_run_that_takes_too_long_ends(write):
    done = run(write(notebook("import time; time.sleep(600)")), "--timeout", "6s", timeout=60)
    assert done.returncode == 2
    assert "time" in done.stderr.lower()


@pytest.mark.skipif(not NOTEBOOKS.is_dir(), reason="the folder of real notebooks is not here")
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", ["tools_numpy", "extra_gradient_descent_comparison", "06_decision_trees"])
def test_real_notebooks_run_from_start_to_end(name, tmp_path):
    out = tmp_path / "out.ipynb"
    done = run(NOTEBOOKS / f"{name}.ipynb", "-o", out, "--allow-errors", timeout=500)
    assert done.returncode == 0, done.stderr
    cells = json.loads(out.read_text())["cells"]
    code = [c for c in cells if c["cell_type"] == "code" and "".join(c["source"]).strip()]
    assert all(c["execution_count"] for c in code)
