"""What a notebook was: pinned by name, compared, restored, opened as a copy; and what ran in it."""

import re
from types import SimpleNamespace

import pytest
from playwright.sync_api import expect

from oidc_provider import Browser
from tab import Tab, sign_in


def pin(tab, name):
    tab.page.keyboard.press("Control+m")
    tab.page.keyboard.press("s")
    dialog = tab.page.get_by_role("dialog", name="Save and pin a revision")
    dialog.get_by_label("Name").fill(name)
    tab.page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(tab.page.get_by_text("The revision was pinned.")).to_be_visible()


def choose(tab, menu, item):
    tab.page.get_by_role("navigation").get_by_role("button", name=menu, exact=True).click()
    tab.page.get_by_role("menuitem", name=item).click()


@pytest.fixture
def history(tab):
    """Opens the revision history; its window."""
    def open_it():
        choose(tab, "File", "Revision history")
        window = tab.page.get_by_role("dialog", name="Revision history")
        expect(window.get_by_role("option").first).to_be_visible()
        return window
    return open_it


def test_a_revision_is_pinned_compared_and_restored(tab, history):
    tab.write("kept = 1\nchanged = 1", 0)
    tab.add_code("gone")
    pin(tab, "Handed in")
    tab.write("kept = 1\nchanged = 2", 0)
    tab.cell(1).click()
    tab.page.keyboard.press("Escape")
    tab.page.keyboard.press("Control+m")
    tab.page.keyboard.press("d")
    expect(tab.page.locator("[data-cell]")).to_have_count(1)
    tab.add_code("new")
    window = history()
    window.get_by_role("option", name="The notebook now").click()
    cells = window.get_by_role("main")
    expect(cells.get_by_role("group", name="Cell: Changed")).to_contain_text("changed = 2")
    expect(cells.locator(".cm-deletedChunk")).to_contain_text("changed = 1")
    expect(cells.get_by_role("group", name="Cell: Deleted")).to_contain_text("gone")
    expect(cells.get_by_role("group", name="Cell: Added")).to_contain_text("new")

    cells.get_by_role("radio", name="Side by side").click()
    expect(cells.locator(".cm-merge-a")).to_contain_text("changed = 1")
    expect(cells.locator(".cm-merge-b")).to_contain_text("changed = 2")

    window.get_by_text("Named and pinned only").click()
    expect(window.get_by_role("option")).to_have_count(2)
    window.get_by_role("option", name=re.compile("^Handed in")).click()
    expect(window.get_by_role("heading", name="Handed in")).to_be_visible()
    window.get_by_role("button", name="Restore").click()
    tab.page.get_by_role("alertdialog").get_by_role("button", name="Restore").click()
    expect(window).to_have_count(0)
    expect(tab.page.locator("[data-cell]")).to_have_count(2)
    expect(tab.editor(0)).to_contain_text("changed = 1")
    expect(tab.editor(1)).to_have_text("gone")

    window = history()  # And back again.
    window.get_by_role("option", name=re.compile("Before a revision was restored")).first.click()
    window.get_by_role("button", name="Restore").click()
    tab.page.get_by_role("alertdialog").get_by_role("button", name="Restore").click()
    expect(tab.editor(0)).to_contain_text("changed = 2")
    expect(tab.editor(1)).to_have_text("new")


def test_a_revision_is_renamed_unpinned_and_opened_as_a_copy(tab, history):
    tab.write("original", 0)
    pin(tab, "")
    tab.write("later", 0)
    expect(tab.editor(0)).to_have_text("later")
    tab.saved()
    window = history()
    newest = window.get_by_role("option").nth(1)
    newest.click()
    window.get_by_role("button", name="More for this revision").click()
    tab.page.get_by_role("menuitem", name="Give it a name").click()
    tab.page.get_by_role("dialog", name="Name of the revision").get_by_label("Name").fill("草稿 1")
    tab.page.keyboard.press("Enter")
    expect(newest).to_contain_text("草稿 1")
    window.get_by_role("button", name="More for this revision").click()
    tab.page.get_by_role("menuitem", name="Unpin").click()
    expect(newest.locator(".h-pin")).to_have_count(0)
    with tab.page.context.expect_page() as opened:
        window.get_by_role("button", name="Open as a copy").click()
    copy = opened.value
    expect(copy.locator("[data-cell] .cm-content").first).to_have_text("original")
    assert tab.notebook not in copy.url
    copy.close()
    tab.page.keyboard.press("Escape")
    expect(window).to_have_count(0)


