/** Somebody else's code runs only when the person wants it to. */
import { useCallback, useState, type JSX } from "react"
import type { Api } from "../../../sync/http"
import type { NotebookSession } from "../../../sync/session"
import { ConfirmDialog } from "../../../ui/Dialog"
import type { NotebookId } from "../../../wire/ids"
import { t } from "../../../words/words"

interface Trust {
  /** Does it, at once or when the person has said yes. */
  readonly beforeRun: (go: () => void) => void
  readonly dialog: JSX.Element
}

export function useTrust(api: Api, id: NotebookId, session: NotebookSession): Trust {
  const [waiting, setWaiting] = useState<{ readonly go: () => void } | null>(null)
  const [given] = useState({ yes: false })
  const beforeRun = useCallback((go: () => void): void => {
    const { author, user, trusted } = session.view
    if (given.yes || trusted || author === null || author.id === user?.id) go()
    else setWaiting({ go })
  }, [given, session])
  const name = session.view.author?.name ?? ""
  return {
    beforeRun,
    dialog: (
      <ConfirmDialog isOpen={waiting !== null} title={t("trust.title", { name: name === "" ? t("people.somebody") : name })}
        text={t("trust.text")} confirmLabel={t("trust.run")} onClose={() => setWaiting(null)}
        onConfirm={() => {
          given.yes = true
          // When that is not remembered, they are asked once more another time.
          api.sharing.trust(id).catch(() => undefined)
          waiting?.go()
        }} />
    ),
  }
}
