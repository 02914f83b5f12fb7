"""axe on the screens of signing in, the Drive, a notebook and an account, by one walk through them: light and dark, in both languages, wide and narrow."""

import json
import pathlib
import os

import pytest
from playwright.sync_api import expect

from axe import findings
from tab import Tab, sign_in
from words import Words

PICTURES = os.environ.get("COLIBRI_SCREENS")  # A folder for a picture of each screen, to be looked at.

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="


def output(data, **more):
    return {"output_type": "display_data", "data": data, "metadata": {}, **more}


OUTPUTS = [
    {"output_type": "stream", "name": "stdout", "text": "\x1b[31mred\x1b[0m \x1b[1;32mgreen\x1b[0m \x1b[43mground\x1b[0m\n" + "line\n" * 30},
    {"output_type": "stream", "name": "stderr", "text": "a warning\n"},
    output({"image/png": PIXEL}), output({"image/svg+xml": "<svg xmlns='http://www.w3.org/2000/svg' width='40' height='40'><circle r='20' cx='20' cy='20'/></svg>"}),
    output({"application/json": {"a": [1, 2, {"b": None}], "text": "long", "none": []}}),
    output({"text/latex": "$$\\sum_i x_i^2$$"}), output({"text/markdown": "**bold** and `code`"}),
    output({"text/html": "<table border='1' class='dataframe'><thead><tr><th></th><th>x</th></tr></thead><tbody><tr><th>0</th><td>1</td></tr></tbody></table>"}),
    output({"text/html": "<p style='position:fixed'>framed</p><script>1</script>"}),
    output({"application/x-unknown": "?", "text/plain": "as text"}),
    {"output_type": "error", "ename": "ModuleNotFoundError", "evalue": "No module named 'nothing'", "traceback": [
        "\x1b[0;31mModuleNotFoundError\x1b[0m Traceback (most recent call last)", "Cell \x1b[0;32mIn[1]\x1b[0m, line 1\n\x1b[0;32m----> 1\x1b[0m import nothing",
        "\x1b[0;31mModuleNotFoundError\x1b[0m: No module named 'nothing'"]},
]
CELLS = [
    {"cell_type": "markdown", "source": "# A heading\n\nText with a [link](https://example.org), $e^x$ and\n\n- [ ] a task\n\n```python\nx = 1  # code\n```\n\n| a | b |\n|---|---|\n| 1 | 2 |"},
    {"cell_type": "code", "source": "import nothing  # a comment\nclass A:\n    def f(self): return \"text\" + 1.5", "outputs": OUTPUTS, "execution_count": 1},
    {"cell_type": "markdown", "source": "## A section with a very long name that goes on and on and on and does not want to end before the window does"},
    {"cell_type": "code", "source": "#@title A form { run: \"auto\" }\nname = \"x\" #@param {type:\"string\"}\nkind = \"a\" #@param [\"a\", \"b\"]\nsize = 3 #@param {type:\"slider\", min:0, max:9, step:1}\nyes = True #@param {type:\"boolean\"}", "outputs": []},
    {"cell_type": "raw", "source": "raw text"},
]


def notebook(person, name="A notebook of all things"):
    cells = [{"id": f"c{number}", "metadata": {}, **({"execution_count": None} if cell["cell_type"] == "code" else {}), **cell} for number, cell in enumerate(CELLS)]
    answer = person.import_file(f"{name}.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"kernelspec": {
        "name": "python3", "display_name": "Python 3", "language": "python"}}, "cells": cells}).encode())
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


