/** What scripts of outputs may ask of the page around them; null in a place where outputs are only looked at. */
import { createContext, useContext } from "react"
import type { Evaluated } from "../sync/evaluations"
import type { FrameComms } from "../sync/frame_comms"

export interface PortHost {
  /** The origin of a port, for the person at this page. */
  readonly origin: (port: number) => Promise<string>
  /** Lets a window of the browser, by its name, show what is at an address of an origin that was given. */
  readonly enter: (url: string, windowName: string) => Promise<void>
}

export interface FrameHost {
  /** Whether the output with this `data` may speak with the kernel. */
  readonly allows: (data: object) => boolean
  readonly kernel: FrameComms
  readonly addCell: (text: string, cellType: string) => void
  /** Ports of the notebook's runtime. */
  readonly ports: PortHost
  /** A frame that can evaluate the kernel's scripts is there. */
  readonly attach: (evaluate: (script: string, answer: (evaluated: Evaluated) => void) => void) => () => void
}

export const FrameHostContext = createContext<FrameHost | null>(null)

export function useFrameHost(): FrameHost | null {
  return useContext(FrameHostContext)
}
