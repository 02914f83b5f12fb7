"""The longest gap between two frames of the page while a cell prints 100,000 lines, in headless Chromium."""

from playwright.sync_api import sync_playwright

from tab import CHROMIUM, Tab, sign_in

WATCH = """() => {
  window.longest = 0
  let last = performance.now()
  const tick = now => { window.longest = Math.max(window.longest, now - last); last = now; requestAnimationFrame(tick) }
  requestAnimationFrame(tick)
}"""


def longest_frame_ms(person):
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**CHROMIUM)
        context = browser.new_context()
        sign_in(context, person)
        tab = Tab(context.new_page(), person, person.create())
        tab.run("1")
        tab.add_code("for i in range(100_000): print(i)")
        tab.page.evaluate(WATCH)
        tab.page.keyboard.press("Control+Enter")
        tab.ended(timeout=120_000)
        tab.page.wait_for_timeout(1000)  # What is still being drawn counts too.
        longest = tab.page.evaluate("window.longest")
        browser.close()
    return longest
