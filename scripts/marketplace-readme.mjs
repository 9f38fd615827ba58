// Writes dist/README.md, the README that the package carries: the repository's own, made to stand alone. Links into the
// repository lead nowhere from a marketplace and become their words; pictures are carried along (no SVG: it is refused there).
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const isOutside = (/** @type {string} */ address) => /^(https?:|#)/.test(address);

const text = readFileSync('README.md', 'utf8')
  .replace(
    /^!\[([^\]]*)\]\(([^)\s]+)\)\n?/gm,
    (/** @type {string} */ all, /** @type {string} */ words, /** @type {string} */ address) => {
      if (isOutside(address)) return all;
      const picture = address.replace(/\.svg$/, '.png');
      if (!existsSync(picture)) return '';
      return `![${words}](data:image/png;base64,${readFileSync(picture).toString('base64')})\n`;
    },
  )
  .replace(
    /(?<!!)\[([^\]]+)\]\(([^)\s]+)\)/g,
    (/** @type {string} */ all, /** @type {string} */ words, /** @type {string} */ address) =>
      isOutside(address) ? all : words,
  );
mkdirSync('dist', { recursive: true });
writeFileSync('dist/README.md', text);
