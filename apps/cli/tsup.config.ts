import { buildConfig } from '../../tsup.base.ts';

export default buildConfig({ bin: 'src/bin.ts' }, { platform: 'node', target: 'node20', dts: false });
