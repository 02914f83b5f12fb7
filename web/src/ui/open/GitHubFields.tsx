import { useEffect, useRef, useState, type JSX } from "react"
import { tg } from "../../words/github_words"
import { Button, IconButton } from "../Button"
import { Tick } from "../Choice"
import { TextField } from "../TextField"

interface GitHubFieldsProps {
  /** What to begin with: asked for at once. */
  readonly wish: string
  readonly onWish: (text: string) => void
  /** It may be asked for. */
  readonly ready: boolean
  readonly withPrivate: boolean
  readonly onPrivate: (wanted: boolean) => void
  /** The chosen one; empty: none. */
  readonly repository: string
  readonly branches: readonly string[]
  readonly branch: string
  readonly onBranch: (branch: string) => void
  /** To the list of repositories; null where there is none. */
  readonly onBack: (() => void) | null
}

/** What to look for at GitHub, and which repository and branch are looked at. */
export function GitHubFields(props: GitHubFieldsProps): JSX.Element {
  const { wish, ready, onWish, repository, branches, branch } = props
  const [text, setText] = useState(wish)
  const begun = useRef(false)
  useEffect(() => {
    if (begun.current || !ready || wish === "") return
    begun.current = true
    onWish(wish)
  }, [wish, ready, onWish])
  return (
    <div className="o-github">
      <form className="o-github-line" onSubmit={(event) => {
        event.preventDefault()
        onWish(text)
      }}>
        <TextField className="o-github-wish" label={tg("open.wish")} value={text} onChange={setText} autoFocus
          placeholder="https://github.com/…" />
        <Button type="submit" icon="search">{tg("open.search")}</Button>
      </form>
      <Tick label={tg("open.private")} isSelected={props.withPrivate} onChange={props.onPrivate} />
      {repository !== "" && (
        <div className="o-github-line">
          {props.onBack && <IconButton icon="undo" label={tg("open.back")} onPress={props.onBack} />}
          <b className="o-github-name">{repository}</b>
          {branches.length > 0 && (
            <label className="o-github-branch">
              {tg("open.branch")}
              <select value={branch} onChange={(event) => props.onBranch(event.target.value)}>
                {(branches.includes(branch) ? branches : [branch, ...branches]).map((name) => <option key={name}>{name}</option>)}
              </select>
            </label>
          )}
        </div>
      )}
    </div>
  )
}
