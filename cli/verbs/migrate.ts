import type { Command } from 'commander';
import { PipelineError } from '../../errors/pipeline-error.js';
import { migrate, migrationStatus } from '../../lineage/index.js';
import { printJson, say } from '../console.js';

export function registerMigrate(program: Command): void {
  program
    .command('migrate')
    .description("bring DATABASE_URL to this release's schema")
    .option('--dry-run', 'say what would be done and change nothing')
    .option('--json', 'print JSON')
    .action(async (options: { dryRun?: boolean; json?: boolean }) => {
      const databaseUrl = process.env['DATABASE_URL'];
      if (databaseUrl === undefined) {
        throw new PipelineError('TARGET_INCOMPLETE', {
          what: 'DATABASE_URL is not set.',
          why: 'Embedded databases are migrated by themselves; this verb is for a database of yours.',
          fix: 'Set DATABASE_URL to your Postgres, e.g. postgres://user@host:5432/lineage.',
        });
      }
      const applied = options.dryRun === true ? [] : await migrate(databaseUrl);
      const status = await migrationStatus(databaseUrl);
      if (options.json === true) return printJson({ applied, ...status });
      say(applied.length > 0 ? `Applied migrations ${applied.join(', ')}.` : `Nothing was changed.`);
      say(`The database is ${status.state}: migration ${status.version} of ${status.expected}.`);
    });
}
