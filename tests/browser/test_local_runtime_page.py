"""A notebook on a Jupyter server of one's own, which only the page can reach."""

import json
import re

import pytest
from playwright.sync_api import expect

from jupyter_process import JupyterProcess
from tab import Tab, sign_in

CONNECTED = re.compile(r"Connected \(local\)")
PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


@pytest.fixture
def jupyter(tmp_path, person):
    jupyter = JupyterProcess(tmp_path / "jupyter", person.url).start()
    yield jupyter
    jupyter.stop()


def open_dialog(tab):
    tab.page.get_by_role("button", name="Runtime", exact=True).click()
    tab.page.get_by_role("menuitem", name="Connect to a local runtime").click()
    return tab.page.get_by_role("dialog", name="Connect to a local runtime")


def connect(tab, jupyter):
    dialog = open_dialog(tab)
    dialog.get_by_label("Address of the Jupyter server").fill(jupyter.address)
    dialog.get_by_role("button", name="Next").click()
    expect(dialog.get_by_text("Python 3 (ipykernel)")).to_be_visible()
    dialog.get_by_role("button", name="Connect", exact=True).click()
    expect(dialog).to_have_count(0, timeout=60_000)
    expect(tab.page.get_by_role("button", name=CONNECTED)).to_be_visible(timeout=30_000)


def test_a_server_that_allows_no_other_page_is_told_from_one_that_is_not_there(tab, tmp_path):
    jupyter = JupyterProcess(tmp_path / "jupyter", "http://elsewhere.example").start()
    try:
        dialog = open_dialog(tab)
        dialog.get_by_label("Address of the Jupyter server").fill(jupyter.address)
        dialog.get_by_role("button", name="Next").click()
        expect(dialog).to_contain_text("does not allow this page (CORS)")
    finally:
        jupyter.stop()


def test_cells_run_on_ones_own_machine_and_all_see_what_they_print(tab, jupyter, person, new_context):
    dialog = open_dialog(tab)
    expect(dialog.get_by_role("code")).to_contain_text(f"--ServerApp.allow_origin='{person.url}'")
    field = dialog.get_by_label("Address of the Jupyter server")
    for wrong, words in ((f"{jupyter.url}?token=another", "does not accept this token"),
                         ("http://localhost:9/?token=x", "got no answer"),
                         ("http:// nonsense", "This is not an address")):
        field.fill(wrong)
        dialog.get_by_role("button", name="Next").click()
        expect(dialog).to_contain_text(words)
    dialog.get_by_role("button", name="Cancel").click()

    connect(tab, jupyter)
    assert len(jupyter.kernels()) == 1
    expect(tab.run("import os\nprint('at', os.getcwd())").locator(".n-outputs")).to_contain_text(f"at {jupyter.folder}")
    shown = tab.run(f"from IPython.display import Image, display\nimport base64\n"
                    f"display(Image(base64.b64decode('{PNG}')))\n7 * 6")
    expect(shown.locator(".n-outputs img")).to_be_visible()
    expect(shown.locator(".n-outputs")).to_contain_text("42")
    expect(tab.run("1 / 0").locator(".n-outputs")).to_contain_text("ZeroDivisionError")

    tab.add_code("print('Hello, ' + input('Name: '))")
    tab.page.keyboard.press("Control+Enter")
    tab.cell().get_by_label("Name:").fill("Ada")
    tab.page.keyboard.press("Enter")
    tab.ended()
    expect(tab.outputs()).to_contain_text("Hello, Ada")

    bob = person.admit("bob.local@example.org", "Bob")
    person.share(tab.notebook, "bob.local@example.org", "editor")
    context = new_context()
    sign_in(context, bob)
    other = Tab(context.new_page(), bob, tab.notebook)
    expect(other.main).to_contain_text("Hello, Ada")

    tab.add_code("import time\nprint('begun', flush=True)\ntime.sleep(600)")
    tab.page.keyboard.press("Control+Enter")
    expect(other.outputs()).to_contain_text("begun")
    tab.page.get_by_role("button", name="Runtime", exact=True).click()
    tab.page.get_by_role("menuitem", name="Interrupt").click()
    tab.ended()
    expect(other.outputs()).to_contain_text("KeyboardInterrupt")

    tab.run("kept = 1")
    tab.page.get_by_role("button", name="Runtime", exact=True).click()
    tab.page.get_by_role("menuitem", name="Restart the kernel", exact=True).click()
    tab.page.get_by_role("alertdialog").get_by_role("button", name="Restart").click()
    expect(tab.page.get_by_role("button", name=CONNECTED)).to_be_visible(timeout=30_000)
    expect(tab.run("print('kept' in globals())").locator(".n-outputs")).to_contain_text("False")

    tab.add_code("import os\nos.kill(os.getpid(), 9)")
    tab.page.keyboard.press("Control+Enter")
    expect(tab.page.get_by_text("The kernel on your machine has stopped")).to_be_visible(timeout=30_000)
    expect(tab.page.get_by_role("button", name=CONNECTED)).to_be_visible(timeout=30_000)

    tab.page.get_by_role("button", name="Runtime", exact=True).click()
    tab.page.get_by_role("menuitem", name="Disconnect and delete the runtime").click()
    tab.page.get_by_role("alertdialog").get_by_role("button", name="Disconnect").click()
    expect(tab.page.get_by_role("button", name="Reconnect")).to_be_visible(timeout=30_000)
    assert jupyter.kernels() == []


def test_a_page_that_is_loaded_anew_goes_on_and_a_stopped_jupyter_is_told(tab, jupyter):
    connect(tab, jupyter)
    tab.run("kept = 7")
    tab.add_code("import time\nfor i in range(8):\n    print('line', i, flush=True)\n    time.sleep(1)\nprint('kept', kept)")
    tab.page.keyboard.press("Control+Enter")
    expect(tab.outputs()).to_contain_text("line 1")
    tab.saved()
    tab.page.reload()
    expect(tab.main).to_be_visible()
    tab.ended()
    for words in (*(f"line {i}" for i in range(8)), "kept 7"):
        expect(tab.outputs()).to_contain_text(words)
    assert tab.outputs().inner_text().count("line 3") == 1
    expect(tab.page.get_by_role("button", name=CONNECTED)).to_be_visible(timeout=30_000)
    assert "their-own-token" not in json.dumps(tab.person.file(tab.notebook))

    tab.add_code("print('begun', flush=True)\ntime.sleep(600)")
    tab.page.keyboard.press("Control+Enter")
    expect(tab.outputs()).to_contain_text("begun")
    jupyter.stop()
    expect(tab.page.get_by_text("does not answer. Colibri keeps trying")).to_be_visible(timeout=30_000)
    expect(tab.page.get_by_role("button", name="Kernel stopped")).to_be_visible(timeout=40_000)
    jupyter.start()
    tab.page.get_by_role("button", name="Runtime", exact=True).click()
    tab.page.get_by_role("menuitem", name="Restart the kernel", exact=True).click()
    tab.page.get_by_role("alertdialog").get_by_role("button", name="Restart").click()
    expect(tab.page.get_by_role("button", name=CONNECTED)).to_be_visible(timeout=40_000)
    expect(tab.run("print(6 * 7)").locator(".n-outputs")).to_contain_text("42")
