/** The time since a moment, for people: `3.2 s`. @param started - milliseconds since the epoch */
export function elapsed(started: number): string {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}
