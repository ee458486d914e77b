/** @file Whether an answer to one form of a layer is right. Only the worker asks, so that the page does not load the reference. */
import type { Network } from '@sepconv/graph';
import type { LayerOptions } from '@sepconv/mobilenet';
import { runReferenceWith } from '@sepconv/reference';
import { compareTensors, createTensor, type Tensor } from '@sepconv/tensor';
import { layerOps } from '../layer-ops.js';
import type { Form } from './forms.js';

/** Products that are summed for one output element, over both steps where there are two. */
function sumLength(form: Form, { kernel, inputChannels }: LayerOptions): number {
  const window = kernel * kernel;
  return {
    standard: window * inputChannels,
    depthwise: window,
    pointwise: inputChannels,
    separable: window + inputChannels,
  }[form];
}

const absolute = ({ shape, data }: Tensor): Tensor<'float32'> =>
  createTensor('float32', shape, Float32Array.from(data, Math.abs));

/**
 * Whether an output is the reference's within rounding: each of n additions may round once, so an element may be off by
 * (n + 4) · 2⁻²⁴ · Σ|x·w|. The sum of absolute products is the same network on absolute numbers.
 */
export function isRight(
  form: Form,
  layer: LayerOptions,
  network: Network,
  image: Tensor,
  output: Tensor,
): boolean {
  const weights = new Map([...network.weights].map(([name, weight]) => [name, absolute(weight)]));
  const [expected] = runReferenceWith(layerOps, network, image).values();
  const [magnitude] = runReferenceWith(layerOps, { ...network, weights }, absolute(image)).values();
  const unit = (sumLength(form, layer) + 4) * 2 ** -24;
  return compareTensors(
    output,
    expected!,
    Float64Array.from(magnitude!.data, (sum) => sum * unit),
  ).ok;
}
