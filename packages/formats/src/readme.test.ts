import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { allReaders } from './onnx/ops/registry.js';
import { integerReaders } from './tflite/integer/registry.js';
import { operatorReaders } from './tflite/ops/registry.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');

/** The ops that a sentence of the README lists: names that match, without what stands in parentheses. */
function listed(begin: string, end: string, name: RegExp): readonly string[] {
  const [, behind = ''] = readme.split(begin);
  const [sentence = ''] = behind.split(end);
  return [...(sentence.replace(/\([^)]*\)/g, '').match(name) ?? [])].toSorted();
}

const onnxName = /\b[A-Z][A-Za-z]+\d*\b/g;
const tfliteName =
  /\b[A-Z][A-Z0-9_]+\b|\bConvolution2D\w+|\bTFLite_\w+|\b(?:Landmarks2|Max|Transform)[A-Z]\w+/g;

test.each([
  ['ONNX ops', listed('Read are, of operator sets 1 to 22', '; images', onnxName), allReaders.nodes],
  ['TFLite ops', listed('Read are ', '; weights', tfliteName), operatorReaders],
  ['TFLite ops on integers', listed('Computed with integers are', 'move them', tfliteName), integerReaders],
])('the README lists the %s that have a reader', (_, names, readers) => {
  // A custom op is known as CUSTOM "Convolution2DTransposeBias".
  const known = [...readers.keys()].map((name) => name.replace(/^CUSTOM "(.*)"$/, '$1'));
  expect(names.toSorted()).toEqual(known.toSorted());
});
