// Holds native/ against the design's arrows: `node scripts/check-layers.mjs [ROOT]` prints each include, name or
// namespace that is in the wrong room and exits 1. It reads text, not the preprocessor's output, so it also sees what
// no build compiles; it does not follow includes into libraries.
import { existsSync, readdirSync, readFileSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';

/**
 * @typedef {object} Room
 * @property {string} namespace what its files open (a sub-folder of core opens one of its own below it)
 * @property {string[]} mayInclude rooms, itself left out
 * @property {RegExp} libraries headers, beyond the standard library's, that it may include
 */

const asio = String.raw`boost/(asio/(?!ssl)|asio\.hpp|system/)`;
const json = String.raw`simdjson\.(h|cpp)|nlohmann/`;
// The system's own headers, which a pattern cannot tell from a library's top-level one: so those are named.
const posix = String.raw`(?!(ares|js_native_api|napi|node|node_api|uv|v8|zstd)\.h$)[a-z_]+\.h$|(sys|net|netinet|arpa|linux)/[a-z_]+\.h$`;

/** @type {Record<string, Room>} */
const rooms = {
  core: {
    namespace: 'nearside',
    mayInclude: [],
    libraries: RegExp(`^(${json}|zstd\\.h$|utf8proc\\.h$|boost/system/)`),
  },
  io: {
    namespace: 'nearside::io',
    mayInclude: ['core'],
    libraries: RegExp(`^(${asio}|boost/asio/ssl|openssl/|ares\\.h$|${json}|${posix})`),
  },
  near: {
    namespace: 'nearside::near_end',
    mayInclude: ['io', 'core'],
    libraries: RegExp(`^(${asio}|${json}|${posix})`),
  },
  far: {
    namespace: 'nearside::far_end',
    mayInclude: ['io', 'core'],
    libraries: RegExp(`^(${asio}|${json}|${posix}|sqlite3\\.h$)`),
  },
  addon: { namespace: 'nearside::addon', mayInclude: ['near'], libraries: /^(napi\.h|node_api\.h|dlfcn\.h)$/ },
  cli: { namespace: 'nearside::cli', mayInclude: ['near', 'far'], libraries: RegExp(`^(${asio}|${json}|${posix})`) },
};

// core is pure: time comes in as an argument, and it reads and writes nothing but its arguments.
const impureHeaders =
  /^(thread|mutex|shared_mutex|condition_variable|future|stop_token|semaphore|latch|barrier|fstream|filesystem|iostream|cstdio|ctime|csignal|random|syncstream)$/;
const impureNames = /\bstd::(this_thread|jthread|thread|random_device)\b|::now\s*\(|\b(getenv|system|fopen|time)\s*\(/;

/** @param {string} text */
function withoutComments(text) {
  return text.replace(/\/\*[\s\S]*?\*\//g, (all) => all.replace(/[^\n]/g, ' ')).replace(/\/\/[^\n]*/g, '');
}

/** @param {string} path below native/ @param {string} room */
function namespaceOf(path, room) {
  const base = rooms[room]?.namespace ?? '';
  const folder = path.split('/').slice(1, -1)[0];
  return room === 'core' && folder !== undefined ? `${base}::${folder}` : base;
}

/** @param {string} path below native/ @param {string} text @returns {string[]} */
export function violationsOf(path, text) {
  const roomName = path.split('/')[0] ?? '';
  const room = rooms[roomName];
  if (room === undefined) return [`native/${path}: no room is called ${roomName}`];
  const code = withoutComments(text);
  /** @type {string[]} */
  const found = [];
  code.split('\n').forEach((line, index) => {
    const at = `native/${path}:${index + 1}`;
    const include = /^\s*#\s*include\s*([<"])([^>"]+)[>"]/.exec(line);
    if (include !== null) {
      const [, kind, header = ''] = include;
      const target = header.split('/')[0] ?? '';
      if (kind === '"') {
        if (target !== roomName && !room.mayInclude.includes(target)) {
          found.push(`${at}: ${roomName} may not include "${header}"`);
        }
      } else if (/[./]/.test(header)) {
        if (!room.libraries.test(header)) found.push(`${at}: ${roomName} may not include <${header}>`);
      } else if (roomName === 'core' && impureHeaders.test(header)) {
        found.push(`${at}: core is pure and may not include <${header}>`);
      }
    } else if (roomName === 'core' && impureNames.test(line)) {
      found.push(`${at}: core is pure (no clocks, threads, environment): ${line.trim()}`);
    }
  });

  // A forward declaration of another room's type is no code of that room.
  const own = code.replace(
    /namespace nearside[\w:]*\s*\{\s*((class|struct|enum class)\s+\w+(\s*:\s*[\w:]+)?\s*;\s*)+\}/g,
    '',
  );
  const wanted = namespaceOf(path, roomName);
  for (const [, name = ''] of own.matchAll(/\bnamespace (nearside[\w:]*)\s*\{/g)) {
    if (name !== wanted && !name.startsWith(`${wanted}::`)) {
      found.push(`native/${path}: opens namespace ${name}, and this folder's is ${wanted}`);
    }
  }
  return found;
}

/** @param {string} root @returns {string[]} */
export function violationsBelow(root) {
  const native = join(root, 'native');
  /** @type {string[]} */
  const found = [];
  if (!existsSync(native)) return found;
  const files = readdirSync(native, { recursive: true, encoding: 'utf8' }).filter((name) => /\.[ch]pp$/.test(name));
  for (const name of files.sort()) found.push(...violationsOf(name, readFileSync(join(native, name), 'utf8')));
  for (const room of new Set(files.map((name) => name.split('/')[0] ?? ''))) {
    if (!existsSync(join(native, room, 'README.md'))) {
      found.push(`native/${room}: a room says in its README.md what it owns and what it refuses`);
    }
  }
  return found;
}

if (import.meta.filename === realpathSync(process.argv[1] ?? '')) {
  const found = violationsBelow(resolve(process.argv[2] ?? '.'));
  for (const line of found) console.error(line);
  if (found.length > 0) process.exitCode = 1;
}
