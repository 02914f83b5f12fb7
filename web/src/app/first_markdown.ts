/**
 * Markdown for the first moment: headings, paragraphs and plain lists, as the page will draw them. Of
 * anything else it says that it cannot, so that nothing is shown which would look different a moment later.
 */
import { make } from "./first_elements"

/** Formulas, HTML, tables, pictures, code blocks, quotes, rules, hard breaks, escapes, tasks. */
const beyond = /[$<|\\]|~~|&#?\w+;|^>|!\[|```| {2}$|^[ \t]+\S|^(?:[-*_] *){3,}$|^[-=]+ *$|(?:^|\W)_|^\[|\[[ x]\]/imu
const address = /\w:\/\//
const target = /\]\([^()\s]*\)/g
const longest = 20_000

/** What stands for `source`; null when that takes more than is known here. */
export function simpleMarkdown(source: string): HTMLElement | null {
  if (source.length > longest || beyond.test(source) || address.test(source.replace(target, "]"))) return null
  const box = make("div", "o-markdown")
  for (const block of source.trim().split(/\n\s*\n/)) {
    const drawn = drawBlock(block.split("\n"))
    // Items with an empty line between are one list, with more room in it.
    if (!drawn || (isList(drawn[0]) && isList(box.lastElementChild))) return null
    box.append(...drawn)
  }
  return box
}

const isList = (element: Element | null | undefined): boolean => element?.matches("ul, ol") ?? false

function drawBlock(lines: readonly string[]): readonly HTMLElement[] | null {
  const drawn: HTMLElement[] = []
  let paragraph: string[] = []
  const close = (): void => {
    if (paragraph.length > 0) drawn.push(inline("p", paragraph.join("\n")))
    paragraph = []
  }
  for (const line of lines) {
    const heading = /^(#{1,6}) +(.*?)(?: +#+)? *$/.exec(line)
    if (heading) {
      close()
      drawn.push(inline(`h${heading[1]?.length ?? 1}`, heading[2] ?? ""))
    } else if (/^(?:[-*+]|\d+[.)])(?: |$)/.test(line)) {
      // A list is its whole block or nothing known.
      return drawn.length === 0 && paragraph.length === 0 ? drawList(lines) : null
    } else {
      paragraph.push(line)
    }
  }
  close()
  return drawn
}

function drawList(lines: readonly string[]): readonly HTMLElement[] | null {
  const marks = lines.map((line) => /^([-*+]|\d+[.)]) +(\S.*)$/.exec(line))
  const [first] = marks
  const kind = (mark: string | undefined): string => mark?.slice(-1) ?? ""
  if (!first || marks.some((each) => kind(each?.[1]) !== kind(first[1]))) return null
  if (/\d/.test(first[1] ?? "") && first[1]?.slice(0, -1) !== "1") return null
  const list = make(/\d/.test(first[1] ?? "") ? "ol" : "ul", "")
  list.append(...marks.map((each) => inline("li", each?.[2] ?? "")))
  return [list]
}

const marked = /`([^`]+)`|\*\*([^*]+)\*\*|\*([^*]+)\*|\[([^\][]+)\]\([^()\s]*\)/g
const tags = ["code", "strong", "em", "a"]

function inline(tag: string, text: string): HTMLElement {
  const element = make(tag, "")
  let done = 0
  for (const match of text.matchAll(marked)) {
    const groups: readonly (string | undefined)[] = match.slice(1)
    const at = groups.findIndex((group) => group !== undefined)
    element.append(text.slice(done, match.index), make(tags[at] ?? "span", "", match[at + 1] ?? ""))
    done = match.index + match[0].length
  }
  element.append(text.slice(done))
  return element
}
