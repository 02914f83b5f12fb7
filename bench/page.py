"""Measures what one person feels in the page: the third table of this folder's README. Needs root, the Release binaries,
the default image and Chromium; `lighthouse` and `peer` fetch what they need (npm, pip) into build/bench once."""

import base64
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import expect, sync_playwright  # noqa: E402

from colibri import free_port  # noqa: E402
from measure import percentile, with_server  # noqa: E402
from people import FIRST_EDITOR, SCRIPTS, code_cell, notebook_with, png  # noqa: E402
from tab import CHROMIUM, Tab, sign_in  # noqa: E402

WEB = ROOT / "web"
TOOLS = ROOT / "build" / "bench"
LIGHTHOUSE = "lighthouse@12.8.2"
JUPYTERLAB = "jupyterlab==4.4.9"

# Frames while `act` goes on, and tasks that took the main thread for more than 50 ms.
WATCH = """() => {
  window.frames_ms = []; window.tasks_ms = []
  let last = performance.now()
  const tick = (now) => { frames_ms.push(now - last); last = now; if (window.watching) requestAnimationFrame(tick) }
  window.watching = true
  requestAnimationFrame(tick)
  window.watcher = new PerformanceObserver((list) => { for (const { duration } of list.getEntries()) tasks_ms.push(duration) })
  watcher.observe({ type: "longtask" })
}"""
DONE = "() => { window.watching = false; watcher.disconnect(); return [frames_ms.slice(1), tasks_ms] }"
SCROLL = """async ([selector, step]) => {
  const box = selector ? document.querySelector(selector) : document.scrollingElement
  for (let n = 0; n < 300; n++) {
    box.scrollBy(0, step)
    await new Promise(requestAnimationFrame)
  }
}"""
REST = """async (_) => { for (let n = 0; n < 120; n++) await new Promise(requestAnimationFrame) }"""
# From the key to the frame that shows it: at 60 frames a second up to 17 ms of it are waiting.
KEYS = """() => {
  window.keys_ms = []
  document.addEventListener("keydown", () => {
    const began = performance.now()
    requestAnimationFrame(() => { const channel = new MessageChannel(); channel.port1.onmessage = () => keys_ms.push(performance.now() - began)
      channel.port2.postMessage(0) })
  }, true)
}"""


def large_cells():
    """1,000 cells with 20 MB of pictures."""
    return [code_cell(n, f"plot({n})\nshow()", [{"output_type": "display_data", "metadata": {}, "data": {
        "image/png": base64.b64encode(png(n)).decode(), "text/plain": "<Figure>"}}]) for n in range(1_000)]


def in_browser(measure):
    """Calls `measure` with a person of a server and a fresh browser's context."""
    def with_person(server):
        person = server.sign_in()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(**CHROMIUM)
            context = browser.new_context(viewport={"width": 1280, "height": 900})
            sign_in(context, person)
            measure(person, context)
            browser.close()
    with_server(with_person)


def heap_mb(page):
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.enable")
    session.send("HeapProfiler.collectGarbage")
    return session.send("Runtime.getHeapUsage")["usedSize"] / 1e6


def per_second(frames):
    return 1000 / max(percentile(frames, 0.95), 1e-3)


def bench_first():
    """A browser that has never been here opens a notebook of one cell."""
    def measure(server):
        person = server.sign_in()
        notebook = notebook_with(person, [code_cell(0, "1+1")])
        times, sizes = [], []
        with sync_playwright() as playwright:
            for _ in range(6):
                browser = playwright.chromium.launch(**CHROMIUM)
                context = browser.new_context()
                sign_in(context, person)
                page = context.new_page()
                page.goto(f"{person.url}/notebooks/{notebook}", wait_until="commit")
                times.append(page.evaluate(FIRST_EDITOR))
                sizes.append(page.evaluate(SCRIPTS) / 1e3)
                browser.close()
        print(f"first: {statistics.median(sizes):.0f} KB of compressed scripts (promise 400); a cell can be typed in after p50 "
              f"{statistics.median(times[1:]):.0f} ms (promise 800)")
    with_server(measure)


