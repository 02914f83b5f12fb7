"""The window that opens notebooks, and what the menus show about one."""

import json
import re

import pytest
from playwright.sync_api import expect

from tab import sign_in


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
    expect(tabs.get_by_role("tab")).to_have_text(["Examples", "Recent", "Drive", "GitHub", "Upload"])
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


def menu(page, name, item):
    page.get_by_role("navigation", name="Menus").get_by_role("button", name=name, exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def test_the_menus_tell_of_the_notebook_and_of_colibri(tab):
    page = tab.page
    menu(page, "File", "Notebook info")
    facts = page.get_by_role("dialog", name="Notebook info")
    expect(facts.get_by_role("definition").first).to_contain_text("Untitled")
    expect(facts).to_contain_text("1 (1 code, 0 text)")
    expect(facts).to_contain_text("My Drive › Colab Notebooks")
    page.keyboard.press("Escape")
    menu(page, "Help", "Frequently asked questions")
    questions = page.get_by_role("dialog", name="Frequently asked questions")
    questions.get_by_role("button", name="How do I get a GPU?").click()
    expect(questions.get_by_text("You keep your place in line")).to_be_visible()
    page.keyboard.press("Escape")
    menu(page, "Help", "Release notes")
    expect(page.get_by_role("dialog", name="Release notes").get_by_role("heading", name="0.1.0")).to_be_visible()
    page.keyboard.press("Escape")
    menu(page, "Help", "Report a bug…")
    expect(page.get_by_role("dialog", name="Report a bug")).to_contain_text("Colibri 0.1.0")
    page.keyboard.press("Escape")
    menu(page, "Help", "About Colibri")
    expect(page.get_by_role("dialog", name="About Colibri")).to_contain_text("Version 0.1.0")


def test_snippets_are_found_looked_at_and_inserted(tab, person):
    page = tab.page
    own = person.import_file("Mine.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "# My own trick"},
        {"cell_type": "code", "id": "c", "metadata": {}, "execution_count": None, "source": "trick = 42", "outputs": []}]})).json()["id"]
    tab.editor(0).click()
    page.keyboard.press("Control+Alt+p")
    pane = page.get_by_role("complementary", name="Code snippets")
    search = pane.get_by_role("searchbox", name="Search code snippets")
    expect(search).to_be_focused()
    search.fill("histo")
    pane.get_by_role("button", name="Plot a histogram").click()
    expect(pane.get_by_role("region", name="Plot a histogram")).to_contain_text("plt.hist")
    pane.get_by_role("button", name="Insert").click()
    expect(page.locator("[data-cell]")).to_have_count(2)
    expect(tab.editor(1)).to_contain_text("plt.hist")
    pane.get_by_text("Snippets of my own").click()
    pane.get_by_role("textbox", name="Address of a notebook").fill(f"{person.url}/notebooks/{own}")
    pane.get_by_role("button", name="Add", exact=True).click()
    search.fill("own trick")
    pane.get_by_role("button", name="My own trick").click()
    expect(pane.get_by_role("region", name="My own trick")).to_contain_text("trick = 42")


def test_two_notebooks_are_compared_in_a_tab_of_their_own(tab, person):
    first = person.import_file("First.ipynb", notebook("x = 1", "same")).json()["id"]
    page = tab.page
    with page.context.expect_page() as opened:
        menu(page, "Tools", "Diff notebooks (new tab)")
    other = opened.value
    other.get_by_role("form", name="First notebook").get_by_role("textbox").fill(f"/notebooks/{first}")
    other.keyboard.press("Enter")
    expect(other.get_by_text("First", exact=True)).to_be_visible()
    with other.expect_file_chooser() as chooser:
        other.get_by_role("form", name="Second notebook").get_by_role("button", name="File").click()
    chooser.value.set_files({"name": "Second.ipynb", "mimeType": "application/json", "buffer": notebook("x = 2", "same", "new").encode()})
    expect(other.get_by_role("group", name="Cell: Added")).to_contain_text("new")
    expect(other.get_by_role("group", name="Cell: Changed").locator(".cm-merge-b")).to_contain_text("x = 2")
    expect(other.get_by_text("1 cell without a change")).to_be_visible()
    other.get_by_text("Raw source").click()
    expect(other.locator(".cm-merge-b").first).to_contain_text('"source": "x = 2"')


