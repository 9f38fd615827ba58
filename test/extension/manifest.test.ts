// The manifest: everything in it is reached by the code, everything in the code is in it, and every text can be translated.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { ownMembers, resumeMember } from '../../extension/pure/configuration.ts';
import { convertible } from '../../extension/pure/convert.ts';
import { root } from '../e2e/places/programs.ts';

interface Schema {
  type?: string | string[];
  enum?: unknown[];
  oneOf?: Schema[];
  anyOf?: Schema[];
  description?: string;
  markdownDescription?: string;
  default?: unknown;
  properties?: Record<string, Schema>;
  items?: Schema;
  scope?: string;
}
interface Manifest {
  version: string;
  engines: { vscode: string };
  main: string;
  icon: string;
  keywords: string[];
  categories: string[];
  extensionKind: string[];
  activationEvents: string[];
  devDependencies: Record<string, string>;
  capabilities: {
    untrustedWorkspaces: { supported: string; restrictedConfigurations: string[] };
    virtualWorkspaces: { supported: unknown };
  };
  contributes: {
    debuggers: {
      type: string;
      languages: string[];
      configurationAttributes: Record<'launch' | 'attach', { properties: Record<string, Schema> }>;
      configurationSnippets: { label: string; description: string; body: Record<string, unknown> }[];
      variables: Record<string, string>;
    }[];
    breakpoints: { language: string }[];
    commands: { command: string; title: string; category: string }[];
    menus: Record<string, { command: string; when?: string }[]>;
    views: Record<string, { id: string; icon: string }[]>;
    configuration: { properties: Record<string, Schema> };
    walkthroughs: {
      icon: string;
      steps: { description: string; media: { svg: string }; completionEvents: string[] }[];
    }[];
  };
}

const read = (name: string) => readFileSync(path.join(root, name), 'utf8');
const manifest = JSON.parse(read('package.json')) as Manifest;
const texts = JSON.parse(read('package.nls.json')) as Record<string, string>;
const sources = readdirSync(path.join(root, 'extension'), { recursive: true, encoding: 'utf8' }).filter(
  (name) => name.endsWith('.ts') && !name.endsWith('.d.ts'),
);
const code = sources.map((name) => read(path.join('extension', name))).join('\n');
const { contributes } = manifest;
const [debuggers] = contributes.debuggers;
assert.ok(debuggers !== undefined);

const strings = (value: unknown): string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(strings)
      : [];

describe("The manifest's texts", () => {
  it('are all in package.nls.json, and none is there for nothing', () => {
    const used = new Set(strings(manifest).flatMap((text) => /^%(.+)%$/.exec(text)?.[1] ?? []));
    assert.deepEqual(
      [...used].filter((key) => texts[key] === undefined),
      [],
    );
    assert.deepEqual(
      Object.keys(texts).filter((key) => !used.has(key)),
      [],
    );
  });
});

describe("The code's texts", () => {
  it('are all in the bundle for translators, and none is there for nothing', () => {
    const bundle = JSON.parse(read('l10n/bundle.l10n.json')) as Record<string, string>;
    const said = new Set(
      [...code.matchAll(/l10n\.t\(\s*(?:'((?:[^'\\]|\\.)*)'|"((?:[^"\\]|\\.)*)")/g)].map(([, single, double]) =>
        (single ?? double ?? '').replace(/\\(.)/g, '$1'),
      ),
    );
    assert.deepEqual(
      [...said].filter((text) => bundle[text] === undefined),
      [],
      'run npm run words',
    );
    assert.deepEqual(
      Object.keys(bundle).filter((text) => !said.has(text)),
      [],
      'run npm run words',
    );
  });
});

describe('Commands', () => {
  const registered = new Set(
    [...read('extension/extension.ts').matchAll(/^ {4}(\w+)(?::|,$)/gm)].map(([, name]) => `nearside.${name ?? ''}`),
  );

  it('have a title and a category, and are registered, each', () => {
    for (const { command, title, category } of contributes.commands) {
      assert.match(title, /^%command\./, command);
      assert.equal(category, 'Nearside', command);
      assert.ok(registered.has(command), `${command} is registered by nobody`);
    }
  });

  it('that need something say when, and each menu names one that there is', () => {
    const known = new Set(contributes.commands.map(({ command }) => command));
    for (const [menu, entries] of Object.entries(contributes.menus))
      for (const { command, when } of entries) {
        assert.ok(known.has(command), `${menu}: ${command}`);
        assert.ok(when !== undefined && when !== '', `${menu}: ${command} says no when`);
      }
    const always = ['selectTarget', 'pair', 'convertConfiguration', 'collectDiagnostics', 'showLog'].map(
      (name) => `nearside.${name}`,
    );
    const conditional = new Set(contributes.menus.commandPalette?.map(({ command }) => command));
    assert.deepEqual([...known].filter((command) => !conditional.has(command)).sort(), always.sort());
  });

  it('of which a menu asks for a context find it set', () => {
    const asked = new Set(
      strings(contributes.menus)
        .flatMap((text) => [...text.matchAll(/\bnearside\.(?!view\b)\w+/g)].map(([all]) => all))
        .filter((each) => !contributes.commands.some(({ command }) => command === each)),
    );
    for (const context of asked) assert.ok(code.includes(`'setContext', '${context}'`), context);
  });

  it('of rows ask for words that rows have', () => {
    const words = new Set(
      [...code.matchAll(/'((?:live |target |session |rule)?[a-z ]*)'/g)].flatMap(([, all]) => all?.split(' ') ?? []),
    );
    for (const { when } of contributes.menus['view/item/context'] ?? []) {
      const word = /\\b(\w+)\\b/.exec(when ?? '')?.[1] ?? '';
      assert.ok(words.has(word), word);
    }
  });
});

