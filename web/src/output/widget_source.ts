/** Where outputs find the kernel's widgets; nothing in a place where they are only looked at. */
import { createContext, useContext } from "react"
import type { WidgetModel } from "../model/widget_models"
import type { Comms } from "../sync/comms"
import type { ModelInFrame } from "../frame/messages"

export const WidgetSourceContext = createContext<Comms | null>(null)

export function useWidgetSource(): Comms | null {
  return useContext(WidgetSourceContext)
}

export function inFrame(models: readonly WidgetModel[]): readonly ModelInFrame[] {
  return models.map(({ id, state, buffers }) => ({
    id, state, paths: buffers.map(({ path }) => path), buffers: buffers.map(({ bytes }) => bytes),
  }))
}
