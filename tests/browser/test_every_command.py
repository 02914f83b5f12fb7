"""Every entry of the menus stands where Colab has it; each one, and every key of the default map, does what it is called."""

import json
import re
from contextlib import contextmanager

import pytest
from playwright.sync_api import expect

from tab import RAN, Tab

# Colab's entries that we serve, in its order; what else stands between them is ours.
COLAB = {
    "File": ["Open in playground", "New notebook", "Upload notebook", "Rename", "Move to trash", "Save a copy",
             "Save a copy as a GitHub Gist", "Save a copy in GitHub", "Save", "Save and pin a revision", "Revision history", "Download .ipynb", "Download .py", "Print…"],
    "Edit": ["Undo", "Redo", "Select all cells", "Cut cell or selection", "Copy cell or selection", "Paste", "Delete",
             "Find and replace", "Find next", "Find previous", "Notebook settings", "Clear all outputs"],
    "View": ["Table of contents", "Executed code history", "Start slideshow", "Start slideshow from beginning", "Comments",
             "Collapse sections", "Expand sections", "Save collapsed section layout", "Hide code", "Hide the output",
             "Focus next tab", "Focus previous tab", "Move tab to next pane", "Move tab to previous pane"],
    "Insert": ["Add a code cell", "Add a text cell", "Section header cell", "Scratch code cell", "Code snippets", "Add a form field"],
    "Runtime": ["Run all", "Run before", "Run the focused cell", "Run selection", "Run cell and below", "Interrupt",
                "Restart the kernel", "Restart and run all", "Disconnect and delete", "Change runtime type", "Manage sessions",
                "View resources", "View runtime logs"],
    "Tools": ["Command palette", "Settings", "Keyboard shortcuts", "Diff notebooks"],
    "Help": ["Frequently asked questions", "Release notes", "Report a bug"],
}
CELLS = [("markdown", "# One"), ("code", "a = 1"), ("code", "b  =  2"), ("markdown", "# Two")]
START = ["One", "a = 1", "b  =  2", "Two"]  # The second cell has the keyboard, as a whole, and an output.
NEW = "Write code here"  # An empty cell says so.
# What a page asks of the browser is noted instead.
WATCH = """
  window.seen = []
  new MutationObserver((changes) => {
    for (const node of changes.flatMap(({ addedNodes }) => [...addedNodes])) if (node.className === "n-print-frame")
      node.addEventListener("load", () => { node.contentWindow.print = () => window.seen.push("print") })
  }).observe(document, { childList: true, subtree: true })
  HTMLInputElement.prototype.showPicker = HTMLInputElement.prototype.click = function () { window.seen.push(`picker ${this.type}`) }
  HTMLAnchorElement.prototype.click = function () { window.seen.push(`link ${this.download}`) }
  window.open = (address) => { window.seen.push(`opens ${address}`); return null }
  Notification.requestPermission = async () => "denied"
"""


# What is done is done inside of these: each looks at what came of it.
def after(check):
    @contextmanager
    def effect(tab):
        yield
        check(tab)
    return effect


def cells(*texts):
    return after(lambda tab: expect(tab.page.locator("[data-cell] .cm-content, [data-cell] .n-text")).to_have_text(list(texts), use_inner_text=True))


def window(name, role="dialog"):
    def check(tab):
        opened = tab.page.get_by_role(role, name=name, exact=True)
        expect(opened).to_be_visible()
        expect(opened.locator(".c-spinner")).to_have_count(0)
        tab.page.keyboard.press("Escape")
        expect(opened).to_have_count(0)
    return after(check)


def seen(what):
    return after(lambda tab: tab.page.wait_for_function("what => window.seen.some((each) => each.includes(what))", arg=what))


def pane(name):
    return after(lambda tab: expect(tab.page.get_by_role("complementary", name=name, exact=True)).to_be_visible())


def beside(name):
    return after(lambda tab: expect(tab.page.get_by_role("tab", name=name)).to_be_visible())


def told(text):
    return after(lambda tab: expect(tab.page.get_by_role("region", name="Messages")).to_contain_text(text))


def focused(index):
    return after(lambda tab: expect(tab.cell(index)).to_be_focused())


