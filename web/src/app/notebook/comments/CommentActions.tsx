import { useState, type JSX } from "react"
import { IconButton } from "../../../ui/Button"
import { ConfirmDialog } from "../../../ui/Dialog"
import { Menu, type MenuEntry } from "../../../ui/Menu"
import { showToast } from "../../../ui/toast"
import type { Comment, Thread } from "../../../wire/comment"
import { t } from "../../../words/words"
import { useNotebook, useSession } from "../context"
import { linkTo } from "./link"

interface CommentActionsProps {
  readonly thread: Thread
  readonly comment: Comment
}

/** What this person may do with a comment; with the first one, what with its thread. */
export function CommentActions({ thread, comment }: CommentActionsProps): JSX.Element {
  const { id, session, comments } = useNotebook()
  const role = useSession(session, (view) => view.role)
  const me = useSession(session, (view) => view.user?.id)
  const [asks, setAsks] = useState(false)
  const [first] = thread.comments
  const isFirst = comment === first
  const may = role !== "viewer"
  const mayResolve = may && isFirst && (role !== "commenter" || first.user === me)
  const mayEdit = may && comment.user === me
  const mayDelete = mayEdit || role === "owner"
  const items: readonly MenuEntry[] = [
    ...mayEdit ? [{ id: "edit", label: t("comment.edit"), icon: "edit" } as const] : [],
    ...isFirst ? [{ id: "link", label: t("comment.copy_link"), icon: "link" } as const] : [],
    ...mayDelete ? [{ id: "delete", label: t("comment.delete"), icon: "trash", danger: true } as const] : [],
  ]
  const resolve = (): void => {
    comments.resolve(thread.id, !thread.resolved)
    if (thread.resolved) return
    comments.leave(thread.cell)
    showToast({
      text: t("comment.resolved_toast"),
      action: { label: t("action.undo"), onPress: () => comments.resolve(thread.id, false) },
    })
  }
  const act = (chosen: string): void => {
    if (chosen === "edit") comments.edit(thread.id, comment.id, comment.text)
    else if (chosen === "delete") setAsks(true)
    else void copy(linkTo(id, thread.id))
  }
  return (
    <>
      {mayResolve && (
        <IconButton label={t(thread.resolved ? "comment.reopen" : "comment.resolve")} size={18}
          icon={thread.resolved ? "restore" : "check"} onPress={resolve} />
      )}
      {items.length > 0 && (
        <Menu label={t("comment.actions")} placement="bottom end" items={items} onAction={act}
          trigger={<IconButton label={t("comment.actions")} icon="more" size={18} />} />
      )}
      <ConfirmDialog isOpen={asks} danger onClose={() => setAsks(false)}
        title={t(isFirst ? "comment.delete_thread_title" : "comment.delete_title")}
        text={t(isFirst ? "comment.delete_thread_text" : "comment.delete_text")}
        confirmLabel={t("comment.delete")} onConfirm={() => comments.remove(thread.id, comment.id)} />
    </>
  )
}

async function copy(link: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(link)
    showToast({ text: t("comment.link_copied"), timeoutMs: 3000 })
  } catch {
    showToast({ text: link, timeoutMs: 0 })
  }
}
