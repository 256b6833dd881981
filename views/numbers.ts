/** A number for people: whole numbers with thin groups, others to five significant digits. */
export function showNumber(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '∞' : '−∞';
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return value.toLocaleString('en-US');
  const magnitude = Math.abs(value);
  return magnitude >= 1e6 || magnitude < 1e-4 ? value.toExponential(3) : String(Number(value.toPrecision(5)));
}

/** A fraction, 0 to 1, as a percentage; what is above nothing never reads as 0 %. */
export function showShare(fraction: number): string {
  if (fraction > 0 && fraction < 0.0005) return '<0.1 %';
  if (fraction < 1 && fraction > 0.9995) return '>99.9 %';
  return `${Number((fraction * 100).toFixed(1))} %`;
}
