import { EngineError } from '@sepconv/kernels';
import type { StandaloneFiles } from '@sepconv/kernels/standalone';
import { chooseEngine } from '@sepconv/kernels/toolkit';

/** What a loader exports. */
interface Loader {
  createSession(module: WebAssembly.Module, weights: Uint8Array): Promise<unknown>;
}

/**
 * Makes a session of a network's files, with their own loader, as whoever loads them will.
 *
 * @returns `false` where this runtime lacks the engine's instructions, so that they could not be tried.
 * @throws {EngineError} when they do not run: the module is not accepted, or there is not so much memory.
 */
export async function tryFiles(
  files: StandaloneFiles,
  { engine, name }: { readonly engine: 'simd128' | 'relaxed'; readonly name: string },
): Promise<boolean> {
  const isHere = await chooseEngine(engine, false).then(
    () => true,
    () => false,
  );
  if (!isHere) return false;
  const [loader, module, weights] = ['js', 'wasm', 'weights'].map((kind) => files.get(`${name}.${kind}`));
  try {
    // Not from its file: whether Node takes a .js file for a module depends on the folder.
    const url = `data:text/javascript;base64,${Buffer.from(loader as string).toString('base64')}`;
    const { createSession } = (await import(/* @vite-ignore */ url)) as Loader;
    const compiled = await WebAssembly.compile(module as Uint8Array<ArrayBuffer>);
    await createSession(compiled, weights as Uint8Array);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new EngineError(`what was compiled does not run here: ${reason}`, { cause });
  }
  return true;
}
