/**
 * The server's own notebook in a process of its own (src/notebooks/notebook_core_main.cpp), which can be
 * killed at any moment and goes on from its log. What it is told happens when it is told to settle.
 */
/// <reference types="node" />
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process"
import { asObject, parseJson, type JsonObject } from "../src/wire/json"

export class CoreFailure extends Error {
  override name = "CoreFailure"
}

/** No fault of the game's. */
export class CannotStart extends Error {
  override name = "CannotStart"
}

export class Core {
  /** The notebook's file. */
  file = ""
  private process: ChildProcessWithoutNullStreams | null = null
  private waiting: { resolve: (lines: JsonObject[]) => void; reject: (error: Error) => void } | null = null
  private lines: JsonObject[] = []
  private rest = ""
  private complaints = ""

  constructor(
    private readonly program: string, private readonly folder: string,
    private readonly settings: JsonObject,
  ) {}

  get runs(): boolean {
    return this.process !== null
  }

  async start(): Promise<void> {
    const process = spawn(this.program, [this.folder, JSON.stringify(this.settings)])
    this.process = process
    this.rest = ""
    process.stdout.setEncoding("utf8").on("data", (chunk: string) => this.read(process, chunk))
    process.stderr.setEncoding("utf8").on("data", (text: string) => (this.complaints += text))
    process.stdin.on("error", () => undefined) // It ended: told by "close".
    process.on("error", (error) => this.fail(new CannotStart(`${this.program}: ${error.message}`)))
    process.on("close", () => {
      if (this.process === process) this.fail(new CoreFailure(`the core ended by itself\n${this.complaints}`))
    })
    const [ready] = await this.answer()
    this.file = typeof ready?.file === "string" ? ready.file : ""
  }

  /** Tells these lines; answers with all that it says until it has settled. */
  async settle(lines: readonly JsonObject[]): Promise<readonly JsonObject[]> {
    const { process } = this
    if (!process) throw new CoreFailure("the core does not run")
    process.stdin.write([...lines, { settle: true }].map((line) => JSON.stringify(line)).join("\n") + "\n")
    return this.answer()
  }

  /** What it has in its store, and what it shows to a page that comes. */
  async dump(): Promise<{ readonly stored: JsonObject; readonly page: JsonObject }> {
    const said = await this.settle([{ dump: true }])
    const found = said.find((line) => "dump" in line)
    return { stored: asObject(found?.dump, "dump"), page: asObject(found?.page, "page") }
  }

  kill(): Promise<void> {
    const { process } = this
    this.process = null
    if (!process) return Promise.resolve()
    return new Promise((resolve) => {
      process.on("close", () => resolve())
      process.kill("SIGKILL")
    })
  }

  /** As by SIGTERM: what it says to its pages, and the file is written. */
  async stop(): Promise<readonly JsonObject[]> {
    const { process } = this
    if (!process) return []
    process.stdin.write('{"stop":true}\n')
    const said = await this.answer()
    this.process = null
    await new Promise((resolve) => process.on("close", resolve))
    return said
  }

  private answer(): Promise<JsonObject[]> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject }
    })
  }

  private read(process: ChildProcessWithoutNullStreams, chunk: string): void {
    if (this.process !== process) return
    const texts = (this.rest + chunk).split("\n")
    this.rest = texts.pop() ?? ""
    for (const text of texts) {
      const line = asObject(parseJson(text), "line")
      if ("settled" in line || "ready" in line) {
        const { waiting, lines } = this
        this.waiting = null
        this.lines = []
        waiting?.resolve("ready" in line ? [line] : lines)
      } else this.lines.push(line)
    }
  }

  private fail(error: Error): void {
    this.process = null
    this.waiting?.reject(error)
    this.waiting = null
  }
}
