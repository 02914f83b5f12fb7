/** What one asks about one's own runtime: to get one, to keep it, to end it. */
import type { Lease } from "../wire/lease"
import type { PageMessage } from "../wire/page_message"

/** What a runtime shall be; what is empty is left to the notebook's metadata, or to the server. */
export interface RuntimeWish {
  readonly flavor: string
  readonly image: string
  readonly kernel: string
  /** The flavor to work on while one waits. */
  readonly meanwhile: string
}

export const anyRuntime: RuntimeWish = { flavor: "", image: "", kernel: "", meanwhile: "" }

export class Leasing {
  private lease: Lease | null = null
  /** What to ask for once the runtime of now has ended. */
  private next: RuntimeWish | null = null

  constructor(private readonly send: (message: PageMessage) => boolean) {}

  connect(wish: RuntimeWish = anyRuntime): void {
    this.send({ type: "connect", ...wish })
  }

  /** Ends the runtime, if there is one, and asks for this one. */
  replace(wish: RuntimeWish): void {
    if (this.lease === null || this.lease.state === "ended") return this.connect(wish)
    // One's place in the queue is kept: what one works on meanwhile comes before it.
    if (wish.meanwhile !== "" && this.lease.state === "queued" && this.lease.flavor === wish.flavor) {
      return this.connect(wish)
    }
    if (this.send({ type: "disconnect" })) this.next = wish
  }

  disconnect(): void {
    this.next = null
    this.send({ type: "disconnect" })
  }

  /** Puts the nearer end of the runtime off. */
  keep(): void {
    this.send({ type: "keep" })
  }

  /** Takes the runtime that is offered. */
  claim(): void {
    this.send({ type: "claim" })
  }

  leaveQueue(): void {
    this.send({ type: "leave_queue" })
  }

  told(lease: Lease | null): void {
    this.lease = lease
    const { next } = this
    if (next === null || (lease !== null && lease.state !== "ended")) return
    this.next = null
    this.connect(next)
  }
}
