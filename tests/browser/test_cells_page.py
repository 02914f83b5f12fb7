"""Cells as wholes: sections, links, the clipboard, choosing several, dragging, read-only ones."""

import json

import pytest
from playwright.sync_api import expect

from tab import Tab


def has(tab, *wanted):
    cells = tab.page.locator("[data-cell] .cm-content, [data-cell] .n-text")
    expect(cells).to_have_text(list(wanted), use_inner_text=True)


def choose(tab, index):
    tab.cell(index).click(position={"x": 12, "y": 8})
    tab.page.keyboard.press("Escape")
    expect(tab.cell(index)).to_be_focused()


def notebook_of(person, *cells, **metadata):
    """A notebook made of (type, source) pairs."""
    content = {
        "nbformat": 4, "nbformat_minor": 5,
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}, **metadata},
        "cells": [{"id": f"cell-{at}", "cell_type": kind, "metadata": {}, "source": source,
                   **({"outputs": [], "execution_count": None} if kind == "code" else {})}
                  for at, (kind, source) in enumerate(cells)],
    }
    return person.import_file("cells.ipynb", json.dumps(content).encode()).json()["id"]


@pytest.fixture
def sections(context, person):
    notebook = notebook_of(person, ("markdown", "# One"), ("code", "a = 1"), ("markdown", "## Inner"), ("code", "b = 2"),
                           ("markdown", "# Two"), ("code", "c = 3"), colab={"collapsed_sections": ["cell-4"]})
    yield Tab(context.new_page(), person, notebook)
    person.end_runtime(notebook)


def test_sections_collapse_run_and_are_saved_by_command(sections):
    tab, page = sections, sections.page
    has(tab, "One", "a = 1", "Inner", "b = 2", "Two")
    expect(tab.cell(4)).to_contain_text("1 cell hidden")
    tab.cell(0).get_by_role("button", name="Collapse the section").click()
    has(tab, "One", "Two")
    expect(tab.cell(0)).to_contain_text("3 cells hidden")
    tab.cell(0).get_by_role("button", name="Run section").click()
    tab.cell(0).get_by_role("button", name="3 cells hidden").click()
    tab.ended(3)
    tab.ended(1)
    choose(tab, 0)
    page.keyboard.press("Control+]")
    has(tab, "One", "Two")
    page.keyboard.press("ArrowDown")
    expect(tab.cell(1)).to_be_focused()  # Over what is hidden.
    page.get_by_role("navigation", name="Menus").get_by_role("button", name="View").click()
    page.get_by_role("menuitem", name="Save collapsed section layout").click()
    tab.saved()
    saved = tab.person.file(tab.notebook)["metadata"]["colab"]["collapsed_sections"]
    assert saved == ["cell-0", "cell-2", "cell-4"]
    page.keyboard.press("Control+[")
    choose(tab, 0)
    page.keyboard.press("Control+[")
    has(tab, "One", "a = 1", "Inner", "b = 2", "Two", "c = 3")


def test_a_link_leads_to_a_cell_in_a_collapsed_section(sections):
    tab, page = sections, sections.page
    page.goto(f"{tab.person.url}/notebooks/{tab.notebook}#scrollTo=cell-5")
    expect(page.locator("[data-cell=cell-5]")).to_be_focused()
    has(tab, "One", "a = 1", "Inner", "b = 2", "Two", "c = 3")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.cell(1).hover()
    tab.cell(1).get_by_role("button", name="More for this cell").click()
    page.get_by_role("menuitem", name="Copy link to the cell").click()
    page.get_by_text("The link to the cell was copied.").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").endswith("#scrollTo=cell-1")


def test_cells_are_cut_copied_and_pasted_with_what_they_have(tab):
    page = tab.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.write("'kept ' + 'output'", 0)
    page.keyboard.press("Control+Enter")
    tab.ended(0)
    tab.add_code("2")
    choose(tab, 0)
    page.keyboard.press("Control+x")
    has(tab, "2")
    choose(tab, 0)
    page.keyboard.press("Control+v")
    has(tab, "2", "'kept ' + 'output'")
    expect(tab.outputs(1)).to_contain_text("kept output")
    page.keyboard.press("Control+Shift+a")
    expect(page.locator(".n-cell.is-chosen")).to_have_count(2)
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    has(tab, "2", "'kept ' + 'output'", "2", "'kept ' + 'output'")
    assert page.evaluate("navigator.clipboard.readText()") == "2\n\n'kept ' + 'output'"
    page.evaluate("navigator.clipboard.writeText('import os\\nos.getcwd()')")
    choose(tab, 3)
    page.keyboard.press("Control+v")
    expect(tab.editor(4)).to_contain_text("os.getcwd()")
    page.keyboard.press("Control+m")
    page.keyboard.press("z")
    expect(page.locator("[data-cell]")).to_have_count(4)


