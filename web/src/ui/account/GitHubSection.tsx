import { useState, type JSX } from "react"
import { tg } from "../../words/github_words"
import { formatDate } from "../../words/words"
import type { GitHubConnection } from "../../wire/github"
import { Button } from "../Button"
import { ConfirmDialog } from "../Dialog"
import { ConnectForm } from "../github/ConnectForm"
import { Icon } from "../icons"

interface GitHubSectionProps {
  readonly connection: GitHubConnection
  /** Resolves to null when it is connected, else to the words that say why not. */
  readonly onToken: (token: string) => Promise<string | null>
  readonly onSignIn: () => Promise<void>
  readonly onDisconnect: () => Promise<void>
}

/** One's account at GitHub. */
export function GitHubSection({ connection, onToken, onSignIn, onDisconnect }: GitHubSectionProps): JSX.Element {
  const [asking, setAsking] = useState(false)
  const { account, enabled, web, oauth } = connection
  if (account === null) {
    return enabled ? <ConnectForm web={web} oauth={oauth} onToken={onToken} onSignIn={onSignIn} />
      : <p className="c-hint">{tg("connect.disabled")}</p>
  }
  return (
    <>
      <ul className="c-rows" aria-label="GitHub">
        <li className="c-row">
          <Icon name="user" />
          <div className="c-row-words">
            <strong>{tg("connect.account", { login: account.login })}</strong>
            <span>
              {account.scopes === "" ? tg("connect.fine") : tg("connect.scopes", { scopes: account.scopes })}
              {" · "}{tg("connect.since", { date: formatDate(account.created_ms) })}
            </span>
          </div>
          <Button size="small" onPress={() => setAsking(true)}>{tg("connect.disconnect")}</Button>
        </li>
      </ul>
      <ConfirmDialog isOpen={asking} danger title={tg("connect.disconnect_title")} text={tg("connect.disconnect_text")}
        confirmLabel={tg("connect.disconnect")} onConfirm={onDisconnect} onClose={() => setAsking(false)} />
    </>
  )
}
