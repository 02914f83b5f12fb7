import { useState, type JSX } from "react"
import type { UrlProblem } from "../../model/jupyter_url"
import type { LocalView } from "../../sync/local_runtime"
import { t, type WordKey } from "../../words/words"
import { Button } from "../Button"
import { Dialog } from "../Dialog"
import { Icon } from "../icons"
import { Pick } from "../Pick"
import { TextField } from "../TextField"

interface LocalRuntimeDialogProps {
  /** Starts a server that this page may reach. */
  readonly command: string
  readonly view: LocalView
  readonly badUrl: UrlProblem | null
  /** Another runtime is being ended first. */
  readonly waiting: boolean
  readonly onLook: (url: string) => void
  readonly onChangeUrl: () => void
  readonly onConnect: (kernel: string) => void
  readonly onClose: () => void
}

const urlProblems: Readonly<Record<UrlProblem, WordKey>> = {
  no_url: "local.problem.no_url", mixed: "local.problem.mixed", user_info: "local.problem.user_info",
}

function problemWords({ problem }: LocalView): string | undefined {
  switch (problem?.kind) {
    case undefined: return undefined
    case "unreachable": return t("local.problem.unreachable")
    case "not_allowed": return t("local.problem.not_allowed")
    case "refused": return t("local.problem.refused")
    case "not_jupyter": return t("local.problem.not_jupyter", { detail: problem.detail })
    case "no_kernels": return t("local.problem.no_kernels")
    case "kernel": return t("local.problem.kernel", { detail: problem.detail })
    case "colibri": return t("local.problem.colibri", { detail: problem.detail })
  }
}

function CopyButton({ value }: { readonly value: string }): JSX.Element {
  const [copied, setCopied] = useState(false)
  return (
    <Button icon={copied ? "check" : "copy"} onPress={() => {
      // Where that is not allowed it can be selected and copied by hand.
      navigator.clipboard.writeText(value).then(() => setCopied(true), () => setCopied(false))
    }}>{t(copied ? "action.copied" : "action.copy")}</Button>
  )
}

/** Asks for the address of a Jupyter server, then for one of its kernels. */
export function LocalRuntimeDialog(props: LocalRuntimeDialogProps): JSX.Element {
  const { view, badUrl } = props
  const [url, setUrl] = useState("")
  const [chosen, setChosen] = useState<string | null>(null)
  const found = view.kernels.length > 0
  const busy = view.looking || view.phase === "starting" || props.waiting
  const kernel = view.kernels.find(({ name }) => name === (chosen ?? view.chosen)) ?? view.kernels[0]
  const problem = badUrl ? t(urlProblems[badUrl]) : problemWords(view)
  const go = (): void => {
    if (busy) return
    if (found && kernel) props.onConnect(kernel.name)
    else props.onLook(url)
  }
  return (
    <Dialog isOpen title={t("local.title")} onClose={props.onClose} size="large" footer={
      <>
        <Button variant="plain" onPress={props.onClose}>{t("action.cancel")}</Button>
        <Button variant="primary" pending={busy} isDisabled={url.trim() === ""} onPress={go}>
          {t(found ? "local.connect" : "local.next")}
        </Button>
      </>
    }>
      <form className="r-local" onSubmit={(event) => {
        event.preventDefault()
        go()
      }}>
        <p className="c-hint">{t("local.intro")}</p>
        <div className="r-local-step">
          <span className="c-field-label">{t("local.command")}</span>
          <div className="r-local-command">
            <code>{props.command.split(" ").map((word) => <span key={word}>{word} </span>)}</code>
            <CopyButton value={props.command} />
          </div>
          <p className="c-hint">{t("local.command_hint")}</p>
        </div>
        <TextField label={t("local.url")} value={url} placeholder="http://localhost:8888/?token=…" autoFocus
          autoComplete="off" isDisabled={busy} description={t("local.url_hint")} error={problem} onChange={(text) => {
            setUrl(text)
            if (found || problem !== undefined) props.onChangeUrl()
          }} />
        {found && kernel && (
          <div className="r-pick">
            <span className="c-field-label">{t("local.kernel")}</span>
            <Pick placement="bottom start" label={t("local.kernel")} chosen={kernel.display_name} isDisabled={busy} onPick={setChosen}
              items={view.kernels.map(({ name, display_name }) => ({ id: name, label: display_name, isChosen: name === kernel.name }))} />
          </div>
        )}
        <p className="c-note"><Icon name="warning" size={18} /><span>{t("local.warning")}</span></p>
      </form>
    </Dialog>
  )
}
