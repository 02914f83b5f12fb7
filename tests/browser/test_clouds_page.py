"""Other clouds on the Drive's page: connected in the window, used like folders, let go."""

import json
import re

import pytest
from playwright.sync_api import expect

from cloud_servers import SECRET, USER, CloudServer
from colibri import Server
from tab import sign_in


@pytest.fixture
def cloud_server(tmp_path):
    served = CloudServer("webdav", tmp_path / "cloud").start()
    (served.folder / "hello.txt").write_text("hello from afar\n")
    (served.folder / "data").mkdir()
    (served.folder / "far.ipynb").write_text(json.dumps({"cells": [{"cell_type": "markdown", "id": "a", "metadata": {}, "source": "From **afar**"}],
                                                         "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    yield served
    served.stop()


@pytest.fixture
def page(new_context, tmp_path, image):
    config = tmp_path / "clouds.yaml"
    config.write_text("clouds:\n  reach: everything\n")
    server = Server(tmp_path / "data", arguments=["--config", config]).start()
    person = server.sign_in()
    context = new_context()
    sign_in(context, person)
    page = context.new_page()
    page.goto(f"{person.url}/?view=folder")
    expect(page.get_by_role("row", name=re.compile("Colab Notebooks"))).to_be_visible()
    yield page
    context.close()
    assert server.stop() == 0
    server.clear_away()


def row(page, name):
    return page.get_by_role("row", name=re.compile(re.escape(name)))


def act(page, name, item):
    row(page, name).click(button="right", position={"x": 300, "y": 20})
    page.get_by_role("menuitem", name=item).click()


def test_a_cloud_is_connected_used_and_let_go(page, cloud_server):
    page.get_by_role("button", name="Connect a cloud…").click()
    window = page.get_by_role("dialog", name="Connect a cloud")
    window.get_by_label("Kind").select_option("webdav")
    connect = window.get_by_role("button", name="Connect", exact=True)
    expect(connect).to_be_disabled()
    window.get_by_label("Name", exact=True).fill("Nextcloud")
    window.get_by_label("Address").fill(f"http://127.0.0.1:{cloud_server.port}")
    window.get_by_label("User name").fill(USER)
    window.get_by_label("Password", exact=True).fill("wrong")
    connect.click()
    expect(window.get_by_role("alert")).to_contain_text("refuses the name or the secret")
    window.get_by_label("Password", exact=True).fill(SECRET)
    connect.click()
    expect(window).to_have_count(0)

    # It is open, and stands beside the list.
    expect(page.get_by_role("heading", name="Nextcloud")).to_be_visible()
    place = page.get_by_role("navigation", name="Places").get_by_role("link", name="Nextcloud")
    expect(place).to_have_attribute("aria-current", "page")
    expect(row(page, "hello.txt")).to_be_visible()
    act(page, "hello.txt", "Preview")
    expect(page.get_by_role("dialog").get_by_text("hello from afar")).to_be_visible()
    page.keyboard.press("Escape")

    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload", exact=True).click()
    chooser.value.set_files([{"name": "table.csv", "mimeType": "text/csv", "buffer": b"a,b\n1,2\n"}])
    expect(page.get_by_role("region", name="Uploads").get_by_text("1 file uploaded")).to_be_visible()
    expect(row(page, "table.csv")).to_be_visible()
    assert (cloud_server.folder / "table.csv").read_bytes() == b"a,b\n1,2\n"

    act(page, "table.csv", "Rename")
    page.get_by_role("dialog").get_by_role("textbox").fill("renamed.csv")
    page.keyboard.press("Enter")
    expect(row(page, "renamed.csv")).to_be_visible()

    act(page, "renamed.csv", "Delete for good")
    page.get_by_role("alertdialog").get_by_role("button", name="Delete for good").click()
    expect(row(page, "renamed.csv")).to_have_count(0)
    assert sorted(each.name for each in cloud_server.folder.iterdir()) == ["data", "far.ipynb", "hello.txt"]

    # A notebook of it opens as a copy of one's own.
    act(page, "far.ipynb", "Copy to my Drive")
    expect(page.get_by_role("main", name="Cells").get_by_text("From afar")).to_be_visible()
    expect(page).to_have_title(re.compile("far"))
    page.go_back()
    expect(row(page, "far.ipynb")).to_be_visible()

    # The folder of all clouds: another name, and its end.
    page.get_by_role("navigation", name="Places").get_by_role("link", name="Clouds").click()
    act(page, "Nextcloud", "Rename")
    page.get_by_role("dialog").get_by_role("textbox").fill("Far away")
    page.keyboard.press("Enter")
    expect(row(page, "Far away")).to_be_visible()
    act(page, "Far away", "Settings…")
    settings = page.get_by_role("dialog", name=re.compile("Settings of"))
    expect(settings.get_by_label("User name")).to_have_value(USER)
    expect(settings.get_by_label("Password", exact=True)).to_have_value("")
    settings.get_by_role("button", name="Cancel").click()
    act(page, "Far away", "Disconnect")
    page.get_by_role("alertdialog").get_by_role("button", name="Disconnect").click()
    expect(page.get_by_text("No clouds yet")).to_be_visible()
    assert (cloud_server.folder / "hello.txt").exists()
