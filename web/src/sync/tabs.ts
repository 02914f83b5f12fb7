/** Which tabs of this browser live: each answers to its client id when asked. */
import { clientId, type ClientId } from "../wire/ids"
import type { Clock } from "./clock"

const channelName = "colibri.tabs"
const patienceMs = 400

interface Channel {
  postMessage(message: unknown): void
  close(): void
  onmessage: ((event: MessageEvent<unknown>) => void) | null
}

export class Tabs {
  private readonly channel: Channel
  private heard = new Set<ClientId>()

  constructor(
    private readonly client: ClientId, private readonly clock: Clock,
    open: () => Channel = () => new BroadcastChannel(channelName),
  ) {
    this.channel = open()
    this.channel.onmessage = ({ data }) => {
      if (data === "who") this.channel.postMessage(this.client)
      else if (typeof data === "string") this.heard.add(clientId(data))
    }
  }

  /** The client ids of the others that answered soon. */
  others(): Promise<ReadonlySet<ClientId>> {
    this.heard = new Set()
    this.channel.postMessage("who")
    return new Promise((resolve) => {
      this.clock.after(patienceMs, () => resolve(this.heard))
    })
  }

  close(): void {
    this.channel.close()
  }
}
