"""The style sheet of the report: light, dark, narrow screens, and print."""

from __future__ import annotations

STYLE = """
:root {
  color-scheme: light dark;
  --page: #ffffff; --card: #f6f8fa; --line: #d0d7de; --text: #1f2328; --muted: #59636e; --accent: #0b57d0;
  --c0: #1f6feb; --c1: #d9730d; --c2: #1a7f5a; --c3: #c2378f; --c4: #7a5af5; --c5: #8a6d00; --c6: #0e8a9e;
  --c7: #b3261e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #0d1117; --card: #161b22; --line: #30363d; --text: #e6edf3; --muted: #9da7b3; --accent: #79b8ff;
    --c0: #58a6ff; --c1: #f0a35e; --c2: #56d4a0; --c3: #f78ac8; --c4: #b39dff; --c5: #e3c341; --c6: #4fd1e0;
    --c7: #ff8f85;
  }
}
* { box-sizing: border-box; }
body {
  margin: 0 auto; max-width: 72rem; padding: 1.5rem 1rem 3rem; background: var(--page); color: var(--text);
  font: 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Apple SD Gothic Neo",
    "Malgun Gothic", "Noto Sans KR", "Noto Sans CJK KR", sans-serif;
  overflow-wrap: anywhere;
}
:lang(ko) { word-break: keep-all; }
h1 { font-size: 1.75rem; line-height: 1.2; margin: 0 0 .25rem; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; }
p { margin: 0 0 .75rem; max-width: 46rem; }
.muted { color: var(--muted); }
.facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; margin: 1rem 0 0; }
.facts dt { color: var(--muted); }
.facts dd { margin: 0; }
.facts ul { margin: 0; padding: 0; list-style: none; }
figcaption small code { font-size: inherit; }
figcaption code, .facts code.muted { font-weight: 400; }
code { font: .875rem/1.5 ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; }
figure { margin: 0; padding: 1rem; background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
figcaption { font-weight: 600; margin-bottom: .5rem; }
figcaption small { display: block; font-weight: 400; color: var(--muted); }
.grid { display: grid; gap: 1rem; grid-template-columns: repeat(auto-fit, minmax(min(100%, 26rem), 1fr)); }

.frame { padding: 1.75rem .75rem 2.75rem 3rem; }
.plot { display: block; width: 100%; overflow: visible; }
.large .plot { height: 22rem; }
.small .plot { height: 10rem; }
.frame.small { padding: .75rem .75rem 1.75rem 3rem; }
.stretched { overflow: visible; }
.plot line { stroke: var(--line); stroke-width: 1; }
.plot text { fill: var(--muted); font-size: 12px; }
.plot .axis { fill: var(--text); }
.plot .end { text-anchor: end; }
.plot .middle, .plot .present { text-anchor: middle; }
.plot text.present { fill: var(--text); font-size: 20px; stroke: var(--card); stroke-width: 2px; paint-order: stroke; }
.front, .curve { fill: none; stroke: var(--muted); stroke-width: 1.5px; }
polyline.front { stroke-dasharray: 5 4; }
polyline.curve { stroke-width: 2px; }
.dot { fill-opacity: .55; }
circle.front { fill-opacity: 1; stroke: var(--text); stroke-width: 1.5px; }
.legend { display: flex; flex-wrap: wrap; gap: .25rem 1rem; margin: 0; padding: 0; list-style: none; }
.legend { font-size: .875rem; }
.swatch { display: inline-block; width: .75rem; height: .75rem; margin-right: .4rem; border-radius: 50%; }
.swatch.ring { border: 2px solid var(--text); }
.swatch.cross { width: auto; height: auto; border-radius: 0; line-height: 1; }

.bars { display: grid; grid-template-columns: minmax(4rem, max-content) 1fr max-content; gap: .3rem .75rem; }
.bars { align-items: center; font-size: .875rem; line-height: 1.3; }
.bars .value { text-align: right; font-variant-numeric: tabular-nums; color: var(--muted); }
.track { display: block; width: 100%; height: .8rem; }

.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; overflow-wrap: normal; }
th, td { padding: .3rem .6rem; border-bottom: 1px solid var(--line); text-align: left; white-space: nowrap; }
th { color: var(--muted); font-weight: 600; }
.full table { font-size: .8125rem; }
.full thead th { position: sticky; top: 0; background: var(--page); }
.full { max-height: 34rem; overflow-y: auto; }
.heat td { text-align: center; border: 2px solid var(--card); border-radius: 4px; print-color-adjust: exact; }
.heat td { -webkit-print-color-adjust: exact; }
.heat th { border: 0; }

.points { display: grid; gap: 1rem; padding: 0; margin: 0; list-style: none; }
.points > li { padding: 1rem; border: 1px solid var(--line); border-radius: 8px; background: var(--card); }
.points h3 { margin: 0 0 .25rem; font-size: 1.0625rem; }
.points h3 + p { margin-bottom: .5rem; }
.measures { display: flex; flex-wrap: wrap; gap: .5rem 1.5rem; margin: .5rem 0 .75rem; }
.measures dt { font-size: .8125rem; color: var(--muted); }
.measures dd { margin: 0; font-size: 1.125rem; font-variant-numeric: tabular-nums; }
.texts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1rem; margin: 0; font-size: .875rem; }
.texts dt { color: var(--muted); }
.texts dd { margin: 0; }
details summary { cursor: pointer; color: var(--accent); padding: .25rem 0; }

.pair { display: grid; gap: .5rem; grid-template-columns: 1fr 1fr; }
.pair figure { padding: .5rem; background: var(--page); }
.pair img { display: block; width: 100%; height: auto; border-radius: 4px; }

@media (max-width: 34rem) {
  h1 { font-size: 1.5rem; }
  .facts, .texts { grid-template-columns: 1fr; gap: 0; }
  .facts dd, .texts dd { margin-bottom: .5rem; }
  figure { padding: .75rem; }
  .points > li { padding: .75rem .5rem; }
  .pair { gap: .25rem; }
  .pair figure { padding: .25rem; }
  .large .plot { height: 18rem; }
}
@media print {
  :root {
    color-scheme: light;
    --page: #ffffff; --card: #ffffff; --line: #c8ccd1; --text: #000000; --muted: #444444; --accent: #000000;
    --c0: #1f6feb; --c1: #d9730d; --c2: #1a7f5a; --c3: #c2378f; --c4: #7a5af5; --c5: #8a6d00; --c6: #0e8a9e;
    --c7: #b3261e;
  }
  body { max-width: none; padding: 0; font-size: 10pt; }
  .scroll, .full { overflow: visible; max-height: none; }
  .scroll table { font-size: 7pt; }
  th, td { padding: .1rem .2rem; white-space: normal; }
  figure, .points > li, tr { break-inside: avoid; }
  .grid { grid-template-columns: 1fr 1fr; }
  h2 { break-after: avoid; }
  .large .plot { height: 16rem; }
}
""" + "".join(
    f".c{index} {{ fill: var(--c{index}); background: var(--c{index}); }}\n"
    f".line{index} {{ stroke: var(--c{index}); }}\n"
    for index in range(8)
)
