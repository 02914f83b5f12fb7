/** Reading e-mail addresses as people type and paste them. */
import { looksLikeEmail } from "../account/forms"

export interface Addresses {
  readonly good: readonly string[]
  /** What is no address, as it was typed. */
  readonly bad: readonly string[]
}

const angled = /<\s*([^<>]*?)\s*>/

/** One piece between commas: `ada@x.org`, `Ada <ada@x.org>`, or several with spaces between. */
function partsOf(piece: string): readonly string[] {
  const inside = angled.exec(piece)?.[1]
  return inside === undefined ? piece.trim().split(/\s+/) : [inside]
}

/** The addresses in a text: between commas, semicolons, spaces or line ends, with names or without. */
export function readAddresses(text: string): Addresses {
  const parts = text.split(/[,;\n]+/).flatMap(partsOf).filter((part) => part !== "")
  return {
    good: [...new Set(parts.filter(looksLikeEmail).map((part) => part.toLowerCase()))],
    bad: parts.filter((part) => !looksLikeEmail(part)),
  }
}

/** Both lists, each address once. */
export function joined(some: readonly string[], more: readonly string[]): readonly string[] {
  return [...new Set([...some, ...more])]
}
