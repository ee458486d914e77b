/** "mobilenet-v1_0.25_32": inputs "image" 1×32×32×3; outputs "head/softmax" 1×10. */
export interface Session {
  /** Views into the session's memory; a run may overwrite them. */
  readonly inputs: { readonly "image": Float32Array };
  /** Views into the session's memory, valid until the next run. */
  readonly outputs: { readonly "head/softmax": Float32Array };
  /** Runs on an array, row-major, images as N, H, W, C; returns the first output's view. */
  run(input: ArrayLike<number>): Float32Array;
  /** Runs on arrays by name, or without any on what lies in `inputs`; returns `outputs`. */
  run(inputs?: { readonly "image": ArrayLike<number> }): Session['outputs'];
}

/** A session over a compiled module and the bytes of classifier.weights. */
export function createSession(module: WebAssembly.Module, weights: ArrayBuffer | ArrayBufferView): Promise<Session>;

/** Takes classifier.wasm and classifier.weights from beside the module, or from `base`, and makes a session. */
export function load(base?: string | URL): Promise<Session>;
