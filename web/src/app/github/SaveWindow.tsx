import { useState, type JSX } from "react"
import { GitHubApi, type FileDraft, type GistDraft } from "../../sync/github_api"
import { ApiError, type Api } from "../../sync/http"
import { Button } from "../../ui/Button"
import { Dialog } from "../../ui/Dialog"
import { FormError } from "../../ui/account/forms"
import { ConnectForm } from "../../ui/github/ConnectForm"
import { FileForm } from "../../ui/github/FileForm"
import { GistForm } from "../../ui/github/GistForm"
import { Spinner } from "../../ui/Spinner"
import { whatIsThere, type GitHubAccount, type GitHubConnection, type GitHubPlace, type OwnRepository } from "../../wire/github"
import type { NotebookId } from "../../wire/ids"
import { tg } from "../../words/github_words"
import { serverWords } from "../../words/server_sentences"
import { t } from "../../words/words"
import { useLoaded } from "../account/loaded"
import { errorText } from "../errors"
import { refusalOf } from "../sign_in"
import { signInAtGitHub } from "./sign_in"

interface SaveWindowProps {
  readonly api: Api
  readonly id: NotebookId
  readonly as: "copy_github" | "copy_gist"
  readonly onClose: () => void
}

interface Found {
  readonly connection: GitHubConnection
  /** Null when GitHub is switched off. */
  readonly place: GitHubPlace | null
  /** That the person may write to. */
  readonly repositories: readonly OwnRepository[]
}

async function look(hub: GitHubApi, { id, as }: SaveWindowProps): Promise<Found> {
  const connection = await hub.connection()
  if (!connection.enabled) return { connection, place: null, repositories: [] }
  const [place, all] = await Promise.all([
    hub.place(id), connection.account && as === "copy_github" ? hub.ownRepositories() : [],
  ])
  return { connection, place, repositories: all.filter((each) => each.may_write) }
}

/** Puts the notebook into a repository or a gist of the person, once they are connected to GitHub. */
export function SaveWindow(props: SaveWindowProps): JSX.Element {
  const { api, as, onClose } = props
  const [hub] = useState(() => api.part(GitHubApi))
  const { value, error, reload } = useLoaded(() => look(hub, props))
  const title = tg(as === "copy_gist" ? "save.gist_title" : "save.file_title")
  const place = value?.place
  const account = value?.connection.account
  if (value && place && account) return <Saving {...props} hub={hub} title={title} found={value} place={place} account={account} />
  const inside = (): JSX.Element => {
    if (error !== null) return <FormError>{error}</FormError>
    if (!value) return <div className="g-wait"><Spinner size={24} label={t("app.loading")} /></div>
    if (!value.connection.enabled) return <p>{tg("connect.disabled")}</p>
    return (
      <ConnectForm web={value.connection.web} oauth={value.connection.oauth} onSignIn={() => signInAtGitHub(hub)}
        onToken={(token) => refusalOf(hub.connect(token).then(reload))} />
    )
  }
  return <Dialog isOpen title={title} onClose={onClose}>{inside()}</Dialog>
}

interface SavingProps extends SaveWindowProps {
  readonly hub: GitHubApi
  readonly title: string
  readonly found: Found
  readonly place: GitHubPlace
  readonly account: GitHubAccount
}

type Step =
  | { readonly kind: "form"; readonly error: string | null }
  /** Something else is there: the person chooses. `there`: what may be replaced; empty: nothing is there. */
  | { readonly kind: "changed"; readonly words: string; readonly there: string }
  | { readonly kind: "saved"; readonly url: string }

function firstFile({ place, found: { repositories } }: SavingProps): FileDraft {
  const file = place.file
  const repository = repositories.find(({ name }) => name.toLowerCase() === file?.repository.toLowerCase()) ?? repositories[0]
  const isThere = file !== null && repository?.name.toLowerCase() === file.repository.toLowerCase()
  return {
    repository: repository?.name ?? "", branch: isThere ? file.branch : repository?.default_branch ?? "",
    path: isThere ? file.path : `${place.title}.ipynb`, message: tg("save.default_message"), link: file?.link ?? true,
  }
}

