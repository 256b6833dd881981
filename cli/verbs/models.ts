import type { Command } from 'commander';
import type { Artifact } from '../../artifacts/artifact.js';
import { listModels, type ModelView } from '../../lineage/queries/models.js';
import { print, printJson, table } from '../console.js';
import { withSession } from '../session.js';

export function registerModels(program: Command): void {
  program
    .command('models')
    .description('list models with their verdicts and where they were pushed, newest first')
    .option('--pipeline <name>', 'of one pipeline only')
    .option('--json', 'print JSON')
    .action(async (options: { pipeline?: string; json?: boolean }) => {
      await withSession({}, async (session) => {
        const models = await listModels(session.lineage().database, options);
        if (options.json === true) return printJson(models);
        print(
          models.length === 0
            ? 'No models yet.'
            : table(['model', 'pipeline', 'made', 'blessing', 'infra', 'pushed to'], models.map(row)),
        );
      });
    });
}

function row({ model, pipeline, createdAt, blessing, infraBlessing, pushed }: ModelView): (string | number)[] {
  const property = (artifact: Artifact | undefined, name: string): string => String(artifact?.properties[name] ?? '');
  return [
    model.id,
    pipeline,
    createdAt.slice(0, 19).replace('T', ' '),
    property(blessing, 'verdict'),
    property(infraBlessing, 'verdict'),
    property(pushed, 'pushed_destination'),
  ];
}
