/** How HTML looks that brings no style of its own: like the page around it. */
export const frameStyle = `
html { background: transparent; color: var(--c-text, CanvasText); }
body { margin: 0; font: 14px/1.5 var(--font-ui, system-ui, sans-serif); overflow-wrap: anywhere; }
.output-segment, #output-header, #output-footer { display: flow-root; }
.output-segment pre { margin: 0; white-space: pre-wrap; }
.colibri-stderr { padding-left: 8px; border-left: 2px solid #d29922; }
a { color: var(--c-link, LinkText); }
pre, code, samp, kbd { font-family: var(--font-mono, monospace); font-size: 13px; }
img, svg, canvas, video { max-width: 100%; }
img { height: auto; }
:root {
  --jp-ui-font-color0: var(--c-text); --jp-ui-font-color1: var(--c-text); --jp-ui-font-color2: var(--c-text-2);
  --jp-ui-font-color3: var(--c-text-2); --jp-content-font-color1: var(--c-text); --jp-layout-color0: var(--c-bg);
  --jp-layout-color1: var(--c-bg); --jp-layout-color2: var(--c-surface); --jp-layout-color3: var(--c-line-strong);
  --jp-layout-color4: var(--c-line-strong); --jp-border-color1: var(--c-line-strong); --jp-border-color2: var(--c-line);
  --jp-border-color3: var(--c-line); --jp-brand-color1: var(--c-accent); --jp-brand-color2: var(--c-accent);
  --jp-brand-color3: var(--c-line-strong); --jp-ui-font-family: var(--font-ui); --jp-code-font-family: var(--font-mono);
}
table { border-collapse: collapse; font-size: 13px; }
table.dataframe { border: 0; }
table.dataframe th, table.dataframe td {
  padding: 5px 10px; border: 0; border-bottom: 1px solid var(--c-line, #ddd); text-align: right;
}
table.dataframe thead th { border-bottom: 1px solid var(--c-line-strong, #bbb); }
table.dataframe tbody tr:hover { background: var(--c-hover, transparent); }
`
