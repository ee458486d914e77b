// No source file over 400 lines: past that a file has more than one idea and wants to be two files. And no function over
// 80: that is a screen.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root, walk } from './lib/workspace.mjs';

const maxLines = 400;
const maxFunctionLines = 80;
const isSource = /\.(ts|tsx|mts|js|mjs|astro|vue|css)$/;
const hasFunctions = /\.(ts|tsx|mts|js|mjs)$/;
const isGenerated = /\.generated\.\w+$/;

/** A list of tests is no function to be read from beginning to end. */
const isDescribe = ({ parent }) =>
  ts.isCallExpression(parent) && /^describe\b/.test(parent.expression.getText());

/** What is said of each function that is too long. */
function* longFunctions(path, text) {
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  const nodes = [source];
  for (const node of nodes) {
    ts.forEachChild(node, (child) => void nodes.push(child));
    if (!ts.isFunctionLike(node) || !node.body || isDescribe(node)) continue;
    const name = (node.name ?? node.parent.name)?.getText() ?? 'a function';
    const first = lineOf(node.getStart());
    const lines = lineOf(node.end) - first + 1;
    if (lines > maxFunctionLines) {
      yield `${path}:${first}: ${name} has ${lines} lines, the ceiling of a function is ${maxFunctionLines}`;
    }
  }
}

const tooLong = [];
let checked = 0;
for (const path of walk('.')) {
  if (!isSource.test(path) || isGenerated.test(path)) continue;
  checked += 1;
  const text = readFileSync(join(root, path), 'utf8');
  const lines = text.split('\n').length - 1;
  if (lines > maxLines) tooLong.push(`${path} has ${lines} lines, the ceiling of a file is ${maxLines}`);
  if (lines > maxFunctionLines && hasFunctions.test(path)) tooLong.push(...longFunctions(path, text));
}

for (const message of tooLong) console.error(message);
if (tooLong.length > 0) {
  console.error('Split each by its ideas. A generated file is exempt when it is named *.generated.ts.');
  process.exitCode = 1;
} else {
  console.log(`${checked} files, none over ${maxLines} lines, no function over ${maxFunctionLines}`);
}
