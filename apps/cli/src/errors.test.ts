import { TensorError } from '@sepconv/tensor';
import { describe, expect, it } from 'vitest';
import { DataError, UsageError, withContext } from './errors.js';

describe('withContext', () => {
  it('puts the file in front of an error of ours', async () => {
    const failing = withContext('the image "a.png"', () => {
      throw new TensorError('has no content');
    });
    await expect(failing).rejects.toThrow(new DataError('the image "a.png": has no content'));
  });
  it('leaves usage errors and bugs alone', async () => {
    const usage = new UsageError('no');
    const bug = new TypeError('x is undefined');
    for (const error of [usage, bug]) {
      await expect(
        withContext('here', () => {
          throw error;
        }),
      ).rejects.toBe(error);
    }
  });
});
