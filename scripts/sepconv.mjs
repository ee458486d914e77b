// npm run -s sepconv -- ARGS: the command line of this checkout, set up if need be.

import { join } from 'node:path';
import { become, callerFolder } from './lib/run.mjs';
import { ensureBuilt, main } from './lib/setup.mjs';
import { pinnedNode, root } from './lib/workspace.mjs';

await main(async () => {
  await ensureBuilt();
  const cli = join(root, 'apps/cli/dist/bin.js');
  become(pinnedNode, [cli, ...process.argv.slice(2)], { cwd: callerFolder() });
});
