/** What a frame must know to look like the page around it. */
import type { FrameTheme } from "../frame/messages"

const passedOn = [
  "--c-bg", "--c-surface", "--c-text", "--c-text-2", "--c-line", "--c-line-strong", "--c-hover",
  "--c-link", "--c-accent", "--font-ui", "--font-mono",
]

/** The names that Colab's own outputs are styled by. */
const colabNames: readonly (readonly [string, string])[] = [
  ["--colab-primary-surface-color", "--c-bg"], ["--colab-secondary-surface-color", "--c-surface"],
  ["--colab-primary-text-color", "--c-text"], ["--colab-secondary-text-color", "--c-text-2"],
  ["--colab-border-color", "--c-line"], ["--colab-highlighted-surface-color", "--c-hover"],
]

export function frameTheme(): FrameTheme {
  const style = getComputedStyle(document.documentElement)
  const value = (name: string): string => style.getPropertyValue(name).trim()
  return {
    dark: isDark(),
    variables: Object.fromEntries([
      ...passedOn.map((name) => [name, value(name)] as const),
      ...colabNames.map(([theirs, ours]) => [theirs, value(ours)] as const),
    ]),
  }
}

const systemDark = (): MediaQueryList | null =>
  typeof matchMedia === "function" ? matchMedia("(prefers-color-scheme: dark)") : null

function isDark(): boolean {
  const chosen = document.documentElement.dataset.theme
  return chosen === "dark" || chosen !== "light" && systemDark()?.matches === true
}

/** Calls `listener` whenever the page turns dark or light. */
export function watchTheme(listener: () => void): () => void {
  const observer = new MutationObserver(listener)
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] })
  const system = systemDark()
  system?.addEventListener("change", listener)
  return () => {
    observer.disconnect()
    system?.removeEventListener("change", listener)
  }
}
