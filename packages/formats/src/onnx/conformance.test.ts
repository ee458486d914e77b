import { fileURLToPath } from 'node:url';
import { findCaseFolders, type OnnxResult, runCaseFolder } from '@sepconv/conformance/onnx';
import { runReference } from '@sepconv/reference';
import { beforeAll, describe, expect, test } from 'vitest';
import { hasShared, sharedPath, sharedTitle } from '../../test/shared-files.js';
import * as formats from '../onnx.js';

const folder = 'conformance/onnx-node';

/** Everything that no graph can express today, by the beginnings of the cases' names. */
const unsupported: readonly (readonly [prefix: string, why: string])[] = [
  ['test_convtranspose_3d', '3-D'],
  ['test_batchnorm_', 'training mode'],
  ['test_cast_FLOAT_to_', 'no strings and no bfloat16'],
  ['test_identity_', 'sequences and optionals'],
  ['test_constantofshape_int_shape_zero', 'an output without elements'],
  ['test_reshape_allowzero_reordered', 'an input without elements'],
  ['test_slice_start_out_of_bounds', 'an output without elements'],
];

describe.skipIf(!hasShared(folder))(sharedTitle('ONNX’s operator tests', folder), () => {
  const results: OnnxResult[] = [];
  const named = (status: OnnxResult['status']) => results.filter((result) => result.status === status);

  beforeAll(async () => {
    for (const found of findCaseFolders(fileURLToPath(sharedPath(folder)))) {
      results.push(await runCaseFolder(found, formats, runReference));
    }
  });

  test('fail nowhere', () => {
    expect(named('failed')).toEqual([]);
  });

  test('pass wherever the ops are there', () => {
    expect(results.length).toBe(250);
    expect(named('passed').length).toBe(240);
    expect(named('passed').filter(({ atLoad }) => !atLoad).length).toBeGreaterThanOrEqual(150);
  });

  test('are refused only for a known reason', () => {
    const unexpected = named('unsupported').filter(
      ({ name }) => !unsupported.some(([prefix]) => name.startsWith(prefix)),
    );
    expect(unexpected).toEqual([]);
  });
});
