import type { JSX } from "react"
import { Header, ListBox, ListBoxItem, ListBoxSection } from "react-aria-components"
import { byDay } from "../../model/revision_days"
import type { Revision } from "../../wire/history"
import { personName } from "../../words/person_name"
import { formatTime, t } from "../../words/words"
import { Button } from "../Button"
import { Tick } from "../Choice"
import { Icon } from "../icons"
import { PersonBadge } from "../PersonBadge"
import { authorsText, changesText, colorOf, dayText, kindText, titleOf } from "./revision_words"

interface RevisionListProps {
  readonly revisions: readonly Revision[]
  readonly more: boolean
  readonly loading: boolean
  readonly namedOnly: boolean
  /** 0: the notebook as it is now. */
  readonly chosen: number
  readonly onChoose: (number: number) => void
  readonly onNamedOnly: (only: boolean) => void
  readonly onOlder: () => void
}

/** All revisions, the newest first, by days. */
export function RevisionList(props: RevisionListProps): JSX.Element {
  const { revisions, more, loading, namedOnly, chosen, onChoose } = props
  const now = Date.now()
  return (
    <div className="h-list">
      <div className="h-list-head">
        <Tick label={t("revisions.named_only")} isSelected={namedOnly} onChange={props.onNamedOnly} />
      </div>
      <ListBox className="h-list-box" aria-label={t("revisions.list")} selectionMode="single"
        selectedKeys={[chosen]} disallowEmptySelection autoFocus="first"
        onSelectionChange={(keys) => {
          const [key] = keys === "all" ? [] : [...keys]
          if (typeof key === "number") onChoose(key)
        }}>
        <ListBoxItem id={0} className="h-item" textValue={t("revisions.now")}>
          <span className="h-item-title"><Icon name="edit" size={16} />{t("revisions.now")}</span>
        </ListBoxItem>
        {byDay(revisions).map((day) => (
          <ListBoxSection key={day.start_ms} className="h-day">
            <Header className="h-day-title">{dayText(day.start_ms, now)}</Header>
            {day.items.map((revision) => <Item key={revision.number} revision={revision} />)}
          </ListBoxSection>
        ))}
      </ListBox>
      {revisions.length === 0 && !loading &&
        <p className="h-nothing">{t(namedOnly ? "revisions.none_named" : "revisions.none")}</p>}
      {more && (
        <Button variant="plain" size="small" pending={loading} onPress={props.onOlder}>
          {t("revisions.older")}
        </Button>
      )}
    </div>
  )
}

function Item({ revision }: { readonly revision: Revision }): JSX.Element {
  const title = titleOf(revision)
  const named = revision.name !== ""
  const kind = kindText(revision)
  const changes = changesText(revision)
  const authors = authorsText(revision.authors)
  return (
    <ListBoxItem id={revision.number} className={`h-item ${named ? "h-item-named" : ""}`}
      textValue={[title, named ? formatTime(revision.time_ms) : "", kind, authors, changes].filter((part) => part !== "").join(", ")}>
      <span className="h-item-title">
        <span>{title}</span>
        {named && <time>{formatTime(revision.time_ms)}</time>}
        {revision.pinned && <span className="h-pin" title={t("revisions.pinned")}><Icon name="pin" size={14} /></span>}
      </span>
      {kind !== "" && <span className="h-item-kind">{kind}</span>}
      {changes !== "" && <span className="h-item-changes">{changes}</span>}
      {revision.authors.length > 0 && (
        <span className="h-item-authors">
          {revision.authors.slice(0, 4).map(({ user, name }) =>
            <PersonBadge key={user} small name={personName(name)} color={colorOf(user)} />)}
          <span>{revision.authors.map(({ name }) => personName(name)).join(", ")}</span>
        </span>
      )}
    </ListBoxItem>
  )
}
