"""The Files pane: the tree follows the runtime, files come in, are edited, looked at, and go out."""

import re

from playwright.sync_api import expect

MADE = r"""
import base64, os
os.makedirs('/content/data/inner', exist_ok=True)
open('/content/data/table.csv', 'w').write('name,count\n"a, b",10\nc,9\n')
open('/content/data/read.md', 'w').write('# A heading\n\n<script>alert(1)</script>**bold**')
open('/content/data/notes.txt', 'w').write('one\ntwo\nthree\n')
open('/content/.hidden', 'w').write('x')
open('/content/data/dot.png', 'wb').write(base64.b64decode(
    'iVBORw0KGgoAAAANSUhEUgAAAAIAAAABCAIAAAB7QOjdAAAADklEQVR4nGP4z8DAAMQACgAB/8N2iGkAAAAASUVORK5CYII='))
def pdf():
    parts = [b'<< /Type /Catalog /Pages 2 0 R >>', b'<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
             b'<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R >>',
             b'<< /Length 30 >>\nstream\n1 0 0 rg 20 20 100 50 re f    \nendstream']
    out, at = b'%PDF-1.4\n', []
    for n, part in enumerate(parts, 1):
        at.append(len(out)); out += b'%d 0 obj\n%s\nendobj\n' % (n, part)
    table = b''.join(b'%010d 00000 n \n' % a for a in at)
    return out + b'xref\n0 5\n0000000000 65535 f \n' + table + b'trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF' % len(out)
open('/content/data/page.pdf', 'wb').write(pdf())
"""


def line(pane, name):
    return pane.get_by_role("row", name=name, exact=True)


def choose(page, pane, name, action):
    """An action of a line's menu."""
    line(pane, name).click(button="right")
    page.get_by_role("menuitem", name=action, exact=True).click()


def test_the_tree_follows_the_runtime_and_files_are_brought_in_and_managed(tab, tmp_path):
    page = tab.page
    page.get_by_role("button", name="Files", exact=True).click()
    pane = page.get_by_role("complementary", name="Files", exact=True)
    expect(pane.get_by_text("Connect to a runtime to browse its files.")).to_be_visible()
    tab.run(MADE)
    # By itself: made by the cell, and what every runtime has.
    expect(line(pane, "data")).to_be_visible()
    expect(line(pane, "sample_data")).to_be_visible()
    expect(line(pane, ".hidden")).to_have_count(0)
    pane.get_by_role("button", name="Show hidden files").click()
    expect(line(pane, ".hidden")).to_be_visible()
    line(pane, "data").click()
    expect(line(pane, "inner")).to_be_visible()
    tab.run("open('/content/data/later.txt', 'w').write('x')")
    expect(line(pane, "later.txt")).to_be_visible()
    # New, renamed, refused in words, deleted.
    choose(page, pane, "data", "New folder")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="Name").fill("inner")
    dialog.get_by_role("button", name="Create").click()
    expect(dialog.get_by_role("alert")).to_contain_text("There is something at \"/content/data/inner\" already.")
    dialog.get_by_role("textbox", name="Name").fill("made")
    dialog.get_by_role("button", name="Create").click()
    expect(line(pane, "made")).to_be_visible()
    choose(page, pane, "later.txt", "Rename")
    dialog.get_by_role("textbox", name="Name").fill("renamed.txt")
    page.keyboard.press("Enter")
    expect(line(pane, "renamed.txt")).to_be_visible()
    choose(page, pane, "renamed.txt", "Delete")
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(line(pane, "renamed.txt")).to_have_count(0)
    # Uploaded by the window, asked about the second time, kept beside; and dropped as a folder.
    source = tmp_path / "up.bin"
    source.write_bytes(bytes(range(256)) * 200_000)
    for answer in (None, "Keep both"):
        with page.expect_file_chooser() as chooser:
            pane.get_by_role("button", name="Upload files", exact=True).click()
        chooser.value.set_files(source)
        if answer:
            pane.get_by_role("button", name=answer).click()
        expect(line(pane, "up.bin" if answer is None else "up (1).bin")).to_be_visible()
    digest = tab.run("import hashlib; print({hashlib.sha256(open(f'/content/up{n}.bin', 'rb').read()).hexdigest() for n in ('', ' (1)')}"
                     " == {hashlib.sha256(bytes(range(256)) * 200_000).hexdigest()})")
    expect(digest.locator(".n-outputs")).to_contain_text("True")
    drop = page.evaluate_handle("() => { const all = new DataTransfer(); all.items.add(new File(['dropped'], 'dropped.txt')); return all }")
    line(pane, "made").dispatch_event("dragover", {"dataTransfer": drop})
    line(pane, "made").dispatch_event("drop", {"dataTransfer": drop})
    line(pane, "made").click()
    expect(line(pane, "dropped.txt")).to_be_visible()
    with page.expect_download() as saved:
        choose(page, pane, "up.bin", "Download")
    assert saved.value.path().read_bytes() == source.read_bytes()
    with page.expect_download() as saved:
        choose(page, pane, "data", "Download as ZIP")
    assert saved.value.suggested_filename == "data.zip"


