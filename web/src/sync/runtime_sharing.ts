/** Which runtime this page's runs go to: one's own, or one that somebody shares. */
import type { UserId } from "../wire/ids"
import type { PageMessage } from "../wire/page_message"
import type { ServerMessage } from "../wire/server_message"

export class RuntimeSharing {
  private chosen: UserId | null = null
  /** A server that was started again does not know whose runtime was chosen: it is told once. */
  private isNew = false

  constructor(private readonly send: (message: PageMessage) => void) {}

  /** Lets other editors use this person's runtime, or no longer. */
  share(shared: boolean): void {
    this.send({ type: "share_runtime", shared })
  }

  /** From now on runs go to the runtime of `owner`. */
  use(owner: UserId): void {
    this.chosen = owner
    this.send({ type: "use_runtime", owner })
  }

  disconnected(): void {
    this.isNew = true
  }

  told({ in_use, runtimes }: Extract<ServerMessage, { type: "runtimes" }>): void {
    const { chosen } = this
    if (!this.isNew || chosen === null || chosen === in_use) return
    this.isNew = false
    if (runtimes.some(({ owner, shared }) => owner === chosen && shared)) this.use(chosen)
  }
}
