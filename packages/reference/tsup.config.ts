import { buildConfig } from '../../tsup.base.ts';

export default buildConfig({ index: 'src/index.ts', ops: 'src/ops.ts' });
