"""Rich outputs: drawn in sandboxed frames without a network, with a menu, and tracebacks that lead on."""

import re

from playwright.sync_api import expect

FIGURE = """from IPython.display import display
figure = {'data': [{'type': 'bar', 'x': ['a', 'b'], 'y': [1, 2]}], 'layout': {'height': 300, 'title': {'text': 'Bars'}}}
shown = display({'application/vnd.plotly.v1+json': figure, 'text/plain': 'a figure'}, raw=True, display_id=True)"""
CHART = """import altair
altair.Chart(altair.Data(values=[{'a': 'x', 'b': 3}])).mark_bar().encode(x='a:N', y='b:Q').properties(title='Chart')"""


def frame_of(tab, index=-1):
    return tab.outputs(index).frame_locator("iframe")


def test_plots_are_drawn_in_frames_and_change_in_them(tab):
    asked = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.run(FIGURE)
    plot = frame_of(tab)
    expect(plot.get_by_text("Bars")).to_be_visible()
    frame = tab.outputs().locator("iframe")
    assert frame.get_attribute("sandbox") == "allow-scripts"
    expect(frame).to_have_css("height", "300px")
    # The same frame shows what the kernel changes in it.
    tab.page.evaluate("document.querySelector('.n-outputs iframe').marked = true")
    tab.run("figure['layout']['title']['text'] = 'Changed'\n"
            "shown.update({'application/vnd.plotly.v1+json': figure, 'text/plain': 'a figure'}, raw=True)")
    expect(frame_of(tab, 1).get_by_text("Changed")).to_be_visible()
    assert tab.page.evaluate("document.querySelector('.n-outputs iframe').marked") is True
    tab.run(CHART)
    expect(frame_of(tab).get_by_text("Chart", exact=True)).to_be_visible()
    assert all(url.startswith((tab.person.url, "blob:", "data:")) for url in asked), asked


def test_plotly_and_altair_ask_nobody_outside(tab):
    tab.run("import plotly.graph_objects as go\ngo.Figure(go.Scatter(y=[1, 3, 2])).update_layout(title='Real')")
    expect(frame_of(tab).get_by_text("Real")).to_be_visible()
    [output] = tab.person.file(tab.notebook)["cells"][-1]["outputs"] or [None]
    assert "application/vnd.plotly.v1+json" in output["data"]
    assert "cdn" not in str(output["data"].get("text/html", ""))


def test_a_traceback_leads_to_its_line_and_offers_what_is_missing(tab):
    page = tab.page
    tab.write("def fails():\n    one = 1\n    return one / 0", 0)
    page.keyboard.press("Control+Enter")
    tab.ended(0)
    tab.run("fails()")
    page.get_by_role("button", name=re.compile(r"^Cell In ?\[1\], line 3")).click()
    expect(tab.editor(0)).to_be_focused()
    page.keyboard.insert_text("    return one")
    expect(tab.editor(0)).to_have_text("def fails():    one = 1    return one")
    tab.run("import sklearn_of_nobody")
    page.get_by_role("button", name="Install sklearn_of_nobody").click()
    expect(tab.editor(2)).to_have_text("%pip install sklearn_of_nobody")


def test_the_output_menu_hides_copies_and_clears(tab):
    page = tab.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    tab.run("print('\\x1b[31mred\\x1b[0m')\nfor n in range(100): print(n)")

    def choose(name):
        tab.cell().get_by_role("button", name="More for this output").click()
        page.get_by_role("menuitem", name=name).click()

    choose("Copy the output")
    expect(page.get_by_text("The output was copied.")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()").startswith("red\n0\n1\n")
    choose("View full screen")
    expect(page.get_by_role("dialog", name="Output of [1]")).to_contain_text("red")
    page.keyboard.press("Escape")
    choose("Scroll in a box")
    expect(tab.outputs().get_by_role("button", name="Show all")).to_have_count(0)
    choose("Show at full height")
    expect(tab.outputs().locator(".o-scroll")).to_have_count(0)
    choose("Hide the output")
    expect(tab.outputs()).not_to_contain_text("red")
    tab.saved()
    page.reload()  # It stays so, for everybody.
    expect(tab.outputs().get_by_role("button", name="The output is hidden")).to_be_visible()
    assert tab.person.file(tab.notebook)["cells"][-1]["metadata"]["jupyter"] == {"outputs_hidden": True}
    tab.outputs().get_by_role("button", name="The output is hidden").click()
    expect(tab.outputs()).to_contain_text("red")
    choose("Clear the output")
    expect(tab.outputs()).to_have_count(0)


def test_a_bar_that_moves_1000_times_a_second_moves_in_its_place(tab):
    """How much of the page's time that takes is bench/page.py's to tell."""
    tab.run("import time\nfrom tqdm import tqdm\nfor _ in tqdm(range(3000), mininterval=0): time.sleep(0.001)")
    expect(tab.outputs()).to_contain_text("3000/3000")
    assert tab.outputs().inner_text().count("\n") <= 1, "the bar moves in its place"
