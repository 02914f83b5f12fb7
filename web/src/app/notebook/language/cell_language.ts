/** What a cell's editor asks about its code: of the living kernel, which knows values, and of the language server, which needs none. */
import type { Text } from "@codemirror/state"
import type { Language } from "../../../editor/language"
import { readInspection } from "../../../editor/kernel"
import type { Explanation } from "../../../model/code_explanation"
import { readInspected } from "../../../model/inspection_text"
import { isReadOnly } from "../../../model/notebook_state"
import { renderDocumentation } from "../../../output/documentation"
import type { NotebookSession } from "../../../sync/session"
import { showToast } from "../../../ui/toast"
import type { CellId } from "../../../wire/ids"
import type { Signatures } from "../../../wire/language_server"
import { t, tn } from "../../../words/words"
import type { OpenNotebook } from "../context"
import { showMatch } from "../panes/finding"

/** A busy kernel answers only when it is done; then nobody waits any more. */
export const isIdle = (session: NotebookSession): boolean => session.view.lease?.kernel.state === "idle"

/** What the kernel tells about what stands at `cursor` of `code`. */
export async function askKernel(session: NotebookSession, code: string, cursor: number, detail: 0 | 1 = 0): Promise<Explanation | null> {
  const content = isIdle(session) ? await session.inspect(code, cursor, detail) : null
  const text = content && readInspection(content)
  const found = text === null ? null : readInspected(text)
  if (!found) return null
  const facts = [found.type === "" ? "" : t("help.type", { type: found.type }), found.file].filter((each) => each !== "").join(" · ")
  return {
    code: detail === 1 && found.source !== "" ? found.source : found.signature, markdown: "",
    text: [found.documentation, facts].filter((each) => each !== "").join("\n\n"),
  }
}

/** The name before the bracket that is open at `offset`. */
function calledName(doc: Text, offset: number): number | null {
  let depth = 0
  const from = Math.max(0, offset - 2_000)
  const before = doc.sliceString(from, offset, "\n")
  for (let at = before.length - 1; at > 0; at -= 1) {
    if (before[at] === ")") depth += 1
    else if (before[at] === "(" && depth > 0) depth -= 1
    else if (before[at] === "(") return /[\w]/.test(before[at - 1] ?? "") ? from + at : null
  }
  return null
}

async function signatureByKernel(session: NotebookSession, doc: Text, offset: number): Promise<Signatures | null> {
  const at = calledName(doc, offset)
  const told = at === null ? null : await askKernel(session, doc.sliceString(0, doc.length, "\n"), at)
  if (!told || told.code === "") return null
  return { all: [{ label: told.code, documentation: told.text, parameters: [], active: -1 }], active: 0 }
}

/** Gives a name another one wherever it stands in code cells, as one step that can be taken back. */
async function rename({ session, language, commands }: OpenNotebook, cell: CellId, offset: number, name: string): Promise<void> {
  const changes = await language.known?.rename(cell, offset, name)
  const { state, writable } = session.view
  if (!changes || !state || !writable) {
    showToast({ text: t("rename.impossible"), level: "warning" })
    return
  }
  const cells = [...new Set(changes.map((each) => each.cell))]
  if (cells.some((each) => isReadOnly(state.cells.get(each)))) {
    showToast({ text: t("rename.read_only"), level: "warning" })
    return
  }
  const step = commands.history.changeTexts(cells.map((id) => ({
    cell: id,
    changes: changes.filter((each) => each.cell === id).map(({ from, to, text }) => ({ from, to, insert: text })),
  })))
  showToast({
    text: tn("rename.done", cells.length, { name }),
    action: { label: t("action.undo"), onPress: () => commands.takeBack(step) },
  })
}

async function explain({ session, language }: OpenNotebook, cell: CellId, offset: number, doc: Text): Promise<Explanation | null> {
  const told = await askKernel(session, doc.sliceString(0, doc.length, "\n"), offset)
  if (told) return told
  const markdown = await language.known?.hover(cell, offset) ?? ""
  return markdown === "" ? null : { code: "", markdown, text: "" }
}

/** A library's name comes from no cell: what is known about it is shown, or that nothing is. */
async function tellAbout(page: OpenNotebook, cell: CellId, offset: number, name: string): Promise<void> {
  const doc = page.session.view.state?.cells.get(cell)?.text.doc
  const told = doc && offset <= doc.length ? await explain(page, cell, offset, doc) : null
  if (told) page.help.show(name, told)
  else showToast({ text: t("help.none", { name }) })
}

export function languageOfCell(page: OpenNotebook, cell: CellId): Language {
  const { session, language: server, problems, help } = page
  return {
    isOffered: () => server.isOffered,
    isReady: () => server.known !== null,
    begin: () => server.start(),
    complete: async (offset) => await server.known?.complete(cell, offset) ?? null,
    explainCompletion: async (item) => await server.known?.explain(item) ?? "",
    explain: (offset, doc) => explain(page, cell, offset, doc),
    signatures: async (offset, doc) =>
      await server.known?.signatures(cell, offset) ?? signatureByKernel(session, doc, offset),
    goToDefinition: async (offset, name) => {
      await server.start()
      const place = await server.known?.definition(cell, offset) ?? null
      if (place === "here") return
      if (!place) {
        await tellAbout(page, cell, offset, name)
        return
      }
      page.sections.reveal(place.cell)
      page.focus.move(place.cell, "edit")
      showMatch(session, place)
    },
    renameable: async (offset) => await server.known?.renameable(cell, offset) ?? null,
    rename: (offset, name) => rename(page, cell, offset, name),
    openHelp: (name, explanation) => help.show(name, explanation),
    problems: () => problems.of(cell),
    onProblems: problems.subscribe,
    render: renderDocumentation,
  }
}
