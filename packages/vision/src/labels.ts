/** @file Names of classes. */
import { readLocation } from '#platform';
import { VisionError } from './errors.js';

/** Names of classes: a list, or where a file with one a line lies; `false` for numbers. */
export type LabelSource = readonly string[] | string | URL | false;

/**
 * The names in a text, one a line.
 *
 * @throws {VisionError} when there are not as many as the network has classes.
 */
export function labelsOfText(text: string, classes: number): readonly string[] {
  if (typeof text !== 'string' || typeof classes !== 'number') {
    throw new VisionError('labels are a text with a name in each line, for a number of classes');
  }
  const lines = text
    .replace(/^\ufeff/, '')
    .trimEnd()
    .split(/\r?\n/)
    .map((label) => label.trim());
  return checkLabels(lines, classes, 'lines');
}

/** @throws {VisionError} when there are not as many as the network has classes. */
function checkLabels(labels: readonly string[], classes: number, what = 'names'): readonly string[] {
  if (labels.length === classes) return labels;
  const hint =
    Math.abs(labels.length - classes) === 1
      ? ' (some lists have a first line for the background, some do not)'
      : '';
  throw new VisionError(
    `the list of class names has ${labels.length} ${what}, but the network has ${classes} classes${hint}`,
  );
}

/** Names as they are given, or else the file's own; `undefined` where there are none. There must be as many as classes, where these are known. */
export async function givenNames(
  own: readonly string[] | undefined,
  given: LabelSource | undefined,
  classes: number | undefined,
): Promise<readonly string[] | undefined> {
  if (given === false) return undefined;
  if (typeof given === 'string' || given instanceof URL) {
    const { bytes } = await readLocation(given);
    const text = new TextDecoder().decode(bytes);
    return labelsOfText(text, classes ?? text.trimEnd().split('\n').length);
  }
  const labels = given ?? own;
  if (labels === undefined) return undefined;
  if (!Array.isArray(labels) || !labels.every((label) => typeof label === 'string')) {
    throw new VisionError('labels must be a list of texts, the address of a list, or false');
  }
  return classes === undefined ? labels : checkLabels(labels, classes);
}

/**
 * The names of all classes, from the options or from the file.
 *
 * @throws {VisionError} when neither has them.
 */
export async function namesOf(
  { metadata }: { readonly metadata: { readonly labels?: readonly string[] } },
  given: LabelSource | undefined,
  classes: number,
): Promise<readonly string[]> {
  const names = await givenNames(metadata.labels, given, classes);
  if (names !== undefined) return names;
  if (given === false) return Array.from({ length: classes }, (_, index) => String(index));
  throw new VisionError(
    `the file does not name its ${classes} classes: give { labels: ['cat', …] }, the address of a list with one a line, or { labels: false } for numbers`,
  );
}
