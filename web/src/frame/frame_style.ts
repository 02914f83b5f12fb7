/** How HTML looks that brings no style of its own: like the page around it. */
export const frameStyle = `
html { background: transparent; color: var(--c-text, CanvasText); }
body { margin: 0; font: 14px/1.5 var(--font-ui, system-ui, sans-serif); overflow-wrap: anywhere; }
a { color: var(--c-link, LinkText); }
pre, code, samp, kbd { font-family: var(--font-mono, monospace); font-size: 13px; }
img, svg, canvas, video { max-width: 100%; }
img { height: auto; }
table { border-collapse: collapse; font-size: 13px; }
table.dataframe { border: 0; }
table.dataframe th, table.dataframe td {
  padding: 5px 10px; border: 0; border-bottom: 1px solid var(--c-line, #ddd); text-align: right;
}
table.dataframe thead th { border-bottom: 1px solid var(--c-line-strong, #bbb); }
table.dataframe tbody tr:hover { background: var(--c-hover, transparent); }
`
