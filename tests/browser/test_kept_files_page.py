"""What an ended runtime has left in /content, as a person gets it: the button of the strip, and the archive behind it."""

import os
import signal
import zipfile

import pytest
from playwright.sync_api import expect

from colibri import supervisors
from tab import Tab, sign_in


def picture(page, name):
    """For a person to look at, when they say where."""
    if folder := os.environ.get("COLIBRI_PICTURES"):
        page.screenshot(path=f"{folder}/{name}.png")


@pytest.fixture
def site(make_server, new_context):
    server = make_server().start()
    person = server.sign_in()
    context = new_context()
    sign_in(context, person)
    return server, person, context


def download(strip, folder, name="Download its files"):
    with strip.page.expect_download() as begun:
        strip.get_by_role("link", name=name).click()
    path = folder / begun.value.suggested_filename
    begun.value.save_as(path)
    return zipfile.ZipFile(path)


def test_the_files_of_a_runtime_that_ended_are_one_download(site, tmp_path):
    server, person, context = site
    tab = Tab(context.new_page(), person, person.create())
    tab.run("import os\nos.makedirs('/content/results')\nopen('/content/results/数据.csv', 'w').write('1,2\\n' * 1000)")
    tab.saved()
    [pid] = supervisors(server)
    os.kill(pid, signal.SIGKILL)
    strip = tab.page.get_by_role("region", name="The runtime has ended")
    expect(strip.get_by_role("link", name="Download its files")).to_be_visible(timeout=30_000)
    expect(strip).to_contain_text("or until the disk is needed")
    picture(tab.page, "ended_files")
    archive = download(strip, tmp_path)
    assert archive.filename.endswith("Untitled0 content.zip")
    assert archive.testzip() is None
    assert archive.read("results/数据.csv") == b"1,2\n" * 1000

    # Whoever was not there finds why it ended, and the files, when they come back.
    tab.page.close()
    server.stop()
    server.start()
    tab = Tab(context.new_page(), person, tab.notebook)
    strip = tab.page.get_by_role("region", name="The runtime has ended")
    expect(strip.get_by_role("link", name="Download its files")).to_be_visible(timeout=30_000)
    assert download(strip, tmp_path).namelist() == archive.namelist()
    picture(tab.page, "ended_before")
    tab.page.get_by_role("navigation").get_by_role("button", name="Runtime", exact=True).click()
    tab.page.get_by_role("menuitem", name="Manage sessions").click()
    kept = tab.page.get_by_role("region", name="Files of ended runtimes")
    expect(kept).to_contain_text("Untitled0")
    picture(tab.page, "kept_files")
    assert download(kept, tmp_path, "Download the files of Untitled0").namelist() == archive.namelist()
    tab.page.keyboard.press("Escape")
    strip.get_by_role("button", name="Discard them").click()
    expect(strip).to_have_count(0)
    assert person.request("GET", "/api/runtimes/files").json()["files"] == []
