import { useCallback, useEffect, useRef, useState, type JSX, type ReactNode } from "react"
import { mountFileEditor, type FileEditor } from "../../../editor/file_editor"
import { endingOf, textOf } from "../../../model/file_kind"
import { ApiError } from "../../../sync/http"
import { Button } from "../../../ui/Button"
import { showToast } from "../../../ui/toast"
import { nameOf, type Place } from "../../../wire/runtime_files"
import { t } from "../../../words/words"
import { errorText } from "../../errors"
import { useNotebook } from "../context"
import { filesOf } from "./files"
import type { LineWish } from "./open_files"

interface TextEditorProps {
  /** What its tab is called by. */
  readonly name: string
  readonly place: Place
  readonly wish: LineWish | null
  readonly text: string
  readonly version: string
  readonly changed: number
  readonly onUnsaved: (is: boolean) => void
  readonly takesKeyboard: () => boolean
  readonly tools: ReactNode
}

/** A file as text, to be changed and saved. What changes in the runtime meanwhile comes in, or is asked about. */
export function TextEditor({ name, place, wish, text, version, changed, onUnsaved, takesKeyboard, tools }: TextEditorProps): JSX.Element {
  const { api, drafts } = filesOf(useNotebook())
  const [draft] = useState(() => drafts.of(name))
  const parent = useRef<HTMLDivElement>(null)
  const editor = useRef<FileEditor | null>(null)
  const seen = useRef(draft?.version ?? version)
  const [dirty, setDirty] = useState(draft !== null)
  const [saving, setSaving] = useState(false)
  const [conflict, setConflict] = useState(draft !== null && draft.version !== version)
  const mark = useCallback((is: boolean) => {
    setDirty(is)
    onUnsaved(is)
    if (!is) drafts.drop(name)
    else drafts.put(name, () => ({ text: editor.current?.text() ?? "", version: seen.current }))
  }, [onUnsaved, drafts, name])
  const save = async (over: boolean): Promise<void> => {
    if (!editor.current || saving) return
    setSaving(true)
    const sent = editor.current.text()
    try {
      const { version: now } = await api.write(place, sent, over ? null : seen.current)
      seen.current = now
      setConflict(false)
      if (editor.current.text() === sent) mark(false)
    } catch (error) {
      if (error instanceof ApiError && error.status === 409) setConflict(true)
      else showToast({ text: errorText(error), level: "error" })
    } finally {
      setSaving(false)
    }
  }
  const reload = async (): Promise<void> => {
    const before = editor.current?.text()
    try {
      const { blob, version: now } = await api.read(place, 8 << 20)
      const fresh = textOf(new Uint8Array(await blob.arrayBuffer()))
      if (fresh === null || !editor.current) return
      // What was typed meanwhile stays.
      const typed = editor.current.text() !== before
      if (typed && fresh !== before) {
        setConflict(true)
        return
      }
      seen.current = now
      if (typed) return
      if (fresh !== before) editor.current.replace(fresh)
      setConflict(false)
      mark(false)
    } catch (error) {
      showToast({ text: errorText(error), level: "error" })
    }
  }
  const latest = useRef({ save, reload, dirty, mark })
  useEffect(() => {
    latest.current = { save, reload, dirty, mark }
  })
  const first = useRef({ text: draft?.text ?? text, line: wish?.line ?? null, isDraft: draft !== null })
  useEffect(() => {
    if (!parent.current) return
    let over = false
    void mountFileEditor(parent.current, {
      text: first.current.text, ending: endingOf(place.path), label: nameOf(place.path),
      onSave: () => void latest.current.save(false), onChange: () => latest.current.mark(true),
    }).then((made) => {
      if (over) {
        made.close()
        return
      }
      editor.current = made
      if (first.current.isDraft) latest.current.mark(true)
      if (first.current.line !== null) made.goTo(first.current.line)
      else if (takesKeyboard()) made.focus()
    })
    return () => {
      over = true
      drafts.freeze(name)
      editor.current?.close()
      editor.current = null
    }
  }, [place, drafts, name, takesKeyboard])
  useEffect(() => {
    if (wish) editor.current?.goTo(wish.line)
  }, [wish])
  useEffect(() => {
    if (changed === 0) return
    void api.status(place).then(({ version: now }) => {
      if (now === seen.current) return
      if (latest.current.dirty) setConflict(true)
      else void latest.current.reload()
    }, () => undefined)
  }, [changed, api, place])
  return (
    <div className="f-view">
      <div className="f-view-tools">
        <Button size="small" icon="save" isDisabled={!dirty} pending={saving} onPress={() => void save(false)}>{t("files.save")}</Button>
        {tools}
      </div>
      {conflict && (
        <div className="f-conflict" role="alert"><p>{t("files.conflict")}</p>
          <Button size="small" onPress={() => void save(true)}>{t("files.save_mine")}</Button>
          <Button size="small" onPress={() => void reload()}>{t("files.take_theirs")}</Button></div>
      )}
      <div ref={parent} className="f-editor" />
    </div>
  )
}