def chosen(*indices):
    return after(lambda tab: [expect(tab.cell(at)).to_have_class(re.compile("is-chosen" if at in indices else "^(?!.*is-chosen)")) for at in range(4)])


def sees(selector, count=1):
    return after(lambda tab: expect(tab.page.locator(selector)).to_have_count(count))


def slide(place):
    return after(lambda tab: expect(tab.page.locator(".n-slides-place")).to_have_text(place))


def at(address):
    return after(lambda tab: expect(tab.page).to_have_url(re.compile(address)))


@contextmanager
def file_of_the_notebook(tab):
    with tab.page.expect_download() as download:
        yield
    assert download.value.suggested_filename.endswith(".ipynb")


@contextmanager
def another_notebook(tab):
    before = tab.page.url
    yield
    expect(tab.page).not_to_have_url(before)
    expect(tab.page).to_have_url(re.compile("/notebooks/n_"))


@contextmanager
def no_header(tab):
    yield
    expect(tab.page.get_by_role("navigation", name="Menus")).to_have_count(0)
    keys(tab, "Control+Shift+P")  # The menus went with it: the palette brings them back.
    tab.page.locator(".n-palette-input").fill("Header")
    expect(tab.page.locator(".n-palette-list").get_by_role("menuitem").first).to_contain_text("Header")
    keys(tab, "Enter")
    expect(tab.page.get_by_role("navigation", name="Menus")).to_be_visible()


def keys(tab, *strokes):
    for stroke in strokes:
        tab.page.keyboard.press(stroke)


def do(*strokes):
    return lambda tab: keys(tab, *strokes)


def deleted(tab):
    keys(tab, "Control+m", "d")
    expect(tab.page.locator("[data-cell]")).to_have_count(3)


def brought_back(tab):
    deleted(tab)
    keys(tab, "Control+m", "z")
    expect(tab.page.locator("[data-cell]")).to_have_count(4)


def copied(tab):
    tab.page.evaluate("navigator.clipboard.writeText('pasted')")


def searching(tab):
    keys(tab, "Control+h")
    field = tab.page.get_by_role("textbox", name="Find", exact=True)
    expect(field).to_be_focused()
    field.fill("")
    field.fill("=")
    expect(tab.page.get_by_text("2 places", exact=True)).to_be_visible()
    choose(tab, 1)


def place(text):
    return after(lambda tab: expect(tab.page.locator(".n-find-count")).to_have_text(text))


def collapsed(tab):
    keys(tab, "Control+]")
    expect(tab.page.locator("[data-cell]")).to_have_count(2)
    choose(tab, 0)


def in_editor(tab):
    keys(tab, "Enter")
    expect(tab.editor(1)).to_be_focused()
    keys(tab, "Control+Home", "ArrowRight")


def two_tabs(tab):
    for name in ("One", "a = 1"):
        choose(tab, ["One", "a = 1"].index(name))
        tab.page.keyboard.press("Control+Shift+P")
        tab.page.locator(".n-palette-input").fill("Mirror the cell")
        keys(tab, "Enter")
        expect(tab.page.get_by_role("tab", name=name)).to_be_visible()
    choose(tab, 1)


def tab_shown(name):
    return after(lambda tab: expect(tab.page.get_by_role("tab", name=name)).to_have_attribute("aria-selected", "true"))


def tabs_in(side, count):
    return after(lambda tab: expect(tab.page.get_by_role("complementary", name=f"Tabs at the {side}").get_by_role("tab")).to_have_count(count))


def saved_sections(tab):
    tab.page.wait_for_function(
        """async (url) => (await (await fetch(url)).json()).metadata.colab?.collapsed_sections?.length === 2""", arg=f"/api/notebooks/{tab.notebook}/file")


