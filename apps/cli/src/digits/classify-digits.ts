/** @file The digit network that comes with the command line, at work on the digits that come with it. */
import { costOf } from '@sepconv/cost-model';
import { compile } from '@sepconv/kernels';
import { rankClasses } from '@sepconv/vision';
import type { EngineChoice, ThreadsChoice } from '../commands/arguments.js';
import { storedNetwork } from './network.generated.js';
import { digitInput, sampleDigits, storedDigitNetwork, storedDigitWeights } from './stored-digits.js';

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
export async function classifyDigits(engine: EngineChoice, threads: ThreadsChoice): Promise<DigitsResult> {
  const { graph, weights } = storedDigitNetwork();
  const session = await compile({ graph, weights }, { engine, allowProcessFlags: true, threads });
  await session.ready();
  const times: number[] = [];
  const guesses = sampleDigits().map((pixels, digit): DigitGuess => {
    const image = digitInput(pixels);
    let output = session.run(image);
    for (let run = 0; run < runs; run++) {
      const before = performance.now();
      output = session.run(image);
      times.push(performance.now() - before);
    }
    const [best] = rankClasses(output, 1, false);
    return { digit, guess: best?.index ?? -1, probability: best?.probability ?? 0, pixels };
  });
  const { name } = session.engine;
  session.dispose();
  return {
    engine: name,
    guesses,
    milliseconds: times.sort((a, b) => a - b)[times.length >> 1] ?? 0,
    bytes: storedDigitWeights().length,
    macs: costOf(graph).totals.macs,
    accuracy: storedNetwork.accuracy,
    testImages: storedNetwork.testImages,
  };
}
