/** Whether the window that opens notebooks is there at the start; a choice that this browser keeps. */
import { remember, remembered } from "../remembered"

const key = "colibri.open_at_start"

export const shownAtStart = (): boolean => remembered(key) !== "off"
export const setShownAtStart = (shown: boolean): void => remember(key, shown ? null : "off")
