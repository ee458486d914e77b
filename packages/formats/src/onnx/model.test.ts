import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, test } from 'vitest';
import { onnxFile, type TestNode, type TestOnnx } from '../../test/onnx-file.js';
import { runOnnx } from '../../test/run-onnx.js';
import { FormatError, type OnnxOptions, readOnnx } from '../onnx.js';

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
    expect(messageOf(new Uint8Array(0))).toBe('the file is empty: an ONNX file has at least a graph');
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
      { op: 'Erf', inputs: ['x'], outputs: ['a'] },
      { op: 'FusedConv', domain: 'com.microsoft', inputs: ['a'], outputs: ['b'] },
      { op: 'Erf', name: 'second', inputs: ['b'], outputs: ['y'] },
    ];
    expect(broken({ nodes })).toMatch(
      /^the model uses 2 ops that cannot be read: Erf \(2×, first: ONNX node Erf "a"\); com\.microsoft\.FusedConv \(1×, .*\)\. Supported are Add, /,
    );
  });

  test('does not matter where nothing depends on it', () => {
    const nodes = [...relu.nodes, { op: 'Erf', inputs: ['x'], outputs: ['unused'] }];
    expect(readOnnx(onnxFile({ ...relu, nodes })).outputs[0]?.name).toBe('y');
  });
});

describe('open dimensions', () => {
  const open: TestOnnx = { ...relu, inputs: { x: ['batch', 3, 'height'] } };

  test('are 1 for the batch, and asked for elsewhere', () => {
    expect(messageOf(onnxFile(open))).toBe(
      'dimension 2 of the input "x" is open: give the option dimensions: { "height": … }',
    );
    expect(readOnnx(onnxFile(open), { dimensions: { height: 7 } }).inputs[0]?.shape).toEqual([1, 3, 7]);
    expect(readOnnx(onnxFile(open), { dimensions: { height: 7, batch: 4 } }).inputs[0]?.shape).toEqual([
      4, 3, 7,
    ]);
    expect(messageOf(onnxFile(open), { dimensions: { height: 0.5 } })).toContain(
      'must be an integer of at least 1',
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
