import { useState, type JSX, type SyntheticEvent } from "react"
import type { FileNode } from "../../../model/file_tree"
import { Button } from "../../../ui/Button"
import { ConfirmDialog, Dialog } from "../../../ui/Dialog"
import { TextField } from "../../../ui/TextField"
import { keyOf, parentOf, type Place } from "../../../wire/runtime_files"
import { t } from "../../../words/words"
import { errorText, orToast } from "../../errors"
import { useNotebook } from "../context"
import { filesOf } from "./files"

export type FileQuestion =
  | { readonly kind: "new_file" | "new_folder"; readonly folder: Place }
  | { readonly kind: "rename"; readonly node: FileNode }
  | { readonly kind: "remove"; readonly node: FileNode }

interface FileDialogsProps {
  readonly question: FileQuestion
  readonly onClose: () => void
}

/** What is asked before something is made, renamed or removed. */
export function FileDialogs({ question, onClose }: FileDialogsProps): JSX.Element {
  const notebook = useNotebook()
  const { api, browsing, drafts } = filesOf(notebook)
  const inFolder = (folder: Place, name: string): string => folder.path === "/" ? `/${name}` : `${folder.path}/${name}`
  if (question.kind === "remove") {
    const { node } = question
    return (
      <ConfirmDialog isOpen danger title={t("files.remove_title", { name: node.entry.name })}
        text={t(node.inside === null ? "files.remove_file" : "files.remove_folder")} confirmLabel={t("files.remove")} onClose={onClose}
        onConfirm={() => orToast(api.remove(node.place, node.inside !== null).then(() => {
          notebook.files.close(node.place)
          browsing.touched(keyOf(node.folder))
        }))} />
    )
  }
  if (question.kind === "rename") {
    const { node } = question
    return (
      <NameDialog title={t("files.rename_title")} action={t("action.rename")} name={node.place.hex === null ? node.entry.name : ""} onClose={onClose}
        onName={async (name) => {
          const path = inFolder(node.folder, name)
          await api.rename(node.place, path)
          notebook.files.move(node.place, path, drafts)
          browsing.touched(keyOf(node.folder))
        }} />
    )
  }
  const isFolder = question.kind === "new_folder"
  return (
    <NameDialog title={t(isFolder ? "files.new_folder" : "files.new_file")} action={t("files.make")} name="" onClose={onClose}
      onName={async (name) => {
        const path = inFolder(question.folder, name)
        if (isFolder) await api.makeFolder(path)
        else await api.write({ path, hex: null }, "", "none")
        browsing.touched(parentOf(path))
        if (!isFolder) notebook.files.open({ path, hex: null })
      }} />
  )
}

interface NameDialogProps {
  readonly title: string
  readonly action: string
  readonly name: string
  readonly onName: (name: string) => Promise<void>
  readonly onClose: () => void
}

/** Asks for a name, and goes on asking as long as it cannot be had. */
function NameDialog({ title, action, name, onName, onClose }: NameDialogProps): JSX.Element {
  const [wish, setWish] = useState(name)
  const [pending, setPending] = useState(false)
  const [why, setWhy] = useState("")
  const fits = wish.trim() !== "" && !wish.includes("/") && wish !== "." && wish !== ".."
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    if (!fits || pending) return
    setPending(true)
    try {
      if (wish !== name) await onName(wish)
      onClose()
    } catch (error) {
      setWhy(errorText(error))
      setPending(false)
    }
  }
  return (
    <Dialog isOpen title={title} onClose={onClose}>
      <form className="c-form" onSubmit={(event) => void submit(event)}>
        <TextField label={t("files.name")} value={wish} onChange={setWish} autoFocus maxLength={255} onFocus={(event) => {
          // What a person changes is mostly what stands before the ending.
          const dot = name.lastIndexOf(".")
          if (event.target instanceof HTMLInputElement && name !== "" && event.target.value === name) {
            event.target.setSelectionRange(0, dot > 0 ? dot : name.length)
          }
        }} />
        {why !== "" && <p className="f-why" role="alert">{why}</p>}
        <div className="c-dialog-foot">
          <Button variant="plain" onPress={onClose}>{t("action.cancel")}</Button>
          <Button variant="primary" type="submit" isDisabled={!fits} pending={pending}>{action}</Button>
        </div>
      </form>
    </Dialog>
  )
}
