/** The open notebook's language server, which comes with a part of the page of its own when somebody begins to write. */
import { whenIdle } from "../../../editor/late"
import { isPython, languageOf } from "../../../model/notebook_state"
import type { NotebookLanguage } from "../../../sync/language/notebook_language"
import type { NotebookSession } from "../../../sync/session"
import { editorOptions, subscribeOptions } from "../editor_options"

export class LateLanguage {
  private loaded: NotebookLanguage | null = null
  private loading: Promise<void> | null = null
  private stopped = false
  private readonly unsubscribe: () => void

  constructor(private readonly session: NotebookSession) {
    this.unsubscribe = subscribeOptions(() => {
      if (!editorOptions().languageServer) this.drop()
    })
  }

  /** What answers; null before. */
  get known(): NotebookLanguage | null {
    return this.loaded?.isReady === true ? this.loaded : null
  }

  get isOffered(): boolean {
    const { state } = this.session.view
    return !this.stopped && editorOptions().languageServer && state !== null && isPython(languageOf(state)) && (this.loaded?.isOffered ?? true)
  }

  /** Done when it is there, or cannot be had. */
  async start(): Promise<void> {
    if (!this.isOffered || this.known) return
    this.loading ??= this.load().finally(() => {
      this.loading = null
    })
    try {
      await this.loading
    } catch (error) {
      console.warn("Colibri: no language server:", error)
    }
  }

  stop(): void {
    this.stopped = true
    this.unsubscribe()
    this.drop()
  }

  private drop(): void {
    this.loaded?.stop()
    this.loaded = null
  }

  private async load(): Promise<void> {
    await whenIdle()
    const { makeLanguage } = await import("./start_server")
    if (!this.isOffered) return
    this.loaded ??= makeLanguage(this.session)
    await this.loaded.start()
  }
}
