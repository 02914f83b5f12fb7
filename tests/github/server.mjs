// GitHub as its published OpenAPI description says it is: requests are checked by the description, and so are the answers,
// which are its own examples with the names of a small world put in. What breaks the contract is kept for the test to see.
import { createServer } from "node:http"
import { readFileSync } from "node:fs"
import Ajv from "ajv"
import addFormats from "ajv-formats"
import { accessToken, authorize } from "./oauth.mjs"
import { World } from "./world.mjs"

const world = new World(JSON.parse(process.argv[2]))
const description = JSON.parse(readFileSync(
  new URL("node_modules/@octokit/openapi/generated/api.github.com.deref.json", import.meta.url)))
const ajv = new Ajv({ strict: false, coerceTypes: true, allErrors: true })
// What is sent is JSON, which needs no guesses about types.
const exact = new Ajv({ strict: false, allErrors: true })
addFormats(ajv)
addFormats(exact)
const violations = []
const log = []

const wanted = [
  "GET /user", "GET /user/repos", "GET /users/{username}/repos", "GET /search/repositories", "GET /repos/{owner}/{repo}/branches",
  "GET /repos/{owner}/{repo}/git/trees/{tree_sha}", "GET /repos/{owner}/{repo}/contents/{path}",
  "PUT /repos/{owner}/{repo}/contents/{path}", "POST /gists", "GET /gists/{gist_id}", "PATCH /gists/{gist_id}", "DELETE /gists/{gist_id}",
]
const routes = wanted.map((name) => {
  const [method, template] = name.split(" ")
  const operation = description.paths[template][method.toLowerCase()]
  const names = [...template.matchAll(/\{(\w+)\}/g)].map(([, each]) => each)
  const pattern = new RegExp(`^${template.replace(/\{(\w+)\}/g, (_, each) => each === "path" ? "(.+)" : "([^/]+)")}$`)
  const answers = Object.fromEntries(["200", "201"].map((status) => [status, operation.responses[status]?.content?.["application/json"]])
    .filter(([, json]) => json).map(([status, json]) => [status, ajv.compile(json.schema)]))
  const json = (operation.responses["200"] ?? operation.responses["201"])?.content?.["application/json"]
  const sent = operation.requestBody?.content?.["application/json"]?.schema
  return {
    method, template, operation, names, pattern, answers, examples: Object.values(json?.examples ?? {}).map(({ value }) => value),
    sent: sent && exact.compile(sent),
  }
})

/** What of the request is not as the description says. */
function faults({ operation, sent }, parameters, request, body) {
  const found = []
  for (const [name, value] of parameters) {
    const known = operation.parameters.find((each) => each.name === name)
    if (!known) found.push(`no parameter ${name}`)
    else if (!ajv.validate(known.schema, { value }.value)) found.push(`${name}=${value}: ${ajv.errorsText()}`)
  }
  for (const { name, required } of operation.parameters ?? []) {
    if (required && !parameters.some(([given]) => given === name)) found.push(`${name} is missing`)
  }
  if (!request.headers["user-agent"]) found.push("no User-Agent")
  if (request.headers["x-github-api-version"] !== "2022-11-28") found.push("no API version")
  if (!/^application\/vnd\.github(\.raw)?\+json$/.test(request.headers.accept ?? "")) found.push(`Accept: ${request.headers.accept}`)
  if (!sent && body !== undefined) found.push("a body")
  if (sent && request.headers["content-type"] !== "application/json") found.push(`Content-Type: ${request.headers["content-type"]}`)
  if (sent && !sent(structuredClone(body))) found.push(`body: ${exact.errorsText(sent.errors)}`)
  return found
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
    case "refused": return say(403, "Forbidden")
    case "sso": return say(403, "Resource protected by organization SAML enforcement.", { "x-github-sso": "required; url=https://x" })
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

function respond(request, response, text) {
  const url = new URL(request.url, `http://${request.headers.host}`)
  const send = (status, body, headers = {}) => {
    response.writeHead(status, { "content-type": "application/json", ...headers })
    response.end(status === 204 ? undefined : JSON.stringify(body))
  }
  if (url.pathname === "/contract") {
    if (request.method === "POST") Object.assign(world, JSON.parse(text))
    const { repositories, gists, tokens, messages = [] } = world
    return send(200, { violations, log, repositories, gists, tokens, messages })
  }
  log.push(`${request.method} ${request.url}`)
  if (url.pathname === "/login/oauth/authorize") {
    const to = authorize(world.oauth, url.searchParams)
    return to === null ? send(404, {}) : send(302, {}, { location: to })
  }
  if (url.pathname === "/login/oauth/access_token") {
    const { status, body } = accessToken(world.oauth, new URLSearchParams(text), world.tokens)
    return send(status, body)
  }
  const route = routes.find(({ method, pattern }) => method === request.method && pattern.test(url.pathname))
  if (!route) {
    violations.push(`${request.method} ${request.url}: no such operation`)
    return send(404, { message: "Not Found" })
  }
  const body = text === "" ? undefined : JSON.parse(text)
  const values = route.pattern.exec(url.pathname).slice(1).map(decodeURIComponent)
  const parameters = [...route.names.map((name, at) => [name, values[at]]), ...url.searchParams]
  const name = `${route.method} ${route.template}`
  for (const fault of faults(route, parameters, request, body)) violations.push(`${name}: ${fault}`)
  const who = world.whoIs(request.headers.authorization)
  if (who === null) return send(401, { message: "Bad credentials", documentation_url: "https://docs.github.com/rest", status: "401" })
  const at = Object.fromEntries(parameters)
  if (trouble(who?.trouble ?? at.owner ?? at.username, response, url)) return
  const answer = world.answer({ ...route, raw: request.headers.accept.includes("raw") }, at, who, body)
  if ("raw" in answer) {
    response.writeHead(200, { "content-type": "application/vnd.github.raw+json; charset=utf-8" })
    return response.end(answer.raw)
  }
  const valid = route.answers[answer.status]
  if (valid && !valid(structuredClone(answer.body))) violations.push(`the test's own answer to ${name}: ${ajv.errorsText(valid.errors)}`)
  send(answer.status, answer.body, answer.headers)
}

createServer((request, response) => {
  const pieces = []
  request.on("data", (piece) => pieces.push(piece))
  request.on("end", () => respond(request, response, Buffer.concat(pieces).toString()))
}).listen(0, "127.0.0.1", function () {
  console.log(`http://127.0.0.1:${this.address().port}`)
})
