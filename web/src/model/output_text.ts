/** A cell's outputs as plain text, for the clipboard. Pure. */
import { isObject, member, type Json, type JsonObject } from "../wire/json"
import type { Output } from "../wire/output"

// eslint-disable-next-line no-control-regex -- escape sequences are made of control characters
const escapes = /\u001b(?:\[[0-9;:?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-_])/g

export function outputText(outputs: readonly Output[]): string {
  return outputs.map(textOf).filter((text) => text !== "").join("\n").replace(escapes, "")
}

function textOf(output: Output): string {
  switch (output.output_type) {
    case "stream": return (output.text + output.tail).replace(/\n$/, "").replace(/[^\n]*\r(?!\n)/g, "")
    case "error":
      return output.traceback.length > 0 ? output.traceback.join("\n") : `${output.ename}: ${output.evalue}`
    case "display_data":
    case "execute_result": return lines(member(output.data, "text/plain") ?? "")
  }
}

function lines(value: Json): string {
  if (typeof value === "string") return value
  return Array.isArray(value) ? value.filter((line) => typeof line === "string").join("") : ""
}

/** Whether a cell's metadata asks for its outputs to be hidden: JupyterLab's way, or the older one. */
export function outputsHidden(metadata: JsonObject): boolean {
  const jupyter = member(metadata, "jupyter")
  const own = isObject(jupyter) ? member(jupyter, "outputs_hidden") : undefined
  return own === true || own === undefined && member(metadata, "collapsed") === true
}

/** Whether tall outputs scroll in a box; null leaves it to each output. */
export function outputsScrolled(metadata: JsonObject): boolean | null {
  const scrolled = member(metadata, "scrolled")
  return typeof scrolled === "boolean" ? scrolled : null
}

export function withOutputsHidden(metadata: JsonObject, hidden: boolean): JsonObject {
  const jupyter = member(metadata, "jupyter")
  const own: JsonObject = { ...without(isObject(jupyter) ? jupyter : {}, "outputs_hidden"), ...(hidden ? { outputs_hidden: true } : {}) }
  const rest = without(without(metadata, "collapsed"), "jupyter")
  return Object.keys(own).length > 0 ? { ...rest, jupyter: own } : rest
}

function without(object: JsonObject, key: string): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([name]) => name !== key))
}

export function withOutputsScrolled(metadata: JsonObject, scrolled: boolean): JsonObject {
  return { ...metadata, scrolled }
}
