// A real OpenID Connect provider (the package oidc-provider) on the loopback, for the tests. It signs in
// whoever types a name, and on command lies in its ID tokens or changes its keys. Its settings come as
// JSON in the first argument; it prints its issuer when it is ready.
import { createPublicKey, randomUUID } from "node:crypto"
import { createServer } from "node:http"
import * as jose from "jose"
import Provider from "oidc-provider"

const settings = JSON.parse(process.argv[2])
let tamper = null // What the next ID token says instead of the truth.
let keyRequests = 0
let keys = []
let handle = null

async function newKeys() {
  const algorithms = { rsa: "RS256", ec: "ES256" }
  return Promise.all(Object.values(algorithms).map(async (alg) => {
    const { privateKey } = await jose.generateKeyPair(alg, { extractable: true })
    return { ...await jose.exportJWK(privateKey), alg, use: "sig", kid: randomUUID() }
  }))
}

function start(issuer) {
  const provider = new Provider(issuer, {
    clients: [{
      client_id: settings.client_id,
      client_secret: settings.client_secret,
      redirect_uris: settings.redirect_uris,
      id_token_signed_response_alg: settings.algorithm ?? "RS256",
      token_endpoint_auth_method: settings.auth_method ?? "client_secret_basic",
    }],
    jwks: { keys },
    pkce: { methods: ["S256"], required: () => true },
    claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
    // True: the address is told at the userinfo endpoint only.
    conformIdTokenClaims: settings.userinfo_only ?? false,
    clientBasedCORS: () => false,
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, email: `${id}@example.org`, email_verified: true, name: id, ...settings.people?.[id] }),
    }),
  })
  provider.use(async (context, next) => {
    if (context.path === "/jwks") keyRequests += 1
    await next()
    if (context.path === "/token" && context.body?.id_token && tamper !== null) {
      context.body.id_token = await forged(context.body.id_token, tamper)
      tamper = null
    }
  })
  return provider.callback()
}

// `claims` over the true ones (null: left out), signed by `key`: "own", "none", "shared" (the public key as the
// secret of HS256), "stranger" (another key of the same id), "unknown" (another id).
async function forged(token, { claims = {}, key = "own" }) {
  const payload = { ...jose.decodeJwt(token), ...claims }
  for (const [name, value] of Object.entries(claims)) if (value === null) delete payload[name]
  const header = jose.decodeProtectedHeader(token)
  if (key === "none") return new jose.UnsecuredJWT(payload).encode()
  const own = keys.find(({ kid }) => kid === header.kid)
  const sign = (headers, secret) => new jose.SignJWT(payload).setProtectedHeader(headers).sign(secret)
  if (key === "shared") {
    const pem = createPublicKey({ key: own, format: "jwk" }).export({ type: "spki", format: "pem" })
    return sign({ ...header, alg: "HS256" }, new TextEncoder().encode(pem))
  }
  if (key === "own") return sign(header, await jose.importJWK(own, header.alg))
  const { privateKey } = await jose.generateKeyPair(header.alg)
  return sign(key === "unknown" ? { ...header, kid: randomUUID() } : header, privateKey)
}

async function control(request, response) {
  let text = ""
  for await (const piece of request) text += piece
  const command = JSON.parse(text || "{}")
  if (command.tamper !== undefined) tamper = command.tamper
  if (command.rotate) {
    keys = await newKeys()
    handle = start(issuer)
  }
  response.end(JSON.stringify({ keyRequests }))
}

const server = createServer((request, response) => {
  if (request.url === "/control") void control(request, response)
  else handle(request, response)
})
keys = await newKeys()
await new Promise((resolve) => { server.listen(0, "127.0.0.1", resolve) })
const issuer = `http://127.0.0.1:${server.address().port}`
handle = start(issuer)
console.log(issuer)