def test_files_open_beside_the_notebook_and_are_saved_only_over_what_was_seen(tab):
    page = tab.page
    tab.run(MADE)
    page.get_by_role("button", name="Files", exact=True).click()
    pane = page.get_by_role("complementary", name="Files", exact=True)
    tabs = page.get_by_role("complementary", name="Tabs at the right")
    line(pane, "data").click()
    line(pane, "notes.txt").click()
    editor = tabs.get_by_role("textbox", name="notes.txt")
    expect(editor).to_contain_text("three")
    # What changes in the runtime comes in; what was changed here too is asked about.
    tab.run("open('/content/data/notes.txt', 'a').write('four')")
    expect(editor).to_contain_text("four")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" mine")
    expect(tabs.get_by_role("img", name="not saved")).to_be_visible()
    page.keyboard.press("Control+s")
    expect(tabs.get_by_role("img", name="not saved")).to_have_count(0)
    expect(tab.run("print(open('/content/data/notes.txt').read())").locator(".n-outputs")).to_contain_text("four mine")
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" more")
    tab.run("open('/content/data/notes.txt', 'w').write('theirs')")
    expect(tabs.get_by_role("alert")).to_contain_text("The file was changed in the runtime meanwhile.")
    tabs.get_by_role("button", name="Take what is there").click()
    expect(editor).to_have_text(re.compile("^theirs$"))
    # A tab goes along with its file, and with a folder above it; so does what is not saved.
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type(" kept")
    expect(editor).to_have_text("theirs kept")
    rename = page.get_by_role("dialog").get_by_role("textbox", name="Name")
    choose(page, pane, "notes.txt", "Rename")
    rename.fill("named.txt")
    page.keyboard.press("Enter")
    renamed = tabs.get_by_role("textbox", name="named.txt")
    expect(renamed).to_have_text("theirs kept")
    expect(tabs.get_by_role("img", name="not saved")).to_be_visible()
    choose(page, pane, "data", "Rename")
    rename.fill("moved")
    page.keyboard.press("Enter")
    line(pane, "moved").click()
    renamed.click()
    page.keyboard.press("Control+s")
    expect(tabs.get_by_role("img", name="not saved")).to_have_count(0)
    expect(tabs.get_by_role("alert")).to_have_count(0)
    expect(tab.run("print(open('/content/moved/named.txt').read())").locator(".n-outputs")).to_contain_text("theirs kept")
    # Looked at: a table, Markdown without its script, a picture, a PDF.
    line(pane, "table.csv").click()
    expect(tabs.get_by_role("cell", name="a, b")).to_be_visible()
    line(pane, "read.md").click()
    expect(tabs.get_by_role("heading", name="A heading")).to_be_visible()
    line(pane, "dot.png").click()
    expect(tabs.get_by_text("2 × 1")).to_be_visible()
    line(pane, "page.pdf").click()
    frame = tabs.frame_locator("iframe")
    expect(frame.locator("[data-drawn=yes]")).to_be_visible()
    red = frame.locator("canvas").evaluate(
        "canvas => [...canvas.getContext('2d').getImageData(canvas.width * .4, canvas.height * .5, 1, 1).data].slice(0, 3)")
    assert red == [255, 0, 0]


