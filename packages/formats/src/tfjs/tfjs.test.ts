import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { inspectTfjs, readTfjs } from '../../test/read-now.js';
import { graphModel, layer, layersModel, weightsOf } from '../../test/tfjs-file.js';
import { inspectNetwork, readNetwork } from '../index.js';
import { FormatError, fetchTfjs, loadTfjs, type TfjsParts } from '../tfjs.js';

const bytesOf = (json: object): Uint8Array => new TextEncoder().encode(JSON.stringify(json));

/** The model with a property at a path replaced. */
function changed(
  { model, shards }: TfjsParts,
  path: readonly (string | number)[],
  value: unknown,
): TfjsParts {
  const copy = JSON.parse(JSON.stringify(model)) as Record<string | number, unknown>;
  let at = copy;
  for (const key of path.slice(0, -1)) at = at[key] as Record<string | number, unknown>;
  at[path.at(-1) as string] = value;
  return { model: copy, shards };
}

const messageOf = (parts: TfjsParts): string => {
  try {
    readTfjs(parts);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return (error as Error).message;
  }
  throw new Error('the model was read');
};

const layersAt = ['modelTopology', 'model_config', 'config', 'layers'] as const;

describe('a model', () => {
  test('comes from memory, as bytes or as JSON, and from files or addresses by their paths', async () => {
    const parts = layersModel();
    const { network, inputs, outputs, format } = readTfjs(parts);
    expect({ format, inputs, outputs }).toEqual({
      format: 'tfjs',
      inputs: [{ name: 'image', shape: [1, 5, 4, 2] }],
      outputs: [{ name: 'dense', shape: [1, 3] }],
    });
    const bytes = bytesOf(parts.model);
    expect(readTfjs({ ...parts, model: bytes }).network).toEqual(network);
    const asked: string[] = [];
    const loaded = await loadTfjs(bytes, async (path) => {
      asked.push(path);
      return parts.shards.get(path) as Uint8Array;
    });
    expect(asked).toEqual(['group1-shard1of1.bin']);
    expect(readTfjs(loaded).network).toEqual(network);
    const fetched = await fetchTfjs('https://example.org/a/model.json?v=2', async (url) => {
      asked.push(url);
      const body = url.includes('model.json')
        ? bytes
        : (parts.shards.get('group1-shard1of1.bin') as Uint8Array);
      return new Response(new Uint8Array(body).buffer);
    });
    expect(asked.at(-1)).toBe('https://example.org/a/group1-shard1of1.bin?v=2');
    expect(readTfjs(fetched).network).toEqual(network);
    expect((await readNetwork(bytes, { externalData: parts.shards })).network).toEqual(network);
  });

  test('says what the server answered when a shard is not there', async () => {
    const answer = async (url: string) =>
      new Response(url.endsWith('.bin') ? null : new Uint8Array(bytesOf(layersModel().model)).buffer, {
        status: url.endsWith('.bin') ? 404 : 200,
      });
    await expect(fetchTfjs('https://example.org/model.json', answer)).rejects.toThrow(
      '"https://example.org/group1-shard1of1.bin" cannot be fetched: the server answers 404',
    );
  });

  test('of a graph runs like the same made of layers', () => {
    const { network, inputs } = readTfjs(graphModel());
    const input = randomTensor(inputs[0]?.shape ?? [], createRandom(1));
    const output = runReference(network, new Map([['x', input]])).get(network.graph.outputs[0] ?? '');
    expect(output?.shape).toEqual([1, 40]);
    expect(Array.from(output?.data ?? []).reduce((a, b) => a + b, 0)).toBeCloseTo(1, 5);
  });

  test('of a graph has outputs that are parts of a split', () => {
    const { model } = graphModel();
    const node = (model as { modelTopology: { node: object[] } }).modelTopology.node;
    const withSplit = (signature: object, count = '3'): TfjsParts => {
      const { manifest, shards } = weightsOf([{ name: 'axis', shape: [1], first: 1 }]);
      const nodes = [
        node[0],
        { name: 'axis', op: 'Const' },
        { name: 's', op: 'Split', input: ['axis', 'x'], attr: { num_split: { i: count } } },
      ];
      const topology = { signature: { outputs: signature }, modelTopology: { node: nodes } };
      return { model: { format: 'graph-model', ...topology, weightsManifest: manifest }, shards };
    };
    const said = withSplit({ a: { name: 's:4' }, b: { name: 's' } }, '5');
    const { network, outputs } = readTfjs(said);
    expect(outputs).toEqual([
      { name: 's:4', shape: [1, 1, 4, 2] },
      { name: 's', shape: [1, 1, 4, 2] },
    ]);
    const input = randomTensor([1, 5, 4, 2], createRandom(1));
    const results = runReference(network, new Map([['x', input]]));
    expect(results.get('s:4')?.data).toEqual(input.data.slice(32));
    expect(results.get('s')?.data).toEqual(input.data.slice(0, 8));
    expect(messageOf(withSplit({ a: { name: 's:5' } }, '5'))).toBe(
      'the output "s" is number 5 of its node; 0 to 4 are supported',
    );
    expect(messageOf(withSplit({ a: { name: 's:1' } }))).toBe(
      'TF.js node Split "s": splits dimension 1 of 1×5×4×2 into 1.6666666666666667, 1.6666666666666667, 1.6666666666666667, which do not add up',
    );
    expect(messageOf(withSplit({ a: { name: 's:1' } }, '1000000'))).toContain(
      'splits into 1000000 parts; 1 to 256 are supported',
    );
    expect(messageOf(withSplit({ a: { name: 'x:1' } }))).toBe(
      'the output "x" is number 1 of its node; only 0 is supported',
    );
  });

  test('is inspected from its JSON alone', async () => {
    const parts = layersModel();
    expect(await inspectNetwork(bytesOf(parts.model))).toEqual(inspectTfjs(parts.model));
    expect(inspectTfjs(parts.model)).toMatchObject({
      format: 'tfjs',
      inputs: [{ name: 'image', type: 'float32', shape: ['?', 5, 4, 2] }],
      parameters: [{ type: 'float32', tensors: 7, elements: 53, bytes: 212 }],
      unsupported: [],
    });
    expect(inspectTfjs(graphModel().model).ops).toContainEqual({
      op: 'MaxPool',
      count: 1,
      isSupported: true,
    });
    const foreign = changed(parts, [...layersAt, 3], layer('LSTM', 'memory', ['norm']));
    expect(inspectTfjs(foreign.model).unsupported).toEqual([
      { what: 'LSTM', count: 1, first: 'memory', why: 'no reader for this op' },
    ]);
    expect(messageOf(foreign)).toContain('"LSTM" (1×, first: "memory")');
  });
});

