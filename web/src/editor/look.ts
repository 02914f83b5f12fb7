/** How the editor looks: syntax colours and sizes, all by the tokens of ui/theme.css. */
import { HighlightStyle, syntaxHighlighting } from "@codemirror/language"
import type { Extension } from "@codemirror/state"
import { EditorView } from "@codemirror/view"
import { tags } from "@lezer/highlight"

const colours = HighlightStyle.define([
  {
    tag: [tags.keyword, tags.controlKeyword, tags.operatorKeyword, tags.definitionKeyword,
      tags.moduleKeyword, tags.self, tags.bool, tags.null],
    color: "var(--tok-keyword)",
  },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: "var(--tok-string)" },
  { tag: [tags.number, tags.escape], color: "var(--tok-number)" },
  { tag: [tags.comment, tags.quote], color: "var(--tok-comment)", fontStyle: "italic" },
  {
    tag: [tags.function(tags.variableName), tags.function(tags.definition(tags.variableName)),
      tags.function(tags.propertyName)],
    color: "var(--tok-function)",
  },
  { tag: [tags.className, tags.typeName, tags.definition(tags.className)], color: "var(--tok-type)" },
  { tag: [tags.operator, tags.punctuation], color: "var(--tok-operator)" },
  { tag: [tags.meta, tags.annotation, tags.processingInstruction], color: "var(--tok-meta)" },
  { tag: [tags.link, tags.url], color: "var(--c-link)" },
  { tag: tags.heading, fontWeight: "700", color: "var(--c-text)" },
  { tag: tags.strong, fontWeight: "700" },
  { tag: tags.emphasis, fontStyle: "italic" },
  { tag: tags.strikethrough, textDecoration: "line-through" },
  { tag: tags.monospace, color: "var(--tok-string)" },
])

const sizes = EditorView.theme({
  "&": { color: "var(--c-text)", backgroundColor: "transparent", fontSize: "var(--size-code)" },
  "&.cm-focused": { outline: "none" },
  ".cm-scroller": { fontFamily: "var(--font-mono)", lineHeight: "var(--line-code, 20px)", overflowX: "auto" },
  ".cm-content": { padding: "8px 0", caretColor: "var(--c-text)" },
  ".cm-line": { padding: "0 12px" },
  ".cm-cursor, .cm-dropCursor": { borderLeftColor: "var(--c-text)", borderLeftWidth: "1.5px" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "light-dark(#cfe9e4, #24504a)",
  },
  ".cm-line::selection, .cm-line ::selection": { backgroundColor: "light-dark(#cfe9e4, #24504a)" },
  ".cm-matchingBracket, .cm-nonmatchingBracket": { backgroundColor: "transparent" },
  "&.cm-focused .cm-matchingBracket": {
    backgroundColor: "var(--c-accent-soft)", outline: "1px solid var(--c-accent)",
  },
  "&.cm-focused .cm-nonmatchingBracket": {
    backgroundColor: "var(--c-danger-soft)",
  },
  ".cm-tooltip": {
    border: "1px solid var(--c-line)", borderRadius: "var(--radius-m)",
    backgroundColor: "var(--c-raised)", color: "var(--c-text)", boxShadow: "var(--shadow-2)",
    overflow: "hidden", zIndex: "90",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul": {
    fontFamily: "var(--font-mono)", fontSize: "var(--size-2)", maxHeight: "15em",
  },
  ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "3px 10px 3px 6px" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": {
    background: "var(--c-accent-soft)", color: "var(--c-text)",
  },
  ".cm-completionMatchedText": {
    textDecoration: "none", fontWeight: "700", color: "var(--c-accent)",
  },
  ".cm-completionDetail": { color: "var(--c-text-3)", fontStyle: "normal", marginLeft: "1em" },
  ".cm-completionIcon": { opacity: ".55" },
  ".cm-panels": { backgroundColor: "var(--c-surface)", color: "var(--c-text)" },
  ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--c-line)" },
  ".cm-searchMatch": { backgroundColor: "var(--c-warning-soft)", outline: "1px solid var(--c-warning)" },
  ".cm-searchMatch-selected": { backgroundColor: "var(--c-accent-soft)" },
  ".cm-selectionMatch": { backgroundColor: "var(--c-active)" },
  ".cm-gutters": { backgroundColor: "transparent", border: "0", color: "var(--c-text-3)" },
  ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.6em", padding: "0 4px 0 8px" },
  ".cm-placeholder": { color: "var(--c-text-3)" },
})

export const look: Extension = [sizes, syntaxHighlighting(colours)]
