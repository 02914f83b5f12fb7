import { useEffect, useState, type JSX } from "react"
import { notebookSocket } from "../sync/browser_socket"
import { browserClock } from "../sync/clock"
import type { ConnectionState, Ending } from "../sync/connection"
import { openingOf } from "../sync/early"
import { ApiError, type Api } from "../sync/http"
import { NotebookSession } from "../sync/session"
import { Tabs } from "../sync/tabs"
import { UnsentKeeper } from "../sync/unsent_keeper"
import { browserStorage } from "../sync/unsent_keys"
import { UnsentStore } from "../sync/unsent_store"
import { Button } from "../ui/Button"
import { showToast } from "../ui/toast"
import type { Me } from "../wire/api"
import type { NotebookId, UserId } from "../wire/ids"
import { serverWords } from "../words/server_sentences"
import { t } from "../words/words"
import { useSession } from "./notebook/context"
import { NotebookPage } from "./notebook/NotebookPage"
import { Message } from "./Message"
import { latePage } from "./late_part"
import { AccountGone, NotFound, Revoked } from "./sharing/NoAccess"
import { unveil } from "./unveil"
import { Waiting } from "./Waiting"

const SignedOut = latePage(async () => (await import("./account/SignedOut")).SignedOut, Waiting)

export interface NotebookRouteProps {
  readonly api: Api
  readonly user: Me["user"]
  readonly id: NotebookId
}

/** Why a socket cannot be opened, as far as HTTP can tell. */
async function probe(api: Api): Promise<Ending | null> {
  try {
    return await api.me() === null ? "signed_out" : null
  } catch (error) {
    if (error instanceof ApiError) return null
    throw error
  }
}

/** An open notebook; lives as long as its address. */
export function NotebookRoute(props: NotebookRouteProps): JSX.Element {
  const { api, id, user } = props
  const [session] = useState(() => new NotebookSession({
    ...openingOf(id), clock: browserClock, probe: () => probe(api),
  }))
  useLife(session)
  useKeeping(session, user.id, id)
  const connection = useSession(session, (view) => view.connection)
  if (connection.kind === "ended") {
    return <Ended connection={connection} session={session} api={api} user={user} id={id} />
  }
  return <NotebookPage {...props} session={session} />
}

function useLife(session: NotebookSession): void {
  useEffect(() => {
    const silence = session.onNotice((notice) =>
      showToast({ text: notice.code === "denied" ? t("role.denied") : serverWords(notice.detail), level: notice.level }))
    const wake = (): void => {
      if (!document.hidden) session.start()
    }
    const warn = (event: BeforeUnloadEvent): void => {
      if (session.view.unsent) event.preventDefault()
    }
    session.start()
    addEventListener("online", wake)
    addEventListener("offline", wake)
    document.addEventListener("visibilitychange", wake)
    addEventListener("beforeunload", warn)
    return () => {
      silence()
      removeEventListener("online", wake)
      removeEventListener("offline", wake)
      document.removeEventListener("visibilitychange", wake)
      removeEventListener("beforeunload", warn)
      session.stop()
    }
  }, [session])
}

/** What is typed outlives the page until the server has it. */
function useKeeping(session: NotebookSession, user: UserId, id: NotebookId): void {
  useEffect(() => {
    const storage = browserStorage()
    if (!storage) return
    const tabs = new Tabs(session.client, browserClock)
    const keeper = new UnsentKeeper(session, new UnsentStore(storage, user, id, session.client), tabs,
      notebookSocket(id), browserClock)
    const save = (): void => keeper.saveNow()
    keeper.start()
    addEventListener("pagehide", save)
    document.addEventListener("visibilitychange", save)
    return () => {
      removeEventListener("pagehide", save)
      document.removeEventListener("visibilitychange", save)
      keeper.stop()
      tabs.close()
    }
  }, [session, user, id])
}

interface EndedProps extends NotebookRouteProps {
  readonly connection: Extract<ConnectionState, { kind: "ended" }>
  readonly session: NotebookSession
}

/** Why a socket was closed, by the words of docs/protocol.md section 2. */
const accountDeleted = "account deleted"
const accountDisabled = "account disabled"

/** The session, and what was typed into it, stays behind this page: signing in again goes on with it. */
function Ended({ connection, session, api, user, id }: EndedProps): JSX.Element {
  useEffect(unveil, [])
  switch (connection.ending) {
    case "signed_out":
      if (connection.detail === accountDeleted) return <AccountGone session={session} user={user.id} />
      return (
        <SignedOut api={api} keepsPage
          message={t(connection.detail === accountDisabled ? "problem.disabled" : "session.signed_out")} onSignedIn={async () => {
          await api.me()
          session.revive()
        }} />
      )
    case "denied": return <Revoked session={session} />
    case "not_found":
      return <NotFound api={api} id={id} email={user.email} session={session} detail={serverWords(connection.detail)} />
    case "reload_page":
      return (
        <Message title={t("session.reload_title")} text={t("session.reload")}>
          <Button variant="primary" icon="refresh" onPress={() => location.reload()}>
            {t("action.reload")}
          </Button>
        </Message>
      )
  }
}
