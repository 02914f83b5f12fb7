/** The browser's WebSocket as a Socket. */
import type { NotebookId } from "../wire/ids"
import { subprotocol } from "../wire/page_message"
import type { OpenSocket, Socket, SocketEvents } from "./connection"

export function openWebSocket(notebook: NotebookId): WebSocket {
  const url = new URL(`/api/notebooks/${encodeURIComponent(notebook)}/socket`, location.href)
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
  url.hash = ""
  const socket = new WebSocket(url, subprotocol)
  socket.binaryType = "arraybuffer"
  return socket
}

/** What came, when it is something that the server may say. */
export function frameIn({ data }: MessageEvent<unknown>): string | ArrayBuffer | null {
  return typeof data === "string" || data instanceof ArrayBuffer ? data : null
}

export function asSocket(socket: WebSocket): Socket {
  return {
    send: (text) => socket.send(text),
    sendBytes: (frame) => socket.send(frame),
    close: (code) => {
      socket.onopen = socket.onmessage = socket.onclose = null
      socket.close(code)
    },
  }
}

/** Tells of what comes and of the end from now on. */
export function tell(socket: WebSocket, events: SocketEvents): void {
  socket.onmessage = (event: MessageEvent<unknown>) => {
    const frame = frameIn(event)
    if (frame !== null) events.received(frame)
  }
  socket.onclose = ({ code, reason }) => events.closed(code, reason)
}

export function notebookSocket(notebook: NotebookId): OpenSocket {
  return (events) => {
    const socket = openWebSocket(notebook)
    socket.onopen = () => events.opened()
    tell(socket, events)
    return asSocket(socket)
  }
}
