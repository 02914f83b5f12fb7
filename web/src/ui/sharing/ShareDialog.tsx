import "./share.css"
import { useState, type JSX } from "react"
import type { Person } from "../../wire/server_message"
import type { Access, GivenRole, PendingAccess, Shared } from "../../wire/sharing"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { CopyField } from "../account/CopyField"
import { FormError } from "../account/forms"
import { Loaded } from "../account/SettingsDialog"
import { Button } from "../Button"
import { Tick } from "../Choice"
import { ConfirmDialog, Dialog } from "../Dialog"
import { AccessList } from "./AccessList"
import { AddPeople, isBegun, noShareDraft, type ShareDraft } from "./AddPeople"
import { GeneralAccess } from "./GeneralAccess"
import { HandOn } from "./HandOn"

export interface ShareDialogProps {
  readonly title: string
  /** Null while it is loaded. */
  readonly access: Access | null
  /** Why it could not be loaded, in words. */
  readonly error: string | null
  /** Why the last change was refused, in words. */
  readonly problem: string | null
  /** A change is on its way. */
  readonly isBusy: boolean
  readonly me: string
  readonly link: string
  readonly shared: readonly Shared[]
  /** Whose access was taken back just now. */
  readonly removed: PendingAccess | null
  readonly onRetry: () => void
  readonly onShare: (draft: ShareDraft) => Promise<string | null>
  readonly onRole: (email: string, role: GivenRole) => void
  readonly onRemove: (email: string, role: GivenRole) => void
  readonly onLinkRole: (role: GivenRole | null) => void
  readonly onEditorsShare: (share: boolean) => void
  readonly onTransfer: (email: string) => Promise<void>
  readonly onLeave: () => Promise<void>
  readonly onClose: () => void
}

type Question = { readonly kind: "leave" } | { readonly kind: "transfer"; readonly person: Person }

/** Who has access to a notebook; for those who may change that, with all the ways to. */
export function ShareDialog(props: ShareDialogProps): JSX.Element {
  useLanguage()
  const [draft, setDraft] = useState(noShareDraft)
  const [question, setQuestion] = useState<Question | null>(null)
  const { access } = props
  // What is typed is not lost by a click beside the window.
  const typing = access?.may_share === true && isBegun(draft)
  return (
    <Dialog isOpen size="share" title={t("share.title", { title: props.title })} onClose={props.onClose}
      dismissable={!typing}>
      <div className="s-share">
        <Loaded value={access} error={access === null ? props.error : null} onRetry={props.onRetry}>
          {(known) => (
            <>
              {known.may_share && (
                <AddPeople draft={draft} mail={known.mail} onDraft={setDraft} onShare={async (ready) => {
                  const refused = await props.onShare(ready)
                  if (refused === null) setDraft(noShareDraft)
                  return refused
                }} />
              )}
              {!(known.may_share && draft.addresses.length > 0) && <Standing {...props} access={known} onAsk={setQuestion} />}
            </>
          )}
        </Loaded>
      </div>
      <Questions {...props} question={question} onDone={() => setQuestion(null)} />
    </Dialog>
  )
}

/** How things are now. */
function Standing(props: ShareDialogProps & {
  readonly access: Access
  readonly onAsk: (question: Question) => void
}): JSX.Element {
  const { access, isBusy } = props
  return (
    <>
      <HandOn shared={props.shared} link={props.link} />
      {props.removed !== null && <Removed removed={props.removed} onRole={props.onRole} />}
      {props.problem !== null && <FormError>{props.problem}</FormError>}
      {!access.may_share && <p className="c-hint">{t(hintFor(access))}</p>}
      <section>
        <h3 className="c-subtitle">{t("share.people")}</h3>
        <AccessList access={access} me={props.me} isBusy={isBusy} onRole={props.onRole}
          onRemove={props.onRemove} onTransfer={(person) => props.onAsk({ kind: "transfer", person })} />
      </section>
      <section>
        <h3 className="c-subtitle">{t("share.general")}</h3>
        <GeneralAccess access={access} isBusy={isBusy} onLinkRole={props.onLinkRole} />
      </section>
      {access.role === "owner" && (
        <Tick label={t("share.editors_share")} isSelected={access.editors_share} onChange={props.onEditorsShare} />
      )}
      <div className="s-foot">
        <CopyLink link={props.link} />
        {access.role !== "owner" && (
          <Button variant="plain" onPress={() => props.onAsk({ kind: "leave" })}>{t("share.leave")}</Button>
        )}
        <Button variant="primary" className="s-done-button" onPress={props.onClose}>{t("action.done")}</Button>
      </div>
    </>
  )
}

/** The way back is in the window: nothing behind it can be pressed. */
function Removed({ removed: { email, role }, onRole }: {
  readonly removed: PendingAccess
  readonly onRole: ShareDialogProps["onRole"]
}): JSX.Element {
  return (
    <p className="s-removed" role="status">
      <span>{t("share.removed", { email })}</span>
      <Button variant="plain" size="small" onPress={() => onRole(email, role)}>{t("action.undo")}</Button>
    </p>
  )
}

/** Where the browser does not let the page copy, the link is shown to be copied by hand. */
function CopyLink({ link }: { readonly link: string }): JSX.Element {
  const [outcome, setOutcome] = useState<"copied" | "denied" | null>(null)
  if (outcome === "denied") return <CopyField label={t("share.link")} value={link} />
  const copied = outcome === "copied"
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(link)
      setOutcome("copied")
    } catch {
      setOutcome("denied")
    }
  }
  return (
    <Button icon={copied ? "check" : "link"} onPress={() => void copy()}>
      {t(copied ? "share.link_copied" : "share.copy_link")}
    </Button>
  )
}

function hintFor({ role }: Access): "share.only_owner" | "share.as_commenter" | "share.as_viewer" {
  if (role === "editor") return "share.only_owner"
  return role === "commenter" ? "share.as_commenter" : "share.as_viewer"
}

function Questions({ question, onDone, onTransfer, onLeave }: ShareDialogProps & {
  readonly question: Question | null
  readonly onDone: () => void
}): JSX.Element {
  const heir = question?.kind === "transfer" ? question.person : null
  const name = heir === null ? "" : heir.name === "" ? heir.email : heir.name
  return (
    <>
      <ConfirmDialog isOpen={heir !== null} title={t("share.transfer_title", { name })}
        text={t("share.transfer_text", { name })} confirmLabel={t("share.transfer")} onClose={onDone}
        onConfirm={() => heir === null ? undefined : onTransfer(heir.email)} />
      <ConfirmDialog isOpen={question?.kind === "leave"} danger title={t("share.leave_title")}
        text={t("share.leave_text")} confirmLabel={t("share.leave")} onClose={onDone} onConfirm={onLeave} />
    </>
  )
}
