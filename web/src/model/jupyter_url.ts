/** The address of somebody's own Jupyter server, as they paste it. */
export interface JupyterServer {
  /** Where its API begins: "http://localhost:8888/", always with a slash at the end. */
  readonly base: string
  /** Empty when the server asks for none. */
  readonly token: string
}

export type UrlProblem = "no_url" | "mixed" | "user_info"

/** Pages of Jupyter that people copy the address of. */
const pages = /\/(?:lab|tree|notebooks|retro|login|doc|nbclassic|edit|consoles|terminals)(?:\/.*)?$/
const local = /^(?:localhost|.*\.localhost|127(?:\.\d+){3}|\[::1\])$/

export const isLocalHost = (hostname: string): boolean => local.test(hostname)

/**
 * What `text` names: "http://localhost:8888/lab?token=…", "localhost:8888", … A browser lets no page that came
 * over https (`secure`) reach a plain http server, but for one on the same machine.
 */
export function parseJupyterUrl(text: string, secure: boolean): JupyterServer | UrlProblem {
  const words = text.trim()
  const full = /^[a-z][a-z\d+.-]*:\/\//i.test(words) ? words : `http://${words}`
  if (words === "" || /\s/.test(words) || !URL.canParse(full)) return "no_url"
  const url = new URL(full)
  if (url.hostname === "" || (url.protocol !== "http:" && url.protocol !== "https:")) return "no_url"
  if (url.username !== "" || url.password !== "") return "user_info"
  // What Jupyter prints for "all addresses" is no address to go to.
  if (url.hostname === "0.0.0.0") url.hostname = "localhost"
  if (secure && url.protocol === "http:" && !isLocalHost(url.hostname)) return "mixed"
  const path = url.pathname.replace(pages, "/")
  return { base: `${url.origin}${path.endsWith("/") ? path : `${path}/`}`, token: url.searchParams.get("token") ?? "" }
}

/** The command that starts a Jupyter server which a page of `origin` may reach. */
export const jupyterCommand = (origin: string): string =>
  `jupyter server --ServerApp.allow_origin='${origin}' --port=8888 --ServerApp.port_retries=0 --no-browser`
