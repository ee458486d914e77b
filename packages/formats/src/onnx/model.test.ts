import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { runReference } from '@sepconv/reference';
import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { onnxFile, type TestNode, type TestOnnx } from '../../test/onnx-file.js';
import { openOnnx, readOnnx } from '../../test/read-now.js';
import { runOnnx } from '../../test/run-onnx.js';
import {
  DamagedFileError,
  FormatError,
  type InputShapes,
  type OnnxOptions,
  OpenShapeError,
  readOnnxTensor,
} from '../onnx.js';

const relu: TestOnnx = {
  nodes: [{ op: 'Relu', inputs: ['x'], outputs: ['y'] }],
  inputs: { x: [1, 2] },
  outputs: ['y'],
};
const messageOf = (bytes: Uint8Array, options: OnnxOptions = {}): string => {
  try {
    readOnnx(bytes, options);
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return (error as Error).message;
  }
  return 'no refusal';
};
const broken = (change: Partial<TestOnnx>): string => messageOf(onnxFile({ ...relu, ...change }));

describe('files that are not ONNX, or no longer', () => {
  test('are named in one sentence', () => {
    expect(messageOf(new Uint8Array(0))).toMatch(/^the file is empty: download/);
    expect(messageOf(onnxFile(relu).subarray(0, 20))).toMatch(
      /^the ONNX file is damaged: .* breaks off or is malformed at its byte \d+ \(.*\)\. Download or export it again\.$/,
    );
    const empty = new BinaryWriter().tag(1, WireType.Varint).int64(8).finish();
    expect(messageOf(new Uint8Array(empty))).toContain('but has version 8 and 0 graphs');
  });
});

describe('contradictions', () => {
  const node: TestNode = { op: 'Relu', inputs: ['x'], outputs: ['y'] };

  test('in the wiring are found', () => {
    expect(broken({ nodes: [{ ...node, inputs: ['nothing'] }] })).toBe(
      'ONNX node Relu "y": reads "nothing", which nothing before it computes',
    );
    expect(broken({ nodes: [{ ...node, inputs: [] }] })).toContain('needs input 0, but has only 0 inputs');
    expect(broken({ nodes: [node, node] })).toContain('computes "y", which is defined already');
    expect(broken({ nodes: [{ ...node, inputs: ['y'] }] })).toContain('reads "y"');
    expect(broken({ nodes: [{ ...node, outputs: ['x'] }], outputs: ['x'] })).toContain('computes "x"');
    expect(broken({ outputs: [] })).toBe('the model has no output');
    expect(broken({ outputs: ['z'] })).toContain('the output "z": reads "z"');
  });

  test('in sizes name both', () => {
    const initializers = { c: { dims: [3], floats: [1] } };
    const nodes = [{ op: 'Add', inputs: ['x', 'c'], outputs: ['y'] }];
    expect(broken({ nodes, initializers })).toBe('the tensor "c" of float32 3 needs 3 elements, but has 1');
  });
});

describe('what cannot be read', () => {
  test('is listed all at once, with what is supported', () => {
    const nodes: TestNode[] = [
      { op: 'Hardmax', inputs: ['x'], outputs: ['a'] },
      { op: 'Attention', domain: 'com.microsoft', inputs: ['a'], outputs: ['b'] },
      { op: 'Hardmax', name: 'second', inputs: ['b'], outputs: ['y'] },
    ];
    expect(broken({ nodes })).toMatch(
      /^the model uses 2 ops that cannot be read: Hardmax \(2×, first: ONNX node Hardmax "a"\); com\.microsoft\.Attention \(1×, .*\)\. Supported are Abs, Acos, Add, /,
    );
  });

  test('does not matter where nothing depends on it', () => {
    const nodes = [...relu.nodes, { op: 'Hardmax', inputs: ['x'], outputs: ['unused'] }];
    expect(readOnnx(onnxFile({ ...relu, nodes })).outputs[0]?.name).toBe('y');
  });
});

