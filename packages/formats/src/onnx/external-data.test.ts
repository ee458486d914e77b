import { runReference } from '@sepconv/reference';
import { float32Tensor } from '@sepconv/tensor';
import { describe, expect, test } from 'vitest';
import { onnxFile, type TestOnnx, type TestTensor } from '../../test/onnx-file.js';
import { openOnnx, readOnnx } from '../../test/read-now.js';
import { DamagedFileError, type ExternalData, FormatError } from '../onnx.js';

type External = NonNullable<TestTensor['external']>;

/** x + w + c, where the numbers of w and c lie in the file `weights.bin`. */
const model = (w: External, c: External = { location: 'weights.bin' }): TestOnnx => ({
  nodes: [
    { op: 'Constant', outputs: ['c'], attributes: { value: { dims: [2], external: c } } },
    { op: 'Add', inputs: ['x', 'w'], outputs: ['sum'] },
    { op: 'Add', inputs: ['sum', 'c'], outputs: ['y'] },
  ],
  initializers: { w: { dims: [2], external: w } },
  inputs: { x: [1, 2] },
  outputs: ['y'],
});

const bytesOf = (...numbers: readonly number[]): Uint8Array =>
  new Uint8Array(Float32Array.from(numbers).buffer);
const weights = bytesOf(1, 2, 30, 40);
const place = { location: 'weights.bin', offset: '8', length: '8' };

function run(file: TestOnnx, externalData: ExternalData): unknown {
  const { network } = readOnnx(onnxFile(file), { externalData });
  return [...(runReference(network, float32Tensor([1, 2], [0, 0])).get('y')?.data ?? [])];
}

function messageOf(external: External, externalData: ExternalData = new Map()): string {
  try {
    readOnnx(onnxFile(model(external)), { externalData });
  } catch (error) {
    expect(error).toBeInstanceOf(FormatError);
    return (error as Error).message;
  }
  return 'no refusal';
}

describe('weights in files beside the model', () => {
  test('come from a map or a function, which is asked once for each file', () => {
    expect(run(model(place), new Map([['weights.bin', weights]]))).toEqual([31, 42]);
    const asked: string[] = [];
    const open = (location: string): Uint8Array => {
      asked.push(location);
      return weights;
    };
    expect(run(model(place), open)).toEqual([31, 42]);
    expect(asked).toEqual(['weights.bin']);
  });

  test('may leave offset and length out, and lie in folders below', () => {
    const files = new Map([
      ['weights.bin', weights],
      ['more/w.bin', bytesOf(5, 6, 7)],
    ]);
    expect(run(model({ location: './more/w.bin' }), files)).toEqual([6, 8]);
    expect(run(model({ location: 'more/w.bin', offset: '4' }), files)).toEqual([7, 9]);
  });

  test('are listed by an opened model', () => {
    const opened = openOnnx(onnxFile(model({ location: './a/b.bin' })));
    expect(opened.externalFiles).toEqual(['a/b.bin', 'weights.bin']);
    expect(openOnnx(onnxFile(model({ location: '../b.bin' }))).externalFiles).toEqual(['weights.bin']);
  });

  test('that are not there, or too short, are named', () => {
    expect(messageOf(place)).toBe(
      'the tensor "w" lies in the file "weights.bin", which is not there: it belongs beside the model, and its bytes into the option externalData',
    );
    const short = new Map([['weights.bin', weights.subarray(0, 12)]]);
    expect(messageOf(place, short)).toBe(
      'the tensor "w" is at bytes 8 to 16 of "weights.bin", but that file has 12 bytes',
    );
    expect(messageOf({ ...place, length: '12' }, new Map([['weights.bin', new Uint8Array(20)]]))).toBe(
      'the tensor "w" of float32 2 needs 2 elements, but has 3',
    );
    expect(messageOf({ ...place, length: '99999999999999999999' })).toContain('an integer of at least 0');
    expect(messageOf({ ...place, offset: '-8' })).toContain('has the offset "-8"');
    expect(messageOf({ ...place, offset: '9007199254740991' }, short)).toContain(
      'but that file has 12 bytes',
    );
    expect(() => readOnnx(onnxFile(model({ offset: '1' })))).toThrow(DamagedFileError);
  });

  test.each(['../w', 'a/../../w', '/etc/passwd', 'C:\\w', 'C:w', 'a\\..\\w', 'a//b', 'w\0', 'a/', '..'])(
    'never lie outside the folder: %j is refused before it is asked for',
    (location) => {
      let asked = 0;
      const open = (): Uint8Array => {
        asked++;
        return weights;
      };
      expect(messageOf({ location }, open)).toContain("must be a path inside the model's folder");
      expect(asked).toBe(0);
    },
  );
});

describe('numbers of other types', () => {
  const withWeight = (w: TestTensor): TestOnnx => ({
    nodes: [{ op: 'Add', inputs: ['x', 'w'], outputs: ['y'] }],
    initializers: { w },
    inputs: { x: [1, 2] },
    outputs: ['y'],
  });

  test('float16, as bytes here or in a file', () => {
    const halves = Uint16Array.of(0x3c00, 0xc000);
    expect(run(withWeight({ dims: [2], raw: [10, halves] }), new Map())).toEqual([1, -2]);
    const external = { location: 'h', type: 10 };
    expect(run(withWeight({ dims: [2], external }), new Map([['h', new Uint8Array(halves.buffer)]]))).toEqual(
      [1, -2],
    );
  });

  test('int8, through DequantizeLinear per channel', () => {
    const file: TestOnnx = {
      nodes: [
        {
          op: 'DequantizeLinear',
          inputs: ['stored', 'scale', 'zero'],
          outputs: ['w'],
          attributes: { axis: 0 },
        },
        { op: 'Add', inputs: ['x', 'w'], outputs: ['y'] },
      ],
      initializers: {
        stored: { dims: [2], raw: [3, Int8Array.of(-128, 127)] },
        scale: { dims: [2], floats: [0.5, 2] },
        zero: { dims: [2], raw: [3, Int8Array.of(0, -1)] },
      },
      inputs: { x: [1, 2] },
      outputs: ['y'],
    };
    expect(run(file, new Map())).toEqual([-64, 256]);
  });
});
