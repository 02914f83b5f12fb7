import "../../ui/history/history.css"
import { useEffect, useState, type JSX } from "react"
import { asRevision } from "../../model/file_diff"
import { compareRevisions } from "../../model/revision_diff"
import type { Api } from "../../sync/http"
import { DiffPage, type Side } from "../../ui/diff/DiffPage"
import type { LoadOutputs } from "../../ui/history/CellDiff"
import { outputsOf } from "../../wire/ipynb"
import type { Me } from "../../wire/api"
import { notebookId } from "../../wire/ids"
import { t } from "../../words/words"
import { useSources, type Source } from "./sources"

interface DiffRouteProps {
  readonly api: Api
  readonly user: Me["user"]
}

const mostListed = 60

const asked = (name: string): string => new URLSearchParams(location.search).get(name) ?? ""

/** Two notebooks beside each other, by their addresses or as files of this computer. */
export function DiffRoute({ api, user }: DiffRouteProps): JSX.Element {
  const sources = useSources(api)
  const { a, b, choose } = sources
  const [list, setList] = useState<readonly { readonly id: string; readonly title: string }[]>([])
  useEffect(() => {
    document.title = `${t("compare.title")} – ${t("app.name")}`
    for (const side of ["a", "b"] as const) if (asked(side) !== "") choose(side, asked(side))
    api.notebooks().then((all) => setList(all.slice(0, mostListed)), () => undefined)
  }, [api, choose])
  useEffect(() => {
    const query = new URLSearchParams()
    for (const [side, { address }] of [["a", a], ["b", b]] as const) if (address !== "") query.set(side, address)
    history.replaceState(history.state, "", query.size === 0 ? "/diff" : `/diff?${query.toString()}`)
  }, [a, b])
  const both = a.file && b.file ? comparison(a, b) : null
  return (
    <DiffPage user={user} notebooks={list} both={both}
      sides={{ a: shownOf(a), b: shownOf(b) }}
      onAddress={(side, address) => sources.choose(side, address)}
      onFile={(side, file) => sources.take(side, file)}
      onSwap={sources.swap} />
  )
}

const shownOf = ({ address, title, error, loading, file }: Source): Side =>
  ({ address, title, error, loading, there: file !== null })

function comparison(a: Source, b: Source) {
  if (!a.file || !b.file) return null
  const before = asRevision("before", a.file)
  const after = asRevision("after", b.file)
  const load: LoadOutputs = (side, cell) => {
    const found = (side === "before" ? before : after).cells.get(cell.id)
    return Promise.resolve(found ? { outputs: outputsOf(found), execution_count: null, dropped_outputs: 0 } : null)
  }
  return {
    diff: compareRevisions(before.content, after.content), raw: { before: a.text, after: b.text },
    metadata: { before: before.content.metadata, after: after.content.metadata }, load,
    // What is large stands in the file itself: no output is asked for by a notebook's id.
    notebook: notebookId("none"),
  }
}
