/**
 * From a kernel's messages to what the link tells the server, as a supervisor does it: knows which request
 * belongs to which execution, and when an execution is over. Pure.
 */
import { isObject, member, type Json, type JsonObject } from "../wire/json"
import { parentOf, typeOf, type KernelMessage } from "./channels"

/** A frame of the link without its number. */
export interface LinkEvent {
  readonly message: JsonObject
  readonly buffers?: readonly Uint8Array[]
}

interface Run {
  readonly execution: string
  replied: boolean
  idle: boolean
  done: boolean
  counted: boolean
  interrupted: boolean
  raised: boolean
  status: string
  ename: string
}

const remembered = 1000

export const textIn = (object: JsonObject, key: string): string => {
  const value = member(object, key)
  return typeof value === "string" ? value : ""
}
export const objectIn = (object: JsonObject, key: string): JsonObject => {
  const value = member(object, key)
  return isObject(value) ? value : {}
}
const count = (value: Json | undefined): number | null =>
  typeof value === "number" && Number.isSafeInteger(value) ? value : null

function richOutput(type: string, content: JsonObject): JsonObject {
  const id = textIn(objectIn(content, "transient"), "display_id")
  return {
    output_type: type, data: objectIn(content, "data"), metadata: objectIn(content, "metadata"),
    ...(id === "" ? {} : { display_id: id }),
  }
}

function errorOutput(content: JsonObject): JsonObject {
  const traceback = member(content, "traceback")
  return {
    output_type: "error", ename: textIn(content, "ename"), evalue: textIn(content, "evalue"),
    traceback: Array.isArray(traceback) ? traceback.filter((line) => typeof line === "string") : [],
  }
}

function tooLarge(message: KernelMessage): JsonObject {
  const text = `A message of ${message.leftOut >>> 20} MiB (${typeOf(message)}) was left out: the limit is 48 MiB. ` +
    "Save large results to a file."
  return { output_type: "error", ename: "OutputTooLarge", evalue: text, traceback: [`OutputTooLarge: ${text}`] }
}

function richEvent(type: string, execution: string, message: KernelMessage): LinkEvent | null {
  const { content } = message
  switch (type) {
    case "display_data":
      return { message: { type: "output", execution, output: richOutput(type, content) } }
    case "execute_result":
      return {
        message: {
          type: "output", execution,
          output: { ...richOutput(type, content), execution_count: count(member(content, "execution_count")) },
        },
      }
    case "update_display_data": {
      const id = textIn(objectIn(content, "transient"), "display_id")
      return id === "" ? null : {
        message: { type: "update", display_id: id, data: objectIn(content, "data"), metadata: objectIn(content, "metadata") },
      }
    }
    case "comm_open":
    case "comm_msg":
    case "comm_close":
      return { message: { type: "comm", message: { type, content, metadata: message.metadata } }, buffers: message.buffers }
    default: return null
  }
}

/** What `?name` shows in a pager stands below the cell here. */
function pages(execution: string, content: JsonObject): LinkEvent[] {
  const payloads = member(content, "payload")
  if (!Array.isArray(payloads)) return []
  return payloads.filter(isObject).filter((payload) => textIn(payload, "source") === "page")
    .map((payload) => objectIn(payload, "data")).filter((data) => Object.keys(data).length > 0)
    .map((data) => ({
      message: { type: "output", execution, output: { output_type: "display_data", data, metadata: {} } },
    }))
}

export class Translator {
  /** By msg_id of the request, oldest first. */
  private readonly runs = new Map<string, Run>()
  private input: { readonly execution: string; readonly header: JsonObject } | null = null

  /** From now on messages with the parent `id` belong to `execution`. */
  begin(id: string, execution: string): void {
    if (this.runs.size >= remembered) {
      for (const [oldest] of this.runs) {
        this.runs.delete(oldest)
        break
      }
    }
    this.runs.set(id, {
      execution, replied: false, idle: false, done: false, counted: false, interrupted: false, raised: false,
      status: "", ename: "",
    })
  }

