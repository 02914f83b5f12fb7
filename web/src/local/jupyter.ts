/** The part of a Jupyter server's HTTP API that a local runtime needs. */
import { isObject, member, parseJson, type Json, type JsonObject } from "../wire/json"
import type { JupyterKernel, LocalProblem } from "../wire/local_worker"
import type { JupyterServer } from "../model/jupyter_url"
import { objectIn, textIn } from "./translator"

export class JupyterError extends Error {
  override name = "JupyterError"

  constructor(readonly problem: LocalProblem, detail: string, readonly status = 0) {
    super(detail)
  }
}

interface Answer {
  readonly status: number
  readonly json: Json | undefined
}

const patienceMs = 15_000
const restartMs = 90_000

export class Jupyter {
  constructor(private readonly server: JupyterServer) {}

  /** Its kernels, and the one that it takes by itself. */
  async look(): Promise<{ readonly kernels: readonly JupyterKernel[]; readonly chosen: string }> {
    const { status, json } = await this.ask("GET", "api/kernelspecs")
    if (status === 404 || !isObject(json) || !isObject(member(json, "kernelspecs"))) {
      throw new JupyterError("not_jupyter", `HTTP ${status}`, status)
    }
    const kernels = Object.entries(objectIn(json, "kernelspecs")).map(([name, entry]) => {
      const spec = isObject(entry) ? objectIn(entry, "spec") : {}
      return { name, display_name: textIn(spec, "display_name") || name, language: textIn(spec, "language") }
    })
    if (kernels.length === 0) throw new JupyterError("no_kernels", "")
    return { kernels, chosen: textIn(json, "default") }
  }

  async start(name: string): Promise<string> {
    // Of what it refuses Jupyter lets a browser see nothing, and this token was good when it was asked what it has.
    const { status, json } = await this.ask("POST", "api/kernels", { name, path: "" }, restartMs).catch((error: unknown) => {
      throw error instanceof JupyterError && error.problem === "refused"
        ? new JupyterError("kernel", "The log of the Jupyter server says why.") : error
    })
    const id = isObject(json) ? textIn(json, "id") : ""
    if (status >= 300 || id === "") throw new JupyterError("kernel", reasonIn(json) || `HTTP ${status}`, status)
    return id
  }

  /** Its model; null when there is no such kernel: asked for by its id that would be an answer that nobody may see. */
  async kernel(id: string): Promise<JsonObject | null> {
    const { status, json } = await this.ask("GET", "api/kernels")
    if (!Array.isArray(json)) throw new JupyterError("not_jupyter", `HTTP ${status}`, status)
    return json.filter(isObject).find((kernel) => textIn(kernel, "id") === id) ?? null
  }

  async interrupt(id: string): Promise<void> {
    await this.ask("POST", `${this.path(id)}/interrupt`)
  }

  /** False when there is no such kernel any more. */
  async restart(id: string): Promise<boolean> {
    if (await this.kernel(id) === null) return false
    const { status } = await this.ask("POST", `${this.path(id)}/restart`, {}, restartMs)
    return status < 300
  }

  async end(id: string): Promise<void> {
    await this.ask("DELETE", this.path(id))
  }

  channels(id: string, session: string): URL {
    const url = new URL(`${this.path(id)}/channels`, this.server.base)
    url.protocol = url.protocol === "https:" ? "wss:" : "ws:"
    url.searchParams.set("session_id", session)
    // A browser sends no header of ours with it.
    if (this.server.token !== "") url.searchParams.set("token", this.server.token)
    return url
  }

  private path(id: string): string {
    return `api/kernels/${encodeURIComponent(id)}`
  }

  /**
   * A browser says nothing about why it let a page see no answer. Jupyter's refusal of a token is such an answer too;
   * its version is open to all whom it allows.
   */
  private async diagnose(error: unknown): Promise<JupyterError> {
    const version = new URL("api", this.server.base)
    if (await answers(version, "cors")) return new JupyterError("refused", "", 403)
    if (await answers(version, "no-cors")) return new JupyterError("not_allowed", "")
    return new JupyterError("unreachable", error instanceof Error ? error.message : String(error))
  }

  private async ask(method: string, path: string, body?: JsonObject, limitMs = patienceMs): Promise<Answer> {
    const headers = new Headers()
    if (this.server.token !== "") headers.set("authorization", `token ${this.server.token}`)
    if (body) headers.set("content-type", "application/json")
    let response
    try {
      response = await fetch(new URL(path, this.server.base), {
        method, headers, credentials: "omit", cache: "no-store", redirect: "manual", referrerPolicy: "no-referrer",
        signal: AbortSignal.timeout(limitMs), ...(body ? { body: JSON.stringify(body) } : {}),
      })
    } catch (error) {
      throw await this.diagnose(error)
    }
    // A server that wants its token sends whoever has none to a page to sign in at.
    if (response.status === 401 || response.status === 403 || response.type === "opaqueredirect") {
      throw new JupyterError("refused", "", response.status)
    }
    return { status: response.status, json: readJson(await response.text()) }
  }
}

/** Whether it could be fetched; whether it may be read is another matter with `no-cors`. */
async function answers(url: URL, mode: "cors" | "no-cors"): Promise<boolean> {
  try {
    const response = await fetch(url, {
      mode, credentials: "omit", cache: "no-store", redirect: mode === "cors" ? "manual" : "follow",
      referrerPolicy: "no-referrer", signal: AbortSignal.timeout(patienceMs),
    })
    return mode === "no-cors" || response.ok
  } catch {
    return false
  }
}

const reasonIn = (json: Json | undefined): string => isObject(json) ? textIn(json, "message") || textIn(json, "reason") : ""

function readJson(text: string): Json | undefined {
  try {
    return parseJson(text)
  } catch {
    return undefined
  }
}
