import { describe, expect, test } from 'vitest';
import { apiIndex, apiPage, byLayer, slugOf } from '../build/api-pages.js';

describe('pages of the API reference', () => {
  const markdown = [
    '# @sepconv/formats/onnx',
    'Defined in: [packages/formats/src/read\\_onnx.ts:4](formats/src/read_onnx.ts)',
    '| Property | Type | Where |\n| --- | --- | --- |\n| `rows` | `number` | [packages/formats/src/a.ts:9](formats/src/a.ts) |',
    '| `a` | \\| `false` \\| `1` | - |',
    '| Parameter | Type | Default value |\n| --- | --- | --- |\n| `b` | `c` \\| `undefined` | `undefined` |',
    '#### Returns\n\n`Map`\\<`string`\\>\n\nwhat was read.',
    'Every error that a\n\n#### Sepconv\n\npackage throws.',
    'See [`Tensor`](../tensor.md#tensor), [`readOnnx`](#readonnx), [paper](https://example.org/a.md).',
  ].join('\n\n');
  const page = apiPage(
    { name: '@sepconv/formats/onnx', description: 'How "networks" come in.', markdown },
    6,
  );

  test('have front matter in place of the heading', () => {
    expect(page).toMatch(
      /^---\ntitle: "@sepconv\/formats\/onnx"\ndescription: "How \\"networks\\" come in\."/,
    );
    expect(page).not.toContain('# @sepconv/formats/onnx');
  });

  test('say where a name is defined, without a link to nowhere', () => {
    expect(page).toContain('Defined in: `packages/formats/src/read_onnx.ts:4`');
    expect(page).toContain('| `rows` | `number` | `packages/formats/src/a.ts:9` |');
  });

  test('mark the type that a function returns', () => {
    expect(page).toContain('<div class="api-type">\n\n`Map`\\<`string`\\>\n\n</div>\n\nwhat was read.');
  });

  test('begin with what the package is for', () => {
    expect(page).toContain('---\n\nHow "networks" come in.\n\nDefined in');
  });

  test('have tables in a frame, without signs for nothing', () => {
    expect(page.match(/<div class="api-table">\n\n\|/g)).toHaveLength(2);
    expect(page).toContain('<div class="api-table has-defaults">\n\n| Parameter');
    expect(page).toContain('| `b` | `c` \\| `undefined` | |\n');
    expect(page).toContain('| `a` | `false` \\| `1` | |\n\n</div>');
  });

  test('refer to each other by address', () => {
    expect(page).toContain('[`Tensor`](/reference/tensor/#tensor), [`readOnnx`](#readonnx)');
    expect(page).toContain('(https://example.org/a.md)');
    expect(page).toContain('Every error that a `@sepconv` package throws.');
  });

  test('are in the order of the layers, and all in the list', () => {
    const modules = ['formats/onnx', 'kernels', 'tensor', 'formats', 'new-one'].map((name) => ({
      name: `@sepconv/${name}`,
      description: '',
      markdown: '',
    }));
    const sorted = byLayer(modules);
    expect(sorted.map(({ name }) => slugOf(name))).toEqual([
      'tensor',
      'kernels',
      'formats',
      'formats-onnx',
      'new-one',
    ]);
    for (const { name } of modules) expect(apiIndex(sorted)).toContain(`(/reference/${slugOf(name)}/)`);
  });
});