describe('open dimensions', () => {
  const open: TestOnnx = { ...relu, inputs: { x: ['batch', 3, 'height'] } };

  test('are 1 for the batch, and asked for elsewhere', () => {
    expect(messageOf(onnxFile(open))).toBe(
      'dimension 2 of the input "x" is open (batch×3×height): say it with the option shapes: { "x": [1, 3, …] }, or export the model with a fixed shape',
    );
    expect(() => readOnnx(onnxFile(open))).toThrow(OpenShapeError);
    expect(readOnnx(onnxFile(open), { dimensions: { height: 7 } }).inputs[0]?.shape).toEqual([1, 3, 7]);
    expect(readOnnx(onnxFile(open), { dimensions: { height: 7, batch: 4 } }).inputs[0]?.shape).toEqual([
      4, 3, 7,
    ]);
    expect(messageOf(onnxFile(open), { dimensions: { height: 0.5 } })).toContain(
      'must be an integer of at least 1',
    );
  });
});

describe('an opened model', () => {
  const model: TestOnnx = {
    nodes: [{ op: 'Add', inputs: ['x', 'y'], outputs: ['sum'] }],
    inputs: { x: ['batch', 3, 'width'], y: ['batch', 3, ''] },
    outputs: ['sum'],
  };

  test('says what it takes, and is bound to one shape after the other', () => {
    const opened = openOnnx(onnxFile(model));
    expect(opened.inputs).toEqual([
      { name: 'x', type: 'float32', dims: ['batch', 3, 'width'] },
      { name: 'y', type: 'float32', dims: ['batch', 3, ''] },
    ]);
    for (const width of [5, 7]) {
      // The batch of y is the one of x, because it has its name.
      const shapes = { x: [2, 3, width], y: [2, 3, width] };
      const bound = opened.bind({ shapes });
      expect(bound.inputs.map(({ shape }) => shape)).toEqual([shapes.x, shapes.y]);
      expect(bound.outputs.map(({ shape }) => shape)).toEqual([[2, 3, width]]);
    }
    const named = openOnnx(onnxFile({ ...model, inputs: { x: ['b', 3, 'w'], y: ['b', 3, 'w'] } }));
    expect(named.bind({ shapes: { x: [2, 3, 4] } }).inputs[1]?.shape).toEqual([2, 3, 4]);
  });

  test('refuses shapes that contradict the file, each other, or name nothing', () => {
    const messageFor = (shapes: InputShapes): string => messageOf(onnxFile(model), { shapes });
    expect(messageFor({ z: [1] })).toBe(
      'a shape is given for the input "z", which the model does not have; it has "x", "y"',
    );
    expect(messageFor({ x: [1, 4, 5] })).toBe(
      'dimension 1 of the input "x" is 3 in the file and not open, but the shape that is asked for, 1×4×5, has 4',
    );
    expect(messageFor({ x: [1, 3] })).toBe(
      'the input "x" has 3 dimensions in the file (batch×3×width), but the shape that is asked for has 2 (1×3)',
    );
    expect(messageFor({ x: [2, 3, 4], y: [1, 3, 4] })).toBe(
      'the dimension "batch" of the input "y" is said to be 1, but elsewhere 2: it is one number everywhere',
    );
    expect(messageFor({ x: [1, 3, -1] })).toBe(
      'the shape 1×3×-1 of the input "x" must be integers of at least 1, not -1',
    );
    expect(messageFor({ x: [1, 3, 2 ** 40], y: [1, 3, 1] })).toContain('at most 268435456 are allowed');
  });

  test('gives networks that share the memory of their weights, whatever their shapes', () => {
    const convolution: TestOnnx = {
      nodes: [
        { op: 'Constant', outputs: ['b'], attributes: { value: { dims: [2], floats: [1, 2] } } },
        { op: 'Conv', inputs: ['x', 'w', 'b'], outputs: ['y'] },
      ],
      initializers: { w: { dims: [2, 1, 2, 2], floats: [1, 2, 3, 4, 5, 6, 7, 8] } },
      inputs: { x: [1, 1, 'height', 'width'] },
      outputs: ['y'],
    };
    const opened = openOnnx(onnxFile(convolution));
    const [small, large] = [
      opened.bind({ shapes: { x: [1, 1, 2, 2] } }),
      opened.bind({ shapes: { x: [1, 1, 3, 4] } }),
    ];
    const { weights } = small.network;
    expect([...weights.keys()]).toEqual(['w', 'b']);
    for (const [name, { data }] of weights) expect(large.network.weights.get(name)?.data).toBe(data);
    // Of a file that was opened anew, they are equal and another's.
    const again = readOnnx(onnxFile(convolution), { shapes: { x: [1, 1, 3, 4] } }).network.weights;
    expect(again).toEqual(weights);
    expect(again.get('w')?.data).not.toBe(weights.get('w')?.data);
  });

  test('takes inputs as constants', () => {
    const y = { type: 'float32', shape: [1, 1, 1], data: Float32Array.of(2) } as const;
    const bound = openOnnx(onnxFile(model)).bind({
      shapes: { x: [1, 3, 1] },
      constants: new Map([['y', y]]),
    });
    expect(bound.inputs.map(({ name }) => name)).toEqual(['x']);
    expect(runReference(bound.network, float32Tensor([1, 3, 1], [1, 2, 3])).get('sum')?.data).toEqual(
      Float32Array.of(3, 4, 5),
    );
    const messageFor = (constants: OnnxOptions['constants']): string =>
      messageOf(onnxFile(model), { constants } as OnnxOptions);
    expect(messageFor(new Map([['z', y]]))).toContain('the model has no input of that name');
    expect(messageFor(new Map([['y', { ...y, shape: [2] }]]))).toBe(
      'the constant for the input "y" of 2 needs 2 numbers, but has 1',
    );
  });
});

