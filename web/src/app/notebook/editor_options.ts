/** How this person likes to write code; kept in this browser. */
import { useSyncExternalStore } from "react"
import { parseOptions, storedOptions, usualOptions, type EditorOptions } from "../../model/editor_options"
import { remember, remembered } from "../remembered"

const storageKey = "colibri.editor"
const listeners = new Set<() => void>()
let options = parseOptions(remembered(storageKey))

/** Of all code on the page, cells that are not edited too. */
function applySize({ fontSize }: EditorOptions): void {
  const { style } = document.documentElement
  const isUsual = fontSize === usualOptions.fontSize
  style.setProperty("--size-code", isUsual ? "" : `${fontSize}px`)
  style.setProperty("--line-code", isUsual ? "" : `${Math.round(fontSize * 1.48)}px`)
}

applySize(options)

export const editorOptions = (): EditorOptions => options

export function setEditorOptions(change: Partial<EditorOptions>): void {
  options = { ...options, ...change }
  remember(storageKey, storedOptions(options))
  applySize(options)
  for (const listener of [...listeners]) listener()
}

export function subscribeOptions(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export const useEditorOptions = (): EditorOptions => useSyncExternalStore(subscribeOptions, editorOptions)
