import { buildConfig } from '../../tsup.base.ts';

// `#process-flags` is resolved by whoever imports the package: Node takes one file, everybody else the other.
export default buildConfig(
  {
    index: 'src/index.ts',
    standalone: 'src/standalone.ts',
    toolkit: 'src/toolkit.ts',
    'process-flags': 'src/engines/process-flags.ts',
    'process-flags.node': 'src/engines/process-flags.node.ts',
  },
  { external: ['#process-flags'] },
);
