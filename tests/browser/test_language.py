"""What the editor knows of Python before there is a runtime, by the workers of the page; and Vim's way out."""

from playwright.sync_api import expect

from tab import Tab, sign_in

LANGUAGE_SERVER = True

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
    page.get_by_role("button", name="Open in the help tab").click()
    beside = page.get_by_role("complementary", name="Tabs at the right")
    help_tab = beside.get_by_role("region", name="distance_to")
    expect(help_tab).to_contain_text("How far it is.")
    beside.get_by_role("button", name="Close the tab").click()
    expect(beside).to_have_count(0)

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

    # By the mouse with Ctrl held, too; a name of a library comes from no cell: what is known of it is shown.
    page.keyboard.press("Control+Home")
    tab.editor(1).locator(".cm-line").first.click(position={"x": 20, "y": 8}, modifiers=["Control"])
    expect(tab.editor(0)).to_be_focused()
    assert page.evaluate("getSelection().toString()") == "distance_to"
    tab.editor(0).locator(".cm-line", has_text="from pathlib").click()
    page.keyboard.press("End")
    page.keyboard.press("F12")
    expect(beside.get_by_role("region", name="Path")).to_contain_text("(class) Path")
    expect(tab.editor(0)).to_be_focused()
    # What nobody knows is said to be unknown.
    tab.editor(0).locator(".cm-line", has_text="unknown_name").click()
    page.keyboard.press("End")
    page.keyboard.press("F12")
    expect(beside.get_by_role("region", name="unknown_name")).to_contain_text("Unknown")


def test_a_name_is_changed_while_somebody_else_writes(context, new_context, person):
    notebook = person.create()
    tab = Tab(context.new_page(), person, notebook)
    page = tab.page
    tab.write("def spam(x):\n    return x\n", 0)
    tab.add_code("spam(1)\n")
    tab.saved()
    other_context = new_context()
    sign_in(other_context, person)
    other = Tab(other_context.new_page(), person, notebook)
    tab.editor(1).click()
    page.keyboard.press("Control+Home")
    field = page.get_by_label("New name")
    page.keyboard.press("F2")
    expect(field).to_be_focused(timeout=60_000)
    page.keyboard.type("eggs")
    # The other one writes above and below the name, in this cell and in the one that has it too.
    for index, first, last in ((1, "# above\n", "# below"), (0, "import os\n", "# end")):
        other.editor(index).click()
        other.page.keyboard.press("Control+Home")
        other.page.keyboard.insert_text(first)
        other.page.keyboard.press("Control+End")
        other.page.keyboard.insert_text(last)
        expect(tab.editor(index)).to_contain_text(last)
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    expect(tab.editor(1)).to_have_text("# above\neggs(1)\n# below", use_inner_text=True)
    expect(other.editor(1)).to_have_text("# above\neggs(1)\n# below", use_inner_text=True)
    expect(other.editor(0)).to_contain_text("def eggs(x)")
    expect(other.editor(0)).to_contain_text("# end")
    # A name that they change meanwhile is another one: the field goes.
    tab.editor(1).locator(".cm-line", has_text="eggs").click()
    page.keyboard.press("Home")
    page.keyboard.press("F2")
    expect(field).to_be_focused()
    other.editor(1).locator(".cm-line", has_text="eggs").click()
    other.page.keyboard.press("Home")
    other.page.keyboard.insert_text("my_")
    expect(field).to_have_count(0)
    expect(tab.editor(1)).to_contain_text("my_eggs(1)")


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


def test_this_browser_can_do_without_the_language_server(tab):
    page = tab.page
    with page.expect_event("worker", lambda worker: "language-server" in worker.url, timeout=60_000) as started:
        tab.write("import os; os.pa", 0)
        page.keyboard.type("th")
    page.get_by_role("button", name="Tools", exact=True).click()
    page.get_by_role("menuitem", name="Editor settings").click()
    with started.value.expect_event("close"):
        page.get_by_text("Python help from this browser").click()
    page.keyboard.press("Escape")
    tab.write("import sys; sys.pa", 0)
    page.keyboard.type("th")
    page.keyboard.press("Control+Space")
    # It would come when the page has nothing else to do.
    page.evaluate("new Promise((resolve) => requestIdleCallback(() => setTimeout(resolve, 1500)))")
    assert not [worker for worker in page.workers if "language-server" in worker.url]
