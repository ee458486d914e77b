import { conv2d, GraphBuilder, initializeWeights, type NodeOf } from '@sepconv/graph';
import { createRandom, zeros } from '@sepconv/tensor';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layerShapeOf } from './layer-shape.js';
import { createCollector, drawPositions } from './samples.js';
import { convOf, drawnLayer, imageFor, networkOf, outputOf } from './testing/layers.js';

describe('a collector', () => {
  it('takes windows that give the outputs when they are multiplied by the weight', () => {
    fc.assert(
      fc.property(drawnLayer, (drawn) => {
        const network = networkOf(drawn);
        const node = convOf(network);
        const [weight, bias] = node.inputs.slice(1).map((name) => network.weights.get(name)!.data);
        const layer = layerShapeOf(
          network.weights.get('conv/weight')!.shape,
          drawn.groups,
          'depthwise-pointwise',
        );
        const image = imageFor(network, drawn.seed);
        const collector = createCollector(node, layer);
        collector.add(image, outputOf(network, image), 20, createRandom(1));
        const { windows, outputs } = collector.finish();
        const [count = 0] = windows.shape;
        expect(outputs.shape).toEqual([count, layer.filters]);
        for (let s = 0; s < count; s++) {
          for (let o = 0; o < layer.filters; o++) {
            const first = Math.floor(o / drawn.outputs) * drawn.inputs;
            let sum = bias?.[o] ?? 0;
            for (let tap = 0; tap < layer.taps; tap++) {
              for (let c = 0; c < drawn.inputs; c++) {
                const value = windows.data[(s * layer.taps + tap) * layer.channels + first + c]!;
                sum += value * weight![(tap * drawn.inputs + c) * layer.filters + o]!;
              }
            }
            expect(sum).toBeCloseTo(outputs.data[s * layer.filters + o]!, 5);
          }
        }
      }),
      { numRuns: 60, seed: 1 },
    );
  });

  it('is empty after it has finished', () => {
    const builder = new GraphBuilder('g');
    const graph = builder.build([
      conv2d(builder, builder.input('x', [1, 4, 4, 1]), { filters: 1, kernel: 3 }),
    ]);
    const network = { graph, weights: initializeWeights(graph, 1) };
    const node = graph.nodes[0] as NodeOf<'conv2d'>;
    const collector = createCollector(node, layerShapeOf([3, 3, 1, 1], 1, 'depthwise-pointwise'));
    const image = zeros('float32', [1, 4, 4, 1]);
    for (const expected of [5, 16]) {
      collector.add(image, outputOf(network, image), expected, createRandom(1));
      expect(collector.finish().windows.shape[0]).toBe(expected);
    }
  });
});

describe('positions', () => {
  it('are different, ascending, and as many as asked for or as there are', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 300 }),
        fc.integer({ min: 1, max: 300 }),
        fc.nat(),
        (total, count, seed) => {
          const drawn = drawPositions(total, count, createRandom(seed));
          expect(drawn).toHaveLength(Math.min(total, count));
          expect(drawn).toEqual([...new Set(drawn)].sort((a, b) => a - b));
          expect(drawn.every((position) => position >= 0 && position < total)).toBe(true);
        },
      ),
      { seed: 1 },
    );
  });

  it('are all equally likely', () => {
    const random = createRandom(1);
    const counts = new Array<number>(10).fill(0);
    for (let i = 0; i < 4000; i++) for (const position of drawPositions(10, 3, random)) counts[position]!++;
    // 1200 each, with a standard deviation of √(4000 · 0.3 · 0.7) = 29.
    for (const count of counts) expect(Math.abs(count - 1200)).toBeLessThan(5 * 29);
  });
});
