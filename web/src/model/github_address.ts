/** What a person types or pastes into the GitHub tab. Pure. */

export type GitHubWish =
  | { readonly kind: "nothing" }
  /** A file, as addresses of the page name it. */
  | { readonly kind: "file"; readonly from: "github" | "gist"; readonly path: string }
  | { readonly kind: "repository"; readonly name: string; readonly branch: string }
  | { readonly kind: "owner"; readonly name: string }
  | { readonly kind: "words"; readonly words: string }

const name = /^[\w.-]+$/

/** `web` is the address of GitHub itself, or of an Enterprise server. */
export function githubWish(text: string, web: string): GitHubWish {
  const typed = text.trim()
  if (typed === "") return { kind: "nothing" }
  const host = web.replace(/^https?:\/\//, "")
  const without = typed.replace(/^https?:\/\//, "").replace(/[?#].*$/, "").replace(/\/+$/, "")
  const gist = [`gist.${host}/`, `${host}/gist/`].find((start) => without.startsWith(start))
  if (gist !== undefined) return { kind: "file", from: "gist", path: without.slice(gist.length) }
  const path = decode(without.startsWith(`${host}/`) ? without.slice(host.length + 1) : without)
  const [owner = "", repository = "", kind = "", ...rest] = path.split("/")
  if (repository === "") return name.test(owner) ? { kind: "owner", name: owner } : { kind: "words", words: typed }
  if (!name.test(owner) || !name.test(repository)) return { kind: "words", words: typed }
  if (kind === "blob" && path.endsWith(".ipynb") && rest.length > 1) return { kind: "file", from: "github", path }
  const branch = kind === "tree" ? rest.join("/") : ""
  return { kind: "repository", name: `${owner}/${repository.replace(/\.git$/, "")}`, branch }
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path)
  } catch {
    return path // A percent sign that encodes nothing is one.
  }
}
