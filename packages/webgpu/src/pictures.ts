/** @file Pictures that go to a network without a visit to the CPU. */
import type { GraphInput, HeightWidth } from '@sepconv/graph';
import { formatShape } from '@sepconv/tensor';
import { usage } from './buffer-usage.js';
import { emitImage, imageSide } from './emit/image.js';
import { GpuError } from './errors.js';

/** A number for all colours, or one for each of red, green and blue. */
export type PerColour = number | readonly [red: number, green: number, blue: number];

/**
 * A picture as the input `[1, H, W, 3]` of a network: resized with antialiasing (as Pillow's bilinear filter, in float32), colours from 0
 * to 1 times `scale` plus `offset`. A camera's picture never visits the CPU.
 */
export interface GpuPicture {
  readonly picture: GPUCopyExternalImageSource;
  /** Default 1. */
  readonly scale?: PerColour;
  /** Default 0. */
  readonly offset?: PerColour;
}

export const isPicture = (input: unknown): input is GpuPicture =>
  typeof input === 'object' && input !== null && 'picture' in input;

/** A picture's height and width, by whatever names its kind has for them. */
function sizeOf(source: GPUCopyExternalImageSource): HeightWidth {
  if ('displayWidth' in source) return [source.displayHeight, source.displayWidth];
  if ('videoWidth' in source) return [source.videoHeight, source.videoWidth];
  if ('naturalWidth' in source) return [source.naturalHeight, source.naturalWidth];
  return [source.height, source.width];
}

/** Of GPUTextureUsage: copied to, bound, and rendered to, which copying a picture takes. */
const textureUsage = 2 | 4 | 16;

/** Sizes of pictures for which textures are kept: a camera has one, and a page that crops has any number. */
const mostSizes = 4;

const colours = (value: PerColour): readonly number[] =>
  typeof value === 'number' ? [value, value, value, 1] : [...value, 1];

/** What has been made for pictures of one size. */
interface Prepared {
  readonly pipeline: GPUComputePipeline;
  readonly texture: GPUTexture;
  readonly settings: GPUBuffer;
}

/** Writes pictures to the inputs of one session. */
export class Pictures {
  readonly #device: GPUDevice;
  readonly #prepared = new Map<string, Prepared>();

  constructor(device: GPUDevice) {
    this.#device = device;
  }

  /**
   * Puts a picture where the input lies.
   *
   * @throws {GpuError} when the input is none of pictures, or the picture has no size yet.
   */
  write({ picture, scale = 1, offset = 0 }: GpuPicture, input: GraphInput, target: GPUBufferBinding): void {
    const [images, height = 0, width = 0, channels] = input.shape;
    if (input.shape.length !== 4 || images !== 1 || channels !== 3)
      throw new GpuError(
        `the input "${input.name}" is ${formatShape(input.shape)}, which no picture is: it needs 1×H×W×3`,
      );
    const source = sizeOf(picture);
    if (!(source[0] > 0 && source[1] > 0))
      throw new GpuError(`the picture for "${input.name}" has no size yet: wait until it is loaded`);
    const most = this.#device.limits.maxTextureDimension2D;
    if (Math.max(...source) > most)
      throw new GpuError(
        `the picture for "${input.name}" has ${source[0]}×${source[1]} pixels, but maxTextureDimension2D of this device is ${most}: make it smaller first`,
      );
    const { pipeline, texture, settings } = this.#prepare(source, [height, width]);
    const { queue } = this.#device;
    queue.copyExternalImageToTexture({ source: picture }, { texture }, [source[1], source[0]]);
    queue.writeBuffer(settings, 0, Float32Array.from([...colours(scale), ...colours(offset)]));
    const encoder = this.#device.createCommandEncoder();
    const pass = encoder.beginComputePass();
    pass.setPipeline(pipeline);
    const entries = [texture.createView(), { buffer: settings }, target].map((resource, binding) => ({
      binding,
      resource,
    }));
    pass.setBindGroup(0, this.#device.createBindGroup({ layout: pipeline.getBindGroupLayout(0), entries }));
    pass.dispatchWorkgroups(Math.ceil(width / imageSide), Math.ceil(height / imageSide));
    pass.end();
    queue.submit([encoder.finish()]);
  }

  /** Frees what was made. */
  dispose(): void {
    for (const key of this.#prepared.keys()) this.#forget(key);
  }

  #forget(key: string): void {
    const prepared = this.#prepared.get(key);
    prepared?.texture.destroy();
    prepared?.settings.destroy();
    this.#prepared.delete(key);
  }

  #prepare(source: HeightWidth, output: HeightWidth): Prepared {
    const key = [...source, ...output].join('×');
    const known = this.#prepared.get(key);
    if (known !== undefined) return known;
    if (this.#prepared.size >= mostSizes) this.#forget(this.#prepared.keys().next().value as string);
    const device = this.#device;
    const module = device.createShaderModule({ code: emitImage({ source, output }) });
    const prepared = {
      pipeline: device.createComputePipeline({ layout: 'auto', compute: { module, entryPoint: 'main' } }),
      texture: device.createTexture({
        size: [source[1], source[0]],
        format: 'rgba8unorm',
        usage: textureUsage,
      }),
      settings: device.createBuffer({ size: 32, usage: usage.uniform | usage.copyTarget }),
    };
    this.#prepared.set(key, prepared);
    return prepared;
  }
}
