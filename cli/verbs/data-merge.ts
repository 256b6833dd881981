import type { Command } from 'commander';
import { diffSchemas, mergeSchemas, readSchema, refuseConflicts, writeSchema, type MergeConflict } from '../../data.js';
import { printable } from '../../views/printable.js';
import { print, say } from '../console.js';
import { protoFile } from '../data-options.js';

interface MergeFlags {
  readonly base?: string;
  readonly output: string;
  readonly keepCurated?: boolean;
}

export function registerDataMerge(data: Command): void {
  data
    .command('merge <curated> <inferred>')
    .description('bring what a newly inferred schema changed since the base into a curated one')
    .requiredOption('-o, --output <file>', 'the merged schema as .pbtxt or .pb')
    .option('--base <schema>', 'the schema that was inferred when the curated one was made')
    .option('--keep-curated', 'where both changed a rule differently, let the curated one stand instead of failing')
    .action(merge);
}

async function merge(curatedFile: string, inferredFile: string, flags: MergeFlags): Promise<void> {
  const target = await protoFile(flags.output);
  const base = flags.base === undefined ? {} : await readSchema(flags.base);
  const curated = await readSchema(curatedFile);
  const { schema, conflicts } = mergeSchemas(base, curated, await readSchema(inferredFile));
  if (flags.keepCurated !== true) refuseConflicts(conflicts);
  await writeSchema(target, schema);
  const changes = diffSchemas(curated, schema).map(({ words }) => printable(words));
  print(changes.length === 0 ? 'No changes' : changes.join('\n'));
  for (const conflict of conflicts) say(stands(conflict));
  say(`→ ${target}`);
}

const stands = ({ feature, rule }: MergeConflict): string =>
  printable(`Feature "${feature}": the curated ${rule} stands; the inferred one differs.`);
