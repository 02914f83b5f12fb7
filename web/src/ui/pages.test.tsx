import { act, type ReactNode } from "react"
import { afterEach, describe, expect, it, vi } from "vitest"
import type { SignInWays } from "../wire/account"
import type { NotebookEntry } from "../wire/api"
import { notebookId, userId } from "../wire/ids"
import { setLanguage } from "../words/language"
import { AccountSetupDialog } from "./account/AccountSetupDialog"
import type { ListView } from "./ListViews"
import { NotebookListPage, type NotebookListPageProps } from "./NotebookListPage"
import { SignInPage, type SignInPageProps } from "./account/SignInPage"
import { setTheme, theme } from "./theme"
import { draw, field, submit, type, withPage } from "./testing/page"
import { dismissToast, showToast, ToastRegion } from "./toast"

withPage()
afterEach(() => setLanguage("en"))

describe("signing in", () => {
  const page = (onSignIn: SignInPageProps["onSignIn"], ways: SignInPageProps["ways"] = null): ReactNode => (
    <SignInPage ways={ways} onSignIn={onSignIn} onForgot={vi.fn()} onSignUp={vi.fn()}
      hrefOf={(name) => `/to/${name}`} />
  )

  it("hands over what was typed and says why it was refused", async () => {
    const onSignIn = vi.fn(() => Promise.resolve("Wrong e-mail or password."))
    await draw(page(onSignIn))
    type("E-mail", " ada@example.org ")
    type("Password", "secret words ")
    await submit()
    expect(onSignIn).toHaveBeenCalledWith("ada@example.org", "secret words ")
    expect(document.querySelector("[role=alert]")?.textContent).toBe("Wrong e-mail or password.")
  })

  it("asks nobody when something is missing", async () => {
    const onSignIn = vi.fn(() => Promise.resolve(null))
    await draw(page(onSignIn))
    await submit()
    expect(onSignIn).not.toHaveBeenCalled()
    expect(document.querySelector("[role=alert]")?.textContent).toBe("This is not an e-mail address.")
  })

  it("speaks the language that is switched to", async () => {
    await draw(page(() => Promise.resolve(null)))
    act(() => setLanguage("zh-CN"))
    expect(field("电子邮箱")).toBeDefined()
  })
})

describe("the ways in", () => {
  const words = async (ways: Partial<SignInWays>): Promise<string> => {
    const all = { sign_up: "invitation", domains: [], mail: false, providers: [], ...ways } as const
    await draw(<SignInPage ways={all} onSignIn={vi.fn()} onForgot={vi.fn()} onSignUp={vi.fn()}
      hrefOf={(name) => `/to/${name}`} />)
    return document.body.textContent
  }

  it("offer no account where only an administrator makes them", async () => {
    const text = await words({})
    expect(text).toContain("Ask the person who runs this server")
    expect(text).not.toContain("Create an account")
  })

  it("offer links by mail where there is mail", async () => {
    const text = await words({ mail: true })
    expect(text).toContain("Forgot your password?")
    expect(text).toContain("Were you invited")
  })

  it("offer an account to whom the rule lets in", async () => {
    expect(await words({ mail: true, sign_up: "domain", domains: ["x.org"] })).toContain("@x.org")
    expect(await words({ sign_up: "open" })).toContain("Create an account")
  })

  it("lead to the providers", async () => {
    await words({ providers: [{ name: "p", title: "The Provider" }] })
    expect(document.querySelector("a")?.getAttribute("href")).toBe("/to/p")
    expect(document.querySelector("a")?.textContent).toBe("Continue with The Provider")
  })
})

describe("setting up the account", () => {
  it("wants a long password twice", async () => {
    const onSubmit = vi.fn(() => Promise.resolve(null))
    await draw(<AccountSetupDialog isOpen email="ada@example.org" name="Ada" choosesEmail onSubmit={onSubmit} />)
    type("New password", "short")
    await submit()
    expect(document.body.textContent).toContain("At least 8 characters, please.")
    type("New password", "long enough words")
    type("Repeat the password", "long enough word")
    await submit()
    expect(document.body.textContent).toContain("The two passwords differ.")
    expect(onSubmit).not.toHaveBeenCalled()
    type("Repeat the password", "long enough words")
    await submit()
    expect(onSubmit).toHaveBeenCalledWith({ email: "ada@example.org", name: "Ada", password: "long enough words" })
  })
})

