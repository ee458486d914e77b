import { formatShape, type Shape } from '@sepconv/tensor';
import { printable } from '../errors.js';
import { type EngineReport, engineText } from '../measure-graphs.js';
import { heading, paragraphs, type Style } from './text.js';

/** What a network has computed up to a node. */
export interface UntilReport {
  readonly model: string;
  readonly image: string;
  /** The node's name as given. */
  readonly until: string;
  readonly engine: EngineReport;
  /** As the file counts. */
  readonly shape: Shape;
  readonly data: ArrayLike<number>;
}

/** The smallest, the largest and the mean of the numbers. */
function summaryOf(data: ArrayLike<number>): { min: number; max: number; mean: number } {
  let [min, max, sum] = [Infinity, -Infinity, 0];
  for (let i = 0; i < data.length; i++) {
    const value = data[i] as number;
    [min, max, sum] = [Math.min(min, value), Math.max(max, value), sum + value];
  }
  return { min, max, mean: sum / data.length };
}

const shownNumbers = 8;

/** Shape, range and the first numbers. */
export function untilReport({ model, image, until, engine, shape, data }: UntilReport, style: Style): string {
  const { min, max, mean } = summaryOf(data);
  const first = Array.from({ length: Math.min(shownNumbers, data.length) }, (_, i) =>
    (data[i] as number).toPrecision(5),
  );
  const more = data.length > shownNumbers ? ' …' : '';
  return [
    heading(`${printable(image)} in ${printable(model)}, up to ${printable(until)}`, style),
    paragraphs(
      [
        `${formatShape(shape)} numbers from ${min.toPrecision(5)} to ${max.toPrecision(5)}, on average ${mean.toPrecision(5)}.`,
        `${first.join(' ')}${more}`,
        `Engine ${engineText(engine)}. --json has all numbers.`,
      ],
      style,
    ),
  ].join('');
}

/** The same as data, with all numbers in the file's order; JSON has no NaN and no infinity, which are null. */
export function untilJson({ engine, data, ...rest }: UntilReport): object {
  return { ...rest, engine: engine.name, ...summaryOf(data), data: Array.from(data) };
}
