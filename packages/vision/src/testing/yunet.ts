/** @file A small network with YuNet's outputs, whose numbers are drawn: what its decoders are compared on. */
import { GraphBuilder, type Network } from '@sepconv/graph';
import { createRandom, createTensor, type Tensor } from '@sepconv/tensor';

/** The side of its image. */
export const yuNetSide = 64;

const parts = [
  ['cls', 1],
  ['obj', 1],
  ['bbox', 4],
  ['kps', 10],
] as const;

/** One convolution for each output, with a step as long as its window. */
export function drawnYuNet(): Network {
  const builder = new GraphBuilder('yunet');
  const image = builder.input('input', [1, yuNetSide, yuNetSide, 3]);
  const weights = new Map<string, Tensor>();
  const random = createRandom(3);
  const outputs = parts.flatMap(([part, row]) =>
    [8, 16, 32].map((stride) => {
      const name = `${part}_${stride}`;
      const shape = [stride, stride, 3, row];
      const count = shape.reduce((product, side) => product * side, 1);
      const data = Float32Array.from(
        { length: count },
        () => ((random.next() - 0.5) * 8) / (stride * stride * 16),
      );
      weights.set(`${name}.w`, createTensor('float32', shape, data));
      const filter = builder.parameter(`${name}.w`, shape, 'weight');
      const cells = (yuNetSide / stride) ** 2;
      const attributes = {
        strides: [stride, stride],
        dilations: [1, 1],
        padding: { top: 0, bottom: 0, left: 0, right: 0 },
        groups: 1,
      } as const;
      const map = builder.node('conv2d', [image, filter], attributes, `${name}.map`);
      const isScore = part === 'cls' || part === 'obj';
      const last = isScore ? builder.node('sigmoid', [map], {}, `${name}.sigmoid`) : map;
      return builder.node('reshape', [last], { shape: [1, cells, row] }, name);
    }),
  );
  return { graph: builder.build(outputs), weights };
}
