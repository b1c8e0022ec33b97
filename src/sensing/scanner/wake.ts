/** When the drive runs again. Times are those of `performance.now()`. */
export interface Wake {
  /** As soon as the event loop has run. */
  soon(): void;
  /** At that time, unless something wakes it sooner; replaces the previous time. Infinity: leaves it. */
  at(time: number): void;
  stop(): void;
}

export function createWake(work: () => void): Wake {
  let immediate: NodeJS.Immediate | undefined;
  let timer: NodeJS.Timeout | undefined;
  let timerAt = Number.POSITIVE_INFINITY;

  function soon(): void {
    immediate ??= setImmediate(() => {
      immediate = undefined;
      work();
    });
  }

  return {
    soon,
    at(time) {
      if (time === timerAt || time === Number.POSITIVE_INFINITY) return;
      clearTimeout(timer);
      timerAt = time;
      timer = setTimeout(
        () => {
          timerAt = Number.POSITIVE_INFINITY;
          // Through the event loop's poll phase first: answers that waited through a stall have arrived by then.
          soon();
        },
        Math.max(1, Math.ceil(time - performance.now())),
      );
    },
    stop() {
      clearImmediate(immediate);
      clearTimeout(timer);
    },
  };
}
