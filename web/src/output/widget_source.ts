/** Where outputs find the kernel's widgets; nothing in a place where they are only looked at. */
import { createContext, useContext } from "react"
import type { WidgetModel, WidgetModels } from "../model/widget_models"
import type { Comms } from "../sync/comms"
import type { ModelInFrame } from "../frame/messages"

export const WidgetSourceContext = createContext<Comms | null>(null)

export function useWidgetSource(): Comms | null {
  return useContext(WidgetSourceContext)
}

/** Those that the notebook's file has. */
export const SavedWidgetsContext = createContext<WidgetModels | null>(null)

export function useSavedWidgets(): WidgetModels | null {
  return useContext(SavedWidgetsContext)
}

export function inFrame(models: readonly WidgetModel[]): readonly ModelInFrame[] {
  return models.map(({ id, state, buffers }) => ({
    id, state, paths: buffers.map(({ path }) => path), buffers: buffers.map(({ bytes }) => bytes),
  }))
}
