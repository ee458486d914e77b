import { copyFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { buildConfig } from '../../tsup.base.ts';

const { resolve } = createRequire(import.meta.url);

export default buildConfig(
  { bin: 'src/bin.ts' },
  {
    platform: 'node',
    target: 'node20',
    dts: false,
    // The command carries pdf.js's decoders, whose licence wants a copy of itself beside them.
    onSuccess: () => copyFile(resolve('pdfjs-dist/LICENSE'), 'dist/LICENSE-pdfjs.txt'),
  },
);
