/** @file What the evidence for quantization has found, read from the file that it writes. For pages that are made at build time. */
import { existsSync, readFileSync } from 'node:fs';
import type { Circumstances } from './bench-results.js';
import type { OverSeeds } from './evidence.js';

/** The digit networks that are quantized, by their names in the file. */
export const variants = ['ReLU6', 'ReLU', 'ReLU, scales pushed'] as const;
export type Variant = (typeof variants)[number];

/** A way to quantize, and what it comes to. */
export interface WayResult {
  readonly way: string;
  readonly accuracy: Readonly<Record<Variant, OverSeeds>>;
}

/** A published network beside itself in real numbers. */
export interface AgreementResult {
  readonly name: string;
  readonly heldBack: number;
  readonly ways: Readonly<Record<string, { readonly sameTop?: number; readonly outputError: number }>>;
}

/** What `npm run evidence:quantization` writes, as far as the site shows it. */
export interface QuantizationEvidence {
  readonly circumstances: Circumstances;
  readonly scale: {
    readonly seeds: readonly number[];
    readonly epochs: number;
    readonly calibrationImages: number;
  };
  readonly rows: readonly WayResult[];
  readonly agreement: readonly AgreementResult[];
}

/** The results in a file; `undefined` when there is none. */
export function readQuantizationEvidence(
  path = '../../evidence/quantization.json',
): QuantizationEvidence | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as QuantizationEvidence) : undefined;
}

const words = {
  en: new Map([
    ['real numbers', 'real numbers'],
    ['plain, one scale for each tensor', 'as it is, one scale for each tensor'],
    ['plain, one scale for each channel', 'as it is, one scale for each channel'],
    ['by channel, least squared error', 'ranges of least squared error'],
    ['+ equalization', '+ equalization'],
    ['+ bias correction', '+ bias correction'],
    ['+ adaptive rounding', '+ rounding that is learnt'],
    ['by tensor, equalized and corrected', 'one scale for each tensor, equalized and corrected'],
    ['trained for it, learnt ranges', 'trained for it, learnt ranges'],
    ['trained for it, moving averages', 'trained for it, moving averages'],
    ['trained for it, one scale for each tensor', 'trained for it, one scale for each tensor'],
  ]),
  zh: new Map([
    ['real numbers', '实数'],
    ['plain, one scale for each tensor', '直接量化，每个张量一个比例'],
    ['plain, one scale for each channel', '直接量化，每个通道一个比例'],
    ['by channel, least squared error', '按最小平方误差取范围'],
    ['+ equalization', '＋ 均衡'],
    ['+ bias correction', '＋ 偏置校正'],
    ['+ adaptive rounding', '＋ 学习舍入'],
    ['by tensor, equalized and corrected', '每个张量一个比例，均衡并校正'],
    ['trained for it, learnt ranges', '为此训练，范围由学习得出'],
    ['trained for it, moving averages', '为此训练，范围取滑动平均'],
    ['trained for it, one scale for each tensor', '为此训练，每个张量一个比例'],
  ]),
} as const;

/** A way in the words of a language; one that has none keeps its own. */
export const wayIn = (language: keyof typeof words, way: string): string => words[language].get(way) ?? way;
