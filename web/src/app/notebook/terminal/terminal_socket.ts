/** The browser's WebSocket as a terminal's socket. */
import type { OpenTerminalSocket } from "../../../sync/terminal_connection"
import type { NotebookId } from "../../../wire/ids"
import { terminalSubprotocol } from "../../../wire/sessions"

export function terminalSocket(notebook: NotebookId, terminal: string): OpenTerminalSocket {
  return (events) => {
    const path = `/api/notebooks/${encodeURIComponent(notebook)}/terminals/${encodeURIComponent(terminal)}/socket`
    const url = new URL(path, location.href)
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
    url.hash = ""
    const socket = new WebSocket(url, terminalSubprotocol)
    socket.binaryType = "arraybuffer"
    socket.onopen = () => events.opened()
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      if (typeof data === "string" || data instanceof ArrayBuffer) events.received(data)
    }
    socket.onclose = ({ code }) => events.closed(code)
    return {
      send: (data) => {
        if (socket.readyState === WebSocket.OPEN) socket.send(data)
      },
      close: () => {
        socket.onopen = socket.onmessage = socket.onclose = null
        socket.close()
      },
    }
  }
}
