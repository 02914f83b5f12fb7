"""Measures what people who share notebooks feel: the second table of this folder's README. Needs root, the Release
binaries, the default image, node and Chromium."""

import base64
import json
import os
import pathlib
import random
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import zlib

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import sync_playwright  # noqa: E402

from measure import percentile, pss_mb, with_server  # noqa: E402

from tab import CHROMIUM, Tab, sign_in  # noqa: E402

TYPISTS = pathlib.Path(__file__).with_name("typists.mjs")


def cpu_s(pid):
    """Processor seconds that a process has used, in user and system mode."""
    fields = pathlib.Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def notebook_with(person, cells):
    answer = person.import_file("bench.ipynb", json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


def code_cell(number, source="", outputs=()):
    return {"cell_type": "code", "id": f"c{number}", "metadata": {}, "execution_count": None, "outputs": list(outputs), "source": source}


def typists(server, person, notebook, **wish):
    """Runs the editors; their figures, and the processor time of the server while they typed, in cores."""
    wish |= {"url": person.url, "cookie": person.cookie, "notebook": notebook}
    process = subprocess.Popen(["node", TYPISTS], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    process.stdin.write(json.dumps(wish))
    process.stdin.close()
    for line in process.stderr:
        if line == "typing\n":
            began, used = time.perf_counter(), cpu_s(server.process.pid)
        elif line == "typed\n":
            cores = (cpu_s(server.process.pid) - used) / (time.perf_counter() - began)
        else:
            sys.stderr.write(line)
    figures = json.loads(process.stdout.read())
    assert process.wait() == 0
    return figures | {"cores": cores}


def fsync_ms(folder):
    """What one commit costs at the least: 4 KiB appended and flushed."""
    times = []
    with open(folder / "floor", "wb") as file:
        for _ in range(100):
            began = time.perf_counter()
            file.write(b"x" * 4096)
            file.flush()
            os.fdatasync(file.fileno())
            times.append((time.perf_counter() - began) * 1e3)
    return statistics.median(times)


def bench_sockets():
    """A keystroke between two sockets: what the server alone costs."""
    def measure(server):
        person = server.sign_in()
        notebook = notebook_with(person, [code_cell(0)])
        figures = typists(server, person, notebook, editors=2, cells=1, per_second=10, seconds=20)
        print(f"sockets: a keystroke from socket to socket p50 {figures['p50']:.2f} ms, p95 {figures['p95']:.2f}, p99 {figures['p99']:.2f}; "
              f"flushing 4 KiB to this disk p50 {fsync_ms(server.data):.2f} ms")
    with_server(measure)


def bench_editors():
    def measure(server):
        person = server.sign_in()
        notebook = notebook_with(person, [code_cell(n) for n in range(10)])
        figures = typists(server, person, notebook, editors=50, cells=10, per_second=5, seconds=30)
        print(f"editors: 50 editors, 5 keystrokes a second each: all converged: {figures['converged']}, {figures['characters']} of "
              f"{figures['keystrokes']} characters; p50 {figures['p50']:.1f} ms, p99 {figures['p99']:.1f} (promise 250); server "
              f"{figures['cores'] * 100:.0f} % of a core (promise 60); the editors themselves {figures['client_cpu_s']:.0f} s of processor")
    with_server(measure)


def bench_idle():
    def measure(server):
        person = server.sign_in()
        at_rest = pss_mb(server.process.pid)
        cells = [code_cell(n, f"print({n})\n" * 10) for n in range(20)]
        notebooks = [notebook_with(person, cells) for _ in range(2_000)]
        pages = [person.open(notebook, client=f"t_{n}") for n, notebook in enumerate(notebooks)]
        for page in pages:
            page.wait(lambda page=page: page.saved is not None)
        time.sleep(5)
        print(f"idle: {len(pages)} open notebooks of 20 cells with an idle page each: server {pss_mb(server.process.pid):.0f} MB PSS "
              f"(promise 200), with none {at_rest:.0f} MB")
        for page in pages:
            page.close()
    with_server(measure)


# When text of the first cells stands on the screen, in ms since the navigation or the click began: a frame after the text.
LOOK = """() => new Promise((resolve) => {
  const look = () => {
    const cell = document.querySelector("WHAT")
    if (cell && cell.textContent !== "") requestAnimationFrame(() => resolve(performance.now() - (window.clicked ?? 0)))
    else requestAnimationFrame(look)
  }
  look()
})"""
FIRST_CELLS = LOOK.replace("WHAT", ".n-cell .cm-line, .n-cell .n-static")
# When the first cell has its editor.
FIRST_EDITOR = LOOK.replace("WHAT", "[data-cell] .cm-line")
# Compressed bytes of all scripts that were asked for until then.
SCRIPTS = """() => performance.getEntriesByType("resource").filter(({ name }) => new URL(name).pathname.endsWith(".js"))
  .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)"""
FIRST_FRAME = "() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => resolve(performance.now()))))"
FIRST_IMAGE = """() => new Promise((resolve) => {
  const look = () => {
    const image = document.querySelector("[data-cell] img")
    if (image && image.complete && image.naturalWidth > 0) requestAnimationFrame(() => resolve(performance.now()))
    else requestAnimationFrame(look)
  }
  look()
})"""


def png(number):
    """A picture of about 15 KB that nothing compresses."""
    rows = b"".join(b"\0" + random.Random(number * 1000 + y).randbytes(120 * 3) for y in range(42))

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 120, 42, 8, 2, 0, 0, 0)) + \
        chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def bench_open():
    def measure(server):
        person = server.sign_in()
        cells = [code_cell(n, f"plot({n})", [{
            "output_type": "display_data", "metadata": {},
            "data": {"image/png": base64.b64encode(png(n)).decode(), "text/plain": "<Figure>"}}]) for n in range(1_000)]
        size = sum(len(cell["outputs"][0]["data"]["image/png"]) for cell in cells) / 1e6
        names = {"heavy": notebook_with(person, cells), "light": notebook_with(person, [code_cell(0, "1")])}
        with sync_playwright() as playwright:
            def navigate(context, address, what):
                page = context.new_page()
                page.goto(person.url + address, wait_until="commit")
                times = [page.evaluate(each) for each in what]
                page.close()
                return times

            def click(context, notebook):
                page = context.new_page()
                page.goto(person.url)
                link = page.locator(f"a[href$='{notebook}']").first
                link.wait_for()
                page.wait_for_timeout(300)
                link.evaluate("link => link.addEventListener('click', () => { window.clicked = performance.now() }, true)")
                link.click(no_wait_after=True)
                time_ms = page.evaluate(FIRST_CELLS)
                page.close()
                return time_ms

            def medians(act):
                return [statistics.median(column) for column in list(zip(*[act() for _ in range(9)][1:]))]

            def figures(context):
                sign_in(context, person)
                steps = [FIRST_CELLS, FIRST_EDITOR, SCRIPTS]
                opened = {name: medians(lambda n=n: navigate(context, f"/notebooks/{n}", steps)) for name, n in names.items()}
                listed = {name: medians(lambda n=n: [click(context, n)]) for name, n in names.items()}
                floor = medians(lambda: navigate(context, "/favicon.svg", [FIRST_FRAME]))
                image = medians(lambda: navigate(context, f"/notebooks/{names['heavy']}", [FIRST_CELLS, FIRST_IMAGE]))
                return opened, listed, floor[0], image[1]

            def first_visit():
                """A browser that has never been here."""
                browser = playwright.chromium.launch(**CHROMIUM)
                context = browser.new_context()
                sign_in(context, person)
                times = navigate(context, f"/notebooks/{names['heavy']}", [FIRST_CELLS, FIRST_EDITOR])
                browser.close()
                return times

            with tempfile.TemporaryDirectory() as profile:
                context = playwright.chromium.launch_persistent_context(profile, **CHROMIUM)
                opened, listed, floor, image = figures(context)
                context.close()
            browser = playwright.chromium.launch(**CHROMIUM)
            private = figures(browser.new_context())
            browser.close()
            first = medians(first_visit)
        print(f"open: 1,000 cells with {size:.0f} MB of outputs: first cells painted {listed['heavy'][0]:.0f} ms after the click in the list, "
              f"{opened['heavy'][0]:.0f} after the address was opened in a new tab (promise 300) of somebody who has been here before, "
              f"{private[0]['heavy'][0]:.0f} in a private window (no compiled scripts are kept), {first[0]:.0f} in a browser started for the "
              f"first time; the first editor at {opened['heavy'][1]:.0f}, {private[0]['heavy'][1]:.0f}, {first[1]:.0f}; a notebook of one "
              f"cell: list {listed['light'][0]:.0f}, new tab {opened['light'][0]:.0f}, private {private[0]['light'][0]:.0f}; a picture of 400 "
              f"bytes in a new tab {floor:.0f}; first image at {image:.0f} ms")
        print(f"scripts: {opened['light'][2] / 1e3:.0f} KB compressed until the first cell can be typed in and run (promise 400)")
    with_server(measure)


