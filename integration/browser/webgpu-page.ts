/** @file What runs in the page: networks on its GPU, beside the reference. */
import { checkNetwork, drawNetwork, type Runner, sweep } from '@sepconv/conformance';
import { readTflite } from '@sepconv/formats/tflite';
import { GraphBuilder, initializeWeights, type Network, type OpName } from '@sepconv/graph';
import { compile as compileForCpu } from '@sepconv/kernels';
import { buildNetwork, mobileNetV2, type NetworkName } from '@sepconv/mobilenet';
import { runReference } from '@sepconv/reference';
import { createRandom, createTensor, randomTensor, type Tensor } from '@sepconv/tensor';
import { compile, fastest, GpuError, type GpuSession, requestDevice } from '@sepconv/webgpu';
import { ordinaryClasses, skipOpen } from '../../packages/webgpu/src/testing/ordinary-numbers.ts';

const side = 32;

function smallNetwork(): Network {
  const graph = mobileNetV2({ resolution: side, width: 0.35, classes: 10 });
  return { graph, weights: initializeWeights(graph, 1) };
}

const smallImage = (): Tensor => randomTensor([1, side, side, 3], createRandom(1));

/** A small MobileNetV2 within the computed bounds of the reference; what it costs. */
async function smallHere(): Promise<GpuSession['costs']> {
  const network = smallNetwork();
  const session = await compile(network);
  const implementation = async () => session.run(new Map([['image', smallImage()]]));
  const inputs = new Map([['image', smallImage()]]);
  await checkNetwork({ label: 'MobileNetV2', network, inputs }, { implementation, oracle: runReference });
  session.dispose();
  return session.costs;
}

/** The device of all that only computes. */
const device = requestDevice();

const runGpu: Runner = async (network, inputs) => {
  const session = await compile(network, { device: await device });
  const outputs = await session.run(inputs);
  session.dispose();
  return outputs;
};

const opponents = { implementation: runGpu, oracle: runReference };

/** Cases of an op, three of each of every nth class of ordinary numbers, some of which are left out after all; how many. */
async function sweepGpuHere(op: OpName, everyNth: number): Promise<number> {
  const classes = ordinaryClasses(op, everyNth);
  const report = await sweep({ op, ...opponents, runs: 3 * classes.length, classes, skip: skipOpen });
  return report.cases;
}

/** A whole network, small, within the computed bounds. */
async function networkHere(name: NetworkName): Promise<true> {
  const graph = buildNetwork(name, { resolution: side, classes: 10 });
  const inputs = new Map([[graph.inputs[0]?.name as string, smallImage()]]);
  await checkNetwork(
    { label: name, network: { graph, weights: initializeWeights(graph, 1) }, inputs },
    opponents,
  );
  return true;
}

/** Random networks; how many ran, and how many have something that the GPU does not compute with. */
async function randomHere(seeds: number): Promise<{ ran: number; refused: number }> {
  let [ran, refused] = [0, 0];
  for (let seed = 1; seed <= seeds; seed++) {
    const drawn = drawNetwork(seed);
    if (skipOpen(drawn) === 'numbers that WGSL leaves open') continue;
    try {
      await checkNetwork(drawn, opponents);
      ran++;
    } catch (error) {
      if (!((error as Error).cause instanceof GpuError)) throw error;
      refused++;
    }
  }
  return { ran, refused };
}

/** A file, read as float32, on the GPU and on the CPU: the largest difference, and the largest output. */
async function fileHere(path: string): Promise<{ difference: number; largest: number; dispatches: number }> {
  const bytes = new Uint8Array(await (await fetch(path)).arrayBuffer());
  const { network } = await readTflite(bytes, { arithmetic: 'float32' });
  const [input] = network.graph.inputs;
  if (input === undefined) throw new Error('no input');
  const image = randomTensor(input.shape, createRandom(1));
  const [gpu, cpu] = [await compile(network), await compileForCpu(network)];
  const [actual, expected] = [await gpu.run(image), cpu.run(image)];
  const differences = [...actual.data].map((value, index) =>
    Math.abs(value - (expected.data[index] as number)),
  );
  gpu.dispose();
  return {
    difference: Math.max(...differences),
    largest: Math.max(...expected.data),
    dispatches: gpu.costs.dispatches,
  };
}

/** A picture that goes to the GPU as it is, of any of these kinds: the largest difference from resizing it by the graph's own rule. */
async function pictureHere(kind: 'bitmap' | 'canvas', size: readonly [number, number]): Promise<number> {
  const [height, width] = [23, 37];
  const random = createRandom(3);
  const colours = new Uint8ClampedArray(4 * height * width).map((_, i) =>
    i % 4 === 3 ? 255 : random.integer(256),
  );
  const data = new ImageData(colours, width, height);
  const canvas = new OffscreenCanvas(width, height);
  canvas.getContext('2d')?.putImageData(data, 0, 0);
  const picture =
    kind === 'canvas' ? canvas : await createImageBitmap(data, { colorSpaceConversion: 'none' });
  const builder = new GraphBuilder('same');
  const input = builder.input('image', [1, ...size, 3]);
  const session = await compile({
    graph: builder.build([builder.node('abs', [input], {})]),
    weights: new Map(),
  });
  const { data: actual } = await session.run({ picture, scale: [2, 1, 1], offset: 1 });
  session.dispose();
  const resizing = new GraphBuilder('resized');
  const whole = resizing.input('image', [1, height, width, 3]);
  const attributes = {
    size,
    mode: 'linear',
    coordinates: 'half-pixel',
    antialias: true,
    excludeOutside: true,
  } as const;
  const graph = resizing.build([resizing.node('resize2d', [whole], attributes)]);
  const three = Float32Array.from(
    colours.filter((_, i) => i % 4 !== 3),
    (value) => value / 255,
  );
  const image = createTensor('float32', [1, height, width, 3], three);
  const resized = runReference({ graph, weights: new Map() }, image).get(
    graph.outputs[0] as string,
  ) as Tensor;
  const expected = [...resized.data].map((value, i) => value * (i % 3 === 0 ? 2 : 1) + 1);
  return Math.max(...expected.map((value, i) => Math.abs(value - (actual[i] as number))));
}

/** Which of both is chosen here, and why. */
async function fastestHere(): Promise<string> {
  const network = smallNetwork();
  const { reason, session } = await fastest<Tensor, Tensor>({
    cpu: () => compileForCpu(network),
    gpu: () => compile(network),
    input: smallImage(),
  });
  session.dispose();
  return reason;
}

Object.assign(globalThis, {
  sweepGpuHere,
  networkHere,
  smallHere,
  randomHere,
  fileHere,
  pictureHere,
  fastestHere,
});
