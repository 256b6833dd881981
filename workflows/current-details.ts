import type { NodeStatus, PendingApproval, RunStatus } from './status.js';

/** Temporal's UI shows this beside the run; it is worker memory, so it stays small. */
const MOST_ROWS = 50;
const MOST_PARAMETERS = 20;

const STATE_WORDS: Readonly<Record<NodeStatus['state'], string>> = {
  running: '▶\u00A0running',
  waiting: '**?\u00A0asks**',
  cached: '↺\u00A0cached',
  complete: '✔\u00A0done',
  failed: '**✖\u00A0failed**',
  canceled: '■\u00A0cancelled',
};

/** What people want to know of a run beside its nodes. */
export interface RunDetails {
  readonly workflowId: string;
  /** With defaults filled in. */
  readonly parameters: object;
}

/** A run as Markdown: how it stands, a table with one row per node, its parameters, and how to see more. */
export function detailsOf(run: RunStatus, { workflowId, parameters }: RunDetails): string {
  const rows = run.nodes.slice(-MOST_ROWS).map(rowOf);
  const left = run.nodes.length - rows.length;
  return [
    headline(run),
    ...(run.approvals ?? []).flatMap((asked) => ['', question(asked)]),
    '',
    row(['Node', 'State', 'Time', 'Summary', 'Artifacts']),
    '| :-- | :-- | --: | :-- | --: |',
    ...(left > 0 ? [row(['…', '', '', `${left} earlier nodes`, ''])] : []),
    ...rows,
    '',
    parameterLine(parameters),
    '',
    `Why each node ran or was reused: \`tfx-temporal show ${code(workflowId)}\`; what an artifact was made from: \`tfx-temporal lineage\` and its number.`,
  ].join('\n');
}

function headline(run: RunStatus): string {
  if (run.outcome !== undefined) return `**${run.outcome}** ${run.reasons.map(escape).join('; ')}`.trim();
  if (run.state === 'failed') return `**Failed**: ${run.reasons.map(escape).join('; ')}`;
  if (run.paused !== undefined)
    return `**Paused** ${escape([run.paused.by, run.paused.why].filter(Boolean).join(': '))}`;
  if (run.approvals !== undefined) return '**Waits for approval**';
  return run.state === 'canceled' ? '**Cancelled**' : `**${run.pipeline}** runs`;
}

/** What is asked of whom on which evidence, and the update's input that says yes. */
function question({ node, title, evidence, approvers, deadline }: PendingApproval): string {
  const shown = evidence.map(({ type, id }) => `${type} ${id}`).join(', ');
  const by = approvers?.[0] ?? 'your name';
  return [
    `**${escape(title)}**${shown === '' ? '' : ` Evidence: ${escape(shown)}.`}`,
    ...(approvers === undefined ? [] : [` Asked of: ${escape(approvers.join(', '))}.`]),
    ...(deadline === undefined ? [] : [` Until ${deadline.slice(0, 19).replace('T', ' ')} UTC.`]),
    ` Answer by the update \`approve\`: \`${code(JSON.stringify({ node, by, approved: true, why: '…' }))}\``,
  ].join('');
}

function rowOf(node: NodeStatus): string {
  const seconds =
    node.finished === undefined
      ? ''
      : `${((Date.parse(node.finished) - Date.parse(node.started)) / 1000).toFixed(1)}\u00A0s`;
  const made = Object.values(node.artifacts).map(({ id }) => id);
  const summary = escape(shortWords(summaryOf(node)));
  return row([escape(node.node), STATE_WORDS[node.state], seconds, summary, made.join(', ')]);
}

const summaryOf = ({ state, parts, summary }: NodeStatus): string =>
  state === 'running' && parts !== undefined ? `${parts.done} of ${parts.count} parts` : summary;

/** Temporal's UI draws its tables without any space between columns. */
const row = (cells: readonly string[]): string => `| ${cells.map((cell) => `${cell}\u00A0\u00A0`).join(' | ')} |`;

function parameterLine(parameters: RunDetails['parameters']): string {
  const shown = Object.entries(parameters as Record<string, unknown>).slice(0, MOST_PARAMETERS);
  const words = shown.map(([name, value]) => `${escape(name)} ${escape(shortWords(textOf(value)))}`);
  return words.length === 0 ? 'No parameters.' : `Parameters: ${words.join(' · ')}`;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** A path that cannot be broken would push the table out of its panel; its end tells the most. */
function shortWords(text: string): string {
  return text.replace(/\S{41,}/g, (word) => `…${/\/.{1,38}$/.exec(word)?.[0] ?? word.slice(-39)}`);
}

/** Summaries carry words from data, which must not end a table's cell or start a tag. */
function escape(text: string): string {
  return text
    .slice(0, 200)
    .replace(/[\\`*_{}[\]<>|#]/g, (character) => `\\${character}`)
    .replace(/\s+/g, ' ');
}

/** Within backticks. */
const code = (text: string): string => text.replace(/[`\s]+/g, ' ').slice(0, 300);
