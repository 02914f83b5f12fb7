import { describe, expect, it } from "vitest"
import { attachmentName, editMarkdown, type MarkdownAction } from "./markdown_edit"

/** `text` has its selection between two bars; so has what comes of it. */
function edited(marked: string, action: MarkdownAction): string {
  const [before = "", chosen = "", behind = ""] = marked.split("|")
  const text = before + chosen + behind
  const { changes, selection } = editMarkdown(text, before.length, before.length + chosen.length, action)
  const after = text.slice(0, changes.from) + changes.insert + text.slice(changes.to)
  const [from, to] = [Math.min(selection.anchor, selection.head), Math.max(selection.anchor, selection.head)]
  return `${after.slice(0, from)}|${after.slice(from, to)}|${after.slice(to)}`
}

describe("the text toolbar", () => {
  it.each<[MarkdownAction, string, string]>([
    ["bold", "a |b| c", "a **|b|** c"], ["bold", "a **|b|** c", "a |b| c"], ["italic", "**|b|**", "***|b|***"],
    ["italic", "*|b|*", "|b|"], ["code", "|x|", "`|x|`"], ["code", "|x\ny|", "```\n|x\ny|\n```"], ["formula", "||", "$||$"],
    ["link", "|words|", "[words](https://||)"], ["link", "|https://a.b|", "[||](https://a.b)"], ["image", "||", "![||](https://)"],
    ["heading", "a\nti|tl|e\nb", "a\n|# title|\nb"], ["heading", "||# t", "## t||"], ["heading", "||### t", "t||"],
    ["quote", "|a\nb|", "|> a\n> b|"], ["quote", "|> a\n> b|", "|a\nb|"],
    ["bullets", "|a\nb|", "|- a\n- b|"], ["bullets", "|1. a\n2. b|", "|- a\n- b|"], ["bullets", "|- a|", "|a|"],
    ["numbers", "|a\nb|", "|1. a\n2. b|"], ["numbers", "|1. a|", "|a|"], ["tasks", "|- a|", "|- [ ] a|"],
    ["tasks", "|- [ ] a|", "|a|"], ["bullets", "|- [x] a|", "|- a|"],
    ["rule", "a||", "a\n\n---\n\n||"], ["rule", "||", "---\n\n||"],
  ])("%s makes of %j %j", (action, before, after) => {
    expect(edited(before, action)).toBe(after)
  })
})

it("names attachments so that they are told apart", () => {
  expect(attachmentName("my picture (1).png", [])).toBe("my_picture_1_.png")
  expect(attachmentName("a.png", ["a.png", "a_1.png"])).toBe("a_2.png")
  expect(attachmentName("", [])).toBe("image.png")
  expect(attachmentName("图 1.png", [])).toBe("图_1.png")
})
