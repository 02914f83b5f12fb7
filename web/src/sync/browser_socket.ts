/** The browser's WebSocket as a Socket. */
import type { NotebookId } from "../wire/ids"
import { subprotocol } from "../wire/page_message"
import type { OpenSocket } from "./connection"

export function notebookSocket(notebook: NotebookId): OpenSocket {
  return (events) => {
    const url = new URL(`/api/notebooks/${encodeURIComponent(notebook)}/socket`, location.href)
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
    url.hash = ""
    const socket = new WebSocket(url, subprotocol)
    socket.binaryType = "arraybuffer"
    socket.onopen = () => events.opened()
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === "string" || data instanceof ArrayBuffer) events.received(data)
    }
    socket.onclose = ({ code, reason }) => events.closed(code, reason)
    return {
      send: (text) => socket.send(text),
      close: (code) => {
        socket.onopen = socket.onmessage = socket.onclose = null
        socket.close(code)
      },
    }
  }
}
