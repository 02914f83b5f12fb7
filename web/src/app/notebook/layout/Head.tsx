import { useLayoutEffect, useRef, type JSX, type ReactNode } from "react"
import { useFrame } from "../context"

/** What stays at the top of the page; the rest learns how high it is. */
export function Head({ children }: { readonly children: ReactNode }): JSX.Element {
  const element = useRef<HTMLElement>(null)
  const header = useFrame((frame) => frame.header)
  useLayoutEffect(() => {
    const head = element.current
    if (!head || typeof ResizeObserver !== "function") return
    const { style } = document.documentElement
    const observer = new ResizeObserver(() => style.setProperty("--n-head", `${head.offsetHeight}px`))
    observer.observe(head)
    return () => {
      observer.disconnect()
      style.removeProperty("--n-head")
    }
  }, [])
  return <header ref={element} className={`n-head ${header ? "" : "n-head-short"}`}>{children}</header>
}
