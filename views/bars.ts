import type { Bar } from './feature-summary.js';
import { html, type Html } from './html.js';
import { showNumber } from './numbers.js';

const WIDTH = 220;
const HEIGHT = 48;
const LINE = 14;

/** Columns of equal width, for histograms; each with its range and count as a tooltip, and all in words for readers. */
export function columnsSvg(bars: readonly Bar[], title: string): Html {
  const most = Math.max(...bars.map(({ count }) => count), 1);
  const width = WIDTH / Math.max(bars.length, 1);
  return html`<svg
    role="img"
    width="${WIDTH}"
    height="${HEIGHT}"
    viewBox="0 0 ${WIDTH} ${HEIGHT}"
    aria-label="${title}"
  >
    ${bars.map(({ label, count }, i) => {
      const height = Number(((count / most) * HEIGHT).toFixed(1));
      return html`<rect
        x="${(i * width).toFixed(1)}"
        y="${(HEIGHT - height).toFixed(1)}"
        width="${Math.max(width - 1, 0.5).toFixed(1)}"
        height="${height}"
        ><title>${label}: ${showNumber(count)}</title></rect
      >`;
    })}
  </svg>`;
}

/** One line per value with its count, for the most frequent texts. */
export function linesSvg(bars: readonly Bar[], title: string): Html {
  const most = Math.max(...bars.map(({ count }) => count), 1);
  const height = bars.length * LINE;
  return html`<svg
    role="img"
    width="${WIDTH}"
    height="${height}"
    viewBox="0 0 ${WIDTH} ${height}"
    aria-label="${title}"
  >
    ${bars.map(
      ({ label, count }, i) =>
        html`<g
          ><title>${label}: ${showNumber(count)}</title
          ><rect x="120" y="${i * LINE + 2}" width="${((count / most) * 60).toFixed(1)}" height="${LINE - 4}" /><text
            x="116"
            y="${i * LINE + 10}"
            text-anchor="end"
            >${short(label)}</text
          ><text x="184" y="${i * LINE + 10}">${showNumber(count)}</text></g
        >`,
    )}
  </svg>`;
}

const short = (label: string): string => {
  const all = [...label];
  return all.length > 20 ? `${all.slice(0, 19).join('')}…` : label;
};

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/** A histogram as one line of text. */
export function sparkline(bars: readonly Bar[]): string {
  const most = Math.max(...bars.map(({ count }) => count), 1);
  return bars.map(({ count }) => (count === 0 ? ' ' : (BLOCKS[Math.round((count / most) * 7)] ?? ''))).join('');
}
