/** Light, dark, or as the system says: kept in this browser, shown as `data-theme` on <html>. */
export type ThemeChoice = "light" | "dark" | "system"

const storageKey = "colibri.theme"
const choices: readonly ThemeChoice[] = ["light", "dark", "system"]
const listeners = new Set<() => void>()
let chosen: ThemeChoice = remembered()

function remembered(): ThemeChoice {
  try {
    const stored = localStorage.getItem(storageKey)
    return choices.find((choice) => choice === stored) ?? "system"
  } catch {
    return "system" // Storage is switched off in this browser.
  }
}

export function theme(): ThemeChoice {
  return chosen
}

export function setTheme(next: ThemeChoice): void {
  chosen = next
  try {
    localStorage.setItem(storageKey, next)
  } catch {
    // Then it holds until the page is closed.
  }
  applyTheme()
  for (const listener of [...listeners]) listener()
}

export function subscribeTheme(listener: () => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** Puts the choice on the page; call it once before the first drawing. */
export function applyTheme(): void {
  if (chosen === "system") delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = chosen
}
