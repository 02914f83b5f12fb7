import { useEffect, useState, type JSX } from "react"
import type { Api } from "../../sync/http"
import { PortsApi } from "../../sync/ports_api"
import { Button } from "../../ui/Button"
import { Spinner } from "../../ui/Spinner"
import { t } from "../../words/words"
import { enterPort } from "../enter_port"
import { errorText } from "../errors"
import { Message } from "../Message"
import { navigate } from "../router"
import { listHref, type Route } from "../routes"

interface PortRouteProps {
  readonly api: Api
  readonly route: Extract<Route, { page: "port" }>
}

/** Somebody came by the address of a program in a runtime: lets them in there, if it is theirs. */
export function PortRoute({ api, route: { label, path } }: PortRouteProps): JSX.Element {
  const [error, setError] = useState<string | null>(null)
  useEffect(() => {
    let gone = false
    api.part(PortsApi).openNamed(label).then(
      (entrance) => {
        if (!gone) enterPort(entrance, path, "_self")
      },
      (failure: unknown) => {
        if (!gone) setError(errorText(failure))
      })
    return () => {
      gone = true
    }
  }, [api, label, path])
  if (error === null) return <Message title=""><Spinner size={28} label={t("open.opening")} /></Message>
  return (
    <Message title={t("open.port_failed")}>
      <p>{error}</p>
      <Button variant="primary" onPress={() => navigate(listHref, "replace")}>{t("open.back")}</Button>
    </Message>
  )
}