def test_files_go_from_pane_to_pane_and_a_reload_finds_them_with_what_is_not_saved(tab):
    page = tab.page
    tab.run(MADE)
    page.get_by_role("button", name="Files", exact=True).click()
    pane = page.get_by_role("complementary", name="Files", exact=True)
    right = page.get_by_role("complementary", name="Tabs at the right")
    bottom = page.get_by_role("complementary", name="Tabs at the bottom")
    line(pane, "data").click()
    line(pane, "notes.txt").click()
    expect(right.get_by_role("textbox", name="notes.txt")).to_be_focused()
    line(pane, "table.csv").click()
    expect(right.get_by_role("cell", name="a, b")).to_be_visible()
    right.get_by_role("tab", name="notes.txt").click()
    right.get_by_role("textbox", name="notes.txt").click()
    page.keyboard.press("Control+End")
    page.keyboard.type("typed here")
    # Beside the notebook, below it, and after a reload: the same text, still not saved.
    right.get_by_role("button", name="Move the tab to the bottom").click()
    editor = bottom.get_by_role("textbox", name="notes.txt")
    expect(editor).to_contain_text("typed here")
    expect(right.get_by_role("tab")).to_have_text(["table.csv"])
    page.reload()
    expect(editor).to_contain_text("typed here")
    expect(bottom.get_by_role("img", name="not saved")).to_be_visible()
    expect(right.get_by_role("cell", name="a, b")).to_be_visible()
    # Closing asks first, by a key too.
    editor.click()
    page.keyboard.press("Control+Shift+P")
    page.locator(".n-palette-input").fill("Close the tab")
    page.keyboard.press("Enter")
    question = page.get_by_role("alertdialog", name="Close “notes.txt” without saving?")
    question.get_by_role("button", name="Cancel").click()
    expect(editor).to_contain_text("typed here")
    # What another changed in the runtime since is asked about, not written over.
    tab.run("open('/content/data/notes.txt', 'w').write('theirs')")
    expect(bottom.get_by_role("alert")).to_contain_text("The file was changed in the runtime meanwhile.")
    page.reload()
    expect(bottom.get_by_role("alert")).to_contain_text("The file was changed in the runtime meanwhile.")
    bottom.get_by_role("button", name="Save mine over it").click()
    expect(bottom.get_by_role("img", name="not saved")).to_have_count(0)
    assert "typed here" in tab.run("print(open('/content/data/notes.txt').read())").locator(".n-outputs").inner_text()
    # One that is closed without saving is as the runtime has it, the next time.
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.type("lost")
    bottom.get_by_role("button", name="Close the tab").click()
    question.get_by_role("button", name="Close").last.click()  # Not the one that leaves it open.
    expect(bottom).to_have_count(0)
    line(pane, "data").click()
    line(pane, "notes.txt").click()
    expect(right.get_by_role("textbox", name="notes.txt")).to_contain_text("typed here")
    expect(right.get_by_role("textbox", name="notes.txt")).not_to_contain_text("lost")
    # A file that is deleted takes its tab along.
    choose(page, pane, "notes.txt", "Delete")
    page.get_by_role("alertdialog").get_by_role("button", name="Delete").click()
    expect(right.get_by_role("tab")).to_have_text(["table.csv"])
