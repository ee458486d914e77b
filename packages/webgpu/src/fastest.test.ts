import { expect, test } from 'vitest';
import { fastest } from './fastest.js';

/** A clock that backends move on by what a run takes them. */
function backends(cpuMs: number, gpuMs: number) {
  let time = 0;
  const disposed: string[] = [];
  const make = (name: string, ms: number) => async () => ({
    run: (input: number) => {
      time += ms;
      return input;
    },
    dispose: () => void disposed.push(name),
  });
  return { cpu: make('cpu', cpuMs), gpu: make('gpu', gpuMs), now: () => time, input: 1, disposed };
}

test('the faster backend is kept and the other one ends', async () => {
  const fastGpu = backends(10, 2);
  const chosen = await fastest(fastGpu);
  expect(chosen.backend).toBe('gpu');
  expect(chosen.kept).toEqual({ backend: 'gpu', cpuMs: 10, gpuMs: 2 });
  expect(chosen.reason).toBe('gpu: 2.00 ms on the GPU, 10.00 ms on the CPU, with upload and read-back');
  expect(fastGpu.disposed).toEqual(['cpu']);
  const slowGpu = backends(3, 28.8);
  expect((await fastest(slowGpu)).backend).toBe('cpu');
  expect(slowGpu.disposed).toEqual(['gpu']);
});

test('a choice that was kept is taken without measuring', async () => {
  const given = backends(10, 2);
  const { backend, session } = await fastest({ ...given, kept: { backend: 'cpu', cpuMs: 1, gpuMs: 2 } });
  expect(backend).toBe('cpu');
  expect(given.now()).toBe(0);
  expect(await session.run(4)).toBe(4);
});

test('a choice that does not run any more is made anew', async () => {
  const none = async (): Promise<never> => {
    throw new Error('there is no WebGPU here');
  };
  const given = { ...backends(10, 2), gpu: none };
  const { backend, kept } = await fastest({ ...given, kept: { backend: 'gpu', cpuMs: 9, gpuMs: 2 } });
  expect(backend).toBe('cpu');
  expect(kept).toEqual({ backend: 'cpu' });
});

test('a backend that does not run the network leaves the other, with the reason', async () => {
  const none = async (): Promise<never> => {
    throw new Error('there is no WebGPU here');
  };
  const given = backends(10, 2);
  const { backend, reason } = await fastest({ ...given, gpu: none });
  expect(backend).toBe('cpu');
  expect(reason).toContain('there is no WebGPU here');
  expect((await fastest({ ...given, cpu: none })).backend).toBe('gpu');
  await expect(fastest({ ...given, cpu: none, gpu: none })).rejects.toThrow('no WebGPU');
});
