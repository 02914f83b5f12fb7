"""The frame of a notebook's page: menus, palette, rail, finding, keys, the line at the foot."""

import re

import pytest
from playwright.sync_api import expect

from tab import Tab, sign_in


def menu(tab, name, item):
    tab.page.get_by_role("navigation", name="Menus").get_by_role("button", name=name, exact=True).click()
    tab.page.get_by_role("menuitem", name=item, exact=True).click()


def choose(tab, index):
    """Gives the keyboard to a cell as a whole."""
    tab.editor(index).click()
    tab.page.keyboard.press("Escape")
    expect(tab.cell(index)).to_be_focused()


def add_text(tab, text):
    before = tab.page.locator("[data-cell]").count()
    tab.main.get_by_role("button", name="Add a text cell").last.click()
    expect(tab.page.locator("[data-cell]")).to_have_count(before + 1)
    tab.page.keyboard.insert_text(text)
    tab.page.keyboard.press("Escape")


def lines(tab, index):
    return tab.editor(index).locator(".cm-line")


def test_every_menu_opens_and_its_entries_have_words(tab):
    page = tab.page
    bar = page.get_by_role("navigation", name="Menus")
    names = ["File", "Edit", "View", "Insert", "Runtime", "Tools", "Help"]
    expect(bar.get_by_role("button")).to_have_text(names)
    bar.get_by_role("button", name="File").focus()
    for at, name in enumerate(names):
        expect(bar.get_by_role("button", name=name, exact=True)).to_be_focused()
        page.keyboard.press("Enter")
        items = page.get_by_role("menuitem")
        expect(items.first).to_be_visible()
        assert all(words.strip() for words in items.all_inner_texts())
        page.keyboard.press("Escape")
        expect(items).to_have_count(0)
        expect(bar.get_by_role("button", name=name, exact=True)).to_be_focused()
        if at + 1 < len(names):
            page.keyboard.press("ArrowRight")