describe('a tensor by itself', () => {
  test('is what ONNX’s test data is made of', () => {
    // dims 2, data_type 1 (float32), raw_data
    const bytes = Uint8Array.of(8, 2, 16, 1, 74, 8, 0, 0, 128, 63, 0, 0, 0, 64);
    expect(readOnnxTensor(bytes)).toEqual({ type: 'float32', shape: [2], data: Float32Array.of(1, 2) });
    expect(() => readOnnxTensor(bytes.subarray(0, 9))).toThrow(DamagedFileError);
    expect(() => readOnnxTensor(Uint8Array.of(8, 3, ...bytes.subarray(2)))).toThrow(
      'of float32 3 needs 3 elements, but has 2',
    );
  });
});

describe('what is computed at load', () => {
  test('are shapes that exporters spell out', () => {
    const model: TestOnnx = {
      nodes: [
        { op: 'Shape', inputs: ['x'], outputs: ['shape'] },
        { op: 'Constant', outputs: ['zero'], attributes: { value_int: 0 } },
        { op: 'Gather', inputs: ['shape', 'zero'], outputs: ['batch'] },
        { op: 'Unsqueeze', inputs: ['batch', 'axes'], outputs: ['first'] },
        { op: 'Concat', inputs: ['first', 'rest'], outputs: ['wanted'], attributes: { axis: 0 } },
        { op: 'Reshape', inputs: ['x', 'wanted'], outputs: ['y'] },
      ],
      initializers: { axes: { dims: [1], ints: [0] }, rest: { dims: [1], ints: [-1] } },
      inputs: { x: [2, 2, 2] },
      outputs: ['y'],
    };
    expect(runOnnx(model, { x: [1, 2, 3, 4, 5, 6, 7, 8] }).shape).toEqual([2, 4]);
  });

  test('are weights that exporters rearrange', () => {
    const model: TestOnnx = {
      nodes: [
        { op: 'Transpose', inputs: ['w'], outputs: ['t'] },
        { op: 'Mul', inputs: ['t', 'two'], outputs: ['scaled'] },
        { op: 'MatMul', inputs: ['x', 'scaled'], outputs: ['y'] },
      ],
      initializers: { w: { dims: [3, 2], floats: [1, 2, 3, 4, 5, 6] }, two: { dims: [], floats: [2] } },
      inputs: { x: [1, 2] },
      outputs: ['y'],
    };
    expect([...runOnnx(model, { x: [1, 10] }).data]).toEqual([42, 86, 130]);
  });

  test('is bounded by the size of the file', () => {
    const doubling: TestNode[] = Array.from({ length: 40 }, (_, i) => ({
      op: 'Concat',
      inputs: [`c${i}`, `c${i}`],
      outputs: [`c${i + 1}`],
      attributes: { axis: 0 },
    }));
    const model: TestOnnx = {
      nodes: [...doubling, { op: 'Add', inputs: ['x', 'c40'], outputs: ['y'] }],
      initializers: { c0: { dims: [2], floats: [1, 2] } },
      inputs: { x: [2] },
      outputs: ['y'],
    };
    expect(messageOf(onnxFile(model))).toContain('made to exhaust memory');
    const filled: TestOnnx = {
      nodes: [
        { op: 'ConstantOfShape', inputs: ['s'], outputs: ['c'] },
        { op: 'Add', inputs: ['x', 'c'], outputs: ['y'] },
      ],
      initializers: { s: { dims: [2], ints: [2 ** 20, 2 ** 20] } },
      inputs: { x: [1] },
      outputs: ['y'],
    };
    expect(messageOf(onnxFile(filled))).toContain('made to exhaust memory');
  });

  test('ends in time where a large dimension meets an empty one', () => {
    const model: TestOnnx = {
      nodes: [
        { op: 'Concat', inputs: ['e', 'e'], outputs: ['c'], attributes: { axis: 1 } },
        { op: 'Add', inputs: ['x', 'c'], outputs: ['y'] },
      ],
      initializers: { e: { dims: [2 ** 40, 0], floats: [] } },
      inputs: { x: [1] },
      outputs: ['y'],
    };
    expect(messageOf(onnxFile(model))).toMatch(/^ONNX node Add "y": /);
  });
});

