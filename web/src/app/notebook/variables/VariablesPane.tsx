import "./variables.css"
import { useCallback, useEffect, useState, type JSX } from "react"
import { parseTable, type DataTable } from "../../../model/data_table"
import { highestCount, isWorking } from "../../../model/notebook_state"
import { filtered, parseVariables, type Variable, type Variables } from "../../../model/variables"
import { InteractiveTable } from "../../../output/InteractiveTable"
import { IconButton } from "../../../ui/Button"
import { FullWindow } from "../../../ui/FullWindow"
import { showToast } from "../../../ui/toast"
import { member } from "../../../wire/json"
import { t } from "../../../words/words"
import { useNotebook, useSession } from "../context"

/** What the kernel's user namespace holds, told anew after each run, beside the notebook. */
export function VariablesPane(): JSX.Element {
  const { session } = useNotebook()
  const connected = useSession(session, (view) => view.lease?.state === "ready" && view.lease.kernel.state !== "dead")
  const working = useSession(session, (view) => isWorking(view.state, view.inUse))
  const idle = useSession(session, (view) => view.lease?.kernel.state === "idle")
  // A quick run begins and ends between two looks at the state: then its number tells of it.
  const count = useSession(session, (view) => highestCount(view.state))
  const [known, setKnown] = useState<Variables | "none" | null>(null)
  const [filter, setFilter] = useState("")
  const [shown, setShown] = useState<{ readonly name: string; readonly table: DataTable } | null>(null)
  const refresh = useCallback(async () => {
    const answer = await session.comms.ask("variables")
    setKnown((answer && parseVariables(answer)) ?? "none")
  }, [session])
  useEffect(() => {
    // While cells run the kernel could not answer: the list stays as it was.
    if (connected && idle && !working) void refresh()
    if (!connected) setKnown(null)
  }, [connected, idle, working, count, refresh])
  const open = async (name: string): Promise<void> => {
    const answer = await session.comms.ask("table", { name })
    const sent = answer ? member(answer, "table") : undefined
    const table = sent === undefined ? null : parseTable(sent)
    if (table) setShown({ name, table })
    else showToast({ text: t("variables.no_table", { name }), level: "warning" })
  }
  return (
    <>
      <div className="v-head">
        <input type="search" className="v-filter" value={filter} placeholder={t("variables.filter")}
          aria-label={t("variables.filter")} onChange={(event) => setFilter(event.target.value)} />
        <IconButton icon="refresh" size={18} label={t("variables.refresh")} isDisabled={!connected || working}
          onPress={() => void refresh()} />
      </div>
      <Body known={known} connected={connected} filter={filter} onOpen={(name) => void open(name)} />
      {shown &&
        <FullWindow title={shown.name} subject="" onClose={() => setShown(null)}>
          <div className="v-table"><InteractiveTable table={shown.table} onPlain={null} /></div>
        </FullWindow>}
    </>
  )
}

interface BodyProps {
  readonly known: Variables | "none" | null
  readonly connected: boolean
  readonly filter: string
  readonly onOpen: (name: string) => void
}

function Body({ known, connected, filter, onOpen }: BodyProps): JSX.Element {
  if (!connected) return <p className="v-none">{t("variables.no_kernel")}</p>
  if (known === null) return <p className="v-none">{t("variables.waiting")}</p>
  if (known === "none") return <p className="v-none">{t("variables.no_answer")}</p>
  const list = filtered(known.list, filter)
  if (list.length === 0) return <p className="v-none">{t(known.list.length === 0 ? "variables.empty" : "variables.no_match")}</p>
  return (
    <div className="v-list">
      <table>
        <thead>
          <tr>
            <th scope="col">{t("variables.name")}</th><th scope="col">{t("variables.type")}</th>
            <th scope="col">{t("variables.shape")}</th><th scope="col">{t("variables.value")}</th>
          </tr>
        </thead>
        <tbody>{list.map((variable) => <Row key={variable.name} variable={variable} onOpen={onOpen} />)}</tbody>
      </table>
      {known.more && <p className="v-none">{t("variables.more")}</p>}
    </div>
  )
}

function Row({ variable, onOpen }: { readonly variable: Variable; readonly onOpen: (name: string) => void }): JSX.Element {
  const { name, type, shape, value, isTable } = variable
  return (
    <tr>
      <th scope="row" title={name}>
        {isTable ? <button type="button" className="v-open" title={t("variables.view", { name })} onClick={() => onOpen(name)}>{name}</button>
          : name}
      </th>
      <td title={type}>{type}</td><td title={shape}>{shape}</td><td title={value}>{value}</td>
    </tr>
  )
}
