/** The middle value; of an even number of values the upper one of the two. NaN of none. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

export const milliseconds = (value: number): string => value.toFixed(0);
export const seconds = (ms: number): string => (ms / 1000).toFixed(2);

/** A line of a table: a name and cells to the right. */
export function row(name: string, cells: readonly string[]): string {
  return `  ${name.padEnd(26)}${cells.map((cell) => cell.padStart(12)).join('')}`;
}
