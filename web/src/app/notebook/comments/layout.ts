/** Where cards stand beside what they are about: each at its anchor if there is room, none over another. */

export interface CardSize {
  readonly id: string
  /** Where it would like to begin, from above. */
  readonly anchor: number
  readonly height: number
}

/**
 * The upper edge of each card, in the order given, which is kept. The selected one is at its anchor,
 * and the others make room for it, as far as those before it have the room above. Nothing begins
 * above `start`. Pixels.
 */
export function layOut(
  cards: readonly CardSize[], selected: string | null, gap: number, start = 0,
): ReadonlyMap<string, number> {
  const tops: number[] = []
  let free = start
  let needed = start // By all before this one.
  cards.forEach((card, i) => {
    const isSelected = card.id === selected
    tops[i] = isSelected ? Math.max(card.anchor, needed) : Math.max(card.anchor, free)
    if (isSelected) makeRoom(cards, tops, i, gap)
    free = tops[i] + card.height + gap
    needed += card.height + gap
  })
  return new Map(cards.map(({ id }, i) => [id, tops[i] ?? 0]))
}

/** Moves those before `at` up until they end above it. */
function makeRoom(cards: readonly CardSize[], tops: number[], at: number, gap: number): void {
  for (let i = at - 1; i >= 0; --i) {
    const latest = (tops[i + 1] ?? 0) - gap - (cards[i]?.height ?? 0)
    if ((tops[i] ?? 0) <= latest) return
    tops[i] = latest
  }
}
