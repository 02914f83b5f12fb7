import "./help.css"
import { useEffect, useRef, type JSX } from "react"
import { MarkdownView } from "../../../output/MarkdownView"
import { IconButton } from "../../../ui/Button"
import { Spinner } from "../../../ui/Spinner"
import { t } from "../../../words/words"
import { useNotebook } from "../context"
import type { HelpShown } from "./help"

/** What is known about a name, to be read while one goes on writing. */
export function HelpPane({ shown: { name, explanation } }: { readonly shown: HelpShown }): JSX.Element {
  const { help } = useNotebook()
  const body = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (body.current) body.current.scrollTop = 0
  }, [name])
  return (
    <aside className="n-help" aria-label={t("help.title")}>
      <div className="n-help-bar">
        <h2 className="n-help-name">{name}</h2>
        <IconButton icon="close" size={18} label={t("help.close")} onPress={help.close} />
      </div>
      <div className="n-help-body" ref={body} tabIndex={0} role="region" aria-label={name}>
        {explanation ? (
          <>
            {explanation.code !== "" && <MarkdownView source={`\`\`\`python\n${explanation.code}\n\`\`\``} />}
            {explanation.markdown !== "" && <MarkdownView source={explanation.markdown} />}
            {explanation.text !== "" && <pre className="n-help-text">{explanation.text}</pre>}
          </>
        ) : <Spinner label={t("help.waiting")} size={20} />}
      </div>
    </aside>
  )
}
