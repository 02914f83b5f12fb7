import { useEffect, useMemo, useRef, type JSX } from "react"
import { listed, threadFilters } from "../../../model/thread_list"
import { Button, IconButton } from "../../../ui/Button"
import { Menu } from "../../../ui/Menu"
import type { Thread } from "../../../wire/comment"
import { formatNumber, t } from "../../../words/words"
import { minuteMs, useClock } from "../../clock"
import { useNotebook, useSession } from "../context"
import { shortcutOf } from "../registry/key_settings"
import { elementOf, useArrangement, type PlacedCard } from "./arrangement"
import { DraftCard } from "./DraftCard"
import { useComments, useIsWide, useMayComment } from "./state"
import { ThreadCard } from "./ThreadCard"

interface CommentsMarginProps {
  readonly threads: readonly Thread[]
  readonly onClose: () => void
}

/** What people said about the cells, each beside its cell. */
export function CommentsMargin({ threads, onClose }: CommentsMarginProps): JSX.Element {
  const { session } = useNotebook()
  const box = useRef<HTMLDivElement>(null)
  const filter = useComments((state) => state.filter)
  const selected = useComments((state) => state.selected)
  const drafts = useComments((state) => state.drafts)
  const order = useSession(session, (view) => view.state?.order)
  const bin = useSession(session, (view) => view.state?.bin)
  const now = useClock(minuteMs)
  const list = useMemo(
    () => session.view.state ? listed(session.view.state, filter, selected) : [],
    // What the list is made of.
    // eslint-disable-next-line react-hooks/exhaustive-deps
    [session, filter, selected, threads, order, bin])
  const rows = useMemo(() => new Map((order ?? []).map((cell, row) => [cell, row])), [order])
  const cards = useMemo((): readonly PlacedCard[] => {
    const placed = (drafts.map(({ thread, cell, quote }) =>
      ({ id: thread, cell, anchor: quote === "" ? null : { from: 0, to: 0 } })))
    // Drafts stand behind the threads of their cell; the layout moves the selected one to its place.
    const row = ({ cell }: PlacedCard): number => rows.get(cell) ?? rows.size
    return [...list.map(({ thread: { id, cell, anchor } }): PlacedCard => ({ id, cell, anchor })), ...placed]
      .sort((a, b) => row(a) - row(b))
  }, [list, drafts, rows])
  useArrangement(box, cards, selected)
  useRevealing(cards)
  return (
    <aside className="m-margin" aria-label={t("comment.title")}>
      <MarginHead count={list.length} onClose={onClose} />
      <div ref={box} className="m-cards">
        {cards.map(({ id }) => {
          const draft = drafts.find(({ thread }) => thread === id)
          const found = list.find(({ thread }) => thread.id === id)
          return draft ? <DraftCard key={id} draft={draft} />
            : found && <ThreadCard key={id} listed={found} now={now} />
        })}
      </div>
      {cards.length === 0 && <Nothing />}
    </aside>
  )
}

function MarginHead({ count, onClose }: { readonly count: number; readonly onClose: () => void }): JSX.Element {
  const { comments } = useNotebook()
  const filter = useComments((state) => state.filter)
  const label = t(`comment.filter.${filter}`)
  return (
    <div className="m-head">
      <h2>{t("comment.title")}</h2>
      <Menu label={t("comment.filter")} placement="bottom end"
        items={threadFilters.map((id) => ({ id, label: t(`comment.filter.${id}`), isChosen: id === filter }))}
        onAction={(chosen) => {
          const next = threadFilters.find((id) => id === chosen)
          if (next) comments.filter(next)
        }}
        trigger={
          <Button variant="plain" size="small" icon="chevron_down" aria-label={`${t("comment.filter")}: ${label}`}>
            {label}{count > 0 ? ` · ${formatNumber(count)}` : ""}
          </Button>
        } />
      <IconButton label={t("comment.hide")} icon="close" size={18} onPress={onClose} />
    </div>
  )
}

function Nothing(): JSX.Element {
  const filter = useComments((state) => state.filter)
  const may = useMayComment()
  const keys = shortcutOf("comment")
  return (
    <div className="m-none">
      <p>{t(`comment.none.${filter}`)}</p>
      {may && filter !== "resolved" && <p>{t("comment.how", { keys })}</p>}
    </div>
  )
}

/** Longer than a card takes to go where it belongs. */
const settleMs = 200

/** Brings what is selected on the screen: its place in the notebook, and its card. */
function useRevealing(cards: readonly PlacedCard[]): void {
  const selected = useComments((state) => state.selected)
  const turn = useComments((state) => state.turn)
  const wide = useIsWide()
  useEffect(() => {
    if (selected === null) return
    const reveal = (element: Element | null | undefined): void => element?.scrollIntoView({ block: "nearest" })
    const placed = cards.find(({ id }) => id === selected)
    if (placed) reveal(elementOf(placed))
    const timer = setTimeout(() => reveal(document.querySelector(`[data-card="${CSS.escape(selected)}"]`)), wide ? settleMs : 0)
    return () => clearTimeout(timer)
    // Only when it was wished: not when cards come and go.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [turn])
}
