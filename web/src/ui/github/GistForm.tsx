import "./github.css"
import type { JSX } from "react"
import { Form } from "react-aria-components"
import type { GistDraft } from "../../sync/github_api"
import { tg } from "../../words/github_words"
import { FormError } from "../account/forms"
import { OneOf, Tick } from "../Choice"

interface GistFormProps {
  /** Its id, for the button that submits it. */
  readonly form: string
  readonly draft: GistDraft
  readonly onDraft: (draft: GistDraft) => void
  /** It has a gist already, which is the person's own. */
  readonly mayUpdate: boolean
  readonly error: string | null
  readonly onSave: () => void
}

/** Which gist a notebook becomes. */
export function GistForm({ form, draft, onDraft, mayUpdate, error, onSave }: GistFormProps): JSX.Element {
  return (
    <Form id={form} className="g-form" validationBehavior="aria" onSubmit={(event) => {
      event.preventDefault()
      onSave()
    }}>
      {error !== null && <FormError>{error}</FormError>}
      {mayUpdate && (
        <OneOf label={tg("save.which")} chosen={draft.update ? "update" : "new"} onChange={(which) => onDraft({ ...draft, update: which === "update" })}
          options={[{ id: "update", label: tg("save.update") }, { id: "new", label: tg("save.new") }]} />
      )}
      {!draft.update && (
        <OneOf label={tg("save.who")} chosen={draft.public ? "public" : "secret"} onChange={(who) => onDraft({ ...draft, public: who === "public" })}
          options={[{ id: "secret", label: tg("save.secret") }, { id: "public", label: tg("save.public") }]} />
      )}
      <Tick label={tg("save.link")} isSelected={draft.link} onChange={(link) => onDraft({ ...draft, link })} />
      <p className="c-hint">{tg("save.link_hint")}</p>
    </Form>
  )
}