class Walk:
    """Looks at each screen as it comes; what was found is told at the end, by screens."""

    def __init__(self, page, words, name):
        self.page, self.words, self.name, self.found, self.seen = page, words, name, [], 0

    def look(self, screen, part=None):
        """At all of it, or at what came last: the rest was looked at."""
        self.seen += 1
        if PICTURES:
            self.page.screenshot(path=pathlib.Path(PICTURES) / f"{self.name}-{self.seen:02d}-{screen}.png")
        self.found += [f"{screen}: {each}" for each in findings(self.page, part)]

    def command(self, key):
        """By the palette, from wherever one is."""
        self.page.keyboard.press("Control+Shift+P")
        self.page.locator(".n-palette-input").fill(self.words(key))
        expect(self.page.locator(".n-palette-list").get_by_role("menuitem").first).to_contain_text(self.words(key))
        self.page.keyboard.press("Enter")
        expect(self.page.locator(".n-palette-scrim")).to_have_count(0)

    def window(self, screen, key):
        self.command(key)
        self.dialog(screen)

    def dialog(self, screen):
        """The window that opens, tab by tab; closes it."""
        dialog = self.page.locator("[role=dialog], [role=alertdialog]").last
        expect(dialog).to_be_visible()
        tabs = dialog.get_by_role("tab")
        for at in range(max(1, tabs.count())):
            if tabs.count():
                tabs.nth(at).click()
            expect(dialog.locator(".c-spinner")).to_have_count(0)
            self.look(f"{screen}-{at}", "[role=dialog], [role=alertdialog]")
        self.close()

    def close(self):
        self.page.keyboard.press("Escape")
        expect(self.page.locator(".c-scrim, .c-full-scrim, .n-palette-scrim")).to_have_count(0)


LOOKS = [("en-US", "light", 1280), ("zh-CN", "dark", 1280), ("en-US", "dark", 390), ("zh-CN", "light", 390)]


@pytest.mark.timeout(400)
@pytest.mark.parametrize(("locale", "scheme", "width"), LOOKS)
def test_axe_finds_nothing_on_any_screen(new_context, person, locale, scheme, width):
    context = new_context(locale=locale, color_scheme=scheme, viewport={"width": width, "height": 844 if width < 600 else 900},
                          has_touch=width < 600)
    words = Words(locale)
    walk = Walk(context.new_page(), words, f"{locale}-{scheme}-{width}")
    signed_out(walk, person)
    sign_in(context, person)
    made = notebook(person)
    drive(walk, person)
    tab = Tab(walk.page, person, made, words=words)
    cells(walk, tab)
    account(walk)
    windows(walk)
    panes(walk, person)
    running(walk, tab)
    person.end_runtime(tab.notebook)
    assert not walk.found, "\n".join(walk.found)


def signed_out(walk, person):
    page, words = walk.page, walk.words
    page.goto(person.url)
    expect(page.get_by_role("button", name=words("sign_in.submit"))).to_be_visible()
    walk.look("sign-in")
    page.get_by_role("button", name=words("sign_in.submit")).click()
    walk.look("sign-in-refused")


def drive(walk, person):
    """Its lists, a line's menu, and what asks for a name."""
    page = walk.page
    for view in ("recent", "folder", "trash"):
        page.goto(f"{person.url}/?view={view}")
        expect(page.locator(".d-main")).to_be_visible()
        expect(page.locator(".d-main .c-list-skeleton")).to_have_count(0)
        walk.look(f"drive-{view}")
    page.goto(f"{person.url}/?view=recent")
    page.get_by_role("row").filter(has_text="A notebook of all things").first.click(button="right")
    expect(page.get_by_role("menu")).to_be_visible()
    walk.look("drive-menu")
    page.get_by_role("menuitem", name=walk.words("drive.rename")).click()
    walk.dialog("drive-rename")


def account(walk):
    avatar = walk.page.locator(".c-avatar").first
    for item, screen in (("account.settings", "settings"), ("people.menu", "people"), ("menu.sessions", "sessions")):
        avatar.click()
        walk.page.get_by_role("menuitem", name=walk.words(item), exact=True).click()
        walk.dialog(screen)


def cells(walk, tab):
    page, words = walk.page, walk.words
    expect(page.locator(".katex").first).to_be_visible()
    walk.look("notebook")
    tab.cell(1).locator(".o-json-toggle").first.scroll_into_view_if_needed()
    walk.look("notebook-outputs")
    tab.editor(1).click()
    walk.look("notebook-editing")
    tab.cell(3).scroll_into_view_if_needed()
    expect(tab.cell(3).locator(".n-form")).to_be_visible()
    walk.look("notebook-form")
    tab.cell(0).locator(".n-text").dblclick()
    expect(tab.editor(0)).to_be_visible()
    walk.look("notebook-text")
    page.keyboard.press("Escape")


WINDOWS = {"revisions": "menu.revisions", "pin": "menu.pin", "notebook-settings": "menu.settings", "bin": "bin.open",
           "shortcuts": "menu.shortcuts", "form-field": "menu.form_field", "runtime-type": "runtime_type.menu", "local-runtime": "local.menu", "open": "menu.open"}


