import { useLayoutEffect, useRef, useState } from 'preact/hooks';

/** Multiply-adds per second. */
export const speeds = { slow: 5, medium: 30, fast: 150 } as const;

/** How fast it plays. */
export type Speed = keyof typeof speeds;

/** A clock that counts multiply-adds from 0 to `most`. */
export interface Player {
  readonly done: number;
  readonly playing: boolean;
  readonly speed: Speed;
  /** Plays, or pauses; at the end it starts again. */
  toggle(): void;
  /** Goes somewhere, and stays there. */
  seek(done: number): void;
  setSpeed(speed: Speed): void;
}

/** The longest time that a single frame may stand for: after a hidden tab the clock goes on where it was. */
const longestFrameMs = 100;

/** The clock of the step-through. Nothing moves before the reader plays. */
export function usePlayer(most: number): Player {
  const [done, setDone] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState<Speed>('medium');
  const exact = useRef(0);

  // Of layout, so that a pause takes the next frame back at once.
  useLayoutEffect(() => {
    if (!playing) return;
    let last = performance.now();
    let frame = requestAnimationFrame(function tick(now) {
      // A frame's time may lie a little before the moment at which it was asked for.
      const passed = Math.min(Math.max(now - last, 0), longestFrameMs);
      exact.current += (passed / 1000) * speeds[speed];
      last = now;
      setDone(Math.min(Math.floor(exact.current), most));
      if (exact.current >= most) setPlaying(false);
      else frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, most]);

  const go = (target: number) => {
    exact.current = target;
    setDone(target);
  };
  return {
    done,
    playing,
    speed,
    setSpeed,
    toggle: () => {
      if (!playing && done >= most) go(0);
      setPlaying(!playing);
    },
    seek: (target) => {
      setPlaying(false);
      go(Math.max(0, Math.min(most, target)));
    },
  };
}
