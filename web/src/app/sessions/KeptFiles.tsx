import { useCallback, useEffect, useState, type JSX } from "react"
import type { Api } from "../../sync/http"
import { runtimeFilesUrl } from "../../sync/runtimes_api"
import { Button } from "../../ui/Button"
import { Icon } from "../../ui/icons"
import type { RuntimeFiles } from "../../wire/api"
import { formatBytes, formatMoment, t } from "../../words/words"
import { orToast } from "../errors"
import { endingWords } from "../notebook/lease_notices"

/** What runtimes that have ended have left of one's own; nothing when that is nothing. */
export function KeptFiles({ api }: { readonly api: Api }): JSX.Element | null {
  const [all, setAll] = useState<readonly RuntimeFiles[]>([])
  const reload = useCallback(() => api.runtimes.files().then(setAll, () => undefined), [api])
  useEffect(() => void reload(), [reload])
  if (all.length === 0) return null
  return (
    <section aria-label={t("kept.title")}>
      <h3>{t("kept.title")}</h3>
      <p>{t("kept.text")}</p>
      <ul className="c-rows" aria-label={t("kept.title")}>
        {all.map((files) => (
          <Row key={files.runtime} files={files}
            onDiscard={() => void orToast(api.runtimes.discardFiles(files.runtime)).then(reload)} />
        ))}
      </ul>
    </section>
  )
}

function Row({ files, onDiscard }: { readonly files: RuntimeFiles; readonly onDiscard: () => void }): JSX.Element {
  const facts = [
    t("kept.ended", { when: formatMoment(files.ended_ms), why: endingWords({ reason: files.reason, detail: "" }) }),
    t("kept.until", { when: formatMoment(files.until_ms) }),
  ]
  return (
    <li className="c-row">
      <Icon name="folder" size={20} />
      <div className="c-row-words">
        <strong>{files.title}</strong>
        <span>{facts.join(" · ")}</span>
      </div>
      <a className="c-button c-button-quiet c-button-small" href={runtimeFilesUrl(files.runtime)} download
        aria-label={t("kept.download_label", { title: files.title })}>
        <Icon name="download" size={16} />
        <span className="c-button-words">{formatBytes(files.bytes)}</span>
      </a>
      <Button size="small" icon="trash" onPress={onDiscard}
        aria-label={t("kept.discard_label", { title: files.title })}>{t("kept.discard")}</Button>
    </li>
  )
}
