/** What an editor of code has besides the text: comes after the first words can be typed. */
import { codeFolding, foldGutter, foldKeymap } from "@codemirror/language"
import type { Extension } from "@codemirror/state"
import { EditorView, keymap } from "@codemirror/view"
import { indentationMarkers } from "@replit/codemirror-indentation-markers"
import type { EditorOptions } from "../model/editor_options"
import { definition } from "./definition"
import { diagnostics } from "./diagnostics"
import type { Language } from "./language"
import { magicLanguages } from "./magic_languages"
import { rename } from "./rename"
import { signatureHelp } from "./signature_help"

export interface CodeHelp {
  readonly language: string
  readonly readOnly: boolean
  readonly server: Language
  readonly options: EditorOptions
  readonly labels: { readonly newName: string; readonly fold: string; readonly unfold: string }
}

const guides = indentationMarkers({
  hideFirstIndent: false, markerType: "codeOnly", thickness: 1,
  colors: { light: "var(--c-line)", dark: "var(--c-line)", activeLight: "var(--c-line-strong)", activeDark: "var(--c-line-strong)" },
})

const theme = EditorView.theme({
  ".cm-hover": { maxWidth: "min(76ch, 92vw)", maxHeight: "22em", overflow: "auto", display: "flex", flexDirection: "column" },
  ".cm-doc": { padding: "8px 12px", fontSize: "var(--size-2)", lineHeight: "1.5" },
  ".cm-doc pre": { margin: "0 0 6px", padding: "0", border: "0", background: "transparent", whiteSpace: "pre-wrap", fontSize: "var(--size-2)" },
  ".cm-doc hr": { margin: "6px 0", border: "0", borderTop: "1px solid var(--c-line)" },
  ".cm-doc p": { margin: "4px 0" },
  ".cm-doc-text": { whiteSpace: "pre-wrap", overflowWrap: "anywhere", fontFamily: "var(--font-mono)" },
  ".cm-hover-open": {
    position: "sticky", bottom: "0", padding: "6px 12px", border: "0", borderTop: "1px solid var(--c-line)", background: "var(--c-surface)",
    color: "var(--c-accent)", font: "500 var(--size-1) / 1.4 var(--font-ui)", textAlign: "left", cursor: "pointer",
  },
  ".cm-hover-open:hover": { background: "var(--c-active)" },
  ".cm-completionInfo": { maxWidth: "min(60ch, 80vw)", maxHeight: "20em", overflow: "auto", padding: "0" },
  ".cm-signature": { maxWidth: "min(80ch, 92vw)", padding: "6px 12px", fontSize: "var(--size-2)", lineHeight: "1.5" },
  ".cm-signature code": { fontFamily: "var(--font-mono)", whiteSpace: "pre-wrap" },
  ".cm-signature strong": { color: "var(--c-accent)" },
  ".cm-signature-count": { marginRight: "8px", color: "var(--c-text-3)" },
  ".cm-signature-about": { marginTop: "2px", color: "var(--c-text-2)", whiteSpace: "pre-wrap" },
  ".cm-rename input": {
    margin: "4px", padding: "4px 8px", border: "1px solid var(--c-accent)", borderRadius: "var(--radius-m)", background: "var(--c-bg)",
    color: "var(--c-text)", font: "400 var(--size-code) / 1.4 var(--font-mono)", outline: "none",
  },
  ".cm-rename input[aria-invalid=true]": { borderColor: "var(--c-danger)" },
  ".cm-content.cm-links .cm-line": { cursor: "pointer" },
  ".cm-magic": { color: "var(--tok-meta)" },
  ".cm-shell, .cm-shell *": { color: "var(--tok-string)" },
  // In the room that the text leaves at its left: nothing moves when it comes.
  ".cm-foldGutter": { width: "14px", marginRight: "-14px" },
  ".cm-foldGutter .cm-gutterElement": { width: "14px", cursor: "pointer", textAlign: "center" },
  ".cm-fold-open": { opacity: "0", transition: "opacity .15s" },
  "&:hover .cm-fold-open, &.cm-focused .cm-fold-open": { opacity: ".7" },
  ".cm-foldPlaceholder": { border: "0", background: "var(--c-active)", color: "var(--c-text-2)", padding: "0 6px" },
  ".cm-diagnostic": { padding: "6px 12px", fontSize: "var(--size-2)" },
})

export function codeHelp({ language, readOnly, server, options, labels }: CodeHelp): Extension {
  return [
    theme,
    magicLanguages(language),
    signatureHelp(server),
    definition(server),
    readOnly ? [] : rename(server, labels.newName),
    options.problems === "off" || readOnly ? [] : diagnostics(server),
    options.guides ? guides : [],
    options.folding ? [
      codeFolding({ placeholderText: "…" }),
      foldGutter({
        markerDOM: (open) => {
          const mark = document.createElement("span")
          mark.className = open ? "cm-fold-open" : "cm-fold-closed"
          mark.title = open ? labels.fold : labels.unfold
          mark.textContent = open ? "⌄" : "›"
          return mark
        },
      }),
      keymap.of(foldKeymap),
    ] : [],
  ]
}
