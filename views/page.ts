import { markup, type Html } from './html.js';

/**
 * A whole HTML document: no scripts, no fonts, nothing from elsewhere; light or dark as the reader's system is, and
 * printable.
 */
export function page(title: string, body: Html): string {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${title}</title>
<style>${STYLE}</style>
</head>
<body class="tfx">
<main>
<h1>${title}</h1>
${body}
</main>
</body>
</html>
`.text;
}

const STYLE = markup`
.tfx { color-scheme: light dark; --ink: #1b1f24; --dim: #57606a; --paper: #fff; --line: #d0d7de; --bar: #0b6bcb; --bad: #b42318; --warn: #8a5a00; --good: #1a7f37;
  font: 14px/1.45 system-ui, sans-serif; color: var(--ink); background: var(--paper); margin: 0; overflow-wrap: anywhere; }
.tfx main { max-width: 76rem; margin: 0 auto; padding: 1rem; }
.tfx h1 { font-size: 1.4rem; margin: .5rem 0; }
.tfx .dim { color: var(--dim); }
.tfx table { border-collapse: collapse; width: 100%; margin: 0 0 1.5rem; }
.tfx caption { text-align: start; font-weight: 600; padding: .2rem 0; }
.tfx th, .tfx td { text-align: start; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
.tfx .number { text-align: end; font-variant-numeric: tabular-nums; white-space: nowrap; }
.tfx svg { display: block; max-width: 100%; }
.tfx svg rect { fill: var(--bar); }
.tfx svg text { fill: var(--dim); font-size: 10px; }
.tfx .error { color: var(--bad); font-weight: 600; }
.tfx .warning { color: var(--warn); font-weight: 600; }
.tfx .good { color: var(--good); }
@media (prefers-color-scheme: dark) {
  .tfx { --ink: #e6edf3; --dim: #9aa5b1; --paper: #0f1419; --line: #30363d; --bar: #58a6ff; --bad: #ff7b72; --warn: #e3b341; --good: #56d364; }
}
@media print { .tfx tr { break-inside: avoid; } }
`;
