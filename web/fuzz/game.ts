/** One game: several people, one notebook, much misfortune; then peace, and a look whether all is well. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { isDeepStrictEqual } from "node:util"
import { fromSnapshot } from "../src/model/notebook_state"
import { FakeClock } from "../src/sync/testing/fake_clock"
import { parseSnapshot, type Snapshot } from "../src/wire/cell"
import { asArray, asObject, asString, listAt, member, parseJson, type Json, type JsonObject } from "../src/wire/json"
import type { Role } from "../src/wire/role"
import { BarePeer } from "./bare_peer"
import { Browser } from "./browser"
import { Chance } from "./chance"
import { differences } from "./compare"
import { CannotStart, Core } from "./core"
import { Ledger } from "./ledger"
import { Network } from "./network"
import { Observer } from "./observer"
import { PagePeer } from "./page_peer"
import type { Peer, World } from "./peer"

export interface Outcome {
  readonly faults: readonly string[]
  readonly trace: readonly string[]
  /** How many records the log got. */
  readonly records: number
}

const mostTraced = 200_000

export class Game {
  private readonly trace: string[] = []
  private readonly chance: Chance
  private readonly clock = new FakeClock()
  private readonly ledger: Ledger
  private readonly roles = new Map<string, Role | null>()
  private readonly core: Core
  private readonly network: Network
  private readonly observer: Observer
  private readonly peers: Peer[] = []
  private readonly settings: JsonObject

  constructor(readonly seed: number, program: string, private readonly folder: string) {
    this.chance = new Chance(seed)
    seedTheWorld(new Chance(seed + 1), (line) => this.note(line))
    this.ledger = new Ledger(this.chance)
    this.settings = {
      history_updates: this.chance.pick([10, 40, 2000]) ?? 2000,
      compact_records: this.chance.pick([15, 60, 2000]) ?? 2000,
      kept_records: this.chance.pick([0, 10, 500]) ?? 500,
      ...(this.chance.happens(0.4) ? { save_ms: 0 } : {}),
    }
    this.core = new Core(program, folder, this.settings)
    this.network = new Network(this.core, this.chance, this.roles, (line) => this.note(line))
    this.observer = new Observer(this.ledger)
  }

  async play(): Promise<Outcome> {
    rmSync(this.folder, { recursive: true, force: true })
    mkdirSync(this.folder, { recursive: true })
    writeFileSync(`${this.folder}/start.ipynb`, JSON.stringify(firstNotebook(this.ledger)))
    let faults: readonly string[]
    try {
      await this.begin()
      await this.work()
      await this.rest()
      faults = await this.look()
    } catch (error) {
      if (error instanceof CannotStart) throw error
      faults = [error instanceof Error ? error.stack ?? error.message : String(error)]
    } finally {
      await this.core.kill()
      rmSync(this.folder, { recursive: true, force: true })
    }
    return { faults, trace: this.trace, records: this.observer.state?.seq ?? 0 }
  }

  private note(line: string): void {
    if (this.trace.length < mostTraced) this.trace.push(line)
  }

  private async begin(): Promise<void> {
    await this.startCore()
    const count = this.chance.between(2, 8)
    const browsers = new Map<string, Browser>()
    this.note(`seed ${this.seed}: ${count} people, ${JSON.stringify(this.settings)}`)
    const world: World = {
      chance: this.chance, ledger: this.ledger, network: this.network, clock: this.clock,
      trace: (line) => this.note(line),
    }
    for (let i = 0; i < count; i += 1) {
      const user = `u_${this.chance.between(2, count + 1)}`
      const browser = browsers.get(user) ?? new Browser()
      browsers.set(user, browser)
      this.roles.set(user, "editor")
      this.peers.push(i > 0 && this.chance.happens(0.25)
        ? new BarePeer(world, `bare${i}`, user) : new PagePeer(world, `page${i}`, user, browser))
    }
  }

  private async startCore(): Promise<void> {
    this.note("the server starts")
    await this.core.start()
    for (const line of this.observer.greeting()) this.network.tell(line)
    await this.tick(0, 0)
  }

  /** Some of what waits arrives, and everybody takes it in. */
  private async tick(share: number, most: number): Promise<void> {
    await this.network.move(share, most)
    this.observe()
    await this.clock.settle()
  }

  private observe(): void {
    for (const text of this.network.observed.splice(0)) this.observer.hear(text)
    if (!this.network.observerGone) return
    this.network.observerGone = false
    if (this.core.runs) for (const line of this.observer.greeting()) this.network.tell(line)
  }

  private async work(): Promise<void> {
    const steps = this.chance.happens(0.1) ? 1000 : this.chance.between(40, 250)
    const share = this.chance.pick([0.1, 0.3, 0.6, 1]) ?? 1
    const most = this.chance.pick([1, 3, 10]) ?? 1
    const trouble = this.chance.pick([0, 0.02, 0.08]) ?? 0
    this.network.loses = this.chance.pick([0, 0, 0.01]) ?? 0
    for (let step = 0; step < steps; step += 1) {
      this.chance.pick(this.peers)?.act()
      if (this.chance.happens(trouble)) await this.misfortune()
      if (!this.core.runs && this.chance.happens(0.3)) await this.startCore()
      if (this.chance.happens(0.15)) await this.clock.pass(this.chance.pick([10, 400, 3000, 20_000]) ?? 0)
      await this.tick(share, most)
    }
  }

