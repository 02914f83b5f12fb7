/**
 * Keeps typed text in this browser until the server has it, one entry a tab, so that a crash or a
 * closed laptop loses nothing. Signing out forgets it.
 */
import { WireError } from "../wire/json"
import { clientId, type ClientId, type NotebookId, type UserId } from "../wire/ids"
import { prefix, signedOut } from "./unsent_keys"
import { parseKept, type Kept } from "./unsent_text"

const forgetAfterMs = 30 * 86_400_000

export class UnsentStore {
  private readonly notebook: string

  constructor(
    private readonly storage: Storage, private readonly user: UserId, notebook: NotebookId,
    private readonly client: ClientId,
  ) {
    this.notebook = `${prefix} ${user} ${notebook} `
  }

  /**
   * Replaces what is kept of this tab; nothing is kept of a tab that has nothing unsent, or whose user
   * signed out. `online`: the user is signed in, for the server speaks with them.
   */
  keep(kept: Kept, online: boolean): void {
    const key = this.notebook + this.client
    if (online) this.storage.removeItem(signedOut(this.user))
    else if (this.storage.getItem(signedOut(this.user)) !== null) return
    if (kept.texts.length === 0 && kept.commands.length === 0 && kept.recovered.length === 0) {
      this.storage.removeItem(key)
      return
    }
    try {
      this.storage.setItem(key, JSON.stringify(kept))
    } catch {
      this.keepLess(key, kept)
    }
  }

  /** The tabs of this notebook that kept something, but for this one. */
  others(): readonly ClientId[] {
    return Object.keys(this.storage).filter((key) => key.startsWith(this.notebook))
      .map((key) => clientId(key.slice(this.notebook.length)))
      .filter((client) => client !== this.client)
  }

  /** Takes over what another tab kept: it is this tab's from now on. */
  take(client: ClientId, now: number): Kept | null {
    const key = this.notebook + client
    const text = this.storage.getItem(key)
    this.storage.removeItem(key)
    if (text === null) return null
    try {
      const kept = parseKept(text)
      return now - kept.saved_ms > forgetAfterMs ? null : kept
    } catch (error) {
      if (!(error instanceof WireError)) throw error
      console.warn("Colibri: what a tab kept cannot be read:", error.message)
      return null
    }
  }

  /** The browser has no more room: the words matter more than how they came about. */
  private keepLess(key: string, kept: Kept): void {
    const texts = kept.texts.map((text) => ({ ...text, changes: [] }))
    try {
      this.storage.setItem(key, JSON.stringify({ ...kept, texts }))
    } catch {
      console.warn("Colibri: this browser has no room to keep what is typed")
    }
  }
}