# What each command comes to when it is done in the notebook of CELLS: alone, or with what must be before.
EFFECTS = {
    "Open in playground": after(lambda tab: expect(tab.page.get_by_text("Playground: edit and run as you like.")).to_be_visible()),
    "New notebook": another_notebook,
    "Open notebook…": window("Open notebook"),
    "Upload notebook…": seen("picker file"),
    "All notebooks": at(r"^[^?]*//[^/]*/(\?|$)"),
    "Rename": after(lambda tab: expect(tab.page.get_by_role("textbox", name="Name of the notebook")).to_be_focused()),
    "Move to trash": told("was deleted."),
    "Save a copy in Drive": another_notebook,
    "Save a copy as a GitHub Gist…": window("Save a copy as a GitHub Gist"),
    "Save a copy in GitHub…": window("Save a copy in GitHub"),
    "Save": told("Colibri saves by itself"),
    "Save and pin a revision…": window("Save and pin a revision"),
    "Revision history…": window("Revision history"),
    "Notebook info": window("Notebook info"),
    "Download .ipynb": file_of_the_notebook,
    "Download .py": seen(".py"),
    "Download .md": seen(".md"),
    "Download .html": seen(".html"),
    "Download .pdf…": seen("print"),
    "Print…": seen("print"),
    "Undo": (deleted, cells(*START)),
    "Redo cell action": (brought_back, cells("One", "b  =  2", "Two")),
    "Select all cells": chosen(0, 1, 2, 3),
    "Select the cell": (in_editor, focused(1)),
    "Cut cell or selection": cells("One", "b  =  2", "Two"),
    "Copy cell or selection": after(lambda tab: tab.page.wait_for_function("async () => await navigator.clipboard.readText() === 'a = 1'")),
    "Paste": (copied, cells("One", "a = 1", "pasted", "b  =  2", "Two")),
    "Delete the cell": cells("One", "b  =  2", "Two"),
    "Split at the cursor": (in_editor, cells("One", "a", " = 1", "b  =  2", "Two")),
    "Merge with the next cell": cells("One", "a = 1\nb  =  2", "Two"),
    "Comment": after(lambda tab: expect(tab.page.get_by_role("textbox", name="Your comment")).to_be_focused()),
    "Deleted cells…": window("Deleted cells"),
    "Find and replace": pane("Find and replace"),
    "Find next": (searching, place("1 of 2")),
    "Find previous": (searching, place("2 of 2")),
    "Notebook settings…": window("Notebook settings"),
    "Clear all outputs": sees(".n-outputs .o-stdout", 0),
    "Table of contents": pane("Table of contents"),
    "Executed code history": beside("Executed code history"),
    "Start slideshow": (do("ArrowDown"), slide("2 / 3")),
    "Start slideshow from beginning": (do("ArrowDown"), slide("1 / 3")),
    "Comments": pane("Comments"),
    "Collapse sections": cells("One", "Two"),
    "Expand sections": (collapsed, cells(*START)),
    "Save collapsed section layout": (collapsed, after(saved_sections)),
    "Hide code": sees(".n-form", 1),
    "Hide the output": after(lambda tab: expect(tab.cell(1)).to_contain_text("The output is hidden")),
    "Line numbers": sees(".cm-lineNumbers", 2),
    "Variables": pane("Variables"),
    "Focus next tab": (two_tabs, tab_shown("One")),
    "Focus previous tab": (two_tabs, tab_shown("One")),
    "Move tab to next pane": (two_tabs, tabs_in("bottom", 1)),
    "Move tab to previous pane": (two_tabs, tabs_in("bottom", 1)),
    "Close the tab": (two_tabs, tabs_in("right", 1)),
    "Header": no_header,
    "Add a code cell": sees("[data-cell]", 5),
    "Add a text cell": sees(".n-cell-markdown", 3),
    "Section header cell": after(lambda tab: expect(tab.editor(2)).to_contain_text("# New section")),
    "Scratch code cell": beside("Scratch cell"),
    "Code snippets": pane("Code snippets"),
    "Insert a cell above": cells("One", NEW, "a = 1", "b  =  2", "Two"),
    "Insert a cell below": cells("One", "a = 1", NEW, "b  =  2", "Two"),
    "Add a form field": window("Add a form field"),
    "Command palette": window("Command palette"),
    "Format the cell": (do("ArrowDown"), cells("One", "a = 1", "b = 2", "Two")),
    "Format all cells": cells("One", "a = 1", "b = 2", "Two"),
    "Editor settings…": window("Editor"),
    "Settings": window("Settings"),
    "Tell me when a long run ends": told("does not allow this page to show notices"),
    "Keyboard shortcuts": window("Keyboard shortcuts"),
    "Diff notebooks (new tab)": seen("opens /diff?a="),
    "Frequently asked questions": window("Frequently asked questions"),
    "Release notes": window("Release notes"),
    "Report a bug…": window("Report a bug"),
    "About Colibri": window("About Colibri"),
    # Without an entry in these menus.
    "Move up": cells("a = 1", "One", "b  =  2", "Two"),
    "Move down": cells("One", "b  =  2", "a = 1", "Two"),
    "Convert to text": sees(".n-cell-markdown", 3),
    "Convert to code": (do("ArrowUp"), sees(".n-cell-code", 3)),
    "Next cell": focused(2),
    "Previous cell": focused(0),
    "Choose the next cell too": chosen(1, 2),
    "Choose the previous cell too": chosen(0, 1),
}
# Those of the menu Runtime, and their keys, are used where there is one.
RUNTIME = {"Run all", "Run before", "Run the focused cell", "Run selection", "Run cell and below", "Run section", "Interrupt", "Restart the kernel",
           "Restart and run all", "Clear all outputs", "Connect", "Disconnect and delete the runtime", "Change runtime type…",
           "Connect to a local runtime…", "Share my runtime with editors", "Manage sessions…", "View resources", "View runtime logs…", "Terminal", "Open a port…",
           "Executed code history", "Run the cell and go to the next", "Run the cell and insert one below"}
