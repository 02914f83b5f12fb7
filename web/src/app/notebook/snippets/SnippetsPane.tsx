import "./snippets.css"
import { useEffect, useRef, useState, useSyncExternalStore, type JSX } from "react"
import { fuzzy } from "../../../model/fuzzy"
import type { Snippet } from "../../../model/snippets"
import { OpeningApi } from "../../../sync/opening_api"
import { Button, IconButton } from "../../../ui/Button"
import { Spinner } from "../../../ui/Spinner"
import { TextField } from "../../../ui/TextField"
import { t } from "../../../words/words"
import { useFrame, useNotebook, useSession } from "../context"
import type { PaneProps } from "../layout/rail_panes"
import { SnippetCode } from "./SnippetCode"
import { addSource, removeSource, sources, subscribeSources, useSnippets } from "./sources"

/** Pieces of code to put into the notebook: found by words, looked at, inserted. */
export function SnippetsPane({ api }: PaneProps): JSX.Element {
  const { session, commands } = useNotebook()
  const writable = useSession(session, (view) => view.writable && view.state !== null)
  const own = useSyncExternalStore(subscribeSources, sources)
  const [opening] = useState(() => api.part(OpeningApi))
  const { snippets, problems, loading } = useSnippets(opening, own)
  const [query, setQuery] = useState("")
  const [chosen, setChosen] = useState<string | null>(null)
  const frame = useRef<HTMLDivElement>(null)
  const asked = useFrame((view) => view.asked)
  useEffect(() => {
    // A pane that was open when the page was left takes no keyboard.
    if (asked > 0) frame.current?.querySelector("input")?.focus()
  }, [asked])
  const found = matching(snippets, query)
  const shown = found.find(({ id }) => id === chosen) ?? null
  const insert = ({ code }: Snippet): void => {
    if (writable) commands.insertBelowFocus("code", code)
  }
  return (
    <div className="n-snippets" ref={frame}>
      <TextField label={t("snippets.search")} hideLabel placeholder={t("snippets.search")} type="search" value={query} onChange={setQuery} />
      {loading && <Spinner label={t("app.loading")} />}
      {!loading && found.length === 0 && <p className="n-pane-none">{t("snippets.none")}</p>}
      <ul className="n-snippets-list" aria-label={t("menu.snippets")}>
        {found.map((snippet) => (
          <li key={snippet.id}>
            <button type="button" aria-pressed={snippet.id === chosen} onClick={() => setChosen(snippet.id === chosen ? null : snippet.id)}
              onDoubleClick={() => insert(snippet)}>{snippet.title}</button>
          </li>
        ))}
      </ul>
      {shown && (
        <section className="n-snippet" aria-label={shown.title}>
          <div className="n-snippet-head">
            <h3>{shown.title}</h3>
            <Button size="small" variant="primary" icon="add" isDisabled={!writable} onPress={() => insert(shown)}>{t("snippets.insert")}</Button>
          </div>
          <SnippetCode code={shown.code} />
        </section>
      )}
      <Own own={own} problems={problems} />
    </div>
  )
}

function matching(snippets: readonly Snippet[], query: string): readonly Snippet[] {
  if (query.trim() === "") return snippets
  const inCode = (code: string): number => code.toLowerCase().includes(query.trim().toLowerCase()) ? 1 : 0
  return snippets
    .map((snippet) => ({ snippet, score: fuzzy(query, snippet.title)?.score ?? inCode(snippet.code) }))
    .filter(({ score }) => score > 0).sort((a, b) => b.score - a.score).map(({ snippet }) => snippet)
}

interface OwnProps {
  readonly own: readonly string[]
  readonly problems: ReadonlyMap<string, string>
}

/** Notebooks whose code cells are snippets too. */
function Own({ own, problems }: OwnProps): JSX.Element {
  const [address, setAddress] = useState("")
  return (
    <details className="n-snippets-own">
      <summary>{t("snippets.own")}</summary>
      <p>{t("snippets.own_text")}</p>
      <ul>
        {own.map((each) => (
          <li key={each}>
            <span>{each}{problems.has(each) && <b role="alert">{problems.get(each)}</b>}</span>
            <IconButton icon="close" size={16} label={t("snippets.remove", { address: each })} onPress={() => removeSource(each)} />
          </li>
        ))}
      </ul>
      <form onSubmit={(event) => {
        event.preventDefault()
        if (address.trim() !== "") addSource(address.trim())
        setAddress("")
      }}>
        <TextField label={t("snippets.address")} hideLabel placeholder={t("snippets.address")} value={address} onChange={setAddress} />
        <Button type="submit" size="small" icon="add">{t("snippets.add")}</Button>
      </form>
    </details>
  )
}
