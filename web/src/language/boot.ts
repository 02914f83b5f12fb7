/**
 * Starts the language server in its worker, behind its own script. It would have a second worker check the notebook, with
 * all stubs once more in memory; one notebook is checked by the same worker when it is asked to.
 */
declare global {
  // The server's own script sets it.
  var app: { createBackgroundAnalysis: () => undefined } | undefined
}

dispatchEvent(new MessageEvent("message", { data: { type: "browser/boot", mode: "foreground" } }))
if (!globalThis.app) throw new Error("the language server did not start")
globalThis.app.createBackgroundAnalysis = () => undefined

export {}
