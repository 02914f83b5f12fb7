"""What a person does with cells as wholes, and takes back."""

from playwright.sync_api import expect

from tab import Tab


def chord(page, key):
    page.keyboard.press("Control+m")
    page.keyboard.press(key)


def choose(tab, index):
    """Gives the keyboard to a cell as a whole."""
    tab.editor(index).click()
    tab.page.keyboard.press("Escape")
    expect(tab.cell(index)).to_be_focused()


def has_cells(tab, *texts):
    expect(tab.page.locator("[data-cell]")).to_have_count(len(texts))
    for index, text in enumerate(texts):
        expect(tab.editor(index)).to_have_text(text or "Write code here", use_inner_text=True)


def test_a_deleted_cell_comes_back_with_its_output(tab):
    page = tab.page
    tab.write("'kept ' + 'output'", 0)
    page.keyboard.press("Control+Enter")
    tab.ended(0)
    expect(tab.outputs(0)).to_contain_text("kept output")
    name = tab.cell(0).get_attribute("data-cell")
    tab.add_code("'other'")
    choose(tab, 0)
    chord(page, "d")
    expect(page.locator("[data-cell]")).to_have_count(1)
    page.get_by_role("region", name="Messages").get_by_role("button", name="Undo").click()
    expect(tab.outputs(0)).to_contain_text("kept output")
    assert tab.cell(0).get_attribute("data-cell") == name
    # And once more, by the list of deleted cells, after the page was loaded anew.
    chord(page, "d")
    expect(page.locator("[data-cell]")).to_have_count(1)
    page.reload()
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_role("menuitem", name="Deleted cells…").click()
    expect(page.get_by_role("dialog", name="Deleted cells")).to_contain_text("1 output")
    page.get_by_role("button", name="Restore “'kept ' + 'output'”").click()
    expect(tab.outputs(0)).to_contain_text("kept output")
    expect(tab.cell(0)).to_be_focused()


def test_a_cell_is_split_at_the_cursor_and_merged_again(tab):
    page = tab.page
    tab.write("one\ntwo", 0)
    page.keyboard.press("Home")
    chord(page, "-")
    has_cells(tab, "one", "two")
    page.keyboard.type("# second: ")  # The cursor went along.
    has_cells(tab, "one", "# second: two")
    chord(page, "z")
    has_cells(tab, "one\n# second: two")
    chord(page, "Shift+Z")
    has_cells(tab, "one", "# second: two")
    choose(tab, 0)
    chord(page, "/")
    has_cells(tab, "one\n# second: two")
    tab.saved()
    fresh = Tab(page.context.new_page(), tab.person, tab.notebook)
    has_cells(fresh, "one\n# second: two")


def test_undo_of_text_is_the_editors_and_undo_of_cells_the_notebooks(tab):
    page = tab.page
    tab.write("text", 0)
    tab.add_code()
    page.keyboard.press("Escape")
    chord(page, "k")
    has_cells(tab, "", "text")
    tab.editor(1).click()
    page.keyboard.press("Control+z")
    has_cells(tab, "", "")
    chord(page, "z")
    chord(page, "z")
    has_cells(tab, "")


def test_cleared_outputs_come_back(tab):
    page = tab.page
    tab.write("'shown'", 0)
    page.keyboard.press("Control+Enter")
    tab.ended(0)
    page.get_by_role("button", name="Runtime", exact=True).click()
    page.get_by_role("menuitem", name="Clear all outputs").click()
    expect(tab.outputs(0)).to_have_count(0)
    page.get_by_role("button", name="Edit", exact=True).click()
    page.get_by_role("menuitem", name="Undo clearing outputs").click()
    expect(tab.outputs(0)).to_contain_text("shown")


def test_several_cells_are_deleted_and_come_back_together(tab):
    page = tab.page
    tab.write("1", 0)
    for text in ("2", "3"):
        tab.add_code(text)
    choose(tab, 2)
    page.keyboard.press("Shift+ArrowUp")
    expect(page.locator(".n-cell.is-chosen")).to_have_count(2)
    chord(page, "d")
    has_cells(tab, "1")
    page.get_by_role("region", name="Messages").get_by_text("2 cells were deleted").wait_for()
    chord(page, "z")
    has_cells(tab, "1", "2", "3")
    choose(tab, 0)
    tab.cell(2).click(modifiers=["Shift"], position={"x": 10, "y": 36})
    expect(page.locator(".n-cell.is-chosen")).to_have_count(3)
    chord(page, "/")
    has_cells(tab, "1\n2\n3")
