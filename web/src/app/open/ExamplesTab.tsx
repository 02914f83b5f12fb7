import { useState, type JSX } from "react"
import type { OpeningApi } from "../../sync/opening_api"
import { fits, OpenList } from "../../ui/open/OpenList"
import type { NotebookId } from "../../wire/ids"
import type { ByLanguage } from "../../wire/opening"
import { useLanguage } from "../../words/use_language"
import { t } from "../../words/words"
import { useLoaded } from "../account/loaded"
import { orToast } from "../errors"
import { foreignHref } from "../routes"

interface ExamplesTabProps {
  readonly api: OpeningApi
  readonly onOpen: (id: NotebookId) => void
}

/** Notebooks that teach; each opens as a playground. */
export function ExamplesTab({ api, onOpen }: ExamplesTabProps): JSX.Element {
  const language = useLanguage()
  const [filter, setFilter] = useState("")
  const { value, error } = useLoaded(() => api.examples())
  const words = (by: ByLanguage): string => by[language] ?? by.en ?? ""
  const items = value && value
    .filter(({ title, text, name }) => fits(filter, words(title), words(text), name))
    .map((example) => {
      const foreign = { from: "examples", path: example.name } as const
      return {
        id: example.name, icon: "notebook" as const, title: words(example.title), text: words(example.text),
        href: foreignHref(foreign),
        ...(example.image === "" ? {} : { note: t("open.needs", { image: example.image }) }),
        onOpen: () => void orToast(api.play(foreign, language).then(onOpen)),
      }
    })
  return (
    <OpenList label={t("open.examples")} filter={filter} onFilter={setFilter} items={items} error={error}
      none={t("open.none_drive")} above={<p className="o-hint">{t("open.example_hint")}</p>} />
  )
}
