/** @file What a trained network takes for what, as a table and a list. */
import { printable } from '../errors.js';
import type { Confusion } from '../train/mistakes.js';
import { formatPercent } from './numbers.js';
import { heading, type Style, shorten, table } from './text.js';

/** Classes that a table has room for; of more, the pairs that are confused most often are listed. */
const mostClasses = 10;
const mostPairs = 8;
const mostFiles = 5;

/** As many letters of a class's name as a column has room for. */
const columnWidth = (classes: number): number => Math.max(3, Math.floor(48 / classes) - 2);

function confusionTable({ classes, counts }: Confusion, style: Style): string {
  const width = columnWidth(classes.length);
  const names = classes.map((name) => printable(name));
  const rows = counts.map((row, i) => [
    shorten(names[i] as string, 18),
    ...row.map((count) => (count === 0 ? '·' : String(count))),
  ]);
  return table(
    [{ title: 'is', align: 'left' }, ...names.map((name) => ({ title: shorten(name, width) }))],
    rows,
    style,
  );
}

function pairList({ classes, counts }: Confusion, style: Style): string {
  const pairs = counts
    .flatMap((row, isOf) => row.map((count, takenFor) => ({ isOf, takenFor, count })))
    .filter(({ isOf, takenFor, count }) => isOf !== takenFor && count > 0)
    .sort((a, b) => b.count - a.count)
    .slice(0, mostPairs);
  if (pairs.length === 0) return '';
  const name = (i: number): string => shorten(printable(classes[i] as string), 24);
  const rows = pairs.map(({ isOf, takenFor, count }) => [name(isOf), name(takenFor), String(count)]);
  return table(
    [{ title: 'is', align: 'left' }, { title: 'taken for', align: 'left' }, { title: 'images' }],
    rows,
    style,
  );
}

/** The table, or the worst pairs, and the surest mistakes by their files. */
export function confusionReport(confusion: Confusion, style: Style): string {
  const { classes, accuracy, worst } = confusion;
  const content =
    classes.length <= mostClasses ? confusionTable(confusion, style) : pairList(confusion, style);
  const files = worst
    .filter(({ file }) => file !== undefined)
    .slice(0, mostFiles)
    .map(
      ({ file, isOf, takenFor, probability }) =>
        `  ${printable(file as string)}: ${printable(isOf)}, taken for ${printable(takenFor)} (${formatPercent(probability)})\n`,
    );
  const title = heading(
    `What it takes for what, of images held back: ${formatPercent(accuracy)} right`,
    style,
  );
  const list = files.length === 0 ? '' : `\nIts surest mistakes:\n${files.join('')}`;
  return `\n${title}${content}${list}`;
}
