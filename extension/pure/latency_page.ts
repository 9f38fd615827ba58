// The page of `Nearside: Show Latency`: what each command took, by part of the way, as a table with bars. Theme colours, no script
// but the one that takes new numbers, nothing from anywhere else; a table that a screen reader can read, and buttons for the rest.
import type { CommandTimes, Leg } from '../native.d.ts';
import { measured, type SessionReport } from './report.ts';
import { shortName } from './targets.ts';
import { l10n } from './words.ts';

const legs: readonly Leg[] = ['client', 'nearEnd', 'link', 'farEnd', 'adapter'];
const legNames = (): Record<Leg, string> => ({
  client: l10n.t('VS Code'),
  nearEnd: l10n.t('near end'),
  link: l10n.t('link'),
  farEnd: l10n.t('far end'),
  adapter: l10n.t('debugger'),
});
const colours: Record<Leg, string> = {
  client: 'var(--vscode-charts-purple)',
  nearEnd: 'var(--vscode-charts-green)',
  link: 'var(--vscode-charts-blue)',
  farEnd: 'var(--vscode-charts-yellow)',
  adapter: 'var(--vscode-charts-red)',
};

const safe = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

/** `340 µs`, `12 ms`, `1.2 s`. */
export function duration(microseconds: number): string {
  if (microseconds < 1000) return `${Math.round(microseconds)} µs`;
  const milliseconds = microseconds / 1000;
  if (milliseconds < 1000) return `${milliseconds < 10 ? milliseconds.toFixed(1) : Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(1)} s`;
}

/** The inner part, which is drawn anew while a session runs. */
export function latencyBody(reports: readonly SessionReport[]): string {
  if (reports.length === 0)
    return `<p>${safe(l10n.t('No Nearside session runs. Start one, and the times of its requests appear here.'))}</p>`;
  return reports.map(session).join('\n');
}

function session(report: SessionReport): string {
  const now = measured(report);
  const facts = [
    now.roundTripMs === undefined ? '' : l10n.t('Round trip {0} ms', now.roundTripMs),
    now.local === undefined
      ? ''
      : l10n.t('{0} % of what VS Code has read came from memory', Math.round(now.local * 100)),
    report.inspector.pushes === 0
      ? ''
      : l10n.t(
          '{0} of {1} answers that were sent ahead were read',
          report.inspector.pushesUsed,
          report.inspector.pushes,
        ),
  ].filter((fact) => fact !== '');
  const rows = Object.entries(report.commands)
    .filter(([, { count }]) => count > 0)
    .sort(([, a], [, b]) => b.count - a.count);
  const widest = Math.max(1, ...rows.map(([, { total }]) => total.p95));
  const names = legNames();
  const heads = [
    l10n.t('Command'),
    l10n.t('Times'),
    l10n.t('From memory'),
    l10n.t('Median'),
    l10n.t('95 of 100 within'),
    l10n.t('Of these, by part'),
  ];
  const legend = legs.map((leg) => `<li><span class="key ${leg}"></span>${safe(names[leg])}</li>`).join('');
  const title = `${report.adapter} · ${shortName(report.target)}`;
  return `<section aria-label="${safe(title)}"><h2>${safe(title)}</h2><p>${safe(facts.join(' · '))}</p>
<ul class="legend" aria-label="${safe(l10n.t('Colours'))}">${legend}</ul>
<table><thead><tr>${heads.map((head) => `<th scope="col">${safe(head)}</th>`).join('')}</tr></thead>
<tbody>${rows.map(([name, times]) => row(name, times, widest)).join('\n')}</tbody></table></section>`;
}

