import { expect, it } from "vitest"
import { linkOf } from "./LinkTool"

it.each([
  ["words", "https://x.org", "[words](https://x.org)"],
  ["a [b] \\", "https://x.org/(y)", "[a \\[b\\] \\\\](<https://x.org/(y)>)"],
  ["w", "two words>", "[w](<two words%3E>)"],
])("writes a link that holds together: %s", (text, address, markdown) => expect(linkOf(text, address)).toBe(markdown))
