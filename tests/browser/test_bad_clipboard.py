"""Cells that somebody else's page left on the clipboard: they come as text and nothing more, and what is too much is refused."""

import json

import pytest
from playwright.sync_api import expect

from tab import Tab

ARM = "window.ran=1;alert(1);fetch('/api/me')"
EVIL = f"<img src=x onerror=\"{ARM}\"><svg onload=\"{ARM}\"></svg><script>{ARM}</script>"
OUTPUTS = [{"output_type": "display_data", "metadata": {}, "data": {"text/html": EVIL, "application/javascript": ARM}},
           {"output_type": "stream", "name": "stdout", "text": "forged\n"}]
SVG = f"<svg xmlns='http://www.w3.org/2000/svg' onload=\"{ARM}\"><script>{ARM}</script></svg>"
CELLS = [
    {"id": "../../x", "cell_type": "code", "source": "print('never ran')", "execution_count": 5, "outputs": OUTPUTS,
     "metadata": {"trusted": True, "executionInfo": {"status": "ok", "user": {"displayName": EVIL}}, "outputId": EVIL}},
    {"id": "__proto__", "cell_type": "code", "outputs": OUTPUTS, "metadata": {"cellView": "form", "__proto__": {"polluted": 1}, "constructor": {"prototype": 1}},
     "source": f"#@title {EVIL} {{ run: \"auto\" }}\n#@markdown {EVIL}\nx = \"a\" #@param {{type:\"string\"}}\nprint('ran by itself', x)"},
    {"cell_type": "markdown", "source": f"{EVIL}\n\n[x](javascript:{ARM}) ![y](attachment:../../a.svg)", "metadata": {},
     "attachments": {"../../a.svg": {"image/svg+xml": SVG, "text/html": EVIL}}},
    {"cell_type": "markdown", "source": "half \ud800 a character", "metadata": {"deep": None}},
    {"cell_type": "raw", "source": EVIL, "metadata": {}},
]
TEXT = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"trusted": True}, "cells": CELLS})
# Deeper than what the server takes, or a program should go into.
HOSTILE = TEXT.replace("null", "[" * 20_000 + "]" * 20_000)


def leave(context, kind, text):
    """What any page may put there when somebody copies in it."""
    page = context.new_page()
    page.goto("data:text/html,<p>Copy me</p>")
    page.evaluate("""([kind, text]) => document.addEventListener("copy", (event) => {
      event.clipboardData.setData(kind, text)
      if (kind !== "text/plain") event.clipboardData.setData("text/plain", "harmless")
      event.preventDefault()
    })""", [kind, text])
    page.keyboard.press("Control+a")
    page.keyboard.press("Control+c")
    page.close()


def paste(tab):
    tab.page.bring_to_front()
    tab.cell(0).click(position={"x": 12, "y": 8})
    tab.page.keyboard.press("Escape")
    expect(tab.cell(0)).to_be_focused()
    tab.page.keyboard.press("Control+v")


@pytest.mark.parametrize("kind", ["text/plain", "application/x-colibri-cells+json"])
def test_cells_of_a_hostile_clipboard_bring_no_outputs_no_trust_and_run_nothing(new_context, context, person, kind):
    page = context.new_page()
    dialogs, asked = [], []
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/api/me") else None)
    tab = Tab(page, person, person.create())
    leave(context, kind, HOSTILE)
    asked.clear()
    paste(tab)
    expect(page.locator("[data-cell]")).to_have_count(6)
    expect(tab.cell(4)).to_contain_text("half \ufffd a character")
    page.locator(".n-form").first.scroll_into_view_if_needed()
    tab.saved()
    assert not dialogs and not asked, (dialogs, asked)
    assert page.evaluate("[window.ran, ({}).polluted]") == [None, None]
    assert page.evaluate("""() => [...document.querySelectorAll('main *')].every((element) =>
        [...element.attributes].every(({ name, value }) => !/^on/i.test(name) && !/^\\s*javascript:/i.test(value)))""")
    # Nothing ran, and nothing says that it did: nobody has asked for a runtime.
    expect(page.get_by_role("button", name="Connect", exact=True)).to_be_visible()
    cells = person.file(tab.notebook)["cells"][1:]
    assert [cell.get("outputs", []) for cell in cells] == [[]] * 5 and all(cell.get("execution_count") is None for cell in cells)
    assert not {"trusted", "executionInfo", "outputId"} & {name for cell in cells for name in cell["metadata"]}
    assert "deep" not in cells[3]["metadata"]
    assert all(cell["id"] not in ("../../x", "__proto__") for cell in cells)
    # The page lives on, also the next time.
    page.reload()
    expect(page.locator("[data-cell]")).to_have_count(6)
    tab.run("print('lives', 'on')")
    expect(tab.outputs()).to_have_text("lives on")
    person.end_runtime(tab.notebook)


def test_more_than_the_server_takes_is_refused_in_words(context, tab):
    page = tab.page
    tab.write("kept", 0)
    for kind, text in (("text/plain", "x" * (20 << 20)), ("application/x-colibri-cells+json", json.dumps({"cells": [
            {"cell_type": "code", "source": "y" * (14 << 20), "metadata": {}}]}))):
        leave(context, kind, text)
        paste(tab)
        expect(page.get_by_text("What is on the clipboard is too large to be pasted as cells.")).to_be_visible()
        page.get_by_role("button", name="Dismiss").click()
    # Nothing waits that the server would refuse again and again.
    tab.add_code("after")
    tab.saved()
    expect(page.locator("[data-cell]")).to_have_count(2)
    assert ["".join(cell["source"]) for cell in tab.person.file(tab.notebook)["cells"]] == ["kept", "after"]