describe("the list of notebooks", () => {
  const entry = (id: string, title: string, modified_ms: number, more: Partial<NotebookEntry> = {}): NotebookEntry =>
    ({ id: notebookId(id), title, path: `My Drive/Colab Notebooks/${title}.ipynb`, modified_ms, opened_ms: 0, bytes: 10, running: false,
      role: "owner", owner: { id: userId("u_ada"), email: "ada@example.org", name: "Ada" }, starred: false, shared: false, ...more })
  const props: NotebookListPageProps = {
    user: { email: "ada@example.org", name: "Ada" }, notebooks: [], hrefOf: (id) => `/notebook/${id}`,
    view: "recent", onView: vi.fn(), onStar: vi.fn(), onShare: vi.fn(), onCopy: vi.fn(), onForget: vi.fn(),
    onOpen: vi.fn(), onCreate: vi.fn(), onUpload: vi.fn(), onRename: vi.fn(), onDelete: vi.fn(),
  }
  const links = (): string[] =>
    Array.from(document.querySelectorAll(".c-list-name"), (link) => link.firstElementChild?.nextElementSibling?.firstChild?.textContent ?? "")

  it("has the last touched first, and finds by words", async () => {
    await draw(<NotebookListPage {...props} notebooks={[entry("a", "Old trees", 1), entry("b", "<b>New</b>", 2)]} />)
    expect(links()).toEqual(["<b>New</b>", "Old trees"])
    type("Search notebooks", "TREES old")
    expect(links()).toEqual(["Old trees"])
    type("Search notebooks", "nothing")
    expect(document.body.textContent).toContain("No notebook matches “nothing”.")
  })

  it("opens in place on a plain click, and leaves other clicks to the browser", async () => {
    const onOpen = vi.fn()
    await draw(<NotebookListPage {...props} onOpen={onOpen} notebooks={[entry("a", "A", 1)]} />)
    const link = document.querySelector(".c-list-name")
    document.addEventListener("click", (event) => event.preventDefault(), { once: true }) // Nowhere to go.
    const click = (init: MouseEventInit): void =>
      act(() => { link?.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true, ...init })) })
    click({ ctrlKey: true })
    expect(onOpen).not.toHaveBeenCalled()
    click({})
    expect(onOpen).toHaveBeenCalledWith("a")
    expect(link?.getAttribute("href")).toBe("/notebook/a")
  })

  it("shows in each view what belongs there, and who owns it", async () => {
    const bob = { id: userId("u_bob"), email: "bob@example.org", name: "Bob" }
    const notebooks = [
      entry("a", "Mine", 3), entry("b", "Of Bob", 2, { role: "viewer", owner: bob, path: "" }),
      entry("c", "Favourite", 1, { role: "editor", owner: bob, path: "", starred: true }),
    ]
    const shown = async (view: ListView): Promise<string[]> => {
      await draw(<NotebookListPage {...props} view={view} notebooks={notebooks} />)
      return links()
    }
    expect(await shown("recent")).toEqual(["Mine", "Of Bob", "Favourite"])
    expect(await shown("mine")).toEqual(["Mine"])
    expect(await shown("starred")).toEqual(["Favourite"])
    expect(await shown("shared")).toEqual(["Of Bob", "Favourite"])
    expect(document.querySelector("td.c-wide")?.textContent).toBe("Bob")
    type("Search notebooks", "bob fav")
    expect(links()).toEqual(["Favourite"])
    await draw(<NotebookListPage {...props} view="shared" notebooks={[entry("a", "Mine", 1)]} />)
    expect(document.body.textContent).toContain("Nothing is shared with you yet")
  })

  it("tells loading, emptiness and failure apart", async () => {
    await draw(<NotebookListPage {...props} notebooks={null} />)
    expect(document.querySelector("[role=status]")).not.toBeNull()
    await draw(<NotebookListPage {...props} />)
    expect(document.body.textContent).toContain("Your Drive has no notebooks yet")
    await draw(<NotebookListPage {...props} error="The disk is gone." />)
    expect(document.querySelector("[role=alert]")?.textContent).toContain("The disk is gone.")
  })
})

describe("toasts", () => {
  it("replace one with the same words, and go when dismissed", async () => {
    await draw(<ToastRegion />)
    let id = 0
    act(() => {
      showToast({ text: "Saved.", timeoutMs: 0 })
      id = showToast({ text: "Saved.", timeoutMs: 0 })
    })
    expect(document.querySelectorAll(".c-toast")).toHaveLength(1)
    act(() => dismissToast(id))
    expect(document.querySelectorAll(".c-toast")).toHaveLength(0)
  })
})

describe("the theme", () => {
  it("is shown on the page and remembered", () => {
    setTheme("dark")
    expect([theme(), document.documentElement.dataset.theme, localStorage.getItem("colibri.theme")])
      .toEqual(["dark", "dark", "dark"])
    setTheme("system")
    expect(document.documentElement.dataset.theme).toBeUndefined()
  })
})
