// Compares what two ways told a client, after learning from runs of one and the same way what differs by itself. Learned are
// whole places (a process id, a list whose length varies) and whether addresses vary at all; a place on which the direct runs
// agree must agree. Output that varies by itself is still held to something: to the same characters where direct runs only mix
// two writers differently, else to the lines that all of them printed.
import type { Json, Told } from './told.ts';

/** A place in `Told`: `answers.stackTrace.0.body.stackFrames.2.line`. */
type Place = string;

export interface Masks {
  places: Set<Place>;
  /** Addresses of heap and code moved between the runs, so they are compared as `0x…` everywhere. */
  addresses: boolean;
  /** Output that came in another order, but with the same characters, each time. */
  mixed: Set<Place>;
  /** For output that varied more than that: the lines that every run printed. */
  lines: Map<Place, string[]>;
}

/** A place where Nearside differs on purpose, with its reason. */
export interface Exception {
  /** `*` stands for any one part of the place. */
  place: string;
  /** What Nearside may say there; absent: anything. */
  allows?: Json;
  reason: string;
}

export interface Difference {
  place: Place;
  a: Json | undefined;
  b: Json | undefined;
}

export function learn(runs: Told[]): Masks {
  const masks: Masks = { places: new Set(), addresses: false, mixed: new Set(), lines: new Map() };
  const [first, ...others] = runs;
  if (first === undefined) return masks;
  const vary = others.flatMap((other) => differences(first, other, masks));
  masks.addresses = vary.some(({ a, b }) => sameButAddresses(a, b));
  for (const { place } of others.flatMap((other) => differences(first, other, masks))) {
    const [part, category] = place.split('.');
    if (part !== 'output' || category === undefined) {
      masks.places.add(place);
    } else if (runs.every((run) => characters(run.output[category]) === characters(first.output[category]))) {
      masks.mixed.add(place);
    } else {
      masks.places.add(place);
      masks.lines.set(place, commonLines(runs, category));
    }
  }
  return masks;
}

/** Where `b` says what `a` does not, apart from masks and exceptions. */
export function compare(a: Told, b: Told, masks: Masks, exceptions: Exception[] = []): Difference[] {
  const missing = [...masks.lines].flatMap(([place, lines]): Difference[] => {
    const there = new Set(linesOf(b.output[place.split('.')[1] ?? '']));
    return lines.filter((line) => !there.has(line)).map((line) => ({ place, a: line, b: undefined }));
  });
  return [...differences(a, b, masks), ...missing].filter(
    (difference) => !exceptions.some((exception) => covers(exception, difference)),
  );
}

function differences(a: Json | undefined, b: Json | undefined, masks: Masks, place: Place = ''): Difference[] {
  if (a === b || masks.places.has(place)) return [];
  if (Array.isArray(a) && Array.isArray(b)) {
    // Lists of different length are one difference: what moved up by one place is not a hundred.
    if (a.length !== b.length) return [{ place, a, b }];
    return a.flatMap((item, index) => differences(item, b[index], masks, `${place}.${index}`));
  }
  if (isObject(a) && isObject(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) => differences(a[key], b[key], masks, place === '' ? key : `${place}.${key}`));
  }
  if (masks.addresses && sameButAddresses(a, b)) return [];
  if (masks.mixed.has(place) && characters(a) === characters(b)) return [];
  return [{ place, a, b }];
}

/** The characters of a text, sorted: equal however two writers' pieces were mixed. */
function characters(text: Json | undefined): string {
  return typeof text === 'string' ? Array.from(withoutAddresses(text)).sort().join('') : '';
}

function commonLines(runs: Told[], category: string): string[] {
  const [first, ...others] = runs.map((run) => linesOf(run.output[category]));
  return (first ?? []).filter((line) => others.every((lines) => lines.includes(line)));
}

function linesOf(text: string | undefined): string[] {
  return withoutAddresses(text ?? '').split('\n');
}

function sameButAddresses(a: Json | undefined, b: Json | undefined): boolean {
  return typeof a === 'string' && typeof b === 'string' && withoutAddresses(a) === withoutAddresses(b);
}

function withoutAddresses(text: string): string {
  return text.replace(/0x[0-9a-fA-F]{5,}/g, '0x…');
}

function covers(exception: Exception, { place, b }: Difference): boolean {
  const wanted = exception.place.split('.');
  const parts = place.split('.');
  if (wanted.length !== parts.length) return false;
  if (!wanted.every((part, index) => part === '*' || part === parts[index])) return false;
  return exception.allows === undefined || JSON.stringify(exception.allows) === JSON.stringify(b);
}

function isObject(value: Json | undefined): value is Record<string, Json> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function report(found: Difference[]): string {
  const show = (value: Json | undefined) => (value === undefined ? 'nothing' : JSON.stringify(value).slice(0, 300));
  return found.map(({ place, a, b }) => `${place}\n  direct:   ${show(a)}\n  Nearside: ${show(b)}`).join('\n');
}
