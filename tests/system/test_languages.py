"""A notebook in another language than Python: R, by Debian's IRkernel in the image "r"."""

import json

import pytest

from colibri import IMAGES, text_of

R = {"kernelspec": {"name": "ir", "display_name": "R", "language": "R"}, "language_info": {"name": "R"}}


@pytest.fixture(scope="module")
def page(person):
    assert (IMAGES / "r" / "rootfs").is_dir(), f"no image r in {IMAGES}: ./test builds it"
    file = {"nbformat": 4, "nbformat_minor": 5, "metadata": R, "cells": []}
    answer = person.import_file("statistics.ipynb", json.dumps(file))
    assert answer.status_code == 201, answer.text
    page = person.open(answer.json()["id"])
    page.send({"type": "connect"})  # No image is named: the notebook's kernel finds it.
    page.wait(lambda: page.lease and page.lease["kernel"]["state"] == "idle", 60)
    yield page
    page.close()
    person.end_runtime(page.notebook)


def test_the_notebook_gets_an_image_with_its_kernel(page):
    assert page.lease["image"] == "r"
    assert (page.lease["kernel"]["name"], page.lease["kernel"]["language"]) == ("ir", "R")


def test_values_are_kept_between_cells_and_shown(page):
    page.run("x <- c(1, 2, 6)")
    assert text_of(page.run("mean(x)")) == "[1] 3"


def test_what_it_prints_comes_while_it_runs(page):
    cell = page.add_code("cat('first\\n'); flush.console(); Sys.sleep(60)")
    page.do("run", cells=[cell])
    page.wait(lambda: "first" in text_of(page.cells[cell]), 20)
    page.act("interrupt")
    page.wait(lambda: page.cells[cell].get("last_run"), 20)
    assert text_of(page.run("mean(x)")) == "[1] 3"


def test_an_error_is_shown_and_stops_what_waits(page):
    bad, never = page.add_code("stop('no such luck')"), page.add_code("print('never')")
    page.do("run", cells=[bad, never])
    page.wait(lambda: page.cells[bad].get("last_run"))
    assert page.cells[bad]["last_run"]["status"] == "error"
    assert "no such luck" in text_of(page.cells[bad])
    assert page.cells[bad]["last_run"]["cancelled"] == [never]


def test_plots_and_tables(page):
    cell = page.run("library(ggplot2)\nggplot(mtcars, aes(wt, mpg)) + geom_point()")
    assert any("image/png" in {**o.get("data", {}), **o.get("blobs", {})} for o in cell["outputs"])
    assert "<table" in page.run("head(mtcars)")["outputs"][0]["data"]["text/html"]


def test_names_are_completed(page):
    page.send({"type": "complete", "request": "q1", "code": "media", "cursor": 5})
    reply = page.wait_for("reply")
    assert "median" in reply["content"]["matches"]