describe('names', () => {
  test('of outputs are the file’s, also where a reshape comes last', () => {
    const model: TestOnnx = {
      nodes: [
        { op: 'MatMul', inputs: ['x', 'w'], outputs: ['y'] },
        { op: 'Relu', inputs: ['y'], outputs: ['z'] },
      ],
      initializers: { w: { dims: [3, 2], floats: [1, 0, 0, 1, 0, 0] } },
      inputs: { x: [1, 2, 3] },
      outputs: ['y', 'z'],
    };
    const { network, outputs } = readOnnx(onnxFile(model));
    expect(outputs.map(({ name, shape }) => [name, ...shape])).toEqual([
      ['y', 1, 2, 2],
      ['z', 1, 2, 2],
    ]);
    const results = runReference(network, float32Tensor([1, 2, 3], [1, -2, 0, -3, 4, 0]));
    expect([...(results.get('y')?.data ?? [])]).toEqual([1, -2, -3, 4]);
    expect([...(results.get('z')?.data ?? [])]).toEqual([1, 0, 0, 4]);
  });

  test('are the file’s: outputs exactly, nodes inside by their own name', () => {
    const model: TestOnnx = {
      nodes: [
        { op: 'Relu', name: '/block/Relu', inputs: ['x'], outputs: ['/block/Relu_output_0'] },
        { op: 'Add', name: '/block/Add', inputs: ['/block/Relu_output_0', '__proto__'], outputs: ['y'] },
        { op: 'Identity', inputs: ['y'], outputs: ['same'] },
      ],
      initializers: JSON.parse('{"__proto__": {"dims": [1], "floats": [1]}}'),
      inputs: { x: [1, 2] },
      outputs: ['y', 'same'],
    };
    const { graph } = readOnnx(onnxFile(model)).network;
    expect(graph.nodes.map(({ name }) => name)).toEqual(['/block/Relu', 'y', 'same']);
    expect(graph.parameters.map(({ name }) => name)).toEqual(['__proto__']);
    expect(graph.outputs).toEqual(['y', 'same']);
  });
});
