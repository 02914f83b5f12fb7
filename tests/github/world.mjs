// The small world that the contract server tells of: who has which repositories and gists, who may what, and what becomes of
// what is written. Answers are the description's own examples with the names of this world put in.
import { createHash, randomBytes } from "node:crypto"

const sha1 = (bytes) => createHash("sha1").update(bytes).digest("hex")
const gitSha = (bytes) => sha1(Buffer.concat([Buffer.from(`blob ${bytes.length}\0`), bytes]))

export class World {
  constructor(made) {
    Object.assign(this, { tokens: {}, changes: 0, ...made })
  }

  /** Undefined: nobody; null: a token that is not known. */
  whoIs(authorization) {
    if (authorization === undefined) return undefined
    return this.tokens[/^Bearer (\S+)$/.exec(authorization)?.[1]] ?? null
  }

  #mayRead({ private: hidden, people = [] }, who) {
    return !hidden || people.includes(who?.login)
  }

  #mayWrite(repository, who) {
    return (repository.people ?? []).includes(who?.login)
  }

  #repositoryLike(example, [name, repository], who) {
    return {
      ...example, name: name.split("/")[1], full_name: name, description: repository.description, default_branch: "main",
      private: repository.private === true, archived: false,
      permissions: { admin: false, push: this.#mayWrite(repository, who), pull: true },
    }
  }

  #repositories(which, example, who) {
    return Object.entries(this.repositories).filter(([name, each]) => this.#mayRead(each, who) && which(name, each))
      .map((each) => this.#repositoryLike(example, each, who))
  }

  #gistLike(example, id) {
    const { files, owner = "ada", version = "1", public: open = true } = this.gists[id]
    const [like] = Object.values(example.files)
    return {
      ...example, id, public: open, owner: { ...example.owner, login: owner },
      history: [{ user: null, version, committed_at: "2026-01-01T00:00:00Z", change_status: {}, url: "https://api.github.com/gists/x" }],
      files: Object.fromEntries(Object.entries(files).map(([name, text]) =>
        [name, { ...like, filename: name, truncated: text === null, content: text ?? "" }])),
    }
  }

  #fileLike(example, path, text) {
    return { ...example, type: "file", name: path.split("/").at(-1), path, sha: gitSha(Buffer.from(text)), content: "", size: text.length }
  }

  /** What GitHub answers: a status, and a body or raw bytes. `raw`: the asker wants the file itself. */
  answer({ method, template, examples, raw }, at, who, body) {
    const [example] = examples
    const name = `${at.owner}/${at.repo}`
    const repository = this.repositories[name]
    const nothing = { status: 404, body: { message: "Not Found" } }
    if (at.owner !== undefined && !(repository && this.#mayRead(repository, who))) return nothing
    const branch = repository?.branches[at.tree_sha ?? at.ref ?? body?.branch]
    const found = (answer) => answer === null || answer === undefined ? nothing : { status: 200, body: answer }
    switch (`${method} ${template}`) {
      case "GET /user":
        if (!who) return { status: 401, body: { message: "Requires authentication" } }
        return { ...found({ ...example, login: who.login }), headers: who.scopes === undefined ? {} : { "x-oauth-scopes": who.scopes } }
      case "GET /user/repos":
        return found(this.#repositories((_, { people = [] }) => people.includes(who?.login), example[0], who))
      case "GET /users/{username}/repos": {
        const own = this.#repositories((full, { private: hidden }) => full.startsWith(`${at.username}/`) && !hidden, example[0], who)
        return found(own.length > 0 ? own : null)
      }
      case "GET /search/repositories": {
        const words = at.q.replace(" is:public", "")
        const all = this.#repositories((_, each) => each.description.includes(words) && !(each.private && words !== at.q),
          example.items[0], who)
        return found({ ...example, total_count: all.length, items: all })
      }
      case "GET /repos/{owner}/{repo}/branches": {
        // The example's protection, which may be missing, is not as its own schema has it.
        const { protection: _, ...like } = example[0]
        return found(Object.keys(repository.branches).map((each) => ({ ...like, name: each })))
      }
      case "GET /repos/{owner}/{repo}/git/trees/{tree_sha}":
        return found(branch && {
          ...example, truncated: false,
          tree: Object.entries(branch).map(([path, text]) => ({ ...example.tree[0], path, type: "blob", size: text.length })),
        })
      case "GET /repos/{owner}/{repo}/contents/{path}": {
        const text = branch?.[at.path]
        if (text !== undefined) return raw ? { status: 200, raw: text } : found(this.#fileLike(example, at.path, text))
        const inside = Object.keys(branch ?? {}).filter((path) => path.startsWith(`${at.path}/`))
        return found(inside.length > 0 ? inside.map((path) => ({ ...examples[1][0], path, name: path.split("/").at(-1) })) : null)
      }
      case "PUT /repos/{owner}/{repo}/contents/{path}": return this.#put(repository, branch, example, at, who, body)
      case "GET /gists/{gist_id}": return found(this.gists[at.gist_id] && this.#gistLike(example, at.gist_id))
      case "POST /gists": return this.#changeGist(randomBytes(16).toString("hex"), example, who, body)
      case "PATCH /gists/{gist_id}": return this.gists[at.gist_id] ? this.#changeGist(at.gist_id, example, who, body) : nothing
      case "DELETE /gists/{gist_id}":
        if (!this.gists[at.gist_id]) return nothing
        delete this.gists[at.gist_id]
        return { status: 204 }
    }
  }

  #put(repository, branch, example, at, who, body) {
    if (!this.#mayWrite(repository, who)) return { status: 403, body: { message: "Resource not accessible by personal access token" } }
    if (!branch) return { status: 404, body: { message: `Branch ${body.branch} not found` } }
    if ((repository.protected ?? []).includes(body.branch)) {
      return { status: 409, body: { message: "Repository rule violations found\n\nChanges must be made through a pull request." } }
    }
    if (Object.keys(branch).some((path) => path.startsWith(`${at.path}/`))) return { status: 422, body: { message: "path is a folder" } }
    const before = branch[at.path]
    const sha = before === undefined ? undefined : gitSha(Buffer.from(before))
    if (sha !== undefined && body.sha === undefined) return { status: 422, body: { message: "Invalid request.\n\n\"sha\" wasn't supplied." } }
    if (sha !== body.sha) return { status: 409, body: { message: `${at.path} does not match ${body.sha}` } }
    branch[at.path] = Buffer.from(body.content, "base64").toString()
    this.messages = [...this.messages ?? [], body.message]
    return {
      status: before === undefined ? 201 : 200,
      body: { ...example, content: this.#fileLike(example.content, at.path, branch[at.path]) },
    }
  }

  #changeGist(id, example, who, body) {
    const gist = this.gists[id] ?? { files: {}, owner: who?.login, public: body.public === true }
    // GitHub says no more to a token without the right.
    if (gist.owner !== who?.login || !(who.scopes ?? "gist").includes("gist")) return { status: 404, body: { message: "Not Found" } }
    for (const [name, { content, filename }] of Object.entries(body.files)) {
      delete gist.files[name]
      gist.files[filename ?? name] = content
    }
    if (this.breaksLinks && Object.values(gist.files).some((text) => text.includes("view-in-github"))) return { status: 500, body: { message: "Oops" } }
    gist.version = sha1(`${id}${++this.changes}`)
    const isNew = !this.gists[id]
    this.gists[id] = gist
    return { status: isNew ? 201 : 200, body: this.#gistLike(example, id) }
  }
}
