/** A widget model's comm, as @jupyter-widgets/base wants it: over the page to the kernel and back. */
import type { CommInFrame } from "../messages"
import type { SendComm } from "./api"

type Listener = (message: object) => void

interface Callbacks {
  readonly iopub?: { readonly status?: (message: object) => void }
}

/** When no echo comes, the next change goes out after this time all the same. */
const longestWaitMs = 1500

export const views = (buffers: readonly ArrayBuffer[]): DataView[] => buffers.map((buffer) => new DataView(buffer))

export class FrameComm {
  readonly target_name = "jupyter.widget"
  private hear: Listener = () => undefined
  private closed: Listener = () => undefined
  private sent = 0
  /** The change that is on its way: the model holds the next one back until the kernel has echoed it. */
  private pending: { readonly id: string; readonly release: () => void } | null = null

  constructor(readonly comm_id: string, private readonly sendOut: SendComm) {}

  on_msg(listener: Listener): void {
    this.hear = listener
  }

  on_close(listener: Listener): void {
    this.closed = listener
  }

  open(): string {
    return ""
  }

  close(): string {
    return ""
  }

  send(data: { method?: string }, callbacks?: Callbacks, _metadata?: object, buffers: readonly (ArrayBuffer | ArrayBufferView)[] = []): string {
    const id = `m${++this.sent}`
    this.sendOut(this.comm_id, data, buffers.map(asBuffer))
    if (data.method === "update") {
      this.pending?.release()
      const timer = setTimeout(() => this.pending?.release(), longestWaitMs)
      const release = (): void => {
        clearTimeout(timer)
        if (this.pending?.id === id) this.pending = null
        callbacks?.iopub?.status?.({ content: { execution_state: "idle" } })
      }
      this.pending = { id, release }
    }
    return id
  }

  receive({ type, data, buffers }: CommInFrame): void {
    const echo = "method" in data && data.method === "echo_update"
    const message = {
      header: { msg_type: type }, content: { comm_id: this.comm_id, data }, buffers: views(buffers), metadata: {},
      // Whose echo it is only the kernel knows; one change at a time is on its way, so it is that one's.
      ...(echo && this.pending ? { parent_header: { msg_id: this.pending.id } } : {}),
    }
    if (type === "comm_close") this.closed(message)
    else this.hear(message)
    if (echo) this.pending?.release()
  }
}

function asBuffer(value: ArrayBuffer | ArrayBufferView): ArrayBuffer {
  if (value instanceof ArrayBuffer) return value
  return new Uint8Array(value.buffer, value.byteOffset, value.byteLength).slice().buffer
}
