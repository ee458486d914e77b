import { expect, test } from 'vitest';
import { labelsOfText } from './labels.js';

test('takes class names, one a line, as many as there are classes', () => {
  expect(labelsOfText('\ufeffcat\r\ndog\n', 2)).toEqual(['cat', 'dog']);
  expect(() => labelsOfText('cat\ndog', 3)).toThrow('2 lines, but the network has 3 classes (some lists');
});
