"""The pane of secrets, and the question whether a notebook may have one."""

import re

from playwright.sync_api import expect

from agent_client import SPEAK


def test_a_secret_is_added_shown_granted_and_deleted(tab):
    page = tab.page
    page.get_by_role("button", name="Secrets", exact=True).click()
    pane = page.get_by_role("complementary", name="Secrets")
    expect(pane.get_by_text("No secrets yet.")).to_be_visible()
    pane.get_by_role("button", name="Add secret").click()
    dialog = page.get_by_role("dialog", name="Add secret")
    dialog.get_by_role("textbox", name="Name").fill("API KEY")
    dialog.get_by_role("textbox", name="Value").fill("line one\nline two")
    dialog.get_by_role("button", name="Save").click()
    expect(dialog.get_by_text("A name has no blanks")).to_be_visible()
    dialog.get_by_role("textbox", name="Name").fill("API_KEY")
    page.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    row = pane.get_by_role("listitem").filter(has_text="API_KEY")
    expect(row).not_to_contain_text("line one")
    row.get_by_role("button", name="Show the value of API_KEY").click()
    expect(row).to_contain_text("line one\nline two")
    row.get_by_role("button", name="Hide the value of API_KEY").click()
    expect(row).not_to_contain_text("line one")
    # What was just added this notebook may have; another one asks.
    access = row.get_by_role("checkbox", name="Notebook access")
    expect(access).to_be_checked()
    row.get_by_text("Notebook access").click()
    expect(access).not_to_be_checked()
    tab.write(SPEAK + "print(ask('secret.get', 120000, name='API_KEY'))")
    page.keyboard.press("Control+Enter")
    question = page.get_by_role("alertdialog", name="Let this notebook read API_KEY?")
    expect(question).to_be_visible(timeout=60_000)
    # The question outlives a reload of the page.
    page.reload()
    expect(question).to_be_visible(timeout=30_000)
    question.get_by_role("button", name="Grant access").click()
    expect(tab.outputs()).to_contain_text("line one", timeout=30_000)
    expect(row.get_by_role("checkbox", name="Notebook access")).to_be_checked()
    row.get_by_role("button", name="Delete API_KEY").click()
    page.get_by_role("alertdialog", name=re.compile("Delete API_KEY")).get_by_role("button", name="Delete").click()
    expect(pane.get_by_text("No secrets yet.")).to_be_visible()
