import { useRef, type JSX, type KeyboardEvent, type MouseEvent, type ReactNode } from "react"
import { t } from "../../words/words"
import { IconButton } from "../Button"
import { Icon, type IconName } from "../icons"
import { Spinner } from "../Spinner"
import { TextField } from "../TextField"

export interface OpenItem {
  readonly id: string
  readonly icon: IconName
  readonly title: string
  /** Below the title. */
  readonly text?: string
  /** At the end of the line. */
  readonly note?: string
  /** Of what has an address of its own. */
  readonly href?: string
  readonly onOpen: () => void
  /** Shows it without opening it. */
  readonly onLook?: () => void
}

interface OpenListProps {
  /** What it lists, for screen readers. */
  readonly label: string
  readonly filter: string
  readonly onFilter: (filter: string) => void
  /** Null while they are loaded. */
  readonly items: readonly OpenItem[] | null
  readonly error?: string | null
  /** Said where there is none and nothing is filtered. */
  readonly none: string
  /** Said of the notes at the end of lines. */
  readonly noteTitle?: string
  /** Between the filter and the list; before both where it has the keyboard at first. */
  readonly above?: ReactNode
  /** Said below the list. */
  readonly below?: string
  /** False: something else has the keyboard at first. */
  readonly focusFilter?: boolean
}

/** A list with a filter: arrows go through it, Enter in the filter opens the first. */
export function OpenList(props: OpenListProps): JSX.Element {
  const { filter, items, error = null } = props
  const list = useRef<HTMLUListElement>(null)
  const step = (event: KeyboardEvent): void => {
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return
    const all = Array.from(list.current?.querySelectorAll<HTMLElement>(".o-item") ?? [])
    const at = all.findIndex((item) => item === document.activeElement)
    const next = all[at + (event.key === "ArrowDown" ? 1 : -1)]
    if (next) next.focus()
    else return
    event.preventDefault()
  }
  const focusFilter = props.focusFilter ?? true
  return (
    <div className="o-list-frame" onKeyDown={step}>
      {!focusFilter && props.above}
      <div onKeyDown={(event) => {
        if (event.key !== "Enter" || event.nativeEvent.isComposing) return
        event.preventDefault()
        if (filter !== "") items?.[0]?.onOpen()
      }}>
        <TextField className="o-filter" label={t("open.filter")} hideLabel type="search" autoFocus={focusFilter}
          placeholder={t("open.filter")} value={filter} onChange={props.onFilter} />
      </div>
      {focusFilter && props.above}
      {error !== null ? <p className="o-none" role="alert">{error}</p>
        : items === null ? <div className="o-none"><Spinner size={24} label={t("app.loading")} /></div>
          : items.length === 0 ? <p className="o-none">{filter === "" ? props.none : t("open.none_found", { filter })}</p>
            : (
              <>
                {props.noteTitle !== undefined && (
                  <div className="o-columns" aria-hidden="true">
                    <span>{t("open.column_title")}</span><span>{props.noteTitle}</span>
                  </div>
                )}
                <ul className="o-list" ref={list} aria-label={props.label}>
                  {items.map((item) => (
                    <li key={item.id}>
                      <Item item={item} />
                      {item.onLook && <IconButton icon="eye" label={t("open.look", { title: item.title })} onPress={item.onLook} />}
                    </li>
                  ))}
                </ul>
                {(props.below ?? "") !== "" && <p className="o-hint">{props.below}</p>}
              </>
            )}
    </div>
  )
}

function Item({ item }: { readonly item: OpenItem }): JSX.Element {
  const { icon, title, text, note, href, onOpen } = item
  const inside = (
    <>
      <Icon name={icon} size={20} />
      <span className="o-item-words"><b>{title}</b>{text !== undefined && <span>{text}</span>}</span>
      {note !== undefined && <span className="o-item-note">{note}</span>}
    </>
  )
  if (href === undefined) return <button type="button" className="o-item" onClick={onOpen}>{inside}</button>
  return (
    <a className="o-item" href={href} onClick={(event: MouseEvent) => {
      if (event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return
      event.preventDefault()
      onOpen()
    }}>{inside}</a>
  )
}

/** Whether all words of the filter stand in the text. */
export function fits(filter: string, ...texts: readonly string[]): boolean {
  const text = texts.join(" ").toLocaleLowerCase()
  return filter.toLocaleLowerCase().split(/\s+/).every((word) => text.includes(word))
}
