/** An extension that is loaded when an editor first needs it: the text is there before its colours. */
import { Compartment, type Extension } from "@codemirror/state"
import { ViewPlugin, type EditorView } from "@codemirror/view"

/** `load` is called for the first editor only, unless it fails. */
export function late(load: () => Promise<Extension>): () => Extension {
  let loaded: Extension | null = null
  return () => {
    if (loaded !== null) return loaded
    const slot = new Compartment()
    return [slot.of([]), ViewPlugin.define((view: EditorView) => {
      let gone = false
      load().then(
        (extension) => {
          loaded = extension
          if (!gone) view.dispatch({ effects: slot.reconfigure(extension) })
        },
        (error: unknown) => console.warn("Colibri: a language could not be loaded:", error))
      return { destroy: () => { gone = true } }
    })]
  }
}
