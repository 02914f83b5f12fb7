/**
 * What became of each letter that anybody typed. Every letter is typed once in a game, so one that
 * stands twice was doubled, and one that stands nowhere was lost, unless somebody took it away.
 */
import type { Chance } from "./chance"

/** What may stand between letters, again and again: what cuts texts in unusual places. */
const fillers = ["\n", "\n\n", "\r\n", "\r", " ", "a", "😀", "👩‍👩‍👧", "é", "\t"]
const blocks: readonly (readonly [first: number, last: number])[] = [
  [0x4e00, 0x9fff], [0xac00, 0xd7a3], [0x20000, 0x2a6df],
]

export class Ledger {
  /** Whose each letter is. */
  private readonly typed = new Map<string, string>()
  /** Taken away by somebody who saw it, or refused in words. */
  private readonly mayBeGone = new Set<string>()
  /** Somebody put it there once more: an undo, a recovered text, a cell that was merged and came back. */
  private readonly mayRepeat = new Set<string>()
  /** Whose deletion took it, in which cell. */
  private readonly removals = new Map<string, Set<string>>()
  /** Deletions that were given back as recovered texts or told as refused: by whom, in which cell. */
  private readonly forgone = new Set<string>()
  /** Went into another cell, where a deletion that was on its way does not find it. */
  private readonly moved = new Set<string>()
  private readonly next = blocks.map(([first]) => first)

  constructor(private readonly chance: Chance) {}

  /** New text of `length` letters, with other things between them. */
  fresh(author: string, length: number): string {
    let text = ""
    for (let i = 0; i < length; i += 1) {
      const block = this.chance.below(blocks.length)
      const point = this.next[block] ?? 0
      if (point > (blocks[block]?.[1] ?? 0)) throw new Error("all letters are used up")
      this.next[block] = point + 1
      const letter = String.fromCodePoint(point)
      this.typed.set(letter, author)
      text += letter
      if (this.chance.happens(0.2)) text += this.chance.pick(fillers) ?? ""
    }
    return text
  }

  /** Somebody deletes this text, which they see, in a cell. */
  remove(who: string, cell: string, text: string): void {
    for (const letter of this.letters(text)) {
      this.mayBeGone.add(letter)
      this.removals.set(letter, (this.removals.get(letter) ?? new Set()).add(`${who} ${cell}`))
    }
  }

  /** This text may be there never, once or again. */
  release(text: string): void {
    this.excuse(text)
    this.repeat(text)
  }

  excuse(text: string): void {
    for (const letter of this.letters(text)) this.mayBeGone.add(letter)
  }

  repeat(text: string): void {
    for (const letter of this.letters(text)) this.mayRepeat.add(letter)
  }

  move(text: string): void {
    for (const letter of this.letters(text)) this.moved.add(letter)
  }

  /** What `who` changed in this cell last has come to nothing, and they know it. */
  forgo(who: string, cell: string): void {
    this.forgone.add(`${who} ${cell}`)
  }

  /** What is wrong with texts that stand in the notebook (or bin, or beside it as recovered). */
  faults(standing: string, elsewhere: string): string[] {
    const counts = new Map<string, number>()
    for (const letter of this.letters(standing)) counts.set(letter, (counts.get(letter) ?? 0) + 1)
    const beside = new Set(this.letters(elsewhere))
    const faults: string[] = []
    for (const [letter, author] of this.typed) {
      const count = counts.get(letter) ?? 0
      if (count > 1 && !this.mayRepeat.has(letter)) {
        faults.push(`${name(letter)} of ${author} stands ${count} times`)
      }
      if (count === 0 && !beside.has(letter) && !this.mayBeGone.has(letter)) {
        faults.push(`${name(letter)} of ${author} is lost`)
      }
      if (count > 0 && this.isRemoved(letter)) {
        faults.push(`${name(letter)} of ${author} was deleted (${[...this.removals.get(letter) ?? []].join(", ")}) and stands there`)
      }
    }
    return faults
  }

  private isRemoved(letter: string): boolean {
    if (this.mayRepeat.has(letter) || this.moved.has(letter)) return false
    return [...this.removals.get(letter) ?? []].some((edit) => !this.forgone.has(edit))
  }

  private letters(text: string): string[] {
    return Array.from(text).filter((letter) => this.typed.has(letter))
  }
}

function name(letter: string): string {
  return `${letter} (U+${(letter.codePointAt(0) ?? 0).toString(16)})`
}
