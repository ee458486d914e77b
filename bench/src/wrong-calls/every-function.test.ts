/** @file That every public function is called wrongly: what is exported tomorrow has to be, too. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { meantCalls } from './calls.js';

/** Entries of parts for packages that are put together with them, whose callers have passed the compiler. */
const partEntries: Readonly<Record<string, string>> = {
  '@sepconv/kernels/toolkit': 'the engine itself in pieces, which says that it is not for applications',
  '@sepconv/train/quantization':
    'what training shares with @sepconv/quantize, which says that it is not for applications',
  '@sepconv/kernels/thread': 'a script that runs in a worker',
  '@sepconv/kernels/session-worker': 'a script that runs in a worker',
  '@sepconv/vision/bundle': 'other packages in one script',
};

/** Functions that are called for each number, position or window of a loop, and what only hands on what others have checked. */
const innerFunctions: Readonly<Record<string, readonly string[]>> = {
  '@sepconv/tensor': [
    ...['realNumbers', 'viewTypedArray', 'decodeFloat16', 'encodeFloat16', 'quantizeNumber', 'roundHalfEven'],
    ...['broadcastIndices', 'stridedIndices', 'copyStrided'],
  ],
  '@sepconv/graph': [
    ...[
      'functionOf',
      'byteResizeTaps',
      'erfc',
      'fixedPointSum',
      'gatheredPosition',
      'selectBoxes',
      'meanScales',
    ],
    ...[
      'requantizationRatios',
      'storedBounds',
      'activationOf',
      'dilatedExtent',
      'outputExtent',
      'resolvePadding',
    ],
    ...[
      'samePaddingLower',
      'foldedBias',
      'keepsRange',
      'normFactors',
      'normParameters',
      'hasAddition',
      'resizeTaps',
    ],
    ...['fuseNodes', 'namedInputs', 'expectGraph', 'expectNetwork'],
  ],
  '@sepconv/formats/tflite': ['activationTable', 'requantizeTable', 'clippedTo', 'softmaxTable'],
};

/** Every entry of every published package. */
function entries(): string[] {
  const folder = new URL('../../../packages/', import.meta.url);
  return readdirSync(folder).flatMap((name): string[] => {
    const manifest = JSON.parse(readFileSync(new URL(`${name}/package.json`, folder), 'utf8'));
    if (manifest.private) return [];
    const paths = Object.keys(manifest.exports).filter((path) => !path.endsWith('.json'));
    return paths.map((path) => manifest.name + path.slice(1));
  });
}

const isError = (value: unknown): boolean => typeof value === 'function' && value.prototype instanceof Error;

test.each(entries().filter((entry) => partEntries[entry] === undefined))('%s', async (entry) => {
  const exported = (await import(/* @vite-ignore */ entry)) as Readonly<Record<string, unknown>>;
  const called = new Set(meantCalls.map(({ name }) => name.replace(/^.* /, '').split('.')[0]));
  const functions = Object.keys(exported).filter(
    (name) => typeof exported[name] === 'function' && !isError(exported[name]),
  );
  const inner = innerFunctions[entry] ?? [];
  expect(functions.filter((name) => !called.has(name) && !inner.includes(name))).toEqual([]);
  expect(inner.filter((name) => !functions.includes(name))).toEqual([]);
});
