import { act, type ReactNode } from "react"
import { afterEach, describe, expect, it, vi } from "vitest"
import type { SignInWays } from "../wire/account"
import { setLanguage } from "../words/language"
import { AccountSetupDialog } from "./account/AccountSetupDialog"
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
