/**
 * Joins a kernel's small pieces of text into few frames, and holds back a flood, as a supervisor does
 * (docs/protocol.md 3): a frame goes out 50 ms after its first piece, at 64 Ki characters, or when something
 * else follows. Past 8 Mi characters in one execution at most the last 64 Ki go out each 200 ms; the rest is
 * counted. Pure: the time is a parameter.
 */
import type { JsonObject } from "../wire/json"

const delayMs = 50
const floodMs = 200
const frameChars = 64 * 1024
const floodChars = 8 * 1024 * 1024

const bytesOf = (text: string): number => new TextEncoder().encode(text).length
const linesOf = (text: string): number => text.split("\n").length - 1

export class StreamJoiner {
  private execution = ""
  private name = ""
  private text = ""
  private dropped = { lines: 0, bytes: 0 }
  private dueMs = 0
  /** Taken in of the execution of now. */
  private taken = 0
  private floodSentMs = 0

  /** When onTime() must be called; null: nothing is held. */
  get due(): number | null {
    return this.text === "" ? null : this.dueMs
  }

  add(execution: string, name: string, text: string, now: number): JsonObject[] {
    const out: JsonObject[] = []
    if (execution !== this.execution || name !== this.name) out.push(...this.flush(now))
    if (execution !== this.execution) this.taken = 0
    if (this.text === "") this.dueMs = now + delayMs
    this.execution = execution
    this.name = name
    this.text += text
    this.taken += text.length
    if (this.taken > floodChars) {
      this.dueMs = Math.max(this.dueMs, this.floodSentMs + floodMs)
      if (this.text.length > 2 * frameChars) this.cut()
    } else if (this.text.length >= frameChars) out.push(...this.flush(now))
    return out
  }

  /** What is held, because something else follows. */
  flush(now: number): JsonObject[] {
    if (this.text === "") return []
    if (this.taken > floodChars) {
      this.cut()
      this.floodSentMs = now
    }
    const { lines, bytes } = this.dropped
    const message: JsonObject = {
      type: "stream", execution: this.execution, name: this.name, text: this.text,
      ...(bytes > 0 ? { dropped: { lines, bytes } } : {}),
    }
    this.text = ""
    this.dropped = { lines: 0, bytes: 0 }
    return [message]
  }

  onTime(now: number): JsonObject[] {
    return this.text !== "" && this.dueMs <= now ? this.flush(now) : []
  }

  /** Keeps the last of a flood. */
  private cut(): void {
    if (this.text.length <= frameChars) return
    let at = this.text.length - frameChars
    const line = this.text.indexOf("\n", at)
    if (line >= 0 && line - at < 4096) at = line + 1
    else if ((this.text.charCodeAt(at) & 0xfc00) === 0xdc00) at += 1
    const gone = this.text.slice(0, at)
    this.dropped = { lines: this.dropped.lines + linesOf(gone), bytes: this.dropped.bytes + bytesOf(gone) }
    this.text = this.text.slice(at)
  }
}
