import type { JSX, ReactNode } from "react"
import { Dialog, Heading, Modal, ModalOverlay } from "react-aria-components"
import { t } from "../words/words"
import { IconButton } from "./Button"

interface FullWindowProps {
  readonly title: string
  /** What it is about, behind the title. */
  readonly subject: string
  readonly onClose: () => void
  /** At the end of the title's line. */
  readonly actions?: ReactNode
  readonly children: ReactNode
}

/** A modal window over the whole page, for what needs its room; Escape closes it. */
export function FullWindow({ title, subject, onClose, actions, children }: FullWindowProps): JSX.Element {
  return (
    <ModalOverlay className="c-full-scrim" isOpen onOpenChange={(open) => { if (!open) onClose() }}>
      <Modal className="c-full">
        <Dialog className="c-full-dialog">
          <header className="c-full-head">
            <IconButton label={t("action.close")} icon="close" onPress={onClose} />
            <Heading slot="title" className="c-full-title">{title}</Heading>
            <span className="c-full-subject">{subject}</span>
            {actions}
          </header>
          {children}
        </Dialog>
      </Modal>
    </ModalOverlay>
  )
}
