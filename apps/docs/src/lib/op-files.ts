/** @file All files that there are about one operation: the row of the matrix, as it is in this checkout. */
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';

/** A file about an operation, and the package whose aspect it is. */
export interface OpFile {
  readonly package: string;
  readonly path: string;
}

/** Packages in the order of their layers. */
const packages = ['graph', 'conformance', 'reference', 'cost-model', 'kernels', 'train', 'formats'];

/** The sources named after an operation, tests left out, in the order of the layers. */
export function opFiles(op: string, workspace = '../..'): readonly OpFile[] {
  return packages.flatMap((name) =>
    readdirSync(join(workspace, 'packages', name, 'src'), { recursive: true, encoding: 'utf8' })
      .filter((path) => basename(path) === `${op}.ts`)
      .sort()
      .map((path) => ({ package: name, path: `packages/${name}/src/${path}` })),
  );
}