def bench_page():
    """A keystroke in one page until it stands in the other."""
    def measure(server):
        person = server.sign_in()
        notebook = notebook_with(person, [code_cell(0, "x")])
        with sync_playwright() as playwright:
            browsers = [playwright.chromium.launch(**CHROMIUM) for _ in range(2)]
            tabs = []
            for browser in browsers:
                context = browser.new_context()
                sign_in(context, person)
                tabs.append(Tab(context.new_page(), person, notebook))
            for tab in tabs:
                tab.editor(0).click()
            tabs[1].page.evaluate("""() => {
              window.seen = []
              new MutationObserver(() => seen.push(performance.timeOrigin + performance.now()))
                .observe(document.querySelector("[data-cell] .cm-content"), { subtree: true, childList: true, characterData: true })
            }""")
            tabs[0].page.evaluate("""() => {
              window.pressed = []
              document.addEventListener("beforeinput", () => pressed.push(performance.timeOrigin + performance.now()), true)
            }""")
            for n in range(300):
                tabs[0].page.keyboard.press("abcdefghij"[n % 10])
                time.sleep(0.05 + random.random() * 0.05)
            time.sleep(0.5)
            pressed, seen = tabs[0].page.evaluate("pressed"), tabs[1].page.evaluate("seen")
            for browser in browsers:
                browser.close()
        times = []
        for at in pressed:
            later = [t for t in seen if t > at]
            times.append(later[0] - at)
        print(f"page: a keystroke from page to page p50 {statistics.median(times):.1f} ms, p95 {percentile(times, 0.95):.1f} (promise 12), "
              f"p99 {percentile(times, 0.99):.1f}; flushing 4 KiB to this disk p50 {fsync_ms(server.data):.2f} ms")
    with_server(measure)


BENCHES = {name.removeprefix("bench_"): f for name, f in globals().items() if name.startswith("bench_")}

if __name__ == "__main__":
    for name in sys.argv[1:] or BENCHES:
        BENCHES[name]()
