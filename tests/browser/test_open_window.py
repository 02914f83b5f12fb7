"""The window that opens notebooks, and what the menus show about one."""

import json
import re

import pytest
from playwright.sync_api import expect

from tab import Tab, sign_in


def notebook(*sources):
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": None, "source": source, "outputs": []}
        for i, source in enumerate(sources)]})


def window_of(page):
    return page.get_by_role("dialog", name="Open notebook")


@pytest.fixture
def page(new_context, person):
    context = new_context(start_window=True)
    sign_in(context, person, start_window=True)
    return context.new_page()


def test_it_is_there_at_the_start_and_opens_an_example_as_a_playground(page, person):
    page.goto(person.url)
    window = window_of(page)
    tabs = window.get_by_role("tablist", name="Where from")
    expect(tabs.get_by_role("tab")).to_have_text(["Examples", "Recent", "Drive", "Upload"])
    expect(window.get_by_role("list", name="Examples").get_by_role("listitem").first).to_contain_text("Welcome to Colibri")
    filter_field = window.get_by_role("searchbox", name="Filter")
    expect(filter_field).to_be_focused()
    filter_field.fill("dataframes")
    expect(window.get_by_role("listitem")).to_have_count(1)
    filter_field.fill("no such thing")
    expect(window.get_by_text("Nothing is called like “no such thing”.")).to_be_visible()
    filter_field.fill("markdown")
    page.keyboard.press("ArrowDown")
    expect(window.get_by_role("link", name=re.compile("Markdown guide"))).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/notebooks/n_"))
    expect(page.get_by_role("note").filter(has_text="An example, as a playground")).to_be_visible()
    expect(page.get_by_role("heading", name="Markdown guide", level=1).last).to_be_visible()
    expect(window_of(page)).to_have_count(0)
    page.get_by_role("button", name="Copy to Drive").click()
    expect(page.get_by_role("heading", name="Copy of Markdown guide")).to_be_visible()
    page.get_by_role("link", name="All notebooks").click()
    expect(page.get_by_role("heading", name="Recent", level=1)).to_be_visible()
    expect(window_of(page)).to_have_count(0)  # Once is enough.


def test_it_lists_what_there_is_and_can_be_switched_off(page, person):
    first = person.import_file("Alpha.ipynb", notebook("1")).json()["id"]
    person.import_file("Beta.ipynb", notebook("2"))
    page.goto(f"{person.url}/notebooks/{first}")
    expect(page.get_by_role("main", name="Cells")).to_be_visible()
    expect(window_of(page)).to_have_count(0)  # Never over a link to a notebook.
    page.keyboard.press("Control+o")
    window = window_of(page)
    window.get_by_role("tab", name="Recent").click()
    expect(window.get_by_role("listitem").first).to_contain_text("Alpha")
    window.get_by_role("tab", name="Drive").click()
    window.get_by_role("button", name="Colab Notebooks").click()
    window.get_by_role("searchbox", name="Filter").fill("bet")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Beta", level=1)).to_be_visible()
    page.get_by_role("navigation", name="Menus").get_by_role("button", name="File").click()
    page.get_by_role("menuitem", name="Open notebook…").click()
    window.get_by_role("tab", name="Upload").click()
    with page.expect_file_chooser() as chooser:
        window.get_by_role("button", name="Choose a file").click()
    chooser.value.set_files({"name": "Gamma.ipynb", "mimeType": "application/json", "buffer": notebook("3").encode()})
    expect(page.get_by_role("heading", name="Gamma", level=1)).to_be_visible()
    page.keyboard.press("Control+o")
    window.get_by_text("Show this at the start").click()
    window.get_by_role("button", name="New notebook").click()
    expect(page.get_by_role("heading", name=re.compile("Untitled"), level=1)).to_be_visible()
    page.goto(person.url)
    expect(page.get_by_role("heading", name="Recent", level=1)).to_be_visible()
    expect(page.get_by_role("link", name="Gamma")).to_be_visible()
    expect(window_of(page)).to_have_count(0)
    page.keyboard.press("Control+o")
    expect(window_of(page)).to_be_visible()
    page.keyboard.press("Escape")
    expect(window_of(page)).to_have_count(0)


def test_an_address_opens_an_example_and_says_when_there_is_none(page, person):
    page.goto(f"{person.url}/examples/forms")
    expect(page).to_have_url(re.compile("/notebooks/n_"))
    expect(page.get_by_role("heading", name="Forms", level=1).last).to_be_visible()
    page.goto(f"{person.url}/examples/nothing")
    expect(page.get_by_role("heading", name="This notebook could not be opened")).to_be_visible()
    expect(page.get_by_text("There is no such example.")).to_be_visible()
    page.get_by_role("button", name="To my notebooks").click()
    expect(page.get_by_role("heading", name="Recent", level=1)).to_be_visible()