function row(name: string, times: CommandTimes, widest: number): string {
  const { count, hits, joined, total } = times;
  const parts = legs.flatMap((leg) => {
    const spread = times.legs[leg];
    return spread === undefined || spread.median === 0 ? [] : [{ leg, median: spread.median }];
  });
  const names = legNames();
  const words = parts.map(({ leg, median }) => `${names[leg]} ${duration(median)}`).join(', ');
  const sum = parts.reduce((all, { median }) => all + median, 0);
  const bars = parts
    .map(
      ({ leg, median }) =>
        `<span class="bar ${leg}" data-width="${((100 * median) / Math.max(widest, sum)).toFixed(2)}%"></span>`,
    )
    .join('');
  const cells = [
    String(count),
    `${Math.round((100 * (hits + joined)) / count)} %`,
    duration(total.median),
    duration(total.p95),
  ];
  return `<tr tabindex="0"><th scope="row">${safe(name)}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}<td class="bars"><div role="img" aria-label="${safe(words)}" title="${safe(words)}">${bars}</div></td></tr>`;
}

export function latencyPage(reports: readonly SessionReport[], nonce: string, source: string): string {
  const csp = `default-src 'none'; style-src ${source} 'nonce-${nonce}'; script-src 'nonce-${nonce}'`;
  const keys = legs.map((leg) => `.${leg} { background: ${colours[leg]}; }`).join('\n');
  // The policy has no room for style attributes: the script sets the widths of the bars.
  return `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><meta http-equiv="Content-Security-Policy" content="${csp}">
<meta name="viewport" content="width=device-width, initial-scale=1"><title>${safe(l10n.t('Nearside: Latency'))}</title>
<style nonce="${nonce}">
body { font: var(--vscode-font-size) var(--vscode-font-family); color: var(--vscode-foreground); padding: 0 1.5em 1.5em; }
h1 { font-size: 1.5em; font-weight: 600; } h2 { font-size: 1.15em; margin-bottom: .2em; } p { color: var(--vscode-descriptionForeground); margin-top: 0; }
table { border-collapse: collapse; width: 100%; }
th, td { text-align: end; padding: .35em .8em; border-bottom: 1px solid var(--vscode-widget-border, var(--vscode-panel-border)); font-variant-numeric: tabular-nums; white-space: nowrap; }
th[scope=row], th:first-child, .bars, th:last-child { text-align: start; } thead th { color: var(--vscode-descriptionForeground); font-weight: 600; }
tbody th { font-weight: normal; font-family: var(--vscode-editor-font-family); }
tr:focus { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px; } tbody tr:hover { background: var(--vscode-list-hoverBackground); }
.bars { width: 50%; } .bars div { display: flex; height: 1em; min-width: 10em; } .bar { min-width: 1px; outline: 1px solid transparent; }
.legend { display: flex; flex-wrap: wrap; gap: 1.2em; list-style: none; padding: 0; } .key { display: inline-block; width: .8em; height: .8em; margin-inline-end: .4em; border-radius: 2px; }
table { margin-bottom: 1em; } button { font: inherit; color: var(--vscode-button-foreground); background: var(--vscode-button-background); border: 0; padding: .4em 1em; border-radius: 2px; cursor: pointer; }
button:hover { background: var(--vscode-button-hoverBackground); } button:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px; }
@media (forced-colors: active) { .bar, .key { forced-color-adjust: none; } }
${keys}
</style></head><body>
<h1>${safe(l10n.t('Where the time goes'))}</h1>
<main id="numbers">${latencyBody(reports)}</main>
<p><button id="hold" type="button" aria-pressed="false">${safe(l10n.t('Hold'))}</button></p>
<script nonce="${nonce}">
const numbers = document.getElementById('numbers'), hold = document.getElementById('hold');
const draw = () => { for (const bar of numbers.querySelectorAll('[data-width]')) bar.style.width = bar.dataset.width; };
hold.addEventListener('click', () => hold.setAttribute('aria-pressed', String(hold.getAttribute('aria-pressed') !== 'true')));
window.addEventListener('message', ({ data }) => {
  if (hold.getAttribute('aria-pressed') === 'true') return;
  const rows = [...numbers.querySelectorAll('tr')], at = rows.indexOf(document.activeElement);
  numbers.innerHTML = data;
  if (at >= 0) numbers.querySelectorAll('tr')[at]?.focus();
  draw();
});
draw();
</script></body></html>`;
}
