// npm run docs, docs:build, docs:test: the documentation site, served while you write, built for publication, or tested.

import { join } from 'node:path';
import { become, run, toolEnv } from './lib/run.mjs';
import { ensureBuilt, main } from './lib/setup.mjs';
import { readJson, root } from './lib/workspace.mjs';

const [script, ...args] = process.argv.slice(2);
const folder = join(root, 'apps/docs');
const pnpm = join(root, 'node_modules/.bin/pnpm');
const options = { cwd: folder, env: toolEnv() };

/** The tests without a browser, then those in Chromium, which build the site first where it is old. All run, whatever fails. */
async function test() {
  const output = { ...options, stdio: ['ignore', 1, 2] };
  let failed = false;
  for (const name of ['test', 'test:browser']) {
    failed = (await run(pnpm, ['run', name, ...args], output)) !== 0 || failed;
  }
  process.exitCode = failed ? 1 : 0;
}

await main(async () => {
  if (!readJson(join(folder, 'package.json')).scripts?.[script]) {
    throw new Error(`apps/docs has no script "${script}"`);
  }
  await ensureBuilt();
  if (script === 'test') await test();
  else become(pnpm, ['run', script, ...args], options);
});
