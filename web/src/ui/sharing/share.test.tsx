import { act } from "react"
import { describe, expect, it, vi } from "vitest"
import { userId } from "../../wire/ids"
import type { Access } from "../../wire/sharing"
import { draw, field, submit, type, withPage } from "../testing/page"
import { HandOn } from "./HandOn"
import { ShareDialog, type ShareDialogProps } from "./ShareDialog"

const person = (name: string) => ({ id: userId(`u_${name}`), email: `${name.toLowerCase()}@x.org`, name })
const access: Access = {
  title: "Trees", owner: person("Ada"), people: [{ person: person("Bob"), role: "viewer" }],
  invitations: [{ email: "new@x.org", role: "editor" }], link_role: null, editors_share: true, role: "owner",
  may_share: true, mail: true,
}
const props: ShareDialogProps = {
  title: "Trees", access, error: null, problem: null, isBusy: false, me: "ada@x.org", link: "http://c/notebooks/n",
  shared: [], onRetry: vi.fn(), onShare: () => Promise.resolve(null), onRole: vi.fn(), onRemove: vi.fn(),
  onLinkRole: vi.fn(), onEditorsShare: vi.fn(), onTransfer: () => Promise.resolve(), onLeave: () => Promise.resolve(),
  removed: null, onClose: vi.fn(),
}
const button = (label: string): HTMLElement | undefined =>
  Array.from(document.querySelectorAll("button")).find((element) =>
    (element.getAttribute("aria-label") ?? element.textContent) === label)

withPage()

describe("the share dialog", () => {
  it("shares with all that were typed, and keeps them when the server refuses", async () => {
    const answers = ["These are too many people at once.", null]
    const onShare = vi.fn<ShareDialogProps["onShare"]>(() => Promise.resolve(answers.shift() ?? null))
    await draw(<ShareDialog {...props} onShare={onShare} />)
    type("Add people by e-mail", "Cid <CID@x.org>, dan@x.org")
    await submit()
    expect(onShare.mock.calls[0]?.[0]).toMatchObject({ addresses: ["cid@x.org", "dan@x.org"], role: "viewer", notify: true })
    expect(document.querySelector("[role=alert]")?.textContent).toBe("These are too many people at once.")
    expect(document.body.textContent).toContain("cid@x.org")
    await submit()
    expect(onShare.mock.calls[1]?.[0].addresses).toEqual(["cid@x.org", "dan@x.org"])
    expect(document.body.textContent).not.toContain("cid@x.org")
  })

  it("asks nobody while something is no address, and says which", async () => {
    const onShare = vi.fn<ShareDialogProps["onShare"]>(() => Promise.resolve(null))
    await draw(<ShareDialog {...props} onShare={onShare} />)
    type("Add people by e-mail", "cid@x.org, dan")
    await submit()
    expect(onShare).not.toHaveBeenCalled()
    expect(document.body.textContent).toContain("“dan” is not an e-mail address.")
    expect(field("Add people by e-mail").value).toBe("dan")
    expect(document.body.textContent).toContain("cid@x.org")
  })

  it("takes no letter that the server would not", async () => {
    await draw(<ShareDialog {...props} />)
    type("Add people by e-mail", "cid@x.org")
    const area = document.querySelector("textarea")
    act(() => {
      Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value")?.set?.call(area, "é".repeat(1001))
      area?.dispatchEvent(new Event("input", { bubbles: true }))
    })
    expect(document.body.textContent).toContain("This message is too long")
    expect(button("Send")?.dataset.disabled).toBe("true")
  })

  it("lets those who may not share only look", async () => {
    await draw(<ShareDialog {...props} me="bob@x.org" access={{ ...access, role: "viewer", may_share: false, invitations: [] }} />)
    expect(document.querySelector("form")).toBeNull()
    expect(document.body.textContent).toContain("You can view this notebook.")
    expect(document.querySelectorAll(".c-pick")).toHaveLength(0)
    expect(button("Give up my access")).toBeDefined()
    expect(document.body.textContent).not.toContain("Editors may share it")
  })

  it("gives back at once what was taken by mistake", async () => {
    const onRole = vi.fn()
    await draw(<ShareDialog {...props} onRole={onRole} removed={{ email: "cid@x.org", role: "editor" }} />)
    expect(document.querySelector("[role=status]")?.textContent).toContain("cid@x.org has no access any more.")
    act(() => button("Undo")?.click())
    expect(onRole).toHaveBeenCalledWith("cid@x.org", "editor")
  })

  it("shows everybody, and why a change was refused", async () => {
    await draw(<ShareDialog {...props} problem="You may not." />)
    const rows = Array.from(document.querySelectorAll(".s-people li"), (row) => row.textContent)
    expect(rows[0]).toContain("AdaYou")
    expect(rows[1]).toContain("bob@x.org")
    expect(rows[2]).toContain("Invited, has no account yet")
    expect(button("What Bob may be: Viewer")).toBeDefined()
    expect(document.querySelector("[role=alert]")?.textContent).toBe("You may not.")
    expect(button("Give up my access")).toBeUndefined()
  })
})

describe("what came of sharing", () => {
  const one = { email: "cid@x.org", role: "viewer", has_account: true, mailed: false, link: "" } as const

  it("hands on a link of their own to who has no account, and the notebook's to the others", async () => {
    await draw(<HandOn link="http://c/notebooks/n" shared={[
      one, { ...one, email: "dan@x.org", has_account: false, link: "http://c/notebooks/n#invitation=t" },
      { ...one, email: "eve@x.org", mailed: true },
      { ...one, email: "kim@x.org", has_account: false }, { ...one, email: "ada@x.org", role: "owner" },
    ]} />)
    const links = Array.from(document.querySelectorAll("input"), (input) => input.value)
    expect(links).toEqual(["http://c/notebooks/n#invitation=t", "http://c/notebooks/n"])
    const text = document.body.textContent
    expect(text).toContain("cid@x.org can open the notebook now.")
    expect(text).toContain("kim@x.org can open it once there is an account")
    expect(text).toContain("An e-mail is on its way to eve@x.org.")
    expect(text).toContain("ada@x.org is the owner already.")
  })
})
