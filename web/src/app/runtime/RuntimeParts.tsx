/** The part of the page about choosing a runtime, waiting for it and its end. */
import "../../ui/runtime/runtime.css"

export { LocalRuntimeWindow } from "./LocalRuntimeWindow"
export { RuntimeTypeWindow } from "./RuntimeTypeWindow"
export { EndedBefore, Strips } from "./Strips"
