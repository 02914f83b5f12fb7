"""What the editor knows of Python before there is a runtime: the language server in the page's own worker."""

from playwright.sync_api import expect


def options(tab):
    return tab.page.locator(".cm-tooltip-autocomplete li")


def test_names_are_completed_without_a_runtime(tab):
    """Also names of other cells, and around what only IPython reads."""
    page = tab.page
    tab.write("%matplotlib inline\nfrom pathlib import Path\n!ls 'x\ndef distance_to(x: float) -> float:\n    '''How far it is.'''\n    return x", 0)
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
    page.keyboard.press("Control+Space")
    expect(page.locator(".cm-completionInfo")).to_contain_text("How far it is.")
    page.keyboard.press("Enter")
    expect(tab.editor()).to_have_text("distance_to")
    page.keyboard.type("; Path('.').jo", delay=20)
    expect(options(tab)).to_have_text(["joinpath"])