def test_notebooks_of_github_are_found_and_opened(hub_page, hub):
    page = hub_page
    page.goto(f"{hub.url}/github/ada")
    window = window_of(page)
    window.get_by_role("button", name="ada/engine").click()
    expect(window.get_by_role("listitem")).to_have_count(3)
    window.get_by_label("Branch").select_option("draft/g")
    window.get_by_role("link", name="third.ipynb").click()
    expect(page.get_by_role("note").filter(has_text="from GitHub")).to_be_visible()
    expect(page.locator("[data-cell] .cm-content")).to_have_text("3 + 3")
    page.keyboard.press("Control+o")
    window.get_by_role("tab", name="GitHub").click()
    field = window.get_by_role("textbox", name="Enter a GitHub address")
    field.fill("analytical things")
    page.keyboard.press("Enter")
    expect(window.get_by_text("No repository was found.")).to_be_visible()
    field.fill("limited/x")
    page.keyboard.press("Enter")
    expect(window.get_by_role("alert")).to_have_text("GitHub takes no more requests from this server for now. Try again in 3 min.")
    field.fill("https://gist.github.com/ada/0123abcd")
    page.keyboard.press("Enter")
    expect(page.locator("[data-cell] .cm-content")).to_have_text("4 + 4")
    page.goto(f"{hub.url}/github/ada/engine/blob/main/notes/first%20one.ipynb")
    expect(page.locator("[data-cell] .cm-content")).to_have_text("1 + 1")
    menu(page, "Help", "Report a bug…")
    expect(page.get_by_role("link", name="Write a report")).to_have_attribute("href", "https://issues.example.org/new")


def test_a_notebook_of_github_is_looked_into_without_opening_it(hub_page, hub, github):
    stream = {"output_type": "stream", "name": "stdout", "text": ["thirty\n", "two\n"]}
    html = {"output_type": "display_data", "metadata": {}, "data": {"text/html": "<b>still</b><script>document.querySelector('b').textContent = 'ran'</script>"}}
    github.put("ada/engine", "main", "rich.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 4, "metadata": {}, "cells": [
        {"cell_type": "markdown", "metadata": {}, "source": ["# Growth\n", "of $x^2$"]},
        {"cell_type": "code", "metadata": {}, "execution_count": 7, "source": "print('thirty')", "outputs": [stream, html]}]}))
    page = hub_page
    page.goto(f"{hub.url}/github/ada/engine")
    window = window_of(page)
    window.get_by_role("button", name="Look into rich.ipynb").click()
    look = page.get_by_role("dialog", name="rich.ipynb")
    drawn = look.frame_locator("iframe")
    expect(drawn.get_by_role("heading", name="Growth")).to_be_visible()
    expect(drawn.locator(".katex").first).to_be_visible()
    expect(drawn.locator("pre")).to_have_text("print('thirty')")
    expect(drawn.get_by_text("[7]")).to_be_visible()
    expect(drawn.locator(".o-stdout")).to_contain_text("two")
    expect(look.get_by_role("link", name="Download")).to_have_attribute(
        "href", "/api/github/file?path=ada%2Fengine%2Fblob%2Fmain%2Frich.ipynb")
    # What it brings along is shown, and does not run.
    expect(drawn.frame_locator(".x-output iframe").locator("b")).to_have_text("still")
    page.keyboard.press("Escape")
    expect(look).to_have_count(0)
    window.get_by_role("button", name="Look into broken.ipynb").click()
    expect(page.get_by_role("dialog", name="broken.ipynb").get_by_role("alert")).to_contain_text("The preview could not be loaded.")
    page.keyboard.press("Escape")
    # Nothing was made of it so far.
    assert hub.request("GET", "/api/notebooks").json()["notebooks"] == []
    window.get_by_role("button", name="Look into rich.ipynb").click()
    look.get_by_role("button", name="Open").click()
    expect(page.get_by_role("note").filter(has_text="from GitHub")).to_be_visible()
    expect(page.locator("[data-cell] .cm-content")).to_have_text("print('thirty')")
