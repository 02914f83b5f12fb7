"""DataFrames as tables that sort, filter, page, copy and draw."""

import json

from playwright.sync_api import expect

FRAME = """import pandas as pd
pd.DataFrame({'name': [f'n{i % 7}' for i in range(120)], 'score': [(i * 37) % 101 for i in range(120)]})"""


def test_a_data_frame_becomes_a_table_with_all_its_rows(tab):
    page = tab.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.run(FRAME)
    page.get_by_role("button", name="Convert to interactive table").click()
    table = page.get_by_role("region", name="Interactive table")
    expect(table.get_by_role("status")).to_have_text("120 rows")  # pandas itself shows 10.
    expect(table.locator("tbody tr")).to_have_count(25)
    expect(table.get_by_text("Page 1 of 5")).to_be_visible()
    table.get_by_label("Rows per page").select_option("10")
    table.get_by_role("button", name="Last page").click()
    expect(table.get_by_text("Page 12 of 12")).to_be_visible()
    score = table.get_by_role("columnheader", name="score")
    score.get_by_role("button").click()
    score.get_by_role("button").click()
    expect(score).to_have_attribute("aria-sort", "descending")
    table.get_by_role("textbox", name="Filter name", exact=True).fill("n3")
    table.get_by_role("textbox", name="Filter score").fill(">= 90")
    table.get_by_role("button", name="Copy as JSON").click()
    expect(table.get_by_role("status")).to_contain_text("copied")
    rows = json.loads(page.evaluate("navigator.clipboard.readText()"))
    expected = [{"index": i, "name": "n3", "score": (i * 37) % 101} for i in range(120) if i % 7 == 3 and (i * 37) % 101 >= 90]
    assert rows == sorted(expected, key=lambda row: -row["score"])
    table.get_by_role("textbox", name="Filter score").fill("")
    table.get_by_role("textbox", name="Filter name", exact=True).fill("")
    table.get_by_role("button", name="Charts").click()
    expect(table.get_by_role("img", name="Distribution of score")).to_be_visible()
    expect(table.get_by_text("How often: name")).to_be_visible()
    table.get_by_role("button", name="Show as plain table").click()
    expect(page.get_by_text("120 rows × 2 columns")).to_be_visible()


def test_a_small_data_frame_is_read_from_what_pandas_printed(tab):
    page = tab.page
    tab.run("import pandas as pd\npd.DataFrame({'a': [3, None, 1]}, index=pd.Index(['x', 'y', 'z'], name='key'))")
    assert list(tab.person.file(tab.notebook)["cells"][-1]["outputs"][0]["data"]) == ["text/html", "text/plain"]
    page.get_by_role("button", name="Convert to interactive table").click()
    table = page.get_by_role("region", name="Interactive table")
    table.get_by_role("columnheader", name="a").get_by_role("button").click()
    expect(table.locator("tbody tr")).to_have_text(["z1", "x3", "y–"])
    expect(table.get_by_role("columnheader", name="key")).to_be_visible()
