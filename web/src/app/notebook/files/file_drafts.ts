/** What was typed into files of the runtime and is not saved there: a tab that goes to another pane, or is loaded anew, has it again. */
import { isObject, member, parseJson } from "../../../wire/json"
import { rememberedHere, rememberHere } from "../../remembered"

export interface FileDraft {
  readonly text: string
  /** Of the file that it began with. */
  readonly version: string
}

/** A browser keeps some 5 MB for all of a tab. */
const mostKept = 512 * 1024
const laterMs = 1_000

export class FileDrafts {
  /** Asked for the text when it is wanted: that costs more than a keystroke should. */
  private readonly drafts = new Map<string, () => FileDraft>()
  private readonly unkept = new Set<string>()
  private timer: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly notebook: string) {}

  of(ref: string): FileDraft | null {
    return this.drafts.get(ref)?.() ?? parseDraft(rememberedHere(this.storageKey(ref)))
  }

  /** There is something new in it. */
  put(ref: string, read: () => FileDraft): void {
    this.drafts.set(ref, read)
    this.unkept.add(ref)
    this.timer ??= setTimeout(() => this.keep(), laterMs)
  }

  /** Its editor goes: what it has now stays. */
  freeze(ref: string): void {
    const draft = this.drafts.get(ref)?.()
    if (draft) this.drafts.set(ref, () => draft)
    this.keep()
  }

  /** The file has another name now. */
  move(ref: string, to: string): void {
    const draft = this.of(ref)
    this.drop(ref)
    if (draft) this.put(to, () => draft)
    this.keep()
  }

  /** It was saved, or is wanted no more. */
  drop(ref: string): void {
    this.drafts.delete(ref)
    this.unkept.delete(ref)
    rememberHere(this.storageKey(ref), null)
  }

  /** Writes down what a reload is to find; false: it would not find all. */
  keep(): boolean {
    clearTimeout(this.timer)
    this.timer = undefined
    for (const ref of [...this.unkept]) {
      const draft = this.drafts.get(ref)?.()
      if (!draft || draft.text.length > mostKept) continue
      const stored = JSON.stringify(draft)
      rememberHere(this.storageKey(ref), stored)
      if (rememberedHere(this.storageKey(ref)) === stored) this.unkept.delete(ref)
    }
    return this.unkept.size === 0
  }

  private storageKey(ref: string): string {
    return `colibri.file.${this.notebook}.${ref}`
  }
}

function parseDraft(stored: string | null): FileDraft | null {
  if (stored === null) return null
  try {
    const value = parseJson(stored)
    if (!isObject(value)) return null
    const text = member(value, "text")
    const version = member(value, "version")
    return typeof text === "string" && typeof version === "string" ? { text, version } : null
  } catch {
    return null
  }
}