def test_the_palette_finds_a_command_by_some_letters(tab):
    page = tab.page
    tab.write("x = 1", 0)
    page.keyboard.press("Control+Shift+P")
    page.get_by_role("searchbox", name="Type what you want to do").press_sequentially("ins cell abv")
    expect(page.get_by_role("menuitem").first).to_contain_text("Insert a cell above")
    page.keyboard.press("Enter")
    expect(page.locator("[data-cell]")).to_have_count(2)
    expect(lines(tab, 1)).to_have_text("x = 1")
    page.keyboard.press("Control+Shift+P")
    page.keyboard.type("qqqq")
    expect(page.get_by_text("No command is called like that.")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_the_contents_lead_to_headings_and_show_where_one_is(tab):
    page = tab.page
    add_text(tab, "# Data\n\ntext")
    for _ in range(3):
        tab.add_code("\n".join("x" * 5 for _ in range(18)))
    add_text(tab, "## Model `fit`")
    page.get_by_role("navigation", name="Panes").get_by_role("button", name="Table of contents").click()
    entries = page.get_by_role("complementary", name="Table of contents").locator(".n-contents-entry")
    expect(entries).to_have_text(["Data", "Model fit"])
    entries.nth(0).click()
    expect(entries.nth(0)).to_have_attribute("aria-current", "location")
    expect(tab.cell(1)).to_be_focused()
    entries.nth(1).click()
    expect(tab.cell()).to_be_in_viewport()
    page.reload()  # The pane that was open stays.
    expect(entries).to_have_count(2)
    page.get_by_role("button", name="Section", exact=True).click()
    expect(entries.nth(2)).to_have_text("New section")


def test_words_are_found_and_replaced_in_all_cells(tab):
    page = tab.page
    tab.write("value = 1\nprint(value, values)", 0)
    tab.add_code("Value + 1")
    add_text(tab, "The value")
    page.keyboard.press("Control+h")
    pane = page.get_by_role("complementary", name="Find and replace")
    expect(pane.get_by_role("textbox", name="Find")).to_be_focused()
    page.keyboard.type("value")
    expect(pane.get_by_role("status")).to_have_text("5 places")
    pane.get_by_text("Whole word").click()
    expect(pane.get_by_role("status")).to_have_text("4 places")
    pane.get_by_text("Match case").click()
    expect(pane.get_by_role("status")).to_have_text("3 places")
    find = pane.get_by_role("textbox", name="Find")
    find.press("Enter")
    find.press("Enter")
    expect(pane.get_by_role("status")).to_have_text(re.compile("of 3"))
    expect(page.locator(".cm-searchMatch-selected")).to_have_count(1)
    pane.get_by_label("Replace with").fill("amount")
    pane.get_by_role("button", name="Replace all").click()
    expect(pane.get_by_role("status")).to_have_text("3 places were replaced")
    expect(lines(tab, 0)).to_have_text(["amount = 1", "print(amount, values)"])
    expect(tab.cell(2)).to_contain_text("The amount")
    pane.get_by_text("Regular expression").click()
    pane.get_by_text("Whole word").click()
    find.fill("(")
    expect(pane.get_by_text("This is no regular expression.")).to_be_visible()
    find.fill(r"(\w+) \+ (\d)")
    pane.get_by_label("Replace with").fill("$2 + $1")
    pane.get_by_role("button", name="Replace", exact=True).click()
    pane.get_by_role("button", name="Replace", exact=True).click()
    expect(lines(tab, 1)).to_have_text("1 + Value")


@pytest.fixture
def own_keys(person):
    yield
    person.request("PATCH", "/api/me/settings", json={"settings": {"keys": None}})


def test_keys_are_chosen_anew_and_kept(tab, own_keys, new_context, person):
    page = tab.page
    page.keyboard.press("Control+m")
    page.keyboard.press("h")
    window = page.get_by_role("dialog", name="Keyboard shortcuts")
    window.get_by_role("searchbox", name="Filter").fill("insert a cell below")
    window.get_by_role("button", name="Choose keys for “Insert a cell below”").click()
    page.keyboard.press("Control+Alt+b")
    expect(window.locator("kbd")).to_have_text("Ctrl+Alt+B")
    window.get_by_role("radio", name="Jupyter").click()
    page.keyboard.press("Escape")
    page.reload()
    choose(tab, 0)
    page.keyboard.press("Control+Alt+b")
    expect(page.locator("[data-cell]")).to_have_count(2)
    page.keyboard.press("Escape")
    page.keyboard.press("a")  # Jupyter's: a cell above.
    expect(page.locator("[data-cell]")).to_have_count(3)
    expect(tab.cell(1).locator(".cm-content")).to_be_focused()
    page.keyboard.press("Escape")
    page.keyboard.press("d")
    page.keyboard.press("d")
    expect(page.locator("[data-cell]")).to_have_count(2)
    # Another browser of the person has them too.
    other = new_context()
    sign_in(other, person)
    there = Tab(other.new_page(), person, tab.notebook)
    there.page.wait_for_function("() => (localStorage.getItem('colibri.settings') ?? '').includes('jupyter')")
    choose(there, 0)
    there.page.keyboard.press("Control+Alt+b")
    expect(there.page.locator("[data-cell]")).to_have_count(3)


def test_groups_of_cells_run_and_the_line_at_the_foot_tells(tab):
    page = tab.page
    tab.write("print('one')", 0)
    tab.add_code("print('two')")
    tab.add_code("1/0")
    choose(tab, 2)
    menu(tab, "Runtime", re.compile("^Run before"))
    tab.ended(1)
    expect(tab.outputs(0)).to_contain_text("one")
    expect(tab.outputs(2)).to_have_count(0)
    foot = page.get_by_role("contentinfo", name="State of the notebook")
    expect(foot.get_by_text("finished at")).to_be_visible()
    expect(foot.get_by_role("status")).to_have_text("Finished")
    choose(tab, 2)
    page.get_by_role("button", name="More ways to run").click()
    page.get_by_role("menuitem", name=re.compile("Run cell and below")).click()
    tab.ended(2)
    expect(foot.get_by_role("status")).to_have_text("Stopped with an error")
    tab.add_code("import time; time.sleep(30)")
    page.keyboard.press("Control+Enter")
    expect(foot.get_by_role("button", name=re.compile("Running"))).to_be_visible()
    expect(page).to_have_title(re.compile("^⏳ "))
    page.keyboard.press("Control+m")
    page.keyboard.press("i")
    tab.ended(3)


def test_a_phone_has_the_panes_at_the_foot(new_context, person):
    context = new_context(viewport={"width": 390, "height": 800}, has_touch=True)
    sign_in(context, person)
    tab = Tab(context.new_page(), person, person.create())
    foot = tab.page.get_by_role("contentinfo", name="State of the notebook")
    foot.get_by_role("button", name="Table of contents").click()
    pane = tab.page.get_by_role("complementary", name="Table of contents")
    expect(pane).to_be_visible()
    pane.get_by_role("button", name="Close").click()
    expect(pane).to_have_count(0)
    assert tab.page.evaluate("document.documentElement.scrollWidth <= innerWidth")
