// The same fields out of the specification's JSON schema (microsoft/debug-adapter-protocol, debugAdapterProtocol.json), which
// npm's package follows some months later: `node --import tsx test/specification/schema.ts SCHEMA.json VERSION` writes
// test/fixtures/dap/later_fields.json.
import { readFileSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { matters, parts, sorted, type Field } from './fields.ts';

interface Schema {
  $ref?: string;
  type?: string | string[];
  description?: string;
  enum?: string[];
  items?: Schema;
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  allOf?: Schema[];
  oneOf?: Schema[];
}

export function fieldsOfSchema(definitions: Record<string, Schema>): Field[] {
  const fields: Field[] = [];
  const named = (schema: Schema) => schema.$ref?.replace('#/definitions/', '');

  const walk = (message: string, place: string, schema: Schema, said: string, inside: readonly string[]): void => {
    const add = (type: Field['type']) => fields.push({ message, place, type });
    const reference = named(schema);
    if (reference === 'Source' || reference === 'Breakpoint') {
      add(reference);
      return;
    }
    if (reference !== undefined) {
      const target = definitions[reference];
      if (target !== undefined && !inside.includes(reference)) {
        walk(message, place, target, said, [...inside, reference]);
      }
      return;
    }
    const name = /(\w+)(\[\])*$/.exec(place)?.[1] ?? '';
    const words = said === '' ? (schema.description ?? '') : said;
    const types = [schema.type ?? []].flat();
    // The schema writes "any" as all types at once.
    if (types.length > 3) {
      add('any');
      return;
    }
    for (const one of [...(schema.allOf ?? []), ...(schema.oneOf ?? [])]) walk(message, place, one, said, inside);
    if (types.includes('string') && schema.enum === undefined && matters('string', name, words)) add('string');
    if ((types.includes('integer') || types.includes('number')) && matters('number', name, words)) add('number');
    if (schema.items !== undefined) walk(message, `${place}[]`, schema.items, words, inside);
    if (typeof schema.additionalProperties === 'object') {
      walk(message, place, schema.additionalProperties, words, inside);
    } else if (schema.additionalProperties === true && place !== '') {
      add('any');
    }
    for (const [key, property] of Object.entries(schema.properties ?? {})) {
      walk(message, place === '' ? key : `${place}.${key}`, property, property.description ?? '', inside);
    }
  };

  for (const [name, definition] of Object.entries(definitions)) {
    const found = parts(name);
    if (name === 'Source' || name === 'Breakpoint') {
      walk(`type ${name}`, '', definition, '', [name]);
    } else if (found !== undefined) {
      for (const { properties } of [definition, ...(definition.allOf ?? [])]) {
        const payload = properties?.[found.kind === 'request' ? 'arguments' : 'body'];
        if (payload !== undefined) walk(found.message, '', payload, '', [name]);
      }
    }
  }
  return sorted(fields);
}

if (import.meta.filename === realpathSync(process.argv[1] ?? '')) {
  const [, , file, version] = process.argv;
  if (file === undefined || version === undefined) throw new Error('Usage: schema.ts SCHEMA.json VERSION');
  const { definitions } = JSON.parse(readFileSync(file, 'utf8')) as { definitions: Record<string, Schema> };
  const lines = fieldsOfSchema(definitions).map((field) => `    ${JSON.stringify(field)}`);
  const target = path.join(import.meta.dirname, '../fixtures/dap/later_fields.json');
  writeFileSync(target, `{\n  "version": "${version}",\n  "fields": [\n${lines.join(',\n')}\n  ]\n}\n`);
}
