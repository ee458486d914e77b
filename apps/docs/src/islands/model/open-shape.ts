/** @file The shape that a file leaves open, which the page asks the reader for. */
import { OpenShapeError } from '@sepconv/formats';

/** Whole shapes of inputs by their names, as the file counts them: what `readNetwork` takes. */
export type Shapes = Readonly<Record<string, readonly number[]>>;

/** An input whose shape is not fixed. */
export interface OpenShape {
  /** Its name in the file. */
  readonly input: string;
  /** Its dimensions in the file: a number, the name of an open one, or '' for one without a name. */
  readonly dims: readonly (number | string)[];
}

/** What an open dimension probably is: the batch is first, and images of 224×224 are the most common. */
export const likelySize = (axis: number): number => (axis === 0 ? 1 : 224);

export const isOpen = (dimension: number | string): boolean =>
  !(typeof dimension === 'number' && dimension > 0);

/** What the reader has to be asked, when that is why a file could not be read. */
export function openShapeOf(error: unknown): OpenShape | undefined {
  if (!(error instanceof OpenShapeError) || error.dims.length === 0) return undefined;
  return { input: error.input, dims: error.dims };
}
