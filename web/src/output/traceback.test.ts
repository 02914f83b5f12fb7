import { describe, expect, it, vi } from "vitest"
import { cellLines, linkCellLines, missingPackage } from "./traceback"

describe("a traceback", () => {
  it("names lines of cells", () => {
    expect(cellLines("Cell In[3], line 2\n x\nCell In[12], line 40, in f()")).toEqual([
      { from: 0, to: 18, count: 3, line: 2 }, { from: 22, to: 42, count: 12, line: 40 },
    ])
  })

  it("names the package to install", () => {
    expect(missingPackage("ModuleNotFoundError", "No module named 'polars'")).toBe("polars")
    expect(missingPackage("ModuleNotFoundError", "No module named 'sklearn.svm'")).toBe("scikit-learn")
    expect(missingPackage("ModuleNotFoundError", "No module named 'os; rm -rf /'")).toBeNull()
    expect(missingPackage("ModuleNotFoundError", "No module named '__proto__'")).toBe("__proto__")
    expect(missingPackage("ValueError", "No module named 'polars'")).toBeNull()
  })

  it("gets a button for each line of a cell, across the pieces of its colours", () => {
    const root = document.createElement("div")
    root.innerHTML = "<span>Cell</span> <b>In[3]</b><i>, line 2</i>\n<span>Cell In[4], line 9</span>, in f()"
    const text = root.textContent
    const go = vi.fn()
    linkCellLines(root, (line) => `to ${line}`, go)
    expect(root.textContent).toBe(text)
    const buttons = [...root.querySelectorAll("button")]
    expect(buttons.map((button) => button.textContent)).toEqual(["Cell In[3], line 2", "Cell In[4], line 9"])
    buttons[1]?.click()
    expect(go).toHaveBeenCalledWith(4, 9)
  })
})
