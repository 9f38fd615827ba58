// Reads a version of the Debug Adapter Protocol's specification for every place where a message carries a Source, a Breakpoint,
// a string that speaks of a path or file, a number that names a source or a breakpoint, or a value of any type. What is inside a
// Source and a Breakpoint is listed once, as of `type Source` and `type Breakpoint`.
import path from 'node:path';
import ts from 'typescript';

export interface Field {
  /** `request setBreakpoints`, `response modules`, `event output`, `type Source`. */
  message: string;
  /** From `arguments` or `body`: `stackFrames[].source`. */
  place: string;
  type: 'Source' | 'Breakpoint' | 'string' | 'number' | 'any';
}

const speaksOfPaths = /path|file|folder|director|\bcwd\b|\buris?\b|^args$|^env$/i;
const namesAnId = /sourceReference|breakpoint_?ids?/i;

/** Whether a string or number of that name, and with these words said of it, could be one of ours. */
export function matters(type: 'string' | 'number', name: string, words: string): boolean {
  if (type === 'string') return speaksOfPaths.test(name) || speaksOfPaths.test(words);
  return namesAnId.test(name);
}

export function parts(name: string): { kind: string; message: string } | undefined {
  const found = /^(\w+)(Request|Response|Event)$/.exec(name);
  const [, stem, kind] = found ?? [];
  if (stem === undefined || kind === undefined) return undefined;
  return { kind: kind.toLowerCase(), message: `${kind.toLowerCase()} ${stem[0]?.toLowerCase()}${stem.slice(1)}` };
}

/** Each field once, in a stable order. */
export function sorted(fields: Field[]): Field[] {
  const byKey = new Map(fields.map((field) => [keyOf(field), field]));
  return [...byKey.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, field]) => field);
}

export function keyOf({ message, place, type }: Field): string {
  return `${message} ${place}: ${type}`;
}

/** The fields of the `debugProtocol.d.ts` of npm's `@vscode/debugprotocol`. */
export function fieldsOfDeclarations(file: string): Field[] {
  const program = ts.createProgram([path.resolve(file)], { strict: true, types: [] });
  const source = program.getSourceFile(path.resolve(file));
  if (source === undefined) throw new Error(`${file} cannot be read`);
  const checker = program.getTypeChecker();
  const fields: Field[] = [];

  const wordsOf = (symbol: ts.Symbol): string =>
    `${ts.displayPartsToString(symbol.getDocumentationComment(checker))} ${symbol
      .getJsDocTags(checker)
      .map(({ text }) => ts.displayPartsToString(text))
      .join(' ')}`;

  const walk = (message: string, place: string, type: ts.Type, said: string, inside: readonly ts.Type[]): void => {
    const name = /(\w+)(\[\])*$/.exec(place)?.[1] ?? '';
    const add = (found: Field['type']) => fields.push({ message, place, type: found });
    const bare = checker.getNonNullableType(type);
    // Primitive types have none, whatever the declaration says.
    const named = (bare.symbol as ts.Symbol | undefined)?.name;
    if (bare.isUnion()) {
      for (const one of bare.types) walk(message, place, one, said, inside);
    } else if (bare.flags & ts.TypeFlags.Any) {
      // A whole body of any type is one that the specification leaves empty.
      if (place !== '') add('any');
    } else if (bare.flags & ts.TypeFlags.String) {
      if (matters('string', name, said)) add('string');
    } else if (bare.flags & ts.TypeFlags.Number) {
      if (matters('number', name, said)) add('number');
    } else if (checker.isArrayType(bare)) {
      const [element] = checker.getTypeArguments(bare as ts.TypeReference);
      if (element !== undefined) walk(message, `${place}[]`, element, said, inside);
    } else if (place !== '' && (named === 'Source' || named === 'Breakpoint')) {
      add(named);
    } else if (bare.flags & ts.TypeFlags.Object && !inside.includes(bare)) {
      const index = bare.getStringIndexType();
      if (index !== undefined) walk(message, place, index, said, [...inside, bare]);
      for (const property of bare.getProperties()) {
        const way = place === '' ? property.name : `${place}.${property.name}`;
        walk(message, way, checker.getTypeOfSymbol(property), wordsOf(property), [...inside, bare]);
      }
    }
  };

  const visit = (node: ts.Node): void => {
    if (ts.isInterfaceDeclaration(node)) {
      const type = checker.getTypeAtLocation(node);
      const name = node.name.text;
      const found = parts(name);
      if (name === 'Source' || name === 'Breakpoint') {
        walk(`type ${name}`, '', type, '', []);
      } else if (found !== undefined) {
        const payload = type.getProperty(found.kind === 'request' ? 'arguments' : 'body');
        if (payload !== undefined) walk(found.message, '', checker.getTypeOfSymbol(payload), '', []);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return sorted(fields);
}
