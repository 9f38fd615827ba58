// Prints what is to be compiled of the C++ sources below the given folders, one a line: binding.gyp asks it, so a new file
// in a room is built without being listed. A folder that does not exist is an empty room.
//
// Sources are compiled in groups: a file in build/groups/ includes ten of them. Most of a compilation is what the headers
// bring, so that takes less than half the time. A main.cpp stands for itself, so that binding.gyp can leave it out; with
// NEARSIDE_SINGLE_FILES=1, as clang-tidy wants it, each file does.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';

const groupSize = 10;

/** GCC takes what is included for a header, where types that have no name outside would be a mistake. */
const preamble = `#ifndef __clang__
#pragma GCC diagnostic ignored "-Wsubobject-linkage"
#endif
`;

/** @param {string} folder */
function sources(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.cpp'))
    .map((name) => `${folder}/${name}`)
    .sort();
}

/** Written only when it changes, as everything in it would be compiled again. @param {string} path @param {string} text */
function write(path, text) {
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
}

/** @param {string} folder of sources @param {string[]} files in it */
function grouped(folder, files) {
  const made = join('build/groups', folder);
  mkdirSync(made, { recursive: true });
  const count = Math.ceil(files.length / groupSize);
  return Array.from({ length: count }, (_, nth) => {
    const path = join(made, `${nth + 1}.cpp`);
    const members = files.slice(nth * groupSize, (nth + 1) * groupSize);
    write(path, preamble + members.map((file) => `#include "${relative(made, file)}"\n`).join(''));
    return path;
  });
}

for (const folder of process.argv.slice(2)) {
  const files = sources(folder);
  const single = files.filter((file) => process.env.NEARSIDE_SINGLE_FILES === '1' || file.endsWith('/main.cpp'));
  const others = files.filter((file) => !single.includes(file));
  for (const file of [...single, ...grouped(folder, others)]) console.log(file);
}
