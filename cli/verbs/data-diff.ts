import type { Command } from 'commander';
import { allExamples, diffSchemas, diffStatistics, readMetadata, type StatisticsDifference } from '../../data.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { showNumber } from '../../views/numbers.js';
import { printable } from '../../views/printable.js';
import { print, printJson } from '../console.js';

export function registerDataDiff(data: Command): void {
  data
    .command('diff <before> <after>')
    .description('how two files of statistics, or two schemas, differ: features alike are left out')
    .option('--json', 'print JSON')
    .action(diff);
}

async function diff(before: string, after: string, { json }: { json?: boolean }): Promise<void> {
  const [old, recent] = [await readMetadata(before), await readMetadata(after)];
  if (old.kind === 'statistics' && recent.kind === 'statistics') {
    const found = diffStatistics(allExamples(old.value), allExamples(recent.value));
    return json === true
      ? printJson(found)
      : print(found.length === 0 ? 'No differences' : found.map(words).join('\n'));
  }
  if (old.kind === 'schema' && recent.kind === 'schema') {
    const found = diffSchemas(old.value, recent.value);
    const text = found.map((change) => printable(change.words)).join('\n');
    return json === true ? printJson(found) : print(text === '' ? 'No differences' : text);
  }
  throw new PipelineError('METADATA_KIND_UNKNOWN', {
    what: `${before} holds ${old.kind} and ${after} holds ${recent.kind}.`,
    fix: 'Compare two files of statistics, or two schemas.',
  });
}

function words({ feature, presence, changed, jensenShannon, lInfinity }: StatisticsDifference): string {
  if (presence !== 'both') return printable(`${feature}: ${presence}`);
  const distances = [
    jensenShannon === undefined ? '' : `Jensen-Shannon divergence ${showNumber(jensenShannon)}`,
    lInfinity === undefined ? '' : `L-infinity distance ${showNumber(lInfinity)}`,
  ];
  const facts = Object.entries(changed).map(([name, [was, is]]) => `${name} ${shown(was)} → ${shown(is)}`);
  return printable(`${feature}: ${[...facts, ...distances].filter((part) => part !== '').join('; ')}`);
}

const shown = (value: number | string): string => (typeof value === 'number' ? showNumber(value) : value);
