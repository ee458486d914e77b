/** @file The digit network and the digits that the command line and the site show, as `npm run digits` has made them. */
import { readSafetensors } from '@sepconv/formats/safetensors';
import type { Network } from '@sepconv/graph';
import { float32Tensor, type Tensor, toFloat32 } from '@sepconv/tensor';
import { digitNetwork } from '@sepconv/train';
import { storedImages } from './images.generated.js';
import { storedNetwork } from './network.generated.js';

/** Pixels of an image along height and width. */
export const digitSide = 28;

/** MNIST's mean and standard deviation, in bytes: what the network was trained with. */
export const digitNormalization = { mean: 0.1307 * 255, standardDeviation: 0.3081 * 255 };

const bytesOf = (base64: string): Uint8Array =>
  Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));

/** The file of the trained network's weights, safetensors. */
export const storedDigitWeights = (): Uint8Array => bytesOf(storedNetwork.weights);

/** The trained network. */
export function storedDigitNetwork(): Network {
  const { tensors } = readSafetensors(storedDigitWeights());
  return {
    graph: digitNetwork({ widths: storedNetwork.widths }),
    weights: new Map([...tensors].map(([name, tensor]) => [name, toFloat32(tensor)])),
  };
}

/** One test image of every digit, in their order: 28×28 bytes each. */
export function sampleDigits(): readonly Uint8Array[] {
  const all = bytesOf(storedImages);
  const size = digitSide * digitSide;
  return Array.from({ length: 10 }, (_, digit) => all.subarray(digit * size, (digit + 1) * size));
}

/** An image of 28×28 bytes as the network takes it. */
export const digitInput = (image: Uint8Array): Tensor<'float32'> =>
  float32Tensor(
    [1, digitSide, digitSide, 1],
    Float32Array.from(
      image,
      (byte) => (byte - digitNormalization.mean) / digitNormalization.standardDeviation,
    ),
  );
