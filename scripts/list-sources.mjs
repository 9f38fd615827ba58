// Prints the C++ sources below the given folders, one a line and sorted: binding.gyp asks it, so a new file in a room
// is built without being listed. A folder that does not exist is an empty room.
import { readdirSync } from 'node:fs';

for (const folder of process.argv.slice(2)) {
  let names;
  try {
    names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') continue;
    throw error;
  }
  for (const name of names.filter((each) => each.endsWith('.cpp')).sort()) console.log(`${folder}/${name}`);
}
