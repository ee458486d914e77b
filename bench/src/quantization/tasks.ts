/** @file The parts of the evidence for quantization, each for a process of its own. */
import { agreementOf, type SubjectResult } from './agreement.ts';
import { digitVariants, type Scale, type VariantResult } from './digits.ts';

export type Task =
  | {
      readonly kind: 'digits';
      readonly activation: 'relu' | 'relu6';
      readonly seed: number;
      readonly scale: Scale;
    }
  | { readonly kind: 'agreement'; readonly name: string; readonly scale: Scale };

/** What one task comes to. */
export interface TaskResult {
  readonly digits?: readonly VariantResult[];
  readonly agreement?: SubjectResult;
}

export async function runTask(task: Task, say: (what: string) => void): Promise<TaskResult> {
  if (task.kind === 'agreement') {
    const { name, scale } = task;
    return { agreement: await agreementOf(name, scale, (what) => say(`${name}: ${what}`)) };
  }
  const { activation, seed, scale } = task;
  return { digits: await digitVariants(activation, seed, scale, (what) => say(`seed ${seed}, ${what}`)) };
}
