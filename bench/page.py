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

from colibri import free_port  # noqa: E402
from measure import percentile, with_server  # noqa: E402
from people import SCRIPTS, code_cell, notebook_with, png  # noqa: E402
from quiet_chromium import CONTROL, QuietChromium  # noqa: E402

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
SCROLL = """async (selector, step) => {
  const box = selector ? document.querySelector(selector) : document.scrollingElement
  for (let n = 0; n < 300; n++) {
    box.scrollBy(0, step)
    await new Promise(requestAnimationFrame)
  }
}"""
REST = """async () => { for (let n = 0; n < 120; n++) await new Promise(requestAnimationFrame) }"""
# All that is drawn is the page's own, with an editor or two.
WHOLE = "() => document.querySelector('[data-cell] .cm-line') && !document.getElementById('first-cells')"
# When the first editor stood in a frame, and the compressed bytes of the scripts that were asked for until then.
FIRST_TYPED = """() => {
  const [{ startTime: when }] = performance.getEntriesByName("colibri.editor")
  const scripts = performance.getEntriesByType("resource").filter(({ name, startTime }) => startTime < when && new URL(name).pathname.endsWith(".js"))
  return [when, scripts.reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)]
}"""
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
    """Calls `measure` with a person of a server and a browser in which that person is signed in."""
    def with_person(server):
        person = server.sign_in()
        with QuietChromium() as browser:
            browser.sign_in(person)
            measure(person, browser)
    with_server(with_person)


def opened(browser, person, notebook):
    """The page of a notebook, when all of it is there."""
    page = browser.open(f"{person.url}/notebooks/{notebook}")
    page.wait_for(WHOLE)
    return page


def per_second(frames):
    return 1000 / max(percentile(frames, 0.95), 1e-3)


def bench_first():
    """A browser that has never been here opens a notebook of one cell. Nothing is attached to it meanwhile."""
    def measure(server):
        person = server.sign_in()
        notebook = notebook_with(person, [code_cell(0, "1+1")])
        times, sizes = [], []
        for _ in range(8):
            with QuietChromium() as browser:
                browser.sign_in(person)
                page = browser.open(f"{person.url}/notebooks/{notebook}")
                time.sleep(4)
                time_ms, size = page.run(FIRST_TYPED)
                times.append(time_ms)
                sizes.append(size / 1e3)
        print(f"first: {statistics.median(sizes):.0f} KB of compressed scripts (promise 400); a cell can be typed in after p50 "
              f"{statistics.median(times):.0f} ms, at most {max(times):.0f} (promise 800)")
    with_server(measure)


def bench_scroll():
    """Through all of it at 180 pixels a frame, and back at 50, at which one can still see what comes."""
    def measure(person, browser):
        page = opened(browser, person, notebook_with(person, large_cells()))
        time.sleep(2)
        told = []
        for name, act, step in (("at rest", REST, 0), ("fast", SCROLL, 180), ("slowly", SCROLL, -50)):
            page.run(WATCH)
            page.run(act, None, step)
            frames, tasks = page.run(DONE)
            told.append(f"{name} {per_second(frames):.0f} frames a second at p95 (p50 {statistics.median(frames):.0f} ms a frame, longest {max(frames):.0f}, {len(tasks)} long tasks)")
        print(f"scroll: 1,000 cells with 20 MB: {'; '.join(told)} (promise 50); heap {page.heap_mb():.0f} MB (promise 150)")
    in_browser(measure)


def keys(page):
    """200 keys in what has the keyboard: what each of them cost the page's main thread in all, and how long it took to its frame."""
    page.run(KEYS)
    work = []
    for n in range(200):
        before = page.busy_s()
        page.press("abcdefghij "[n % 11])
        time.sleep(0.06)
        work.append((page.busy_s() - before) * 1e3)
    took = page.run("() => keys_ms")
    return (f"{statistics.median(took):.1f} ms to its frame, p95 {percentile(took, 0.95):.1f} "
            f"({statistics.median(work):.1f} of work in all, p95 {percentile(work, 0.95):.1f})")


def bare_editor():
    """A script that puts nothing but CodeMirror into a page, set up for Python."""
    return subprocess.run([WEB / "node_modules" / ".bin" / "esbuild", WEB / "bench" / "bare_editor.ts", "--bundle", "--minify"],
                          check=True, capture_output=True, text=True).stdout


