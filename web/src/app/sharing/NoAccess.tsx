import { use, useEffect, useState, type JSX } from "react"
import { notebookFile } from "../../model/notebook_file"
import { forgetComments, tabStorage } from "../../sync/comment_drafts"
import { ApiError, type Api } from "../../sync/http"
import type { NotebookSession } from "../../sync/session"
import { browserStorage, forgetUnsent } from "../../sync/unsent_keys"
import { AccountContext } from "../../ui/account_actions"
import { CopyField } from "../../ui/account/CopyField"
import { Button } from "../../ui/Button"
import { Spinner } from "../../ui/Spinner"
import type { NotebookId, UserId } from "../../wire/ids"
import { t } from "../../words/words"
import { Message } from "../Message"
import { navigate } from "../router"
import { listHref } from "../routes"

const back = (): JSX.Element => (
  <Button variant="primary" onPress={() => navigate(listHref)}>{t("action.back_to_list")}</Button>
)

interface NotFoundProps {
  readonly api: Api
  readonly id: NotebookId
  readonly email: string
  readonly session: NotebookSession
  /** The server's own words. */
  readonly detail: string
}

/** The server opens no such notebook for this person: it says no more to those who have no access. */
export function NotFound({ api, id, email, session, detail }: NotFoundProps): JSX.Element {
  const actions = use(AccountContext)
  const [mayOpen, setMayOpen] = useState<boolean | null>(null)
  const wasOpen = session.view.state !== null
  useEffect(() => {
    if (wasOpen) return
    let wanted = true
    api.sharing.access(id).then(() => true, (error: unknown) => !(error instanceof ApiError && error.status === 404))
      .then((may) => {
        if (wanted) setMayOpen(may)
      }, () => undefined)
    return () => {
      wanted = false
    }
  }, [api, id, wasOpen])
  if (wasOpen) {
    return (
      <Message title={t("access.gone_title")} text={t("access.gone")}><Unsent session={session} />{back()}</Message>
    )
  }
  if (mayOpen === null) return <Message title=""><Spinner label={t("app.loading")} size={28} /></Message>
  // It is there, and no notebook can be made of its file.
  if (mayOpen) return <Message title={t("session.not_found_title")} text={detail}>{back()}</Message>
  return (
    <Message title={t("access.title")} text={t("access.text", { email })}>
      <Button onPress={() => actions?.onSignOut("stay")}>{t("access.switch")}</Button>{back()}
    </Message>
  )
}

/** Somebody took the person's access back while the notebook was open. */
export function Revoked({ session }: { readonly session: NotebookSession }): JSX.Element {
  return (
    <Message title={t("access.revoked_title")} text={t("access.revoked")}><Unsent session={session} />{back()}</Message>
  )
}

interface AccountGoneProps {
  readonly session: NotebookSession
  readonly user: UserId
}

/** The person's account was deleted while the page was open: what it still holds can be taken along. */
export function AccountGone({ session, user }: AccountGoneProps): JSX.Element {
  const { state, title } = session.view
  const download = (): void => {
    if (!state) return
    const url = URL.createObjectURL(new Blob([JSON.stringify(notebookFile(state), null, 1)], { type: "application/x-ipynb+json" }))
    const link = document.createElement("a")
    link.href = url
    link.download = `${title}.ipynb`
    link.click()
    setTimeout(() => URL.revokeObjectURL(url), 60_000)
  }
  const leave = (): void => {
    forgetUnsent(browserStorage(), user)
    forgetComments(tabStorage(), user)
    location.assign(listHref)
  }
  return (
    <Message title={t("account_gone.title")} text={t("account_gone.text")}>
      <Unsent session={session} />
      {state && <Button variant="primary" icon="download" onPress={download}>{t("account_gone.download")}</Button>}
      <Button onPress={leave}>{t("account_gone.leave")}</Button>
    </Message>
  )
}

/** What was typed and never got there. */
function Unsent({ session }: { readonly session: NotebookSession }): JSX.Element | null {
  const [sources] = useState(() => [
    ...session.unsentTexts().map(({ source }) => source), ...session.view.recovered.map(({ source }) => source),
  ].filter((source) => source.trim() !== ""))
  if (sources.length === 0) return null
  return (
    <section className="a-message-unsent">
      <p>{t("access.unsent")}</p>
      {sources.map((source, index) => <CopyField key={index} label={t("recovered.source")} value={source} />)}
    </section>
  )
}
