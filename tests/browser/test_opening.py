"""How a notebook's address opens: the first cells before the large scripts, and no jump when the page takes over."""

import json

from playwright.sync_api import expect

from tab import sign_in

# Notes where the cells stand when the first script has drawn them, and when the page shows its own.
WATCH = """
const places = () => ["head", "title button", "cell"].map((name) => Array.from(document.querySelectorAll(`.n-${name}`))
  .map((element) => element.getBoundingClientRect()).filter(({ height }) => height > 0)
  .map(({ x, y, width, height }) => [x, y, height, name === "cell" ? width : 0].map(Math.round)))
new MutationObserver(() => {
  const first = document.getElementById("first-cells")
  if (first && !window.first) {
    requestAnimationFrame(() => {
      const others = Array.from(document.querySelectorAll("#root"))
      for (const other of others) other.style.display = "none"
      window.first = places()
      for (const other of others) other.style.display = ""
    })
  } else if (!first && window.first && !window.then) window.then = places()
}).observe(document, { childList: true, subtree: true })
"""


def cell(number, kind, source, outputs=None):
    more = {"outputs": outputs or [], "execution_count": None} if kind == "code" else {}
    return {"cell_type": kind, "id": f"c{number}", "metadata": {}, "source": source, **more}


def notebook_of(person, cells):
    answer = person.import_file("opens.ipynb", json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5}))
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


PLAIN = [
    cell(0, "markdown", "# Trees\n\nOf **oak**, with `leaves`:\n\n- one\n- two"),
    cell(1, "code", "def f(x):\n    return x  # it\n\nprint(f(2))", [{"output_type": "stream", "name": "stdout", "text": "2\nx\n"}]),
    cell(2, "code", "1+1", [{"output_type": "execute_result", "execution_count": 1, "metadata": {}, "data": {"text/plain": "2"}}]),
    *[cell(n, "code", f"x = {n}") for n in range(3, 40)]]


def opened(context, person, notebook):
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{person.url}/notebooks/{notebook}")
    expect(page.get_by_role("main", name="Cells")).to_be_visible()
    expect(page.locator("#first-cells")).to_have_count(0)
    return page


def test_the_first_cells_stand_where_the_page_puts_them(context, person):
    page = opened(context, person, notebook_of(person, PLAIN))
    first, then = page.evaluate("[window.first, window.then]")
    assert first and then, "the first cells were not drawn before the page's own"
    (head, title, cells), (head_then, title_then, cells_then) = first, then
    assert (head, title) == (head_then, title_then)
    assert len(cells) > 5
    # Where the machine is busy, the browser may draw the letters of a first line by another font for a moment, a pixel higher.
    assert len(cells_then) >= len(cells) and cells[0] == cells_then[0]
    for before, after, one, other in zip(cells, cells[1:], cells_then, cells_then[1:]):
        assert (before[0], before[3]) == (one[0], one[3]) and abs(after[2] - other[2]) <= 1
        assert abs((after[1] - before[1] - before[2]) - (other[1] - one[1] - one[2])) <= 1, (cells, cells_then)
    assert page.locator("[data-cell] .cm-content").first.inner_text().startswith("def f(x)")


def test_what_is_not_known_to_the_first_script_waits_for_the_page(context, person):
    page = opened(context, person, notebook_of(person, [cell(0, "markdown", "<b>HTML</b>"), cell(1, "code", "1")]))
    assert page.evaluate("window.first ?? null") is None
    expect(page.locator("[data-cell]").first).to_contain_text("HTML")


def test_one_who_may_not_see_it_sees_no_cells(new_context, shared_server, person):
    notebook = notebook_of(person, PLAIN)
    context = new_context()
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(f"{person.url}/notebooks/{notebook}")
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    assert page.evaluate("window.first ?? null") is None
    guest = person.admit("opening@example.org", "Olga")
    sign_in(context, guest)
    page.goto(f"{person.url}/notebooks/{notebook}")
    expect(page.locator("#first-cells")).to_have_count(0)
    expect(page.get_by_text("def f(x)")).to_have_count(0)


def test_a_viewer_has_the_banner_where_room_was_left_for_it(new_context, person):
    notebook = notebook_of(person, PLAIN)
    guest = person.admit("looking@example.org", "Lea")
    person.share(notebook, guest.email, "viewer")
    context = new_context()
    sign_in(context, guest)
    page = opened(context, guest, notebook)
    first, then = page.evaluate("[window.first, window.then]")
    assert first[0] == then[0]
    assert first[2][0][1] == then[2][0][1]


EDITOR = """new MutationObserver((_, self) => {
  if (!document.querySelector("[data-cell] .cm-line")) return
  window.editorMs = performance.now()
  self.disconnect()
}).observe(document, { subtree: true, childList: true })"""
SCRIPTS = """() => performance.getEntriesByType("resource")
  .filter(({ name, startTime }) => name.endsWith(".js") && startTime < window.editorMs).map(({ name, encodedBodySize }) => [name.split("/").pop(), encodedBodySize])"""


def test_a_first_visit_asks_for_little_and_for_one_language(new_context, person):
    """What comes until the first cell has its editor; web/first_visit.ts holds the build to the same."""
    notebook = notebook_of(person, [cell(0, "code", "1+1")])
    for locale, words, other in (("en-US", "english", "chinese"), ("zh-CN", "chinese", "english")):
        context = new_context(locale=locale)
        sign_in(context, person)
        page = context.new_page()
        page.add_init_script(EDITOR)
        page.goto(f"{person.url}/notebooks/{notebook}")
        expect(page.locator("[data-cell] .cm-line")).to_be_visible()
        scripts = dict(page.evaluate(SCRIPTS))
        print(locale, f"{sum(scripts.values()) / 1e3:.0f} KB", scripts)
        assert sum(scripts.values()) <= 400_000, scripts
        assert any(name.startswith(words) for name in scripts) and not any(name.startswith(other) for name in scripts), scripts
