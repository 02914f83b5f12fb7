/**
 * The worker that plays a local runtime's supervisor. Its own content policy lets it reach the Jupyter server that
 * the person named, which the page's does not; so it is a program of its own that shows nothing and keeps nothing.
 */
import { parseToWorker, type FromWorker, type ToWorker } from "../wire/local_worker"
import { Jupyter, JupyterError } from "./jupyter"
import { linkProtocol } from "./link"
import { Supervisor } from "./supervisor"

const kept = new Map<number, () => void>()
let lastTicket = 0

const say = (message: FromWorker): void => postMessage(JSON.stringify(message))

function sayProblem(error: unknown): void {
  if (error instanceof JupyterError) say({ type: "problem", problem: error.problem, detail: error.message })
  else say({ type: "problem", problem: "kernel", detail: error instanceof Error ? error.message : String(error) })
}

async function carryOut(message: ToWorker): Promise<void> {
  if (message.type === "kept") {
    kept.get(message.ticket)?.()
    kept.delete(message.ticket)
    return
  }
  const jupyter = new Jupyter(message)
  if (message.type === "look") {
    say({ type: "found", ...await jupyter.look() })
    return
  }
  const supervisor = new Supervisor(jupyter, {
    keep: (record) => new Promise((done) => {
      lastTicket += 1
      kept.set(lastTicket, done)
      say({ type: "keep", ticket: lastTicket, record })
    }),
    state: (state) => say({ type: "state", state }),
    ended: () => say({ type: "ended" }),
  }, { runtime: message.runtime, token: message.link_token, kernel: message.kernel, resume: message.resume, words: message.words },
  () => new WebSocket(message.socket, linkProtocol))
  await supervisor.start()
}

addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  if (typeof data !== "string") return
  carryOut(parseToWorker(data)).catch(sayProblem)
})
