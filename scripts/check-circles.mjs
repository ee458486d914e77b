// No circle of imports between files, types included: files of a circle can only be read, tested and moved together.

import { existsSync, statSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { importsOf, isSource } from './lib/imports.mjs';
import { root, walk, workspacePackages } from './lib/workspace.mjs';

const isFile = (path) => existsSync(join(root, path)) && statSync(join(root, path)).isFile();

/** The file that a relative specifier means; its extension may be left out, or be that of the compiled file. */
function resolve(from, specifier) {
  const path = posix.join(dirname(from), specifier.replace(/\?.*$/, ''));
  const stem = path.replace(/\.m?js$/, '');
  return [path, ...['.ts', '.tsx', '.mts', '/index.ts'].map((ending) => stem + ending)].find(isFile);
}

/** Of every file, the files of its own package that it imports. */
function importGraph() {
  const graph = new Map();
  for (const { folder } of workspacePackages()) {
    for (const path of [...walk(folder)].filter(isSource)) {
      const relative = importsOf(path).filter((specifier) => specifier.startsWith('.'));
      graph.set(path, new Set(relative.map((specifier) => resolve(path, specifier)).filter(Boolean)));
    }
  }
  return graph;
}

/** A shortest way from a file back to itself, breadth first; undefined where there is none. */
function circleOf(graph, start) {
  const cameFrom = new Map();
  for (const queue = [start]; queue.length > 0; ) {
    const path = queue.shift();
    for (const next of graph.get(path) ?? []) {
      if (cameFrom.has(next)) continue;
      cameFrom.set(next, path);
      if (next !== start) queue.push(next);
      else return wayTo(start, cameFrom);
    }
  }
  return undefined;
}

function wayTo(start, cameFrom) {
  const way = [start];
  do way.unshift(cameFrom.get(way[0]));
  while (way[0] !== start);
  return way;
}

const graph = importGraph();
const circles = [...graph.keys()].map((path) => circleOf(graph, path)).filter(Boolean);

for (const circle of circles) console.error(`a circle of imports:\n    ${circle.join('\n    imports ')}`);
if (circles.length > 0 || graph.size === 0) {
  console.error(
    `${circles.length} of ${graph.size} files are in circles: move what both sides need to a file below them`,
  );
  process.exitCode = 1;
} else {
  console.log(`${graph.size} files, no circle of imports among them`);
}
