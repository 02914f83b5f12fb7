// GitHub's OAuth web flow, which its OpenAPI description does not have: as docs.github.com tells it, PKCE with S256 among it.
import { createHash, randomBytes } from "node:crypto"

const codes = new Map()

const wrong = (error) => ({ status: 200, body: { error, error_description: "…", error_uri: "https://docs.github.com" } })

/** Where the person's browser goes who agrees at once; null when GitHub would show an error instead. */
export function authorize(app, query) {
  const redirect = query.get("redirect_uri") ?? ""
  if (query.get("client_id") !== app.client_id || query.get("code_challenge_method") !== "S256" || !query.get("code_challenge")) return null
  const code = randomBytes(10).toString("hex")
  codes.set(code, { redirect, challenge: query.get("code_challenge"), scope: query.get("scope") ?? "" })
  const back = new URL(redirect)
  back.searchParams.set("code", code)
  back.searchParams.set("state", query.get("state") ?? "")
  return back.href
}

/** Changes the code for a token of the app's person, once. */
export function accessToken(app, form, tokens) {
  const begun = codes.get(form.get("code"))
  codes.delete(form.get("code"))
  if (form.get("client_id") !== app.client_id || form.get("client_secret") !== app.client_secret) return wrong("incorrect_client_credentials")
  if (!begun) return wrong("bad_verification_code")
  if (begun.redirect !== form.get("redirect_uri")) return wrong("redirect_uri_mismatch")
  const challenge = createHash("sha256").update(form.get("code_verifier") ?? "").digest("base64url")
  if (challenge !== begun.challenge) return wrong("bad_verification_code")
  const token = `gho_${randomBytes(18).toString("hex")}`
  const scopes = begun.scope.split(" ").sort().join(", ")
  tokens[token] = { login: app.login, scopes }
  return { status: 200, body: { access_token: token, scope: scopes.replaceAll(", ", ","), token_type: "bearer" } }
}
