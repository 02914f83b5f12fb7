import { useId, useState, type JSX, type SyntheticEvent } from "react"
import type { CloudWish } from "../../sync/clouds_api"
import type { CloudDetails, CloudKind, CloudOption } from "../../wire/clouds"
import { cloudWords, optionLabel } from "../../words/clouds"
import { t } from "../../words/words"
import { Button } from "../Button"
import { Dialog } from "../Dialog"
import { TextField } from "../TextField"
import "./clouds.css"

interface CloudFormProps {
  readonly kinds: readonly CloudKind[]
  /** One that is changed; its kind stays. */
  readonly cloud?: CloudDetails
  /** Null when it is done, else why not. */
  readonly onDone: (wish: CloudWish) => Promise<string | null>
  readonly onClose: () => void
}

/** Asks for what a cloud needs; rare options are folded away. */
export function CloudForm({ kinds, cloud, onDone, onClose }: CloudFormProps): JSX.Element {
  const [kindName, setKindName] = useState(cloud?.kind ?? kinds[0]?.name ?? "")
  const [name, setName] = useState(cloud?.name ?? "")
  const [folder, setFolder] = useState(cloud?.folder ?? "")
  const [options, setOptions] = useState<Readonly<Record<string, string>>>(cloud?.options ?? {})
  const [refused, setRefused] = useState<string | null>(null)
  const [pending, setPending] = useState(false)
  const kindId = useId()
  const kind = kinds.find((each) => each.name === kindName)
  const isKept = (option: CloudOption): boolean => cloud?.secrets.includes(option.name) ?? false
  const missing = kind?.options.some((option) => option.required && !isKept(option) && (options[option.name] ?? "") === "") ?? true
  const submit = async (event: SyntheticEvent): Promise<void> => {
    event.preventDefault()
    if (pending || missing || name.trim() === "" || !kind) return
    setPending(true)
    const mine = new Set(kind.options.map((option) => option.name))
    // Of one that is changed an empty text takes away what was there; secrets that are not typed stay.
    const sent = Object.entries(options).filter(([key, value]) => mine.has(key) && (value !== "" || cloud?.options[key] !== undefined))
    const reason = await onDone({ name: name.trim(), kind: kind.name, folder: folder.trim(), options: Object.fromEntries(sent) })
    setPending(false)
    setRefused(reason)
  }
  const field = (option: CloudOption): JSX.Element => (
    <OptionField key={`${kindName}.${option.name}`} option={option} kind={kindName} isKept={isKept(option)} value={options[option.name] ?? ""}
      onChange={(value) => setOptions({ ...options, [option.name]: value })} />
  )
  const rare = kind?.options.filter((option) => option.rare) ?? []
  return (
    <Dialog isOpen title={cloud ? cloudWords("change_title", { name: cloud.name }) : cloudWords("connect_title")} size="share" onClose={onClose}>
      <form className="c-form" autoComplete="off" onSubmit={(event) => void submit(event)}>
        {refused !== null && <p className="c-form-error" role="alert">{refused}</p>}
        {!cloud && <div className="c-field">
          <label className="c-field-label" htmlFor={kindId}>{cloudWords("kind")}</label>
          <select id={kindId} className="c-input" value={kindName} onChange={(event) => setKindName(event.target.value)}>
            {kinds.map((each) => <option key={each.name} value={each.name}>{each.title}</option>)}
          </select>
        </div>}
        <TextField label={cloudWords("name")} value={name} onChange={setName} autoFocus maxLength={100} />
        {kind?.options.filter((option) => !option.rare).map(field)}
        <TextField label={cloudWords("folder")} value={folder} onChange={setFolder} description={cloudWords("folder_hint")} />
        {rare.length > 0 && <details className="cl-rare"><summary>{cloudWords("rare")}</summary><div>{rare.map(field)}</div></details>}
        <p className="cl-note">{cloudWords("kept_by")}</p>
        <div className="c-dialog-foot">
          <Button variant="plain" onPress={onClose}>{t("action.cancel")}</Button>
          <Button variant="primary" type="submit" isDisabled={missing || name.trim() === ""} pending={pending}>
            {cloudWords(cloud ? "save" : "do_connect")}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}

interface OptionFieldProps {
  readonly option: CloudOption
  readonly kind: string
  readonly isKept: boolean
  readonly value: string
  readonly onChange: (value: string) => void
}

function OptionField({ option, kind, isKept, value, onChange }: OptionFieldProps): JSX.Element {
  const id = useId()
  const label = optionLabel(option.name)
  const hint = isKept ? cloudWords("kept") : option.name === "token" ? cloudWords("token_hint", { kind }) : option.rare ? option.help : ""
  if (option.secret && !option.long) {
    return <TextField label={label} type="password" value={value} onChange={onChange} autoComplete="new-password"
      {...(hint === "" ? {} : { description: hint })} />
  }
  return (
    <div className="c-field">
      <label className="c-field-label" htmlFor={id}>{label}</label>
      {option.long
        ? <textarea id={id} className="c-input cl-long" rows={3} spellCheck={false} value={value} aria-describedby={`${id}-hint`}
          onChange={(event) => onChange(event.target.value)} />
        : <input id={id} className="c-input" value={value} placeholder={option.usual} list={`${id}-list`} spellCheck={false}
          aria-describedby={`${id}-hint`} onChange={(event) => onChange(event.target.value)} />}
      {option.choices.length > 0 && <datalist id={`${id}-list`}>
        {option.choices.map((choice) => <option key={choice.value} value={choice.value}>{choice.help}</option>)}
      </datalist>}
      {hint !== "" && <span id={`${id}-hint`} className="c-field-hint">{hint}</span>}
    </div>
  )
}
