import "./github.css"
import { useEffect, useState, type JSX } from "react"
import { Form } from "react-aria-components"
import type { FileDraft } from "../../sync/github_api"
import type { FileTarget, OwnRepository } from "../../wire/github"
import { tg } from "../../words/github_words"
import { FormError } from "../account/forms"
import { Tick } from "../Choice"
import { TextField } from "../TextField"
import { ChoiceField } from "./ChoiceField"

interface FileFormProps {
  /** Its id, for the button that submits it. */
  readonly form: string
  readonly draft: FileDraft
  readonly onDraft: (draft: FileDraft) => void
  readonly repositories: readonly OwnRepository[]
  readonly branchesOf: (repository: string) => Promise<readonly string[]>
  /** Where it is already. */
  readonly known: FileTarget | null
  readonly error: string | null
  readonly onSave: () => void
}

/** The branches of `repository` once they are known. */
function useBranches(repository: string, branchesOf: FileFormProps["branchesOf"]): readonly string[] | null {
  const [found, setFound] = useState<{ readonly of: string; readonly names: readonly string[] } | null>(null)
  useEffect(() => {
    let gone = false
    // One that has no commit yet has no branches either.
    branchesOf(repository).catch(() => []).then((names) => {
      if (!gone) setFound({ of: repository, names })
    }, () => undefined)
    return () => {
      gone = true
    }
    // How they are asked for may be a new function each time.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [repository])
  return found?.of === repository ? found.names : null
}

/** Where in a repository a notebook is saved, and by which commit. */
export function FileForm({ form, draft, onDraft, repositories, branchesOf, known, error, onSave }: FileFormProps): JSX.Element {
  const branches = useBranches(draft.repository, branchesOf)
  const usual = (name: string): string => repositories.find((each) => each.name === name)?.default_branch ?? ""
  const choose = (repository: string): void => {
    const there = known !== null && known.repository.toLowerCase() === repository.toLowerCase() ? known : null
    onDraft({ ...draft, repository, branch: there?.branch ?? usual(repository), path: there?.path ?? draft.path })
  }
  // What a link led to may be a tag or a commit, which nobody writes to.
  useEffect(() => {
    if (branches && branches.length > 0 && !branches.includes(draft.branch)) {
      const found = branches.find((name) => name === usual(draft.repository)) ?? branches[0]
      if (found !== undefined) onDraft({ ...draft, branch: found })
    }
  })
  const names = branches && branches.length > 0 ? branches : [draft.branch]
  return (
    <Form id={form} className="g-form" validationBehavior="aria" onSubmit={(event) => {
      event.preventDefault()
      if (branches) onSave()
    }}>
      {error !== null && <FormError>{error}</FormError>}
      <ChoiceField label={tg("save.repository")} options={repositories.map(({ name }) => name)} value={draft.repository} onChange={choose} />
      <ChoiceField label={tg("save.branch")} options={names} value={draft.branch} onChange={(branch) => onDraft({ ...draft, branch })} />
      <TextField label={tg("save.path")} description={tg("save.path_hint")} value={draft.path} autoFocus spellCheck="false"
        onChange={(path) => onDraft({ ...draft, path })} />
      <TextField label={tg("save.message")} value={draft.message} onChange={(message) => onDraft({ ...draft, message })} />
      <Tick label={tg("save.link")} isSelected={draft.link} onChange={(link) => onDraft({ ...draft, link })} />
      <p className="c-hint">{tg("save.link_hint")}</p>
    </Form>
  )
}
