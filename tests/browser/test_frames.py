"""JavaScript of outputs: one frame for a run, its way to the kernel, and that nothing else finds this way."""

import json
import re

from playwright.sync_api import expect

from tab import Tab

PARTS = """from IPython.display import display, HTML, Javascript
display(HTML('<div id="first">plain</div>'))
display(Javascript('window.twice = (x) => 2 * x'))
print('between')
display(HTML('<div id="second" style="height:40px"></div><script>document.querySelector("#second").textContent = "twice " + twice(21)</script>'))
print('below')
display(Javascript('document.querySelector("#first").textContent = "changed"; element.textContent = "own place"'))"""

CALL = """from google.colab import output
from IPython.display import display, HTML, JSON
def add(a, b, scale=1):
    print('in the kernel')
    return JSON({'sum': (a + b) * scale})
output.register_callback('notebook.add', add)
output.register_callback('notebook.bad', lambda: 1 / 0)
display(HTML('''<p id=said>-</p><p id=bad>-</p><script>(async () => {
  const say = (id, text) => { document.getElementById(id).textContent = text };
  const { kernel } = google.colab;
  try {
    const answer = await kernel.invokeFunction('notebook.add', [1, 2], {scale: 3});
    say('said', kernel.accessAllowed + ' ' + answer.data['application/json'].sum);
  } catch (error) { say('said', kernel.accessAllowed + ' ' + error.message) }
  try { await kernel.invokeFunction('notebook.bad', [], {}) } catch (error) { say('bad', error.message) }
})()</script>'''))"""

COMMS = """from IPython.display import display, Javascript
def opened(comm, message):
    comm.send({'got': message['content']['data']})
    comm.on_msg(lambda m: comm.send({'echo': m['content']['data']['n'] + 1}, buffers=[b'abc']))
get_ipython().kernel.comm_manager.register_target('mine', opened)
display(Javascript('''(async () => {
  const comm = await google.colab.kernel.comms.open('mine', {word: 'hi'});
  const said = [];
  for await (const {data, buffers} of comm.messages) {
    said.push(JSON.stringify(data) + buffers.length);
    if (data.got) comm.send({n: 4}); else break;
  }
  element.textContent = said.join(' ');
  comm.close();
  google.colab.kernel.comms.registerTarget('page', (comm, {data}) => { element.textContent += ' then ' + data });
})().catch(() => {})'''))"""

# What an output could try that was not made here: to speak over the frame's port as if it were allowed.
FORGE = """<p id="out">-</p><script>
const send = MessagePort.prototype.postMessage;
MessagePort.prototype.postMessage = function (message) {
  if (!window.forged) {
    window.forged = true;
    send.call(this, {type: 'kernel', event: 'open', id: 'f9', target: 'colibri.invoke', data: {name: 'evil', args: [], kwargs: {}}, buffers: []});
    send.call(this, {type: 'kernel', event: 'open', id: 'f8', target: 'colibri', data: {}, buffers: []});
    send.call(this, {type: 'comm', id: 'f1', data: {method: 'update'}, buffers: []});
    if (!google.colab.kernel.accessAllowed) send.call(this, {type: 'add_cell', text: 'evil()', cell_type: 'code'});
    document.getElementById('out').textContent = 'forged';
  }
  return send.apply(this, arguments);
}
google.colab.kernel.invokeFunction('evil', []).catch((error) => { document.getElementById('out').title = error.message });
</script>"""


def frame(tab, index):
    return tab.outputs(index).frame_locator("iframe")


def test_scripts_of_a_run_see_each_other_and_stand_in_their_order(tab):
    tab.run(PARTS)
    view = frame(tab, 1)
    expect(tab.outputs(1).locator("iframe")).to_have_count(1)
    expect(view.locator("#second")).to_have_text("twice 42")
    expect(view.locator("#first")).to_have_text("changed")
    expect(view.get_by_text("own place")).to_be_visible()
    places = [view.locator("#first"), tab.outputs(1).get_by_text("between"), view.locator("#second"),
              tab.outputs(1).get_by_text("below"), view.get_by_text("own place")]
    tab.page.wait_for_function("document.querySelectorAll('.o-frame-slot').length >= 4")
    expect(places[-1]).to_be_in_viewport()

    def ordered():
        boxes = [place.bounding_box() for place in places]
        return all(a["y"] + a["height"] <= b["y"] + 1 for a, b in zip(boxes, boxes[1:]))

    for _ in range(100):
        if ordered():
            break
        tab.page.evaluate("new Promise(requestAnimationFrame)")
    assert ordered(), [place.bounding_box() for place in places]


