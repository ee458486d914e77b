/** @file Photos for ONNX inputs of integers that have no scale: the bytes themselves. */

import { float32Tensor } from '@sepconv/tensor';
import { asStored } from '@sepconv/vision';
import { describe, expect, it } from 'vitest';
import { hasShared, sharedPath, sharedTitle } from '../../../../packages/formats/test/shared-files.js';
import { sepconv } from '../testing/terminal.js';

describe('an input of integers without a scale', () => {
  it.each([
    ['uint8', [0, 2, 200, 255]],
    ['int8', [-128, 2, 127, 127]],
    ['int32', [-300, 2, 200, 300]],
  ] as const)('takes rounded numbers as %s', (dtype, wanted) => {
    const taken = asStored(float32Tensor([4], [-300, 1.75, 200.25, 300]), { name: 'x', shape: [4], dtype });
    expect(taken.dtype).toBe(dtype);
    expect([...taken.data]).toEqual(wanted);
  });

  const model = 'cases/round-2/networks/uint8-classifier.onnx';
  it.runIf(hasShared(model)).each(['run', 'verify'])(
    sharedTitle('takes a photo by %s', model),
    async (command) => {
      const image = sharedPath('images/bird.bmp').pathname;
      const file = sharedPath(model).pathname;
      const args = command === 'run' ? [file, image] : [file, '--input', image];
      expect(await sepconv([command, ...args])).toMatchObject({ code: 0 });
    },
  );
});
