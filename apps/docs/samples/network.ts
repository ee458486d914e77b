import { costOf } from '@sepconv/cost-model';
import {
  batchNorm,
  depthwiseConv2d,
  GraphBuilder,
  pointwiseConv2d,
} from '@sepconv/graph';

// One block as in MobileNetV1, for an image of 32 × 32 pixels with 16 channels.
const builder = new GraphBuilder('block');
const image = builder.input('image', [1, 32, 32, 16]);
const depthwise = depthwiseConv2d(builder, image, {
  name: 'depthwise',
  kernel: 3,
  bias: false,
});
const normalized = batchNorm(builder, depthwise);
const activated = builder.node('relu6', [normalized], {});
const mixed = pointwiseConv2d(builder, activated, { name: 'pointwise', filters: 32 });
export const graph = builder.build([mixed]);

for (const { name, macs, params } of costOf(graph).layers) {
  console.log(`${name}: ${macs} multiply-adds, ${params.trainable} parameters`);
}
// depthwise: 147456 multiply-adds, 144 parameters
// batch-norm: 0 multiply-adds, 32 parameters
// relu6: 0 multiply-adds, 0 parameters
// pointwise: 524288 multiply-adds, 544 parameters
