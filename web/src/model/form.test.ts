import { describe, expect, it } from "vitest"
import { changeField, newFieldLine, parseForm, type Field, type NewField } from "./form"

function field(source: string, nth = 0): Field {
  const found = parseForm(source)?.items.filter((item) => item.kind === "field")[nth]
  if (found?.kind !== "field") throw new Error(`no field in ${source}`)
  return found
}

function changed(source: string, value: string, nth = 0): string | null {
  const change = changeField(source, field(source, nth), value)
  return change && source.slice(0, change.from) + change.insert + source.slice(change.to)
}

describe("a form is read", () => {
  it.each([
    ["x = 'a' #@param", { name: "x", type: "string", value: "a" }],
    ['x = "a b" # @param {type:"string"}', { type: "string", value: "a b" }],
    ["x = 'it\\'s\\n' #@param {type:'string'}", { type: "string", value: "it's\n" }],
    ["x = r'C:\\new' #@param {type:\"string\"}", { type: "string", value: "C:\\new" }],
    ["x = '#@param' #@param {type:\"string\"}", { type: "string", value: "#@param" }],
    ["x = f(1, 'a') #@param {type:\"raw\"}", { type: "raw", value: "f(1, 'a')" }],
    ["x = 1.5 #@param {type:\"number\"}", { type: "number", value: "1.5" }],
    ["x = 3 #@param {type:\"integer\"}", { type: "integer", value: "3" }],
    ["x = 5 #@param {type:\"slider\", min:-1, max:9.5, step:0.5}", { type: "slider", value: "5", min: -1, max: 9.5, step: 0.5 }],
    ["x = 5 #@param {\"type\":\"slider\"}", { type: "slider", min: 0, max: 100, step: 1 }],
    ["x = True #@param {type:\"boolean\"}", { type: "boolean", value: "True" }],
    ["x = '2026-01-02' #@param {type:\"date\"}", { type: "date", value: "2026-01-02" }],
    ["x = 'b' #@param ['a', \"b\"]", { type: "choice", value: "b", choices: ["a", "b"], takesOther: false }],
    ["x = 'c' #@param [\"a\"] {allow-input: true}", { type: "choice", value: "c", takesOther: true }],
    ["x = 2 #@param [1, 2, 3] {type:\"raw\"}", { type: "choice", value: "2", choices: ["1", "2", "3"] }],
    ["x = 7 #@param", { type: "number" }], ["x = False #@param", { type: "boolean" }], ["x = y #@param", { type: "raw" }],
    ["x: int = 7 #@param {type:\"integer\"}", { name: "x", value: "7" }],
    ["  x = 7 #@param {type:\"integer\"}", { name: "x", value: "7" }],
    ["config.rate = 7 #@param {type:\"number\"}", { name: "config.rate" }],
    ["名字 = '甲' #@param {type:\"string\"}", { name: "名字", value: "甲" }],
    ["x = '' #@param {type:\"string\", placeholder:\"your name\"}", { value: "", placeholder: "your name" }],
    ["x = 'a,]\"}' #@param [\"a,]\\\"}\", 'b']", { value: "a,]\"}", choices: ["a,]\"}", "b"] }],
  ])("%s", (source, expected) => {
    expect(field(source)).toMatchObject(expected)
  })

  it("with a title and what it says", () => {
    const said = '#@title Load {a} {display-mode: "form", run: "auto", vertical-output: true, form-width: "50%"}'
    expect(parseForm(said)).toMatchObject({
      title: "Load {a}", view: "form", runsItself: true, verticalOutput: true, width: "50%",
    })
    expect(parseForm("# @title Only words")).toMatchObject({ title: "Only words", view: null, runsItself: false, width: "" })
    expect(parseForm('#@title T {form-width: "expression(1)"}')?.width).toBe("")
  })

  it("with Markdown between the fields, in their order", () => {
    const items = parseForm("#@markdown **a**\nx = 1 #@param {type:\"number\"}\n# @markdown ---")?.items
    expect(items?.map((item) => item.kind === "markdown" ? item.text : item.name)).toEqual(["**a**", "x", "---"])
  })

  it.each([
    "x = 1", "print('#@param')", '"""\n#@title no\nx = 1 #@param\n"""', "x == 1 #@param", "if x: #@param",
    "x = 1 #@param {type:", "x = 1 #@param nonsense", "#@paramount", "f(1) #@markdown text", "x = 1 #@param [1, 2",
  ])("but not from %j", (source) => {
    expect(parseForm(source)).toBeNull()
  })

  it("again behind a string of many lines", () => {
    expect(field("s = '''\n# it's\n'''\nx = 1 #@param {type:\"number\"}").line).toBe(3)
  })
})

