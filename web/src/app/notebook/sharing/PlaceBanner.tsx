import { useState, type JSX } from "react"
import type { Api } from "../../../sync/http"
import { Button } from "../../../ui/Button"
import { Icon } from "../../../ui/icons"
import { t } from "../../../words/words"
import { navigate } from "../../router"
import { notebookHref } from "../../routes"
import { useNotebook, useSession } from "../context"
import { copyToDrive } from "./copies"
import { originOf } from "./playgrounds"

/** Says that nothing is saved here, or that one may only look, and what can be done about it. */
export function PlaceBanner({ api }: { readonly api: Api }): JSX.Element | null {
  const { session } = useNotebook()
  const known = useSession(session, (view) => view.state !== null && view.user !== null)
  const playground = useSession(session, (view) => view.playground)
  const role = useSession(session, (view) => view.role)
  if (!known) return null
  if (playground) return <InPlayground api={api} />
  return role === "viewer" || role === "commenter" ? <LookingOn api={api} text={t(`playground.${role}`)} /> : null
}

function InPlayground({ api }: { readonly api: Api }): JSX.Element {
  const { id, session, frame } = useNotebook()
  const author = useSession(session, (view) => view.author?.name ?? "")
  const from = useSession(session, (view) => view.origin.split(":")[0] ?? "")
  const origin = originOf(id)
  return (
    <div className="n-place" role="note">
      <Icon name="info" size={18} />
      <span>{from === "example" ? t("playground.example") : from !== "" ? t("playground.github") : t("playground.text", { name: author === "" ? t("people.somebody") : author })}</span>
      <Button size="small" icon="copy" onPress={() => void copyToDrive(api, id)}>{t("playground.copy")}</Button>
      {(from === "github" || from === "gist") && (
        <Button size="small" icon="code" onPress={() => frame.show(from === "gist" ? "copy_gist" : "copy_github")}>
          {t(from === "gist" ? "menu.copy_gist" : "menu.copy_github")}
        </Button>
      )}
      {origin !== null && (
        <Button variant="plain" size="small" onPress={() => navigate(notebookHref(origin))}>
          {t("playground.back")}
        </Button>
      )}
    </div>
  )
}

function LookingOn({ api, text }: { readonly api: Api; readonly text: string }): JSX.Element {
  const { id, tryOut } = useNotebook()
  const [pending, setPending] = useState(false)
  return (
    <div className="n-place" role="note">
      <Icon name="eye" size={18} />
      <span>{text}</span>
      <Button size="small" icon="play" pending={pending} onPress={() => {
        setPending(true)
        void tryOut({}).finally(() => setPending(false))
      }}>{t("playground.open")}</Button>
      <Button variant="plain" size="small" icon="copy" onPress={() => void copyToDrive(api, id)}>
        {t("playground.copy")}
      </Button>
    </div>
  )
}
