import type { Command } from 'commander';
import { openStore } from '../../artifacts/index.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { sweepOrphans } from '../../lineage/gc.js';
import { print, printJson, say } from '../console.js';
import { noteEnds } from '../note-ends.js';
import { withSession } from '../session.js';

interface GcOptions {
  readonly orphans?: boolean;
  readonly dryRun?: boolean;
  readonly grace: string;
  readonly json?: boolean;
}

export function registerGc(program: Command): void {
  program
    .command('gc')
    .description('remove what no lineage names: attempts that were given up, checkpoints, failed outputs')
    .option('--orphans', 'sweep orphaned folders under the artifact root')
    .option('--dry-run', 'list them and remove nothing')
    .option('--grace <hours>', 'leave younger folders alone', '24')
    .option('--json', 'print JSON')
    .action(async (options: GcOptions) => {
      if (options.orphans !== true) {
        throw new PipelineError('USAGE', {
          what: 'gc needs to know what to sweep.',
          fix: 'Say `tfx-temporal gc --orphans`.',
        });
      }
      await withSession({}, (session) => sweep(session, options));
    });
}

async function sweep(session: Parameters<Parameters<typeof withSession>[1]>[0], options: GcOptions): Promise<void> {
  const store = openStore(session.config.artifactRoot, session.config.artifactCache);
  const remove = options.dryRun !== true;
  const graceMs = Number(options.grace) * 3_600_000;
  // What a terminated run left is garbage only when its end is known.
  if (remove) await noteEnds(session, { forgottenAfterMs: graceMs });
  const swept = await sweepOrphans(session.lineage().database, store, {
    remove,
    graceMs,
  });
  if (options.json === true) return printJson(swept);
  for (const { uri, bytes } of swept.orphans) print(`${uri}  ${bytes} bytes`);
  say(
    `${swept.orphans.length} orphans, ${swept.bytes} bytes, ${remove ? `${swept.removed} removed` : 'none removed'}; ${swept.kept} kept.`,
  );
}
