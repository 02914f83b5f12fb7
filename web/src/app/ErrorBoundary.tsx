import { Component, type ErrorInfo, type ReactNode } from "react"
import { Button } from "../ui/Button"
import { t } from "../words/words"
import { Message } from "./Message"
import { unveil } from "./unveil"

interface ErrorBoundaryProps {
  readonly children: ReactNode
}

/** The last net: an error while drawing becomes words and a way on, not a white page. */
export class ErrorBoundary extends Component<ErrorBoundaryProps, { readonly failed: boolean }> {
  override state = { failed: false }

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true }
  }

  override componentDidCatch(error: Error, info: ErrorInfo): void {
    unveil()
    console.error("Colibri:", error, info.componentStack)
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children
    return (
      <Message title={t("error.page")}>
        <Button variant="primary" icon="refresh" onPress={() => location.reload()}>
          {t("action.reload")}
        </Button>
      </Message>
    )
  }
}