function firstGist({ place: { gist }, account }: SavingProps): GistDraft {
  const own = gist !== null && gist.owner.toLowerCase() === account.login.toLowerCase()
  return { update: own, public: gist?.public ?? false, link: gist?.link ?? true }
}

function Saving(props: SavingProps): JSX.Element {
  const { hub, id, as, title, place, account, found, onClose } = props
  const [file, setFile] = useState(() => firstFile(props))
  const [gist, setGist] = useState(() => firstGist(props))
  const [ownGist] = useState(gist.update)
  const [step, setStep] = useState<Step>({ kind: "form", error: null })
  const [pending, setPending] = useState(false)
  const save = async (over?: string): Promise<void> => {
    setPending(true)
    try {
      setStep({ kind: "saved", url: await (as === "copy_gist" ? hub.saveGist(id, gist, over) : hub.saveFile(id, file, over)) })
    } catch (failure) {
      setStep(failure instanceof ApiError && failure.code === "changed"
        ? { kind: "changed", words: serverWords(failure.detail), there: whatIsThere(failure.answer) }
        : { kind: "form", error: errorText(failure) })
    } finally {
      setPending(false)
    }
  }
  const elsewhere = (): void => {
    if (as === "copy_gist") setGist({ ...gist, update: false })
    setStep({ kind: "form", error: null })
  }
  switch (step.kind) {
    case "saved": return (
      <Dialog isOpen title={title} onClose={onClose} footer={<Button variant="primary" onPress={onClose}>{t("action.done")}</Button>}>
        <div className="g-told" role="status">
          <p>{tg("save.saved")}</p>
          <p><a className="g-link" href={step.url} target="_blank" rel="noreferrer">{tg("save.view")}</a></p>
        </div>
      </Dialog>
    )
    case "changed": return (
      <Dialog isOpen title={title} onClose={onClose} role="alertdialog" footer={
        <>
          <Button variant="plain" onPress={onClose}>{t("action.cancel")}</Button>
          <Button autoFocus onPress={elsewhere}>{tg(as === "copy_gist" ? "save.new_gist" : "save.other_name")}</Button>
          {!(as === "copy_gist" && step.there === "") && (
            <Button variant={step.there === "" ? "primary" : "danger"} pending={pending} onPress={() => void save(step.there)}>
              {tg(step.there === "" ? "save.again" : "save.overwrite")}
            </Button>
          )}
        </>
      }>
        <div className="g-told">
          <p><strong>{step.words}</strong> {tg("save.nothing_saved")}</p>
          {step.there !== "" && <p>{tg("save.overwrite_text")}</p>}
        </div>
      </Dialog>
    )
    case "form": {
      const none = as === "copy_github" && found.repositories.length === 0
      return (
        <Dialog isOpen title={title} onClose={onClose} footer={
          <>
            <Button variant="plain" onPress={onClose}>{t("action.cancel")}</Button>
            <Button variant="primary" type="submit" form="github-save" pending={pending} isDisabled={none}>{tg("save.save")}</Button>
          </>
        }>
          {none ? <p>{tg("save.no_repository", { login: account.login })}</p> : as === "copy_gist"
            ? <GistForm form="github-save" draft={gist} onDraft={setGist} mayUpdate={ownGist} error={step.error} onSave={() => void save()} />
            : (
              <FileForm form="github-save" draft={file} onDraft={setFile} error={step.error} onSave={() => void save()}
                known={place.file} repositories={found.repositories} branchesOf={(name) => hub.branches(name)} />
            )}
          <p className="g-as">{tg("save.as", { login: account.login })}</p>
        </Dialog>
      )
    }
  }
}
