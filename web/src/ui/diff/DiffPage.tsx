import "./diff.css"
import { useState, type JSX } from "react"
import { FileTrigger } from "react-aria-components"
import type { NotebookDiff } from "../../model/revision_diff"
import type { NotebookId } from "../../wire/ids"
import type { JsonObject } from "../../wire/json"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { AccountMenu } from "../AccountMenu"
import { Button, IconButton } from "../Button"
import { Tick } from "../Choice"
import type { Layout, LoadOutputs } from "../history/CellDiff"
import { DiffText } from "../history/DiffText"
import { NotebookDiffView } from "../history/NotebookDiffView"
import { Logo } from "../icons"
import { Menu } from "../Menu"
import { Segments } from "../Segments"
import { Spinner } from "../Spinner"
import { TextField } from "../TextField"

type SideName = "a" | "b"

export interface Side {
  readonly address: string
  readonly title: string
  readonly error: string | null
  readonly loading: boolean
  /** The notebook has come. */
  readonly there: boolean
}

interface Both {
  readonly diff: NotebookDiff
  readonly metadata: { readonly before: JsonObject; readonly after: JsonObject }
  readonly raw: { readonly before: string; readonly after: string }
  readonly load: LoadOutputs
  readonly notebook: NotebookId
}

interface DiffPageProps {
  readonly user: { readonly email: string; readonly name: string }
  /** To choose from. */
  readonly notebooks: readonly { readonly id: string; readonly title: string }[]
  readonly sides: Readonly<Record<SideName, Side>>
  /** Null until both have come. */
  readonly both: Both | null
  readonly onAddress: (side: SideName, address: string) => void
  readonly onFile: (side: SideName, file: File) => void
  readonly onSwap: () => void
}

/** A page of its own that compares two notebooks. */
export function DiffPage(props: DiffPageProps): JSX.Element {
  useLanguage()
  const { both, sides } = props
  const [layout, setLayout] = useState<Layout>("side")
  const [raw, setRaw] = useState(false)
  return (
    <div className="compare-page">
      <header className="compare-bar">
        <a className="c-brand" href="/"><Logo /><span>{t("app.name")}</span></a>
        <h1>{t("compare.title")}</h1>
        <AccountMenu user={props.user} />
      </header>
      <main className="compare-main">
        <div className="compare-sides">
          <Picker {...props} side="a" label={t("compare.before")} />
          <IconButton className="compare-swap" icon="redo" label={t("compare.swap")} onPress={props.onSwap} />
          <Picker {...props} side="b" label={t("compare.after")} />
        </div>
        <div className="compare-look">
          <Segments label={t("revisions.layout")} chosen={layout} onChange={setLayout} options={[
            { id: "side", label: t("revisions.side") }, { id: "inline", label: t("revisions.inline") },
          ]} />
          <Tick label={t("compare.raw")} isSelected={raw} onChange={setRaw} />
        </div>
        {both === null
          ? <p className="h-nothing" role="status">{t(sides.a.loading || sides.b.loading ? "app.loading" : "compare.choose")}</p>
          : raw ? <DiffText key="raw" layout={layout} before={both.raw.before} after={both.raw.after} cellType={null} />
            : (
              <NotebookDiffView diff={both.diff} plain={false} metadata={both.metadata} layout={layout}
                notebookId={both.notebook} loadOutputs={both.load} />
            )}
      </main>
    </div>
  )
}

interface PickerProps extends Pick<DiffPageProps, "sides" | "notebooks" | "onAddress" | "onFile"> {
  readonly side: SideName
  readonly label: string
}

/** One of the two: an address, one of one's own, or a file of this computer. */
function Picker({ side, label, sides, notebooks, onAddress, onFile }: PickerProps): JSX.Element {
  const { address, title, error, loading, there } = sides[side]
  const [typed, setTyped] = useState<string | null>(null)
  const shown = typed ?? address
  const send = (): void => {
    if (typed !== null && typed !== address) onAddress(side, typed)
    setTyped(null)
  }
  return (
    <form className="compare-side" aria-label={label} onSubmit={(event) => {
      event.preventDefault()
      send()
    }}>
      <div className="compare-side-line">
        <TextField className="compare-address" label={label} placeholder={t("compare.address")} value={shown}
          error={error ?? undefined} onChange={setTyped} onBlur={send} />
        <Menu label={t("compare.pick")} placement="bottom end" items={notebooks.map(({ id, title: name }) => ({ id, label: name, icon: "notebook" }))}
          onAction={(id) => onAddress(side, `/notebooks/${id}`)}
          trigger={<Button icon="notebook" isDisabled={notebooks.length === 0}>{t("compare.pick")}</Button>} />
        <FileTrigger acceptedFileTypes={[".ipynb"]} onSelect={(files) => {
          const [file] = Array.from(files ?? [])
          if (file) onFile(side, file)
        }}>
          <Button icon="upload">{t("compare.file")}</Button>
        </FileTrigger>
      </div>
      <p className="compare-title">{loading ? <Spinner size={16} label={t("app.loading")} /> : there ? title : ""}</p>
    </form>
  )
}
