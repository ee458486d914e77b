import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { Language } from '../../lib/frame.js';
import type { GpuBesideProps } from './GpuBeside.js';

const words = {
  en: {
    compare: 'Compare with the GPU',
    none: 'Your browser offers this page no WebGPU: there is no GPU to compare with.',
  },
  zh: { compare: '与 GPU 比较', none: '你的浏览器没有向本页提供 WebGPU：没有 GPU 可比。' },
} satisfies Record<Language, unknown>;

/** Offers to run the same on the GPU, where there is WebGPU. All else is loaded when somebody asks for it. */
export function GpuButton(props: GpuBesideProps) {
  const { compare, none } = words[props.language];
  const [isOffered, setOffered] = useState<boolean>();
  const [Beside, setBeside] = useState<{ readonly Piece: ComponentType<GpuBesideProps> }>();
  useEffect(() => setOffered('gpu' in navigator && navigator.gpu !== undefined), []);
  if (isOffered === undefined) return null;
  if (!isOffered) return <p class="gpu gpu-note">{none}</p>;
  if (Beside !== undefined) return <Beside.Piece {...props} />;
  const load = () => void import('./GpuBeside.js').then(({ GpuBeside }) => setBeside({ Piece: GpuBeside }));
  return (
    <div class="gpu">
      <button type="button" class="quiet-button" disabled={props.isBusy} onClick={load}>
        {compare}
      </button>
    </div>
  );
}
