import { useEffect, useState, type JSX } from "react"
import { ApiError, type Api } from "../../sync/http"
import { ShareDialog } from "../../ui/sharing/ShareDialog"
import type { ShareDraft } from "../../ui/sharing/AddPeople"
import { showToast } from "../../ui/toast"
import type { Me } from "../../wire/api"
import type { NotebookId } from "../../wire/ids"
import type { GivenRole, PendingAccess, Shared } from "../../wire/sharing"
import { language } from "../../words/language"
import { t } from "../../words/words"
import { useLoaded } from "../account/loaded"
import { errorText } from "../errors"
import { notebookHref } from "../routes"

interface ShareProps {
  readonly api: Api
  readonly user: Me["user"]
  readonly id: NotebookId
  readonly title: string
  /** Another number: who has access has changed. */
  readonly changes?: number
  readonly onClose: () => void
  /** Before the person's own access is given up, after which the notebook cannot be shown. */
  readonly onLeave: () => void
}

const lookAgainMs = 5_000
const linkTo = (id: NotebookId): string => location.origin + notebookHref(id)

/** Null when `work` is done, else why not. */
async function attempt(work: Promise<unknown>): Promise<string | null> {
  try {
    await work
    return null
  } catch (error) {
    return refusalText(error)
  }
}

function refusalText(error: unknown): string {
  if (!(error instanceof ApiError)) return errorText(error)
  switch (error.code) {
    case "denied": return t("share.error_denied")
    case "not_found": return t("share.error_not_found")
    case "too_large": return t("share.error_too_many")
    default: return errorText(error)
  }
}

/** The dialog of who has access to a notebook, which asks the server and tells it what is changed. */
export function Share({ api, user, id, title, changes = 0, onClose, onLeave }: ShareProps): JSX.Element {
  const { sharing } = api
  const { value, error, reload } = useLoaded(() => sharing.access(id))
  const [problem, setProblem] = useState<string | null>(null)
  const [isBusy, setBusy] = useState(false)
  const [shared, setShared] = useState<readonly Shared[]>([])
  const [removed, setRemoved] = useState<PendingAccess | null>(null)
  useEffect(() => {
    if (changes > 0) void reload()
  }, [changes, reload])

  // Nobody tells that somebody who was invited has made an account by now.
  useEffect(() => {
    const look = (): void => {
      if (!document.hidden) void reload()
    }
    const timer = setInterval(look, lookAgainMs)
    addEventListener("focus", look)
    return () => {
      clearInterval(timer)
      removeEventListener("focus", look)
    }
  }, [reload])

  const change = async (work: Promise<unknown>): Promise<string | null> => {
    setBusy(true)
    setRemoved(null)
    const refused = await attempt(work)
    await reload()
    setProblem(refused)
    setBusy(false)
    return refused
  }
  const share = async (draft: ShareDraft): Promise<string | null> => attempt((async () => {
    const people = draft.addresses.map((email) => ({ email, role: draft.role }))
    setShared(await sharing.invite(id, {
      people, notify: draft.notify, message: draft.message.trim(), language: language(),
    }))
    setProblem(null)
    setRemoved(null)
    await reload()
  })())
  const remove = (email: string, role: GivenRole): void => {
    setShared((all) => all.filter((one) => one.email !== email))
    void change(sharing.revoke(id, email)).then((refused) => {
      if (refused === null) setRemoved({ email, role })
    })
  }
  const transfer = async (email: string): Promise<void> => {
    const heir = value?.people.find(({ person }) => person.email === email)?.person
    const refused = await change(sharing.transfer(id, email, language()))
    if (refused === null) {
      showToast({ text: t("share.transferred", { name: heir?.name || email }), level: "success" })
    }
  }
  const leave = async (): Promise<void> => {
    const refused = await attempt(sharing.revoke(id, user.email))
    setProblem(refused)
    if (refused !== null) return
    showToast({ text: t("share.left", { title: value?.title ?? title }) })
    onLeave()
  }
  return (
    <ShareDialog title={value?.title ?? title} access={value} error={error} problem={problem} isBusy={isBusy}
      me={user.email} link={linkTo(id)} shared={shared}
      onRetry={() => void reload()} onShare={share} onRemove={remove}
      onRole={(email, role) => void change(sharing.setRole(id, email, role))}
      onLinkRole={(link_role) => void change(sharing.change(id, { link_role }))}
      onEditorsShare={(editors_share) => void change(sharing.change(id, { editors_share }))}
      onTransfer={transfer} onLeave={leave} removed={removed} onClose={onClose} />
  )
}
