/** Short messages at the foot of the page. Errors stay until dismissed; the rest go by themselves. */
import { useEffect, useSyncExternalStore, type JSX } from "react"
import { t } from "../words/words"
import { useLanguage } from "../words/use_language"
import { Button, IconButton } from "./Button"
import { Icon, type IconName } from "./icons"

export interface ToastAction {
  readonly label: string
  readonly onPress: () => void
}

export interface Toast {
  readonly text: string
  readonly level?: "info" | "success" | "warning" | "error"
  readonly action?: ToastAction
  /** The same when there are several; they leave the toast. */
  readonly actions?: readonly ToastAction[]
  /** How long it stays; 0 for ever. Unless told: 6 s, and for ever when it is an error. */
  readonly timeoutMs?: number
}
interface Shown extends Toast {
  readonly id: number
}

const most = 4
const listeners = new Set<() => void>()
let shown: readonly Shown[] = []
let nextId = 1

function show(next: readonly Shown[]): void {
  shown = next
  for (const listener of [...listeners]) listener()
}

/** Shows `toast`; one with the same words that is still there is replaced. Returns its id. */
export function showToast(toast: Toast): number {
  const id = nextId++
  show([...shown.filter(({ text }) => text !== toast.text), { ...toast, id }].slice(-most))
  return id
}

export function dismissToast(id: number): void {
  show(shown.filter((toast) => toast.id !== id))
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
  }
}

/** Where they appear: put it once at the end of the page. */
export function ToastRegion(): JSX.Element {
  useLanguage()
  const toasts = useSyncExternalStore(subscribe, () => shown)
  return (
    <div className="c-toasts" role="region" aria-label={t("toast.region")} aria-live="polite">
      {toasts.map((toast) => <ToastCard key={toast.id} toast={toast} />)}
    </div>
  )
}

function ToastCard({ toast }: { readonly toast: Shown }): JSX.Element {
  const level = toast.level ?? "info"
  const timeoutMs = toast.timeoutMs ?? (level === "error" ? 0 : 6000)
  useEffect(() => {
    if (timeoutMs <= 0) return
    const timer = setTimeout(() => dismissToast(toast.id), timeoutMs)
    return () => clearTimeout(timer)
  }, [toast.id, timeoutMs])
  const icon: IconName = level
  const { action } = toast
  return (
    <div className={`c-toast c-toast-${level}`} role={level === "error" ? "alert" : "status"}>
      <Icon name={icon} />
      <div className="c-toast-text">
        <p>{toast.text}</p>
        {toast.actions && (
          <div className="c-toast-actions">
            {toast.actions.map(({ label, onPress }) =>
              <Button key={label} variant="plain" size="small" onPress={onPress}>{label}</Button>)}
          </div>
        )}
      </div>
      {action &&
        <Button variant="plain" size="small" onPress={() => {
          dismissToast(toast.id)
          action.onPress()
        }}>{action.label}</Button>}
      <IconButton label={t("action.dismiss")} icon="close" size={16} onPress={() => dismissToast(toast.id)} />
    </div>
  )
}
