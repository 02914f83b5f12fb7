import { useEffect, useRef, useState, type JSX, type ReactNode } from "react"
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
          <FocusKeeper />
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

/**
 * What had the focus may go, with a row that is removed: then the window itself has it, so that Escape and Tab go on working.
 * A window over this one keeps the focus that it has.
 */
function FocusKeeper(): JSX.Element {
  const mark = useRef<HTMLSpanElement>(null)
  useEffect(() => {
    const dialog = mark.current?.closest<HTMLElement>(".c-dialog")
    if (!dialog) return
    const changes = new MutationObserver(() => {
      const isCovered = dialog.closest("[inert], [aria-hidden=true]") !== null
      if (document.activeElement === document.body && !isCovered) dialog.focus({ preventScroll: true })
    })
    changes.observe(dialog, { childList: true, subtree: true })
    return () => changes.disconnect()
  }, [])
  return <span ref={mark} hidden />
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
