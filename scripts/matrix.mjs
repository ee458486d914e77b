// npm run -s matrix -- PART...: the packed packages in every place whose name has one of these parts, or in all of them.

import { join } from 'node:path';
import { become, outsideEnv } from './lib/run.mjs';
import { ensureBuilt, main } from './lib/setup.mjs';
import { pinnedNode, root } from './lib/workspace.mjs';

await main(async () => {
  await ensureBuilt();
  const env = { ...outsideEnv(), SEPCONV_PNPM: join(root, 'node_modules/.bin/pnpm') };
  become(pinnedNode, [join(root, 'integration/matrix/run.ts'), ...process.argv.slice(2)], { cwd: root, env });
});
