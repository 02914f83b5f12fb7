import { useState, type JSX } from "react"
import { githubWish, type GitHubWish } from "../../model/github_address"
import type { GitHubApi } from "../../sync/github_api"
import { fileOf, type Foreign, type OpeningApi } from "../../sync/opening_api"
import { Preview, type PreviewContent } from "../../ui/drive/Preview"
import { ConnectForm } from "../../ui/github/ConnectForm"
import { GitHubFields } from "../../ui/open/GitHubFields"
import { fits, OpenList, type OpenItem } from "../../ui/open/OpenList"
import type { NotebookId } from "../../wire/ids"
import type { RepositoryEntry } from "../../wire/opening"
import { language } from "../../words/language"
import { tg } from "../../words/github_words"
import { t } from "../../words/words"
import { useLoaded } from "../account/loaded"
import { errorText } from "../errors"
import { signInAtGitHub } from "../github/sign_in"
import { remember, remembered } from "../remembered"
import { foreignHref } from "../routes"
import { refusalOf } from "../sign_in"

interface GitHubTabProps {
  readonly api: OpeningApi
  readonly hub: GitHubApi
  /** Where people look at GitHub. */
  readonly web: string
  /** What to begin with, as it would be typed. */
  readonly wish: string
  readonly onOpen: (id: NotebookId) => void
}

/** What is shown below the fields. */
interface Shown {
  readonly repositories: readonly RepositoryEntry[]
  readonly repository: string
  readonly branches: readonly string[]
  readonly branch: string
  /** Null: no repository is chosen. */
  readonly paths: readonly string[] | null
  readonly truncated: boolean
}

const nothing: Shown = { repositories: [], repository: "", branches: [], branch: "", paths: null, truncated: false }

const privateKey = "colibri.github_private"

/** Notebooks of repositories at GitHub: by user, organisation, address or search. */
export function GitHubTab({ api, hub, web, wish, onOpen }: GitHubTabProps): JSX.Element {
  const [secret, setSecret] = useState(() => remembered(privateKey) === "1")
  const { value: connection, reload } = useLoaded(() => hub.connection())
  const connected = connection?.account != null
  const withPrivate = secret && connected
  const [shown, setShown] = useState(nothing)
  const [filter, setFilter] = useState("")
  const [state, setState] = useState<{ readonly busy: boolean; readonly error: string | null }>({ busy: false, error: null })
  const [asked, setAsked] = useState(false)
  const [looked, setLooked] = useState<{ readonly foreign: Foreign; readonly name: string; readonly content: PreviewContent } | null>(null)
  const doing = async (work: () => Promise<void>): Promise<void> => {
    setState({ busy: true, error: null })
    try {
      await work()
      setState({ busy: false, error: null })
    } catch (failure) {
      setState({ busy: false, error: errorText(failure) })
    }
  }
  const open = (foreign: Foreign): void => void doing(async () => onOpen(await api.play(foreign, language())))
  const look = async (foreign: Foreign, name: string): Promise<void> => {
    setLooked({ foreign, name, content: { kind: "loading" } })
    const { lookInto } = await import("../drive/notebook_look")
    const content = await lookInto(name, () => api.file(foreign, language()))
    setLooked((now) => now?.foreign === foreign ? { foreign, name, content } : now)
  }
  const showBranch = async (now: Shown, branch: string): Promise<void> => {
    setShown({ ...now, branch, paths: [] })
    const { paths, truncated } = await api.notebooksIn(now.repository, branch)
    setShown({ ...now, branch, paths, truncated })
  }
  const showRepository = async (repositories: readonly RepositoryEntry[], name: string, branch: string): Promise<void> => {
    const branches = await api.branches(name)
    const known = repositories.find((each) => each.name === name)?.default_branch ?? ""
    const usual = [branch, known, "main", "master"].find((each) => each !== "" && branches.includes(each)) ?? branches[0]
    const now = { ...nothing, repositories, repository: name, branches }
    if (usual === undefined) setShown({ ...now, paths: [] })
    else await showBranch(now, branch === "" ? usual : branch)
  }
  const listOwn = (): Promise<void> => doing(async () => {
    setShown(nothing)
    setShown({ ...nothing, repositories: await api.repositoriesOf("", true) })
  })
  const ask = (wanted: GitHubWish): void => {
    setFilter("")
    setAsked(true)
    switch (wanted.kind) {
      case "nothing": return withPrivate ? void listOwn() : undefined
      case "file": return open(wanted)
      case "repository": return void doing(() => showRepository([], wanted.name, wanted.branch))
      case "owner": return void doing(async () => {
        setShown(nothing)
        setShown({ ...nothing, repositories: await api.repositoriesOf(wanted.name, withPrivate) })
      })
      case "words": return void doing(async () => {
        setShown(nothing)
        setShown({ ...nothing, repositories: await api.searchRepositories(wanted.words, withPrivate) })
      })
    }
  }
  const items = (): readonly OpenItem[] => {
    if (shown.paths === null) {
      return shown.repositories.filter(({ name, description }) => fits(filter, name, description)).map((each) => ({
        id: each.name, icon: each.private ? "lock" : "folder", title: each.name, text: each.description,
        ...(each.private ? { note: tg("open.private_note") } : {}),
        onOpen: () => void doing(() => showRepository(shown.repositories, each.name, "")),
      }))
    }
    return shown.paths.filter((path) => fits(filter, path)).map((path) => {
      const foreign = { from: "github", path: `${shown.repository}/blob/${shown.branch}/${path}` } as const
      return {
        id: path, icon: "notebook", title: path, href: foreignHref(foreign), onOpen: () => open(foreign),
        onLook: () => void look(foreign, path.slice(path.lastIndexOf("/") + 1)),
      }
    })
  }
  const showPrivate = (wanted: boolean): void => {
    remember(privateKey, wanted ? "1" : null)
    setSecret(wanted)
    if (wanted && connected && shown.paths === null) void listOwn()
  }
  const fields = (
    <GitHubFields wish={wish} ready={connection !== null} onWish={(text) => ask(githubWish(text, web))} repository={shown.repository}
      branches={shown.branches} branch={shown.branch} withPrivate={secret} onPrivate={showPrivate}
      onBranch={(branch) => void doing(() => showBranch(shown, branch))}
      onBack={shown.paths !== null && shown.repositories.length > 0
        ? () => setShown({ ...nothing, repositories: shown.repositories }) : null} />
  )
  if (secret && connection !== null && !connected) {
    return (
      <div className="o-list-frame">
        {fields}
        <div className="g-ask">
          <ConnectForm web={web} oauth={connection.oauth} onSignIn={() => signInAtGitHub(hub)}
            onToken={(token) => refusalOf(hub.connect(token).then(reload).then(listOwn))} />
        </div>
      </div>
    )
  }
  return (
    <>
      <OpenList label={t("open.github")} filter={filter} onFilter={setFilter} error={state.error}
        items={state.busy ? null : items()} focusFilter={false}
        none={tg(!asked ? "open.begin" : shown.paths === null ? "open.no_repository" : "open.no_notebook")}
        below={shown.truncated ? tg("open.truncated") : ""}
        above={fields} />
      {looked && (
        <Preview name={looked.name} content={looked.content} isTall downloadHref={fileOf(looked.foreign, language())}
          onOpen={() => {
            setLooked(null)
            open(looked.foreign)
          }} onClose={() => setLooked(null)} />
      )}
    </>
  )
}
