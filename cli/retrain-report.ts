import pc from 'picocolors';
import type { RetrainReport } from '../client/index.js';
import { table } from './console.js';

/** A `retrain` workflow in a few lines: what it waits for first. */
export function describeRetrain(report: RetrainReport): string {
  const { workflowId, config, waitsFor, queue, drift, trouble, runs, runsToday, failuresInRow } = report;
  const facts: readonly (readonly [string, string])[] = [
    ['parameters', JSON.stringify(config.parameters ?? {})],
    ['queue', queue.map((span) => (span === null ? 'data without a span' : `span ${span}`)).join(', ')],
    ['runs', `${runs} so far, ${runsToday} of at most ${config.maxRunsPerDay ?? 24} today`],
    ['failures', failuresInRow === 0 ? '' : `${failuresInRow} in a row; stops at ${config.stopAfterFailures ?? 3}`],
    ['drift', drift === undefined ? '' : `${drift.says} (${drift.at})`],
    ['trouble', trouble ?? ''],
  ];
  return [
    `${pc.bold(workflowId)} retrains ${config.pipeline}`,
    `It waits for ${waitsFor}.`,
    ...facts.filter(([, value]) => value !== '').map(([label, value]) => `  ${label.padEnd(11)} ${value}`),
    ...(report.lastRuns.length === 0 ? [] : ['', runTable(report)]),
  ].join('\n');
}

function runTable({ lastRuns }: RetrainReport): string {
  const rows = lastRuns.map(({ workflowId, reason, outcome, finished, why }) => [
    workflowId,
    reason,
    outcome,
    finished.slice(0, 19).replace('T', ' '),
    why.split('\n')[0] ?? '',
  ]);
  return table(['run', 'reason', 'outcome', 'finished', 'why'], rows);
}
