/** Comms between scripts of a frame and the kernel, by the page. */
import type { FromFrame, ToFrame } from "./messages"

interface CommMessage {
  readonly data: unknown
  readonly buffers: readonly ArrayBuffer[]
}

type FromKernel = Extract<ToFrame, { type: "kernel" }>
type Opened = (comm: FrameComm, message: CommMessage) => unknown

export class FrameComm {
  private readonly heard: CommMessage[] = []
  private wake: () => void = () => undefined
  private ended = false

  constructor(private readonly say: (event: "msg" | "close", data: unknown, buffers: readonly unknown[]) => void) {}

  /** All that the kernel says, until it closes the comm. */
  readonly messages = { [Symbol.asyncIterator]: (): AsyncIterator<CommMessage, undefined> => ({ next: () => this.next() }) }

  send(data: unknown, { buffers = [] }: { readonly buffers?: readonly unknown[] } = {}): Promise<void> {
    if (this.ended) return Promise.reject(new Error("The comm is closed."))
    this.say("msg", data, buffers)
    return Promise.resolve()
  }

  close(): void {
    if (this.ended) return
    this.say("close", {}, [])
    this.end()
  }

  hear(message: CommMessage): void {
    this.heard.push(message)
    this.wake()
  }

  end(): void {
    this.ended = true
    this.wake()
  }

  private async next(): Promise<IteratorResult<CommMessage, undefined>> {
    for (;;) {
      const message = this.heard.shift()
      if (message) return { done: false, value: message }
      if (this.ended) return { done: true, value: undefined }
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }
}

export class KernelComms {
  private readonly comms = new Map<string, FrameComm>()
  private readonly targets = new Map<string, Opened>()
  private opened = 0

  constructor(private readonly send: (message: FromFrame) => void, private readonly allowed: () => boolean) {}

  open(target: string, data: unknown, buffers: readonly unknown[]): Promise<FrameComm> {
    if (!this.allowed()) {
      return Promise.reject(new Error("Only an output of a cell that was run on this page since it was loaded can reach the kernel."))
    }
    const id = `f${++this.opened}`
    const comm = this.make(id)
    this.send({ type: "kernel", event: "open", id, target, data: data ?? {}, buffers })
    return Promise.resolve(comm)
  }

  register(target: string, callback: Opened): void {
    this.targets.set(target, callback)
    this.send({ type: "kernel", event: "target", id: "", target, data: {}, buffers: [] })
  }

  closeAll(): void {
    for (const comm of [...this.comms.values()]) comm.close()
  }

  receive({ event, id, target, data, buffers }: FromKernel): void {
    if (event === "open") {
      void this.targets.get(target)?.(this.make(id), { data, buffers })
    } else if (event === "msg") {
      this.comms.get(id)?.hear({ data, buffers })
    } else {
      this.comms.get(id)?.end()
      this.comms.delete(id)
    }
  }

  private make(id: string): FrameComm {
    const comm = new FrameComm((event, data, buffers) => {
      this.send({ type: "kernel", event, id, target: "", data, buffers })
      if (event === "close") this.comms.delete(id)
    })
    this.comms.set(id, comm)
    return comm
  }
}
