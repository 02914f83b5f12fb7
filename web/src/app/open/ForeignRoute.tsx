import { useEffect, useState, type JSX } from "react"
import type { Api } from "../../sync/http"
import { OpeningApi } from "../../sync/opening_api"
import { Button } from "../../ui/Button"
import { Spinner } from "../../ui/Spinner"
import { language } from "../../words/language"
import { t } from "../../words/words"
import { errorText } from "../errors"
import { Message } from "../Message"
import { navigate } from "../router"
import { listHref, notebookHref, type Route } from "../routes"

interface ForeignRouteProps {
  readonly api: Api
  readonly route: Extract<Route, { page: "foreign" }>
}

/** The address of a notebook that is in no Drive here: makes a playground of it, and goes there. */
export function ForeignRoute({ api, route }: ForeignRouteProps): JSX.Element {
  const [error, setError] = useState<string | null>(null)
  const { from, path } = route
  useEffect(() => {
    let gone = false
    api.part(OpeningApi).play({ from, path }, language()).then(
      (id) => {
        if (!gone) navigate(notebookHref(id), "replace")
      },
      (failure: unknown) => {
        if (!gone) setError(errorText(failure))
      })
    return () => {
      gone = true
    }
  }, [api, from, path])
  if (error === null) return <Message title=""><Spinner size={28} label={t("open.opening")} /></Message>
  return (
    <Message title={t("open.failed")}>
      <p>{error}</p>
      <Button variant="primary" onPress={() => navigate(listHref, "replace")}>{t("open.back")}</Button>
    </Message>
  )
}