def test_outputs_are_told_as_changed_and_shown(tab, history):
    tab.run("import random\nprint('number', random.random())")
    pin(tab, "one")
    first = tab.outputs().inner_text()
    tab.cell().locator(".n-run").click()
    expect(tab.outputs()).not_to_contain_text(first.split()[1])
    tab.ended()
    tab.saved()
    window = history()
    window.get_by_role("option", name="The notebook now").click()
    cell = window.get_by_role("group", name="Cell: Changed")
    expect(cell.get_by_text("Outputs changed")).to_be_visible()
    cell.get_by_role("button", name="Show outputs").click()
    expect(cell.locator(".h-output").first).to_contain_text(first.split()[1])
    expect(cell.locator(".h-output").last).to_contain_text(tab.outputs().inner_text().split()[1])
    expect(window.get_by_text("1 cell without a change")).to_be_visible()
    window.get_by_role("button", name="Show: 1 cell without a change").click()
    expect(window.get_by_text("An empty cell")).to_be_visible()
    window.get_by_role("button", name="Close").click()

    choose(tab, "Runtime", "Executed code history")
    executed = tab.page.get_by_role("complementary", name="Tabs at the right")
    expect(executed.get_by_text("This session, since")).to_be_visible()
    expect(executed.locator(".h-run")).to_have_count(2)
    newest = executed.locator(".h-run").first
    expect(newest).to_contain_text("[2]")
    expect(newest).to_contain_text("Done in")
    expect(newest).to_contain_text("Owner")
    newest.get_by_role("button", name="Insert as a new cell").click()
    expect(tab.page.locator("[data-cell]")).to_have_count(3)
    expect(tab.page.locator("[data-cell]", has_text="import random")).to_have_count(2)
    # It goes on as more runs, leads to the cell, and a reload finds it.
    tab.page.keyboard.press("Control+a")
    tab.page.keyboard.insert_text("6 * 7")
    tab.page.keyboard.press("Control+Enter")
    expect(executed.locator(".h-run")).to_have_count(3)
    expect(newest).to_contain_text("6 * 7")
    tab.page.reload()
    expect(executed.locator(".h-run")).to_have_count(3)
    executed.locator(".h-run").nth(1).get_by_role("button", name="Go to the cell").click()
    expect(tab.page.locator("[data-cell].is-focused")).to_contain_text("import random")


def test_a_viewer_has_no_history(tab, new_context, person):
    tab.write("x", 0)
    link = person.request("POST", "/api/people/invitations", json={"email": "history-viewer@example.org"}).json()["link"]
    answer = person.request("POST", f"/api/notebooks/{tab.notebook}/access", json={
        "people": [{"email": "history-viewer@example.org", "role": "viewer"}], "notify": False})
    assert answer.status_code == 200, answer.text
    browser = Browser(person.url)
    accepted = browser.post("/api/invitations/accept", {
        "token": link.split("#invitation=")[1], "name": "Vi", "password": "a good long sentence"})
    assert accepted.status_code == 200, accepted.text
    ((name, value),) = browser.cookies.items()
    context = new_context()
    sign_in(context, SimpleNamespace(url=person.url, cookie=f"{name}={value}"))
    viewer = Tab(context.new_page(), person, tab.notebook)
    viewer.page.get_by_role("navigation").get_by_role("button", name="File", exact=True).click()
    for item in ["Revision history", "Save and pin a revision"]:
        expect(viewer.page.get_by_role("menuitem", name=item)).to_be_disabled()
