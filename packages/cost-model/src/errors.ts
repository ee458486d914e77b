import { SepconvError } from '@sepconv/tensor';

/** A cost that cannot be stated: an op without a formula, a number that is not exact, or an impossible layer. */
export class CostError extends SepconvError {
  override readonly name: string = 'CostError';
}
