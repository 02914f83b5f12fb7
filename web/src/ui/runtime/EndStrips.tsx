import type { JSX } from "react"
import { formatBytes, formatMoment, t } from "../../words/words"
import { Button } from "../Button"
import { Icon } from "../icons"
import { countdownText } from "./words"

interface EndingStripProps {
  /** Whether it ends because nobody uses it, else because its life is over. */
  readonly idle: boolean
  readonly left_ms: number
  /** It may be extended; `theirs`: by somebody else, whose runtime it is. */
  readonly keep: boolean | "theirs"
  readonly onKeep: () => void
}

/** The runtime ends soon. */
export function EndingStrip({ idle, left_ms, keep, onKeep }: EndingStripProps): JSX.Element {
  const time = countdownText(left_ms)
  return (
    <section className="r-strip r-ending" aria-label={t("ending.label")}>
      <Icon name="error" size={20} />
      <div className="r-strip-words">
        <p role="timer" aria-live="off"><strong>{t(idle ? "ending.idle" : "ending.life", { time })}</strong></p>
        {keep !== true && <p>{t(keep === "theirs" ? "ending.theirs" : "ending.not_kept")}</p>}
      </div>
      {keep === true && (
        <div className="r-strip-acts">
          <Button variant="primary" size="small" onPress={onKeep}>{t("ending.keep")}</Button>
        </div>
      )}
    </section>
  )
}

interface EndedStripProps {
  /** Why; empty: somebody wanted it. */
  readonly why: string
  readonly files: { readonly href: string; readonly bytes: number; readonly until_ms: number } | null
  readonly onDiscard: () => void
  readonly onReconnect: () => void
  readonly onDismiss: () => void
}

/** The runtime has ended: why, how to go on, and its files while they can be had. */
export function EndedStrip({ why, files, onDiscard, onReconnect, onDismiss }: EndedStripProps): JSX.Element {
  return (
    <section className="r-strip r-ended" aria-label={t("ended.label")}>
      <Icon name="info" size={20} />
      <div className="r-strip-words">
        <p role="status"><strong>{why === "" ? t("ended.plain") : t("ended.text", { why })}</strong></p>
        {files && <p>{t("ended.until", { time: formatMoment(files.until_ms) })}</p>}
      </div>
      <div className="r-strip-acts">
        <Button size="small" icon="connect" onPress={onReconnect}>{t("runtime.reconnect")}</Button>
        {files && (
          <a className="c-button c-button-quiet c-button-small" href={files.href} download>
            <Icon name="download" size={16} />
            <span className="c-button-words">{t("ended.files", { size: formatBytes(files.bytes) })}</span>
          </a>
        )}
        {files && <Button variant="plain" size="small" onPress={onDiscard}>{t("ended.discard")}</Button>}
        <Button variant="plain" size="small" onPress={onDismiss}>{t("ended.dismiss")}</Button>
      </div>
    </section>
  )
}
