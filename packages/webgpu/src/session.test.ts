/** @file Sessions on a software adapter: inputs of both kinds, misuse, and what ends. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { GraphBuilder, initializeWeights, type Network } from '@sepconv/graph';
import { runReference } from '@sepconv/reference';
import { createRandom, randomTensor, SepconvError, type Tensor } from '@sepconv/tensor';
import { afterAll, describe, expect, test } from 'vitest';
import { GpuError } from './errors.js';
import type { GpuInput } from './inputs.js';
import { compile } from './session.js';
import { invertedBlock } from './testing/inverted-block.js';
import { softwareDevice } from './testing/software-device.node.js';

/** `relu(a) + b`, and `a · b`, of small images. */
function smallNetwork(): Network {
  const builder = new GraphBuilder('small');
  const a = builder.input('a', [1, 4, 4, 8]);
  const b = builder.input('b', [1, 4, 4, 8]);
  const sum = builder.node('add', [builder.node('relu', [a], {}), b], {});
  const graph = builder.build([sum, builder.node('mul', [a, b], {})]);
  return { graph, weights: initializeWeights(graph, 1) };
}

const network = smallNetwork();
const random = createRandom(1);
const inputs = new Map(['a', 'b'].map((name) => [name, randomTensor([1, 4, 4, 8], random)] as const));
const numbersOf = (outputs: ReadonlyMap<string, Tensor>) =>
  [...outputs.values()].map(({ data }) => [...data]);
const expected = numbersOf(runReference(network, inputs));
const withB = (buffer: GPUBuffer) => new Map<string, GpuInput>([...inputs, ['b', buffer]]);
const device = await softwareDevice();

