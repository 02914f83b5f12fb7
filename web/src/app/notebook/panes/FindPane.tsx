import "./panes.css"
import { useEffect, useRef, useState, useSyncExternalStore, type JSX } from "react"
import { Button, IconButton } from "../../../ui/Button"
import { TextField } from "../../../ui/TextField"
import { Tick } from "../../../ui/Choice"
import { formatNumber, t, tn } from "../../../words/words"
import { useFrame, useNotebook, useSession } from "../context"
import type { PaneProps } from "../layout/rail_panes"
import { shortcutOf } from "../registry/key_settings"

/** Looks for words in all cells, and replaces them. */
export function FindPane(_: PaneProps): JSX.Element {
  const { finding, focus, session } = useNotebook()
  const { query, replacement, valid, matches, at } = useSyncExternalStore(finding.subscribe, () => finding.view)
  const writable = useSession(session, (view) => view.writable)
  const [told, setTold] = useState("")
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => finding.open(), [finding])
  const asked = useFrame((view) => view.asked)
  useEffect(() => {
    // A pane that was open when the page was left takes no keyboard.
    if (asked === 0) return
    const field = form.current?.querySelector("input")
    field?.focus()
    field?.select()
  }, [asked])
  const step = (by: 1 | -1): void => finding.step(by, focus.view.cell ?? undefined)
  const none = matches.length === 0
  return (
    <form ref={form} className="n-find" role="search" onSubmit={(event) => event.preventDefault()} onKeyDown={(event) => {
      if (event.key !== "Enter" || event.nativeEvent.isComposing || !(event.target instanceof HTMLInputElement)) return
      event.preventDefault()
      step(event.shiftKey ? -1 : 1)
    }}>
      <TextField label={t("find.text")} value={query.text} error={valid ? undefined : t("find.invalid")}
        onChange={(text) => {
          setTold("")
          finding.ask({ text })
        }} />
      <div className="n-find-options">
        <Tick label={t("find.match_case")} isSelected={query.matchCase} onChange={(matchCase) => finding.ask({ matchCase })} />
        <Tick label={t("find.whole_word")} isSelected={query.wholeWord} onChange={(wholeWord) => finding.ask({ wholeWord })} />
        <Tick label={t("find.regex")} isSelected={query.regex} onChange={(regex) => finding.ask({ regex })} />
      </div>
      <div className="n-find-line">
        <p className="n-find-count" role="status">
          {told !== "" ? told : query.text === "" || !valid ? "" : none ? t("find.none")
            : at < 0 ? tn("find.count", matches.length)
              : t("find.at", { at: formatNumber(at + 1), count: formatNumber(matches.length) })}
        </p>
        <IconButton icon="chevron_up" size={18} label={t("menu.find_previous")} shortcut={shortcutOf("find_previous")}
          isDisabled={none} onPress={() => step(-1)} />
        <IconButton icon="chevron_down" size={18} label={t("menu.find_next")} shortcut={shortcutOf("find_next")}
          isDisabled={none} onPress={() => step(1)} />
      </div>
      <TextField label={t("find.replacement")} value={replacement} isDisabled={!writable}
        onChange={(text) => finding.replaceBy(text)} />
      <div className="n-find-line">
        <Button size="small" isDisabled={!writable || none} onPress={() => finding.replace()}>{t("find.replace")}</Button>
        <Button size="small" isDisabled={!writable || none}
          onPress={() => setTold(tn("find.replaced", finding.replaceAll()))}>{t("find.replace_all")}</Button>
      </div>
    </form>
  )
}
