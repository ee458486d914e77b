import { lanes, planGlobalPool } from '@sepconv/kernels/toolkit';
import type { Shape4 } from '../../ops/training-op.js';
import { type NodePlanner, outputBuffer } from '../planned-node.js';

/** The mean of each channel; back, every pixel gets its share. */
export const planGlobalAveragePool2d: NodePlanner<'global-average-pool2d'> = (context) => {
  const { list, node, engine, shapes, inputs } = context;
  const [batch, height, width, channels] = shapes[0] as Shape4;
  const pixels = height * width;
  const output = outputBuffer(context);
  const kernel = planGlobalPool(engine, { mode: 'average', batch, pixels, channels });
  const units = batch * Math.ceil(channels / (kernel.vectors * lanes));
  list.kernel(node.name, kernel, units, inputs[0]!, output);
  return {
    output,
    backward: (gradient) => {
      const toInput = list.buffer(`${node.name}/input-gradient`, inputs[0]!.floats);
      list.script(node.name, [gradient, toInput], (g, target) => {
        let to = 0;
        for (let n = 0; n < batch; n++) {
          const share = g!.subarray(n * channels, (n + 1) * channels).map((value) => value / pixels);
          for (let pixel = 0; pixel < pixels; pixel++, to += channels) target!.set(share, to);
        }
      });
      context.give(0, toInput);
    },
  };
};
