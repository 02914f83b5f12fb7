"""Two people with accounts of their own edit, run and comment in one notebook at once."""

import re

import pytest
from playwright.sync_api import expect

from tab import Tab, sign_in


@pytest.fixture(scope="module")
def bob(shared_server, person):
    person.request("PATCH", "/api/me", json={"name": "Ann", "email": "ann@example.org"})
    return person.admit("bob@example.org", "Bob")


@pytest.fixture
def two(new_context, person, bob):
    """The owner's tab on a notebook of two cells, and an editor's; each may have a runtime."""
    notebook = person.create()
    person.share(notebook, "bob@example.org", "editor")
    assert bob.request("PUT", f"/api/notebooks/{notebook}/trust", json={}).ok  # Else they are asked before the first run.
    tabs = []
    for who in (person, bob):
        context = new_context()
        sign_in(context, who)
        tabs.append(Tab(context.new_page(), who, notebook))
    tabs[0].add_code()
    expect(tabs[1].page.locator("[data-cell]")).to_have_count(2)
    yield tabs
    person.share(notebook, "bob@example.org", "editor")
    for who in (person, bob):
        who.end_runtime(notebook)


def comment(tab, index, text):
    tab.cell(index).focus()
    tab.page.keyboard.press("Control+Alt+m")
    tab.page.keyboard.type(text)
    tab.page.keyboard.press("Enter")


def test_one_is_made_a_viewer_while_both_are_at_work(two, person):
    ann, bob = two
    ann.editor(0).click()
    bob.editor(1).click()
    ann.page.keyboard.type("whose = 'ann'; ")
    bob.page.keyboard.type("whose = 'bob'; ")
    for i in range(10):
        ann.page.keyboard.type(f"a{i} = {i}; ")
        bob.page.keyboard.type(f"b{i} = {i}; ")
    ann.page.keyboard.insert_text("print(whose, a9)")
    bob.page.keyboard.insert_text("print(whose, b9)")
    ann.page.keyboard.press("Control+Enter")
    bob.page.keyboard.press("Control+Enter")
    for tab in two:
        tab.ended(0)
        tab.ended(1)
        expect(tab.outputs(0)).to_have_text("ann 9")
        expect(tab.outputs(1)).to_have_text("bob 9")
    expect(ann.cell(1).locator(".n-run")).to_have_attribute("aria-label", re.compile("Executed by Bob, "))
    expect(bob.cell(0).locator(".n-run")).to_have_attribute("aria-label", re.compile("Executed by Ann, "))

    comment(bob, 0, "Is this right?")
    expect(ann.page.locator("article[data-card]")).to_contain_text("Is this right?")
    bob.write("import time\nwhile True: time.sleep(0.1)", 1)
    bob.page.keyboard.press("Control+Enter")
    expect(ann.cell(1).locator(".n-run")).to_have_attribute("aria-label", re.compile("Bob is running this cell"))
    bob.editor(0).click()
    bob.page.keyboard.press("Control+Home")
    typed = "".join(f"#{i} " for i in range(40))
    bob.page.keyboard.type(typed[:60])
    expect(ann.editor(0)).to_contain_text(typed[:59].strip())
    person.share(ann.notebook, "bob@example.org", "viewer")
    bob.page.keyboard.type(typed[60:])

    # He sees at once that he may only look, what he was running has ended, and nothing that he was
    # told is in the notebook is lost.
    expect(bob.editor(0)).to_have_attribute("contenteditable", "false", timeout=1_000)
    expect(ann.cell(1).locator(".n-run-running")).to_have_count(0, timeout=30_000)  # A machine takes its time to end.
    ann.editor(0).click()
    ann.page.keyboard.press("Control+End")
    ann.page.keyboard.type(" # still here")
    for tab in two:
        expect(tab.editor(0)).to_contain_text("# still here")
    expect(bob.editor(0)).to_have_text(ann.editor(0).inner_text(), use_inner_text=True)
    assert typed[:59].strip() in ann.editor(0).inner_text()
    before = ann.editor(0).inner_text()
    expect(bob.page.get_by_text("You can view this notebook, not change it.")).to_be_visible()
    comment(bob, 1, "not any more")  # The first key leads him to a playground, and what he types stays there.
    expect(bob.page.get_by_text("Nothing here is saved")).to_be_visible()
    bob.write("mine = 1", 1)
    bob.page.get_by_role("button", name="Back to the notebook").click()
    expect(bob.editor(0)).to_contain_text("# still here")
    assert ann.editor(0).inner_text() == before
    assert "mine" not in ann.editor(1).inner_text()
    expect(ann.page.locator("article[data-card]")).to_have_count(1)

    person.share(ann.notebook, "bob@example.org", "editor")
    expect(bob.editor(0)).to_have_attribute("contenteditable", "true")
    bob.write("print('again')", 1)
    bob.page.keyboard.press("Control+Enter")
    bob.ended(1)
    expect(ann.outputs(1)).to_have_text("again", timeout=60_000)  # On a new machine.


def test_an_editor_runs_on_the_runtime_that_the_owner_shares(two):
    ann, bob = two
    ann.write("shared = 41", 0)
    ann.page.keyboard.press("Control+Enter")
    ann.ended(0)
    ann.page.get_by_role("button", name="Runtime", exact=True).click()
    ann.page.get_by_role("menuitem", name="Share my runtime").click()
    ann.page.get_by_role("alertdialog").get_by_role("button", name="Share", exact=True).click()
    bob.page.get_by_role("button", name="Runtime", exact=True).click()
    bob.page.get_by_role("menuitem", name="Use Ann’s runtime").click()
    bob.write("print(shared + 1)", 1)
    bob.page.keyboard.press("Control+Enter")
    bob.ended(1)
    for tab in two:
        expect(tab.outputs(1)).to_have_text("42")
    # No longer shared: his runs go to a runtime of his own, which knows nothing of hers.
    ann.page.get_by_role("button", name="Runtime", exact=True).click()
    ann.page.get_by_role("menuitem", name="Share my runtime").click()
    expect(bob.page.get_by_text("Ann’s runtime")).to_have_count(0)
    bob.editor(1).click()
    bob.page.keyboard.press("Control+Enter")
    expect(bob.outputs(1)).to_contain_text("NameError", timeout=60_000)
