/** One terminal as it is drawn: xterm.js, its keys, and the connection that fills it. */
import "@xterm/xterm/css/xterm.css"
import { FitAddon } from "@xterm/addon-fit"
import { Terminal } from "@xterm/xterm"
import { browserClock } from "../../../sync/clock"
import { mostPasted, TerminalConnection, type TerminalState } from "../../../sync/terminal_connection"
import { subscribeTheme } from "../../../ui/theme"
import { showToast } from "../../../ui/toast"
import type { NotebookId } from "../../../wire/ids"
import { formatBytes, t } from "../../../words/words"
import { monospace, terminalTheme } from "./terminal_theme"
import { terminalSocket } from "./terminal_socket"

export interface ScreenEvents {
  readonly changed: (state: TerminalState) => void
  /** What a program calls the terminal. */
  readonly titled: (title: string) => void
  /** The person wants the keyboard back. */
  readonly left: () => void
}

const encoder = new TextEncoder()

export class Screen {
  private readonly terminal: Terminal
  private readonly fit = new FitAddon()
  private readonly connection: TerminalConnection
  private readonly undo: (() => void)[] = []

  constructor(host: HTMLElement, notebook: NotebookId, id: string, label: string, events: ScreenEvents) {
    this.terminal = new Terminal({
      cursorBlink: true, fontFamily: monospace(), fontSize: 13, scrollback: 5000, theme: terminalTheme(),
      allowProposedApi: false, linkHandler: { activate: (_event, text) => openLink(text) },
    })
    this.terminal.loadAddon(this.fit)
    this.terminal.open(host)
    this.terminal.textarea?.setAttribute("aria-label", label)
    this.fit.fit()
    this.connection = new TerminalConnection(terminalSocket(notebook, id), browserClock, {
      write: (bytes, shown) => this.terminal.write(bytes, shown),
      reset: () => this.terminal.reset(),
      changed: events.changed,
    }, { columns: this.terminal.cols, rows: this.terminal.rows })
    this.listen(host, events)
    this.connection.start()
  }

  private listen(host: HTMLElement, events: ScreenEvents): void {
    const { terminal, connection, undo } = this
    const typed = (text: string): void => {
      const bytes = new Uint8Array(encoder.encode(text))
      if (bytes.length > mostPasted) {
        showToast({ text: t("terminal.paste_large", { most: formatBytes(mostPasted) }), level: "warning" })
      } else connection.type(bytes)
    }
    terminal.onData(typed)
    // Mouse reports of old programs: a byte for each character.
    terminal.onBinary((text) => connection.type(Uint8Array.from(text, (c) => c.charCodeAt(0))))
    terminal.onResize(({ cols, rows }) => connection.resize(cols, rows))
    terminal.onTitleChange((title) => events.titled(oneLine(title)))
    terminal.attachCustomKeyEventHandler((event) => this.key(event, events.left))
    const sizes = new ResizeObserver(() => {
      if (host.offsetParent !== null) this.fit.fit()
    })
    sizes.observe(host)
    const recolor = (): void => {
      terminal.options.theme = terminalTheme()
    }
    const dark = matchMedia("(prefers-color-scheme: dark)")
    dark.addEventListener("change", recolor)
    undo.push(() => sizes.disconnect(), subscribeTheme(recolor), () => dark.removeEventListener("change", recolor))
  }

  /** False for what is not the program's. */
  private key(event: KeyboardEvent, left: () => void): boolean {
    if (event.type !== "keydown" || !event.ctrlKey || event.altKey || event.metaKey) return true
    const key = event.key.toLowerCase()
    if (event.shiftKey && key === "arrowup") {
      event.preventDefault()
      left()
      return false
    }
    // The browser pastes.
    if (key === "v") return false
    if (key !== "c" || !(event.shiftKey || this.terminal.hasSelection())) return true
    event.preventDefault()
    if (this.terminal.hasSelection()) {
      void navigator.clipboard.writeText(this.terminal.getSelection()).catch(() =>
        showToast({ text: t("recovered.not_copied"), level: "warning" }))
      this.terminal.clearSelection()
    }
    return false
  }

  focus(): void {
    this.terminal.focus()
  }

  close(): void {
    for (const call of this.undo) call()
    this.connection.stop()
    this.terminal.dispose()
  }
}

const oneLine = (title: string): string => title.replace(/[\p{C}]/gu, "").trim().slice(0, 60)

/** A program may say that its text is a link; only the web is one. */
function openLink(text: string): void {
  if (/^https?:\/\//i.test(text)) window.open(text, "_blank", "noopener,noreferrer")
}
