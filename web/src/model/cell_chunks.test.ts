import { describe, expect, it } from "vitest"
import { cellId, type CellId } from "../wire/ids"
import { chunked, chunkSize, fullChunk, type CellChunk } from "./cell_chunks"

const ids = (...names: (string | number)[]): CellId[] => names.map((name) => cellId(String(name)))
const many = (count: number): CellId[] => ids(...Array.from({ length: count }, (_, n) => n))
const home = (chunks: readonly CellChunk[], id: CellId): number | undefined => chunks.find(({ cells }) => cells.includes(id))?.key
const order = (chunks: readonly CellChunk[]): CellId[] => chunks.flatMap(({ cells }) => cells)

describe("the pieces of a long notebook", () => {
  it("are small, and together all of it in its order", () => {
    const chunks = chunked([], many(1000))
    expect(order(chunks)).toEqual(many(1000))
    expect(Math.max(...chunks.map(({ cells }) => cells.length))).toBeLessThanOrEqual(chunkSize)
    expect(new Set(chunks.map(({ key }) => key)).size).toBe(chunks.length)
    expect(chunked([], [])).toEqual([])
  })

  it("are the same objects while nothing in them changes", () => {
    const chunks = chunked([], many(100))
    expect(chunked(chunks, many(100))).toEqual(chunks)
    const with_one = chunked(chunks, [...many(30), ...ids("new"), ...many(100).slice(30)])
    expect(with_one.filter((chunk) => !chunks.includes(chunk))).toHaveLength(1)
    expect(order(with_one)[30]).toBe("new")
  })

  it.each([
    ["from the end to the front", [99, ...Array.from({ length: 99 }, (_, n) => n)], [99]],
    ["from the front to the end", [...Array.from({ length: 99 }, (_, n) => n + 1), 0], [0]],
    ["two of them, against each other", [0, 60, 2, ...Array.from({ length: 57 }, (_, n) => n + 3), 1, ...Array.from({ length: 39 }, (_, n) => n + 61)], [1, 60]],
  ])("keep all cells but those that move: %s", (_, numbers, moved) => {
    const chunks = chunked([], many(100))
    const after = chunked(chunks, ids(...numbers))
    expect(order(after)).toEqual(ids(...numbers))
    const elsewhere = many(100).filter((id) => home(chunks, id) !== home(after, id))
    expect(elsewhere.every((id) => ids(...moved).includes(id))).toBe(true)
  })

  it("take new cells at the front and the end, and end when they are full", () => {
    let chunks = chunked([], many(10))
    const [first] = chunks
    chunks = chunked(chunks, [...ids("front"), ...many(10)])
    expect(chunks).toHaveLength(1)
    expect(chunks[0]?.key).toBe(first?.key)
    for (let n = 10; n < 200; n++) chunks = chunked(chunks, [...ids("front"), ...many(n + 1)])
    expect(order(chunks)).toEqual([...ids("front"), ...many(200)])
    expect(Math.max(...chunks.map(({ cells }) => cells.length))).toBeLessThanOrEqual(fullChunk)
    expect(home(chunks, cellId("0"))).toBe(first?.key)
  })

  it("go when nothing is left in them", () => {
    const chunks = chunked([], many(100))
    const after = chunked(chunks, many(100).slice(50))
    expect(order(after)).toEqual(many(100).slice(50))
    expect(after.every(({ cells }) => cells.length > 0)).toBe(true)
  })
})
