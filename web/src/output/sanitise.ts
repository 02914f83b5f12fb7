/**
 * HTML from notebooks, made harmless for the page itself. The result is the DOM that DOMPurify left,
 * never a string: nothing is parsed a second time. No ids, names or data-*: nothing of ours can be
 * named by it; no classes but the few that we draw.
 */
import createPurifier, { type Config } from "dompurify"
import { safeHref, safeImageSource, type Attachments } from "./safe_url"
import { cleanStyle } from "./safe_style"

const tags = [
  "a", "abbr", "b", "bdi", "bdo", "big", "blockquote", "br", "caption", "center", "cite", "code", "col",
  "colgroup", "dd", "del", "details", "dfn", "div", "dl", "dt", "em", "figcaption", "figure", "font",
  "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "ins", "kbd", "li", "mark", "ol", "p", "pre",
  "q", "rp", "rt", "ruby", "s", "samp", "section", "small", "span", "strike", "strong", "sub",
  "summary", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "u", "ul", "var", "wbr",
]

const attributes = [
  "align", "alt", "bgcolor", "border", "cellpadding", "cellspacing", "class", "color", "colspan", "dir",
  "height", "href", "lang", "open", "reversed", "rowspan", "scope", "size", "span", "src", "start",
  "style", "title", "valign", "value", "width",
]

export const plainTags: ReadonlySet<string> = new Set(tags)
export const plainAttributes: ReadonlySet<string> = new Set(attributes)

const config = {
  ALLOWED_TAGS: tags,
  ALLOWED_ATTR: attributes,
  ALLOWED_NAMESPACES: ["http://www.w3.org/1999/xhtml"],
  ADD_URI_SAFE_ATTR: attributes.filter((name) => name !== "href" && name !== "src"),
  // A second lock: the hook below has turned every address into one of these, or dropped it.
  ALLOWED_URI_REGEXP: /^(?:https?:|mailto:|data:image\/|#)/i,
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  FORBID_CONTENTS: ["script", "style", "template", "noscript", "iframe", "svg", "math", "textarea", "select", "title"],
  RETURN_DOM_FRAGMENT: true as const,
} satisfies Config & { RETURN_DOM_FRAGMENT: true }

const keptClass = /^(?:language-[\w+#.-]{1,40}|math-inline|math-display|task-done|task-open)$/

let attachments: Attachments | undefined
let purifier: ReturnType<typeof createPurifier> | null = null

function makePurifier(): ReturnType<typeof createPurifier> {
  const made = createPurifier(window)
  made.addHook("uponSanitizeAttribute", (_node, event) => {
    const clean = cleanAttribute(event.attrName, event.attrValue)
    if (clean === null) event.keepAttr = false
    else event.attrValue = clean
  })
  made.addHook("afterSanitizeAttributes", (node) => {
    if (node instanceof HTMLAnchorElement) {
      if (!node.getAttribute("href")?.startsWith("#")) {
        node.target = "_blank"
        node.rel = "noopener noreferrer"
      }
    } else if (node instanceof HTMLImageElement) {
      node.referrerPolicy = "no-referrer"
      node.loading = "lazy"
    }
  })
  return made
}

function cleanAttribute(name: string, value: string): string | null {
  switch (name) {
    case "href": return safeHref(value)
    case "src": return safeImageSource(value, attachments)
    case "style": return cleanStyle(value).text || null
    case "class": return value.split(/\s+/).filter((word) => keptClass.test(word)).join(" ") || null
    case "width":
    case "height":
      return /^\d{1,4}(?:\.\d{1,3})?(?:px|%)?$/.test(value.trim()) ? value : null
    default: return value
  }
}

/**
 * `html` as harmless nodes. Images that name an attachment get its bytes from `attached`. What is
 * nested too deeply to be walked comes back as the text it was written as.
 */
export function sanitise(html: string, attached?: Attachments): DocumentFragment {
  purifier ??= makePurifier()
  attachments = attached
  try {
    return purifier.sanitize(html, config)
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    const fragment = document.createDocumentFragment()
    fragment.append(html)
    return fragment
  } finally {
    attachments = undefined
  }
}
