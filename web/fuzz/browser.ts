/** What a browser has for all the tabs of one person: storage, and a channel between tabs. */
export class MemoryStorage implements Storage {
  [name: string]: unknown

  get length(): number {
    return Object.keys(this).length
  }

  getItem(key: string): string | null {
    const value = Object.hasOwn(this, key) ? this[key] : null
    return typeof value === "string" ? value : null
  }

  setItem(key: string, value: string): void {
    this[key] = value
  }

  removeItem(key: string): void {
    Reflect.deleteProperty(this, key)
  }

  key(index: number): string | null {
    return Object.keys(this)[index] ?? null
  }

  clear(): void {
    for (const key of Object.keys(this)) this.removeItem(key)
  }
}

export interface Channel {
  postMessage(message: unknown): void
  close(): void
  onmessage: ((event: MessageEvent<unknown>) => void) | null
}

export class Browser {
  readonly storage = new MemoryStorage()
  private readonly channels = new Set<Channel>()

  readonly channel = (): Channel => {
    const channel: Channel = {
      onmessage: null,
      postMessage: (data) => {
        for (const other of [...this.channels]) {
          if (other !== channel) other.onmessage?.(new MessageEvent("message", { data }))
        }
      },
      close: () => this.channels.delete(channel),
    }
    this.channels.add(channel)
    return channel
  }
}