  private async misfortune(): Promise<void> {
    const peer = this.chance.pick(this.peers)
    const kind = this.chance.weighed({ cut: 5, cutAll: 2, kill: 4, stop: 1, role: 2, reopen: 3, restore: 1, fail: 1 })
    this.note(`-- ${kind} ${peer?.name ?? ""}`)
    switch (kind) {
      case "cut":
        this.network.cut(peer?.user ?? null)
        break
      case "cutAll":
        this.network.cut(null)
        break
      case "kill":
        if (this.core.runs) await this.core.kill()
        this.network.dead()
        break
      case "stop":
        if (this.core.runs) this.network.stopped(await this.core.stop())
        break
      case "role":
        this.changeRole(peer?.user ?? "")
        break
      case "reopen":
        if (peer instanceof PagePeer) peer.reopen()
        break
      case "fail":
        if (this.core.runs) this.network.tell({ fail: true })
        break
      case "restore":
        await this.restore()
    }
  }

  private changeRole(user: string): void {
    const role = this.chance.pick(["viewer", "commenter", "editor", "editor", null] as const) ?? null
    this.note(`${user} is ${role}`)
    this.roles.set(user, role)
    this.network.tell({ role, user })
  }

  /** The notebook becomes what it was: what was written since is taken away, by commands. */
  private async restore(): Promise<void> {
    if (!this.core.runs) return
    const number = this.chance.between(1, 3)
    this.network.tell(this.chance.happens(0.5) ? { pin: "kept" } : { restore: number })
    await this.tick(0, 0)
  }

  /** No more misfortune: all come back and say what they have to say. */
  private async rest(): Promise<void> {
    this.note("-- peace")
    this.network.loses = 0
    if (this.network.lossy) this.network.cut(null)
    if (!this.core.runs) await this.startCore()
    for (const user of this.roles.keys()) {
      this.roles.set(user, "editor")
      this.network.tell({ role: "editor", user })
    }
    const isQuiet = (): boolean => this.network.quiet && this.peers.every((peer) => peer.settled)
    for (let round = 0; round < 200; round += 1) {
      await this.tick(1, 20)
      if (!this.network.quiet) continue
      if (isQuiet()) {
        await this.clock.pass(1000) // What is kept for a page that goes is looked at once more.
        await this.tick(1, 20)
        if (isQuiet()) return
      }
      for (const peer of this.peers) peer.heal()
      await this.clock.pass(round > 20 ? 20_000 : 500)
    }
    const late = this.peers.filter((peer) => !peer.settled).map(({ name }) => name)
    throw new Error(`there is no rest; not settled: ${late.join(", ")}`)
  }

  private async look(): Promise<readonly string[]> {
    const { stored, page } = await this.core.dump()
    this.observe()
    const server = parseSnapshot(page)
    const faults = [
      ...this.peers.flatMap((peer) => peer.faults(server).map((fault) => `${peer.name}: ${fault}`)),
      ...this.observed(server),
      ...this.ledger.faults(textsOf(page), binTexts(stored) + this.peers.flatMap(({ recovered }) => recovered).join("")),
    ]
    await this.core.kill()
    this.network.dead()
    await this.core.start()
    const again = await this.core.dump()
    if (!isDeepStrictEqual(stored, again.stored)) {
      faults.push(`the log gives another document: ${JSON.stringify(stored)} before, ${JSON.stringify(again.stored)} after`)
    }
    const { file } = this.core
    await this.core.stop()
    return [...faults, ...fileFaults(file, server)]
  }

  private observed(server: Snapshot): readonly string[] {
    const { state } = this.observer
    if (!state) return ["nothing was observed"]
    return differences(state, fromSnapshot(server, state.client)).map((fault) => `log: ${fault}`)
  }
}

/** Ids and waiting times come out of the same seed. */
function seedTheWorld(chance: Chance, warn: (line: string) => void): void {
  Math.random = () => chance.next()
  console.warn = (...words: unknown[]) => warn(words.join(" "))
  Object.defineProperty(globalThis, "crypto", {
    configurable: true,
    value: { getRandomValues: (bytes: Uint8Array) => bytes.map(() => chance.below(256)) },
  })
}

function firstNotebook(ledger: Ledger): JsonObject {
  const output = { output_type: "stream", name: "stdout", text: "printed\n" }
  const cell = (id: string, cell_type: string): JsonObject => ({
    id, cell_type, metadata: {}, source: ledger.fresh("file", 3),
    ...(cell_type === "code" ? { execution_count: 1, outputs: [output] } : {}),
  })
  return {
    cells: [cell("first", "code"), cell("second", "markdown"), cell("third", "code")],
    metadata: {}, nbformat: 4, nbformat_minor: 5,
  }
}

/** All that people wrote and that stands there now. */
function textsOf(page: JsonObject): string {
  const { cells, threads } = parseSnapshot(page)
  return [
    ...cells.map(({ source }) => source),
    ...threads.flatMap(({ comments }) => comments.map(({ text }) => text)),
  ].join("\n")
}

function binTexts(stored: JsonObject): string {
  const bin = member(stored, "bin")
  if (bin === undefined) return ""
  return asArray(bin, "bin").map((value) => JSON.stringify(value)).join("")
}

/** The file is whole and holds the cells of the document. */
function fileFaults(file: string, server: Snapshot): readonly string[] {
  if (!existsSync(file)) return [`there is no file ${file}`]
  const cells = listAt(asObject(parseJson(readFileSync(file, "utf8")), "file"), "cells", (value) => {
    const cell = asObject(value, "cell")
    return { id: member(cell, "id"), cell_type: member(cell, "cell_type"), source: joined(member(cell, "source")) }
  })
  const wanted = server.cells.map(({ id, cell_type, source }) => ({ id, cell_type, source }))
  return isDeepStrictEqual(cells, wanted) ? []
    : [`the file has ${JSON.stringify(cells)} for ${JSON.stringify(wanted)}`]
}

function joined(source: Json | undefined): string {
  return typeof source === "string" ? source
    : asArray(source, "source").map((line) => asString(line, "line")).join("")
}

