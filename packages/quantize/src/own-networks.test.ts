import {
  contractOf,
  conv2d,
  GraphBuilder,
  inferTypes,
  initializeWeights,
  type Network,
} from '@sepconv/graph';
import { compile } from '@sepconv/kernels';
import { buildNetwork } from '@sepconv/mobilenet';
import { runReference } from '@sepconv/reference';
import { type Tensor, toFloat32 } from '@sepconv/tensor';
import { expect, test } from 'vitest';
import { floatNetwork } from './float-network.js';
import { quantizeNetwork } from './quantize-network.js';
import { randomInputs, withWeights } from './testing/networks.js';

/** Ops of a network of integers that compute with real numbers, but for the conversions at its ends. */
const realOps = ({ graph }: Network): string[] =>
  graph.nodes.filter(({ op }) => contractOf(op).integers === undefined).map(({ op }) => op);

/** How often a network goes from real numbers to integers or back. */
const conversions = ({ graph }: Network): number =>
  graph.nodes.filter(({ op }) => op === 'quantize' || op === 'dequantize').length;

const named = [
  ['mobilenet-v1', { width: 0.25, resolution: 32 }],
  ['mobilenet-v2', { width: 0.35, resolution: 32 }],
  ['mobilenet-v3-small', { width: 0.5, resolution: 32 }],
  ['efficientnet-b0', { resolution: 32 }],
  ['mobilenet-v4-conv-small', { resolution: 32 }],
] as const;

test.each(named)('%s is integers from its image to its logits', async (name, options) => {
  const graph = buildNetwork(name, { ...options, classes: 10 } as never);
  const network = { graph, weights: initializeWeights(graph, 1) };
  const samples = randomInputs(network, 2);
  const { network: integer, report } = await quantizeNetwork(network, { samples, equalize: false });
  const kept = report.layers.filter(({ arithmetic }) => arithmetic === 'float');
  // What stays says why, and nothing stays but a softmax at the end.
  expect(kept.every(({ why }) => why !== null)).toBe(true);
  expect(realOps(integer).filter((op) => op !== 'softmax')).toEqual([]);
  expect(kept.map(({ op }) => op)).toEqual(realOps(integer));
  expect(conversions(integer)).toBe(2);
});

/** A decoder: transposed convolutions of several strides, PRELU, an image of twice its size, and functions that no format has for bytes. */
function decoder(): Network {
  const builder = new GraphBuilder('decoder');
  const image = builder.input('image', [1, 6, 7, 3]);
  const value = conv2d(builder, image, { name: 'stem', filters: 4, kernel: 3 });
  const slopes = builder.parameter('slopes', [4], 'weight');
  const prelu = builder.node('prelu', [value, slopes], {}, 'prelu');
  const transposed = (
    name: string,
    from: string,
    kernel: number,
    stride: number,
    cut: number,
    more: number,
  ): string =>
    builder.node(
      'conv-transpose2d',
      [
        from,
        builder.parameter(`${name}/weight`, [kernel, kernel, 4, 4], 'weight'),
        builder.parameter(`${name}/bias`, [4], 'bias'),
      ],
      {
        strides: [stride, stride],
        dilations: [1, 1],
        padding: { top: cut, bottom: cut, left: cut, right: cut },
        groups: 1,
        outputPadding: [more, more],
      },
      name,
    );
  const two = transposed('two', prelu, 2, 2, 0, 0);
  const three = builder.node('softplus', [transposed('three', two, 3, 2, 1, 1)], {}, 'three-act');
  const one = builder.node('abs', [transposed('one', prelu, 3, 1, 1, 0)], {}, 'one-act');
  const size = inferTypes({ ...builder.build([three, one]) })
    .get(three)
    ?.shape.slice(1, 3) as [number, number];
  const larger = builder.node(
    'resize2d',
    [one],
    { size, mode: 'nearest', coordinates: 'asymmetric', rounding: 'floor' } as never,
    'larger',
  );
  return withWeights(builder, [builder.node('add', [three, larger], {}, 'sum')]);
}

test('transposed convolutions, PRELU, images of a whole number of times their size and any function of one number are integers', async () => {
  const network = decoder();
  const samples = randomInputs(network, 4);
  const spelled = floatNetwork(network);
  const session = await compile(spelled);
  for (const sample of samples) {
    const given = new Map([['image', sample as Tensor]]);
    const wanted = runReference(network, given).get('sum') as Tensor<'float32'>;
    const found = session.run(given).get('sum') as Tensor<'float32'>;
    expect(found.shape).toEqual(wanted.shape);
    const most = Math.max(...wanted.data.map(Math.abs));
    found.data.forEach((value, i) => {
      expect(Math.abs(value - (wanted.data[i] as number))).toBeLessThan(1e-5 * most);
    });
  }
  session.dispose();
  const { network: integer, report } = await quantizeNetwork(network, { samples });
  expect(realOps(integer)).toEqual([]);
  expect(conversions(integer)).toBe(2);
  expect(report.agreement.outputError).toBeLessThan(0.05);
  const given = new Map([['image', samples[0] as Tensor]]);
  const wanted = toFloat32(runReference(integer, given).get('sum') as Tensor).data;
  const compiled = await compile(integer);
  expect(toFloat32(compiled.run(given).get('sum') as Tensor).data).toEqual(wanted);
  compiled.dispose();
});
