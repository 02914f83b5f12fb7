"""The longest gap between two frames of the page while a cell prints 100,000 lines, in headless Chromium."""

import subprocess

from colibri import BINARIES
from playwright.sync_api import sync_playwright

WATCH = """() => {
  window.longest = 0
  let last = performance.now()
  const tick = now => { window.longest = Math.max(window.longest, now - last); last = now; requestAnimationFrame(tick) }
  requestAnimationFrame(tick)
}"""


def longest_frame_ms(server):
    link = sign_in_link(server)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page()
        page.goto(link)
        notebook = page.evaluate("""async () => {
          const me = await (await fetch("/api/me")).json()
          const made = await fetch("/api/notebooks", {method: "POST", body: "{}",
            headers: {"Content-Type": "application/json", "X-Colibri-CSRF": me.csrf}})
          return (await made.json()).id
        }""")
        page.goto(f"{server.url}/notebook/{notebook}")
        page.locator(".cm-content").first.click()
        page.keyboard.type("for i in range(100_000): print(i)")
        page.evaluate(WATCH)
        page.keyboard.press("Control+Enter")
        page.get_by_text("99999").first.wait_for(timeout=120_000)
        longest = page.evaluate("window.longest")
        browser.close()
    return longest


def sign_in_link(server):
    """A fresh one-time sign-in link: the one that the server printed is used up."""
    printed = subprocess.run([BINARIES / "colibri", "user", "link", "owner@localhost", "--data", server.data],
                             capture_output=True, text=True, check=True).stdout
    token = printed.split("#signin=")[1].split()[0]
    return f"{server.url}/#signin={token}"
