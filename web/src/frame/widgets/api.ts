/** How the frame and the library of widgets in it talk. Types only. */
import type { CommInFrame, ModelInFrame } from "../messages"

/** To a widget's kernel side. */
export type SendComm = (id: string, data: unknown, buffers: readonly ArrayBuffer[]) => void

export interface WidgetsInFrame {
  show(place: HTMLElement, root: string, models: readonly ModelInFrame[], send: SendComm): void
  receive(models: readonly ModelInFrame[], comm: CommInFrame | null): void
}
