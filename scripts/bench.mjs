// npm run -s bench:naive -- ARGS: a script of bench/src on the built packages, with Node 24, which reads TypeScript.

import { join } from 'node:path';
import { become, callerFolder, toolEnv } from './lib/run.mjs';
import { ensureBuilt, main } from './lib/setup.mjs';
import { pinnedNode, root } from './lib/workspace.mjs';

const [script, ...args] = process.argv.slice(2);

await main(async () => {
  if (!script) throw new Error('which bench? For example: node scripts/bench.mjs naive-vs-engine');
  await ensureBuilt();
  // INIT_CWD is npm's name for the folder in which somebody typed the command: paths in ARGS are seen from there.
  const env = { ...toolEnv(), INIT_CWD: callerFolder() };
  become(pinnedNode, [join(root, `bench/src/${script}.ts`), ...args], { cwd: root, env });
});
