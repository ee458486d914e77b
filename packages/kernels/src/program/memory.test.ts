import { GraphBuilder } from '@sepconv/graph';
import { zeros } from '@sepconv/tensor';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { chooseEngine } from '../engines/choose.js';
import { EngineError } from '../errors.js';
import { compile } from '../session.js';
import { emitStandalone } from '../standalone.js';
import { allocateMemory } from './memory.js';

afterEach(() => {
  vi.restoreAllMocks();
});

/** A network whose image alone has 6.4 GB. */
function largeImage() {
  const builder = new GraphBuilder('large');
  const image = builder.input('image', [1, 20000, 20000, 4]);
  return { graph: builder.build([builder.node('relu', [image], {})]), weights: new Map() };
}

/** A network of small values whose padded image has 17 GB. */
function largeScratch() {
  const builder = new GraphBuilder('scratch');
  const image = builder.input('image', [1, 2, 2, 64]);
  const weight = builder.parameter('weight', [3, 3, 64, 4], 'weight');
  const attributes = {
    groups: 1,
    strides: [8000, 8000] as const,
    dilations: [1, 1] as const,
    padding: { top: 4096, bottom: 4096, left: 4096, right: 4096 },
  };
  const graph = builder.build([builder.node('conv2d', [image, weight], attributes)]);
  return { graph, weights: new Map([['weight', zeros('float32', [3, 3, 64, 4])]]) };
}

describe('a network that needs more memory than WebAssembly has', () => {
  test.each([
    ['in its values', largeImage],
    ['between them', largeScratch],
  ])('%s is refused with both numbers, before anything is allocated', async (_, network) => {
    const { graph, weights } = network();
    // The engine's proof takes memory too; it is made once.
    await chooseEngine('simd128', false);
    const allocate = vi.spyOn(WebAssembly, 'Memory');
    const compiled = compile({ graph, weights }, { engine: 'simd128' });
    await expect(compiled).rejects.toThrow(EngineError);
    await expect(compiled).rejects.toThrow(/needs \d{10,} bytes of memory, but .* at most 4294967296/);
    expect(allocate.mock.calls.filter(([{ initial }]) => initial > 16)).toEqual([]);
    expect(() => emitStandalone({ graph, weights })).toThrow(/needs \d{10,} bytes/);
  });
});

test('memory that the system does not give is a typed error', () => {
  vi.spyOn(WebAssembly, 'Memory').mockImplementation(function refuse() {
    throw new RangeError('WebAssembly.Memory(): could not allocate memory');
  });
  expect(() => allocateMemory(100_000)).toThrow(EngineError);
  expect(() => allocateMemory(100_000)).toThrow(/needs 100000 bytes of memory, which this system/);
});
