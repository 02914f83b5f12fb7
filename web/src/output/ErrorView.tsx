import { useEffect, useLayoutEffect, useRef, type JSX } from "react"
import type { ErrorOutput } from "../wire/output"
import { useLanguage } from "../words/use_language"
import { t } from "../words/words"
import { useOutputActions } from "./output_actions"
import { ScrollBox } from "./ScrollBox"
import { TerminalText } from "./TerminalText"
import { linkCellLines, missingPackage } from "./traceback"

/**
 * An exception: its traceback in colour, or only its name and words when there is none. Lines of cells
 * in it lead there, and a package that is missing can be installed.
 */
export function ErrorView({ output }: { readonly output: ErrorOutput }): JSX.Element {
  const spoken = useLanguage()
  const actions = useOutputActions()
  const place = useRef<HTMLDivElement>(null)
  const traceback = output.traceback.join("\n")
  const words = output.evalue === "" ? output.ename : `${output.ename}: ${output.evalue}`
  const text = traceback.trim() === "" ? words : traceback
  const latest = useRef(actions)
  useEffect(() => {
    latest.current = actions
  })
  const linked = actions !== null
  useLayoutEffect(() => {
    if (!place.current || !linked) return
    linkCellLines(place.current, (line) => t("outputs.to_line", { line }),
      (count, line) => latest.current?.toCellLine(count, line))
  }, [text, linked])
  const missing = missingPackage(output.ename, output.evalue)
  const install = actions?.install
  return (
    <div className="o-error">
      <ScrollBox running={false}>
        <div ref={place}><TerminalText key={`${spoken} ${text}`} text={text} /></div>
      </ScrollBox>
      {missing !== null && install &&
        <div className="o-note-row o-missing">
          <span>{t("outputs.missing", { name: missing })}</span>
          <button type="button" className="o-button" onClick={() => install(missing)}>
            {t("outputs.install", { name: missing })}
          </button>
        </div>}
    </div>
  )
}
