import "./help.css"
import { useEffect, useRef, useSyncExternalStore, type JSX } from "react"
import { MarkdownView } from "../../../output/MarkdownView"
import { Spinner } from "../../../ui/Spinner"
import { asObject, objectAt, optionalStringAt, parseJson, stringAt } from "../../../wire/json"
import { t } from "../../../words/words"
import { useNotebook } from "../context"
import type { TabProps } from "../tabs/tab_kinds"
import type { HelpShown } from "./help"

/** What is known about a name, to be read while one goes on writing. */
export function HelpTab({ onTitle }: TabProps): JSX.Element {
  const { help, tabs } = useNotebook()
  const shown = useSyncExternalStore(help.subscribe, () => help.view)
  const body = useRef<HTMLDivElement>(null)
  const name = shown?.name ?? ""
  useEffect(() => help.restore(readStored), [help])
  useEffect(() => {
    if (body.current) body.current.scrollTop = 0
    if (name !== "") onTitle(name.slice(0, 100))
    // Only when another name is shown.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [name])
  useEffect(() => () => {
    if (!tabs.has("help")) help.forget()
  }, [tabs, help])
  if (!shown) return <p className="n-help-none">{t("help.how")}</p>
  const { explanation } = shown
  return (
    <div className="n-help-body" ref={body} tabIndex={0} role="region" aria-label={name}>
      {explanation ? (
        <>
          {explanation.code !== "" && <MarkdownView source={`\`\`\`python\n${explanation.code}\n\`\`\``} />}
          {explanation.markdown !== "" && <MarkdownView source={explanation.markdown} />}
          {explanation.text !== "" && <pre className="n-help-text">{explanation.text}</pre>}
        </>
      ) : <Spinner label={t("help.waiting")} size={20} />}
    </div>
  )
}

function readStored(stored: string | null): HelpShown | null {
  if (stored === null) return null
  try {
    const value = asObject(parseJson(stored), "help")
    const told = objectAt(value, "explanation")
    return {
      name: stringAt(value, "name"),
      explanation: { code: optionalStringAt(told, "code"), markdown: optionalStringAt(told, "markdown"), text: optionalStringAt(told, "text") },
    }
  } catch {
    return null
  }
}
