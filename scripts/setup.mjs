// npm run build: install what is missing, build what changed.

import { ensureBuilt, main } from './lib/setup.mjs';

await main(ensureBuilt);
