/**
 * Text as HTML text or as the value of a quoted attribute.
 *
 * @example
 * escapeHtml('a < b & "c"') // "a &lt; b &amp; &quot;c&quot;"
 */
export function escapeHtml(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}

/**
 * A self-contained page: no link, script or font from elsewhere. `bodyHtml` and `headHtml` are HTML, `title` is text.
 * Follows the reader's light or dark theme, and prints.
 *
 * @example
 * htmlPage({ title: "a < b", bodyHtml: "<p>hello</p>" }).includes("<title>a &lt; b</title>") // true
 */
export function htmlPage({
  title,
  bodyHtml,
  headHtml = "",
  wide = false,
}: {
  title: string;
  bodyHtml: string;
  headHtml?: string;
  /** For pictures wider than a column of text. */
  wide?: boolean;
}): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
${headHtml}</head>
<body${wide ? ' class="wide"' : ""}>
${bodyHtml}
</body>
</html>
`;
}

const STYLE = `
:root {
  --text: #1f2328; --soft: #59636e; --page: #ffffff; --panel: #f6f8fa; --line: #d1d9e0; --link: #0550ae; --bad: #b3261e; --good: #116329;
  --keyword: #8250a8; --string: #0a5c36; --number: #0550ae; --comment: #59636e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --text: #e6edf3; --soft: #9198a1; --page: #0d1117; --panel: #161b22; --line: #3d444d; --link: #79c0ff; --bad: #ff8a80; --good: #7ee787;
    --keyword: #d2a8ff; --string: #a5d6a7; --number: #79c0ff; --comment: #9198a1;
  }
}
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem 1rem 4rem; background: var(--page); color: var(--text);
  font: 16px/1.55 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; }
body.wide { max-width: 78rem; }
.flame-graph svg > rect:first-of-type { fill: none; } .flame-graph svg > text { fill: var(--text); }
.flame-graph p { position: sticky; top: 0; background: var(--page); }
.flame-graph svg g:hover rect { stroke: #1f2328; stroke-width: 1; } .flame-graph svg g { cursor: pointer; }
h1 { font-size: 1.8rem; line-height: 1.25; } h2 { font-size: 1.3rem; margin-top: 2.2rem; }
a { color: var(--link); }
code, pre { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 0.86rem; line-height: 1.45; }
pre { margin: 0; padding: 0.7rem 0.9rem; overflow-x: auto; }
p code, li code, td code { background: var(--panel); padding: 0.1em 0.3em; border-radius: 3px; }
table { border-collapse: collapse; font-size: 0.9rem; font-variant-numeric: tabular-nums; display: block; overflow-x: auto; margin: 0.8rem 0; }
th, td { border-bottom: 1px solid var(--line); padding: 0.25rem 0.8rem 0.25rem 0; text-align: left; white-space: nowrap; }
th.number, td.number { text-align: right; }
.words td { white-space: normal; overflow-wrap: break-word; vertical-align: top; min-width: 9em; }
.words td:nth-child(-n + 2) { white-space: nowrap; min-width: 0; }
img, svg { max-width: 100%; height: auto; }
.soft { color: var(--soft); } .bad { color: var(--bad); } .good { color: var(--good); }
.cell { margin: 1.1rem 0; }
.source { background: var(--panel); border: 1px solid var(--line); border-radius: 6px; }
.output { margin: 0.4rem 0 0; } .output pre { padding: 0.4rem 0.9rem; white-space: pre-wrap; overflow-wrap: anywhere; }
.output pre.stderr { border-left: 3px solid var(--bad); }
.figure { width: 100%; aspect-ratio: 900 / 520; min-height: 20rem; }
.cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(17rem, 1fr)); gap: 1rem; }
.card { border: 1px solid var(--line); border-radius: 8px; padding: 0.8rem 1rem; } .card img { background: #fff; border-radius: 4px; }
.hljs-keyword, .hljs-built_in, .hljs-literal { color: var(--keyword); } .hljs-string, .hljs-regexp { color: var(--string); }
.hljs-number { color: var(--number); } .hljs-comment { color: var(--comment); font-style: italic; }
@media print { body { max-width: none; } .cell { break-inside: avoid; } }
`;