def test_single_cells_are_chosen_with_ctrl_and_dragged_together(tab):
    page = tab.page
    tab.write("1", 0)
    for text in ("2", "3", "4"):
        tab.add_code(text)
    choose(tab, 0)
    tab.cell(2).click(position={"x": 10, "y": 30}, modifiers=["Control"])
    expect(page.locator(".n-cell.is-chosen")).to_have_count(2)
    tab.cell(0).hover()
    tab.cell(0).locator(".n-drag").drag_to(tab.cell(3), target_position={"x": 300, "y": 30})
    has(tab, "2", "4", "1", "3")
    choose(tab, 0)
    tab.cell(3).click(position={"x": 10, "y": 30}, modifiers=["Control"])
    page.keyboard.press("Control+m")
    page.keyboard.press("d")
    has(tab, "4", "1")


def test_a_read_only_cell_is_not_typed_in(tab):
    page = tab.page
    tab.write("kept", 0)
    tab.cell(0).hover()
    tab.cell(0).get_by_role("button", name="More for this cell").click()
    page.get_by_role("menuitem", name="Mark the cell as read-only").click()
    expect(tab.cell(0).get_by_role("img", name="This cell is read-only")).to_be_visible()
    tab.editor(0).click()
    page.keyboard.type("lost")
    has(tab, "kept")
    tab.saved()
    assert tab.person.file(tab.notebook)["cells"][0]["metadata"]["editable"] is False


FORM = '''# @title Train {display-mode: "form", run: "auto"}
# @markdown Choose **how**:
name = "iris" # @param {type:"string"}
rate = 0.5 # @param {type:"slider", min:0, max:1, step:0.1}
kind = "tree" # @param ["tree", "net"]
loud = False # @param {type:"boolean"}
count = 3 # @param {type:"integer"}
print(name, rate, kind, loud, count)'''


def test_a_form_and_its_code_follow_each_other(context, person):
    notebook = notebook_of(person, ("code", FORM))
    tab = Tab(context.new_page(), person, notebook)
    page = tab.page
    form = page.get_by_role("group", name="Train")
    expect(form.get_by_role("heading", name="Train")).to_be_visible()
    expect(form.locator("strong")).to_have_text("how")
    expect(tab.cell(0).locator(".cm-content")).to_have_count(0)
    form.get_by_label("kind").select_option("net")
    tab.ended(0)
    expect(tab.outputs(0)).to_contain_text("iris 0.5 net False 3")
    form.get_by_label("loud").check()
    expect(tab.outputs(0)).to_contain_text("iris 0.5 net True 3")
    name = form.get_by_label("name")
    name.fill('my "data"')
    name.press("Enter")
    expect(tab.outputs(0)).to_contain_text('my "data" 0.5')
    slider = form.get_by_label("rate")
    slider.focus()
    page.keyboard.press("ArrowRight")
    expect(tab.outputs(0)).to_contain_text("0.6 net")
    form.get_by_role("button", name="Show code").click()
    code = tab.cell(0).locator(".cm-content")
    expect(code).to_contain_text(r'name = "my \"data\"" # @param')
    code.get_by_text("3", exact=True).click(click_count=2)
    page.keyboard.type("42")
    expect(form.get_by_label("count")).to_have_value("42")
    tab.saved()
    assert person.file(notebook)["cells"][0]["metadata"]["cellView"] == "both"
    form.get_by_role("button", name="Hide code").click()
    expect(code).to_have_count(0)
    person.end_runtime(notebook)