# The keys that no list has.
UNLISTED = {"Enter": after(lambda tab: expect(tab.editor(1)).to_be_focused()), "ArrowDown": focused(2), "ArrowUp": focused(0),
            "Escape": (in_editor, focused(1)), "Control+x": EFFECTS["Cut cell or selection"],
            "Control+c": EFFECTS["Copy cell or selection"], "Control+v": EFFECTS["Paste"]}


def notebook_of(person, *sources):
    cells = [{"id": f"c{at}", "cell_type": kind, "metadata": {}, "source": source, **({"execution_count": None, "outputs": [
        {"output_type": "stream", "name": "stdout", "text": "an output\n"}] if at == 1 else []} if kind == "code" else {})}
        for at, (kind, source) in enumerate(sources)]
    answer = person.import_file("Commands.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": cells, "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}}).encode())
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def choose(tab, index):
    tab.cell(index).click(position={"x": 12, "y": 8})
    expect(tab.cell(index)).to_be_focused()


def shown(tab):
    """The texts of the cells, or nothing where there is no notebook, or a cell that is not as it was."""
    if tab.page.url != f"{tab.person.url}/notebooks/{tab.notebook}" or tab.page.locator("#first-cells, .n-slides, .n-form, .n-outputs > .o-button").count():
        return []
    return tab.page.locator("[data-cell] .cm-content, [data-cell] .n-text").all_inner_texts()


class Bench:
    """A page with the notebook as it was at the beginning, made anew when something changed it."""

    def __init__(self, context, person):
        context.add_init_script(WATCH)
        context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.page, self.person, self.tab = context.new_page(), person, None

    def begin(self):
        if self.tab:
            self.calm()
        if not self.tab or shown(self.tab) != START or self.page.locator(".n-cell-code").count() != 2 or self.page.locator(".o-stdout").count() != 1:
            self.page.goto("about:blank")
            self.tab = Tab(self.page, self.person, notebook_of(self.person, *CELLS))
            expect(self.page.locator("[data-cell]")).to_have_count(4)
        self.page.evaluate("window.seen.length = 0")
        choose(self.tab, 1)
        return self.tab

    def calm(self):
        """Closes what is open over the notebook and beside it."""
        page = self.page
        for _ in range(3):
            if page.locator("[role=dialog], [role=alertdialog], [role=menu], .n-slides").count() == 0:
                break
            page.keyboard.press("Escape")
        for button in (page.locator(".n-pane-head button"), page.get_by_role("button", name="Close the tab")):
            while button.count():
                button.first.click()
        page.evaluate("for (const button of document.querySelectorAll('.c-toast [aria-label=Dismiss]')) button.click()")

    def try_out(self, row, act):
        prepare, effect = row if isinstance(row, tuple) else (None, row)
        tab = self.begin()
        if prepare:
            prepare(tab)
        with effect(tab):
            act(tab)


def opened(page, menu):
    """Opens a menu; what stands in it, without the shortcuts."""
    expect(page.get_by_role("menuitem")).to_have_count(0)
    page.get_by_role("navigation", name="Menus").get_by_role("button", name=menu, exact=True).click()
    expect(page.get_by_role("menuitem").first).to_be_visible()
    return page.get_by_role("menuitem").evaluate_all("""(items) => items.map((item) => {
      const copy = item.cloneNode(true)
      for (const more of copy.querySelectorAll("kbd, .c-menu-shortcut, .c-menu-icon")) more.remove()
      return copy.textContent.trim()
    })""")


def named(name):
    return "Undo" if name.startswith("Undo") else name


def click(menu, entry):
    def act(tab):
        names = [named(name) for name in opened(tab.page, menu)]
        item = tab.page.get_by_role("menuitem").nth(names.index(entry))
        assert item.get_attribute("aria-disabled") != "true", f"{menu} > {entry} is greyed out"
        item.click()
    return act


def in_order(menu, found):
    def place(entry):
        return found.index(entry) if entry in found else next((at for at, name in enumerate(found) if name.startswith(entry)), None)

    places = [place(entry) for entry in COLAB[menu]]
    assert None not in places, (menu, [entry for entry, at in zip(COLAB[menu], places) if at is None], found)
    assert places == sorted(places), (menu, found)


@pytest.mark.parametrize("menu", [menu for menu in COLAB if menu != "Runtime"])
def test_each_entry_of_a_menu_does_what_it_is_called(context, person, menu):
    bench = Bench(context, person)
    page = bench.begin().page
    found = opened(page, menu)
    in_order(menu, found)
    page.keyboard.press("Escape")
    for entry in map(named, found):
        bench.try_out(EFFECTS[entry], click(menu, entry))


def strokes(label):
    """`Ctrl+M D` as a browser's driver wants it, stroke by stroke."""
    names = {"Ctrl": "Control", "↑": "ArrowUp", "↓": "ArrowDown"}
    return ["+".join(names.get(part, part.lower() if "Shift" not in stroke else part) if len(part) == 1 or part in names else part
                     for part in stroke.split("+")) for stroke in label.split(" ")]


def default_keys(page):
    """What the window of the shortcuts lists: the commands that have keys."""
    page.keyboard.press("Control+m")
    page.keyboard.press("h")
    dialog = page.get_by_role("dialog", name="Keyboard shortcuts")
    expect(dialog.get_by_role("listitem").first).to_be_visible()
    found = dialog.get_by_role("listitem").evaluate_all("""(rows) => rows.map((row) =>
      [row.querySelector(".n-keys-name").textContent, [...row.querySelectorAll("kbd")].map((kbd) => kbd.textContent)])""")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    return [(named(name), label) for name, labels in found for label in labels]


def test_each_key_of_the_default_map_does_what_it_is_for(context, person):
    bench = Bench(context, person)
    found = [(name, label) for name, label in default_keys(bench.begin().page) if name not in RUNTIME]
    assert len(found) > 40, found
    for name, label in found:
        bench.try_out(EFFECTS[name], lambda tab, label=label: keys(tab, *strokes(label)))
    for stroke, row in UNLISTED.items():
        bench.try_out(row, lambda tab, stroke=stroke: keys(tab, stroke))


# What runs, by the focused cell: which of the three cells give another output, and where the keyboard is then.
RUNS = [("Run all", 1, {1, 2, 3}), ("Run before", 2, {1}), ("Run the focused cell", 2, {2}), ("Run selection", 3, {3}),
        ("Run cell and below", 2, {2, 3}), ("Run section", 1, {1, 2, 3}), ("Run the cell and go to the next", 2, {2})]


@pytest.fixture
def running(context, person):
    """A notebook whose cells tell which time it is that something runs."""
    source = "n = globals().get('n', 0) + 1; print('run', n)"
    tab = Tab(context.new_page(), person, notebook_of(person, ("markdown", "# One"), *[("code", source)] * 3))
    yield tab
    person.end_runtime(tab.notebook)


def outputs_after(tab, indices, act):
    """Does it; then these cells have run again, and no others."""
    before = [tab.cell(at).locator(".n-outputs").all_inner_texts() for at in range(1, 4)]
    act(tab)
    for index in indices:
        expect(tab.outputs(index)).not_to_have_text(before[index - 1][0] if before[index - 1] else "", use_inner_text=True, timeout=90_000)
        expect(tab.cell(index).locator(".n-run")).to_have_attribute("aria-label", RAN, timeout=60_000)
    for index in {1, 2, 3} - set(indices):
        assert tab.cell(index).locator(".n-outputs").all_inner_texts() == before[index - 1], index


def test_the_entries_and_keys_of_a_runtime_do_what_they_are_called(running):
    tab, page = running, running.page
    keyed = {name: label for name, label in reversed(default_keys(page)) if name in RUNTIME}
    found = opened(page, "Runtime")
    in_order("Runtime", found)
    assert set(found) <= RUNTIME, set(found) - RUNTIME
    page.keyboard.press("Escape")
    used = set()

    def entry(name):
        used.add(name)
        return click("Runtime", name)

    entry("Connect")(tab)
    expect(page.get_by_role("button", name="Connected")).to_be_visible(timeout=60_000)
    for name, index, changed in RUNS:
        for act in ([entry(name)] if name in found else []) + [lambda tab: keys(tab, *strokes(keyed[name]))] * (name in keyed):
            choose(tab, index)
            outputs_after(tab, changed, act)
    expect(tab.cell(3)).to_be_focused()  # "Run the cell and go to the next" was the last.
    outputs_after(tab, {3}, lambda tab: keys(tab, *strokes(keyed["Run the cell and insert one below"])))
    expect(page.locator("[data-cell]")).to_have_count(5)
    page.keyboard.insert_text("import time\nwhile True: time.sleep(.1)")
    for act in (entry("Interrupt"), lambda tab: keys(tab, *strokes(keyed["Interrupt"]))):
        page.keyboard.press("Control+Enter")
        expect(tab.cell(4).locator(".n-run-running")).to_be_visible()
        act(tab)
        expect(tab.cell(4).locator(".n-run-failed")).to_be_visible()
        tab.editor(4).click()
    page.keyboard.press("Escape")
    keys(tab, "Control+m", "d")
    expect(page.locator("[data-cell]")).to_have_count(4)
    keys(tab, *strokes(keyed["Restart the kernel"]))
    question = page.get_by_role("alertdialog", name="Restart the kernel?")
    question.get_by_role("button", name="Cancel").click()
    for name, effect in {
        "Restart the kernel": window("Restart the kernel?", "alertdialog"), "Change runtime type…": window("Change runtime type"),
        "Connect to a local runtime…": window("Connect to a local runtime"), "Share my runtime with editors": window("Share your runtime?", "alertdialog"),
        "Manage sessions…": window("Manage sessions"), "View runtime logs…": window("Runtime logs"),
        "Open a port…": window("Open a port of the runtime"),
        "Executed code history": EFFECTS["Executed code history"], "View resources": pane("Resources"), "Terminal": beside("Terminal"),
    }.items():
        expect(page.locator(".c-scrim, .c-full-scrim")).to_have_count(0)
        with effect(tab):
            entry(name)(tab)
    entry("View resources")(tab)  # It stands over the tabs.
    expect(page.get_by_role("complementary", name="Resources")).to_have_count(0)
    while page.get_by_role("button", name="Close the tab").count():
        page.get_by_role("button", name="Close the tab").first.click()

    def again(tab):
        entry("Restart and run all")(tab)
        question.get_by_role("button", name="Restart").click()
    outputs_after(tab, {1, 2, 3}, again)
    entry("Clear all outputs")(tab)
    expect(page.locator(".o-stdout")).to_have_count(0)
    entry("Disconnect and delete the runtime")(tab)
    page.get_by_role("alertdialog", name="Disconnect and delete the runtime?").get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("button", name=re.compile("^(Connect|Reconnect)$"))).to_be_visible(timeout=60_000)
    assert used == set(found) | {"Share my runtime with editors"}, set(found) - used
