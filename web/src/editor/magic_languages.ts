/** The languages inside and in the place of Python: cells of another language, shell lines, and SQL in strings. */
import { css } from "@codemirror/lang-css"
import { html } from "@codemirror/lang-html"
import { javascript } from "@codemirror/lang-javascript"
import { pythonLanguage } from "@codemirror/lang-python"
import { sql } from "@codemirror/lang-sql"
import { LanguageSupport, StreamLanguage } from "@codemirror/language"
import { r } from "@codemirror/legacy-modes/mode/r"
import { shell } from "@codemirror/legacy-modes/mode/shell"
import { Compartment, Prec, RangeSetBuilder, type EditorState, type Extension } from "@codemirror/state"
import { Decoration, ViewPlugin, type DecorationSet, type EditorView, type ViewUpdate } from "@codemirror/view"
import { parseMixed } from "@lezer/common"
import { cellMagic } from "../model/python_scan"

const shellSupport = new LanguageSupport(StreamLanguage.define(shell))
const rSupport = new LanguageSupport(StreamLanguage.define(r))
const sqlSupport = sql()

/** By the names of their cell magics. */
const ofMagic: Readonly<Record<string, () => LanguageSupport>> = {
  bash: () => shellSupport, sh: () => shellSupport, shell: () => shellSupport, script: () => shellSupport,
  html: () => html(), HTML: () => html(), svg: () => html(), SVG: () => html(),
  js: () => javascript(), javascript: () => javascript(), css: () => css(), sql: () => sqlSupport, bigquery: () => sqlSupport, R: () => rSupport,
}

/** Strings that begin as a question to a database. */
const isSql = /^[rfbuRFBU]{0,2}("""|'''|"|')\s*(?:select|insert\s+into|update|delete\s+from|create\s+(?:or\s+replace\s+)?(?:table|view|index|temp)|alter\s+table|drop\s+table|with\s+\w+\s+as)\s/i

const python = new LanguageSupport(pythonLanguage.configure({
  wrap: parseMixed((node, input) => {
    if (node.name !== "String") return null
    const text = input.read(node.from, Math.min(node.to, node.from + 80))
    const quote = isSql.exec(text)?.[1]
    if (quote === undefined) return null
    const start = node.from + text.indexOf(quote) + quote.length
    const end = node.to - (input.read(Math.max(start, node.to - quote.length), node.to) === quote ? quote.length : 0)
    return start < end ? { parser: sqlSupport.language.parser, overlay: [{ from: start, to: end }] } : null
  }),
}))

function languageOf(state: EditorState, kernel: string): { readonly key: string; readonly support: LanguageSupport | null } {
  if (kernel === "r") return { key: "r", support: rSupport }
  if (!kernel.startsWith("python") && kernel !== "ipython") return { key: "", support: null }
  const magic = cellMagic(state.sliceDoc(0, 200))
  const other = magic === null || !Object.hasOwn(ofMagic, magic) ? undefined : ofMagic[magic]
  return other && magic !== null ? { key: magic, support: other() } : { key: "python", support: python }
}

const shellMark = Decoration.mark({ class: "cm-shell" })
const magicMark = Decoration.mark({ class: "cm-magic" })

/** Shell lines and magics stand out, whatever the parser makes of them. */
function ipythonMarks(view: EditorView): DecorationSet {
  const marks = new RangeSetBuilder<Decoration>()
  for (const { from, to } of view.visibleRanges) {
    for (let at = from; at <= to;) {
      const line = view.state.doc.lineAt(at)
      const found = /^(\s*(?:[\w.]+\s*=\s*)?)(%%?\w+|!+)(.*)$/.exec(line.text)
      if (found) {
        const [, before = "", sign = "", rest = ""] = found
        const start = line.from + before.length
        marks.add(start, start + sign.length, magicMark)
        if (sign.startsWith("!") && rest !== "") marks.add(start + sign.length, line.to, shellMark)
      }
      at = line.to + 1
    }
  }
  return marks.finish()
}

const ipython = ViewPlugin.define((view) => ({
  marks: ipythonMarks(view),
  update(update: ViewUpdate) {
    if (update.docChanged || update.viewportChanged) this.marks = ipythonMarks(update.view)
  },
}), { decorations: (plugin) => plugin.marks })

/** The cell's text in the language that it is in now; `kernel`: the notebook's. */
export function magicLanguages(kernel: string): Extension {
  const slot = new Compartment()
  let key = "python"
  const isPython = kernel.startsWith("python") || kernel === "ipython"
  return [
    Prec.high(slot.of(isPython ? python : [])),
    isPython ? Prec.highest(ipython) : [],
    ViewPlugin.define((view) => {
      let gone = false
      const look = (): void => {
        const now = languageOf(view.state, kernel)
        if (gone || now.key === key) return
        key = now.key
        view.dispatch({ effects: slot.reconfigure(Prec.high(now.support ?? [])) })
      }
      queueMicrotask(look)
      return {
        update: (update) => {
          if (update.docChanged) queueMicrotask(look)
        },
        destroy: () => {
          gone = true
        },
      }
    }),
  ]
}
