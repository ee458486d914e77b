import { SepconvError } from '@sepconv/tensor';

/** A network, a data set or an option that training cannot work with. */
export class TrainError extends SepconvError {
  override readonly name: string = 'TrainError';
}
