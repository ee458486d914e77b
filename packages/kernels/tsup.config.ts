import { buildConfig } from '../../tsup.base.ts';
import { builtScripts } from './tsup.scripts.ts';

// What begins with `#` is resolved by whoever imports the package: Node takes one file, everybody else another.
export default buildConfig(
  {
    index: 'src/index.ts',
    standalone: 'src/standalone.ts',
    toolkit: 'src/toolkit.ts',
    measure: 'src/measure.ts',
    'process-flags': 'src/engines/process-flags.ts',
    'process-flags.node': 'src/engines/process-flags.node.ts',
    'start-thread': 'src/threads/start-thread.ts',
    'start-thread.node': 'src/threads/start-thread.node.ts',
    'start-thread.none': 'src/threads/start-thread.none.ts',
    worker: 'src/worker.ts',
    'start-worker': 'src/worker/start-worker.ts',
    'start-worker.node': 'src/worker/start-worker.node.ts',
  },
  { external: ['#process-flags', '#start-thread', '#start-worker'], esbuildPlugins: [builtScripts] },
);
