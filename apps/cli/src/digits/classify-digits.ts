/** @file The digit network that comes with the command line, at work on the digits that come with it. */
import { costOf } from '@sepconv/cost-model';
import { readSafetensors } from '@sepconv/formats/safetensors';
import { compile } from '@sepconv/kernels';
import { toFloat32 } from '@sepconv/tensor';
import { digitNetwork } from '@sepconv/train';
import { topGuesses } from '../classify.js';
import type { EngineChoice } from '../commands/arguments.js';
import { storedImages } from './images.generated.js';
import { storedNetwork } from './network.generated.js';

const side = 28;

/** MNIST's mean and standard deviation, in bytes: what the network was trained with. */
const normalization = { mean: 0.1307 * 255, standardDeviation: 0.3081 * 255 };

/** Runs of one image for its time. */
const runs = 25;

/** A digit and what the network sees in it. */
export interface DigitGuess {
  /** What it is. */
  readonly digit: number;
  /** What the network says. */
  readonly guess: number;
  readonly probability: number;
  /** 28×28 bytes. */
  readonly pixels: Uint8Array;
}

/** What the network is and did. */
export interface DigitsResult {
  readonly engine: string;
  readonly guesses: readonly DigitGuess[];
  /** Of one image, the median. */
  readonly milliseconds: number;
  readonly bytes: number;
  readonly macs: number;
  /** On all test images, when it was trained. */
  readonly accuracy: number;
  readonly testImages: number;
}

/** Classifies one bundled test image of every digit. */
export async function classifyDigits(engine: EngineChoice): Promise<DigitsResult> {
  const file = Buffer.from(storedNetwork.weights, 'base64');
  const graph = digitNetwork({ widths: storedNetwork.widths });
  const weights = new Map(
    [...readSafetensors(file).tensors].map(([name, tensor]) => [name, toFloat32(tensor)]),
  );
  const session = await compile(graph, weights, { engine, allowProcessFlags: true });
  const images = Buffer.from(storedImages, 'base64');
  const input = session.inputs.get('image')?.data ?? new Float32Array();
  const times: number[] = [];
  const guesses = Array.from({ length: 10 }, (_, digit): DigitGuess => {
    const pixels = images.subarray(digit * side * side, (digit + 1) * side * side);
    const { mean, standardDeviation } = normalization;
    let output = session.run();
    for (let run = 0; run < runs; run++) {
      pixels.forEach((byte, i) => {
        input[i] = (byte - mean) / standardDeviation;
      });
      const before = performance.now();
      output = session.run();
      times.push(performance.now() - before);
    }
    const [best] = topGuesses(output, { count: 1, labels: undefined, isProbability: false });
    return { digit, guess: best?.index ?? -1, probability: best?.probability ?? 0, pixels };
  });
  const { name } = session.engine;
  session.dispose();
  return {
    engine: name,
    guesses,
    milliseconds: times.sort((a, b) => a - b)[times.length >> 1] ?? 0,
    bytes: file.length,
    macs: costOf(graph).totals.macs,
    accuracy: storedNetwork.accuracy,
    testImages: storedNetwork.testImages,
  };
}
