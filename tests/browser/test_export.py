"""A notebook as a file of HTML, and on paper: all of it is drawn, nothing in it runs or asks for anything."""

import json
import re

from playwright.sync_api import expect

from tab import Tab

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
SVG = "<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'><script>try{top.ran=1}catch(e){}</script><rect width='9' height='9' onclick='top.ran=1'/></svg>"


def output(data):
    return {"output_type": "display_data", "data": data, "metadata": {}}


def code(source, *outputs):
    return {"cell_type": "code", "metadata": {}, "execution_count": 1, "source": source, "outputs": list(outputs)}


def text(source, **attachments):
    return {"cell_type": "markdown", "metadata": {}, "source": source, "attachments": {name: {kind: data} for name, (kind, data) in attachments.items()}}


def many():
    harm = "<script>try{top.ran=1}catch(e){};fetch('https://evil.example/x').catch(()=>0)</script><img src='https://evil.example/y' onerror='try{top.ran=1}catch(e){}'>"
    return [
        text("# Trees\n\n$e^{i\\pi}$ **bold** [x](javascript:top.ran=1) ![p](attachment:../../p.png) ![s](attachment:s.svg) ![etc](../../../../etc/passwd)"
             " ![far](https://evil.example/z.png)\n\n<img src=x onerror='top.ran=1'><iframe src='https://evil.example'></iframe>",
             **{"../../p.png": ("image/png", PIXEL), "s.svg": ("image/svg+xml", SVG)}),
        code("def f(x):\n    return x  # it", {"output_type": "stream", "name": "stdout", "text": "\x1b[31mred\x1b[0m\n" + "".join(f"line {n}\n" for n in range(1, 400))}),
        code("1", output({"image/png": PIXEL}), output({"image/svg+xml": SVG}), output({"text/latex": "$$x^2$$"}), output({"application/json": {"a": [1]}})),
        code("2", output({"text/html": "<table class='dataframe'><tbody><tr><td>table cell</td></tr></tbody></table>"}), output({"text/html": "<style>p{color:red}</style><p>framed</p>" + harm}),
             output({"application/vnd.plotly.v1+json": {"data": []}, "text/plain": "a figure"}),
             output({"application/vnd.plotly.v1+json": {"data": []}, "image/png": PIXEL})),
        code("1/0", {"output_type": "error", "ename": "ZeroDivisionError", "evalue": "division by zero", "traceback": ["\x1b[31mZeroDivisionError\x1b[0m: division by zero <b>"]}),
        *[code(f"x = {n}") for n in range(60)], text("the end")]


def opened(context, person):
    cells = [{**cell, "id": f"c{number}"} for number, cell in enumerate(many())]
    answer = person.import_file("all </style><b>.ipynb", json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": cells, "metadata": {
        "kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}}).encode())
    assert answer.status_code == 201, answer.text
    return Tab(context.new_page(), person, answer.json()["id"])


def choose(tab, item):
    tab.page.get_by_role("navigation", name="Menus").get_by_role("button", name="File").click()
    tab.page.get_by_role("menuitem", name=item).click()


def test_the_html_is_whole_alone_and_still(context, person, new_context, tmp_path):
    tab = opened(context, person)
    with tab.page.expect_download() as download:
        choose(tab, "Download .html")
    file = tmp_path / "exported.html"
    download.value.save_as(file)
    assert download.value.suggested_filename.endswith(".html")
    page = new_context(offline=True).new_page()
    asked, said = [], []
    page.on("request", lambda request: asked.append(request) if not request.url.startswith(("file:", "data:", "about:")) else None)
    page.on("console", lambda message: said.append(message.text))
    page.goto(file.as_uri())
    expect(page.locator(".x-cell")).to_have_count(len(many()))
    expect(page.get_by_role("heading", name="Trees")).to_be_visible()
    expect(page.locator(".katex").first).to_be_visible()
    assert page.evaluate("document.fonts.check('16px KaTeX_Math')")
    expect(page.locator(".tok-keyword").first).to_have_text("def")
    expect(page.get_by_text("line 399")).to_be_attached()
    expect(page.get_by_role("cell", name="table cell")).to_be_visible()
    expect(page.get_by_text("a figure")).to_be_visible()
    expect(page.get_by_text("division by zero <b>")).to_be_visible()
    expect(page.frame_locator("iframe").get_by_text("framed")).to_be_visible()
    assert page.locator("iframe").evaluate_all("all => all.every((frame) => frame.getAttribute('sandbox') === '')")
    pictures = page.locator("img").evaluate_all("all => all.map(({ src, naturalWidth }) => [src.slice(0, 5), naturalWidth > 0])")
    assert len(pictures) == 5 and all(picture == ["data:", True] for picture in pictures), pictures
    # What the file's policy has stopped was never sent.
    sent = [request.url for request in asked if request.failure != "csp"]
    assert page.evaluate("window.ran") is None and not sent, [(request.url, request.failure) for request in asked]
    html = file.read_text()
    assert "<script" not in re.sub(r'srcdoc="[^"]*"', "", html) and not re.search(r'(?:href|src)="javascript:', html)
    assert page.evaluate("[...document.querySelectorAll('*')].every((each) => [...each.attributes].every(({ name }) => !/^on/.test(name)))")
    paper = page.pdf()
    assert paper.startswith(b"%PDF") and len(re.findall(rb"/Type\s*/Page\b", paper)) >= 5


def test_what_is_printed_has_the_cells_that_were_never_seen(context, person):
    """The browser's own window for paper cannot be had in a test: what it would get is looked at."""
    tab = opened(context, person)
    tab.page.evaluate("""() => new MutationObserver((changes) => {
      for (const { addedNodes } of changes) for (const node of addedNodes) if (node.className === "n-print-frame") {
        node.addEventListener("load", () => { node.contentWindow.print = () => {
          window.printed = [node.contentDocument.querySelectorAll(".x-cell").length, node.getAttribute("sandbox")] } }) }
    }).observe(document.body, { childList: true })""")
    for item in ("Print…", "Download .pdf…"):
        tab.page.evaluate("window.printed = null")
        choose(tab, item)
        tab.page.wait_for_function("() => window.printed")
        assert tab.page.evaluate("window.printed") == [len(many()), "allow-same-origin allow-modals"]
    expect(tab.page.get_by_text("Save as PDF")).to_be_visible()
