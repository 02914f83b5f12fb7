"""The Drive's page, as a person uses it: folders, uploads, search, the Trash, by mouse and by keys."""

import json
import os
import re

import pytest
from playwright.sync_api import expect


@pytest.fixture
def page(context, person):
    page = context.new_page()
    page.goto(f"{person.url}/?view=folder")
    expect(page.get_by_role("row", name=re.compile("Colab Notebooks"))).to_be_visible()
    return page


def row(page, name):
    return page.get_by_role("row", name=re.compile(re.escape(name)))


def act(page, name, item):
    row(page, name).click(button="right", position={"x": 400, "y": 20})
    page.get_by_role("menuitem", name=item).click()


def make_folder(page, name):
    page.get_by_role("button", name="More ways to add").click()
    page.get_by_role("menuitem", name="New folder").click()
    page.get_by_label("Name of the folder").fill(name)
    page.keyboard.press("Enter")
    expect(row(page, name)).to_be_visible()


def upload(page, *files):
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload", exact=True).click()
    chooser.value.set_files([{"name": name, "mimeType": "text/plain", "buffer": data} for name, data in files])


def home_of(shared_server, person):
    user = person.request("GET", "/api/me").json()["user"]["id"]
    return shared_server.data / "drive" / user / "My Drive"


def test_files_come_in_move_are_found_and_come_back_from_the_trash(page, person, shared_server):
    make_folder(page, "研究")
    large = os.urandom(9_000_000)
    upload(page, ("table.csv", b"name,size\nwren,9\n\"a, b\",10\n"), ("large.bin", large))
    uploads = page.get_by_role("region", name="Uploads")
    expect(uploads.get_by_text("2 files uploaded")).to_be_visible()
    expect(row(page, "large.bin")).to_be_visible()
    assert (home_of(shared_server, person) / "large.bin").read_bytes() == large
    # A name that is taken: one is asked.
    upload(page, ("table.csv", b"name,size\nowl,1\n"))
    uploads.get_by_role("button", name="Keep both").click()
    expect(row(page, "table (1).csv")).to_be_visible()
    uploads.get_by_role("button", name="Clear").click()
    expect(uploads).to_have_count(0)
    # A preview, as a table.
    row(page, "table (1).csv").get_by_role("link").click()
    expect(page.get_by_role("dialog").get_by_role("cell", name="owl")).to_be_visible()
    page.keyboard.press("Escape")
    # Two are dragged onto the folder, which is opened.
    row(page, "table.csv").click(position={"x": 400, "y": 20})
    row(page, "large.bin").click(position={"x": 400, "y": 20}, modifiers=["Control"])
    expect(page.get_by_text("2 chosen")).to_be_visible()
    row(page, "large.bin").drag_to(row(page, "研究"), source_position={"x": 400, "y": 20})
    expect(page.get_by_text("2 items moved to “研究”.")).to_be_visible()
    row(page, "研究").get_by_role("link").click()
    expect(page.get_by_role("heading", name="研究", level=1)).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(3)
    # Another program's file is found by its text.
    (home_of(shared_server, person) / "研究" / "notes.md").write_text("About the Hummingbird of 高山.\n")
    page.get_by_label("Search in Drive").fill("hummingbird 高山")
    expect(row(page, "notes.md")).to_contain_text("about the hummingbird of 高山")
    page.get_by_label("Search in Drive").fill("")
    # By keys alone: choose, rename, throw away.
    page.reload()
    row(page, "large.bin").focus()
    page.keyboard.press("Space")
    page.keyboard.press("F2")
    page.get_by_label("New name").fill("renamed.bin")
    page.keyboard.press("Enter")
    expect(row(page, "renamed.bin")).to_be_visible()
    row(page, "renamed.bin").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Delete")
    expect(page.get_by_text("1 item is in the Trash.")).to_be_visible()
    expect(row(page, "renamed.bin")).to_have_count(0)
    page.get_by_role("navigation", name="Places").get_by_role("link", name="Trash").click()
    act(page, "renamed.bin", "Restore")
    expect(page.get_by_text("The Trash is empty")).to_be_visible()
    assert (home_of(shared_server, person) / "研究" / "renamed.bin").read_bytes() == large


def test_an_upload_waits_for_a_lost_connection(page, context, person, shared_server):
    data = os.urandom(20_000_000)
    seen = []

    def lose_some(route):
        seen.append(route.request.url)
        if len(seen) == 2:
            route.abort("connectionreset")
        else:
            route.continue_()

    page.route(re.compile(r"/api/drive/uploads/up_\w+\?from="), lose_some)
    upload(page, ("slow.bin", data))
    expect(page.get_by_role("region", name="Uploads").get_by_text("1 file uploaded")).to_be_visible(timeout=30_000)
    assert (home_of(shared_server, person) / "slow.bin").read_bytes() == data


def test_many_files_are_drawn_as_they_are_looked_at(page, person, shared_server):
    folder = home_of(shared_server, person) / "many"
    folder.mkdir()
    for number in range(3000):
        (folder / f"file {number}.txt").touch()
    page.goto(f"{person.url}/?view=folder&path=My%20Drive%2Fmany")
    expect(page.get_by_text("3,000 items")).to_be_visible()
    assert page.get_by_role("row").count() < 80
    row(page, "file 0.txt").focus()
    page.keyboard.press("End")
    expect(row(page, "file 2999.txt")).to_be_focused()
    page.get_by_role("button", name="As a grid").click()
    expect(page.get_by_role("row").first).to_be_visible()
    assert page.get_by_role("row").count() < 200
    page.get_by_role("button", name="As a list").click()


def test_a_notebook_is_looked_into_and_opened_from_there(page, person):
    person.import_file("Birds.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {"cell_type": "code", "id": "a", "metadata": {}, "execution_count": 1, "source": "print('wren')", "outputs": [
            {"output_type": "stream", "name": "stdout", "text": "wren\n"}]}]}))
    page.goto(f"{person.url}/?view=recent")
    act(page, "Birds", "Preview")
    look = page.get_by_role("dialog", name="Birds.ipynb")
    expect(look.frame_locator("iframe").locator("pre")).to_have_text("print('wren')")
    expect(look.frame_locator("iframe").locator(".o-stdout")).to_have_text("wren")
    look.get_by_role("button", name="Open").click()
    expect(page.locator("[data-cell] .cm-content")).to_have_text("print('wren')")
