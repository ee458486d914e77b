/** @file The one place where bytes become code, which some places forbid. */

import { EngineError } from '../errors.js';
import type { OwnBytes } from '../wasm/code.js';

const isForbidden = (message: string): boolean =>
  /content security policy|blocked by csp|unsafe-eval|disallowed by embedder|code generation/i.test(message);

/**
 * Compiles and instantiates a module.
 *
 * @throws {EngineError} saying what to allow, or what to use instead, where this place makes no code of bytes.
 */
export async function generate(
  bytes: OwnBytes,
  imports: WebAssembly.Imports,
): Promise<WebAssembly.WebAssemblyInstantiatedSource> {
  try {
    return await WebAssembly.instantiate(bytes, imports);
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    if (!isForbidden(message)) throw cause;
    throw new EngineError(
      `this place forbids to make WebAssembly while it runs (${message}): in a page or an extension let its Content-Security-Policy allow script-src 'self' 'wasm-unsafe-eval'; where nothing can be allowed, as in edge functions, compile the network ahead of time with "sepconv build" or emitStandalone of @sepconv/kernels/standalone`,
      { cause },
    );
  }
}
