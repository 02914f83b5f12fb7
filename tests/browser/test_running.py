"""Scratch cells, parts of cells, the line that runs, slides, tabs, and what is known of a run."""

import re

import pytest
from playwright.sync_api import expect

from tab import Tab
from test_frame import choose, menu


@pytest.fixture
def tab(context, person):
    """A notebook of two cells with a runtime: an empty one, and one that has run."""
    tab = Tab(context.new_page(), person, person.create())
    tab.run("kept = 41")
    yield tab
    person.end_runtime(tab.notebook)


def side(tab, name="Tabs at the right"):
    return tab.page.get_by_role("complementary", name=name)


def test_a_run_is_stamped_and_told_by_its_button(tab):
    button = tab.cell().locator(".n-run")
    expect(button).to_have_attribute("aria-label", re.compile("Ran in .* · Executed by .+, .*20"))
    tab.saved()
    info = tab.person.file(tab.notebook)["cells"][-1]["metadata"]["executionInfo"]
    assert info["status"] == "ok" and info["elapsed"] >= 0 and info["user"]["displayName"] and "user_tz" in info
    tab.page.reload()
    expect(tab.cell().locator(".n-run")).to_have_attribute("aria-label", re.compile("Executed by"))


def test_a_scratch_cell_runs_and_is_in_no_file(tab):
    page = tab.page
    page.keyboard.press("Control+Alt+n")
    pane = side(tab)
    expect(pane.locator(".cm-content")).to_be_focused()
    page.keyboard.insert_text("name = input('Who? ')\nprint('hush', kept + 1, name)")
    page.keyboard.press("Control+Enter")
    pane.get_by_role("textbox", name="Who?").fill("Ada")
    page.keyboard.press("Enter")
    expect(pane).to_contain_text("hush 42 Ada")
    expect(page.locator("[data-cell]")).to_have_count(2)
    expect(tab.outputs()).to_have_count(0)
    tab.saved()
    assert "hush" not in str(tab.person.file(tab.notebook))
    page.reload()
    expect(pane.locator(".cm-content")).to_contain_text("hush")
    menu(tab, "Runtime", "Executed code history")
    expect(page.locator(".h-run").first).to_contain_text("hush")
    page.get_by_role("button", name="Close the tab").click()
    pane.get_by_role("button", name="Insert into the notebook").click()
    expect(page.locator("[data-cell]")).to_have_count(3)
    expect(pane).to_have_count(0)


def test_a_selected_part_of_a_cell_runs_by_itself(tab):
    page = tab.page
    tab.add_code("if False:\n    print('part')\nprint('all')")
    editor = tab.editor()
    editor.click()
    page.keyboard.press("Control+Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    page.keyboard.press("Shift+End")
    page.keyboard.press("Control+Shift+Enter")
    part = page.get_by_role("region", name="Output of the selection")
    expect(part).to_contain_text("part")
    expect(part).not_to_contain_text("all")
    expect(tab.cell().locator(".n-body > .n-outputs")).to_have_count(0)
    part.get_by_role("button", name="Close the output of the selection").click()
    expect(part).to_have_count(0)


def test_the_line_that_runs_is_marked_and_the_foot_tells_where_it_is(tab):
    page = tab.page
    tab.add_code("import time\ndef slow():\n    time.sleep(6)\n\nslow()")
    tab.add_code("print('after')")
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+ArrowUp")
    page.keyboard.press("Control+Enter")
    expect(tab.editor(-1 + page.locator("[data-cell]").count() - 1).locator(".cm-running-line")).to_have_text("slow()", timeout=15_000)
    foot = page.get_by_role("contentinfo")
    expect(foot).to_contain_text("line 5 › slow()")
    expect(foot).to_contain_text("Running cell 1/2")
    expect(page).to_have_title(re.compile("^⏳ 1/2 "))
    tab.ended()
    expect(page.locator(".cm-running-line")).to_have_count(0)


def test_tabs_go_from_pane_to_pane_and_survive_a_reload(tab):
    page = tab.page
    choose(tab, 1)
    page.keyboard.press("Control+Alt+n")
    choose(tab, 1)
    tab.cell(1).hover()
    tab.cell(1).get_by_role("button", name="More for this cell").click()
    page.get_by_role("menuitem", name="Mirror the cell in a tab").click()
    right, bottom = side(tab), side(tab, "Tabs at the bottom")
    expect(right.get_by_role("tab")).to_have_count(2)
    right.get_by_role("button", name="Move the tab to the bottom").click()
    expect(bottom.get_by_role("tab", name="kept = 41")).to_be_visible()
    expect(right.get_by_role("tab", name="Scratch cell")).to_be_visible()
    page.reload()
    expect(bottom.get_by_role("tab", name="kept = 41")).to_be_visible()
    expect(right.get_by_role("tab", name="Scratch cell")).to_be_visible()
    expect(page.locator("#first-cells")).to_have_count(0)
    page.keyboard.press("Control+Shift+]")
    # On the tab, or in what takes the keyboard by itself.
    expect(page.locator(".n-tabs").locator(":focus")).to_be_visible()
    menu(tab, "View", "Move tab to next pane")
    tabs = page.locator(".n-tabs").get_by_role("tab")
    for left in (1, 0):
        bottom.or_(right).first.get_by_role("button", name="Close the tab").click()
        expect(tabs).to_have_count(left)
    expect(page.locator(".n-tabs")).to_have_count(0)


def test_slides_are_cells_and_escape_returns_to_the_cell(tab):
    page = tab.page
    tab.add_code("print('part')")
    tab.add_code("print('after')")
    choose(tab, 1)
    page.keyboard.press("Alt+v")
    slides = page.get_by_role("region", name="Slideshow")
    expect(slides.get_by_role("main")).to_contain_text("kept = 41")
    slides.locator(".n-run").click()
    expect(slides.locator(".n-run")).to_have_attribute("aria-label", re.compile("Ran in"))
    slides.get_by_role("button", name="Next slide").click()
    expect(slides.get_by_role("main")).to_contain_text("part")
    slides.get_by_role("main").focus()
    page.keyboard.press("End")
    expect(slides.get_by_role("main")).to_contain_text("after")
    page.keyboard.press("Home")
    expect(slides).to_contain_text("1 / ")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    expect(slides).to_have_count(0)
    expect(tab.cell(2)).to_be_focused()
    page.goto(f"{tab.person.url}/notebooks/{tab.notebook}#slideshowMode=true")
    page.reload()
    expect(slides.get_by_role("main")).to_be_visible()
    page.keyboard.press("Escape")
