import type { NodeStatus, RunStatus } from './status.js';

/** Temporal's UI shows this beside the run; it is worker memory, so it stays small. */
const MOST_ROWS = 50;

const STATE_WORDS: Readonly<Record<NodeStatus['state'], string>> = {
  running: 'running',
  waiting: '**waits for approval**',
  cached: 'cached',
  complete: 'done',
  failed: '**failed**',
  canceled: 'cancelled',
};

/** A run as a Markdown table, one row per node. */
export function detailsOf(run: RunStatus): string {
  const rows = run.nodes.slice(-MOST_ROWS).map(rowOf);
  const left = run.nodes.length - rows.length;
  return [
    headline(run),
    '',
    '| Node | State | Time | Summary |',
    '| --- | --- | --- | --- |',
    ...(left > 0 ? [`| … | | | ${left} earlier nodes |`] : []),
    ...rows,
  ].join('\n');
}

function headline(run: RunStatus): string {
  if (run.outcome !== undefined) return `**${run.outcome}** ${run.reasons.map(escape).join('; ')}`.trim();
  if (run.state === 'failed') return `**Failed**: ${run.reasons.map(escape).join('; ')}`;
  if (run.paused !== undefined)
    return `**Paused** ${escape([run.paused.by, run.paused.why].filter(Boolean).join(': '))}`;
  const [asked] = run.approvals ?? [];
  if (asked !== undefined) return `**Waits for approval**: ${escape(asked.title)} (update \`approve\`)`;
  return run.state === 'canceled' ? '**Cancelled**' : `**${run.pipeline}** runs`;
}

function rowOf(node: NodeStatus): string {
  const seconds =
    node.finished === undefined
      ? ''
      : `${((Date.parse(node.finished) - Date.parse(node.started)) / 1000).toFixed(1)} s`;
  return `| ${escape(node.node)} | ${STATE_WORDS[node.state]} | ${seconds} | ${escape(summaryOf(node))} |`;
}

const summaryOf = ({ state, parts, summary }: NodeStatus): string =>
  state === 'running' && parts !== undefined ? `${parts.done} of ${parts.count} parts` : summary;

/** Summaries carry words from data, which must not end a table's cell or start a tag. */
function escape(text: string): string {
  return text
    .slice(0, 200)
    .replace(/[\\`*_{}[\]<>|#]/g, (character) => `\\${character}`)
    .replace(/\s+/g, ' ');
}
