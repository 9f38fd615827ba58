// The results as tables, for a terminal and for the README.
import { legNames, type Distance, type Leg } from './distance.ts';
import { nearLegNames, nearLegs, type Near } from './near.ts';
import type { Quick } from './quick.ts';
import type { Wire } from './wire.ts';

export interface Results {
  bench: 'far';
  unit: 'ms';
  machine: string;
  distances: Distance[];
  wire: Wire[];
  near: Near[];
  quick: Quick[];
}

const table = (head: string[], rows: string[][]): string => {
  const line = (cells: string[]) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map((_, index) => (index === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n');
};

const ms = (value: number): string => value.toFixed(value < 10 ? 1 : 0);
const bytes = (value: number): string => value.toLocaleString('en');
const unique = <T>(values: T[]): T[] => [...new Set(values)];

/** Everything that was measured, a section each. */
export function sections(results: Results): string[] {
  const { distances } = results;
  return [
    ...[false, true].flatMap((timers) => {
      const rows = distances.filter((each) => each.timers === timers);
      return rows.length === 0 ? [] : [distanceSection(rows, timers)];
    }),
    ...(results.wire.length === 0 ? [] : [wireSection(results.wire)]),
    ...(results.near.length === 0 ? [] : [nearSection(results.near)]),
    ...(results.quick.length === 0 ? [] : [quickSection(results.quick)]),
  ];
}

function distanceSection(rows: Distance[], timers: boolean): string {
  const shown: Leg[] = ['stack', 'locals', 'expanded', 'watch', 'all', 'step', 'first', 'start'];
  const [stops, sessions] = [rows[0]?.stops ?? 0, rows[0]?.sessions ?? 0];
  const title =
    `Milliseconds by round trip, dlv, direct → through Nearside (times direct at the same distance); ` +
    `medians of ${stops} stops in ${sessions} sessions${timers ? ", with VS Code's own timers of 60 and 400 ms" : ''}`;
  return `${title}\n\n${distanceTable(rows, shown, true)}\n\n${flatness(rows)}`;
}

/** How flat it is: the farthest round trip through Nearside against no distance at all directly. */
function flatness(rows: Distance[]): string {
  const farthest = Math.max(...rows.map(({ roundTrip }) => roundTrip));
  const of = (roundTrip: number, way: string) =>
    rows.find((each) => each.roundTrip === roundTrip && each.way === way)?.medians;
  const [here, there] = [of(0, 'direct'), of(farthest, 'Nearside')];
  if (here === undefined || there === undefined) return '';
  const times = (there.all / here.all).toFixed(2);
  const trips = (there.step / farthest).toFixed(2);
  return (
    `Through Nearside at ${farthest} ms, \`stopped\` to all of it takes ${times} times what direct takes at 0 ms, ` +
    `and \`next\` to the locals ${trips} round trips.`
  );
}

function distanceTable(rows: Distance[], shown: Leg[], ratios: boolean): string {
  const lengths = unique(rows.map(({ roundTrip }) => roundTrip));
  const of = (roundTrip: number, way: string, leg: Leg) =>
    rows.find((each) => each.roundTrip === roundTrip && each.way === way)?.medians[leg] ?? NaN;
  return table(
    ['', ...lengths.map((roundTrip) => `${roundTrip} ms`)],
    shown.map((leg) => [
      legNames[leg],
      ...lengths.map((roundTrip) => {
        const [direct, through] = [of(roundTrip, 'direct', leg), of(roundTrip, 'Nearside', leg)];
        return `${ms(direct)} → ${ms(through)}${ratios ? ` (${(through / direct).toFixed(2)})` : ''}`;
      }),
    ]),
  );
}

function wireSection(rows: Wire[]): string {
  const kinds = { first: 'first stop and start', again: 'the same breakpoint again', step: 'a step' } as const;
  const body = unique(rows.map(({ goroutines }) => goroutines)).flatMap((goroutines) =>
    (['first', 'again', 'step'] as const).map((kind) => {
      const of = (way: string) =>
        rows.find((each) => each.goroutines === goroutines && each.way === way)?.stops[kind] ?? { up: NaN, down: NaN };
      const [plain, ours] = [of('direct'), of('Nearside')];
      const fewer = 100 * (1 - (ours.up + ours.down) / (plain.up + plain.down));
      return [
        `${bytes(goroutines)} goroutines, ${kinds[kind]}`,
        `${bytes(plain.up)} + ${bytes(plain.down)}`,
        `${bytes(ours.up)} + ${bytes(ours.down)}`,
        `${fewer.toFixed(1)} %`,
      ];
    }),
  );
  return `Bytes on the wire a stop, to the far side + back, medians\n\n${table(['', 'plain DAP', 'Nearside', 'fewer'], body)}`;
}

function nearSection(rows: Near[]): string {
  const ways = unique(rows.map(({ way }) => way));
  const body = unique(rows.map((row) => row.debugger)).flatMap((name) =>
    nearLegs.map((leg) => {
      const of = (way: string) => rows.find((row) => row.debugger === name && row.way === way)?.medians[leg] ?? NaN;
      const direct = of('direct');
      return [
        `${name}: ${nearLegNames[leg]}`,
        ...ways.map((way) => (way === 'direct' ? ms(direct) : `${ms(of(way))} (${(of(way) / direct).toFixed(2)})`)),
      ];
    }),
  );
  return `No distance at all: milliseconds (times direct), medians of ${rows[0]?.rounds ?? 0} interleaved rounds\n\n${table(['', ...ways], body)}`;
}

function quickSection(rows: Quick[]): string {
  const ways = unique(rows.map(({ way }) => way));
  const body = unique(rows.map(({ roundTrip }) => roundTrip)).map((roundTrip) => [
    `round trip ${roundTrip} ms`,
    ...ways.map((way) => {
      const row = rows.find((each) => each.roundTrip === roundTrip && each.way === way);
      return row === undefined ? '' : `${ms(row.median)}, p99 ${ms(row.worst)}; ${row.steps} of ${row.presses}`;
    }),
  ]);
  return `A key press every 50 ms, dlv: milliseconds from \`next\` to the frame; steps that the presses made\n\n${table(['', ...ways], body)}`;
}

/** The README's: what a user feels, and the plot. */
export function readme({ machine, distances, wire }: Results): string {
  const rows = distances.filter(({ timers }) => !timers);
  const again = wire.filter(({ way }) => way === 'Nearside' || way === 'direct');
  const total = (goroutines: number, way: string) => {
    const found = again.find((each) => each.goroutines === goroutines && each.way === way)?.stops.again;
    return found === undefined ? NaN : found.up + found.down;
  };
  const wires = unique(again.map(({ goroutines }) => goroutines)).map(
    (goroutines) =>
      `${bytes(total(goroutines, 'direct'))} → ${bytes(total(goroutines, 'Nearside'))} with ${bytes(goroutines)} goroutines`,
  );
  return [
    `\`npm run bench -- far\` on ${machine}, Delve behind a network of the round trip in the head, direct → through Nearside, in ms`,
    `(medians of ${rows[0]?.stops ?? 0} stops; VS Code's requests in VS Code's order, without its own timers):\n`,
    distanceTable(rows, ['stack', 'locals', 'expanded', 'watch', 'step', 'start'], false),
    ...(wires.length === 0 ? [] : [`\nBytes on the wire a stop that looks like the last one: ${wires.join(', ')}.`]),
  ].join('\n');
}
