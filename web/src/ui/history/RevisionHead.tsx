import { useState, type JSX } from "react"
import type { Revision } from "../../wire/history"
import { formatMoment, t } from "../../words/words"
import { Button, IconButton } from "../Button"
import { ConfirmDialog } from "../Dialog"
import { Icon } from "../icons"
import { Menu } from "../Menu"
import { Segments } from "../Segments"
import type { Layout } from "./CellDiff"
import { NameDialog } from "./NameDialog"
import { authorsText, changesText, fullTitleOf, kindText } from "./revision_words"

export type Against = "before" | "now"

/** What a person does with a revision. Each tells by itself what went wrong. */
export interface RevisionActions {
  readonly restore: (revision: Revision) => Promise<void>
  readonly copy: (revision: Revision) => Promise<void>
  readonly setPinned: (revision: Revision, pinned: boolean) => Promise<void>
  /** Null when it is done, else what is wrong. */
  readonly rename: (revision: Revision, name: string) => Promise<string | null>
  readonly pinNow: () => void
  readonly fileUrl: (revision: Revision) => string
}

interface RevisionHeadProps {
  readonly revision: Revision
  readonly against: Against
  readonly layout: Layout
  readonly onAgainst: (against: Against) => void
  readonly onLayout: (layout: Layout) => void
  readonly actions: RevisionActions
}

/** Which revision is looked at, how, and what can be done with it. */
export function RevisionHead(props: RevisionHeadProps): JSX.Element {
  const { revision, against, layout, onAgainst, onLayout } = props
  const facts = [
    revision.name === "" ? "" : formatMoment(revision.time_ms), kindText(revision),
    authorsText(revision.authors), changesText(revision),
  ].filter((fact) => fact !== "" && revision.kind !== "now")
  return (
    <div className="h-head">
      <div className="h-head-words">
        <h3>{revision.pinned && <Icon name="pin" size={16} />}{fullTitleOf(revision)}</h3>
        {facts.length > 0 && <p>{facts.join(" · ")}</p>}
      </div>
      {revision.kind === "now"
        ? <Button icon="pin" size="small" onPress={props.actions.pinNow}>{t("menu.pin")}</Button>
        : <Actions revision={revision} actions={props.actions} />}
      <div className="h-head-look">
        {revision.kind !== "now" && (
          <Segments label={t("revisions.compare")} chosen={against} onChange={onAgainst} options={[
            { id: "before", label: t("revisions.compare_before") }, { id: "now", label: t("revisions.compare_now") },
          ]} />
        )}
        <Segments label={t("revisions.layout")} chosen={layout} onChange={onLayout} options={[
          { id: "inline", label: t("revisions.inline") }, { id: "side", label: t("revisions.side") },
        ]} />
      </div>
    </div>
  )
}

function Actions({ revision, actions }: Pick<RevisionHeadProps, "revision" | "actions">): JSX.Element {
  const [asks, setAsks] = useState<"restore" | "name" | null>(null)
  const [copying, setCopying] = useState(false)
  const copy = async (): Promise<void> => {
    setCopying(true)
    await actions.copy(revision)
    setCopying(false)
  }
  const act = (chosen: string): void => {
    if (chosen === "rename") setAsks("name")
    else if (chosen === "pin") void actions.setPinned(revision, !revision.pinned)
  }
  return (
    <div className="h-head-actions">
      <Button variant="primary" size="small" icon="restore" onPress={() => setAsks("restore")}>
        {t("revisions.restore")}
      </Button>
      <Button size="small" icon="copy" pending={copying} onPress={() => void copy()}>{t("revisions.copy")}</Button>
      <Menu label={t("revisions.more")} placement="bottom end" onAction={act} items={[
        { id: "rename", label: t(revision.name === "" ? "revisions.name_it" : "revisions.rename"), icon: "edit" },
        { id: "pin", label: t(revision.pinned ? "revisions.unpin" : "revisions.pin"), icon: "pin" },
        { id: "download", label: t("revisions.download"), icon: "download", href: actions.fileUrl(revision) },
      ]} trigger={<IconButton label={t("revisions.more")} icon="more" />} />
      <ConfirmDialog isOpen={asks === "restore"} title={t("revisions.restore_title")}
        text={t("revisions.restore_text", { when: formatMoment(revision.time_ms) })}
        confirmLabel={t("revisions.restore")} onClose={() => setAsks(null)}
        onConfirm={() => actions.restore(revision)} />
      {asks === "name" && (
        <NameDialog title={t("revisions.rename_title")} name={revision.name} action={t("action.save")}
          onSubmit={(name) => actions.rename(revision, name)} onClose={() => setAsks(null)} />
      )}
    </div>
  )
}
