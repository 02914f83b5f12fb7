import { useState, type JSX } from "react"
import { exportUrl } from "../../sync/account_api"
import type { Api } from "../../sync/http"
import { GitHubApi } from "../../sync/github_api"
import { DataSection } from "../../ui/account/DataSection"
import { GitHubSection } from "../../ui/account/GitHubSection"
import { PasswordSection } from "../../ui/account/PasswordSection"
import { ProfileSection } from "../../ui/account/ProfileSection"
import { SessionsSection } from "../../ui/account/SessionsSection"
import { Loaded, SettingsDialog, type SettingsTab } from "../../ui/account/SettingsDialog"
import { SignInsSection } from "../../ui/account/SignInsSection"
import { TokensSection } from "../../ui/account/TokensSection"
import { showToast } from "../../ui/toast"
import type { Me } from "../../wire/api"
import { language } from "../../words/language"
import { t } from "../../words/words"
import { confirmationError, orToast } from "../errors"
import { signInAtGitHub } from "../github/sign_in"
import { refusalOf } from "../sign_in"
import { useConfirmation } from "./confirm"
import { useLoaded } from "./loaded"

type User = Me["user"]

interface SettingsProps {
  readonly api: Api
  readonly user: User
  readonly tab: SettingsTab
  readonly onTab: (tab: SettingsTab) => void
  readonly onUser: (user: User) => void
  readonly onClose: () => void
  /** The account is gone. */
  readonly onDeleted: () => void
}

/** One's own account. */
export function Settings(props: SettingsProps): JSX.Element {
  return (
    <SettingsDialog tab={props.tab} onTab={props.onTab} onClose={props.onClose}>
      <Section {...props} />
    </SettingsDialog>
  )
}

function Section(props: SettingsProps): JSX.Element {
  switch (props.tab) {
    case "profile": return <Profile {...props} />
    case "password": return <Password {...props} />
    case "sign_ins": return <SignIns {...props} />
    case "sessions": return <Sessions {...props} />
    case "tokens": return <Tokens {...props} />
    case "github": return <GitHub {...props} />
    case "data": return <Data {...props} />
  }
}

const told = (text: string): void => {
  showToast({ text, level: "success" })
}

function Profile({ api, user, onUser }: SettingsProps): JSX.Element {
  const { confirmed, dialog } = useConfirmation(user.has_password)
  const ways = useLoaded(() => api.account.ways())
  const direct = user.role === "owner"
  const change = async (changed: Partial<Pick<User, "name" | "email">>): Promise<string | null> => {
    const refused = await refusalOf(api.changeProfile(changed))
    if (refused !== null) return refused
    onUser({ ...user, ...changed })
    told(t("profile.saved"))
    return null
  }
  return (
    <>
      <ProfileSection name={user.name} email={user.email} emailVerified={user.email_verified}
        emailChange={direct ? "direct" : ways.value?.mail === true ? "mail" : "none"}
        onName={(name) => change({ name })}
        onEmail={(email) => direct ? change({ email })
          : refusalOf(confirmed((confirmation) => api.account.changeEmail(email, language(), confirmation)))} />
      {dialog}
    </>
  )
}

function Password({ api, user, onUser }: SettingsProps): JSX.Element {
  return (
    <PasswordSection key={String(user.has_password)} email={user.email} hasPassword={user.has_password}
      onChange={async (old, fresh) => {
        const refused = await refusalOf(api.changeProfile({ password: { old, new: fresh } }))
        if (refused !== null) return refused
        onUser({ ...user, has_password: true })
        told(t("password.changed"))
        return null
      }} />
  )
}

function SignIns({ api, user }: SettingsProps): JSX.Element {
  const { confirmed, dialog } = useConfirmation(user.has_password)
  const loaded = useLoaded(async () => {
    const [ways, linked] = await Promise.all([api.account.ways(), api.account.linkedSignIns()])
    return { providers: ways.providers, linked }
  })
  const link = async (provider: string): Promise<void> => {
    const url = await confirmed((confirmation) =>
      api.account.linkProvider(provider, location.pathname + location.search, confirmation))
    if (url !== null) location.assign(url)
  }
  return (
    <>
      <Loaded value={loaded.value} error={loaded.error} onRetry={() => void loaded.reload()}>
        {({ providers, linked }) => (
          <SignInsSection providers={providers} linked={linked}
            onLink={(provider) => void orToast(link(provider))}
            onUnlink={(name) => void orToast(api.account.unlinkProvider(name).then(loaded.reload))} />
        )}
      </Loaded>
      {dialog}
    </>
  )
}

function Sessions({ api }: SettingsProps): JSX.Element {
  const loaded = useLoaded(() => api.account.sessions())
  const end = async (work: Promise<void>): Promise<void> => {
    await work
    told(t("sessions.ended"))
    await loaded.reload()
  }
  return (
    <Loaded value={loaded.value} error={loaded.error} onRetry={() => void loaded.reload()}>
      {(sessions) => (
        <SessionsSection sessions={sessions}
          onEnd={(id) => void orToast(end(api.account.endSession(id)))}
          onEndOthers={() => void orToast(end(api.account.endOtherSessions()))} />
      )}
    </Loaded>
  )
}

function Tokens({ api, user }: SettingsProps): JSX.Element {
  const { confirmed, dialog } = useConfirmation(user.has_password)
  const loaded = useLoaded(() => api.account.tokens())
  const [made, setMade] = useState<string | null>(null)
  const revoke = async (id: string): Promise<void> => {
    await api.account.revokeToken(id)
    told(t("tokens.revoked"))
    await loaded.reload()
  }
  return (
    <>
      <Loaded value={loaded.value} error={loaded.error} onRetry={() => void loaded.reload()}>
        {(tokens) => (
          <TokensSection tokens={tokens} made={made} onSeen={() => setMade(null)}
            onRevoke={(id) => void orToast(revoke(id))}
            onCreate={(token) => refusalOf(
              confirmed((confirmation) => api.account.createToken(token, confirmation)).then((created) => {
                setMade(created)
                return loaded.reload()
              }))} />
        )}
      </Loaded>
      {dialog}
    </>
  )
}

function GitHub({ api }: SettingsProps): JSX.Element {
  const [hub] = useState(() => api.part(GitHubApi))
  const loaded = useLoaded(() => hub.connection())
  return (
    <Loaded value={loaded.value} error={loaded.error} onRetry={() => void loaded.reload()}>
      {(connection) => (
        <GitHubSection connection={connection} onToken={(token) => refusalOf(hub.connect(token).then(loaded.reload))}
          onSignIn={() => signInAtGitHub(hub)}
          onDisconnect={() => orToast(hub.disconnect().then(loaded.reload))} />
      )}
    </Loaded>
  )
}

function Data({ api, user, onDeleted }: SettingsProps): JSX.Element {
  const loaded = useLoaded(() => api.account.lookAtDeletion())
  return (
    <Loaded value={loaded.value} error={loaded.error} onRetry={() => void loaded.reload()}>
      {(deletion) => (
        <DataSection exportUrl={exportUrl} deletion={deletion} email={user.email} hasPassword={user.has_password}
          onDelete={async (password) => {
            try {
              await api.account.deleteMe(password === "" ? {} : { password })
            } catch (error) {
              return confirmationError(error)
            }
            told(t("deletion.done"))
            onDeleted()
            return null
          }} />
      )}
    </Loaded>
  )
}
