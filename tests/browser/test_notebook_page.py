"""The main job: a notebook in the browser, from New to saved outputs."""

import re

import pytest
from playwright.sync_api import expect

from colibri import NOTEBOOKS
from tab import Tab

LANGUAGE_SERVER = True
PLOT = "import matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.show()"


def first_lines(tab, count):
    """The first words of the first cells, top to bottom."""
    return [tab.cell(i).locator(".cm-line").first.inner_text() for i in range(count)]


def test_a_new_notebook_runs_shows_and_keeps(context, person):
    page = context.new_page()
    page.goto(person.url)
    page.get_by_role("button", name="New notebook").click()
    page.wait_for_url("**/notebooks/*")
    tab = Tab(page, person, page.url.rsplit("/", 1)[1])
    tab.write("print('hello')\n6*7", 0)
    page.keyboard.press("Shift+Enter")
    tab.ended(0)
    expect(tab.outputs(0)).to_contain_text("hello")
    expect(tab.outputs(0)).to_contain_text("42")
    expect(page.locator("[data-cell]")).to_have_count(2)
    tab.saved()
    saved = person.file(tab.notebook)["cells"][0]
    assert saved["outputs"][0]["text"] == ["hello\n"] and saved["execution_count"] == 1
    page.reload()
    expect(tab.outputs(0)).to_contain_text("42")
    expect(page.get_by_role("button", name=re.compile("Connected"))).to_be_visible()
    person.end_runtime(tab.notebook)


def test_connect_tells_its_states_and_meters(tab):
    page = tab.page
    page.get_by_role("button", name="Connect").click()
    connected = page.get_by_role("button", name=re.compile("Connected"))
    expect(connected).to_be_visible(timeout=30_000)
    expect(connected.get_by_role("meter", name="RAM")).to_be_visible()
    expect(connected.get_by_role("meter", name="Disk")).to_be_visible()
    tab.run("kept = 1")
    page.get_by_role("button", name="Runtime").first.click()
    page.get_by_role("menuitem", name="Restart the kernel").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Restart").click()
    expect(connected).to_be_visible(timeout=30_000)
    tab.run("kept")
    expect(tab.outputs()).to_contain_text("NameError")
    page.get_by_role("button", name="Runtime").first.click()
    page.get_by_role("menuitem", name="Disconnect and delete the runtime").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Disconnect").click()
    expect(page.get_by_role("button", name="Reconnect")).to_be_visible(timeout=30_000)


def test_the_title_is_renamed_by_a_click(tab):
    page = tab.page
    page.get_by_role("heading", level=1).get_by_role("button").click()
    page.get_by_label("Name of the notebook").fill("Iris study")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Iris study")).to_be_visible()
    expect(page).to_have_title(re.compile("Iris study"))
    listed = tab.person.request("GET", "/api/notebooks").json()["notebooks"]
    assert any(n["title"] == "Iris study" and n["path"].endswith("Iris study.ipynb") for n in listed)


def test_text_cells_are_drawn_while_they_are_typed(tab):
    """Typed at once: the keys that come before the new cell does are not lost, and press no button."""
    page = tab.page
    tab.main.get_by_role("button", name="Add a text cell").last.click()
    page.keyboard.type("# Growth\n\nEuler: $e^{i\\pi} = -1$ and **bold**")
    expect(page.locator("[data-cell]")).to_have_count(2)
    preview = tab.cell().locator(".n-preview")
    expect(preview.get_by_role("heading", name="Growth")).to_be_visible()
    expect(preview.locator(".katex")).to_be_visible()
    page.keyboard.press("Shift+Enter")
    drawn = tab.cell(1).locator(".n-text")
    expect(drawn.locator("strong")).to_have_text("bold")
    drawn.dblclick()
    expect(tab.editor(1)).to_contain_text("Euler")


def test_cells_are_added_moved_converted_and_deleted(tab):
    page = tab.page
    tab.write("a = 1", 0)
    tab.add_code("b = 2")
    tab.add_code("c = 3")
    page.keyboard.press("Escape")
    page.keyboard.press("Control+m")
    page.keyboard.press("k")
    expect(tab.cell(1).locator(".cm-line").first).to_have_text("c = 3")
    assert first_lines(tab, 3) == ["a = 1", "c = 3", "b = 2"]
    tab.cell(0).hover()
    tab.cell(0).get_by_role("button", name="Move down").click()
    expect(tab.cell(0).locator(".cm-line").first).to_have_text("c = 3")
    page.keyboard.press("Control+m")
    page.keyboard.press("m")
    expect(page.locator(".n-cell-markdown")).to_have_count(1)
    tab.cell(2).hover()
    tab.cell(2).get_by_role("button", name="Delete the cell").click()
    expect(page.locator("[data-cell]")).to_have_count(2)
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("[data-cell]")).to_have_count(3)
    expect(tab.cell(2).locator(".cm-line").first).to_have_text("b = 2")
    tab.saved()


def test_the_run_keys_stay_go_on_and_insert(tab):
    page = tab.page
    cells = page.locator("[data-cell]")
    tab.write("1 + 1", 0)
    page.keyboard.press("Control+Enter")
    tab.ended(0)
    expect(cells).to_have_count(1)
    page.keyboard.press("Alt+Enter")
    expect(cells).to_have_count(2)
    page.keyboard.type("10 + 1")
    page.keyboard.press("Shift+Enter")
    expect(cells).to_have_count(3)
    tab.ended(1)
    expect(tab.outputs(1)).to_contain_text("11")
    page.keyboard.type("100 + 1")
    page.get_by_role("button", name="Run all").click()
    tab.ended(2)
    expect(tab.outputs(2)).to_contain_text("101")


