/** Pictures that are pasted or dropped into a text cell become its attachments, as Jupyter keeps them. */
import { attachmentName } from "../../../model/markdown_edit"
import type { NotebookSession } from "../../../sync/session"
import { showToast } from "../../../ui/toast"
import type { CellId } from "../../../wire/ids"
import { formatBytes, t } from "../../../words/words"

const mostBytes = 4 << 20

export const picturesIn = (data: DataTransfer): readonly File[] =>
  Array.from(data.files).filter(({ type }) => type.startsWith("image/"))

async function base64Of(file: File): Promise<string> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const parts: string[] = []
  for (let at = 0; at < bytes.length; at += 0x8000) parts.push(String.fromCharCode(...bytes.subarray(at, at + 0x8000)))
  return btoa(parts.join(""))
}

/** Puts them into the notebook, and links to them where the cursor is. */
export async function attach(session: NotebookSession, id: CellId, files: readonly File[]): Promise<void> {
  for (const file of files) {
    if (file.size > mostBytes) {
      showToast({ text: t("text.too_large", { name: file.name, most: formatBytes(mostBytes) }), level: "warning" })
      continue
    }
    const data = await base64Of(file)
    const cell = session.view.state?.cells.get(id)
    if (!cell || !session.view.writable) return
    const name = attachmentName(file.name, Object.keys(cell.attachments))
    session.wish({ type: "set_attachments", cell: id, attachments: { ...cell.attachments, [name]: { [file.type]: data } } })
    await known(session, id, name)
    const text = session.view.state?.cells.get(id)?.text
    const label = name.replace(/\.\w+$/, "")
    if (text) session.change(id, { ...text.replaceSelection(`![${label}](attachment:${name})`), userEvent: "input.paste" })
  }
}

/** Until the notebook has it; the next one's name depends on it. Offline it is not waited for. */
function known(session: NotebookSession, id: CellId, name: string): Promise<void> {
  return new Promise((resolve) => {
    const finish = (): void => {
      stop()
      clearTimeout(timer)
      resolve()
    }
    const look = (): void => {
      const cell = session.view.state?.cells.get(id)
      if (!cell || name in cell.attachments) finish()
    }
    const timer = setTimeout(finish, 5_000)
    const stop = session.subscribe(look)
    look()
  })
}
