/** @file The page's style and script. Both stand in the page itself: it must work from a disk, and ask nobody for anything. */

export const css = `
:root { color-scheme: light dark; --ink: #1c2024; --dim: #60646c; --line: #d9d9e0; --ground: #fff; --band: #f6f7f9;
  --standard: #8e4ec6; --grouped: #ab4aba; --depthwise: #0588f0; --pointwise: #12a594; --separable: #3e63dd;
  --dense: #f76b15; --batch-norm: #8b8d98; --activation: #b4a300; --pooling: #e54666; --elementwise: #5eb1ef; --other: #a18072; }
@media (prefers-color-scheme: dark) { :root { --ink: #edeef0; --dim: #b0b4ba; --line: #363a3f; --ground: #111113; --band: #19191b; } }
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 1080px; padding: 24px 20px 60px; background: var(--ground); color: var(--ink);
  font: 15px/1.5 system-ui, sans-serif; }
h1 { font-size: 26px; margin: 0 0 4px; overflow-wrap: anywhere; } h2 { font-size: 19px; margin: 36px 0 10px; }
p { max-width: 46em; margin: 6px 0; } .dim { color: var(--dim); }
.facts { display: grid; grid-template-columns: repeat(auto-fit, minmax(170px, 1fr)); gap: 10px; margin: 18px 0; padding: 0; }
.facts div { background: var(--band); border: 1px solid var(--line); border-radius: 8px; padding: 10px 14px; }
.facts dt { color: var(--dim); font-size: 13px; } .facts dd { margin: 0; font-size: 20px; font-variant-numeric: tabular-nums; }
.facts small { display: block; color: var(--dim); font-size: 12px; overflow-wrap: anywhere; }
svg { width: 100%; height: auto; display: block; background: var(--ground); font: 12px system-ui, sans-serif; }
svg text { fill: var(--ink); } svg .tick { fill: var(--dim); } svg .inside { fill: #fff; font-weight: 600; pointer-events: none; }
.axis line { stroke: var(--dim); } .axis .grid { stroke: var(--line); stroke-width: .6; }
.roof { fill: none; stroke: var(--dim); stroke-width: 1.6; } circle { fill-opacity: .85; stroke: var(--ground); }
.peak line { stroke: var(--pooling); stroke-dasharray: 5 4; } .peak text { font-weight: 600; }
.live-0 { fill: var(--depthwise); } .live-1 { fill: var(--elementwise); } .live-2 { fill: var(--pointwise); } .live-3 { fill: var(--other); }
.side-0 { fill: var(--depthwise); } .side-1 { fill: var(--dense); }
TYPES
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; list-style: none; padding: 0; margin: 8px 0; font-size: 13px; }
.legend i { display: inline-block; width: 11px; height: 11px; border-radius: 2px; margin-right: 6px; }
.scroll { overflow-x: auto; border: 1px solid var(--line); border-radius: 8px; }
table { border-collapse: collapse; width: 100%; font-size: 13px; font-variant-numeric: tabular-nums; }
th, td { padding: 5px 10px; text-align: right; white-space: nowrap; border-bottom: 1px solid var(--line); }
th:first-child, td:first-child, .text { text-align: left; } tbody tr:hover { background: var(--band); }
td:first-child { max-width: 320px; overflow: hidden; text-overflow: ellipsis; }
thead th { background: var(--band); position: sticky; top: 0; }
th button { all: unset; cursor: pointer; font-weight: 600; } th button:focus-visible { outline: 2px solid var(--depthwise); }
th button::after { content: ' \\2195'; color: var(--dim); } th[aria-sort=ascending] button::after { content: ' \\2191'; }
th[aria-sort=descending] button::after { content: ' \\2193'; } tfoot td { font-weight: 600; border-bottom: 0; }
@media print { :root { --ink: #000; --dim: #444; --line: #ccc; --ground: #fff; --band: #fff; color-scheme: light; }
  body { max-width: none; padding: 0; font-size: 11px; } .scroll { overflow: visible; border: 0; } thead th { position: static; }
  th button::after { content: '' !important; } h2 { break-after: avoid; } svg, tr, .facts { break-inside: avoid; }
  * { -webkit-print-color-adjust: exact; print-color-adjust: exact; } td, th { padding: 2px 6px; } }
`;

/** Sorts a table by the column whose title is pressed: numbers by their value, texts by the alphabet, ties as they were. */
export const script = `
for (const table of document.querySelectorAll('table.sortable')) {
  const body = table.tBodies[0];
  const original = [...body.rows];
  table.tHead.addEventListener('click', ({ target }) => {
    const button = target.closest('button');
    if (button === null) return;
    const head = button.closest('th');
    const isText = head.classList.contains('text');
    const now = head.getAttribute('aria-sort');
    const next = now === null ? (isText ? 'ascending' : 'descending') : now === 'ascending' ? 'descending' : 'ascending';
    for (const other of table.tHead.querySelectorAll('th')) other.removeAttribute('aria-sort');
    head.setAttribute('aria-sort', next);
    const sign = next === 'ascending' ? 1 : -1;
    const valueOf = (row) => row.cells[head.cellIndex].dataset.value ?? row.cells[head.cellIndex].textContent;
    const compare = (a, b) => isText ? valueOf(a).localeCompare(valueOf(b)) : Number(valueOf(a)) - Number(valueOf(b));
    body.append(...original.toSorted((a, b) => sign * compare(a, b)));
  });
}
`;
