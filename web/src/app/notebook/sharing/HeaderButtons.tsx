import { useState, type JSX } from "react"
import type { Api } from "../../../sync/http"
import { Button, IconButton } from "../../../ui/Button"
import type { Me } from "../../../wire/api"
import { t } from "../../../words/words"
import { errorText } from "../../errors"
import { navigate } from "../../router"
import { listHref } from "../../routes"
import { lateWindow } from "../../late_part"
import { showToast } from "../../../ui/toast"
import { useNotebook, useSession } from "../context"

const Share = lateWindow(async () => (await import("../../sharing/Share")).Share)

/** The star beside the notebook's name. */
export function StarButton({ api }: { readonly api: Api }): JSX.Element | null {
  const { id, session } = useNotebook()
  const told = useSession(session, (view) => view.starred)
  const shown = useSession(session, (view) => view.user !== null && !view.playground)
  const [chosen, setChosen] = useState<boolean | null>(null)
  if (!shown) return null
  const starred = chosen ?? told
  const toggle = (): void => {
    setChosen(!starred)
    api.sharing.star(id, !starred).catch((error: unknown) => {
      setChosen(starred)
      showToast({ text: errorText(error), level: "error" })
    })
  }
  return (
    <IconButton className={starred ? "n-star n-star-on" : "n-star"} icon={starred ? "star_on" : "star"} size={18}
      label={t(starred ? "star.remove" : "star.add")} aria-pressed={starred} onPress={toggle} />
  )
}

interface ShareButtonProps {
  readonly api: Api
  readonly user: Me["user"]
}

/** Opens who has access. A playground is nobody else's concern. */
export function ShareButton({ api, user }: ShareButtonProps): JSX.Element | null {
  const { id, session } = useNotebook()
  const [open, setOpen] = useState(false)
  const shown = useSession(session, (view) => view.user !== null && !view.playground)
  const title = useSession(session, (view) => view.title)
  const changes = useSession(session, (view) => view.accessChanges)
  if (!shown) return null
  return (
    <>
      <Button variant="primary" size="small" icon="people" className="n-share" aria-label={t("share.button")}
        onPress={() => setOpen(true)}>{t("share.button")}</Button>
      {open && (
        <Share api={api} user={user} id={id} title={title} changes={changes} onClose={() => setOpen(false)}
          onLeave={() => navigate(listHref)} />
      )}
    </>
  )
}
