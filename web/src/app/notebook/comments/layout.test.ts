import { describe, expect, it } from "vitest"
import { layOut, type CardSize } from "./layout"

const card = (id: string, anchor: number, height: number): CardSize => ({ id, anchor, height })
const tops = (cards: readonly CardSize[], selected: string | null = null): readonly number[] =>
  [...layOut(cards, selected, 10).values()]

describe("the layout of cards", () => {
  it("puts each at its anchor where there is room", () => {
    expect(tops([card("a", 0, 50), card("b", 100, 50), card("c", 400, 50)])).toEqual([0, 100, 400])
  })

  it("pushes what would overlap down, and no further than needed", () => {
    expect(tops([card("a", 20, 50), card("b", 30, 50), card("c", 40, 50), card("d", 300, 5)]))
      .toEqual([20, 80, 140, 300])
  })

  it("keeps the selected one at its anchor: those before go up, those behind go down", () => {
    const cards = [card("a", 200, 50), card("b", 205, 50), card("c", 210, 50), card("d", 215, 50)]
    expect(tops(cards, "c")).toEqual([90, 150, 210, 270])
    expect(tops(cards, "a")).toEqual([200, 260, 320, 380])
  })

  it("moves up only those in the way", () => {
    expect(tops([card("a", 0, 20), card("b", 100, 50), card("c", 110, 50)], "c")).toEqual([0, 50, 110])
  })

  it("lets none out above the edge, so the selected one may stand below its anchor", () => {
    const cards = [card("a", 0, 50), card("b", 0, 50), card("c", 10, 50)]
    expect(tops(cards, "c")).toEqual([0, 60, 120])
  })

  it("begins below what stands above the cards", () => {
    const cards = [card("a", 0, 50), card("b", 45, 50)]
    expect([...layOut(cards, null, 10, 40).values()]).toEqual([40, 100])
    expect([...layOut(cards, "b", 10, 40).values()]).toEqual([40, 100])
  })

  it("takes a selected card that is not there for none", () => {
    expect(tops([card("a", 5, 10)], "gone")).toEqual([5])
    expect(tops([])).toEqual([])
  })

  it("never overlaps, whatever comes", () => {
    let seed = 7
    const random = (below: number): number => {
      seed = (seed * 48_271) % 2_147_483_647
      return seed % below
    }
    for (let round = 0; round < 300; ++round) {
      const anchors = Array.from({ length: 1 + random(12) }, () => random(900)).sort((a, b) => a - b)
      const cards = anchors.map((anchor, i) => card(String(i), anchor, 20 + random(200)))
      const selected = String(random(cards.length))
      const placed = layOut(cards, selected, 10)
      let end = 0
      for (const { id, height } of cards) {
        expect(placed.get(id)).toBeGreaterThanOrEqual(end)
        end = (placed.get(id) ?? 0) + height + 10
      }
    }
  })
})
