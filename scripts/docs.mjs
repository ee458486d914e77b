// npm run docs, npm run docs:build: the documentation site, served while you write or built for publication.

import { join } from 'node:path';
import { become, toolEnv } from './lib/run.mjs';
import { ensureBuilt, main } from './lib/setup.mjs';
import { readJson, root } from './lib/workspace.mjs';

const [script, ...args] = process.argv.slice(2);

await main(async () => {
  const folder = join(root, 'apps/docs');
  if (!readJson(join(folder, 'package.json')).scripts?.[script]) {
    console.error(`apps/docs has no script "${script}" yet: nothing to do.`);
    return;
  }
  await ensureBuilt();
  become(join(root, 'node_modules/.bin/pnpm'), ['run', script, ...args], { cwd: folder, env: toolEnv() });
});
