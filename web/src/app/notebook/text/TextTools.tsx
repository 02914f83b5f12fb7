import "./text.css"
import { useRef, type JSX } from "react"
import { Button as AriaButton, Dialog, DialogTrigger, Popover } from "react-aria-components"
import type { MarkdownAction } from "../../../model/markdown_edit"
import type { Cell } from "../../../model/notebook_state"
import { Icon, type IconName } from "../../../ui/icons"
import { t } from "../../../words/words"
import { useNotebook } from "../context"
import { formatText, textNow } from "./format_text"
import { LinkTool } from "./LinkTool"
import { attach } from "./pictures"
import type { PreviewPlace } from "./preview_place"

const tools: readonly (readonly [MarkdownAction, IconName])[] = [
  ["heading", "heading"], ["bold", "bold"], ["italic", "italic"], ["code", "code"],
  ["quote", "quote"], ["numbers", "numbers"], ["bullets", "contents"], ["tasks", "select"], ["rule", "rule"], ["formula", "formula"],
]

const emoji = Array.from("😀😊😂🤔😎😍👍👎👏🙏💪👀🎉🚀⭐🔥💡✅❌⚠️📈📊📝📌🔍🧪🤖🐍🌱🌍☕❤️".replace(/\ufe0f/g, ""))

interface TextToolsProps {
  readonly cell: Cell
  readonly place: PreviewPlace
  readonly onPlace: (place: PreviewPlace) => void
}

/** Above a text cell's source: what makes it bold, a list, a picture; and where the preview stands. */
export function TextTools({ cell, place, onPlace }: TextToolsProps): JSX.Element {
  const { session } = useNotebook()
  const files = useRef<HTMLInputElement>(null)
  const insert = (text: string): void =>
    session.change(cell.id, (now) => now.update({ ...now.replaceSelection(text), userEvent: "input.type" }))
  return (
    <div className="n-text-tools" role="toolbar" aria-label={t("text.tools")}>
      {tools.map(([action, icon]) => (
        <Tool key={action} label={t(`text.${action}`)} icon={icon} onPress={() => formatText(session, cell.id, action)} />
      ))}
      <LinkTool onInsert={insert} selected={() => {
        const now = textNow(session, cell.id) ?? cell.text
        const { from, to } = now.selection.main
        return now.sliceDoc(from, to)
      }} />
      <Tool label={t("text.image")} icon="image" onPress={() => files.current?.click()} />
      <input ref={files} type="file" accept="image/*" multiple hidden onChange={(event) => {
        void attach(session, cell.id, Array.from(event.target.files ?? []))
        event.target.value = ""
      }} />
      <DialogTrigger>
        <AriaButton className="n-text-tool" aria-label={t("text.emoji")}><Icon name="emoji" size={18} /></AriaButton>
        <Popover className="c-popover">
          <Dialog className="n-text-emoji" aria-label={t("text.emoji")}>
            {({ close }) => emoji.map((each) => (
              <button key={each} type="button" aria-label={each} onClick={() => {
                insert(each)
                close()
              }}>{each}</button>
            ))}
          </Dialog>
        </Popover>
      </DialogTrigger>
      <span className="n-text-line" />
      <Tool label={t(place === "beside" ? "text.preview_below" : place === "below" ? "text.preview_none" : "text.preview_beside")}
        icon={place === "beside" ? "preview_beside" : place === "below" ? "preview_below" : "eye_off"}
        onPress={() => onPlace(place === "beside" ? "below" : place === "below" ? "none" : "beside")} />
    </div>
  )
}

/** The mouse leaves the keyboard where it is: in the text. */
function Tool({ label, icon, onPress }: {
  readonly label: string
  readonly icon: IconName
  readonly onPress: () => void
}): JSX.Element {
  return (
    <button type="button" className="n-text-tool" aria-label={label} title={label}
      onMouseDown={(event) => event.preventDefault()} onClick={onPress}><Icon name={icon} size={18} /></button>
  )
}
