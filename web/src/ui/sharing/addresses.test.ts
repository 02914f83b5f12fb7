import { describe, expect, it } from "vitest"
import { joined, readAddresses } from "./addresses"

describe("addresses", () => {
  it("are read as people type and paste them", () => {
    const { good, bad } = readAddresses('ada@x.org, Bob <BOB@x.org>;"Eve, E." <eve@x.org>\nkurt@x.org dan@x.org')
    expect(good).toEqual(["ada@x.org", "bob@x.org", "eve@x.org", "kurt@x.org", "dan@x.org"])
    expect(bad).toEqual(['"Eve'])
  })

  it("stand there once", () => {
    expect(readAddresses("ada@x.org ADA@x.org").good).toEqual(["ada@x.org"])
    expect(joined(["a@x.org"], ["b@x.org", "a@x.org"])).toEqual(["a@x.org", "b@x.org"])
  })

  it("are told from what is none", () => {
    expect(readAddresses("ada@, @x.org, ada, a@b@c")).toEqual({ good: [], bad: ["ada@", "@x.org", "ada", "a@b@c"] })
    expect(readAddresses(" ;, \n")).toEqual({ good: [], bad: [] })
  })
})