describe.skipIf(typeof device === 'string')(
  typeof device === 'string' ? `on a GPU (skipped: ${device})` : 'on a software adapter',
  () => {
    const gpu = device as GPUDevice;
    afterAll(() => gpu.destroy());

    test('a network with several inputs and outputs gives its values by name, several runs at once', async () => {
      const session = await compile(network, { device: gpu });
      const runs = await Promise.all([1, 2, 3, 4].map(() => session.run(inputs)));
      for (const outputs of runs) expect(numbersOf(outputs)).toEqual(expected);
      expect(session.costs.dispatches).toBeLessThanOrEqual(3);
      expect(session.adapter.vendor).not.toBe('');
      session.dispose();
    });

    test('activations of both steps of a separable block may call the same functions', async () => {
      const builder = new GraphBuilder('swish twice');
      const image = builder.input('image', [1, 4, 4, 8]);
      const weights = [
        builder.parameter('d', [3, 3, 8, 1], 'weight'),
        builder.parameter('p', [1, 1, 8, 8], 'weight'),
      ];
      const window = {
        strides: [1, 1],
        dilations: [1, 1],
        padding: { top: 1, bottom: 1, left: 1, right: 1 },
      } as const;
      const inner = builder.node('depthwise-conv2d', [image, weights[0] as string], window);
      const swish = builder.node('swish', [inner], {});
      const outer = builder.node('pointwise-conv2d', [swish, weights[1] as string], {});
      const graph = builder.build([builder.node('swish', [outer], {})]);
      const twice = { graph, weights: initializeWeights(graph, 1) };
      const tensor = randomTensor([1, 4, 4, 8], random);
      const session = await compile(twice, { device: gpu });
      expect(session.costs.dispatches).toBe(1);
      const { data } = await session.run(tensor);
      session.dispose();
      const [right] = runReference(twice, tensor).values();
      data.forEach((value, i) => void expect(value).toBeCloseTo(right?.data[i] as number, 5));
    });

    test('an inverted residual with many pixels is one dispatch', async () => {
      const input = [1, 25, 26, 4] as const;
      const block = invertedBlock({
        ...{ input, expanded: 8, columns: 4, kernel: 3, stride: 1, dilation: 1 },
        ...{ activation: 'relu6', hasBias: true },
      });
      const tensor = randomTensor(input, random);
      const session = await compile(block, { device: gpu });
      expect(session.steps).toMatchObject([{ kernel: 'inverted', workgroups: [16, 1, 1] }]);
      const { data } = await session.run(tensor);
      session.dispose();
      const [right] = runReference(block, tensor).values();
      data.forEach((value, i) => void expect(value).toBeCloseTo(right?.data[i] as number, 5));
    });

    test('powers are as accurate as WGSL says', async () => {
      const builder = new GraphBuilder('powers');
      const shape = [1, 4, 4, 64];
      const operands = [builder.input('base', shape), builder.input('exponent', shape)];
      const powers = { graph: builder.build([builder.node('pow', operands, {})]), weights: new Map() };
      const bases = randomTensor(shape, random);
      const exponents = randomTensor(shape, random);
      bases.data.forEach((value, i) => {
        bases.data[i] = 8 * Math.abs(value) + 0.01;
        exponents.data[i] = 8 * (exponents.data[i] as number);
      });
      const session = await compile(powers, { device: gpu });
      const outputs = await session.run(
        new Map([
          ['base', bases],
          ['exponent', exponents],
        ] as const),
      );
      session.dispose();
      const actual = [...outputs.values()][0]?.data as Float32Array;
      actual.forEach((value, i) => {
        const exact = (bases.data[i] as number) ** (exponents.data[i] as number);
        // exp2(y · log2(x)): 3 ulp of the logarithm, which the exponent carries over, and 3 + 2·|y| ulp of exp2, and the product's.
        const y = Math.abs(Math.log2(exact));
        expect(Math.abs(value / exact - 1)).toBeLessThan((4 + 6 * y) * 2 ** -23);
      });
    });

    test('an input may lie on the GPU', async () => {
      const session = await compile(network, { device: gpu });
      const { data } = inputs.get('b') as Tensor<'float32'>;
      const buffer = gpu.createBuffer({ size: data.byteLength, usage: 4 | 8 });
      gpu.queue.writeBuffer(buffer, 0, data as Float32Array<ArrayBuffer>);
      const outputs = await session.run(withB(buffer));
      expect(numbersOf(outputs)).toEqual(expected);
      const small = gpu.createBuffer({ size: 16, usage: 4 });
      await expect(session.run(withB(small))).rejects.toThrow(/"b" must have 512 bytes, not 16/);
      const unreadable = gpu.createBuffer({ size: data.byteLength, usage: 8 });
      await expect(session.run(withB(unreadable))).rejects.toThrow(/"b" must have the usage COPY_SRC/);
      buffer.destroy();
      await expect(session.run(withB(buffer))).rejects.toThrow(GpuError);
      const other = (await softwareDevice()) as GPUDevice;
      const foreign = other.createBuffer({ size: data.byteLength, usage: 4 | 8 });
      await expect(session.run(withB(foreign))).rejects.toThrow(GpuError);
      other.destroy();
      // Whoever gave something wrong has not broken the session for others.
      expect(numbersOf(await session.run(inputs))).toEqual(expected);
      session.dispose();
    });

    test('results may stay on the GPU, where another network goes on with them', async () => {
      const session = await compile(network, { device: gpu });
      const { outputs, finished } = session.submit(inputs);
      await finished;
      const read = gpu.createBuffer({ size: 512, usage: 1 | 8 });
      for (const [index, { buffer, offset, size }] of [...outputs.values()].entries()) {
        expect(size).toBe(512);
        const encoder = gpu.createCommandEncoder();
        encoder.copyBufferToBuffer(buffer, offset, read, 0, size);
        gpu.queue.submit([encoder.finish()]);
        await read.mapAsync(1);
        expect([...new Float32Array(read.getMappedRange())]).toEqual(expected[index]);
        read.unmap();
      }
      session.dispose();
      expect(() => session.submit(inputs)).toThrow(/disposed/);
    });

    test('each dispatch is timed by itself', async () => {
      const session = await compile(network, { device: gpu });
      const times = await session.profile(inputs);
      expect(times).toHaveLength(session.steps.length);
      for (const microseconds of times) expect(microseconds).toBeGreaterThanOrEqual(0);
      expect(session.steps.flatMap(({ nodes }) => nodes).sort()).toEqual(
        network.graph.nodes.map(({ name }) => name).sort(),
      );
      expect(session.steps.reduce((sum, { boundBytes }) => sum + boundBytes, 0)).toBe(
        session.costs.boundBytes,
      );
      session.dispose();
      await expect(session.profile(inputs)).rejects.toThrow(/disposed/);
    });

    test('a run that a session ends with is finished or says so, and its results are gone', async () => {
      const session = await compile(network, { device: gpu });
      const running = session.run(inputs);
      const { finished } = session.submit(inputs);
      session.dispose();
      const [outcome] = await Promise.allSettled([running]);
      if (outcome?.status === 'fulfilled') expect(numbersOf(outcome.value)).toEqual(expected);
      else expect(String(outcome?.reason)).toMatch(/disposed: compile the network again/);
      await expect(finished).rejects.toThrow(/disposed: compile the network again/);
    });

    test('networks that compile at the same time hear of their own faults only', async () => {
      const builder = new GraphBuilder('too large');
      const image = builder.input('image', [1, 40000, 40000, 8]);
      const graph = builder.build([builder.node('relu', [image], {})]);
      const [good, bad, other] = await Promise.allSettled([
        compile(network, { device: gpu }),
        compile({ graph, weights: new Map() }, { device: gpu }),
        compile(network, { device: gpu }),
      ]);
      expect(bad?.status).toBe('rejected');
      for (const each of [good, other]) {
        if (each?.status !== 'fulfilled' || each.value === undefined) throw new Error('must compile');
        expect(numbersOf(await (each.value as Awaited<ReturnType<typeof compile>>).run(inputs))).toEqual(
          expected,
        );
      }
    });

    test('wrong inputs are refused by name, and a session that is disposed says so', async () => {
      const session = await compile(network, { device: gpu });
      await expect(session.run(new Map([['a', inputs.get('a') as Tensor]]))).rejects.toThrow(/input "b"/);
      await expect(session.run(undefined as never)).rejects.toThrow(GpuError);
      await expect(session.run(inputs.get('a') as Tensor)).rejects.toThrow(/2 inputs/);
      session.dispose();
      session.dispose();
      await expect(session.run(inputs)).rejects.toThrow(/disposed: compile the network again/);
    });

    test('whatever a run is given, it gives results or an error of ours', async () => {
      const session = await compile(network, { device: gpu });
      const wrong = [undefined, null, 0, 'a', [], {}, new Map(), new Float32Array(3), () => 1, 7n];
      const pictures = wrong.map((picture) => ({ picture }));
      const one = [...wrong, ...pictures, { mapAsync: 1, usage: 4, size: 512 }];
      const given = [...one, ...one.map((b) => new Map<string, unknown>([...inputs, ['b', b]]))] as never[];
      for (const each of given) {
        await expect(session.run(each)).rejects.toThrow(SepconvError);
        await expect(session.profile(each)).rejects.toThrow(SepconvError);
        expect(() => session.submit(each)).toThrow(SepconvError);
      }
      expect(numbersOf(await session.run(inputs))).toEqual(expected);
      session.dispose();
    });

    test('compiling tells how far it is, and stops when asked', async () => {
      const seen: string[] = [];
      const onProgress = (done: number, total: number): void => void seen.push(`${done}/${total}`);
      (await compile(network, { device: gpu, onProgress })).dispose();
      expect(seen.at(-1)).toBe(`${seen.length}/${seen.length}`);
      const controller = new AbortController();
      const stopping = compile(network, { device: gpu, signal: controller.signal });
      controller.abort(new Error('no longer wanted'));
      await expect(stopping).rejects.toThrow('no longer wanted');
    });

    test('a network that is too large is refused with the limit and both numbers', async () => {
      const builder = new GraphBuilder('large');
      const image = builder.input('image', [1, 40000, 40000, 8]);
      const graph = builder.build([builder.node('relu', [image], {})]);
      await expect(compile({ graph, weights: new Map() }, { device: gpu })).rejects.toThrow(
        /needs \d+, but max\w+ of this device is \d+/,
      );
    });

    test('two hundred sessions and a thousand runs leave nothing behind that fails', async () => {
      for (let i = 0; i < 200; i++) {
        const session = await compile(network, { device: gpu });
        for (let run = 0; run < 5; run++) {
          const outputs = await session.run(inputs);
          if (i % 50 === 0) expect(numbersOf(outputs)).toEqual(expected);
        }
        session.dispose();
      }
    });

    test('a device keeps no session that has ended', async () => {
      setFlagsFromString('--expose-gc');
      const collect = runInNewContext('gc') as () => void;
      const sessions: WeakRef<object>[] = [];
      for (let i = 0; i < 10; i++) {
        const session = await compile(network, { device: gpu });
        await session.run(inputs);
        session.dispose();
        sessions.push(new WeakRef(session));
      }
      await new Promise((resolve) => setTimeout(resolve));
      collect();
      // The last one may still be on the stack of the loop.
      expect(sessions.filter((session) => session.deref() !== undefined).length).toBeLessThanOrEqual(1);
    });

    test('a device that is lost already, or while compiling, is an error that says so', async () => {
      const other = (await softwareDevice()) as GPUDevice;
      const compiling = compile(network, { device: other });
      other.destroy();
      await expect(compiling).rejects.toThrow(/GPU device is lost/);
      await expect(compile(network, { device: other })).rejects.toThrow(/GPU device is lost/);
      const third = (await softwareDevice()) as GPUDevice;
      const session = await compile(network, { device: third });
      const running = session.run(inputs);
      third.destroy();
      await expect(running).rejects.toThrow(/GPU device is lost.*compile the network again/);
    });

    test('a device that is lost is an error that says so, and the network compiles again on another', async () => {
      const other = (await softwareDevice()) as GPUDevice;
      const session = await compile(network, { device: other });
      await session.run(inputs);
      other.destroy();
      await other.lost;
      await expect(session.run(inputs)).rejects.toThrow(/GPU device is lost.*compile the network again/);
      session.dispose();
      const again = await compile(network, { device: gpu });
      expect(numbersOf(await again.run(inputs))).toEqual(expected);
      again.dispose();
    });
  },
);

test('without WebGPU the error says what to use instead', async () => {
  await expect(compile(network)).rejects.toThrow(/no WebGPU here.*@sepconv\/kernels/);
});
