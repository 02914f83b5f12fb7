// GitHub as its published OpenAPI description says it is: requests are checked by the description, and so are the answers,
// which are its own examples with the names of a small world put in. What breaks the contract is kept for the test to see.
import { createServer } from "node:http"
import { readFileSync } from "node:fs"
import Ajv from "ajv"
import addFormats from "ajv-formats"

const world = JSON.parse(process.argv[2])
const description = JSON.parse(readFileSync(
  new URL("node_modules/@octokit/openapi/generated/api.github.com.deref.json", import.meta.url)))
const ajv = new Ajv({ strict: false, coerceTypes: true, allErrors: true })
addFormats(ajv)
const violations = []
const log = []

const wanted = [
  "/users/{username}/repos", "/search/repositories", "/repos/{owner}/{repo}/branches",
  "/repos/{owner}/{repo}/git/trees/{tree_sha}", "/repos/{owner}/{repo}/contents/{path}", "/gists/{gist_id}",
]
const routes = wanted.map((template) => {
  const operation = description.paths[template].get
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)
  const pattern = new RegExp(`^${template.replace(/\{(\w+)\}/g, (_, name) => name === "path" ? "(.+)" : "([^/]+)")}$`)
  const json = operation.responses["200"].content["application/json"]
  return { template, operation, names, pattern, valid: ajv.compile(json.schema), examples: Object.values(json.examples).map(({ value }) => value) }
})

/** What of the request is not as the description says. */
function faults({ operation }, parameters, request) {
  const found = []
  for (const [name, value] of parameters) {
    const known = operation.parameters.find((each) => each.name === name)
    if (!known) found.push(`no parameter ${name}`)
    else if (!ajv.validate(known.schema, { value }.value)) found.push(`${name}=${value}: ${ajv.errorsText()}`)
  }
  for (const { name, required } of operation.parameters) {
    if (required && !parameters.some(([given]) => given === name)) found.push(`${name} is missing`)
  }
  if (!request.headers["user-agent"]) found.push("no User-Agent")
  if (request.headers["x-github-api-version"] !== "2022-11-28") found.push("no API version")
  if (!/^application\/vnd\.github(\.raw)?\+json$/.test(request.headers.accept ?? "")) found.push(`Accept: ${request.headers.accept}`)
  return found
}

const repositoryLike = (example, [name, { description: text }]) => ({
  ...example, name: name.split("/")[1], full_name: name, description: text, default_branch: "main",
})

function answerOf({ template, examples }, at) {
  const [example] = examples
  const name = `${at.owner}/${at.repo}`
  const branch = world.repositories[name]?.branches[at.tree_sha ?? at.ref]
  switch (template) {
    case "/users/{username}/repos": {
      const own = Object.entries(world.repositories).filter(([full]) => full.startsWith(`${at.username}/`))
      return own.length > 0 ? own.map((each) => repositoryLike(example[0], each)) : null
    }
    case "/search/repositories": {
      const found = Object.entries(world.repositories).filter(([, { description: text }]) => text.includes(at.q))
      return { ...example, total_count: found.length, items: found.map((each) => repositoryLike(example.items[0], each)) }
    }
    case "/repos/{owner}/{repo}/branches": {
      // The example's protection, which may be missing, is not as its own schema has it.
      const { protection: _, ...like } = example[0]
      return Object.keys(world.repositories[name]?.branches ?? {}).map((each) => ({ ...like, name: each }))
    }
    case "/repos/{owner}/{repo}/git/trees/{tree_sha}":
      return branch ? {
        ...example, truncated: false,
        tree: Object.entries(branch).map(([path, text]) => ({ ...example.tree[0], path, type: "blob", size: text.length })),
      } : null
    case "/repos/{owner}/{repo}/contents/{path}": return branch?.[at.path] === undefined ? null : { raw: branch[at.path] }
    case "/gists/{gist_id}": {
      const files = world.gists[at.gist_id]
      const [like] = Object.values(example.files)
      return files ? {
        ...example, files: Object.fromEntries(Object.entries(files).map(([file, text]) =>
          [file, { ...like, filename: file, truncated: text === null, content: text ?? "" }])),
      } : null
    }
  }
}

/** What GitHub says that is no answer, by the owner that is asked for. */
function trouble(owner, response, url) {
  const say = (status, message, headers = {}) => {
    response.writeHead(status, { "content-type": "application/json", ...headers })
    response.end(JSON.stringify({ message, documentation_url: "https://docs.github.com/rest", status: String(status) }))
    return true
  }
  const soon = Math.floor(Date.now() / 1000) + 170
  switch (owner) {
    case "limited": return say(403, "API rate limit exceeded", { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(soon) })
    case "refused": return say(401, "Bad credentials")
    case "renamed": return say(301, "Moved Permanently", { location: `http://${url.host}${url.pathname.replace("renamed", "ada")}${url.search}` })
    case "elsewhere": return say(301, "Moved Permanently", { location: world.elsewhere })
    case "broken": {
      response.writeHead(200, { "content-type": "text/html" })
      response.end("<html>not GitHub</html>")
      return true
    }
    case "huge": {
      response.writeHead(200, { "content-type": "application/json", "content-length": String(60 << 20) })
      response.end(Buffer.alloc(60 << 20, "x"))
      return true
    }
    default: return false
  }
}

const server = createServer((request, response) => {
  const url = new URL(request.url, `http://${request.headers.host}`)
  const send = (status, body) => {
    response.writeHead(status, { "content-type": "application/json" })
    response.end(JSON.stringify(body))
  }
  if (url.pathname === "/contract") return send(200, { violations, log })
  log.push(`${request.method} ${request.url}`)
  const route = routes.find(({ pattern }) => pattern.test(url.pathname))
  if (request.method !== "GET" || !route) {
    violations.push(`${request.method} ${request.url}: no such operation`)
    return send(404, { message: "Not Found" })
  }
  const values = route.pattern.exec(url.pathname).slice(1).map(decodeURIComponent)
  const parameters = [...route.names.map((name, at) => [name, values[at]]), ...url.searchParams]
  for (const fault of faults(route, parameters, request)) violations.push(`${route.template}: ${fault}`)
  const at = Object.fromEntries(parameters)
  if (trouble(at.owner ?? at.username, response, url)) return
  const answer = answerOf(route, at)
  if (answer === null) return send(404, { message: "Not Found", documentation_url: "https://docs.github.com/rest", status: "404" })
  if ("raw" in answer) {
    response.writeHead(200, { "content-type": "application/vnd.github.raw+json; charset=utf-8" })
    return response.end(answer.raw)
  }
  if (!route.valid(structuredClone(answer))) violations.push(`the test's own answer to ${route.template}: ${ajv.errorsText(route.valid.errors)}`)
  send(200, answer)
})
server.listen(0, "127.0.0.1", () => console.log(`http://127.0.0.1:${server.address().port}`))
