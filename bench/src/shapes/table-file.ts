/**
 * @file Tables of layers as text, one layer a line, `#` before its name or a remark:
 *
 *   depthwise-conv2d 1x112x112x64 kernel=3x3 stride=2x2 act=relu6 # block_2/depthwise
 *
 * Left out is: filters=1 (per channel of a depthwise layer), stride=1x1, dilation=1x1, pad=same, groups=1, act=none, times=1, type=float32.
 * Padding is `same`, `valid` or four numbers: top, bottom, left, right.
 */
import type { HeightWidth, Padding } from '@sepconv/graph';
import { type Layer, layerOps, layerTypes } from './layer.ts';

const keys = ['kernel', 'filters', 'stride', 'dilation', 'pad', 'groups', 'act', 'times', 'type'] as const;
type Key = (typeof keys)[number];

/** Fails with the place and what is allowed there. */
type Fail = (message: string) => never;

function integers(text: string, separator: string, count: number | undefined, fail: Fail): number[] {
  const numbers = text.split(separator).map(Number);
  const wrong =
    numbers.some((n) => !Number.isInteger(n) || n < 0) || (count !== undefined && numbers.length !== count);
  if (wrong) fail(`"${text}" should be ${count ?? 'some'} integers with ${separator} between`);
  return numbers;
}

const heightWidth = (text: string | undefined, fail: Fail): HeightWidth =>
  text === undefined ? [1, 1] : (integers(text, 'x', 2, fail) as unknown as HeightWidth);

function paddingOf(text: string | undefined, fail: Fail): Layer['padding'] {
  if (text === undefined || text === 'same') return 'same';
  if (text === 'valid') return 'valid';
  const [top, bottom, left, right] = integers(text, ',', 4, fail) as [number, number, number, number];
  return { top, bottom, left, right };
}

function activationOf(text: string | undefined, fail: Fail): Layer['activation'] {
  if (text === undefined) return 'none';
  return text === 'relu' || text === 'relu6' ? text : fail(`act is relu or relu6, not "${text}"`);
}

function typeOf(text: string | undefined, fail: Fail): Layer['type'] {
  const type = layerTypes.find((candidate) => candidate === (text ?? 'float32'));
  return type ?? fail(`type is ${layerTypes.join(' or ')}, not "${text}"`);
}

function fieldsOf(words: readonly string[], fail: Fail): Partial<Record<Key, string>> {
  const fields: Partial<Record<Key, string>> = {};
  for (const word of words) {
    const [name = '', value] = word.split('=', 2);
    const key = keys.find((candidate) => candidate === name);
    if (key === undefined || value === undefined)
      return fail(`"${word}" should be one of ${keys.join('=, ')}=`);
    fields[key] = value;
  }
  return fields;
}

function parseLine(text: string, remark: string, fail: Fail): Layer {
  const [opName = '', shape = '', ...words] = text.split(/\s+/);
  const op = layerOps.find((candidate) => candidate === opName) ?? fail(`there is no op "${opName}"`);
  const input = integers(shape, 'x', op === 'dense' ? 2 : 4, fail);
  const fields = fieldsOf(words, fail);
  const count = (text: string | undefined): number => integers(text ?? '1', ',', 1, fail)[0] as number;
  return {
    name: remark === '' ? text : remark,
    op,
    input,
    kernel: heightWidth(fields.kernel, fail),
    strides: heightWidth(fields.stride, fail),
    dilations: heightWidth(fields.dilation, fail),
    padding: paddingOf(fields.pad, fail),
    filters: count(fields.filters),
    groups: count(fields.groups),
    activation: activationOf(fields.act, fail),
    times: count(fields.times),
    type: typeOf(fields.type, fail),
  };
}

/**
 * Reads a table.
 *
 * @throws naming the file, the line and what is wrong there.
 */
export function parseTable(file: string, text: string): Layer[] {
  return text.split('\n').flatMap((line, index) => {
    const hash = line.indexOf('#');
    const content = (hash < 0 ? line : line.slice(0, hash)).trim();
    const remark = hash < 0 ? '' : line.slice(hash + 1).trim();
    const fail: Fail = (message) => {
      throw new Error(`${file}:${index + 1}: ${message}`);
    };
    return content === '' ? [] : [parseLine(content, remark, fail)];
  });
}

const paddingText = (padding: 'same' | 'valid' | Padding): string =>
  typeof padding === 'string'
    ? padding
    : [padding.top, padding.bottom, padding.left, padding.right].join(',');

/** A layer without its name, in the notation of the tables. */
export function describeLayer(layer: Layer): string {
  const size = layer.op === 'conv2d' || layer.op === 'depthwise-conv2d' ? layer.kernel.join('x') : '1x1';
  const fields: readonly (readonly [Key, string, string])[] = [
    ['kernel', size, '1x1'],
    ['filters', String(layer.filters), '1'],
    ['stride', layer.strides.join('x'), '1x1'],
    ['dilation', layer.dilations.join('x'), '1x1'],
    ['pad', paddingText(layer.padding), 'same'],
    ['groups', String(layer.groups), '1'],
    ['act', layer.activation, 'none'],
    ['times', String(layer.times), '1'],
    ['type', layer.type, 'float32'],
  ];
  const said = fields.filter(([, value, usual]) => value !== usual).map(([key, value]) => `${key}=${value}`);
  return [layer.op, layer.input.join('x'), ...said].join(' ');
}

/** A table's text. */
export function formatLayers(heading: string, layers: readonly Layer[]): string {
  const lines = layers.map((layer) => `${describeLayer(layer)} # ${layer.name}`);
  return `${[`# ${heading}`, ...lines].join('\n')}\n`;
}
