"""The question whether a notebook may have the Drive, and the Files pane's button for it."""

import re

from playwright.sync_api import expect

CODE = "from google.colab import drive\ndrive.mount('/content/drive')"
QUESTION = "Permit this notebook to access your Drive files?"


def test_a_cell_asks_and_mounts_and_the_files_pane_shows_it(tab):
    page = tab.page
    tab.write(CODE)
    page.keyboard.press("Control+Enter")
    question = page.get_by_role("alertdialog", name=QUESTION)
    expect(question).to_be_visible(timeout=60_000)
    expect(question).to_contain_text("/content/drive/MyDrive")
    # Escape is No, as is "No, thanks"; the question outlives a reload.
    page.reload()
    expect(question).to_be_visible(timeout=30_000)
    question.get_by_role("button", name="No, thanks").click()
    expect(tab.outputs()).to_contain_text("credential propagation was unsuccessful", timeout=30_000)

    # By the button of the pane.
    page.get_by_role("button", name="Files", exact=True).click()
    pane = page.get_by_role("complementary", name="Files")
    pane.get_by_role("button", name="Mount Drive").click()
    expect(question).to_be_visible()
    expect(question.get_by_role("checkbox")).not_to_be_checked()
    question.get_by_text("Do not ask again in this notebook").click()
    question.get_by_role("button", name="Permit access").click()
    expect(pane.get_by_text("Drive: /content/drive/MyDrive")).to_be_visible(timeout=30_000)
    expect(pane.get_by_role("row", name=re.compile("^drive"))).to_be_visible(timeout=30_000)
    # The cell need not ask any more.
    tab.cell().click()
    page.keyboard.press("Control+Enter")
    expect(tab.outputs()).to_contain_text("Drive already mounted at /content/drive", timeout=30_000)

    menu = pane.get_by_role("button", name="Your Drive in this runtime")
    menu.click()
    page.get_by_role("menuitem", name="Unmount /content/drive").click()
    expect(pane.get_by_text("Drive: /content/drive/MyDrive")).to_have_count(0, timeout=30_000)
    # What was remembered holds on, until it is taken back.
    menu.click()
    page.get_by_role("menuitem", name="Ask before mounting again").click()
    expect(pane.get_by_role("button", name="Mount Drive")).to_be_visible()
