import { describe, expect, it } from "vitest"
import { TakenError, Transfers, type Destination, type Taken } from "./transfers"

class Offline extends Error {}

/** jsdom's Blob has no text(). */
const read = (piece: Blob): Promise<string> => new Promise((done) => {
  const reader = new FileReader()
  reader.onload = () => done(typeof reader.result === "string" ? reader.result : "")
  reader.readAsText(piece)
})

/** A server that loses the connection at the times that it is told. */
class FakeServer implements Destination {
  text = ""
  finished = false
  dropped = false
  calls = 0
  constructor(readonly fails: readonly number[] = [], readonly isTaken = false, public after = 0) {}

  begin(taken: Taken): Promise<number> {
    if (this.isTaken && taken === "ask") return Promise.reject(new TakenError())
    return Promise.resolve(this.text.length)
  }
  async send(from: number, piece: Blob): Promise<number> {
    expect(from).toBe(this.text.length)
    const fails = this.fails.includes(++this.calls)
    const text = await read(piece)
    this.text += fails ? text.slice(0, this.after) : text
    if (fails) throw new Offline()
    return this.text.length
  }
  received(): Promise<number> {
    return Promise.resolve(this.text.length)
  }
  finish(): Promise<void> {
    this.finished = true
    return Promise.resolve()
  }
  drop(): Promise<void> {
    this.dropped = true
    return Promise.resolve()
  }
}

const make = (): Transfers => new Transfers({
  isOffline: (error) => error instanceof Offline, words: String, wait: () => Promise.resolve(), pieceBytes: 4,
})
const file = (text: string): Blob => new Blob([text])
const settled = async (transfers: Transfers): Promise<void> => {
  while (transfers.busy) await new Promise((done) => setTimeout(done))
}

describe("transfers", () => {
  it("go on where a lost connection left them", async () => {
    const server = new FakeServer([2, 3], false, 3)
    const transfers = make()
    transfers.add("a", file("0123456789abcdef"), server)
    await settled(transfers)
    expect(server.text).toBe("0123456789abcdef")
    expect(server.finished).toBe(true)
    expect(transfers.list()[0]).toMatchObject({ state: "done", sent: 16 })
  })

  it("ask about a name that is taken, and do as they are told", async () => {
    const server = new FakeServer([], true)
    const transfers = make()
    transfers.add("a", file("x"), server)
    await settled(transfers)
    expect(transfers.list()[0]?.state).toBe("taken")
    transfers.resume(1, "replace")
    await settled(transfers)
    expect(server.text).toBe("x")
  })

  it("fail for what waiting does not mend, and can be tried again", async () => {
    const server = new FakeServer()
    let full = true
    server.finish = () => full ? Promise.reject(new Error("full")) : Promise.resolve()
    const transfers = make()
    transfers.add("a", file(""), server)
    await settled(transfers)
    expect(transfers.list()[0]).toMatchObject({ state: "failed", error: "Error: full" })
    full = false
    transfers.resume(1)
    await settled(transfers)
    expect(transfers.list()[0]?.state).toBe("done")
  })

  it("throw away what was sent of one that is cancelled", async () => {
    const server = new FakeServer()
    server.send = () => new Promise(() => undefined)
    const transfers = make()
    transfers.add("a", file("xyz"), server)
    await Promise.resolve()
    transfers.cancel(1)
    expect(transfers.list()).toEqual([])
    expect(server.dropped).toBe(true)
  })
})
