import type { JSX, ReactNode } from "react"
import { Tab, TabList, TabPanel, Tabs } from "react-aria-components"
import type { NotebookEntry } from "../wire/api"
import { t } from "../words/words"
import { Icon, type IconName } from "./icons"

export const listViews = ["recent", "mine", "shared", "starred"] as const
export type ListView = (typeof listViews)[number]

const icons: Readonly<Record<ListView, IconName>> = {
  recent: "restore", mine: "folder", shared: "people", starred: "star",
}

export const isMine = (notebook: NotebookEntry): boolean => notebook.role === "owner"

/** Whether a notebook stands in this view. */
export function isIn(view: ListView, notebook: NotebookEntry): boolean {
  switch (view) {
    case "recent": return true
    case "mine": return isMine(notebook)
    case "shared": return !isMine(notebook)
    case "starred": return notebook.starred
  }
}

interface ListViewsProps {
  readonly view: ListView
  readonly onView: (view: ListView) => void
  readonly children: ReactNode
}

/** Which of the notebooks are shown. */
export function ListViews({ view, onView, children }: ListViewsProps): JSX.Element {
  return (
    <Tabs className="c-views" selectedKey={view} onSelectionChange={(key) => {
      const chosen = listViews.find((name) => name === key)
      if (chosen) onView(chosen)
    }}>
      <TabList className="c-views-tabs" aria-label={t("list.view")}>
        {listViews.map((name) => (
          <Tab key={name} id={name} className="c-views-tab">
            <Icon name={icons[name]} size={18} /><span>{t(`list.view_${name}`)}</span>
          </Tab>
        ))}
      </TabList>
      <TabPanel key={view} id={view} className="c-views-panel">{children}</TabPanel>
    </Tabs>
  )
}

/** A view without notebooks, and how one comes into it. */
export function EmptyView({ view }: { readonly view: ListView }): JSX.Element {
  const [icon, title, text] = view === "shared"
    ? ["people", t("list.shared_title"), t("list.shared_text")] as const
    : view === "starred" ? ["star", t("list.starred_title"), t("list.starred_text")] as const
      : ["notebook", t("list.empty_title"), t("list.empty_text")] as const
  return (
    <div className="c-empty">
      <Icon name={icon} size={44} />
      <h2>{title}</h2>
      <p>{text}</p>
    </div>
  )
}
