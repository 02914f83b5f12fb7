import { useEffect, useMemo, useState, useSyncExternalStore, type JSX } from "react"
import { keysLabel, meaningOf, strokeOf } from "../../../model/keymap"
import { Button, IconButton } from "../../../ui/Button"
import { Dialog } from "../../../ui/Dialog"
import { Segments } from "../../../ui/Segments"
import { TextField } from "../../../ui/TextField"
import { t } from "../../../words/words"
import { useNotebook } from "../context"
import {
  currentKeymap, keymapNames, keySettings, keysOf, onMac, setKeys, subscribeKeys,
} from "../registry/key_settings"
import { nowOf } from "../registry/page_command"
import { commandIds, commandOf, wordsOf, type CommandId } from "../registry/registry"

/** Every command with its keys, which can be chosen anew; and which map they begin with. */
export function ShortcutsWindow({ onClose }: { readonly onClose: () => void }): JSX.Element {
  const page = useNotebook()
  const settings = useSyncExternalStore(subscribeKeys, keySettings)
  const [filter, setFilter] = useState("")
  const [choosing, setChoosing] = useState<CommandId | null>(null)
  const [now] = useState(() => nowOf(page))
  const shown = useMemo(() => commandIds
    .filter((id) => !commandOf(id).unlisted)
    .map((id) => ({ id, words: wordsOf(id, now) }))
    .filter(({ words }) => words.toLowerCase().includes(filter.trim().toLowerCase())), [filter, now])
  const setOwn = (id: CommandId, keys: readonly string[] | null): void => {
    const own = new Map(settings.own)
    if (keys) own.set(id, keys)
    else own.delete(id)
    setKeys({ ...settings, own })
    setChoosing(null)
  }
  return (
    <Dialog isOpen size="large" title={t("shortcuts.title")} onClose={onClose} footer={
      <Button variant="plain" isDisabled={settings.own.size === 0}
        onPress={() => setKeys({ ...settings, own: new Map() })}>{t("shortcuts.reset_all")}</Button>
    }>
      <div className="n-keys-head">
        <Segments label={t("shortcuts.map")} chosen={settings.map}
          options={keymapNames.map((id) => ({ id, label: t(`shortcuts.map_${id}`) }))}
          onChange={(map) => setKeys({ ...settings, map })} />
        <TextField label={t("shortcuts.filter")} hideLabel placeholder={t("shortcuts.filter")} type="search"
          value={filter} onChange={setFilter} />
      </div>
      <ul className="n-keys">
        {shown.map(({ id, words }) => (
          <li key={id}>
            <span className="n-keys-name">{words}</span>
            {choosing === id ? <Recorder onDone={(keys) => keys === null ? setChoosing(null) : setOwn(id, [keys])} /> : (
              <>
                <span className="n-keys-keys">
                  {keysOf(id).map((keys) => <kbd key={keys}>{keysLabel(keys, onMac())}</kbd>)}
                </span>
                <IconButton icon="edit" size={16} label={t("shortcuts.change", { command: words })}
                  onPress={() => setChoosing(id)} />
                <IconButton icon="close" size={16} label={t("shortcuts.remove", { command: words })}
                  isDisabled={keysOf(id).length === 0} onPress={() => setOwn(id, [])} />
                <IconButton icon="undo" size={16} label={t("shortcuts.reset", { command: words })}
                  isDisabled={!settings.own.has(id)} onPress={() => setOwn(id, null)} />
              </>
            )}
          </li>
        ))}
      </ul>
    </Dialog>
  )
}

/** Takes the next keys: one stroke, or Ctrl+M and a second. Escape leaves it as it was. */
function Recorder({ onDone }: { readonly onDone: (keys: string | null) => void }): JSX.Element {
  const [first, setFirst] = useState("")
  useEffect(() => {
    const take = (event: KeyboardEvent): void => {
      event.preventDefault()
      event.stopPropagation()
      const stroke = strokeOf(event)
      if (stroke === "") return
      if (stroke === "Escape") return onDone(null)
      if (first !== "") return onDone(`${first} ${stroke.replace("Mod+", "")}`)
      // What begins two strokes today goes on doing so.
      if (meaningOf(currentKeymap(), event, "", true)?.kind === "pending") setFirst(stroke)
      else onDone(stroke)
    }
    addEventListener("keydown", take, true)
    return () => removeEventListener("keydown", take, true)
  }, [first, onDone])
  return (
    <span className="n-keys-recorder" role="status">
      {first === "" ? t("shortcuts.press") : t("shortcuts.press_second", { first: keysLabel(first, onMac()) })}
    </span>
  )
}
