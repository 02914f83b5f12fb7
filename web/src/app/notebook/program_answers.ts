/** Answers to what programs of the runtime ask of the page (docs/protocol.md 2.7). */
import { notebookLink } from "../../model/notebook_link"
import { AskFailure, type AskContext } from "../../sync/asks"
import { ApiError } from "../../sync/http"
import { member, type Json, type JsonObject } from "../../wire/json"
import type { Place } from "../../wire/runtime_files"
import type { OpenNotebook } from "./context"
import { answerUpload } from "./files/asked_upload"
import { downloadPath, viewPath } from "./files/files"
import { addSource } from "./snippets/sources"

type Answer = (notebook: OpenNotebook, params: JsonObject, context: AskContext) => Promise<Json> | Json

export const answers = {
  upload: (notebook, params, context) => {
    ownRuntime(notebook)
    return answerUpload(notebook, params, context)
  },
  download: (notebook, params) => about(notebook, params, (place) => downloadPath(notebook, place)),
  view: (notebook, params) => about(notebook, params, (place) => viewPath(notebook, place, lineOf(params))),
  snippets: (_, params) => {
    const url = member(params, "url")
    if (typeof url !== "string" || url.length > 2_000 || notebookLink(url, location.origin, "https://github.com") === null) {
      throw new AskFailure("invalid", "Snippets come from a notebook's address on this server or at GitHub.")
    }
    addSource(url.trim())
    return null
  },
} satisfies Record<string, Answer>

async function about(notebook: OpenNotebook, params: JsonObject, act: (place: Place) => Promise<void>): Promise<null> {
  ownRuntime(notebook)
  try {
    await act(placeOf(params))
  } catch (error) {
    throw error instanceof ApiError ? new AskFailure(error.code === "" ? "failed" : error.code, error.detail) : error
  }
  return null
}

/** The page reaches the files of the runtime in use: only for a program in that one. */
function ownRuntime({ session }: OpenNotebook): void {
  const { user, inUse } = session.view
  if (user && inUse !== "" && inUse !== user.id) throw new AskFailure("other_runtime", "The page uses the runtime of somebody else.")
}

function placeOf(params: JsonObject): Place {
  const path = member(params, "path")
  const hex = member(params, "path_hex")
  if (typeof path !== "string" || (hex === undefined && !path.startsWith("/")) || (hex !== undefined && (typeof hex !== "string" || !/^(?:[0-9a-f]{2})+$/.test(hex)))) {
    throw new AskFailure("invalid", "A path is absolute.")
  }
  return { path, hex: hex ?? null }
}

function lineOf(params: JsonObject): number | null {
  const line = member(params, "line")
  return typeof line === "number" && Number.isInteger(line) && line > 0 ? line : null
}