describe("a field that is changed rewrites its line", () => {
  it.each([
    ["x = 'a' #@param {type:\"string\"}", "b's", "x = 'b\\'s' #@param {type:\"string\"}"],
    ['x  =  "a"   # @param {type:"string"}', 'say "hi" \\ there', 'x  =  "say \\"hi\\" \\\\ there"   # @param {type:"string"}'],
    ["x = '' #@param {type:\"string\"}", "two\nlines\t#x", "x = 'two\\nlines\\t#x' #@param {type:\"string\"}"],
    ["x = r'a' #@param {type:\"string\"}", "C:\\new", "x = r'C:\\new' #@param {type:\"string\"}"],
    ["x = r'a' #@param {type:\"string\"}", "C:\\", "x = 'C:\\\\' #@param {type:\"string\"}"],
    ["x = 1 #@param {type:\"raw\"}", " f(2) ", "x = f(2) #@param {type:\"raw\"}"],
    ["x = 1 #@param {type:\"raw\"}", "", "x = None #@param {type:\"raw\"}"],
    ["x = 1 #@param {type:\"number\"}", "-2.5e3", "x = -2.5e3 #@param {type:\"number\"}"],
    ["x = 1 #@param {type:\"slider\", min:0, max:9}", "7", "x = 7 #@param {type:\"slider\", min:0, max:9}"],
    ["x = True #@param {type:\"boolean\"}", "False", "x = False #@param {type:\"boolean\"}"],
    ["x = '2026-01-02' #@param {type:\"date\"}", "2027-03-04", "x = '2027-03-04' #@param {type:\"date\"}"],
    ["x = 'a' #@param ['a', 'b']", "b", "x = 'b' #@param ['a', 'b']"],
    ["x = 1 #@param [\"1\", \"f(x)\"] {type:\"raw\"}", "f(x)", "x = f(x) #@param [\"1\", \"f(x)\"] {type:\"raw\"}"],
    ["x = 1 #@param [1, 2]", "2", "x = 2 #@param [1, 2]"],
    ["x: str = 'a' #@param {type:\"string\"}", "b", "x: str = 'b' #@param {type:\"string\"}"],
    ["x =1#@param {type:\"integer\"}", "20", "x =20#@param {type:\"integer\"}"],
  ])("%s gets %j", (source, value, after) => {
    expect(changed(source, value)).toBe(after)
  })

  it.each([
    ["x = 1 #@param {type:\"number\"}", "one"], ["x = 1 #@param {type:\"integer\"}", "1.5"],
    ["x = 1 #@param {type:\"integer\"}", ""], ["x = True #@param {type:\"boolean\"}", "maybe"],
    ["x = 1 #@param {type:\"raw\"}", "1 # gone"], ["x = 1 #@param {type:\"raw\"}", "1\nprint()"],
    ["x = 1 #@param {type:\"raw\"}", "'open"],
  ])("%s does not take %j", (source, value) => {
    expect(changed(source, value)).toBeNull()
  })

  it("and no other", () => {
    const source = "#@title T\nx = 1 #@param {type:\"number\"}\ny = 1 #@param {type:\"number\"}\nprint(x)"
    expect(changed(source, "2", 1)).toBe(source.replace("y = 1", "y = 2"))
  })

  it("unless the line was changed meanwhile", () => {
    const old = field("x = 1 #@param {type:\"number\"}")
    expect(changeField("y = 1 #@param {type:\"number\"}", old, "2")).toBeNull()
    expect(changeField("", old, "2")).toBeNull()
  })
})

describe("a new field", () => {
  const spec = (more: Partial<NewField>): NewField => ({ form: "input", type: "string", name: "x", words: [], ...more })

  it.each([
    [spec({}), { type: "string", value: "" }], [spec({ type: "boolean" }), { type: "boolean", value: "True" }],
    [spec({ type: "date" }), { type: "date" }], [spec({ type: "raw" }), { type: "raw", value: "None" }],
    [spec({ form: "slider", min: 2, max: 8, step: 0.5 }), { type: "slider", value: "2", min: 2, max: 8, step: 0.5 }],
    [spec({ form: "dropdown", words: ["a", 'b"'], takesOther: true }), { type: "choice", value: "a", choices: ["a", 'b"'], takesOther: true }],
    [spec({ form: "dropdown", type: "raw", words: ["1", "None"] }), { type: "choice", value: "1", choices: ["1", "None"] }],
  ])("%o is read as it was meant", (wanted, expected) => {
    expect(field(newFieldLine(wanted))).toMatchObject({ name: "x", ...expected })
  })

  it("may be words only", () => {
    expect(parseForm(newFieldLine(spec({ form: "markdown", words: ["## Settings"] })))?.items).toMatchObject([
      { kind: "markdown", text: "## Settings" },
    ])
  })
})