  /** What a message means for the server, in order. Replies to other requests are the caller's to read. */
  take(message: KernelMessage): LinkEvent[] {
    switch (message.channel) {
      case "iopub": return this.onIopub(message)
      case "shell": return this.onShell(message)
      case "stdin": return this.onStdin(message)
      default: return []
    }
  }

  /** Its KeyboardInterrupt will be told as reason `interrupted`. */
  noteInterrupt(execution: string): void {
    const run = this.find(execution)
    if (run) run.interrupted = true
  }

  /** One of reply and idle came, and the other did not. */
  halfDone(execution: string): boolean {
    const run = this.find(execution)
    return run !== undefined && !run.done && run.replied !== run.idle
  }

  /** Ends an execution by what is known, for when its other half was lost. */
  settle(execution: string): LinkEvent[] {
    const run = this.find(execution)
    return run && !run.done ? [this.finish(run)] : []
  }

  /** The header of the input request that `execution` waits for, once. */
  takeInput(execution: string): JsonObject | null {
    if (this.input?.execution !== execution) return null
    const { header } = this.input
    this.input = null
    return header
  }

  private find(execution: string): Run | undefined {
    return [...this.runs.values()].reverse().find((run) => run.execution === execution)
  }

  private finish(run: Run): LinkEvent {
    run.done = true
    if (this.input?.execution === run.execution) this.input = null
    const status = run.status === "" ? (run.raised ? "error" : "ok") : run.status
    const interrupted = run.interrupted && status === "error" && run.ename === "KeyboardInterrupt"
    return { message: { type: "done", execution: run.execution, status, reason: interrupted ? "interrupted" : "" } }
  }

  private ifComplete(run: Run): LinkEvent[] {
    return run.done || !run.replied || !run.idle ? [] : [this.finish(run)]
  }

  private counted(run: Run, value: Json | undefined): LinkEvent[] {
    const number = count(value)
    if (run.counted || number === null) return []
    run.counted = true
    return [{ message: { type: "count", execution: run.execution, count: number } }]
  }

  private onIopub(message: KernelMessage): LinkEvent[] {
    const run = this.runs.get(parentOf(message))
    const execution = run?.execution ?? ""
    const { content } = message
    const type = typeOf(message)
    if (message.leftOut > 0) return [{ message: { type: "output", execution, output: tooLarge(message) } }]
    switch (type) {
      case "stream": {
        const text = textIn(content, "text")
        const name = textIn(content, "name") === "stderr" ? "stderr" : "stdout"
        return text === "" ? [] : [{ message: { type: "stream", execution, name, text } }]
      }
      case "error":
        if (run) {
          run.raised = true
          run.ename = textIn(content, "ename")
        }
        return [{ message: { type: "output", execution, output: errorOutput(content) } }]
      case "clear_output":
        return [{ message: { type: "clear", execution, wait: member(content, "wait") === true } }]
      case "execute_input":
        return run ? this.counted(run, member(content, "execution_count")) : []
      case "status":
        if (!run || textIn(content, "execution_state") !== "idle") return []
        run.idle = true
        return this.ifComplete(run)
      default: {
        const event = richEvent(type, execution, message)
        return event ? [event] : []
      }
    }
  }

  private onShell(message: KernelMessage): LinkEvent[] {
    const run = this.runs.get(parentOf(message))
    if (!run || run.done || run.replied || typeOf(message) !== "execute_reply") return []
    run.replied = true
    const status = textIn(message.content, "status")
    // "abort" is what kernels before protocol 5.1 said.
    run.status = status === "ok" || status === "error" ? status : "aborted"
    if (run.ename === "") run.ename = textIn(message.content, "ename")
    return [
      ...(run.status === "aborted" ? [] : this.counted(run, member(message.content, "execution_count"))),
      ...pages(run.execution, message.content),
      ...this.ifComplete(run),
    ]
  }

  private onStdin(message: KernelMessage): LinkEvent[] {
    const run = this.runs.get(parentOf(message))
    if (!run || run.done || typeOf(message) !== "input_request") return []
    this.input = { execution: run.execution, header: message.header }
    return [{
      message: {
        type: "input", execution: run.execution, prompt: textIn(message.content, "prompt"),
        password: member(message.content, "password") === true,
      },
    }]
  }
}