def bench_scroll():
    """Through all of it at 180 pixels a frame, and back at 50, at which one can still see what comes."""
    def measure(person, context):
        tab = Tab(context.new_page(), person, notebook_with(person, large_cells()))
        tab.page.wait_for_timeout(2_000)
        told = []
        for name, act, step in (("at rest", REST, 0), ("fast", SCROLL, 180), ("slowly", SCROLL, -50)):
            tab.page.evaluate(WATCH)
            tab.page.evaluate(act, [None, step])
            frames, tasks = tab.page.evaluate(DONE)
            told.append(f"{name} {per_second(frames):.0f} frames a second at p95 (p50 {statistics.median(frames):.0f} ms a frame, longest {max(frames):.0f}, {len(tasks)} long tasks)")
        print(f"scroll: 1,000 cells with 20 MB: {'; '.join(told)} (promise 50); heap {heap_mb(tab.page):.0f} MB (promise 150)")
    in_browser(measure)


def keys(page):
    """200 keys in what has the keyboard: what each of them cost the page's main thread in all, and how long it took to its frame."""
    session = page.context.new_cdp_session(page)
    session.send("Performance.enable")

    def busy():
        return next(each["value"] for each in session.send("Performance.getMetrics")["metrics"] if each["name"] == "TaskDuration")

    page.evaluate(KEYS)
    work = []
    for n in range(200):
        before = busy()
        page.keyboard.press("abcdefghij "[n % 11])
        time.sleep(0.06)
        work.append((busy() - before) * 1e3)
    took = page.evaluate("keys_ms")
    return (f"{statistics.median(work):.1f} ms of work, p95 {percentile(work, 0.95):.1f} "
            f"(to the frame {statistics.median(took):.1f}, p95 {percentile(took, 0.95):.1f})")


def bare_editor():
    """A script that puts nothing but CodeMirror into a page, set up for Python."""
    return subprocess.run([WEB / "node_modules" / ".bin" / "esbuild", WEB / "bench" / "bare_editor.ts", "--bundle", "--minify"],
                          check=True, capture_output=True, text=True).stdout


def bench_keys():
    """The floors are a field of the browser's own, and the editor that cells have by itself."""
    def measure(person, context):
        figures = []
        for script, field in (("document.body.innerHTML = '<textarea rows=20 cols=80></textarea>'", "textarea"), (bare_editor(), ".cm-content")):
            page = context.new_page()
            page.add_script_tag(content=script)
            page.click(field)
            page.wait_for_timeout(500)
            figures.append(keys(page))
            page.close()
        for cells in ([code_cell(n, "") for n in range(4)], large_cells()):
            tab = Tab(context.new_page(), person, notebook_with(person, cells))
            tab.editor(3).click()
            tab.page.keyboard.press("x")
            tab.page.wait_for_timeout(6_000)  # The language server begins.
            figures.append(keys(tab.page))
            tab.page.close()
        print(f"keys: in a notebook of 1,000 cells {figures[3]} (promise 16 at p95), of 4 cells {figures[2]}, in CodeMirror alone {figures[1]}, "
              f"in a plain text field {figures[0]}")
    in_browser(measure)


FLOODS = {
    "lines": ("for i in range(100_000): print(i)", 180_000),
    "progress": ("import time, sys\nfrom tqdm import tqdm\nfor i in tqdm(range(10_000), mininterval=0): time.sleep(.001)", 120_000),
    "plots": ("import matplotlib.pyplot as plt\nfor i in range(200):\n    plt.plot([1, i, 2]); plt.show()", 180_000),
}


def bench_floods():
    def measure(person, context):
        tab = Tab(context.new_page(), person, person.create())
        tab.run("1")
        figures = []
        for name, (source, timeout) in FLOODS.items():
            tab.add_code(source)
            tab.page.evaluate(WATCH)
            tab.page.keyboard.press("Control+Enter")
            tab.ended(timeout=timeout)
            tab.page.wait_for_timeout(1000)  # What is still being drawn counts too.
            frames, tasks = tab.page.evaluate(DONE)
            expect(tab.cell().locator(".n-run-failed")).to_have_count(0)
            figures.append(f"{name} {percentile(tasks, 0.95) if tasks else 0:.0f} ms at p95 of {len(tasks)} long tasks, longest frame {max(frames):.0f} ms")
        print(f"floods: {'; '.join(figures)} (promise 100 at p95); heap {heap_mb(tab.page):.0f} MB")
        person.end_runtime(tab.notebook)
    in_browser(measure)


