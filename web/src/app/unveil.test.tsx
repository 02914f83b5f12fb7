import type { JSX } from "react"
import { expect, it } from "vitest"
import { draw, withPage } from "../ui/testing/page"
import { firstCellsId, make } from "./first_elements"
import { unveil, useUnveiling } from "./unveil"

withPage()

const Page = ({ loaded }: { readonly loaded: boolean }): JSX.Element => <p>{useUnveiling(loaded) ? "whole" : "cells"}</p>

it("draws what stands around the cells also when the first ones went before those came", async () => {
  const box = make("div", "")
  box.id = firstCellsId
  document.body.append(box)
  await draw(<Page loaded={false} />)
  expect(document.querySelector("p")?.textContent).toBe("cells")
  unveil()
  await draw(<Page loaded />)
  expect(document.querySelector("p")?.textContent).toBe("whole")
})
