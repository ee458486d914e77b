import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { layerCase } from './layer-case.ts';
import { describeLayer, formatLayers, parseTable } from './table-file.ts';
import { generatedTables, generateTable, readTable, tableNames, tablePath } from './tables.ts';

describe('parseTable', () => {
  test('reads every field, and the usual values where nothing is said', () => {
    const [full, short] = parseTable(
      'file',
      `# a remark
conv2d 2x9x8x4 kernel=3x5 filters=6 stride=2x1 dilation=1x2 pad=0,1,2,3 groups=2 act=relu6 times=4 # name

pointwise-conv2d 1x2x2x3 filters=5`,
    );
    expect(full).toEqual({
      name: 'name',
      op: 'conv2d',
      input: [2, 9, 8, 4],
      kernel: [3, 5],
      filters: 6,
      strides: [2, 1],
      dilations: [1, 2],
      padding: { top: 0, bottom: 1, left: 2, right: 3 },
      groups: 2,
      activation: 'relu6',
      times: 4,
      type: 'float32',
    });
    expect(short).toMatchObject({
      name: 'pointwise-conv2d 1x2x2x3 filters=5',
      kernel: [1, 1],
      strides: [1, 1],
      padding: 'same',
      activation: 'none',
      times: 1,
      type: 'float32',
    });
  });

  test.each([
    ['conv3d 1x2x3x4', 'file:1: there is no op "conv3d"'],
    ['conv2d 1x2x3', 'file:1: "1x2x3" should be 4 integers with x between'],
    ['conv2d 1x2x3x4 kernal=3x3', 'file:1: "kernal=3x3" should be one of kernel=, filters='],
    ['\nconv2d 1x2x3x4 pad=1,2', 'file:2: "1,2" should be 4 integers with , between'],
    ['conv2d 1x2x3x4 act=tanh', 'file:1: act is relu or relu6, not "tanh"'],
  ])('%s is refused with its place', (text, message) => {
    expect(() => parseTable('file', text)).toThrow(message);
  });

  test('what formatLayers writes is read back as it was', () => {
    const layers = readTable('mobilenet-v2');
    expect(parseTable('file', formatLayers('heading', layers))).toEqual(layers);
  });
});

describe('the tables', () => {
  test.each(generatedTables)(
    '%s is what its network has; else run: node scripts/bench.mjs write-shapes',
    (name) => {
      expect(readFileSync(tablePath(name), 'utf8')).toBe(generateTable(name));
    },
  );

  test.each(tableNames)('every layer of %s occurs once and can be built', (name) => {
    const layers = readTable(name);
    const shapes = layers.map(describeLayer);
    expect(new Set(shapes).size).toBe(shapes.length);
    expect(layers.length).toBeGreaterThan(10);
  });

  test('an awkward layer becomes a network with its output last', () => {
    const layer = readTable('awkward').find(({ name }) => name === 'multiplier 5, stride 2');
    const { network, input } = layerCase(layer!);
    expect(network.graph.nodes.map(({ op }) => op)).toEqual(['depthwise-conv2d']);
    expect(input.shape).toEqual([1, 28, 28, 16]);
  });

  test('V1 has 13 depthwise layers of 9 shapes', () => {
    const depthwise = readTable('mobilenet-v1').filter(({ op }) => op === 'depthwise-conv2d');
    expect(depthwise.length).toBe(9);
    expect(depthwise.reduce((sum, { times }) => sum + times, 0)).toBe(13);
  });
});
