"""GitHub in the page: one's account is connected, private notebooks open, and notebooks are saved there."""

import json
import re

import pytest
from playwright.sync_api import expect

from github_server import TOKEN, notebook


@pytest.fixture
def page(hub_page):
    return hub_page


def menu(page, name, item):
    page.get_by_role("navigation", name="Menus").get_by_role("button", name=name, exact=True).click()
    page.get_by_role("menuitem", name=item, exact=True).click()


def press(window, name):
    window.get_by_role("button", name=name, exact=True).click()


def test_a_notebook_is_saved_and_a_change_meanwhile_is_for_the_person_to_judge(page, hub, github):
    mine = hub.import_file("Mine.ipynb", notebook("1 + 1")).json()["id"]
    page.goto(f"{hub.url}/notebooks/{mine}")
    menu(page, "File", "Save a copy in GitHub…")
    window = page.get_by_role("dialog", name="Save a copy in GitHub")
    token = window.get_by_label("Token", exact=True)
    token.fill("ghp_unknown")
    press(window, "Connect")
    expect(window.get_by_role("alert")).to_have_text("GitHub does not accept this token.")
    token.fill(TOKEN)
    press(window, "Connect")
    expect(window.get_by_text("Connected as ada")).to_be_visible()
    window.get_by_role("combobox", name="Repository").select_option("ada/secret")
    expect(window.get_by_role("combobox", name="Branch").get_by_role("option")).to_have_text(["main", "draft"])
    path = window.get_by_role("textbox", name="File path")
    expect(path).to_have_value("Mine.ipynb")
    path.fill("../Mine.ipynb")
    press(window, "Save")
    expect(window.get_by_role("alert")).to_contain_text("The path has the names of folders")
    path.fill("notes/mine.ipynb")
    press(window, "Save")
    expect(window.get_by_role("link", name="View it at GitHub")).to_have_attribute(
        "href", "https://github.com/ada/secret/blob/main/notes/mine.ipynb")
    press(window, "Done")

    def files():
        return github.contract()["repositories"]["ada/secret"]["branches"]["main"]

    assert "Open In Colibri" in files()["notes/mine.ipynb"] and github.contract()["messages"] == ["Saved with Colibri"]
    github.put("ada/secret", "main", "notes/mine.ipynb", notebook("theirs"))
    menu(page, "File", "Save a copy in GitHub…")
    expect(window.get_by_role("combobox", name="Repository")).to_have_value("ada/secret")
    expect(path).to_have_value("notes/mine.ipynb")
    expect(window.get_by_role("combobox", name="Branch").get_by_role("option")).to_have_text(["main", "draft"])
    press(window, "Save")
    told = page.get_by_role("alertdialog", name="Save a copy in GitHub")
    expect(told).to_contain_text("The file was changed at GitHub meanwhile. Nothing has been saved yet.")
    press(told, "Under another name")
    path.fill("notes/other.ipynb")
    press(window, "Save")
    expect(window.get_by_role("link", name="View it at GitHub")).to_be_visible()
    press(window, "Done")
    assert "theirs" in files()["notes/mine.ipynb"] and "1 + 1" in files()["notes/other.ipynb"]
    menu(page, "File", "Save a copy in GitHub…")
    path.fill("notes/mine.ipynb")
    expect(window.get_by_role("combobox", name="Branch").get_by_role("option")).to_have_text(["main", "draft"])
    press(window, "Save")
    expect(told).to_contain_text("There is a file of this name at GitHub already.")
    press(told, "Overwrite")
    expect(window.get_by_role("link", name="View it at GitHub")).to_be_visible()
    assert "1 + 1" in files()["notes/mine.ipynb"]


def test_private_notebooks_are_found_opened_and_kept_as_a_gist(page, hub, github):
    page.goto(f"{hub.url}/github")
    window = page.get_by_role("dialog", name="Open notebook")
    window.get_by_text("Include private repositories").click()
    window.get_by_label("Token", exact=True).fill(TOKEN)
    press(window, "Connect")
    expect(window.get_by_role("listitem")).to_have_count(3)
    window.get_by_role("button", name="ada/secret").click()
    window.get_by_role("link", name="hidden.ipynb").click()
    expect(page.locator("[data-cell] .cm-content")).to_have_text("5 + 5")
    banner = page.get_by_role("note").filter(has_text="from GitHub")
    expect(banner.get_by_role("button", name="Save a copy in GitHub…")).to_be_visible()
    menu(page, "File", "Save a copy as a GitHub Gist…")
    window = page.get_by_role("dialog", name="Save a copy as a GitHub Gist")
    expect(window.get_by_role("radio", name="Secret: whoever has its address")).to_be_checked()
    press(window, "Save")
    expect(window.get_by_role("link", name="View it at GitHub")).to_have_attribute("href", re.compile("https://gist.github.com/ada/"))
    gist = next(each for each in github.contract()["gists"].values() if each.get("owner") == "ada")
    assert gist["public"] is False and len(json.loads(gist["files"]["hidden.ipynb"])["cells"]) == 2


def test_the_account_is_shown_and_disconnected_in_the_settings(page, hub):
    hub.request("PUT", "/api/me/github", json={"token": TOKEN})
    page.goto(f"{hub.url}/#connected=github")
    settings = page.get_by_role("dialog", name="Settings")
    expect(settings.get_by_role("tab", name="GitHub")).to_have_attribute("aria-selected", "true")
    expect(settings).to_contain_text("Connected as ada")
    expect(settings).to_contain_text("May: gist, repo")
    press(settings, "Disconnect")
    press(page.get_by_role("alertdialog", name="Disconnect from GitHub?"), "Disconnect")
    expect(settings.get_by_label("Token", exact=True)).to_be_visible()
    expect(settings.get_by_role("link", name="Make a token at GitHub")).to_have_attribute(
        "href", "https://github.com/settings/tokens/new?scopes=repo,gist&description=Colibri")
