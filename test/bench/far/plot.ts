// One plot, time against round trip, as SVG: what waits for the distance directly, and what does not through Nearside. Its colours
// follow the reader's light or dark scheme.
import type { Distance, Leg } from './distance.ts';

const width = 720;
const height = 420;
const inside = { left: 64, right: width - 190, top: 48, bottom: height - 56 };

const lines: { leg: Leg; name: string }[] = [
  { leg: 'locals', name: 'stop to locals' },
  { leg: 'expanded', name: 'stop to two levels' },
  { leg: 'step', name: 'next to locals' },
];
const dashes = ['', '7 4', '2 4'];

const style = `
  text { font: 13px system-ui, sans-serif; fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 }
  .axis { stroke: #59636e; stroke-width: 1 }
  .grid { stroke: #59636e; stroke-opacity: 0.2; stroke-width: 1 }
  .direct { stroke: #bc4c00; fill: #bc4c00 }
  .nearside { stroke: #0969da; fill: #0969da }
  polyline { stroke-width: 2; stroke-linejoin: round }
  polyline.direct, polyline.nearside { fill: none }
  text.direct, text.nearside { stroke: none }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 }
    .axis, .grid { stroke: #9198a1 }
    .direct { stroke: #f0883e; fill: #f0883e }
    .nearside { stroke: #58a6ff; fill: #58a6ff }
    text.direct, text.nearside { stroke: none }
  }`;

export function plot(distances: Distance[]): string {
  const rows = distances.filter(({ timers }) => !timers);
  const lengths = [...new Set(rows.map(({ roundTrip }) => roundTrip))].sort((a, b) => a - b);
  const farthest = Math.max(...lengths, 1);
  const slowest = Math.max(...rows.flatMap(({ medians }) => lines.map(({ leg }) => medians[leg])), 1);
  const step = gridStep(slowest);
  const top = Math.ceil(slowest / step) * step;
  const x = (roundTrip: number) => round(inside.left + (roundTrip / farthest) * (inside.right - inside.left));
  const y = (time: number) => round(inside.bottom - (time / top) * (inside.bottom - inside.top));

  const drawn: string[] = [];
  for (let time = 0; time <= top; time += step) {
    drawn.push(`<line class="grid" x1="${inside.left}" x2="${inside.right}" y1="${y(time)}" y2="${y(time)}"/>`);
    drawn.push(text(inside.left - 8, y(time) + 4, `${time}`, 'text-anchor="end"'));
  }
  for (const roundTrip of lengths) {
    drawn.push(text(x(roundTrip), inside.bottom + 20, `${roundTrip}`, 'text-anchor="middle"'));
  }
  drawn.push(
    `<line class="axis" x1="${inside.left}" x2="${inside.right}" y1="${inside.bottom}" y2="${inside.bottom}"/>`,
  );
  drawn.push(`<line class="axis" x1="${inside.left}" x2="${inside.left}" y1="${inside.top}" y2="${inside.bottom}"/>`);
  drawn.push(
    text((inside.left + inside.right) / 2, height - 12, 'round trip of the network (ms)', 'text-anchor="middle"'),
  );
  drawn.push(text(inside.left - 48, inside.top - 14, 'time (ms)', ''));
  drawn.push(text(inside.left + 40, 22, 'From a stop to what the editor shows, Delve', 'class="title"'));

  const ends: { at: number; name: string; kind: string }[] = [];
  for (const [way, kind] of [
    ['direct', 'direct'],
    ['Nearside', 'nearside'],
  ] as const) {
    for (const [index, { leg, name }] of lines.entries()) {
      const points = lengths.flatMap((roundTrip) => {
        const row = rows.find((each) => each.way === way && each.roundTrip === roundTrip);
        return row === undefined ? [] : [{ x: x(roundTrip), y: y(row.medians[leg]) }];
      });
      const last = points.at(-1);
      if (last === undefined) continue;
      const dash = dashes[index] ? ` stroke-dasharray="${dashes[index]}"` : '';
      drawn.push(
        `<polyline class="${kind}"${dash} points="${points.map((point) => `${point.x},${point.y}`).join(' ')}"/>`,
      );
      for (const point of points) drawn.push(`<circle class="${kind}" cx="${point.x}" cy="${point.y}" r="2.5"/>`);
      ends.push({ at: last.y, name: `${way}: ${name}`, kind });
    }
  }
  for (const { at, name, kind } of apart(ends)) {
    drawn.push(text(inside.right + 10, at + 4, name, `class="${kind}"`));
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="Time against round trip: direct it grows with the distance, through Nearside it stays flat">`,
    `<style>${style}\n</style>`,
    ...drawn,
    '</svg>\n',
  ].join('\n');
}

function text(x: number, y: number, words: string, attributes: string): string {
  return `<text x="${round(x)}" y="${round(y)}"${attributes === '' ? '' : ` ${attributes}`}>${words}</text>`;
}

/** A step of 1, 2 or 5 times a power of ten that gives four to ten lines. */
function gridStep(most: number): number {
  const power = 10 ** Math.floor(Math.log10(most / 4));
  return [5, 2, 1].map((times) => times * power).find((step) => most / step >= 4) ?? power;
}

/** Labels that would cover each other move apart, the lowest first. */
function apart<T extends { at: number }>(labels: T[]): T[] {
  let below = inside.bottom + 16;
  return [...labels]
    .sort((a, b) => b.at - a.at)
    .map((label) => {
      const at = Math.min(label.at, below - 16);
      below = at;
      return { ...label, at };
    });
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