def test_an_output_made_here_calls_the_kernel_and_a_saved_one_does_not(tab):
    page = tab.page
    tab.run(CALL)
    expect(frame(tab, 1).locator("#said")).to_have_text("true 9")
    expect(frame(tab, 1).locator("#bad")).to_have_text("ZeroDivisionError: division by zero")
    tab.run(COMMS)
    expect(frame(tab, 2).get_by_text('{"got":{"word":"hi"}}0 {"echo":5}1')).to_be_visible()
    tab.run("from ipykernel.comm import Comm\n_ = Comm(target_name='page', data='hello')")
    expect(frame(tab, 2).get_by_text("then hello")).to_be_visible()
    tab.run("called = []\noutput.register_callback('evil', lambda: called.append(1))\ndisplay(HTML(" + repr(FORGE) + "))")
    expect(frame(tab, 4).locator("#out")).to_have_text("forged")
    tab.run("import time; time.sleep(0.5); print(len(called))")
    # Run here, it may; its own forged words and the proper one.
    expect(tab.outputs(5)).to_have_text("2")

    tab.saved()
    page.reload()
    expect(frame(tab, 1).locator("#said")).to_have_text("false Only an output of a cell that was run on this page since it was loaded can reach the kernel.")
    expect(frame(tab, 4).locator("#out")).to_have_text("forged")
    expect(frame(tab, 4).locator("#out")).to_have_attribute("title", "Only an output of a cell that was run on this page since it was loaded can reach the kernel.")
    cells = page.locator("[data-cell]").count()
    tab.run("time.sleep(0.5); print(len(called))")
    expect(tab.outputs(6)).to_have_text("2")
    assert page.locator("[data-cell]").count() == cells + 1


def test_outputs_go_to_elements_and_tagged_ones_are_cleared(tab):
    tab.run("""from google.colab import output
from IPython.display import display, HTML
display(HTML('<div id="left" style="color:red"></div><script>1</script>'))
with output.redirect_to_element('#left'):
    print('one'); display(HTML('<b>bold</b>')); print('two')
with output.to_header_area():
    print('above')
with output.use_tags('gone'):
    print('printed'); display(HTML('<i>shown</i>'))
with output.temporary():
    print('passing')
output.clear(output_tags='gone')
print('plain')""")
    view = frame(tab, 1)
    expect(view.locator("#left")).to_have_text(re.compile(r"^\s*one\s*bold\s*two\s*$"))
    expect(view.locator("#output-header")).to_contain_text("above")
    expect(tab.outputs(1).get_by_text("plain")).to_be_visible()
    for word in ("printed", "shown", "passing"):
        expect(tab.outputs(1).get_by_text(word)).to_have_count(0)


OWN_SCRIPT = """import ipywidgets as widgets, traitlets
class Counter(widgets.DOMWidget):
    _model_name = traitlets.Unicode('AnyModel').tag(sync=True)
    _model_module = traitlets.Unicode('anywidget').tag(sync=True)
    _model_module_version = traitlets.Unicode('*').tag(sync=True)
    _view_name = traitlets.Unicode('AnyView').tag(sync=True)
    _view_module = traitlets.Unicode('anywidget').tag(sync=True)
    _view_module_version = traitlets.Unicode('*').tag(sync=True)
    _esm = traitlets.Unicode('''export default { render({ model, el }) {
      const button = document.createElement('button');
      const show = () => { button.textContent = 'count ' + model.get('count') };
      button.onclick = () => { model.set('count', model.get('count') + 1); model.save_changes() };
      model.on('change:count', show); show(); el.append(button) } }''').tag(sync=True)
    _css = traitlets.Unicode('button { color: rgb(200, 0, 0) }').tag(sync=True)
    count = traitlets.Int(3).tag(sync=True)
counter = Counter()
counter"""


