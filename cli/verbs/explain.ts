import type { Command } from 'commander';
import pc from 'picocolors';
import { catalog, type ErrorCode, type ErrorEntry } from '../../errors/catalog/index.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { print, printJson, table } from '../console.js';
import { exitCodeOfKind } from '../exit-codes.js';
import { closest } from '../../errors/closest.js';

export function registerExplain(program: Command): void {
  program
    .command('explain [code]')
    .description('say what an error code means and how to fix it')
    .option('--json', 'print JSON')
    .action((code: string | undefined, options: { json?: boolean }) => {
      if (code === undefined) return listCodes(options.json === true);
      explain(findEntry(code), options.json === true);
    });
}

function findEntry(code: string): [ErrorCode, ErrorEntry] {
  const found = Object.entries(catalog).find(([name]) => name === code.toUpperCase());
  if (found) return found as [ErrorCode, ErrorEntry];
  const near = closest(code.toUpperCase(), Object.keys(catalog));
  throw new PipelineError('ERROR_CODE_UNKNOWN', {
    what: `There is no error code ${code}.`,
    ...(near === undefined ? {} : { fix: `Did you mean ${near}? Run \`tfx-temporal explain\` to list all codes.` }),
  });
}

function explain([code, entry]: [ErrorCode, ErrorEntry], asJson: boolean): void {
  const exitCode = exitCodeOfKind(entry.kind);
  if (asJson) return printJson({ code, ...entry, exitCode });
  print(
    [
      `${pc.bold(code)}: ${entry.headline}`,
      `  Why: ${entry.why}`,
      `  Fix: ${entry.fix}`,
      `  Kind: ${entry.kind}; ${entry.retryable ? 'retried by itself' : 'not retried: the same again would fail the same'}; exit code ${exitCode}`,
    ].join('\n'),
  );
}

function listCodes(asJson: boolean): void {
  const entries: readonly (readonly [string, ErrorEntry])[] = Object.entries(catalog);
  if (asJson) return printJson(entries.map(([code, entry]) => ({ code, ...entry })));
  print(
    table(
      ['code', 'kind', 'what'],
      entries.map(([code, entry]) => [code, entry.kind, entry.headline]),
    ),
  );
}