describe('what does not fit is refused in words', () => {
  const base = layersModel();
  const manifest = (weights: object[], paths: unknown[] = ['w']): TfjsParts => ({
    model: { ...(base.model as object), weightsManifest: [{ paths, weights }] },
    shards: new Map([['w', new Uint8Array(8)]]),
  });

  test.each([
    '../w',
    '/w',
    'a/../../w',
    'C:\\w',
    'https://evil.example/w',
    'a//w',
    '././w',
    './',
    '.',
    '',
    'w\u0000',
    '%2e%2e/w',
  ])('the shard path %j, which is no file of the folder', async (path) => {
    const parts = manifest([], [path]);
    expect(messageOf(parts)).toContain("which must be a file in the model's own folder");
    const opened: string[] = [];
    const open = async (asked: string) => {
      opened.push(asked);
      return new Uint8Array(8);
    };
    await expect(loadTfjs(parts.model, open)).rejects.toThrow(FormatError);
    expect(opened).toEqual([]);
  });

  test.each<[string, TfjsParts, RegExp]>([
    [
      'a missing shard',
      { model: base.model, shards: new Map() },
      /the shard "group1-shard1of1.bin" is missing/,
    ],
    [
      'a short shard',
      { model: base.model, shards: new Map([['group1-shard1of1.bin', new Uint8Array(100)]]) },
      /ends at byte 144 of its shards, but they have 100 bytes/,
    ],
    [
      'a long shard',
      { model: base.model, shards: new Map([['group1-shard1of1.bin', new Uint8Array(216)]]) },
      /take 212 bytes, but there are 216/,
    ],
    [
      '2^60 elements',
      manifest([{ name: 'a', shape: [2 ** 30, 2 ** 30], dtype: 'float32' }]),
      /more than any memory holds/,
    ],
    ['a negative dimension', manifest([{ name: 'a', shape: [-1, 2], dtype: 'float32' }]), /impossible shape/],
    [
      'two weights of one name',
      manifest([
        { name: 'a', shape: [1], dtype: 'float32' },
        { name: 'a', shape: [1], dtype: 'float32' },
      ]),
      /two weights called "a"/,
    ],
    [
      'an unknown encoding',
      manifest([{ name: 'a', shape: [8], dtype: 'float32', quantization: { dtype: 'int4' } }]),
      /uint8, uint16 and float16 can be read/,
    ],
    ['texts as weights', manifest([{ name: 'a', shape: [8], dtype: 'string' }]), /has the type "string"/],
    [
      'a layer that reads itself',
      changed(base, [...layersAt, 2, 'inbound_nodes'], [[['sum', 0, 0, {}]]]),
      /reads, over others, what it computes itself/,
    ],
    [
      'a layer that is not there',
      changed(base, [...layersAt, 2, 'inbound_nodes'], [[['nobody', 0, 0, {}]]]),
      /there is no layer "nobody"/,
    ],
    [
      'channels first',
      changed(base, [...layersAt, 1, 'config', 'data_format'], 'channels_first'),
      /convert the model with channels last/,
    ],
    [
      'an open width',
      changed(base, [...layersAt, 0, 'config', 'batch_input_shape'], [null, null, 4, 2]),
      /dimension 1 of the input "image" \(\?×\?×4×2\) is open/,
    ],
    [
      'an unknown activation',
      changed(base, [...layersAt, 3, 'config', 'activation'], '__proto__'),
      /has the activation "__proto__"/,
    ],
    [
      'a weight of another rank',
      changed(base, [...layersAt, 1, 'name'], 'dense'),
      /two layers called "dense"/,
    ],
    ['no JSON', { model: new TextEncoder().encode('{"a":'), shards: new Map() }, /model.json is no JSON/],
    [
      'a list',
      { model: new TextEncoder().encode('[1]'), shards: new Map() },
      /model.json must be an object, but is a list of 1/,
    ],
  ])('%s', (_, parts, message) => {
    expect(messageOf(parts)).toMatch(message);
  });

  test('a shape for an input that the model does not have', async () => {
    const said = { shapes: { imgae: [1, 5, 4, 2] } };
    const message = 'a shape is given for the input "imgae", which the model does not have; it has "image"';
    expect(() => readTfjs(base, said)).toThrow(new FormatError(message));
    // Said before the file asks for the shape of the very input that was meant.
    const open = changed(base, [...layersAt, 0, 'config', 'batch_input_shape'], [null, null, 4, 2]);
    expect(() => readTfjs(open, said)).toThrow(new FormatError(message));
    expect(() => readTfjs(graphModel(), { shapes: { ['__proto__']: [1, 5, 4, 2] } })).toThrow(
      'for the input "__proto__", which the model does not have; it has "x"',
    );
    const files = { ...said, externalData: base.shards };
    await expect(readNetwork(bytesOf(base.model), files)).rejects.toThrow(message);
    await expect(
      readNetwork(bytesOf(base.model), { ...files, shapes: { image: [1, 5, 4, 2] } }),
    ).resolves.toMatchObject({ inputs: [{ name: 'image', shape: [1, 5, 4, 2] }] });
  });

  test('a shape that is given must be the file’s', () => {
    const open = changed(base, [...layersAt, 0, 'config', 'batch_input_shape'], [null, null, 4, 2]);
    expect(readTfjs(open, { shapes: { image: [1, 7, 4, 2] } }).inputs[0]?.shape).toEqual([1, 7, 4, 2]);
    expect(() => readTfjs(open, { shapes: { image: [1, 7, 5, 2] } })).toThrow(/was given as 1×7×5×2/);
  });
});

