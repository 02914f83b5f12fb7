/** What a language server answers (Language Server Protocol 3.17), as far as the page uses it. */
import {
  asArray, asObject, asString, countAt, isObject, listAt, member, numberAt, objectAt, optionalStringAt, stringAt, type Json, type JsonObject,
} from "./json"

export interface ServerPosition {
  readonly line: number
  readonly character: number
}

export interface ServerRange {
  readonly start: ServerPosition
  readonly end: ServerPosition
}

export interface CompletionItem {
  readonly label: string
  /** The protocol's number of what it is; 0 for unsaid. */
  readonly kind: number
  readonly sort: string
  /** As it came: for asking what it is about. */
  readonly raw: JsonObject
}

export interface SignatureParameter {
  /** Of the signature's label. */
  readonly from: number
  readonly to: number
}

export interface Signature {
  readonly label: string
  readonly documentation: string
  readonly parameters: readonly SignatureParameter[]
  /** The parameter that is being written; -1 for none. */
  readonly active: number
}

export interface Signatures {
  readonly all: readonly Signature[]
  readonly active: number
}

export interface ServerLocation {
  readonly uri: string
  readonly range: ServerRange
}

export interface FileEdits {
  readonly uri: string
  readonly edits: readonly { readonly range: ServerRange; readonly text: string }[]
}

export interface ServerDiagnostic {
  readonly range: ServerRange
  readonly severity: "error" | "warning" | "hint"
  readonly message: string
  readonly code: string
}

const mostItems = 1_000

function parsePosition(value: JsonObject): ServerPosition {
  return { line: countAt(value, "line"), character: countAt(value, "character") }
}

function rangeAt(object: JsonObject, key: string): ServerRange {
  const range = objectAt(object, key)
  return { start: parsePosition(objectAt(range, "start")), end: parsePosition(objectAt(range, "end")) }
}

const isList = (value: Json | undefined): value is readonly Json[] => Array.isArray(value)

/** Markdown, or text that is shown as such. */
function markdownOf(value: Json | undefined): string {
  if (typeof value === "string") return value
  return isObject(value) ? optionalStringAt(value, "value") : ""
}

export function parseCompletions(value: Json): readonly CompletionItem[] {
  if (value === null) return []
  const items = isList(value) ? value : asArray(member(asObject(value, "completions"), "items"), "items")
  return items.slice(0, mostItems).map((each) => {
    const item = asObject(each, "a completion")
    const label = stringAt(item, "label")
    return {
      label, raw: item, kind: typeof item.kind === "number" ? item.kind : 0,
      sort: optionalStringAt(item, "sortText") || label,
    }
  })
}

/** What a completion is about, as Markdown; empty for nothing. */
export function parseDocumentation(value: Json): string {
  return markdownOf(member(asObject(value, "a completion"), "documentation"))
}

/** Null where nothing is known. */
export function parseHover(value: Json): string | null {
  if (value === null) return null
  const text = markdownOf(member(asObject(value, "hover"), "contents"))
  return text === "" ? null : text
}

function parseSignature(value: Json, shared: number): Signature {
  const signature = asObject(value, "a signature")
  const label = stringAt(signature, "label")
  const given = member(signature, "parameters")
  const parameters = (isList(given) ? given : []).map((each) => parameterIn(label, asObject(each, "a parameter")))
  const active = member(signature, "activeParameter")
  return {
    label, parameters, documentation: markdownOf(member(signature, "documentation")),
    active: typeof active === "number" ? active : shared,
  }
}

function parameterIn(label: string, parameter: JsonObject): SignatureParameter {
  const place = member(parameter, "label")
  if (isList(place)) {
    const [from, to] = place
    if (typeof from === "number" && typeof to === "number") return { from, to }
  }
  const text = typeof place === "string" ? place : ""
  const from = Math.max(0, label.indexOf(text))
  return { from, to: from + text.length }
}

/** Null where no call is being written. */
export function parseSignatures(value: Json): Signatures | null {
  if (value === null) return null
  const help = asObject(value, "signatures")
  const shared = member(help, "activeParameter")
  const all = listAt(help, "signatures", (each) => parseSignature(each, typeof shared === "number" ? shared : -1))
  const active = member(help, "activeSignature")
  if (all.length === 0) return null
  return { all, active: typeof active === "number" && active >= 0 && active < all.length ? active : 0 }
}

export function parseLocations(value: Json): readonly ServerLocation[] {
  const list = value === null ? [] : isList(value) ? value : [value]
  return list.map((each) => {
    const location = asObject(each, "a location")
    if (member(location, "targetUri") !== undefined) {
      return { uri: stringAt(location, "targetUri"), range: rangeAt(location, "targetSelectionRange") }
    }
    return { uri: stringAt(location, "uri"), range: rangeAt(location, "range") }
  })
}

export function parseRange(value: Json): ServerRange | null {
  if (value === null) return null
  return rangeAt({ range: isObject(value) && member(value, "range") !== undefined ? member(value, "range") ?? null : value }, "range")
}

export function parseWorkspaceEdit(value: Json): readonly FileEdits[] {
  if (value === null) return []
  const edit = asObject(value, "an edit")
  const readEdit = (each: Json): FileEdits["edits"][number] => {
    const one = asObject(each, "a text edit")
    return { range: rangeAt(one, "range"), text: stringAt(one, "newText") }
  }
  const changes = member(edit, "documentChanges")
  if (isList(changes)) {
    return changes.map((each) => {
      const change = asObject(each, "a change")
      return { uri: stringAt(objectAt(change, "textDocument"), "uri"), edits: listAt(change, "edits", readEdit) }
    })
  }
  const byUri = member(edit, "changes")
  return Object.entries(isObject(byUri) ? byUri : {}).map(([uri, edits]) => ({ uri, edits: asArray(edits, "edits").map(readEdit) }))
}

export function parseDiagnostics(value: Json): readonly ServerDiagnostic[] {
  const report = asObject(value, "diagnostics")
  // What is unchanged since a report before has no items; nobody asks in a way that is answered so.
  return listAt(report, "items", (each) => {
    const item = asObject(each, "a diagnostic")
    const severity = member(item, "severity") === undefined ? 1 : numberAt(item, "severity")
    const code = member(item, "code")
    return {
      range: rangeAt(item, "range"), message: asString(member(item, "message"), "message"),
      severity: severity === 1 ? "error" : severity === 2 ? "warning" : "hint",
      code: typeof code === "string" ? code : "",
    }
  })
}
