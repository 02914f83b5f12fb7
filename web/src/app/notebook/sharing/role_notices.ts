/** Tells the person, quietly, when what they may do with the open notebook has changed. */
import { useEffect } from "react"
import type { NotebookSession } from "../../../sync/session"
import { showToast } from "../../../ui/toast"
import type { Role } from "../../../wire/role"
import { t } from "../../../words/words"

export function followRole(session: NotebookSession, tell: (role: Role) => void): () => void {
  let before: Role | null = null
  return session.subscribe(() => {
    const { role, user } = session.view
    if (user === null || role === before) return
    if (before !== null) tell(role)
    before = role
  })
}

export function useRoleNotices(session: NotebookSession): void {
  useEffect(() => followRole(session, (role) => {
    showToast({ text: t(`role.now_${role}`), level: "info" })
  }), [session])
}