def test_a_running_cell_is_interrupted_and_an_input_answered(tab):
    page = tab.page
    tab.add_code("import time\nprint('on', flush=True)\nwhile True: time.sleep(.1)")
    page.keyboard.press("Control+Enter")
    expect(tab.outputs()).to_contain_text("on", timeout=30_000)
    page.get_by_role("button", name="Interrupt").first.click()
    tab.ended()
    expect(tab.outputs()).to_contain_text("KeyboardInterrupt")
    tab.add_code("print('Hello', input('Name: '))")
    page.keyboard.press("Control+Enter")
    tab.cell().get_by_label("Name:").fill("Ada")
    page.keyboard.press("Enter")
    tab.ended()
    expect(tab.outputs()).to_contain_text("Hello Ada")


def test_completion_comes_from_the_kernel(tab):
    page = tab.page
    tab.run("flowering_plant = 5")
    tab.add_code()
    tab.editor().click()
    page.keyboard.type("flowering")
    page.keyboard.press("Control+Space")
    option = page.locator(".cm-tooltip-autocomplete").get_by_text("flowering_plant")
    expect(option).to_be_visible(timeout=20_000)  # The kernel looks far and wide the first time.
    page.wait_for_timeout(150)  # CodeMirror takes no choice in a list's first moment.
    page.keyboard.press("Enter")
    expect(tab.editor()).to_have_text("flowering_plant")


def test_plots_tables_and_colours_are_drawn_inline(tab):
    tab.run(PLOT)
    image = tab.outputs().locator("img")
    expect(image).to_be_visible()
    assert image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 300
    tab.run("import pandas as pd\npd.DataFrame({'city': ['Lhasa'], 'height': [3656]})")
    expect(tab.outputs().locator("table")).to_contain_text("Lhasa")
    expect(tab.outputs().locator("iframe")).to_have_count(0)
    tab.run("print('\\x1b[31mred\\x1b[0m plain')")
    colour = tab.outputs().get_by_text("red", exact=True).evaluate("e => getComputedStyle(e).color")
    plain = tab.outputs().evaluate("e => getComputedStyle(e).color")
    assert colour != plain
    tab.saved()


@pytest.mark.parametrize("code", [
    "from IPython.display import HTML\nHTML('<p id=p>waits</p><script>TRY</script>')",
    "from IPython.display import SVG\nSVG('<svg xmlns=\"http://www.w3.org/2000/svg\" height=\"40\"><script>TRY</script>"
    "<text id=\"p\" y=\"20\">waits</text></svg>')",
    "from IPython.display import Javascript\nJavascript('''element.innerHTML = \"<p id=p>waits</p>\"; TRY''')",
], ids=["html", "svg", "javascript"])
def test_script_of_an_output_runs_where_it_reaches_nothing(tab, code):
    attack = ("let got = []; for (const f of [() => parent.document.title, () => document.cookie, () => localStorage.length,"
              " () => top.location.href]) { try { f(); got.push(1) } catch (e) { got.push(0) } };"
              " document.getElementById(`p`).textContent = `ran ${origin} ${got}`")
    if "SVG(" in code:  # The script comes before the text.
        attack = "addEventListener(`load`, () => { " + attack + " })"
    attack = attack.replace("=>", "=&gt;") if "SVG(" in code else attack
    tab.run(code.replace("TRY", attack))
    frame = tab.outputs().frame_locator("iframe")
    expect(frame.locator("#p")).to_have_text("ran null 0,0,0,0", timeout=20_000)
    assert tab.outputs().locator("iframe").get_attribute("sandbox") == "allow-scripts"


def test_two_tabs_type_in_one_cell(tab, context):
    other = Tab(context.new_page(), tab.person, tab.notebook)
    tab.write("start", 0)
    expect(other.editor(0)).to_have_text("start")
    other.editor(0).click()
    other.page.keyboard.press("Control+End")
    tab.page.keyboard.press("Control+Home")
    tab.page.keyboard.type("left ", delay=15)
    other.page.keyboard.type(" right", delay=15)
    for each in (tab, other):
        expect(each.editor(0)).to_have_text("left start right")


@pytest.mark.skipif(not NOTEBOOKS.is_dir(), reason="the folder of real notebooks is not here")
@pytest.mark.timeout(300)
def test_a_real_notebook_runs_in_the_page_with_its_plots(context, person):
    page = context.new_page()
    page.goto(person.url)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Upload").click()
    chooser.value.set_files(NOTEBOOKS / "extra_gradient_descent_comparison.ipynb")
    page.wait_for_url("**/notebooks/*")
    tab = Tab(page, person, page.url.rsplit("/", 1)[1])
    page.get_by_role("button", name="Run all").click()
    page.wait_for_function("() => document.querySelector('.n-run-queued, .n-run-running')")
    expect(page.locator(".n-run-queued, .n-run-running")).to_have_count(0, timeout=200_000)
    expect(page.locator(".n-run-failed")).to_have_count(0)
    tab.saved()
    cells = person.file(tab.notebook)["cells"]
    plots = [o for c in cells for o in c.get("outputs", ()) if "image/png" in o.get("data", {})]
    assert plots
    person.end_runtime(tab.notebook)


def test_a_notebook_in_a_new_tab_is_asked_for_once_and_before_the_page_is_there(context, person):
    notebook = person.create()
    page = context.new_page()
    sockets, asked, held = [], [], []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/assets/page-*.js", lambda route: held.append(route))
    with page.expect_websocket():
        page.goto(f"{person.url}/notebooks/{notebook}", wait_until="commit")
    for route in held:
        route.continue_()
    expect(page.get_by_role("main", name="Cells")).to_be_visible()
    expect(page.get_by_text("All changes saved")).to_be_visible()
    assert len(held) == 1 and len(sockets) == 1
    assert sum(url.endswith("/api/me") for url in asked) == 1