describe('hostile models', () => {
  test('a chain of models has the shape of the input layer inside them, as Teachable Machine exports it', () => {
    const { model, shards } = layersModel();
    const { model_config: inner } = (model as { modelTopology: { model_config: { config: object } } })
      .modelTopology;
    const chain = (name: string, layers: readonly object[]) => ({
      class_name: 'Sequential',
      config: { name, layers },
    });
    const { manifest, shards: all } = weightsOf([
      { name: 'conv/kernel', shape: [3, 3, 2, 2] },
      { name: 'norm/gamma', shape: [2] },
      { name: 'norm/beta', shape: [2] },
      { name: 'norm/moving_mean', shape: [2] },
      { name: 'norm/moving_variance', shape: [2], first: 1 },
      { name: 'dense/kernel', shape: [2, 3] },
      { name: 'dense/bias', shape: [3] },
      { name: 'head/kernel', shape: [3, 2] },
      { name: 'head/bias', shape: [2] },
    ]);
    expect([...shards.keys()]).toEqual([...all.keys()]);
    const head = { class_name: 'Dense', config: { name: 'head', units: 2 } };
    const topology = chain('all', [chain('features', [inner]), chain('classes', [head])]);
    const { network, inputs } = readTfjs({
      model: { modelTopology: topology, weightsManifest: manifest },
      shards: all,
    });
    expect(inputs).toEqual([{ name: 'input', shape: [1, 5, 4, 2] }]);
    expect(network.graph.nodes.at(-1)?.op).toBe('dense');
    expect(inspectTfjs({ modelTopology: topology, weightsManifest: manifest }).inputs).toEqual([
      { name: 'input', type: 'float32', shape: ['?', 5, 4, 2] },
    ]);
  });

  test('models inside models, each twice, end before they fill the memory', () => {
    let inner: object = {
      class_name: 'Sequential',
      name: 'm0',
      config: { name: 'm0', layers: [layer('ReLU', 'r', [], { batch_input_shape: [1, 2] })] },
      inbound_nodes: [],
    };
    for (let depth = 1; depth < 40; depth++) {
      const name = `m${depth}`;
      const config = {
        name,
        layers: [
          layer('InputLayer', 'in', [], { batch_input_shape: [1, 2] }),
          {
            ...inner,
            name: 'a',
            inbound_nodes: [[['in', 0, 0, {}]], [['a', 0, 0, {}]], [['a', 1, 0, {}]], [['a', 2, 0, {}]]],
          },
        ],
        input_layers: [['in', 0, 0]],
        output_layers: [['a', 3, 0]],
      };
      inner = { class_name: 'Functional', name, config, inbound_nodes: [] };
      if (depth === 12 || depth === 39) {
        const start = performance.now();
        expect(
          messageOf({ model: { modelTopology: inner, weightsManifest: [] }, shards: new Map() }),
        ).toMatch(/more than 65536 nodes|which is too deep/);
        expect(performance.now() - start).toBeLessThan(10_000);
      }
    }
  });

  test('a name like __proto__ is a name like any other, and changes nobody’s prototype', () => {
    const { manifest, shards } = weightsOf([{ name: '__proto__/kernel', shape: [2, 2] }]);
    const config = { name: '__proto__', units: 2, use_bias: false, batch_input_shape: [null, 2] };
    const text = JSON.stringify({
      modelTopology: { class_name: 'Sequential', config: [{ class_name: 'Dense', config }] },
      weightsManifest: manifest,
    }).replace('{', '{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}},');
    const { network } = readTfjs({ model: new TextEncoder().encode(text), shards });
    expect(network.graph.nodes.map(({ name }) => name)).toEqual(['__proto__']);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf({})).toBe(Object.prototype);
  });

  const castTo = (type: string, from: 'x' | 'k'): TfjsParts => {
    const { manifest, shards } = weightsOf([{ name: 'k', shape: [2], first: 1.75 }]);
    const dim = ['1', '2'].map((size) => ({ size }));
    const node = [
      { name: 'x', op: 'Placeholder', attr: { dtype: { type: 'DT_FLOAT' }, shape: { shape: { dim } } } },
      { name: 'k', op: 'Const' },
      { name: 'c', op: 'Cast', input: [from], attr: { DstT: { type } } },
      { name: 'y', op: 'AddV2', input: ['x', 'c'] },
    ];
    return { model: { format: 'graph-model', modelTopology: { node }, weightsManifest: manifest }, shards };
  };

  test.each(['DT_UINT8', ''])('a cast of computed numbers to %j is refused', (type) => {
    expect(messageOf(castTo(type, 'x'))).toMatch(`casts what the network computes to "${type}"`);
  });

  test('a cast of computed numbers to integers cuts them', () => {
    const ops = (type: string) => readTfjs(castTo(type, 'x')).network.graph.nodes.map(({ op }) => op);
    expect(ops('DT_INT32')).toEqual(['trunc', 'add']);
    expect(ops('DT_INT64')).toEqual(['trunc', 'add']);
  });

  test('a cast to real numbers is nothing, one of a constant to integers cuts', () => {
    expect(readTfjs(castTo('DT_HALF', 'x')).network.graph.nodes.map(({ op }) => op)).toEqual(['add']);
    const { weights } = readTfjs(castTo('DT_INT32', 'k')).network;
    expect([...weights.values()].map(({ data }) => [...data])).toEqual([[1, 2]]);
  });

  test('a layer that is called as in training is refused', () => {
    const base = layersModel();
    const call = [[['conv', 0, 0, { training: true }]]];
    const parts = changed(base, [...layersAt, 2, 'inbound_nodes'], call);
    expect(messageOf(parts)).toMatch(/training: true/);
  });

  test('JSON a hundred thousand levels deep is refused', () => {
    const deep = `{"modelTopology":${'['.repeat(100_000)}${']'.repeat(100_000)}}`;
    expect(messageOf({ model: new TextEncoder().encode(deep), shards: new Map() })).toMatch(
      /nested more than 500 levels deep/,
    );
  });
});
