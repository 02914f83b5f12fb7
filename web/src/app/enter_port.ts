import type { Entrance } from "../sync/ports_api"

/**
 * Shows an address of the entrance's origin in a window of the browser. The ticket goes in a form: an address would be kept
 * and shown.
 */
export function enterPort({ origin, ticket }: Entrance, path: string, windowName: string): void {
  const form = document.createElement("form")
  form.method = "post"
  form.action = `${origin}/.colibri/enter?to=${encodeURIComponent(path)}`
  form.target = windowName
  if (windowName === "_blank") form.rel = "noopener"
  form.hidden = true
  const field = document.createElement("input")
  field.name = "ticket"
  field.value = ticket
  form.append(field)
  document.body.append(form)
  form.submit()
  form.remove()
}