def test_a_form_field_is_added_by_a_dialog(tab):
    page = tab.page
    tab.write("x = 1", 0)
    page.get_by_role("navigation", name="Menus").get_by_role("button", name="Insert").click()
    page.get_by_role("menuitem", name="Add a form field").click()
    window = page.get_by_role("dialog", name="Add a form field")
    window.get_by_text("Drop-down").click()
    window.get_by_label("Name of the variable").fill("1 bad")
    expect(window.get_by_role("button", name="Add", exact=True)).to_be_disabled()
    window.get_by_label("Name of the variable").fill("colour")
    window.get_by_label("Choices").fill("red, green")
    window.get_by_role("button", name="Add", exact=True).click()
    expect(tab.cell(0).locator(".cm-content")).to_contain_text('colour = "red" # @param ["red", "green"]')
    form = page.get_by_role("group", name="Form")
    form.get_by_label("colour").select_option("green")
    expect(tab.cell(0).locator(".cm-content")).to_contain_text('colour = "green"')


def test_text_is_formatted_and_pictures_are_attached(tab):
    page = tab.page
    tab.main.get_by_role("button", name="Add a text cell").last.click()
    editor = tab.editor(1)
    expect(editor).to_be_focused()
    page.keyboard.insert_text("words")
    expect(editor).to_have_text("words")
    tools = page.get_by_role("toolbar", name="Format of the text")
    expect(tools).to_be_visible()
    page.keyboard.press("Control+a")
    page.wait_for_function("String(getSelection()) === 'words'")
    tools.get_by_role("button", name="Bold").click()
    page.keyboard.press("Control+i")
    tools.get_by_role("button", name="Heading").click()
    expect(editor).to_have_text("# ***words***")
    expect(tab.cell(1).locator(".n-preview h1 strong")).to_have_text("words")
    page.keyboard.press("Control+End")
    page.keyboard.insert_text("\n\n")
    editor.evaluate("""async (editor) => {
      const canvas = new OffscreenCanvas(3, 2)
      canvas.getContext("2d").fillRect(0, 0, 3, 2)
      const data = new DataTransfer()
      data.items.add(new File([await canvas.convertToBlob()], "my plot.png", { type: "image/png" }))
      editor.dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }))
    }""")
    expect(editor).to_contain_text("![my_plot](attachment:my_plot.png)")
    picture = tab.cell(1).locator(".n-preview img")
    expect(picture).to_be_visible()
    assert picture.evaluate("image => image.decode().then(() => image.naturalWidth)") == 3
    tools.get_by_role("button", name="Preview below").click()
    assert tab.cell(1).locator(".n-preview").bounding_box()["y"] > editor.bounding_box()["y"] + 20
    tab.saved()
    assert "image/png" in tab.person.file(tab.notebook)["cells"][1]["attachments"]["my_plot.png"]


def test_a_cell_is_seen_a_second_time_in_a_tab(tab):
    page = tab.page
    tab.write("for n in range(3): print('live', n)", 0)
    tab.add_code("2")
    for index in (0, 1):
        tab.cell(index).hover()
        tab.cell(index).get_by_role("button", name="More for this cell").click()
        page.get_by_role("menuitem", name="Mirror the cell in a tab").click()
    pane = page.get_by_role("complementary", name="Tabs at the right")
    expect(pane.get_by_role("tab")).to_have_count(2)
    choose(tab, 1)
    page.keyboard.press("Control+Shift+[")
    pane.get_by_role("button", name="Run this cell").click()
    tab.ended(0)
    expect(pane).to_contain_text("live 2")
    page.keyboard.press("Control+m")
    page.keyboard.press("d")
    pane.get_by_role("tab", name="2").click()
    expect(pane).to_contain_text("This cell was deleted.")
    pane.get_by_role("button", name="Close the tab").click()
    pane.get_by_role("button", name="Close the tab").click()
    expect(pane).to_have_count(0)


def test_outputs_hide_by_keys_and_the_notebook_is_a_program(tab):
    page = tab.page
    tab.write("!true\nprint('seen')", 0)
    page.keyboard.press("Control+Enter")
    tab.ended(0)
    page.keyboard.press("Control+m")
    page.keyboard.press("o")
    expect(tab.outputs(0)).not_to_contain_text("seen")
    page.keyboard.press("Control+m")
    page.keyboard.press("l")
    expect(tab.cell(0).locator(".cm-lineNumbers")).to_contain_text("2")
    page.get_by_role("navigation", name="Menus").get_by_role("button", name="File").click()
    with page.expect_download() as download:
        page.get_by_role("menuitem", name="Download .py").click()
    assert download.value.path().read_text().endswith("\n# !true\nprint('seen')\n")
