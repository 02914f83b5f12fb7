import type { JSX } from "react"
import { Spinner } from "../ui/Spinner"
import { t } from "../words/words"
import { Message } from "./Message"

export function Waiting(): JSX.Element {
  return <Message title=""><Spinner label={t("app.loading")} size={28} /></Message>
}