def bench_keys():
    """The floors are a field of the browser's own, and the editor that cells have by itself."""
    def measure(person, browser):
        figures = []
        for script, field in (("document.body.innerHTML = '<textarea rows=20 cols=80></textarea>'", "textarea"), (bare_editor(), ".cm-content")):
            page = browser.open("about:blank")
            page.run(f"() => {{ {script} }}")
            page.click(field)
            time.sleep(0.5)
            figures.append(keys(page))
            page.close()
        for cells in ([code_cell(n, "") for n in range(4)], large_cells()):
            page = opened(browser, person, notebook_with(person, cells))
            page.click("[data-cell] .cm-content", 3)
            page.press("x")
            time.sleep(6)  # The language server begins.
            figures.append(keys(page))
            page.close()
        print(f"keys: in a notebook of 1,000 cells {figures[3]} (promise 16 at p95), of 4 cells {figures[2]}, in CodeMirror alone {figures[1]}, "
              f"in a plain text field {figures[0]}")
    in_browser(measure)


# "ended", or "failed", once a cell's button tells that it has run.
ENDED = """(n) => {
  const told = document.querySelectorAll("[data-cell] .n-run")[n]?.ariaLabel ?? ""
  return /Ran in/.test(told) ? "ended" : /Failed after/.test(told) ? "failed" : null
}"""
FLOODS = {
    "lines": ("for i in range(100_000): print(i)", 180),
    "progress": ("import time, sys\nfrom tqdm import tqdm\nfor i in tqdm(range(10_000), mininterval=0): time.sleep(.001)", 120),
    "plots": ("import matplotlib.pyplot as plt\nfor i in range(200):\n    plt.plot([1, i, 2]); plt.show()", 180),
}


def bench_floods():
    """Each three times, in a notebook of its own: a flood has a dozen long tasks, of which one is no percentile. Kernel, server and
    browser share this machine's processors, so a task waits in the middle: what it took of a processor is told beside how long it took."""
    def measure(person, browser):
        cells = {"first": ("1", 60), **FLOODS}
        tasks, heap = {}, 0
        for _ in range(3):
            notebook = notebook_with(person, [code_cell(n, source) for n, (source, _) in enumerate(cells.values())])
            page = opened(browser, person, notebook)
            for n, (name, timeout) in enumerate((name, timeout) for name, (_, timeout) in cells.items()):
                page.click("[data-cell] .cm-content", n)
                time.sleep(0.5)  # The cell's toolbar comes.
                browser.begin_tasks()
                page.press("Enter", CONTROL)
                if page.wait_for(ENDED, n, timeout=timeout) == "failed":
                    raise RuntimeError(f"{name}: the cell failed")
                time.sleep(1)  # What is still being drawn counts too.
                tasks.setdefault(name, []).extend(browser.end_tasks())
            heap = max(heap, page.heap_mb())
            page.close()
            person.end_runtime(notebook)
        told = []
        for name in FLOODS:
            long = [task for task in tasks[name] if task[0] > 50] or [(0, 0)]
            wall, cpu = zip(*long)
            told.append(f"{name} {percentile(wall, 0.95):.0f} ms at p95 of {len(long)} tasks of more than 50 ms, of which they worked "
                        f"{percentile(cpu, 0.95):.0f} at p95, at most {max(cpu):.0f}")
        print(f"floods: {'; '.join(told)} (promise 100 at p95); heap {heap:.0f} MB")
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
            with QuietChromium() as browser:
                page = browser.open(f"{url}/lab/tree/large.ipynb")
                took = page.wait_for("() => document.querySelector('.jp-Notebook .cm-line') && performance.now()", timeout=120)
                time.sleep(5)
                page.press("Escape")  # It may ask for a kernel.
                size = page.run(SCRIPTS) / 1e3
                page.run(WATCH)
                page.run(SCROLL, ".jp-WindowedPanel-outer", 180)
                frames, tasks = page.run(DONE)
                heap = page.heap_mb()
                page.run("() => document.querySelector('.jp-WindowedPanel-outer').scrollTo(0, 0)")
                time.sleep(2)
                page.click(".jp-Notebook .cm-content", 1)
                time.sleep(2)
                print(f"peer: JupyterLab with the same notebook: {size:.0f} KB of scripts, first editor after {took:.0f} ms, "
                      f"{per_second(frames):.0f} frames a second at p95, longest {max(frames):.0f} ms, {len(tasks)} long tasks, heap {heap:.0f} MB; keys {keys(page)}")
        finally:
            lab.terminate()
            lab.wait(20)


BENCHES = {name.removeprefix("bench_"): f for name, f in globals().items() if name.startswith("bench_")}

if __name__ == "__main__":
    for name in sys.argv[1:] or BENCHES:
        BENCHES[name]()
