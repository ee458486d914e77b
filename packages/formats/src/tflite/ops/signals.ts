/**
 * @file What audio networks compute first: RFFT2D of rows, whose spectrum is complex and so no value of a graph; REAL, IMAG and COMPLEX_ABS
 * behind it are read together with it. Source: https://github.com/tensorflow/tensorflow, lite/kernels/rfft2d.cc.
 */
import { elementCount } from '@sepconv/tensor';
import { type Composer, type Step, step } from '../../composites/composer.js';
import { magnitudes, realSpectrum, type Spectrum } from '../../composites/spectrum.js';
import { refuse } from '../../errors.js';
import { composerOf } from '../composer.js';
import { type NodeResult, OperatorContext } from '../context.js';

/** Operators that leave the elements of a spectrum in their order. */
const views: ReadonlySet<string> = new Set(['RESHAPE', 'SQUEEZE', 'EXPAND_DIMS']);

/** The RFFT2D whose spectrum an operator reads. */
function transformOf(context: OperatorContext): OperatorContext {
  const { producers } = context.state;
  let operator = producers.get(context.operator.inputs[0] ?? -1);
  while (operator !== undefined && views.has(operator.op)) operator = producers.get(operator.inputs[0] ?? -1);
  if (operator?.op !== 'RFFT2D') refuse('reads complex numbers that no RFFT2D gives');
  return new OperatorContext(context.state, operator);
}

/** A reader of an operator on a spectrum. */
const ofSpectrum =
  (make: (c: Composer, spectrum: Spectrum) => Step) =>
  (context: OperatorContext): NodeResult => {
    const transform = transformOf(context);
    const [height = 0, length = 0] = transform.integers(1, 'the lengths of the transform');
    const shape = transform.shape(0);
    const width = shape.at(-1) as number;
    if (height !== 1 || shape.at(-2) !== 1 || !(length >= 1))
      refuse(`transforms images of ${height}×${length}; single rows are supported`);
    const { budget } = context.state;
    const bins = Math.floor(length / 2) + 1;
    budget.checkValue([Math.min(width, length), bins], 'the matrix of the transform');
    budget.charge(8 * Math.min(width, length) * bins, 'the matrix of the transform');
    const c = composerOf(context);
    const rows = c.reshaped(transform.value(0), [elementCount(shape) / width, width]);
    const found = c.add(make(c, realSpectrum(c, rows, length)));
    const said = context.output.shape;
    const fits = elementCount(said) === elementCount(c.shape(found));
    return context.node('reshape', [found], { shape: fits ? said : [...shape.slice(0, -1), bins] });
  };

/** Readers by TFLite's name of the operator. */
export const signalReaders = {
  COMPLEX_ABS: ofSpectrum(magnitudes),
  IMAG: ofSpectrum((c, { imaginary }) => step('reshape', [imaginary], { shape: [...c.shape(imaginary)] })),
  REAL: ofSpectrum((c, { real }) => step('reshape', [real], { shape: [...c.shape(real)] })),
  RFFT2D: (): never => refuse('gives complex numbers to an operator that does not take them'),
};
