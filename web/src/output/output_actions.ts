/** What outputs may ask of the notebook around them; nothing in a place where they are only looked at. */
import { createContext, useContext } from "react"

export interface OutputActions {
  /** Shows a line of the cell that ran as `In[count]`. */
  readonly toCellLine: (count: number, line: number) => void
  /** Installs a Python package; null for those who may not run anything. */
  readonly install: ((name: string) => void) | null
  /** Asks whether the kernel is to start anew; null for those who may not. */
  readonly restart: (() => void) | null
  /** How tall text may be: in a box that scrolls, at full height, or each output as it likes. */
  readonly scrolled: boolean | null
}

export const OutputActionsContext = createContext<OutputActions | null>(null)

export function useOutputActions(): OutputActions | null {
  return useContext(OutputActionsContext)
}
