/** @file What the conformance runner prints: one JSON document for programs, or a summary for people. */
import type { OnnxResult } from '@sepconv/conformance/onnx';

/** A case that did not pass. */
interface Reason {
  readonly name: string;
  readonly why: string;
}

/** The JSON document. */
export interface ConformanceSummary {
  readonly passed: readonly string[];
  readonly failed: readonly Reason[];
  readonly unsupported: readonly Reason[];
}

export function summarize(results: readonly OnnxResult[]): ConformanceSummary {
  const reasons = (status: OnnxResult['status']): Reason[] =>
    results.filter((result) => result.status === status).map(({ name, why }) => ({ name, why }));
  return {
    passed: reasons('passed').map(({ name }) => name),
    failed: reasons('failed'),
    unsupported: reasons('unsupported'),
  };
}

/** A name or reason out of a file, on one line and without control characters. */
const plain = (text: string): string => text.replace(/[\p{Cc}\s]+/gu, ' ').trim();

/** A reason on one screen line or two; the JSON document has all of it. */
const shortened = (text: string): string => (text.length > 160 ? `${text.slice(0, 157)}…` : text);

const indented = ({ name, why }: Reason): string => `  ${plain(name)}\n    ${shortened(plain(why))}`;

function section(title: string, cases: readonly Reason[]): string[] {
  return cases.length === 0 ? [] : ['', `${title}:`, ...cases.map(indented)];
}

export function formatSummary(results: readonly OnnxResult[], engine: string): string {
  const { passed, failed, unsupported } = summarize(results);
  const atLoad = results.filter((result) => result.status === 'passed' && result.atLoad).length;
  return [
    ...section('failed', failed),
    ...section('unsupported', unsupported),
    '',
    `${results.length} cases on ${engine}: ${passed.length} passed (${atLoad} of them computed at load), ${failed.length} failed, ${unsupported.length} unsupported`,
  ]
    .join('\n')
    .trimStart();
}
