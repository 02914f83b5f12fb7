import { useState, type JSX } from "react"
import { AccountMenu } from "../../ui/AccountMenu"
import { IconButton } from "../../ui/Button"
import { Icon, Logo, type IconName } from "../../ui/icons"
import type { Api } from "../../sync/http"
import type { SessionView } from "../../sync/session_view"
import type { Me } from "../../wire/api"
import { serverWords } from "../../words/server_sentences"
import { t } from "../../words/words"
import { orToast } from "../errors"
import { navigate } from "../router"
import { listHref } from "../routes"
import { CommentsButton } from "./comments/CommentsButton"
import { useFrame, useNotebook, useSession } from "./context"
import { AllMenus, MenuBar } from "./MenuBar"
import { People } from "./People"
import { ShareButton, StarButton } from "./sharing/HeaderButtons"

interface HeaderProps {
  readonly api: Api
  readonly user: Me["user"]
}

export function Header({ api, user }: HeaderProps): JSX.Element {
  return (
    <div className="n-header">
      <a className="n-home" href={listHref} aria-label={t("menu.all_notebooks")} onClick={(event) => {
        if (event.ctrlKey || event.metaKey || event.shiftKey) return
        event.preventDefault()
        navigate(listHref)
      }}><Logo size={34} /></a>
      <div className="n-name">
        <div className="n-name-line">
          <Title api={api} />
          <StarButton api={api} />
          <SaveState />
        </div>
        <MenuBar />
      </div>
      <AllMenus />
      <People />
      <CommentsButton />
      <SettingsButton />
      <ShareButton api={api} user={user} />
      <AccountMenu user={user} />
    </div>
  )
}

function SettingsButton(): JSX.Element {
  const { account } = useNotebook()
  return (
    <IconButton className="n-gear" icon="gear" label={t("account.settings")}
      onPress={() => account.current?.onSettings()} />
  )
}

/** The notebook's name; a click makes it a field. */
function Title({ api }: { readonly api: Api }): JSX.Element {
  const { session, id } = useNotebook()
  const title = useSession(session, (view) => view.title)
  const writable = useSession(session, (view) => view.writable && !view.playground)
  const [draft, setDraft] = useState<string | null>(null)
  const wanted = useFrame((frame) => frame.rename)
  const [seen, setSeen] = useState(wanted)
  if (wanted !== seen) {
    setSeen(wanted)
    if (writable && title !== "") setDraft(title)
  }
  const finish = (): void => {
    const name = draft?.trim() ?? ""
    setDraft(null)
    if (name !== "" && name !== title) void orToast(api.renameNotebook(id, name))
  }
  if (draft === null) {
    return (
      <h1 className="n-title">
        <button type="button" title={t("notebook.rename")} disabled={!writable || title === ""}
          onClick={() => setDraft(title)}>{title}</button>
      </h1>
    )
  }
  return (
    <input className="n-title-field" aria-label={t("notebook.title_label")} autoFocus maxLength={200}
      value={draft} size={Math.max(12, draft.length)} onFocus={(event) => event.target.select()}
      onChange={(event) => setDraft(event.target.value)} onBlur={finish}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return
        if (event.key === "Enter") event.currentTarget.blur()
        else if (event.key === "Escape") setDraft(null)
      }} />
  )
}

interface SaveWords {
  readonly icon: IconName
  readonly words: string
  readonly grave?: boolean
}

/** What has become of the person's work: in words, always true. */
export function saveWords(view: SessionView): SaveWords {
  const { state, saved, connection } = view
  if (!state) return { icon: "refresh", words: t("save.connecting") }
  if (connection.kind !== "online") {
    return { icon: "cloud_off", words: t("save.offline"), grave: view.unsent }
  }
  if (view.playground) return { icon: "info", words: t("save.playground") }
  if (!view.writable) return { icon: "eye", words: t(view.role === "commenter" ? "save.commenter" : "save.read_only") }
  if (saved && saved.error !== "") {
    return { icon: "error", words: t("save.failed", { error: serverWords(saved.error) }), grave: true }
  }
  const complete = !view.unsent && saved !== null && saved.seq >= state.seq
  return complete ? { icon: "cloud_done", words: t("save.saved") }
    : { icon: "refresh", words: t("save.saving") }
}

function SaveState(): JSX.Element {
  const { session } = useNotebook()
  const key = useSession(session, (view) => JSON.stringify(saveWords(view)))
  const { icon, words, grave } = saveWords(session.view)
  return (
    <p key={key} className={`n-saved ${grave ? "n-saved-grave" : ""}`} role="status" title={words}>
      <Icon name={icon} size={18} /><span>{words}</span>
    </p>
  )
}
