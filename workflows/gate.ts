import { log } from '@temporalio/workflow';
import type { ExampleAnomalies } from '../artifacts/types.js';
import { countsOf, isFiltering, type AnomalyFilter } from './anomaly-counts.js';
import { approval, type ApprovalCall } from './approval.js';
import { OutcomeReached, reasonsOf } from './outcome.js';

/** Which anomalies a gate lets pass. */
export interface GateRule extends AnomalyFilter {
  /** `ERROR`: only errors count. `WARNING`: warnings do, too. (Default: `ERROR`) */
  readonly failOn?: 'ERROR' | 'WARNING';
}

export interface GateOptions extends GateRule {
  /**
   * `reject` ends the run; `warn` writes the reasons to the worker's log and goes on; `report` only returns them.
   * (Default: `reject`)
   */
  readonly action?: 'reject' | 'warn' | 'report';
}

/** How a gate asks a person: as `approval`, with the anomalies as evidence. */
export interface ApprovalGateOptions extends GateRule, Partial<Omit<ApprovalCall, 'evidence'>> {
  /** Asks whether to go on; a no ends the run. The gate must be awaited. */
  readonly action: 'approve';
}

/** What a gate saw. */
export interface GateReport {
  /** Whether no anomaly counted. An approval of anomalies does not make them pass. */
  readonly passed: boolean;
  /** In sentences; empty when it passed. */
  readonly reasons: readonly string[];
}

/**
 * Lets a run go on only with data that its schema accepts. Otherwise the run ends, successfully, with the outcome
 * DATA_REJECTED and the worst anomalies as reasons; or goes on with a warning; or asks a person:
 *
 * ```ts
 * gate(anomalies, { failOn: 'WARNING', ignoreTypes: ['SCHEMA_NEW_COLUMN'] });
 * await gate(anomalies, { action: 'approve', timeout: '1 day' });
 * ```
 */
export function gate(anomalies: ExampleAnomalies, options: ApprovalGateOptions): Promise<GateReport>;
export function gate(anomalies: ExampleAnomalies, options?: GateOptions): GateReport;
export function gate(
  anomalies: ExampleAnomalies,
  options: GateOptions | ApprovalGateOptions = {},
): GateReport | Promise<GateReport> {
  const reasons = isFiltering(options) ? filteredReasons(anomalies, options) : allReasons(anomalies, options);
  const report = { passed: reasons.length === 0, reasons };
  if (options.action === 'approve') return ask(anomalies, options, report);
  if (report.passed || options.action === 'report') return report;
  if (options.action !== 'warn') throw new OutcomeReached({ outcome: 'DATA_REJECTED', reasons });
  log.warn('The data have anomalies', { reasons });
  return report;
}

/** Schedules nothing when there is nothing to ask. */
async function ask(
  anomalies: ExampleAnomalies,
  { title, timeout, onTimeout, approvers, id }: ApprovalGateOptions,
  report: GateReport,
): Promise<GateReport> {
  if (report.passed) return report;
  const { errors, warnings } = anomalies.properties;
  const decision = await approval({
    title: title ?? `Go on with data that have ${count(errors, 'error')} and ${count(warnings, 'warning')}?`,
    evidence: [anomalies],
    id: id ?? 'DataApproval',
    ...(timeout !== undefined && { timeout }),
    ...(onTimeout !== undefined && { onTimeout }),
    ...(approvers !== undefined && { approvers }),
  });
  if (decision.properties.verdict === 'APPROVED') return report;
  throw new OutcomeReached({ outcome: 'DATA_REJECTED', reasons: [...reasonsOf(decision), ...report.reasons] });
}

function allReasons(anomalies: ExampleAnomalies, { failOn }: GateRule): readonly string[] {
  const { errors, warnings } = anomalies.properties;
  if (errors === 0 && !(failOn === 'WARNING' && warnings > 0)) return [];
  const reasons = reasonsOf(anomalies);
  return reasons.length > 0 ? reasons : [`${count(errors, 'error')} and ${count(warnings, 'warning')} in the data`];
}

function filteredReasons(anomalies: ExampleAnomalies, options: GateRule): readonly string[] {
  const counts = countsOf(anomalies, options);
  // Too many kinds to tell apart: none of them is let pass.
  if (counts === undefined) return allReasons(anomalies, options);
  return counts
    .filter(({ severity }) => severity === 'ERROR' || options.failOn === 'WARNING')
    .map(({ split, type, features }) => `${type} in split "${split}": ${count(features, 'feature')}.`);
}

const count = (n: number, noun: string): string => `${n} ${noun}${n === 1 ? '' : 's'}`;
