import { useState, type JSX } from "react"
import type { Deletion } from "../../wire/account"
import { t, tn } from "../../words/words"
import { Button } from "../Button"
import { Dialog } from "../Dialog"
import { Icon } from "../icons"
import { TextField } from "../TextField"
import { FormError, useSubmit } from "./forms"

interface DataSectionProps {
  readonly exportUrl: string
  readonly deletion: Deletion
  readonly email: string
  readonly hasPassword: boolean
  /** Empty without a password. Resolves to null when done, else to the words that say why not. */
  readonly onDelete: (password: string) => Promise<string | null>
}

/** All that is one's own here: to take along, or to delete. */
export function DataSection(props: DataSectionProps): JSX.Element {
  const [asks, setAsks] = useState(false)
  const { deletion } = props
  return (
    <>
      <section className="c-form">
        <h3 className="c-subtitle">{t("data.export_title")}</h3>
        <p className="c-hint">{t("data.export_text")}</p>
        <div className="c-form-row"><ExportLink href={props.exportUrl} /></div>
      </section>
      <hr className="c-rule" />
      <section className="c-form">
        <h3 className="c-subtitle">{t("data.delete_title")}</h3>
        <p className="c-hint">{t("data.delete_text")}</p>
        {deletion.last_administrator &&
          <p className="c-note"><Icon name="shield" size={18} />{t("data.last_administrator")}</p>}
        <div className="c-form-row">
          <Button variant="danger" icon="trash" isDisabled={deletion.last_administrator} onPress={() => setAsks(true)}>
            {t("data.delete")}
          </Button>
        </div>
      </section>
      {asks && <DeleteDialog {...props} onClose={() => setAsks(false)} />}
    </>
  )
}

function ExportLink({ href }: { readonly href: string }): JSX.Element {
  return (
    <a className="c-button c-button-quiet c-button-normal" href={href} download>
      <Icon name="download" size={18} /><span className="c-button-words">{t("data.export")}</span>
    </a>
  )
}

function DeleteDialog(
  { exportUrl, deletion, email, hasPassword, onDelete, onClose }: DataSectionProps & { readonly onClose: () => void },
): JSX.Element {
  const [password, setPassword] = useState("")
  const form = useSubmit(() => hasPassword && password === "" ? null : () => onDelete(password))
  return (
    <Dialog isOpen role="alertdialog" title={t("deletion.title")} onClose={onClose}>
      <ul className="c-points">
        <li>{t("deletion.account", { email })}</li>
        <li>{tn("deletion.notebooks", deletion.notebooks)}</li>
        {deletion.shared > 0 && <li>{tn("deletion.shared", deletion.shared)}</li>}
        <li>{t("deletion.kept")}</li>
      </ul>
      <p className="c-note"><Icon name="warning" size={18} />{t("deletion.no_way_back")}</p>
      <form className="c-form" noValidate onSubmit={form.onSubmit}>
        {hasPassword
          ? <TextField label={t("field.password")} type="password" autoComplete="current-password" autoFocus
              value={password} onChange={setPassword} />
          : <p className="c-hint">{t("deletion.sign_in_again")}</p>}
        {form.refused !== null && <FormError>{form.refused}</FormError>}
        <div className="c-dialog-foot">
          <ExportLink href={exportUrl} />
          <Button variant="plain" onPress={onClose}>{t("action.cancel")}</Button>
          <Button variant="danger" type="submit" pending={form.pending} isDisabled={hasPassword && password === ""}>
            {t("deletion.submit")}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
