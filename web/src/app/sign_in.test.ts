import { beforeEach, describe, expect, it } from "vitest"
import { Api } from "../sync/http"
import { routeOf } from "./routes"
import { findAccount, refusalOf } from "./sign_in"

interface Answer {
  readonly status: number
  readonly body: unknown
}
const me = {
  user: { id: "u", email: "a@b", name: "A", role: "owner", has_password: false }, csrf: "secret", version: "1",
}
let requests: { method: string; path: string; csrf: string | null; body: string }[]
let answers: Record<string, Answer>

function api(): Api {
  return new Api((input, init) => {
    const method = init?.method ?? "GET"
    const path = input instanceof Request ? input.url : String(input)
    const body = typeof init?.body === "string" ? init.body : ""
    requests.push({ method, path, csrf: new Headers(init?.headers).get("x-colibri-csrf"), body })
    const answer = answers[`${method} ${path}`]
    if (!answer) return Promise.reject(new TypeError("no network"))
    const text = answer.body === undefined ? null : JSON.stringify(answer.body)
    return Promise.resolve(new Response(text, { status: answer.status }))
  })
}

beforeEach(() => {
  requests = []
  answers = { "GET /api/me": { status: 200, body: me } }
  history.replaceState(null, "", "/")
})

describe("a sign-in link", () => {
  it("is redeemed once and leaves the address", async () => {
    answers["POST /api/sign-in/link"] = { status: 200, body: me }
    history.replaceState(null, "", "/notebooks/n?x=1#signin=tok-en_1")
    const account = await findAccount(api())
    expect(account).toMatchObject({ kind: "signed_in", byLink: true })
    expect(requests[0]).toMatchObject({ path: "/api/sign-in/link", body: '{"token":"tok-en_1"}' })
    expect(location.href).toMatch(/\/notebooks\/n\?x=1$/)
  })

  it("that is dead says so where nobody is signed in", async () => {
    answers["POST /api/sign-in/link"] = { status: 401, body: { error: { code: "dead_link", detail: "used" } } }
    answers["GET /api/me"] = { status: 401, body: {} }
    history.replaceState(null, "", "/#signin=old")
    const account = await findAccount(api())
    expect(account.kind === "signed_out" && account.message).toMatch(/link/)
    expect(location.hash).toBe("")
  })

  it("that is dead is no matter to somebody who is signed in", async () => {
    answers["POST /api/sign-in/link"] = { status: 401, body: { error: { code: "dead_link", detail: "used" } } }
    history.replaceState(null, "", "/#signin=old")
    expect(await findAccount(api())).toMatchObject({ kind: "signed_in", byLink: false })
  })
})

describe("a notebook's address", () => {
  it("asks who is not signed in to sign in for it, and stays", async () => {
    answers["GET /api/me"] = { status: 401, body: {} }
    history.replaceState(null, "", "/notebooks/n")
    expect(await findAccount(api())).toMatchObject({ kind: "signed_out", message: "Sign in to open this notebook." })
    expect(location.pathname).toBe("/notebooks/n")
  })

  it("opens as ever when the invitation in the letter was used", async () => {
    answers["POST /api/invitations/look"] = { status: 401, body: { error: { code: "dead_link", detail: "used" } } }
    history.replaceState(null, "", "/notebooks/n#invitation=used")
    const account = await findAccount(api())
    expect(account.kind === "signed_in" && account.notice).toBeUndefined()
    expect(account.kind).toBe("signed_in")
    expect(location.hash).toBe("")
  })
})

describe("other links", () => {
  it("of an invitation show what it is for, and nobody needs to be signed in", async () => {
    answers["POST /api/invitations/look"] = { status: 200, body: { email: "a@b", invited_by: "Boss" } }
    history.replaceState(null, "", "/#invitation=tok-en")
    expect(await findAccount(api())).toEqual({
      kind: "invited", token: "tok-en", invitation: { email: "a@b", invited_by: "Boss" },
    })
    expect(location.hash).toBe("")
  })

  it("of a new address wait for the sign-in", async () => {
    answers["GET /api/me"] = { status: 401, body: {} }
    history.replaceState(null, "", "/#email=tok-en")
    expect(await findAccount(api())).toMatchObject({ kind: "signed_out", emailToken: "tok-en" })
    answers["GET /api/me"] = { status: 200, body: me }
    answers["POST /api/me/email/confirm"] = { status: 200, body: { user: { email: "new@b" } } }
    const account = await findAccount(api(), "tok-en")
    expect(account).toMatchObject({ kind: "signed_in", notice: { level: "success" } })
    expect(account.kind === "signed_in" && account.notice?.text).toContain("new@b")
  })

  it("tell why signing in elsewhere did not work", async () => {
    history.replaceState(null, "", "/notebooks/n#sign-in-problem=not_invited")
    expect(await findAccount(api())).toMatchObject({ kind: "signed_in", notice: { level: "error" } })
    answers["GET /api/me"] = { status: 401, body: {} }
    history.replaceState(null, "", "/#sign-in-problem=not_invited")
    const account = await findAccount(api())
    expect(account.kind === "signed_out" && account.message).toMatch(/not invited/)
    history.replaceState(null, "", "/#sign-in-problem=<b>odd</b>")
    expect(await findAccount(api())).toMatchObject({ message: "Signing in did not work. Please try again." })
  })
})

describe("an account", () => {
  it("is asked for without a link too", async () => {
    expect(await findAccount(api())).toMatchObject({ kind: "signed_in", me: { user: { name: "A" } } })
    expect(requests).toHaveLength(1)
  })

  it("that cannot be asked for is a failure, not a sign-out", async () => {
    answers = {}
    expect(await findAccount(api())).toMatchObject({ kind: "failed" })
    answers = { "GET /api/me": { status: 200, body: { odd: true } } }
    expect(await findAccount(api())).toMatchObject({ kind: "failed" })
  })

  it("with a wrong password says so in words", async () => {
    answers["POST /api/sign-in"] = { status: 401, body: { error: { code: "wrong_password", detail: "x" } } }
    expect(await refusalOf(api().signIn("a@b", "no"))).toMatch(/wrong/)
    answers["POST /api/sign-in"] = { status: 200, body: me }
    expect(await refusalOf(api().signIn("a@b", "yes"))).toBeNull()
  })
})

describe("unsafe requests", () => {
  it("carry the token that me() told", async () => {
    answers["DELETE /api/notebooks/a%2Fb"] = { status: 204, body: undefined }
    const client = api()
    await client.me()
    const { notebookId } = await import("../wire/ids")
    await client.removeNotebook(notebookId("a/b"))
    expect(requests.map(({ csrf }) => csrf)).toEqual([null, "secret"])
  })

  it("that fail tell what the server said", async () => {
    answers["POST /api/notebooks"] = { status: 507, body: { error: { code: "io", detail: "The disk is full." } } }
    await expect(api().createNotebook()).rejects.toMatchObject({ status: 507, code: "io", detail: "The disk is full." })
  })
})

describe("addresses", () => {
  it.each([
    ["/", { page: "list" }], ["/notebooks/n_1", { page: "notebook", id: "n_1" }],
    ["/notebooks/n%201/", { page: "notebook", id: "n 1" }], ["/notebooks/%E0%A4%A", { page: "list" }],
    ["/notebooks/a/b", { page: "list" }], ["/elsewhere", { page: "list" }],
    ["/notebook/n_1", { page: "notebook", id: "n_1" }],
  ])("%s names %o", (path, route) => {
    expect(routeOf(path)).toEqual(route)
  })
})
