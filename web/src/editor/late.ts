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

/** Like `late`, of what is made for each editor: `load` brings its maker. */
export function lateOf<Setup>(load: () => Promise<(setup: Setup) => Extension>): (setup: Setup) => Extension {
  let maker: ((setup: Setup) => Extension) | null = null
  let loading: Promise<(setup: Setup) => Extension> | null = null
  return (setup) => {
    if (maker !== null) return maker(setup)
    return late(async () => {
      loading ??= load()
      try {
        maker = await loading
      } catch (error) {
        loading = null
        throw error
      }
      return maker(setup)
    })()
  }
}

/** When the page has nothing else to do, and in three seconds in any case. */
export function whenIdle(): Promise<void> {
  return new Promise((resolve) => {
    if ("requestIdleCallback" in globalThis) requestIdleCallback(() => resolve(), { timeout: 3_000 })
    else setTimeout(resolve, 300)
  })
}
