import { useMemo, useState, type JSX } from "react"
import { Autocomplete, Input, Keyboard, Menu, MenuItem, SearchField } from "react-aria-components"
import { Dialog, Modal, ModalOverlay } from "react-aria-components"
import { fuzzy } from "../../../model/fuzzy"
import { Icon } from "../../../ui/icons"
import { t } from "../../../words/words"
import { useNotebook } from "../context"
import { shortcutOf } from "../registry/key_settings"
import { nowOf } from "../registry/page_command"
import { commandIds, commandOf, isCommand, may, perform, wordsOf, type CommandId } from "../registry/registry"

interface Found {
  readonly id: CommandId
  readonly words: string
  readonly at: ReadonlySet<number>
  readonly score: number
}

/** All commands, found by some of their letters. What cannot be done now stands last, and says so. */
export function Palette({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const page = useNotebook()
  const [query, setQuery] = useState("")
  // As things stood when it opened: what it does goes to what had the keyboard then.
  const [now] = useState(() => nowOf(page))
  const found = useMemo(() => commandIds.filter((id) => !commandOf(id).unlisted).flatMap((id): readonly Found[] => {
    const words = wordsOf(id, now)
    const fit = fuzzy(query, words)
    return fit ? [{ id, words, at: new Set(fit.at), score: fit.score - (may(id, now) ? 0 : 1000) }] : []
  }).sort((a, b) => b.score - a.score), [query, now])
  return (
    <ModalOverlay className="c-scrim n-palette-scrim" isOpen isDismissable onOpenChange={(open) => { if (!open) onClose() }}>
      <Modal className="n-palette">
        <Dialog className="n-palette-dialog" aria-label={t("menu.palette")}>
          <Autocomplete inputValue={query} onInputChange={setQuery}>
            <SearchField className="n-palette-field" aria-label={t("palette.search")} autoFocus>
              <Icon name="search" size={20} />
              <Input className="n-palette-input" placeholder={t("palette.search")} />
            </SearchField>
            {/* What scrolls is reached by the keyboard too; the choice itself is made from the field. */}
            <div className="n-palette-scroll" role="group" aria-label={t("palette.commands")} tabIndex={0}>
              <Menu className="c-menu n-palette-list" aria-label={t("palette.commands")}
                renderEmptyState={() => <p className="n-palette-none">{t("palette.none")}</p>}
                onAction={(chosen) => {
                  onClose()
                  const id = String(chosen)
                  // After the window has given the keyboard back.
                  if (isCommand(id)) setTimeout(() => perform(id, page))
                }}>
                {found.map((each) => <Row key={each.id} {...each} isDisabled={!may(each.id, now)} />)}
              </Menu>
            </div>
          </Autocomplete>
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}

function Row({ id, words, at, isDisabled }: Found & { readonly isDisabled: boolean }): JSX.Element {
  const { icon, danger } = commandOf(id)
  const shortcut = shortcutOf(id)
  return (
    <MenuItem id={id} textValue={words} isDisabled={isDisabled}
      className={`c-menu-item ${danger ? "c-menu-item-danger" : ""}`}>
      <span className="c-menu-icon">{icon && <Icon name={icon} size={18} />}</span>
      <span>{Array.from(words).map((letter, place) =>
        at.has(place) ? <b key={place} className="n-palette-hit">{letter}</b> : letter)}</span>
      {shortcut !== "" && <Keyboard className="c-menu-shortcut">{shortcut}</Keyboard>}
    </MenuItem>
  )
}
