import type { HeightWidth } from '@sepconv/graph';

/** What becomes of a picture's colours, from 0 to 1 each, and its size. */
export interface ImageKernel {
  readonly source: HeightWidth;
  readonly output: HeightWidth;
}

/** Threads of a workgroup in each direction. */
export const imageSide = 8;

/** Positions along an axis that an output position is made of: a triangle as wide as the scale, at least one pixel to each side. */
const along = (name: string, position: string, source: number, output: number): string => {
  const scale = source / output;
  const radius = Math.max(1, scale);
  return `let ${name}_at = (f32(${position}) + 0.5f) * ${scale.toFixed(9)}f - 0.5f;
let ${name}_first = i32(ceil(${name}_at - ${radius.toFixed(9)}f));
let ${name}_last = i32(floor(${name}_at + ${radius.toFixed(9)}f));`;
};

const weight = (name: string, index: string, source: number, output: number): string =>
  `max(0.0f, 1.0f - abs(f32(${index}) - ${name}_at) / ${Math.max(1, source / output).toFixed(9)}f)`;

/**
 * The shader that writes a picture as the input `[1, H, W, 3]` of a network, resized with antialiasing (a triangle filter, whose pixels
 * outside the picture are left out) and each colour multiplied and moved by `settings`.
 */
export function emitImage({ source, output }: ImageKernel): string {
  const [height, width] = output;
  return `@group(0) @binding(0) var picture: texture_2d<f32>;
@group(0) @binding(1) var<uniform> settings: array<vec4f, 2>;
@group(0) @binding(2) var<storage, read_write> out: array<f32>;
@compute @workgroup_size(${imageSide}, ${imageSide})
fn main(@builtin(global_invocation_id) id: vec3u) {
if (id.x >= ${width}u || id.y >= ${height}u) { return; }
${along('x', 'id.x', source[1], width)}
${along('y', 'id.y', source[0], height)}
var sum = vec4f(0.0f);
var weights = 0.0f;
for (var j = max(y_first, 0); j <= min(y_last, ${source[0] - 1}); j++) {
let wy = ${weight('y', 'j', source[0], height)};
for (var i = max(x_first, 0); i <= min(x_last, ${source[1] - 1}); i++) {
let w = wy * ${weight('x', 'i', source[1], width)};
sum = fma(textureLoad(picture, vec2i(i, j), 0), vec4f(w), sum);
weights += w;
}
}
let colour = fma(sum / weights, settings[0], settings[1]);
let place = (id.y * ${width}u + id.x) * 3u;
out[place] = colour.r;
out[place + 1u] = colour.g;
out[place + 2u] = colour.b;
}`;
}
