// No source file over 400 lines: past that a file has more than one idea and wants to be two files.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, walk } from './lib/workspace.mjs';

const maxLines = 400;
const isSource = /\.(ts|mts|js|mjs|vue|css)$/;
const isGenerated = /\.generated\.\w+$/;

const tooLong = [];
let checked = 0;
for (const path of walk('.')) {
  if (!isSource.test(path) || isGenerated.test(path)) continue;
  checked += 1;
  const lines = readFileSync(join(root, path), 'utf8').split('\n').length - 1;
  if (lines > maxLines) tooLong.push(`${path} has ${lines} lines, the ceiling is ${maxLines}`);
}

for (const message of tooLong) console.error(message);
if (tooLong.length > 0) {
  console.error('Split each by its ideas. A generated file is exempt when it is named *.generated.ts.');
  process.exitCode = 1;
} else {
  console.log(`${checked} files, none over ${maxLines} lines`);
}
