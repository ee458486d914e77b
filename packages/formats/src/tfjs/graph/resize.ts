import { refuse } from '../../errors.js';
import { resizeMethod } from '../../tensorflow-resize.js';
import type { NodeCall, NodeValue } from './context.js';

/** ResizeBilinear and ResizeNearestNeighbor: the new height and width are a constant. */
export const resize =
  (mode: 'nearest' | 'linear') =>
  (call: NodeCall): NodeValue => {
    const { node } = call;
    const method = resizeMethod(mode, {
      alignCorners: node.boolean('align_corners'),
      halfPixelCenters: node.boolean('half_pixel_centers'),
    });
    const [height = 0, width = 0, ...others] = call.integers(1, 'the size');
    if (others.length > 0 || !(height >= 1 && width >= 1)) {
      refuse(`the size must be two numbers of at least 1, not ${height}×${width}`);
    }
    return call.emit('resize2d', [call.value(0)], { size: [height, width], ...method });
  };
