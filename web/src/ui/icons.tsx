/** Our own small set of line icons: 24 × 24, drawn in the current text colour. */
import type { JSX } from "react"

const paths = {
  add: "M12 5v14M5 12h14",
  bold: "M7 4.5h6a3.5 3.5 0 0 1 0 7H7zM7 11.5h7a4 4 0 0 1 0 8H7z",
  chart: "M4 4v16h16M7.5 15l3.5-4.5 3 2.5L19 7",
  check: "m5 12.5 4.5 4.5L19 7.5",
  chevron_down: "m6 9 6 6 6-6",
  chevron_left: "m15 6-6 6 6 6",
  chevron_right: "m9 6 6 6-6 6",
  chevron_up: "m6 15 6-6 6 6",
  close: "M6 6l12 12M18 6 6 18",
  cloud: "M7 18.5h10a4 4 0 0 0 .7-7.94A6 6 0 0 0 6.2 9.6 4.5 4.5 0 0 0 7 18.5Z",
  cloud_done: "M7 18.5h10a4 4 0 0 0 .7-7.94A6 6 0 0 0 6.2 9.6 4.5 4.5 0 0 0 7 18.5ZM9.3 13.2l2 2 3.6-3.7",
  cloud_off: "M4 4l16 16M8.5 6.2A6 6 0 0 1 17.7 10.6 4 4 0 0 1 20 17M6.2 9.6A4.5 4.5 0 0 0 7 18.5h9.5",
  code: "m8.5 7.5-5 4.5 5 4.5M15.5 7.5l5 4.5-5 4.5M13.5 5l-3 14",
  comment: "M4.5 5h15v11.5h-8L7 20v-3.5H4.5V5Z",
  connect: "M9 3v5M15 3v5M6.5 8h11v3.5a5.5 5.5 0 0 1-11 0V8ZM12 17v4",
  contents: "M4 6.5h2M9.5 6.5H20M4 12h2M9.5 12H20M4 17.5h2M9.5 17.5H20",
  copy: "M9 9h10v11H9zM15 9V5H5v11h4",
  cpu: "M7 7h10v10H7zM10 10h4v4h-4zM10 3v4M14 3v4M10 17v4M14 17v4M3 10h4M3 14h4M17 10h4M17 14h4",
  cut: "M8.2 8.2 20 19M8.2 15.8 20 5M6 9a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5ZM6 20a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5Z",
  disk: "M4 13.5h16M6.5 5h11l2.5 8.5V19H4v-5.5L6.5 5ZM16.5 16.3h.01",
  download: "M12 4v11m0 0 4.5-4.5M12 15l-4.5-4.5M5 19.5h14",
  drag: "M9 6h.01M15 6h.01M9 12h.01M15 12h.01M9 18h.01M15 18h.01",
  edit: "M5 19.5h3.2L19 8.7a2.1 2.1 0 0 0-3-3L5.2 16.5 5 19.5ZM14 7.7l3 3",
  emoji: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8 14a4.5 4.5 0 0 0 8 0M9 9.5h.01M15 9.5h.01",
  error: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 7.8v5.4M12 16.2h.01",
  external: "M13 5h6v6M19 5l-8.5 8.5M17 14v5H5V7h5",
  commands: "m5 8 4 4-4 4M11.5 17H19",
  eye: "M2.8 12S6.2 5.8 12 5.8 21.2 12 21.2 12 17.8 18.2 12 18.2 2.8 12 2.8 12ZM12 15a3 3 0 1 0 0-6 3 3 0 0 0 0 6Z",
  eye_off: "m4 4 16 16M9.9 6a9 9 0 0 1 2.1-.2c5.8 0 9.2 6.2 9.2 6.2a15 15 0 0 1-2.4 3.1M6.2 7.7A15.5 15.5 0 0 0 2.8 12s3.4 6.2 9.2 6.2a9 9 0 0 0 4-.9M10 10a3 3 0 0 0 4.1 4.2",
  first: "M18 6l-6 6 6 6M11 6l-6 6 6 6",
  folder: "M3.5 18.5v-13h6l2 2.5h9v10.5h-17Z",
  form: "M4 5h16v5H4zM4 14h16v5H4zM7 7.5h4M7 16.5h7",
  formula: "M17.5 6V4.5h-11l6 7.5-6 7.5h11V18",
  full_screen: "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5",
  gear: "M12 15.2a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.4ZM19 12c0-.5 0-.9-.1-1.3l2-1.5-2-3.4-2.3 1a7 7 0 0 0-2.3-1.4L14 3h-4l-.3 2.4a7 7 0 0 0-2.3 1.4l-2.3-1-2 3.4 2 1.5a7 7 0 0 0 0 2.6l-2 1.5 2 3.4 2.3-1a7 7 0 0 0 2.3 1.4L10 21h4l.3-2.4a7 7 0 0 0 2.3-1.4l2.3 1 2-3.4-2-1.5c.1-.4.1-.8.1-1.3Z",
  globe: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM3.3 12h17.4M12 3.2c2.5 2.3 3.7 5.3 3.7 8.8s-1.2 6.5-3.7 8.8c-2.5-2.3-3.7-5.3-3.7-8.8s1.2-6.5 3.7-8.8Z",
  heading: "M6 5v14M18 5v14M6 12h12",
  help: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM9.5 9.3a2.6 2.6 0 1 1 3.7 2.5c-.8.4-1.2.9-1.2 1.9M12 16.6h.01",
  image: "M4 5h16v14H4zM4 16l4.5-5 4 4.5 2.5-2.5 5 5M15.5 9h.01",
  info: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM12 11v5.2M12 7.8h.01",
  italic: "M10 4.5h8M6 19.5h8M14.5 4.5l-5 15",
  key: "M14.5 13.5a4.5 4.5 0 1 0-4.2-2.9L4 17v3h3l1.5-1.5v-2h2l1.9-1.9a4.5 4.5 0 0 0 2.1-.1ZM15.5 8.5h.01",
  keyboard: "M3 6.5h18v11H3zM6.5 10h.01M10 10h.01M14 10h.01M17.5 10h.01M8 14h8",
  last: "M6 6l6 6-6 6M13 6l6 6-6 6",
  link: "M10 14a4 4 0 0 0 6 .4l2.6-2.6a4 4 0 0 0-5.7-5.7L11.5 7.5M14 10a4 4 0 0 0-6-.4l-2.6 2.6a4 4 0 0 0 5.7 5.7l1.4-1.4",
  lock: "M6 10.5h12v9.5H6zM8.5 10.5V8a3.5 3.5 0 0 1 7 0v2.5M12 14.5v2",
  mail: "M3.5 6h17v12.5h-17zM4 7l8 6 8-6",
  memory: "M4 7h16v9H4zM8 10v3M12 10v3M16 10v3M7 16v3M12 16v3M17 16v3",
  menu: "M4 7h16M4 12h16M4 17h16",
  merge: "M6 4.5v4a6 6 0 0 0 6 6v5m0 0 3.5-3.5M12 19.5 8.5 16M18 4.5v4a6 6 0 0 1-6 6",
  monitor: "M3.5 5h17v11h-17zM9 20h6M12 16v4",
  moon: "M19.5 14.3A8 8 0 0 1 9.7 4.5a8 8 0 1 0 9.8 9.8Z",
  more: "M12 5.5h.01M12 12h.01M12 18.5h.01",
  move_down: "M12 5v14m0 0 5.5-5.5M12 19l-5.5-5.5",
  move_up: "M12 19V5m0 0 5.5 5.5M12 5 6.5 10.5",
  notebook: "M6 3.5h12.5v17H6zM9.5 3.5v17M3.8 8h4M3.8 12h4M3.8 16h4",
  numbers: "M10 6.5h10M10 12h10M10 17.5h10M4 5.5 5.5 4.5v4M4 11h2.5L4 14.5h2.5",
  pane_bottom: "M3.5 5h17v14h-17zM3.5 14h17",
  pane_right: "M3.5 5h17v14h-17zM14.5 5v14",
  paste: "M8 5H5v15h14V5h-3M8.5 3.5h7v4h-7z",
  people: "M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7ZM2.5 19.5a6.5 6.5 0 0 1 13 0M16 11.3a3.3 3.3 0 0 0 0-6.4M18 13.6a6.5 6.5 0 0 1 3.5 5.9",
  pin: "M9 4h6l-.8 6 3.3 3v1.5h-11V13l3.3-3L9 4ZM12 14.5V20.5",
  play: "M8 5.2v13.6L19 12 8 5.2Z",
  preview_below: "M4 4h16v16H4zM4 12h16",
  preview_beside: "M4 4h16v16H4zM12 4v16",
  print: "M7 9V4h10v5M7 17H4V9.5h16V17h-3M7 14h10v6H7z",
  quote: "M5 17V11l2-5h3l-1.5 5H10v6zM14 17V11l2-5h3l-1.5 5H19v6z",
  redo: "M19 9H9.5a5 5 0 0 0 0 10H15M19 9l-4-4M19 9l-4 4",
  refresh: "M19.5 12a7.5 7.5 0 1 1-2.2-5.3L19.5 9M19.5 4.5V9H15",
  restore: "M4.5 12a7.5 7.5 0 1 0 2.2-5.3L4.5 9M4.5 4.5V9H9M12 8v4.3l3 1.8",
  rule: "M4 12h16M4 6h7M4 18h7",
  run_all: "M4 5.7v12.6L12 12 4 5.7ZM12.5 5.7v12.6L20.5 12l-8-6.3Z",
  save: "M5 4.5h11l3 3v12H5zM8 4.5v5h7v-5M8 19.5v-6h8v6",
  search: "M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13ZM15.3 15.3 20 20",
  select: "M4 4h16v16H4zM8.5 12l2.5 2.5 5-5",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 9.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4ZM9 19.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4Z",
  shield: "M12 3.5 5 6v5.5c0 4.4 2.9 7.7 7 9 4.1-1.3 7-4.6 7-9V6l-7-2.5ZM9 11.8l2.2 2.2 4-4.2",
  sign_out: "M14 4.5H5.5v15H14M10.5 12H20m0 0-3.5-3.5M20 12l-3.5 3.5",
  star: "m12 4 2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8L12 4Z",
  star_on: "m12 4 2.5 5.2 5.7.8-4.1 4 1 5.7-5.1-2.7-5.1 2.7 1-5.7-4.1-4 5.7-.8L12 4Z",
  stop: "M7 7h10v10H7z",
  success: "M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18ZM8.2 12.3l2.6 2.6 5-5.2",
  sun: "M12 16.2a4.2 4.2 0 1 0 0-8.4 4.2 4.2 0 0 0 0 8.4ZM12 2.8v2M12 19.2v2M2.8 12h2M19.2 12h2M5.5 5.5l1.4 1.4M17.1 17.1l1.4 1.4M5.5 18.5l1.4-1.4M17.1 6.9l1.4-1.4",
  terminal: "M3.5 5h17v14h-17zM7 9.5l3 2.5-3 2.5M12 15h4.5",
  slides: "M3.5 4.5h17v11h-17zM12 15.5V20M8 20h8",
  text: "M5 6.5V5h14v1.5M12 5v14M9 19h6",
  trash: "M4.5 6.5h15M9.5 6.5v-2h5v2M6.5 6.5l.8 13h9.4l.8-13M10.3 10.2v5.8M13.7 10.2v5.8",
  undo: "M5 9h9.5a5 5 0 0 1 0 10H9M5 9l4-4M5 9l4 4",
  upload: "M12 15.5V4.5m0 0 4.5 4.5M12 4.5 7.5 9M5 19.5h14",
  user: "M12 12a4 4 0 1 0 0-8 4 4 0 0 0 0 8ZM4.5 20a7.5 7.5 0 0 1 15 0",
  variables: "M8 4.5c-2 0-2.5 1-2.5 2.5v2c0 1.5-.7 2.5-2 3 1.3.5 2 1.5 2 3v2c0 1.5.5 2.5 2.5 2.5M16 4.5c2 0 2.5 1 2.5 2.5v2c0 1.5.7 2.5 2 3-1.3.5-2 1.5-2 3v2c0 1.5-.5 2.5-2.5 2.5M10 9.5l4 5M14 9.5l-4 5",
  warning: "M12 4 2.8 19.5h18.4L12 4ZM12 10v4.5M12 17h.01",
} as const

