// node scripts/exec.mjs TOOL ARGS: a tool of the workspace (turbo, biome, knip, ...) on Node 24, installed if need be.

import { join } from 'node:path';
import { become, toolEnv } from './lib/run.mjs';
import { ensureInstalled, main } from './lib/setup.mjs';
import { root } from './lib/workspace.mjs';

const [tool, ...args] = process.argv.slice(2);

await main(async () => {
  if (!tool) throw new Error('which tool? For example: node scripts/exec.mjs biome check');
  await ensureInstalled();
  become(join(root, 'node_modules/.bin', tool), args, { cwd: root, env: toolEnv() });
});