def windows(walk):
    page, words = walk.page, walk.words
    for screen, key in WINDOWS.items():
        walk.window(screen, key)
    page.keyboard.press("Control+Shift+P")
    expect(page.locator(".n-palette-input")).to_be_visible()
    walk.look("palette", ".n-palette")
    walk.close()
    page.locator(".n-share").click()
    expect(page.locator(".c-dialog, .c-full-dialog")).to_be_visible()
    expect(page.locator(".c-dialog .c-spinner")).to_have_count(0)
    walk.look("share", "[role=dialog]")
    walk.close()


PANES = ".n-rail:visible, .n-status-panes:visible"
SECRET = "A_KEY_WITH_A_VERY_LONG_NAME_THAT_DOES_NOT_FIT_INTO_THE_PANE_BESIDE_ITS_BUTTONS"


def panes(walk, person):
    page, words = walk.page, walk.words
    for screen, key in (("contents", "pane.contents"), ("find", "menu.find"), ("variables", "variables.title"), ("snippets", "menu.snippets")):
        walk.command(key)
        expect(page.locator(".n-pane-body > *").first).to_be_visible()
        walk.look(f"pane-{screen}", ".n-pane")
    page.locator(PANES).get_by_role("button", name=words("files.title"), exact=True).click()
    expect(page.locator(".f-empty")).to_be_visible()
    walk.look("pane-files-none", ".n-pane")
    page.locator(PANES).get_by_role("button", name=words("secrets.title"), exact=True).click()
    pane = page.get_by_role("complementary", name=words("secrets.title"))
    expect(pane.get_by_text(words("secrets.none"))).to_be_visible()
    walk.look("pane-secrets-none", ".n-pane")
    pane.get_by_role("button", name=words("secrets.add")).click()
    walk.dialog("secret")
    assert person.request("POST", "/api/secrets", json={"name": SECRET, "value": "hidden"}).ok
    expect(pane.get_by_text(SECRET, exact=True)).to_be_visible()
    walk.look("pane-secrets", ".n-pane")
    assert person.request("DELETE", f"/api/secrets/{SECRET}").ok
    page.locator(".n-pane-head button").click()
    walk.command("menu.executed")
    expect(page.locator(".h-nothing, .h-executed")).to_be_visible()
    walk.look("executed", ".n-tabs")
    page.get_by_role("button", name=words("tabs.close")).click()
    page.get_by_role("button", name=words("comment.show")).click()
    expect(page.locator(".m-margin")).to_be_visible()
    walk.look("comments", ".m-margin")
    page.get_by_role("button", name=words("comment.hide")).first.click()
    expect(page.locator(".m-margin")).to_have_count(0)


def running(walk, tab):
    page, words = walk.page, walk.words
    tab.write("import time\nprint(input('Name: '))\nfor n in range(600): time.sleep(.1)", 1)
    page.keyboard.press("Control+Enter")
    expect(tab.cell(1).locator(".n-input-field")).to_be_visible(timeout=60_000)
    walk.look("input")
    page.keyboard.type("Ada")
    page.keyboard.press("Enter")
    expect(tab.outputs(1)).to_contain_text("Ada")
    tab.cell(1).locator(".n-run").focus()
    walk.look("running")
    page.locator(PANES).get_by_role("button", name=words("files.title"), exact=True).click()
    expect(page.get_by_role("row", name="sample_data")).to_be_visible()
    walk.look("pane-files", ".n-pane")
    page.locator(".n-pane-head button").click()
    for screen, key, part in (("resources", "menu.resources", ".r-pane"), ("terminal", "menu.terminal", ".xterm-screen")):
        walk.command(key)
        expect(page.locator(part).first).to_be_visible()
        walk.look(screen, ".r-pane, .n-tabs")
        if screen == "terminal":  # All keys are its own, but the one that leads back.
            page.keyboard.press("Control+Shift+ArrowUp")
        walk.command(key)
        expect(page.locator(part)).to_have_count(0)
    walk.window("logs", "menu.logs")
    walk.window("restart", "menu.restart")
    walk.command("menu.interrupt")
    expect(tab.cell(1).locator(".n-run-failed")).to_be_visible(timeout=20_000)
    walk.look("failed")
