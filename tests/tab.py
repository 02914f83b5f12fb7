"""A notebook in a tab of headless Chromium, as a person sees and uses it."""

import re

from playwright.sync_api import expect

# Chromium asks nobody outside for anything: this must work in a closed network.
CHROMIUM = {
    "executable_path": "/usr/bin/chromium",
    "args": ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"],
}
RAN = re.compile("Ran in|Failed after")


def without_start_window(context):
    """The window that opens notebooks would stand over the list at the start."""
    context.add_init_script("try { localStorage.setItem('colibri.open_at_start', 'off') } catch {}")


def without_language_server(context):
    """It takes seconds of a processor in each tab, which is much where most tests ask it nothing."""
    context.add_init_script("try { localStorage['colibri.editor'] ??= '{\"languageServer\":false}' } catch {}")


def session_cookie(person):
    """The session that a Person has, as DevTools take a cookie."""
    name, value = person.cookie.split("=", 1)
    # Chromium takes a __Host- cookie from https only, and sends it over http to the loopback too.
    return {"name": name, "value": value, "url": person.url.replace("http:", "https:"),
            "secure": name.startswith("__Host-"), "httpOnly": True, "sameSite": "Lax"}


def sign_in(context, person, *, start_window=False):
    """Gives a browser context the session that a Person has."""
    if not start_window:
        without_start_window(context)
    context.add_cookies([session_cookie(person)])


class Tab:
    """The page of one notebook."""

    def __init__(self, page, person, notebook, words=None):
        """`words` are those of a page in another language than English."""
        self.page, self.person, self.notebook = page, person, notebook
        page.goto(f"{person.url}/notebooks/{notebook}")
        self.main = page.get_by_role("main", name=words("notebook.cells") if words else "Cells")
        # These look with each frame, where an expectation looks again after half a second.
        self.main.wait_for()
        # What the first script drew over the page has gone.
        page.locator("#first-cells").wait_for(state="detached")

    def cell(self, index=-1):
        """The cell at a place, the last one by default."""
        cells = self.page.locator("[data-cell]")
        return cells.nth(index) if index >= 0 else cells.last

    def editor(self, index=-1):
        return self.cell(index).locator(".cm-content")

    def outputs(self, index=-1):
        return self.cell(index).locator(".n-outputs")

    def write(self, text, index=-1):
        """Replaces a code cell's text by what a person pastes."""
        editor = self.editor(index)
        editor.click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(text)

    def add_code(self, text=""):
        before = self.page.locator("[data-cell]").count()
        self.main.get_by_role("button", name="Add a code cell").last.click()
        expect(self.page.locator("[data-cell]")).to_have_count(before + 1)
        if text:
            self.write(text)

    def run(self, text, timeout=60_000):
        """Writes a new last cell, runs it to its end, and returns it."""
        self.add_code(text)
        self.page.keyboard.press("Control+Enter")
        self.ended(timeout=timeout)
        return self.cell()

    def ended(self, index=-1, timeout=60_000):
        """Until the cell has run: its button tells how long it took."""
        button = self.cell(index).locator(".n-run")
        expect(button).to_have_attribute("aria-label", RAN, timeout=timeout)

    def saved(self):
        expect(self.page.get_by_text("All changes saved")).to_be_visible(timeout=15_000)
