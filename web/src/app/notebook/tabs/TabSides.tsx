import type { JSX } from "react"
import { useLate } from "../../late"
import { useNotebook, useTabs } from "../context"
import { keyOf, type Side } from "./tabs"

/** One of the panes for tabs, when something stands in it; that part of the page comes with the first tab. */
export function TabSide({ side }: { readonly side: Side }): JSX.Element | null {
  const { tabs } = useNotebook()
  const wanted = useTabs((view) => view[side].shown !== null)
  const part = useLate(wanted, () => import("./TabPanes"), () => {
    for (const tab of tabs.view[side].tabs) tabs.close(keyOf(tab), "surely")
  })
  return wanted && part ? <part.TabPane side={side} /> : null
}
