"""A notebook on a phone: it is read, written and run by taps, and no screen is wider than the phone."""

import os
import pathlib
import re

import pytest
from playwright.sync_api import expect

from tab import Tab, sign_in
from test_accessible import notebook

PICTURES = os.environ.get("COLIBRI_SCREENS")  # A folder for a picture of each screen, to be looked at.
PHONE = {"viewport": {"width": 360, "height": 740}, "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
WINDOWS = {"Open notebook…": "Open notebook", "Rename": None, "Save and pin a revision…": "Save and pin a revision", "Revision history…": "Revision history",
           "Notebook info": "Notebook info", "Notebook settings…": "Notebook settings", "Deleted cells…": "Deleted cells", "Add a form field": "Add a form field",
           "Change runtime type…": "Change runtime type", "Connect to a local runtime…": "Connect to a local runtime", "Manage sessions…": "Manage sessions",
           "Command palette": "Command palette", "Editor settings…": "Editor", "Settings": "Settings", "Keyboard shortcuts": "Keyboard shortcuts",
           "Frequently asked questions": "Frequently asked questions", "Release notes": "Release notes", "Report a bug…": "Report a bug", "About Colibri": "About Colibri"}
PANES = ["Table of contents", "Find and replace", "Files", "Code snippets", "Variables", "Secrets"]


@pytest.fixture
def page(new_context, person):
    context = new_context(**PHONE)
    sign_in(context, person)
    return context.new_page()


def fits(page, screen, part=None):
    """Neither the page nor `part` of it goes beyond the sides."""
    if PICTURES:
        page.screenshot(path=pathlib.Path(PICTURES) / f"phone-{screen}.png")
    assert page.evaluate("[document.documentElement.scrollWidth, document.body.scrollWidth, innerWidth]") == [360, 360, 360], screen
    if part is not None:
        box = part.bounding_box()
        assert box["x"] >= 0 and box["x"] + box["width"] <= 360, (screen, box)
        assert part.evaluate("element => element.scrollWidth <= element.clientWidth"), screen


def choose(page, entry):
    page.get_by_role("button", name="Menus and tools").tap()
    page.get_by_role("menuitem", name=entry, exact=True).first.tap()


def test_a_cell_is_read_written_and_run(page, person):
    made = notebook(person, "On a phone")
    page.goto(f"{person.url}/?view=recent")
    line = page.get_by_role("row").filter(has_text="On a phone").first
    expect(line).to_be_visible()
    fits(page, "drive", page.locator(".d-main"))
    assert line.locator(".d-words").evaluate("words => words.scrollWidth <= words.clientWidth"), "the name is cut short"
    line.get_by_role("link").tap()
    expect(page).to_have_url(re.compile(made))
    expect(page.locator("[data-cell]")).to_have_count(5)
    expect(page.locator(".katex").first).to_be_visible()
    fits(page, "notebook")
    tab = Tab(page, person, made)
    for cell in page.locator("[data-cell]").all():
        cell.scroll_into_view_if_needed()
        fits(page, "cells")
    tab.editor(1).tap()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("import pandas\nprint('x' * 500)\npandas.DataFrame([range(40)])")
    fits(page, "editing")
    tab.cell(1).locator(".n-run").tap()
    tab.ended(1, timeout=90_000)
    expect(tab.outputs(1)).to_contain_text("xxxx")
    expect(tab.outputs(1).locator("table")).to_be_visible()
    tab.outputs(1).scroll_into_view_if_needed()
    fits(page, "outputs")
    # A text cell, too, is opened and closed without a keyboard of keys.
    tab.cell(0).scroll_into_view_if_needed()
    tab.cell(0).locator(".n-text").tap()
    tab.cell(0).get_by_role("button", name="Edit").tap()
    expect(tab.editor(0)).to_be_visible()
    page.keyboard.insert_text("Typed on a phone. ")
    fits(page, "text")
    tab.cell(0).get_by_role("button", name="Done").tap()
    expect(tab.cell(0).locator(".n-text")).to_contain_text("Typed on a phone.")
    for name in ("Terminal", "Executed code history", "Scratch code cell"):
        choose(page, name)
        beside = page.locator(".n-tabs")
        expect(beside).to_be_visible()
        expect(beside.locator(".xterm-screen, .h-run, .n-scratch").first).to_be_visible()
        fits(page, f"tab-{name}", beside)
        beside.get_by_role("button", name="Close the tab").tap()
        expect(beside).to_have_count(0)
    page.locator(".n-status-panes").get_by_role("button", name="Files", exact=True).tap()
    expect(page.get_by_role("row", name="sample_data")).to_be_visible()
    fits(page, "files-running", page.locator(".n-pane"))
    person.end_runtime(made)


def test_windows_and_panes_are_no_wider_than_it(page, person):
    made = notebook(person, "A notebook with a name that is much too long for the head of so small a screen")
    Tab(page, person, made)
    page.get_by_role("button", name="Menus and tools").tap()
    expect(page.get_by_role("menuitem").first).to_be_visible()
    fits(page, "menus", page.get_by_role("menu"))
    page.keyboard.press("Escape")
    for entry, name in WINDOWS.items():
        choose(page, entry)
        if name is None:
            fits(page, entry)
            page.keyboard.press("Escape")
            continue
        window = page.get_by_role("dialog", name=name, exact=True)
        expect(window).to_be_visible()
        expect(window.locator(".c-spinner")).to_have_count(0)
        tabs = window.get_by_role("tab")
        for at in range(max(1, tabs.count())):
            if tabs.count():
                tabs.nth(at).tap()
                expect(window.locator(".c-spinner")).to_have_count(0)
            fits(page, f"{name}-{at}", window)
        page.keyboard.press("Escape")
        expect(window).to_have_count(0)
    page.locator(".n-share").tap()
    window = page.get_by_role("dialog", name=re.compile("^Share"))
    expect(window).to_be_visible()
    fits(page, "share", window)
    page.keyboard.press("Escape")
    for name in PANES:
        page.locator(".n-status-panes").get_by_role("button", name=name, exact=True).tap()
        pane = page.get_by_role("complementary", name=name, exact=True)
        expect(pane).to_be_visible()
        expect(pane.locator(".c-spinner")).to_have_count(0)
        fits(page, f"pane-{name}", pane)
        pane.get_by_role("button", name="Close").tap()
    choose(page, "Start slideshow")
    expect(page.locator(".n-slides-place")).to_be_visible()
    fits(page, "slides")
