"""What axe finds on a page: rules of WCAG 2.2 AA and good practice."""

from playwright.sync_api import expect

from colibri import ROOT

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# An output's frame has an opaque origin, where nothing of the page's can look.
RUN = """async ([tags, part]) => {
  await Promise.all(document.getAnimations().map((each) => each.effect?.getComputedTiming().iterations === Infinity ? null : each.finished.catch(() => null)))
  // It refuses a second run beside a first; seen once on a busy machine, though each is waited for.
  for (let tries = 0; axe._running && tries < 100; tries++) await new Promise((resolve) => setTimeout(resolve, 50))
  const found = await axe.run(part ?? document, { runOnly: tags, iframes: false, resultTypes: ["violations"] })
  // The keys that stand beside an entry's name are no part of it: it is told apart from them.
  const isMeant = ({ id, nodes }) => id !== "label-content-name-mismatch" || nodes.some(({ html }) => !/^<[^>]*role="menuitem"/.test(html))
  return found.violations.filter(isMeant).map(({ id, help, nodes }) =>
    `${id}: ${help}: ${nodes.slice(0, 6).map(({ html, failureSummary }) => `${html.slice(0, 240)} ${failureSummary.split("\\n").slice(1, 3).join(" ")}`).join("\\n    ")}`)
}"""


def findings(page, part=None):
    """In words; none is what a page should have, or what is in a `part` of it, a selector."""
    if part:  # It may be on its way.
        expect(page.locator(part).first).to_be_visible()
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    return page.evaluate(RUN, [TAGS, part])
