import { useState, type JSX } from "react"
import { revisionFileUrl } from "../../sync/history_api"
import type { Api } from "../../sync/http"
import { FullWindow } from "../../ui/FullWindow"
import type { Layout, LoadOutputs } from "../../ui/history/CellDiff"
import { NotebookDiffView } from "../../ui/history/NotebookDiffView"
import { RevisionHead, type Against, type RevisionActions } from "../../ui/history/RevisionHead"
import { RevisionList } from "../../ui/history/RevisionList"
import { Spinner } from "../../ui/Spinner"
import { showToast } from "../../ui/toast"
import type { Revision } from "../../wire/history"
import type { NotebookId } from "../../wire/ids"
import { formatMoment, t } from "../../words/words"
import { errorText, orToast } from "../errors"
import { useNotebook, useSession } from "../notebook/context"
import { remember, remembered } from "../remembered"
import { navigate } from "../router"
import { notebookHref } from "../routes"
import { useCompared, useRevisions, type Compared, type Revisions } from "./revisions"
import { whenSent } from "./sent"

interface RevisionsWindowProps {
  readonly api: Api
  readonly onClose: () => void
  readonly onPin: () => void
}

const layoutKey = "colibri.diff_layout"

const rememberedLayout = (): Layout => remembered(layoutKey) === "side" ? "side" : "inline"

/** The notebook as it was: a list of revisions, and what changed in the chosen one. */
export function RevisionsWindow({ api, onClose, onPin }: RevisionsWindowProps): JSX.Element {
  const { session, id } = useNotebook()
  const title = useSession(session, (view) => view.title)
  const [namedOnly, setNamedOnly] = useState(false)
  const [picked, setPicked] = useState<number | null>(null)
  const [against, setAgainst] = useState<Against>("before")
  const [layout, setLayout] = useState(rememberedLayout)
  const list = useRevisions(api.history, id, namedOnly)
  const chosen = picked ?? (list.loading ? null : list.revisions[0]?.number ?? 0)
  const { compared, error } = useCompared(api.history, id, chosen, against)
  const revision = chosen === 0 ? compared?.after.revision
    : list.revisions.find(({ number }) => number === chosen)
  const actions = useActions(api, list, onClose, onPin)
  const problem = error ?? list.error
  return (
    <FullWindow title={t("revisions.title")} subject={title} onClose={onClose}>
      <div className="h-window">
        <main className="h-main" aria-label={t("diff.title")} aria-busy={compared === null && problem === null}>
          {revision && (
            <RevisionHead key={revision.number} revision={revision} against={against} layout={layout}
              onAgainst={setAgainst} actions={actions} onLayout={(next) => {
                setLayout(next)
                remember(layoutKey, next)
              }} />
          )}
          {problem !== null ? <p className="h-nothing" role="alert">{problem}</p>
            : compared === null ? <div className="h-waiting"><Spinner size={26} label={t("app.loading")} /></div>
              : <Cells compared={compared} layout={layout} api={api} />}
        </main>
        <RevisionList revisions={list.revisions} more={list.more} loading={list.loading} namedOnly={namedOnly}
          chosen={chosen ?? -1} onChoose={setPicked} onOlder={list.older}
          onNamedOnly={(only) => {
            setPicked(null)
            setNamedOnly(only)
          }} />
      </div>
    </FullWindow>
  )
}

interface CellsProps {
  readonly compared: Compared
  readonly layout: Layout
  readonly api: Api
}

function Cells({ compared, layout, api }: CellsProps): JSX.Element {
  const { session, id } = useNotebook()
  const { before, after, diff, plain } = compared
  const load: LoadOutputs = async (side, cell) => {
    if (cell.outputs === "") return null
    if ((side === "before" ? before : after).revision.number === 0) {
      return session.view.state?.cells.get(cell.id) ?? null // The server keeps no outputs of it by a hash.
    }
    try {
      return await api.history.outputs(id, cell.outputs)
    } catch (failure) {
      showToast({ text: errorText(failure), level: "error" })
      return null
    }
  }
  return (
    <>
      {plain && after.revision.number !== 0 && <p className="h-nothing">{t("revisions.first")}</p>}
      <NotebookDiffView key={`${before.revision.number} ${after.revision.number}`} diff={diff} plain={plain}
        metadata={{ before: before.metadata, after: after.metadata }} layout={layout} notebookId={id}
        loadOutputs={load} />
    </>
  )
}

/** In a tab of its own, opened at the press: later the browser would not let us. */
async function openCopy(api: Api, id: NotebookId, number: number): Promise<void> {
  const tab = window.open("about:blank", "_blank")
  if (tab) tab.opener = null
  try {
    const href = notebookHref(await api.history.copy(id, number))
    if (tab) tab.location.href = new URL(href, location.href).href
    else navigate(href)
  } catch (failure) {
    tab?.close()
    throw failure
  }
}

function useActions(api: Api, list: Revisions, onClose: () => void, onPin: () => void): RevisionActions {
  const { session, id } = useNotebook()
  const restore = async (number: number): Promise<void> => {
    await whenSent(session)
    await api.history.restore(id, number)
  }
  return {
    restore: ({ number, time_ms }: Revision) => orToast(restore(number).then(() => {
      showToast({ text: t("revisions.restored", { when: formatMoment(time_ms) }), level: "success" })
      onClose()
    })),
    copy: ({ number }) => orToast(openCopy(api, id, number)),
    setPinned: ({ number }, pinned) =>
      orToast(api.history.change(id, number, { pinned }).then(() => list.reload())),
    rename: async ({ number }, name) => {
      try {
        await api.history.change(id, number, { name })
        await list.reload()
        return null
      } catch (failure) {
        return errorText(failure)
      }
    },
    pinNow: onPin,
    fileUrl: ({ number }) => revisionFileUrl(id, number),
  }
}
