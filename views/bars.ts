import type { Bar } from './feature-summary.js';
import { markup, shorten, type Html } from './html.js';
import { showNumber } from './numbers.js';

const WIDTH = 220;
const HEIGHT = 48;
const LINE = 14;

/** Columns of equal width, for histograms; each with its range and count as a tooltip. */
export function columnsSvg(bars: readonly Bar[], title: string): Html {
  const most = mostOf(bars);
  const width = WIDTH / Math.max(bars.length, 1);
  const rectangles = bars.map(({ label, count }, i) => {
    const height = (count / most) * HEIGHT;
    const place = markup`x="${(i * width).toFixed(1)}" y="${(HEIGHT - height).toFixed(1)}" width="${Math.max(width - 1, 0.5).toFixed(1)}" height="${height.toFixed(1)}"`;
    return markup`<rect ${place}><title>${label}: ${showNumber(count)}</title></rect>`;
  });
  return svg(HEIGHT, title, rectangles);
}

/** One line per value with its count, for the most frequent texts. */
export function linesSvg(bars: readonly Bar[], title: string): Html {
  const most = mostOf(bars);
  const lines = bars.map(({ label, count }, i) => {
    const bar = markup`<rect x="120" y="${i * LINE + 2}" width="${((count / most) * 60).toFixed(1)}" height="${LINE - 4}"/>`;
    const texts = markup`<text x="116" y="${i * LINE + 10}" text-anchor="end">${shorten(label, 20)}</text><text x="184" y="${i * LINE + 10}">${showNumber(count)}</text>`;
    return markup`<g><title>${label}: ${showNumber(count)}</title>${bar}${texts}</g>`;
  });
  return svg(bars.length * LINE, title, lines);
}

const mostOf = (bars: readonly Bar[]): number => Math.max(...bars.map(({ count }) => count), 1);

const svg = (height: number, title: string, content: readonly Html[]): Html =>
  markup`<svg role="img" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" aria-label="${title}">${content}</svg>`;

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A histogram as one line of text. */
export function sparkline(bars: readonly Bar[]): string {
  const most = mostOf(bars);
  return bars.map(({ count }) => (count === 0 ? ' ' : (BLOCKS[Math.round((count / most) * 7)] ?? ''))).join('');
}
