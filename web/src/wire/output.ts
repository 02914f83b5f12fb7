/** Outputs of a cell: nbformat's objects with the additions of docs/protocol.md 1.1. */
import {
  asString, countAt, idAt, isObject, listAt, member, objectAt, oneOfAt, optionalObjectAt,
  optionalStringAt, stringAt, WireError,
  type Json, type JsonObject,
} from "./json"

export interface StreamOutput {
  readonly output_type: "stream"
  readonly name: "stdout" | "stderr"
  readonly text: string
  /** What was left out between `text` and `tail`, in all. */
  readonly cut?: { readonly lines: number; readonly bytes: number }
  readonly tail: string
}

export interface BlobRef {
  readonly sha256: string
  readonly bytes: number
  readonly encoding: "base64" | "text" | "json"
}

/** A MIME type is either in `data` or in `blobs`. */
export interface DisplayOutput {
  readonly output_type: "display_data" | "execute_result"
  readonly data: JsonObject
  readonly metadata: JsonObject
  readonly blobs: Readonly<Record<string, BlobRef>>
  readonly execution_count: number | null
  readonly display_id: string
}

export interface ErrorOutput {
  readonly output_type: "error"
  readonly ename: string
  readonly evalue: string
  readonly traceback: readonly string[]
}

export type Output = StreamOutput | DisplayOutput | ErrorOutput

const sha256 = /^[0-9a-f]{64}$/

export function parseBlobs(object: JsonObject | undefined): Readonly<Record<string, BlobRef>> {
  const blobs: [string, BlobRef][] = Object.entries(object ?? {}).map(([type, value]) => {
    if (!isObject(value)) throw new WireError("a blob is not an object")
    const hash = stringAt(value, "sha256")
    if (!sha256.test(hash)) throw new WireError("a blob's sha256 is malformed")
    return [type, {
      sha256: hash,
      bytes: countAt(value, "bytes"),
      encoding: oneOfAt(value, "encoding", ["base64", "text", "json"]),
    }]
  })
  return Object.fromEntries(blobs)
}

/** nbformat allows a text to be a list of lines. */
function multiline(object: JsonObject, key: string): string {
  const value = member(object, key)
  return Array.isArray(value)
    ? value.map((line: Json) => asString(line, key)).join("")
    : optionalStringAt(object, key)
}

export function parseOutput(value: Json): Output {
  if (!isObject(value)) throw new WireError("an output is not an object")
  const type = oneOfAt(value, "output_type", ["stream", "display_data", "execute_result", "error"])
  switch (type) {
    case "stream": {
      const cut = optionalObjectAt(value, "cut")
      return {
        output_type: type,
        name: stringAt(value, "name") === "stderr" ? "stderr" : "stdout",
        text: multiline(value, "text"),
        tail: optionalStringAt(value, "tail"),
        ...(cut ? { cut: { lines: countAt(cut, "lines"), bytes: countAt(cut, "bytes") } } : {}),
      }
    }
    case "error":
      return {
        output_type: type,
        ename: optionalStringAt(value, "ename"),
        evalue: optionalStringAt(value, "evalue"),
        traceback: member(value, "traceback") === undefined
          ? [] : listAt(value, "traceback", (line) => asString(line, "traceback")),
      }
    case "display_data":
    case "execute_result": {
      const count = member(value, "execution_count")
      return {
        output_type: type,
        data: objectAt(value, "data"),
        metadata: optionalObjectAt(value, "metadata") ?? {},
        blobs: parseBlobs(optionalObjectAt(value, "blobs")),
        execution_count: typeof count === "number" ? count : null,
        display_id: member(value, "display_id") === undefined ? "" : idAt(value, "display_id"),
      }
    }
  }
}
