/** @file How every chart of the site is set: its type, and colours that follow the page's theme. */

/** Plot's `style` option. */
export const chartStyle = {
  fontFamily: 'var(--sans)',
  fontSize: '12px',
  background: 'none',
  color: 'var(--ink-soft)',
} as const;

/** Below this width a chart is on a phone. */
export const narrow = 480;
