import { expect, it } from "vitest"
import { parseLease, type Lease } from "../wire/lease"
import type { PageMessage } from "../wire/page_message"
import { anyRuntime, Leasing } from "./leasing"

const lease = (state: string): Lease => parseLease({ id: "r", state })
const t4 = { ...anyRuntime, flavor: "t4", meanwhile: "cpu" }

function leasing(): { leasing: Leasing; sent: PageMessage[] } {
  const sent: PageMessage[] = []
  return { sent, leasing: new Leasing((message) => sent.push(message) > 0) }
}

it("asks at once when nothing runs", () => {
  const { leasing: one, sent } = leasing()
  one.told(lease("ended"))
  one.replace(t4)
  expect(sent).toEqual([{ type: "connect", flavor: "t4", image: "", kernel: "", meanwhile: "cpu" }])
})

it("ends what runs first, and asks once when that has ended", () => {
  const { leasing: one, sent } = leasing()
  one.told(lease("ready"))
  one.replace(t4)
  one.told(lease("ending"))
  expect(sent.map(({ type }) => type)).toEqual(["disconnect"])
  one.told(lease("ended"))
  one.told(null)
  expect(sent.map(({ type }) => type)).toEqual(["disconnect", "connect"])
})

it("keeps the place of what waits when one works on another meanwhile", () => {
  const { leasing: one, sent } = leasing()
  one.told({ ...lease("queued"), flavor: "t4" })
  one.replace(t4)
  one.told({ ...lease("queued"), flavor: "v100" })
  one.replace(t4)
  expect(sent.map(({ type }) => type)).toEqual(["connect", "disconnect"])
})

it("does not ask for another once the person wants none", () => {
  const { leasing: one, sent } = leasing()
  one.told(lease("ready"))
  one.replace(t4)
  one.disconnect()
  one.told(lease("ended"))
  expect(sent.map(({ type }) => type)).toEqual(["disconnect", "disconnect"])
})
