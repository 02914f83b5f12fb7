"""What a person sees when things break under an open page."""

import json
import os
import signal

import pytest
from playwright.sync_api import expect

from colibri import little_memory, supervisors
from tab import Tab, sign_in


def open_tab(server, new_context):
    person = server.sign_in()
    context = new_context()
    sign_in(context, person)
    return Tab(context.new_page(), person, person.create())


def test_a_page_lives_through_a_killed_server(make_server, new_context):
    server = make_server().start()
    tab = open_tab(server, new_context)
    page = tab.page
    tab.write("import time\nfor i in range(60):\n    print('line', i, flush=True)\n    time.sleep(.1)", 0)
    page.keyboard.press("Control+Enter")
    expect(tab.outputs(0)).to_contain_text("line 9\n", timeout=30_000)
    server.kill()
    expect(page.get_by_text("trying to reach the server again")).to_be_visible()
    tab.editor(0).click()
    page.keyboard.press("Control+End")
    page.keyboard.type("\n# typed while it was away")
    server.start()
    tab.ended(0)
    tab.saved()
    shown = tab.outputs(0).inner_text().split("\n")
    assert [line for line in shown if line.startswith('line')] == [f"line {i}" for i in range(60)]
    assert tab.cell(0).locator(".cm-line").last.inner_text().strip() == "# typed while it was away"
    fresh = Tab(page.context.new_page(), tab.person, tab.notebook)
    expect(fresh.editor(0)).to_contain_text("# typed while it was away")
    fresh.page.close()
    tab.person.end_runtime(tab.notebook)


def test_a_cell_that_was_added_offline_is_there_after_its_tab_was_closed_once(make_server, new_context):
    server = make_server().start()
    tab = open_tab(server, new_context)
    tab.saved()
    context = tab.page.context
    server.kill()
    expect(tab.page.get_by_text("trying to reach the server again")).to_be_visible()
    tab.main.get_by_role("button", name="Add a text cell").last.click()
    tab.page.close()
    server.start()
    for _ in range(2):
        fresh = Tab(context.new_page(), tab.person, tab.notebook)
        expect(fresh.page.locator("[data-cell]")).to_have_count(2)
        expect(fresh.page.locator(".n-cell-markdown")).to_have_count(1)
        expect(fresh.page.locator(".n-recovered")).to_have_count(0)
        fresh.saved()
        fresh.page.close()


def test_a_lost_machine_is_told_where_it_was_missed(make_server, new_context):
    server = make_server().start()
    tab = open_tab(server, new_context)
    tab.write("import time\nprint('on', flush=True)\ntime.sleep(600)", 0)
    tab.page.keyboard.press("Control+Enter")
    expect(tab.outputs(0)).to_contain_text("on", timeout=30_000)
    (supervisor,) = supervisors(server)
    os.kill(supervisor, signal.SIGKILL)
    expect(tab.cell(0).get_by_text("the machine that ran this was lost")).to_be_visible()
    expect(tab.outputs(0)).to_contain_text("on")
    tab.run("'another machine'")
    expect(tab.outputs()).to_contain_text("another machine")


def test_out_of_memory_is_told_as_such(make_server, tmp_path, new_context):
    tab = open_tab(make_server(arguments=little_memory(tmp_path)).start(), new_context)
    tab.write("a = bytearray(2 << 30)", 0)
    tab.page.keyboard.press("Control+Enter")
    expect(tab.cell(0).get_by_text("Out of memory")).to_be_visible(timeout=60_000)


OLD = {"nbformat": 3, "nbformat_minor": 0, "metadata": {"name": ""}, "worksheets": [{"cells": [
    {"cell_type": "code", "input": "1+1", "language": "python", "outputs": [], "metadata": {}}]}]}
TWINS = {"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
    {"cell_type": "markdown", "id": "same", "metadata": {}, "source": "one"},
    {"cell_type": "markdown", "id": "same", "metadata": {}, "source": "two"}]}


@pytest.mark.parametrize("data, words, opens", [
    (b"PK\x03\x04", "no notebook", False),
    (b'{"nbformat": 4, "cells": ["\xff"]}', "UTF-8", False),
    (b'{"nbformat": 5, "cells": []}', "nbformat 5", False),
    (json.dumps(OLD).encode(), "Upgraded from nbformat 3", True),
    (json.dumps(TWINS).encode(), "Cell ids that stood twice were replaced: 1", True),
], ids=["no notebook", "no text", "nbformat 5", "nbformat 3", "doubled ids"])
def test_a_strange_file_is_told_in_words_on_the_page_and_in_the_log(context, person, shared_server, data, words, opens):
    page = context.new_page()
    page.goto(person.url)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload").click()
    chooser.value.set_files([{"name": "strange.ipynb", "mimeType": "application/json", "buffer": data}])
    expect(page.get_by_role("region", name="Messages").get_by_text(words)).to_be_visible()
    if opens:
        page.wait_for_url("**/notebooks/*")
    assert words in shared_server.log.read_text()
