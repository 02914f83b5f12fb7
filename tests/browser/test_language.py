"""What the editor knows of Python before there is a runtime, by the workers of the page; and Vim's way out."""

from playwright.sync_api import expect

SOURCE = """%matplotlib inline
from pathlib import Path
!ls 'x
def distance_to(x: float, y: float = 2) -> float:
    '''How far it is.'''
    return x * unknown_name
"""


def options(tab):
    return tab.page.locator(".cm-tooltip-autocomplete li")


def test_the_editor_knows_the_notebook_without_a_runtime(tab):
    """Names of other cells too, and around what only IPython reads."""
    page = tab.page
    tab.write(SOURCE, 0)
    tab.add_code()
    tab.editor().click()
    page.keyboard.type("import os; os.pa", delay=20)
    # The server is started by now; nothing else answers.
    expect(page.get_by_role("option", name="pathconf", exact=True)).to_be_visible(timeout=60_000)
    page.keyboard.press("Escape")
    page.keyboard.press("Control+a")
    page.keyboard.type("dista", delay=20)
    expect(options(tab)).to_have_text(["distance_to"])
    # What it is about comes as it is chosen.
    expect(page.locator(".cm-completionInfo")).to_contain_text("How far it is.")
    page.keyboard.press("Enter")
    expect(tab.editor()).to_have_text("distance_to")
    # The parameters, while the call is written.
    page.keyboard.type("(1, ", delay=20)
    expect(page.locator(".cm-signature strong")).to_have_text("y: float = 2")
    page.keyboard.type("2")

    # What it is, by the keyboard, and in a pane to be read.
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".cm-hover")).to_contain_text("How far it is.")
    page.get_by_role("button", name="Open in the help pane").click()
    help_pane = page.get_by_role("complementary", name="Help")
    expect(help_pane).to_contain_text("How far it is.")
    help_pane.get_by_role("button", name="Close help").click()
    expect(help_pane).to_have_count(0)

    # What is wrong is underlined: in Python only.
    expect(page.locator(".cm-lintRange-error")).to_have_text(["unknown_name"])

    # Another name in both cells, and back.
    tab.editor(1).click()
    page.keyboard.press("Home")
    page.keyboard.press("F2")
    expect(page.get_by_label("New name")).to_be_focused()
    page.keyboard.type("span")
    page.keyboard.press("Enter")
    expect(tab.editor(1)).to_have_text("span(1, 2)")
    expect(tab.editor(0)).to_contain_text("def span(x")
    page.get_by_role("region", name="Messages").get_by_role("button", name="Undo").click()
    expect(tab.editor(1)).to_have_text("distance_to(1, 2)")
    expect(tab.editor(0)).to_contain_text("def distance_to(x")

    # To where it comes from: in the cell above.
    tab.editor(1).click()
    page.keyboard.press("Home")
    page.keyboard.press("F12")
    expect(tab.editor(0)).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "distance_to"


def test_a_cell_is_formatted_and_coloured_in_its_language(tab):
    page = tab.page
    tab.write("x = {  'a':1 }\nif x :\n    !ls   -l\nn=5 #@param {type:\"integer\"}\nprint( x );", 0)
    page.keyboard.press("Alt+Shift+F")
    expect(tab.editor(0)).to_have_text(
        'x = {"a": 1}\nif x:\n    !ls   -l\nn=5 #@param {type:"integer"}\nprint(x);', use_inner_text=True, timeout=60_000)
    # Also when it is saved, for who wants that; one undo takes it back.
    page.get_by_role("button", name="Tools", exact=True).click()
    page.get_by_role("menuitem", name="Editor settings").click()
    page.get_by_role("dialog", name="Editor").get_by_text("Format the cell when saving").click()
    page.get_by_role("dialog", name="Editor").get_by_role("button", name="Close").click()
    tab.write("y=1", 0)
    page.keyboard.press("Control+s")
    expect(tab.editor(0)).to_have_text("y = 1")
    page.keyboard.press("Control+z")
    expect(tab.editor(0)).to_have_text("y=1")
    tab.add_code("%%sql\nSELECT a FROM b")
    keyword = tab.editor().locator("span").filter(has_text="SELECT")
    plain = tab.editor().locator(".cm-line").last
    expect(keyword).to_be_visible()
    colour = "element => getComputedStyle(element).color"
    assert keyword.evaluate(colour) != plain.evaluate(colour)


def test_vim_has_a_way_out(tab):
    page = tab.page
    tab.write("one two", 0)
    page.get_by_role("button", name="Tools", exact=True).click()
    page.get_by_role("menuitem", name="Editor settings").click()
    page.get_by_role("dialog", name="Editor").get_by_role("radio", name="Vim").click()
    page.get_by_role("dialog", name="Editor").get_by_role("button", name="Close").click()
    badge = page.get_by_role("button", name="Switch them off")
    tab.editor(0).click()
    expect(badge).to_have_text("Vim: normal")
    page.keyboard.type("0dw")
    expect(tab.editor(0)).to_have_text("two")
    page.keyboard.type("ix")
    expect(badge).to_have_text("Vim: insert")
    # Out of the mode, then out of the cell; and at once.
    page.keyboard.press("Escape")
    expect(badge).to_have_text("Vim: normal")
    page.keyboard.press("Escape")
    expect(tab.cell(0)).to_be_focused()
    page.keyboard.press("Enter")
    expect(tab.editor(0)).to_be_focused()
    page.keyboard.press("i")
    page.keyboard.press("Shift+Escape")
    expect(tab.cell(0)).to_be_focused()
    badge.click()
    expect(badge).to_have_count(0)
    tab.editor(0).click()
    page.keyboard.press("End")
    page.keyboard.type("dd")
    expect(tab.editor(0)).to_have_text("xtwodd")
