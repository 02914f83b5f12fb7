import "./open.css"
import type { JSX, ReactNode } from "react"
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { Button } from "../Button"
import { Tick } from "../Choice"
import { Dialog } from "../Dialog"
import { Icon, type IconName } from "../icons"

export const openTabs = ["examples", "recent", "drive", "github", "upload"] as const
export type OpenTab = (typeof openTabs)[number]

const icons: Readonly<Record<OpenTab, IconName>> = {
  examples: "star", recent: "restore", drive: "folder", github: "code", upload: "upload",
}

interface OpenDialogProps {
  readonly tabs: readonly OpenTab[]
  readonly tab: OpenTab
  readonly onTab: (tab: OpenTab) => void
  readonly onClose: () => void
  readonly onCreate: () => Promise<void>
  readonly creating: boolean
  readonly atStart: boolean
  readonly onAtStart: (atStart: boolean) => void
  /** What the chosen tab shows. */
  readonly children: ReactNode
}

/** Where a notebook comes from: a tab for each place. */
export function OpenDialog(props: OpenDialogProps): JSX.Element {
  useLanguage()
  const { tab } = props
  return (
    <Dialog isOpen size="open" title={t("open.title")} onClose={props.onClose} footer={
      <>
        <div className="o-at-start">
          <Tick label={t("open.at_start")} isSelected={props.atStart} onChange={props.onAtStart} />
        </div>
        <Button variant="plain" onPress={props.onClose}>{t("action.cancel")}</Button>
        <Button variant="primary" icon="add" pending={props.creating} onPress={() => void props.onCreate()}>
          {t("open.new")}
        </Button>
      </>
    }>
      <Tabs className="o-tabs" orientation="vertical" selectedKey={tab} onSelectionChange={(key) => {
        const chosen = props.tabs.find((name) => name === key)
        if (chosen) props.onTab(chosen)
      }}>
        <TabList className="o-tab-list" aria-label={t("open.tabs")}>
          {props.tabs.map((name) => (
            <Tab key={name} id={name} className="o-tab">
              <Icon name={icons[name]} size={18} /><span>{t(`open.${name}`)}</span>
            </Tab>
          ))}
        </TabList>
        <TabPanel key={tab} id={tab} className="o-panel">{props.children}</TabPanel>
      </Tabs>
    </Dialog>
  )
}
