import { refuse } from '../../errors.js';
import type { NodeCall, NodeValue } from './context.js';

/** ResizeBilinear and ResizeNearestNeighbor: the new height and width are a constant. */
export const resize =
  (mode: 'nearest' | 'linear') =>
  (call: NodeCall): NodeValue => {
    const { node } = call;
    const [alignCorners, halfPixels] = [node.boolean('align_corners'), node.boolean('half_pixel_centers')];
    if (alignCorners && halfPixels)
      refuse('aligns corners and has half-pixel centers, which exclude each other');
    const [height = 0, width = 0, ...others] = call.integers(1, 'the size');
    if (others.length > 0 || !(height >= 1 && width >= 1)) {
      refuse(`the size must be two numbers of at least 1, not ${height}×${width}`);
    }
    const size = [height, width] as const;
    const coordinates = alignCorners ? 'align-corners' : halfPixels ? 'half-pixel' : 'asymmetric';
    if (mode === 'linear') return call.emit('resize2d', [call.value(0)], { size, mode, coordinates });
    const rounding = coordinates === 'asymmetric' ? 'floor' : 'round-prefer-ceil';
    return call.emit('resize2d', [call.value(0)], { size, mode, coordinates, rounding });
  };
