import type { DigitGuess, DigitsResult } from '../digits/classify-digits.js';
import { createDots } from './dots.js';
import { formatBytes, formatCount, formatMilliseconds, formatPercent } from './numbers.js';
import { heading, paragraphs, type Style } from './text.js';

const side = 28;
/** Rows of the image that are drawn: the digits have a margin of four pixels. */
const [firstRow, lastRow] = [4, 24] as const;
/** A pixel counts as ink from here on. */
const ink = 96;

/** A digit in 14 columns and five lines of dots. */
function digitPicture(pixels: Uint8Array): string[] {
  const { columns, rows, dot, lines } = createDots(side / 2, (lastRow - firstRow) / 4);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      if ((pixels[(firstRow + row) * side + column] ?? 0) >= ink) dot(column, row);
    }
  }
  return lines();
}

const perRow = 5;
const gap = ' ';

function rowOf(guesses: readonly DigitGuess[], { colors }: Style): string {
  const pictures = guesses.map(({ pixels }) => digitPicture(pixels));
  const lines = (pictures[0] ?? []).map((_, i) => `  ${pictures.map((picture) => picture[i]).join(gap)}`);
  const captions = guesses.map(({ digit, guess, probability }) => {
    const text = `${guess}, ${formatPercent(probability)}`;
    const padded = text.padStart(7 + Math.ceil(text.length / 2)).padEnd(side / 2);
    return guess === digit ? colors.green(padded) : colors.red(padded);
  });
  return `${lines.join('\n')}\n  ${captions.join(gap)}`.trimEnd();
}

/** The digits with what the network says of them, and what the network is. */
export function digitsReport(result: DigitsResult, style: Style): string {
  const { guesses, engine, milliseconds, bytes, macs, accuracy, testImages } = result;
  const rows = Array.from({ length: Math.ceil(guesses.length / perRow) }, (_, i) =>
    rowOf(guesses.slice(i * perRow, (i + 1) * perRow), style),
  );
  return [
    heading(`A trained separable network at work, engine ${engine}`, style),
    `${rows.join('\n\n')}\n\n`,
    paragraphs(
      [
        `Digits that it never saw in training, with its guess below each. It has ${formatBytes(bytes)} of weights and ${formatCount(macs)} MACs, takes ${formatMilliseconds(milliseconds)} an image, and gets ${formatPercent(accuracy)} of ${testImages} test images right. sepconv train digits makes one like it.`,
      ],
      style,
    ),
  ].join('');
}

/** The same as data. */
export function digitsJson({ guesses, ...rest }: DigitsResult): object {
  return { ...rest, guesses: guesses.map(({ pixels: _, ...guess }) => guess) };
}
