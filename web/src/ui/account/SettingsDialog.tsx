import type { JSX, ReactNode } from "react"
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { Button } from "../Button"
import { Dialog } from "../Dialog"
import { Icon, type IconName } from "../icons"
import { Spinner } from "../Spinner"

export const settingsTabs = ["profile", "password", "sign_ins", "sessions", "tokens", "github", "data"] as const
export type SettingsTab = (typeof settingsTabs)[number]

const icons: Readonly<Record<SettingsTab, IconName>> = {
  profile: "user", password: "key", sign_ins: "link", sessions: "monitor", tokens: "code",
  github: "globe", data: "disk",
}

interface SettingsDialogProps {
  readonly tab: SettingsTab
  readonly onTab: (tab: SettingsTab) => void
  readonly onClose: () => void
  /** What the chosen tab shows. */
  readonly children: ReactNode
}

/** One's own account: a window with a tab for each matter. */
export function SettingsDialog({ tab, onTab, onClose, children }: SettingsDialogProps): JSX.Element {
  useLanguage()
  return (
    <Dialog isOpen size="large" title={t("settings.title")} onClose={onClose}>
      <Tabs className="c-settings" orientation="vertical" selectedKey={tab}
        onSelectionChange={(key) => {
          const chosen = settingsTabs.find((name) => name === key)
          if (chosen) onTab(chosen)
        }}>
        <TabList className="c-settings-tabs" aria-label={t("settings.title")}>
          {settingsTabs.map((name) => (
            <Tab key={name} id={name} className="c-settings-tab">
              <Icon name={icons[name]} size={18} /><span>{t(`settings.${name}`)}</span>
            </Tab>
          ))}
        </TabList>
        <TabPanel key={tab} id={tab} className="c-settings-panel">{children}</TabPanel>
      </Tabs>
    </Dialog>
  )
}

interface LoadedProps<T> {
  /** Null while it is loaded. */
  readonly value: T | null
  readonly error: string | null
  readonly onRetry: () => void
  readonly children: (value: T) => ReactNode
}

/** What must be asked for first: a spinner, why it failed, or it. */
export function Loaded<T>({ value, error, onRetry, children }: LoadedProps<T>): JSX.Element {
  if (error !== null) {
    return (
      <div className="c-empty" role="alert">
        <p>{t("settings.failed")} {error}</p>
        <Button icon="refresh" onPress={onRetry}>{t("action.retry")}</Button>
      </div>
    )
  }
  if (value === null) return <div className="c-settings-wait"><Spinner label={t("app.loading")} size={24} /></div>
  return <>{children(value)}</>
}
