/** @file The words of the performance page, in both languages. */
import type { Language } from '../../lib/frame';

const en = {
  none: 'No results have been committed yet. They are what the benches below print, in bench/results.',
  inHost: (what: string, host: 'node' | 'chromium') => `${what}, in ${host === 'node' ? 'Node' : 'Chromium'}`,
  measured: (date: string, cpu: string, cores: number, memory: number, os: string) =>
    `Measured on ${date}: ${cpu}, ${cores} cores, ${memory} GiB, ${os}.`,
  ofWhat: (versions: readonly string[], commit: string, busy: string) =>
    ` Versions: ${versions.join(', ')}; commit ${commit}; processors kept busy by others: ${busy}.`,
  contender: 'engine',
  chosen: 'runs',
  loading: 'load, ms',
  first: 'first run, ms',
  median: 'median, ms',
  gflops: 'GFLOP/s',
  notTimed: 'Not timed',
  ratio: 'ratio',
  value: 'measured',
  limit: 'goal',
  kept: 'met',
  missed: 'missed',
  allRatios: (count: number) => `${count} more ratios`,
  layers: 'layers',
  fraction: 'of the ceiling, median',
  least: 'least',
  layer: 'layer',
  time: 'µs',
  bound: 'bound by',
  memory: 'memory',
  arithmetic: 'arithmetic',
  ofCeiling: 'of the ceiling',
  all: (count: number) => `All ${count} measurements`,
  what: 'what',
  name: 'layer',
  pairs: (count: number) => `All ${count} pairs of layers`,
  apart: 'apart, µs',
  fused: 'in strips, µs',
  gain: 'times faster',
  planner: 'planner’s choice',
  plans: { unfused: 'apart', partly: 'some in strips', fused: 'in strips' },
};

/** The words of one language. */
export type BenchWords = typeof en;

const zh: BenchWords = {
  none: '还没有提交结果。结果就是下面各基准测试所打印的内容，放在 bench/results。',
  inHost: (what, host) => `${what}（${host === 'node' ? 'Node' : 'Chromium'}）`,
  measured: (date, cpu, cores, memory, os) => `测于 ${date}：${cpu}，${cores} 核，${memory} GiB，${os}。`,
  ofWhat: (versions, commit, busy) =>
    `版本：${versions.join('、')}；提交 ${commit}；其他程序占用的处理器：${busy} 个。`,
  contender: '引擎',
  chosen: '实际运行',
  loading: '载入，毫秒',
  first: '首次，毫秒',
  median: '中位数，毫秒',
  gflops: 'GFLOP/s',
  notTimed: '未计时',
  ratio: '比值',
  value: '实测',
  limit: '目标',
  kept: '达到',
  missed: '未达到',
  allRatios: (count) => `另外 ${count} 个比值`,
  layers: '层数',
  fraction: '占上限，中位数',
  least: '最低',
  layer: '层',
  time: '微秒',
  bound: '受限于',
  memory: '内存',
  arithmetic: '运算',
  ofCeiling: '占上限',
  all: (count) => `全部 ${count} 次测量`,
  what: '对象',
  name: '层',
  pairs: (count) => `全部 ${count} 对层`,
  apart: '分开，微秒',
  fused: '按条带，微秒',
  gain: '快几倍',
  planner: '规划器的选择',
  plans: { unfused: '分开', partly: '部分按条带', fused: '按条带' },
};

/** The words in a language. */
export const benchWords = (language: Language): BenchWords => ({ en, zh })[language];
