"""The command `colibri` in a runtime: secrets and files for shells, R and every other language."""

import json

import pytest

from colibri import text_of
from test_languages import R


def add(person, name, value):
    assert person.request("POST", "/api/secrets", json={"name": name, "value": value}).status_code == 201


def allow(person, name, notebook):
    secrets = person.request("GET", f"/api/secrets?notebook={notebook}").json()["secrets"]
    (secret,) = [each for each in secrets if each["name"] == name]
    answer = person.request("PUT", f"/api/secrets/{name}/access", json={"notebook": notebook, "access": True})
    assert answer.status_code in (200, 204), (secret, answer.text)


def ran(page, command):
    """What `!command` prints, and its exit status."""
    text = text_of(page.run(f"!{command}\nprint(f'|{{_exit_code}}')"))
    printed, _, status = text.rpartition("|")
    return printed, int(status)


def start(page, source):
    cell = page.add_code(source)
    page.do("run", cells=[cell])
    return cell


def finish(page, cell):
    page.wait(lambda: page.cells[cell].get("last_run"))
    return text_of(page.cells[cell])


def test_it_prints_secrets_that_the_notebook_may_have(person, page):
    add(person, "FOR_SHELLS", "one\ntwo")
    add(person, "NOT_YET", "hidden")
    allow(person, "FOR_SHELLS", page.notebook)
    assert ran(page, "colibri secret get FOR_SHELLS") == ("one\ntwo\n", 0)
    assert ran(page, "colibri secret list") == ("FOR_SHELLS\n", 0)
    assert ran(page, "colibri secret get NO_SUCH") == ("colibri: Secret NO_SUCH does not exist.\n", 3)
    text, status = ran(page, "colibri secret get NOT_YET")
    assert status == 5 and text.startswith("colibri: Nobody can be asked for leave to read NOT_YET"), text
    tab = person.open(page.notebook, client="t_tab", asks=True)
    cell = start(page, "!colibri secret get NOT_YET; echo $?")
    asked = tab.wait_for("ask")
    assert (asked["name"], asked["params"]) == ("secrets.grant", {"name": "NOT_YET"})
    tab.send({"type": "answer", "ask": asked["ask"], "result": {"granted": False}})
    assert finish(page, cell) == "colibri: Notebook does not have access to secret NOT_YET.\n4\n"
    tab.close()


def test_it_is_a_program_of_every_shell_and_says_how_it_is_used(page):
    help_text, status = ran(page, "env -i /usr/local/bin/colibri --help")
    assert status == 0 and "colibri files upload [DIR]" in help_text
    assert ran(page, "colibri secret get") == ("colibri: This is used as: colibri secret get NAME\n", 2)
    assert ran(page, "colibri serve") == ('colibri: There is no "serve". See colibri --help.\n', 2)
    # By the usual place of the socket, when a program has lost its environment.
    assert ran(page, "env -i /usr/local/bin/colibri secret get NO_SUCH") == ("colibri: Secret NO_SUCH does not exist.\n", 3)
    assert ran(page, "COLIBRI_AGENT=/nowhere colibri secret list") == ("colibri: This runtime has no connection to its notebook.\n", 1)
    assert ran(page, "colibri secret list > /dev/full") == ("colibri: The output can't be written.\n", 1)
    assert ran(page, "touch /usr/local/bin/colibri 2> /dev/null") == ("", 1)


def test_files_go_by_a_page_and_without_one_it_says_so(person, page):
    page.run("import os; os.makedirs('/content/some', exist_ok=True); open('/content/some/a.txt', 'w').write('x')")
    assert ran(page, "colibri files download no.txt") == ("colibri: Cannot find file: no.txt\n", 3)
    text, status = ran(page, "cd some && colibri files download a.txt")
    assert status == 5 and text.startswith("colibri: No page of this notebook is open")
    tab = person.open(page.notebook, client="t_tab", asks=True)
    for command, params in (("cd some && colibri files download ../some/./a.txt", {"path": "/content/some/a.txt"}),
                            ("colibri files view some/", {"path": "/content/some"}),
                            ("ln -sf a.txt some/link && colibri files view some/link", {"path": "/content/some/link"}),
                            ("touch $'b\\xff' && colibri files view $'b\\xff'", {"path": "/content/b\ufffd", "path_hex": b"/content/b\xff".hex()})):
        cell = start(page, f"get_ipython().system({command!r})\nprint(_exit_code)")
        asked = tab.wait_for("ask")
        assert asked["params"] == params, command
        tab.send({"type": "answer", "ask": asked["ask"], "result": None})
        assert finish(page, cell) == "0\n"
    cell = start(page, "!colibri files upload new/deep; echo $?; ls -d new/deep")
    asked = tab.wait_for("ask")
    assert (asked["name"], asked["params"]) == ("upload", {"folder": "/content/new/deep", "several": True, "window": True})
    tab.send({"type": "answer", "ask": asked["ask"], "result": {"files": [{"path": "/content/new/deep/a b.csv"}, {"path": "/content/new/deep/c"}]}})
    assert finish(page, cell) == "/content/new/deep/a b.csv\n/content/new/deep/c\n0\nnew/deep\n"
    cell = start(page, "!colibri files upload; echo $?")
    tab.send({"type": "answer", "ask": tab.wait_for("ask")["ask"], "result": {"files": []}})
    assert finish(page, cell) == "colibri: No file was uploaded.\n4\n"
    # Stopped by a person it goes at once, and nobody is asked any more.
    cell = start(page, "!colibri files upload; echo $?")
    asked = tab.wait_for("ask")
    page.act("interrupt")
    assert tab.wait_for("ask_over")["ask"] == asked["ask"]
    assert "^C" in finish(page, cell)
    assert ran(page, "touch plain; colibri files upload plain") == ("colibri: The folder plain can't be made: Not a directory.\n", 1)
    tab.close()


@pytest.fixture
def in_r(person):
    file = {"nbformat": 4, "nbformat_minor": 5, "metadata": R, "cells": []}
    page = person.open(person.import_file("secrets.ipynb", json.dumps(file)).json()["id"])
    page.send({"type": "connect"})
    page.wait(lambda: page.lease and page.lease["kernel"]["state"] == "idle", 60)
    yield page
    page.close()
    person.end_runtime(page.notebook)


def test_r_reads_a_secret_by_it(person, in_r):
    add(person, "FOR_R", "välue")
    allow(person, "FOR_R", in_r.notebook)
    assert text_of(in_r.run("cat(system2('colibri', c('secret', 'get', 'FOR_R'), stdout = TRUE))")) == "välue"
    assert text_of(in_r.run("cat(system2('colibri', c('secret', 'get', 'NO_SUCH'), stderr = FALSE))")) == "3"
