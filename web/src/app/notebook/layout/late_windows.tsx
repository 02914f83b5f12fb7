import type { JSX } from "react"
import { FormFieldDialog } from "../form/FormFieldDialog"
import { EditorWindow } from "../settings/EditorWindow"
import type { LateWindowName } from "./frame"
import { Palette } from "./Palette"
import { PortWindow } from "./PortWindow"
import { ShortcutsWindow } from "./ShortcutsWindow"

interface LateWindowProps {
  readonly window: LateWindowName
  readonly onClose: () => void
}

/** Windows that come with a part of the page of their own. */
export function LateWindow({ window, onClose }: LateWindowProps): JSX.Element {
  switch (window) {
    case "palette": return <Palette onClose={onClose} />
    case "shortcuts": return <ShortcutsWindow onClose={onClose} />
    case "editor": return <EditorWindow onClose={onClose} />
    case "port": return <PortWindow onClose={onClose} />
    case "form_field": return <FormFieldDialog onClose={onClose} />
  }
}
