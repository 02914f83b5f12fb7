import { expect, it } from "vitest"
import { parseOptions, storedOptions, usualOptions } from "./editor_options"

it("options are kept as far as they are not the usual ones", () => {
  expect(storedOptions(usualOptions)).toBeNull()
  const own = { ...usualOptions, indent: 2 as const, problems: "off" as const, guides: false, fontSize: 18 }
  expect(storedOptions(own)).toBe('{"fontSize":18,"indent":2,"guides":false,"problems":"off"}')
  expect(parseOptions(storedOptions(own))).toEqual(own)
})

it("what is kept and means nothing is as it comes", () => {
  for (const stored of [null, "no JSON", "[]", "3", '{"fontSize":3,"indent":"2","problems":"some","guides":1,"more":true}']) {
    expect(parseOptions(stored)).toEqual(usualOptions)
  }
})