def bench_lighthouse():
    """Performance and accessibility of what a stranger and a signed-in person see first."""
    tool = TOOLS / "lighthouse"
    if not (tool / "node_modules" / ".bin" / "lighthouse").exists():
        tool.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "--prefix", tool, "install", "--no-save", "--no-audit", "--no-fund", LIGHTHOUSE], check=True, stdout=subprocess.DEVNULL)

    def measure(server):
        person = server.sign_in()
        notebook = notebook_with(person, [{"cell_type": "markdown", "id": "t", "metadata": {}, "source": "# A notebook"}, code_cell(0, "1+1")])
        figures = []
        for name, address in (("sign in", None), ("list", "/"), ("notebook", f"/notebooks/{notebook}")):
            with tempfile.TemporaryDirectory() as folder:
                report, headers = pathlib.Path(folder) / "report.json", pathlib.Path(folder) / "headers.json"
                headers.write_text(json.dumps({} if address is None else {"Cookie": person.cookie}))
                subprocess.run([tool / "node_modules" / ".bin" / "lighthouse", person.url + (address or "/"), "--quiet", "--output=json", f"--output-path={report}",
                                "--preset=desktop", "--only-categories=performance,accessibility", f"--extra-headers={headers}",
                                "--chrome-flags=--headless=new --no-sandbox --disable-gpu"], check=True, env={**os.environ, "CHROME_PATH": "/usr/bin/chromium"})
                scores = json.loads(report.read_text())["categories"]
                figures.append(f"{name} {scores['performance']['score'] * 100:.0f} and {scores['accessibility']['score'] * 100:.0f}")
        print(f"lighthouse: performance and accessibility: {', '.join(figures)} (promise 95 each)")
    with_server(measure)


def bench_peer():
    """The same notebook in JupyterLab's page: its bytes, the time to its first editor, scrolling, heap, keys."""
    venv = TOOLS / "jupyterlab"
    if not (venv / "bin" / "jupyter-lab").exists():
        subprocess.run([sys.executable, "-m", "venv", venv], check=True)
        subprocess.run([venv / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", JUPYTERLAB], check=True)
    with tempfile.TemporaryDirectory() as folder:
        (pathlib.Path(folder) / "large.ipynb").write_text(json.dumps({"cells": large_cells(), "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
        port = free_port()
        lab = subprocess.Popen([venv / "bin" / "jupyter-lab", "--no-browser", "--allow-root", f"--port={port}", "--IdentityProvider.token=", f"--notebook-dir={folder}"],
                               stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(300):
                if subprocess.run(["curl", "-sf", "-o", "/dev/null", f"{url}/api"], check=False).returncode == 0:
                    break
                time.sleep(0.2)
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(**CHROMIUM)
                page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
                began = time.perf_counter()
                page.goto(f"{url}/lab/tree/large.ipynb", wait_until="commit")
                page.locator(".jp-Notebook .cm-line").first.wait_for(timeout=120_000)
                took = (time.perf_counter() - began) * 1e3
                page.locator(".jp-Dialog").wait_for()
                page.keyboard.press("Escape")  # It asks for a kernel.
                size = page.evaluate(SCRIPTS) / 1e3
                page.evaluate(WATCH)
                page.evaluate(SCROLL, [".jp-WindowedPanel-outer", 180])
                frames, tasks = page.evaluate(DONE)
                heap = heap_mb(page)
                page.locator(".jp-WindowedPanel-outer").evaluate("box => box.scrollTo(0, 0)")
                page.wait_for_timeout(2_000)
                page.locator(".jp-Notebook .cm-content").nth(1).click()
                page.wait_for_timeout(2_000)
                print(f"peer: JupyterLab with the same notebook: {size:.0f} KB of scripts, first editor after {took:.0f} ms, "
                      f"{per_second(frames):.0f} frames a second at p95, longest {max(frames):.0f} ms, {len(tasks)} long tasks, heap {heap:.0f} MB; keys {keys(page)}")
                browser.close()
        finally:
            lab.terminate()
            lab.wait(20)


BENCHES = {name.removeprefix("bench_"): f for name, f in globals().items() if name.startswith("bench_")}

if __name__ == "__main__":
    for name in sys.argv[1:] or BENCHES:
        BENCHES[name]()
