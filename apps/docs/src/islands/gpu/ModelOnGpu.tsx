import { useMemo } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import type { NormalizationName } from '../model/image-input.js';
import { GpuButton } from './GpuButton.js';
import type { Subject } from './protocol.js';

interface ModelOnGpuProps {
  readonly model: Extract<Subject, { kind: 'model' }>['model'];
  /** What it runs on; drawn numbers without. */
  readonly image?: File | undefined;
  readonly normalization?: NormalizationName;
  readonly isBusy?: boolean;
  readonly language: Language;
}

/** The dropped model on the GPU, beside the CPU. */
export function ModelOnGpu({ model, image, normalization = 'file', ...others }: ModelOnGpuProps) {
  const subject = useMemo(
    () => ({ kind: 'model', model, image: image && { file: image, normalization } }) as const,
    [model, image, normalization],
  );
  return <GpuButton subject={subject} {...others} />;
}
