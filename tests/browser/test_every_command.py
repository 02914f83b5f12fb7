"""Every entry of the menus stands where Colab has it, and does something that one can see, or is greyed out."""

import re

from playwright.sync_api import expect

from tab import RAN, Tab

# Colab's entries that we serve, in its order; what else stands between them is ours.
COLAB = {
    "File": ["Open in playground", "New notebook", "Upload notebook", "Rename", "Move to trash", "Save a copy", "Save",
             "Save and pin a revision", "Revision history", "Download .ipynb", "Download .py", "Print…"],
    "Edit": ["Undo", "Redo", "Select all cells", "Cut cell or selection", "Copy cell or selection", "Paste", "Delete",
             "Find and replace", "Find next", "Find previous", "Notebook settings", "Clear all outputs"],
    "View": ["Table of contents", "Executed code history", "Start slideshow", "Start slideshow from beginning", "Comments",
             "Collapse sections", "Expand sections", "Save collapsed section layout", "Hide code", "Hide the output",
             "Focus next tab", "Focus previous tab", "Move tab to next pane", "Move tab to previous pane"],
    "Insert": ["Add a code cell", "Add a text cell", "Section header cell", "Scratch code cell", "Add a form field"],
    "Runtime": ["Run all", "Run before", "Run the focused cell", "Run selection", "Run cell and below", "Interrupt",
                "Restart the kernel", "Restart and run all", "Disconnect and delete", "Change runtime type", "Manage sessions",
                "View resources", "View runtime logs"],
    "Tools": ["Command palette", "Settings", "Keyboard shortcuts", "Diff notebooks"],
    "Help": ["Frequently asked questions", "Release notes", "Report a bug"],
}
# Whose entries are used, each; what those of the others do is in the tests of what they open.
WALKED = ("File", "Edit", "View")
# What leaves the page, or takes it away: each has a test of its own.
ELSEWHERE = re.compile("trash|playground|New notebook|All notebooks|Save a copy|Disconnect|Open notebook|Diff notebooks|Report a bug")
WATCH = """() => {
  window.seen = []
  const note = (what) => window.seen.push(what)
  window.print = () => note("print")
  HTMLInputElement.prototype.showPicker = HTMLInputElement.prototype.click = function () { note(`picker ${this.type}`) }
  HTMLAnchorElement.prototype.click = function () { note(`link ${this.download || this.href}`) }
  Notification.requestPermission = async () => { note("asks"); return "denied" }
  const inMenu = (node) => (node.nodeType === 1 ? node : node.parentElement)?.closest?.('.c-popover, [role="menu"], [data-trigger], .n-menus')
  new MutationObserver((all) => {
    for (const { target, attributeName, addedNodes, removedNodes } of all) {
      const nodes = [...addedNodes, ...removedNodes]
      if (inMenu(target) || attributeName === "aria-hidden" || attributeName === "inert" || attributeName === "style") continue
      if (target === document.body && (nodes.length === 0 || nodes.some((node) => node.querySelector?.('[role="menu"]')))) continue
      note(`${target.className || target.nodeName} ${attributeName ?? "children"}`)
    }
  }).observe(document, { subtree: true, childList: true, attributes: true, characterData: true })
  document.addEventListener("focusin", ({ target }) => { if (!inMenu(target)) note("focus") })
}"""


def entries(page):
    """What stands in the open menu, without the shortcuts."""
    return page.get_by_role("menuitem").evaluate_all("""(items) => items.map((item) => {
      const copy = item.cloneNode(true)
      for (const more of copy.querySelectorAll("kbd, .c-menu-shortcut, .c-menu-icon")) more.remove()
      return copy.textContent.trim()
    })""")


def opened(page, bar, menu):
    """Opens a menu once the one before has gone."""
    expect(page.get_by_role("menuitem")).to_have_count(0)
    bar.get_by_role("button", name=menu, exact=True).click()
    expect(page.get_by_role("menuitem").first).to_be_visible()


def calm(tab):
    """Closes what is open, and gives the keyboard to the second cell, which has run: to another one when it is gone."""
    page = tab.page
    for _ in range(3):
        if page.locator("[role=dialog], [role=menu], .n-slides").count() == 0:
            break
        page.keyboard.press("Escape")
    expect(page.locator(".n-slides")).to_have_count(0)
    while page.locator("[data-cell]").count() < 2:
        tab.run("print('ran')")
    page.locator(".n-cell .n-gutter").nth(1).click(position={"x": 3, "y": 6})


def test_menus_are_in_colabs_order_and_their_entries_do_something_or_are_greyed_out(tab):
    page = tab.page
    bar = page.get_by_role("navigation", name="Menus")
    tab.run("print('ran')")
    tab.write("x = 1", 0)
    dead, walked = [], 0
    for menu, colab in COLAB.items():
        calm(tab)
        opened(page, bar, menu)
        found = entries(page)
        places = [next((at for at, name in enumerate(found) if name.startswith(entry)), None) for entry in colab]
        assert None not in places, (menu, [entry for entry, at in zip(colab, places) if at is None], found)
        assert places == sorted(places), (menu, found)
        page.keyboard.press("Escape")
        for at, name in enumerate(found):
            if menu not in WALKED or ELSEWHERE.search(name):
                continue
            calm(tab)
            opened(page, bar, menu)
            item = page.get_by_role("menuitem").nth(at)
            if item.get_attribute("aria-disabled") == "true":
                page.keyboard.press("Escape")
                continue
            cells = page.locator("[data-cell]").count()
            page.evaluate(WATCH)
            item.click()
            walked += 1
            if name == "Header":  # The menus went with it: the palette brings them back.
                expect(bar).to_have_count(0)
                page.keyboard.press("Control+Shift+P")
                page.locator(".n-palette-input").fill("Header")
                expect(page.locator(".n-palette-list").get_by_role("menuitem").first).to_contain_text("Header")
                page.keyboard.press("Enter")
                expect(bar).to_be_visible()
            try:
                page.wait_for_function("() => window.seen.length > 0", timeout=5_000)
            except Exception:
                dead.append(f"{menu} > {name}")
            if re.match(r"(Undo inserting|Cut|Delete)\b", name):
                expect(page.locator("[data-cell]"), name).not_to_have_count(cells)
    assert not dead, dead
    assert walked > 30, walked