def test_a_widget_brings_its_own_script_and_saved_ones_are_drawn_without_a_kernel(tab, context, person):
    tab.run(OWN_SCRIPT)
    button = frame(tab, 1).get_by_role("button", name="count 3")
    expect(button).to_have_css("color", "rgb(200, 0, 0)")
    button.click()
    tab.run("print('kernel', counter.count)")
    expect(tab.outputs(2)).to_have_text("kernel 4")
    view = {"application/vnd.jupyter.widget-view+json": {"version_major": 2, "version_minor": 0, "model_id": "m1"}, "text/plain": "IntProgress"}
    controls = {"model_module": "@jupyter-widgets/controls", "model_module_version": "2.0.0"}
    state = {"m1": {"model_name": "LabelModel", **controls, "state": {"value": "as it was", "layout": "IPY_MODEL_l1", "style": "IPY_MODEL_s1"}},
             "l1": {"model_name": "LayoutModel", "model_module": "@jupyter-widgets/base", "model_module_version": "2.0.0", "state": {}},
             "s1": {"model_name": "LabelStyleModel", **controls, "state": {}}}
    saved = person.import_file("widgets.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {"widgets": {"application/vnd.jupyter.widget-state+json": {"version_major": 2, "version_minor": 0, "state": state}}},
        "cells": [{"id": "c1", "cell_type": "code", "source": "1", "metadata": {}, "execution_count": 1, "outputs": [
            {"output_type": "display_data", "data": view, "metadata": {}}]}]}).encode())
    other = Tab(context.new_page(), person, saved.json()["id"])
    expect(frame(other, 0).get_by_text("as it was")).to_be_visible()
    expect(other.outputs(0).get_by_text("This is how the widget was saved")).to_be_visible()


BOKEH = """from IPython.display import display
document = {'title': '', 'version': '3.10.0', 'defs': [], 'roots': [
    {'type': 'object', 'name': 'Div', 'id': 'p1', 'attributes': {'text': 'drawn by Bokeh'}}]}
display({'application/vnd.colibri.bokeh+json': {'docs_json': {'d1': document},
         'render_items': [{'docid': 'd1', 'roots': {'p1': 'x'}, 'root_ids': ['p1']}]}, 'text/plain': 'Div'}, raw=True)"""


def test_bokeh_tables_and_the_note_of_pip_are_drawn_by_the_page(tab):
    asked = []
    tab.page.on("request", lambda request: asked.append(request.url))
    tab.run(BOKEH)
    expect(frame(tab, 1).get_by_text("drawn by Bokeh")).to_be_visible(timeout=30_000)
    assert all(url.startswith((tab.person.url, "blob:", "data:")) for url in asked), asked
    tab.run("import pandas as pd\nfrom google.colab import data_table\ndata_table.DataTable(pd.DataFrame({'n': range(90)}), num_rows_per_page=30, include_index=False)")
    expect(tab.outputs(2).get_by_role("region", name="Interactive table")).to_be_visible()
    expect(tab.outputs(2).get_by_text("Page 1 of 3")).to_be_visible()
    tab.run("display({'application/vnd.colab-display-data+json': {'pip_warning': {'packages': ['numpy']}}, 'text/plain': 'x'}, raw=True)")
    note = tab.outputs(3).get_by_role("group", name="Restart needed")
    expect(note).to_contain_text("numpy")
    note.get_by_role("button", name="Restart the kernel").click()
    expect(tab.page.get_by_role("button", name="Restart", exact=True)).to_be_visible()


def test_the_kernel_evaluates_scripts_in_the_frame_of_its_cell(tab):
    tab.run("""from google.colab import output
from google.colab._message import MessageError
from IPython.display import display, Javascript
print(output.eval_js('1 + 1'))
display(Javascript('window.photo = async (q) => { document.body.append("taken"); return {q, n: [1, 2]} }'))
print(output.eval_js('photo(0.5)'))
print(output.eval_js('document.title', ignore_result=True))
try: output.eval_js('nobody()')
except MessageError as error: print('failed:', error)""")
    expect(tab.outputs(1).get_by_text("{'q': 0.5, 'n': [1, 2]}")).to_be_visible()
    expect(tab.outputs(1).get_by_text("failed: ReferenceError: nobody is not defined")).to_be_visible()
    expect(frame(tab, 1).get_by_text("taken")).to_be_visible()
