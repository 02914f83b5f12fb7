/** Colours of Python for the first moment, near enough to the editor's: what they are told by is one pattern. */
import { make } from "./first_elements"

const words = "and as assert async await break class continue def del elif else except finally for from global if import in is lambda " +
  "nonlocal not or pass raise return self try while with yield True False None"
const python = new RegExp([
  /(#.*)/, /((?:\b[rbfu]{1,2})?(?:"""[^]*?(?:"""|$)|'''[^]*?(?:'''|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?))/,
  /\b(\d[\w.]*)/, new RegExp(`\\b(${words.replaceAll(" ", "|")})\\b`), /([+\-*/%=<>!&|^~@:;,.()[\]{}]+)/, /\b([^\W\d]\w*)(?=\()/, /[^\W\d]\w*/,
].map(({ source }) => source).join("|"), "giu")
const classes = ["tok-comment", "tok-string", "tok-number", "tok-keyword", "tok-operator", "tok-definition"]
const longest = 20_000

/** `source` in spans of class `tok-…`; plain when it is in another language. */
export function colouredCode(source: string, language: string): DocumentFragment {
  const parts = document.createDocumentFragment()
  let done = 0
  if (language === "python" && source.length <= longest) {
    for (const match of source.matchAll(python)) {
      const groups: readonly (string | undefined)[] = match.slice(1)
      const found = groups.findIndex((group) => group !== undefined)
      const name = classes[found]
      if (name === undefined) continue
      parts.append(source.slice(done, match.index), make("span", name, match[0]))
      done = match.index + match[0].length
    }
  }
  parts.append(source.slice(done))
  return parts
}