export type IconName = keyof typeof paths

const filled: ReadonlySet<IconName> = new Set<IconName>(["play", "star_on", "stop", "run_all"])

interface IconProps {
  readonly name: IconName
  /** Pixels; 20 unless told. */
  readonly size?: number
}

/** Decoration only: what it means must stand in words or a label beside it. */
export function Icon({ name, size = 20 }: IconProps): JSX.Element {
  return (
    <svg className="c-icon" width={size} height={size} viewBox="0 0 24 24" aria-hidden="true"
      fill={filled.has(name) ? "currentColor" : "none"} stroke="currentColor"
      strokeWidth={name === "more" || name === "drag" ? 2.6 : 1.7} strokeLinecap="round" strokeLinejoin="round">
      <path d={paths[name]} />
    </svg>
  )
}

/** The mark of Colibri: a hummingbird in flight. */
export function Logo({ size = 28 }: { readonly size?: number }): JSX.Element {
  return (
    <svg className="c-logo" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <path fill="var(--c-accent)"
        d="M30.5 8.2 21.8 9.6c-1-2-3-3.1-5.1-2.8-2.3.3-4 2.1-4.2 4.4l-.2 3.3c-.2 2.6-1.5 5-3.7 6.5L2 25.6l7.6-1.2c5.6-.6 10.5-4.3 12-9.7l.9-3.3 8-3.2Z" />
      <path fill="var(--c-accent-strong)" opacity=".72" d="M13.9 14.6C12.6 9.3 8.6 5 3.2 3.3c.2 6.5 4.2 11.5 10.2 12.7l.5-1.4Z" />
      <circle cx="17.7" cy="10.2" r="1.05" fill="var(--c-on-accent)" />
    </svg>
  )
}