describe('Settings', () => {
  it('have a type, a default, a scope and a description, and are read', () => {
    for (const [name, schema] of Object.entries(contributes.configuration.properties)) {
      assert.ok(schema.type !== undefined || schema.enum !== undefined, name);
      assert.ok(schema.default !== undefined, name);
      assert.ok(schema.scope !== undefined, name);
      assert.ok((schema.description ?? schema.markdownDescription ?? '').startsWith('%setting.'), name);
      assert.ok(code.includes(`'${name.replace('nearside.', '')}'`), `${name} is read by nobody`);
    }
  });

  it('that name targets, executables and folders are not taken from a workspace that is not trusted', () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.equal(supported, 'limited');
    const harmless = ['nearside.statusBar', 'nearside.resumeAfterReload'];
    assert.deepEqual(
      [...restrictedConfigurations, ...harmless].sort(),
      Object.keys(contributes.configuration.properties).sort(),
    );
  });
});

describe('Launch attributes', () => {
  const { launch, attach } = debuggers.configurationAttributes;

  it('have a type and a description, each, and what is in them too', () => {
    const check = (name: string, schema: Schema) => {
      assert.ok(
        [schema.type, schema.enum, schema.oneOf, schema.anyOf].some((each) => each !== undefined),
        `${name} has no type`,
      );
      for (const [inner, each] of Object.entries({ ...schema.properties, ...schema.items?.properties }))
        check(`${name}.${inner}`, each);
      for (const each of schema.oneOf ?? [])
        for (const [inner, one] of Object.entries(each.properties ?? {})) check(`${name}.${inner}`, one);
      assert.ok(
        (schema.description ?? schema.markdownDescription ?? '').startsWith('%attribute.'),
        `${name} is not described`,
      );
    };
    for (const [request, { properties }] of Object.entries(debuggers.configurationAttributes))
      for (const [name, schema] of Object.entries(properties)) check(`${request}.${name}`, schema);
  });

  it('have all of ours, in both requests', () => {
    const hidden: string[] = [resumeMember];
    const launchOnly = ['envFile'];
    for (const name of ownMembers.filter((each) => !hidden.includes(each))) {
      assert.ok(name in launch.properties, `launch has no ${name}`);
      assert.ok(name in attach.properties || launchOnly.includes(name), `attach has no ${name}`);
    }
  });

  it('have a default that its own schema allows', () => {
    for (const [name, { type, enum: values, default: given }] of [
      ...Object.entries(launch.properties),
      ...Object.entries(attach.properties),
    ]) {
      if (given === undefined) continue;
      if (values !== undefined) assert.ok(values.includes(given), name);
      const kind = Array.isArray(given) ? 'array' : typeof given;
      if (type !== undefined)
        assert.ok(
          [type].flat().some((each) => each === kind || (each === 'integer' && Number.isInteger(given))),
          name,
        );
    }
  });

  it('are those that snippets use', () => {
    const general = ['type', 'request', 'name'];
    for (const { body } of debuggers.configurationSnippets) {
      const { properties } = debuggers.configurationAttributes[body.request as 'launch' | 'attach'];
      assert.equal(body.type, 'nearside');
      for (const member of Object.keys(body)) assert.ok(general.includes(member) || member in properties, member);
    }
  });
});

describe('The rest of the manifest', () => {
  it('names files that there are, and commands that there are', () => {
    const files = [
      manifest.icon,
      ...Object.values(contributes.views)
        .flat()
        .map(({ icon }) => icon),
      ...contributes.walkthroughs.flatMap(({ icon, steps }) => [icon, ...steps.map(({ media }) => media.svg)]),
    ];
    for (const file of files) assert.ok(existsSync(path.join(root, file)), file);
    const known = new Set(contributes.commands.map(({ command }) => command));
    const linked = strings(texts).flatMap((text) =>
      [...text.matchAll(/command:(nearside\.\w+)/g)].map(([, name]) => name ?? ''),
    );
    for (const name of [...linked, ...Object.values(debuggers.variables)]) assert.ok(known.has(name), name);
  });

  it('is activated by what the code registers, and by nothing else', () => {
    assert.deepEqual(manifest.activationEvents, [
      'onStartupFinished',
      'onDebugResolve:nearside',
      'onDebugInitialConfigurations',
      'onDebugDynamicConfigurations:nearside',
    ]);
    for (const part of [
      'registerDebugAdapterDescriptorFactory',
      'registerDebugConfigurationProvider',
      'DebugConfigurationProviderTriggerKind.Dynamic',
    ])
      assert.ok(code.includes(part), part);
  });

  it('is what the marketplace wants', () => {
    assert.ok(manifest.keywords.length <= 5);
    assert.deepEqual(manifest.categories, ['Debuggers']);
    assert.deepEqual(manifest.extensionKind, ['ui', 'workspace']);
    assert.equal(manifest.engines.vscode, `^${manifest.devDependencies['@types/vscode'] ?? ''}`);
    assert.ok(
      debuggers.languages.every((language) => contributes.breakpoints.some((each) => each.language === language)),
    );
    assert.ok(convertible.includes('go'));
  });

  it('has a folder without vscode, and one with it', () => {
    for (const name of sources.filter((each) => each.startsWith('pure/')))
      assert.doesNotMatch(read(path.join('extension', name)), /from 'vscode'|from '\.\.\/editor/, name);
  });
});
