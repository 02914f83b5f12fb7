import { useState, type JSX, type ReactNode } from "react"
import { Dialog as AriaDialog, Heading, Modal, ModalOverlay } from "react-aria-components"
import { t } from "../words/words"
import { Button, IconButton } from "./Button"

interface DialogProps {
  readonly isOpen: boolean
  readonly onClose: () => void
  readonly title: string
  readonly children: ReactNode
  /** The row of buttons at the foot. */
  readonly footer?: ReactNode
  /** False: neither Escape nor a click outside nor an X closes it. */
  readonly dismissable?: boolean
  readonly role?: "dialog" | "alertdialog"
  /** `large` for what has lists or tabs, `share` for a list of people, `open` for notebooks to open. */
  readonly size?: "normal" | "large" | "share" | "open"
}

/** A modal window; focus stays inside and returns to where it came from. */
export function Dialog({
  isOpen, onClose, title, children, footer, dismissable = true, role = "dialog", size = "normal",
}: DialogProps): JSX.Element {
  return (
    <ModalOverlay className="c-scrim" isOpen={isOpen} isDismissable={dismissable}
      isKeyboardDismissDisabled={!dismissable} onOpenChange={(open) => { if (!open) onClose() }}>
      <Modal className={`c-modal c-modal-${size}`}>
        <AriaDialog className="c-dialog" role={role}>
          <div className="c-dialog-head">
            <Heading slot="title" className="c-dialog-title">{title}</Heading>
            {dismissable && <IconButton label={t("action.close")} icon="close" onPress={onClose} />}
          </div>
          <div className="c-dialog-body">{children}</div>
          {footer !== undefined && <div className="c-dialog-foot">{footer}</div>}
        </AriaDialog>
      </Modal>
    </ModalOverlay>
  )
}

interface ConfirmDialogProps {
  readonly isOpen: boolean
  readonly title: string
  readonly text: string
  readonly confirmLabel: string
  readonly danger?: boolean
  /** The dialog shows that it waits until the promise settles, then closes. */
  readonly onConfirm: () => Promise<void> | void
  readonly onClose: () => void
}

export function ConfirmDialog({
  isOpen, title, text, confirmLabel, danger = false, onConfirm, onClose,
}: ConfirmDialogProps): JSX.Element {
  const [pending, setPending] = useState(false)
  const confirm = async (): Promise<void> => {
    setPending(true)
    try {
      await onConfirm()
    } finally {
      setPending(false)
      onClose()
    }
  }
  return (
    <Dialog isOpen={isOpen} onClose={onClose} title={title} role="alertdialog" footer={
      <>
        <Button variant="plain" onPress={onClose} autoFocus>{t("action.cancel")}</Button>
        <Button variant={danger ? "danger" : "primary"} pending={pending}
          onPress={() => void confirm()}>{confirmLabel}</Button>
      </>
    }>
      <p>{text}</p>
    </Dialog>
  )
}
