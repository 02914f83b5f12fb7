"""What axe finds on a page: rules of WCAG 2.2 AA and good practice."""

from colibri import ROOT

AXE = ROOT / "web" / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
# An output's frame has an opaque origin, where nothing of the page's can look.
RUN = """async (tags) => {
  await Promise.all(document.getAnimations().map((each) => each.effect?.getComputedTiming().iterations === Infinity ? null : each.finished.catch(() => null)))
  const found = await axe.run(document, { runOnly: tags, iframes: false, resultTypes: ["violations"] })
  return found.violations.map(({ id, help, nodes }) =>
    `${id}: ${help}: ${nodes.slice(0, 6).map(({ html, failureSummary }) => `${html.slice(0, 240)} ${failureSummary.split("\\n").slice(1, 3).join(" ")}`).join("\\n    ")}`)
}"""


def findings(page):
    """In words; none is what a page should have."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text())
    return page.evaluate(RUN, TAGS)
