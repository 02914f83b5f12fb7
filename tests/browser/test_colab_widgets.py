"""google.colab's tabs, grids and elements: drawn in the cell's frame, kept in the notebook, in touch with Python."""

from playwright.sync_api import expect

TABS = """from google.colab import widgets
from IPython.display import HTML, display
tabs = widgets.TabBar(['first <i>', 'second'], location='start')
with tabs.output_to('first <i>'):
    print('printed in one'); display(HTML('<b>bold in one</b>'))
with tabs.output_to(1):
    print('passing'); tabs.clear_tab(); print('printed in two')
with tabs.output_to(0, select=False):
    import matplotlib.pyplot as plt
    plt.plot([1, 2, 4])
print('plain below')"""


def frame(tab, index=-1):
    return tab.cell(index).frame_locator("iframe")


def test_output_goes_to_tabs_and_a_saved_notebook_has_them_too(tab):
    tab.run(TABS)

    def look():
        view = frame(tab)
        first, second = view.get_by_role("tab", name="first <i>"), view.get_by_role("tab", name="second")
        expect(second).to_have_attribute("aria-selected", "true")
        panel = view.get_by_role("tabpanel", name="second")
        expect(panel).to_contain_text("printed in two")
        expect(panel.get_by_text("passing")).to_have_count(0)
        expect(view.get_by_text("printed in one")).to_be_hidden()
        first.click()
        expect(view.get_by_text("printed in one")).to_be_visible()
        expect(view.get_by_text("bold in one")).to_be_visible()
        expect(view.get_by_role("tabpanel", name="first <i>").locator("img")).to_be_visible()
        expect(panel).to_be_hidden()

    look()
    expect(tab.outputs().get_by_text("plain below")).to_be_visible()
    tab.saved()
    tab.person.end_runtime(tab.notebook)
    tab.page.reload()
    look()


def test_output_for_tabs_waits_until_these_are_drawn(tab):
    tab.run(TABS)
    tab.saved()
    # What makes HTML harmless comes late, and with it the tabs.
    held = []
    tab.page.route("**/assets/html_policy-*.js", lambda route: held.append(route))
    with tab.page.expect_request("**/assets/html_policy-*.js"):
        tab.page.reload()
    expect(tab.outputs().get_by_text("plain below")).to_be_visible()
    held.pop().continue_()
    view = frame(tab)
    expect(view.get_by_role("tab", name="second")).to_have_attribute("aria-selected", "true")
    expect(view.get_by_role("tabpanel", name="second")).to_contain_text("printed in two")
    expect(view.get_by_text("printed in one")).to_be_hidden()


def test_output_goes_to_the_cells_of_a_grid(tab):
    tab.run("""from google.colab import widgets
grid = widgets.create_grid(['a', 'b'], [1, 2], lambda row, column: print(row * column), header_render=lambda d: print(f'<{d}>'))
small = widgets.Grid(1, 2, style='.colibri-grid td { color: rgb(200, 0, 0) }')
for row, column in small:
    print('cell', column)
small.clear_cell(0, 0)
with small.output_to(0, 0):
    print('again')
away = widgets.Grid(1, 1)
away.remove()""")
    view = frame(tab)
    grids = view.get_by_role("table")
    expect(grids).to_have_count(2)
    expect(grids.nth(0)).to_contain_text("bb")
    expect(grids.nth(0).get_by_role("columnheader")).to_have_count(3)
    expect(grids.nth(0).get_by_role("rowheader").first).to_have_text("<a>")
    expect(grids.nth(1).get_by_role("cell").nth(0)).to_have_text("again")
    expect(grids.nth(1).get_by_role("cell").nth(1)).to_have_text("cell 1")


def test_an_element_is_spoken_with_from_other_cells_and_calls_python(tab):
    tab.run("""from google.colab import html
heard = []
counter = html.create_resource('''customElements.define('my-counter', class extends HTMLElement {
  connectedCallback() { this.textContent = 'count ' + this.count; this.onclick = () => this.dispatchEvent(new CustomEvent('counted', {detail: {n: this.count}})) }
  add(n) { this.count += n; this.textContent = 'count ' + this.count; return Promise.resolve({now: this.count}) }
})''', extension='js')
element = html.Element('my-counter', attributes={'title': 'before'}, properties={'count': 3}, src=counter)
element.add_event_listener('counted', heard.append)
box = html.Element('div')
box.append_child(element)
box""")
    shown = frame(tab, 1).get_by_text("count 3")
    expect(shown).to_be_visible()
    tab.run("element.set_attribute('title', 'after'); print(element.get_attribute('title'), element.call('add', 4), element.get_property('count'))")
    expect(tab.outputs(2)).to_contain_text("after {'now': 7} 7")
    frame(tab, 1).get_by_text("count 7").click()
    expect(frame(tab, 1).get_by_title("after")).to_be_visible()
    tab.run("import time\nprint(heard)")
    expect(tab.outputs(3)).to_contain_text("[{'type': 'counted', 'detail': {'n': 7}}]")
    tab.run("paragraph = html.Element('p', properties={'textContent': 'a new child'})\nbox.append_child(paragraph)")
    expect(frame(tab, 1).get_by_text("a new child")).to_be_visible()
    tab.run("paragraph.remove(); box.remove_child(element)")
    expect(frame(tab, 1).get_by_text("a new child")).to_have_count(0)
    expect(frame(tab, 1).get_by_text("count 7")).to_have_count(0)
