/** The style sheet of the report. Colours are variables, so that dark, light and print are three lists of values. */
const light = `
  --page: #f5f6fa; --card: #ffffff; --ink: #141824; --soft: #566074; --edge: #e2e6ef; --band: #f8f9fc;
  --brand: #4f46e5; --a: #4f46e5; --b: #c2620a; --c: #b3178c; --bad: #c81e2b; --plan: #8a93a6;
  --good: #0b7a4b; --good-bg: #e2f6ec; --bad-bg: #fdeaea; --warn: #935a00; --warn-bg: #fff3d9; --shadow: 0 1px 2px #1018280d, 0 4px 16px #1018280a;
  color-scheme: light;`;
const dark = `
  --page: #0d1018; --card: #151a25; --ink: #e8ebf3; --soft: #9aa4b8; --edge: #272e3d; --band: #1a202d;
  --brand: #8f8bff; --a: #8f8bff; --b: #f6a94a; --c: #f472c8; --bad: #ff7680; --plan: #7d879c;
  --good: #4ade9a; --good-bg: #10301f; --bad-bg: #3a171b; --warn: #fbbf5c; --warn-bg: #38280a; --shadow: none;
  color-scheme: dark;`;

export const styles = `
:root { ${light} }
@media (prefers-color-scheme: dark) { :root:not([data-theme=light]) { ${dark} } }
:root[data-theme=dark] { ${dark} }
@media print { :root, :root[data-theme], :root:not([data-theme=light]) { ${light} --page: #ffffff; } }
* { box-sizing: border-box; margin: 0; }
body { background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif;
  font-variant-numeric: tabular-nums; -webkit-print-color-adjust: exact; print-color-adjust: exact; }
main, .top { max-width: 1240px; margin: 0 auto; padding: 0 28px; }
.top { padding-top: 36px; display: grid; gap: 18px; }
.brand { display: flex; align-items: center; gap: 9px; color: var(--soft); font-size: 13px; font-weight: 600; letter-spacing: .02em; }
.brand svg { width: 20px; height: 20px; fill: var(--brand); }
.headline { display: flex; flex-wrap: wrap; justify-content: space-between; align-items: center; gap: 14px 24px; }
h1 { font-size: 30px; line-height: 1.2; letter-spacing: -.02em; overflow-wrap: anywhere; }
h2 { font-size: 19px; letter-spacing: -.01em; margin-bottom: 12px; }
h2 small { font-weight: 400; font-size: 14px; color: var(--soft); margin-left: 8px; letter-spacing: 0; }
h3 { font-size: 15px; }
.facts { display: flex; flex-wrap: wrap; gap: 4px 22px; color: var(--soft); font-size: 14px; }
.facts b { color: var(--ink); font-weight: 600; overflow-wrap: anywhere; }
.verdict { display: inline-flex; align-items: center; gap: 8px; padding: 7px 16px 7px 12px; border-radius: 999px; font-weight: 700; }
.verdict svg, .mark svg { width: 18px; height: 18px; fill: none; stroke: currentColor; stroke-width: 2.4; stroke-linecap: round; stroke-linejoin: round; }
.good { color: var(--good); } .bad { color: var(--bad); } .warn { color: var(--warn); }
.verdict.good, .pill.good { background: var(--good-bg); } .verdict.bad, .pill.bad { background: var(--bad-bg); }
.verdict.warn, .pill.warn { background: var(--warn-bg); } .verdict.none { color: var(--soft); background: var(--card); border: 1px solid var(--edge); }
.reasons { list-style: none; padding: 12px 18px; border-radius: 12px; border-left: 4px solid currentColor; }
.reasons.bad { background: var(--bad-bg); } .reasons.warn { background: var(--warn-bg); } .reasons li { color: var(--ink); }
section { margin-top: 34px; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr)); gap: 12px; margin-top: 24px; }
.figure, .card, .chart { background: var(--card); border: 1px solid var(--edge); border-radius: 14px; box-shadow: var(--shadow); }
.figure { padding: 14px 18px 13px; }
.figure dt { color: var(--soft); font-size: 13px; }
.figure dd { font-size: 26px; font-weight: 650; letter-spacing: -.02em; line-height: 1.25; white-space: nowrap; }
.figure dd small { font-size: 14px; font-weight: 500; color: var(--soft); letter-spacing: 0; margin-left: 3px; }
.figure p { color: var(--soft); font-size: 12.5px; }
.figure.bad dd { color: var(--bad); }
.charts { display: grid; gap: 14px; }
.chart { padding: 16px 18px 8px; break-inside: avoid; }
figcaption { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 18px; margin-bottom: 8px; }
.unit { color: var(--soft); font-weight: 400; font-size: 13px; }
.legend { display: flex; flex-wrap: wrap; gap: 2px 18px; list-style: none; padding: 0; font-size: 13px; color: var(--soft); }
.legend i, .tip i { display: inline-block; width: 14px; border-top: 3px solid var(--line); border-radius: 2px; vertical-align: middle; margin-right: 7px; }
.legend .dot i { width: 9px; height: 9px; border: 0; border-radius: 50%; background: var(--line); }
.legend .dashed i { border-top-style: dashed; border-radius: 0; }
.line-a { --line: var(--a); } .line-b { --line: var(--b); } .line-c { --line: var(--c); } .line-bad { --line: var(--bad); } .line-plan { --line: var(--plan); } .line-good { --line: var(--good); }
.plot { position: relative; } .plot svg { display: block; width: 100%; height: auto; overflow: visible; }
.grid { stroke: var(--edge); stroke-width: 1; } .tick { fill: var(--soft); font-size: 12px; }
.line { fill: none; stroke: var(--line); stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
.line.dashed { stroke-dasharray: 5 5; } .area { fill: var(--line); opacity: .12; stroke: none; }
.cursor { stroke: var(--soft); stroke-width: 1; stroke-dasharray: 3 3; }
.tip { position: absolute; top: 6px; padding: 8px 12px; background: var(--card); border: 1px solid var(--edge); border-radius: 10px; box-shadow: 0 6px 24px #0003; font-size: 13px; pointer-events: none; white-space: nowrap; }
.tip div { display: flex; align-items: center; gap: 4px; } .tip b { margin-left: auto; padding-left: 18px; }
.happened line { stroke: var(--warn); stroke-width: 1; stroke-dasharray: 2 3; } .happened circle { fill: var(--warn); } .happened.bad line { stroke: var(--bad); } .happened.bad circle { fill: var(--bad); }
circle.held { fill: var(--good); } circle.missed { fill: var(--bad); } .found { stroke: var(--good); stroke-width: 1.5; stroke-dasharray: 5 4; }
.note { color: var(--soft); font-size: 13px; margin-top: 8px; }
.chart + .scroll, .note + .scroll { margin-top: 14px; }
.empty { color: var(--soft); padding: 10px 0 16px; }
.scroll { overflow-x: auto; border-radius: 14px; border: 1px solid var(--edge); background: var(--card); box-shadow: var(--shadow); }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--brand); outline-offset: 2px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th, td { padding: 8px 11px; text-align: right; white-space: nowrap; }
th:first-child, td:first-child { padding-left: 18px; } th:last-child, td:last-child { padding-right: 18px; }
thead th { color: var(--soft); font-weight: 600; font-size: 12.5px; background: var(--band); border-bottom: 1px solid var(--edge); }
tbody tr + tr > * { border-top: 1px solid var(--edge); } tbody th { font-weight: 500; }
tfoot > tr > * { border-top: 2px solid var(--edge); font-weight: 650; background: var(--band); }
.text { text-align: left; } td.wrap, th.wrap { white-space: normal; overflow-wrap: anywhere; min-width: 190px; }
.method { display: inline-block; font-size: 11.5px; font-weight: 700; color: var(--soft); border: 1px solid var(--edge); border-radius: 6px; padding: 0 6px; margin-right: 9px; }
.zero { color: var(--soft); opacity: .7; }
.pill { display: inline-block; border-radius: 999px; padding: 1px 11px; font-weight: 650; font-size: 12.5px; }
.bar { display: inline-flex; width: 130px; height: 8px; border-radius: 4px; background: var(--bad); overflow: hidden; vertical-align: middle; }
.bar i { background: var(--good); } .bar.none { background: var(--edge); }
.outcomes { display: flex; height: 14px; border-radius: 7px; overflow: hidden; background: var(--edge); gap: 2px; } .outcomes i { background: var(--line); min-width: 3px; }
.o-ok { --line: var(--good); } .o-status { --line: var(--bad); } .o-check { --line: var(--b); } .o-timeout { --line: var(--c); } .o-connect { --line: var(--a); }
.o-reset { --line: #0891b2; } .o-protocol { --line: #7c6f00; } .o-blocked { --line: var(--plan); }
.card { padding: 18px; break-inside: avoid; } .card .legend { margin-top: 12px; } .card .legend b { color: var(--ink); margin-left: 5px; }
.card .legend i { height: 10px; width: 10px; border: 0; border-radius: 3px; background: var(--line); }
.pairs { display: grid; grid-template-columns: repeat(auto-fill, minmax(270px, 1fr)); gap: 12px 28px; } .pairs dt { color: var(--soft); font-size: 13px; } .pairs dd { overflow-wrap: anywhere; }
details + details { margin-top: 10px; } summary { cursor: pointer; overflow-wrap: anywhere; } summary b { margin-right: 8px; }
pre { overflow-x: auto; font: 12.5px/1.55 ui-monospace, 'Cascadia Mono', 'DejaVu Sans Mono', Menlo, monospace; padding: 12px 14px; margin-top: 10px; background: var(--band); border: 1px solid var(--edge); border-radius: 10px; white-space: pre-wrap; overflow-wrap: anywhere; }
footer { max-width: 1240px; margin: 36px auto 0; padding: 0 28px 40px; color: var(--soft); font-size: 13px; }
@media (max-width: 640px) { main, .top, footer { padding-left: 14px; padding-right: 14px; } h1 { font-size: 24px; } .tick { font-size: 17px; } }
@media print { @page { size: A4 landscape; margin: 11mm; } body { font-size: 11px; } main, .top, footer { max-width: none; padding: 0; } .figure dd { font-size: 19px; }
  .figure, .card, .chart, .scroll { box-shadow: none; } table, thead th, .pill, .method { font-size: 9.5px; } th, td { padding: 4px 6px; } .facts, .note, .legend, .figure p, .figure dt { font-size: 10.5px; } .figures { grid-template-columns: repeat(7, 1fr); gap: 8px; } .figure { padding: 8px 10px; } .verdict { font-size: 13px; } .scroll { overflow: visible; } thead { display: table-header-group; } tr { break-inside: avoid; } section { margin-top: 20px; } h2 { break-after: avoid; } }
`;
