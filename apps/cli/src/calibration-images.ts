import type { Tensor } from '@sepconv/tensor';
import { printable } from './errors.js';
import type { Progress } from './progress.js';
import { checkFlags, type InputFlags, imageInput, preprocessingFor, readInput } from './run-input.js';
import type { TargetNetwork } from './target.js';

/** The images of --calibrate as inputs of a network, all read before anything is computed; `undefined` where there are none. */
export async function calibrationImages(
  { network, inputs, metadata = {} }: TargetNetwork,
  flags: InputFlags & { readonly calibrate?: readonly string[] },
  progress: Progress,
): Promise<readonly Tensor[] | undefined> {
  if (flags.calibrate === undefined) return undefined;
  const input = imageInput({ network, inputs }, '--calibrate');
  checkFlags(flags, input);
  const preprocessing = preprocessingFor(flags, input, metadata);
  const tensors: Tensor[] = [];
  for (const image of flags.calibrate) {
    progress.say(`Reading ${printable(image)}`);
    tensors.push(await readInput(image, input, preprocessing));
  }
  return tensors;
}
