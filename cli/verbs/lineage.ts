import type { Command } from 'commander';
import pc from 'picocolors';
import type { Lineage } from '../../lineage/index.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import { describeArtifact } from '../../lineage/queries/artifacts.js';
import { lineageOf, type LineageGraph } from '../../lineage/queries/lineage-graph.js';
import { print, printJson } from '../console.js';
import { withSession } from '../session.js';

export function registerLineage(program: Command): void {
  program
    .command('lineage <artifact>')
    .description('what an artifact was made from (--up, the default) or what was made from it (--down)')
    .option('--up', 'towards its origins')
    .option('--down', 'towards its consequences')
    .option('--json', 'print JSON')
    .action(async (artifact: string, options: { down?: boolean; json?: boolean }) => {
      await withSession({}, async (session) => {
        const down = options.down === true;
        const graph = await walk(session.lineage(), artifact, down ? 'downstream' : 'upstream');
        if (options.json === true) return printJson(graph);
        const lines = sentences(graph);
        const nothing = down
          ? `Nothing was made from artifact ${artifact}.`
          : `Artifact ${artifact} comes from outside.`;
        for (const line of lines.length === 0 ? [nothing] : lines) print(line);
      });
    });
}

async function walk(lineage: Lineage, id: string, direction: 'upstream' | 'downstream'): Promise<LineageGraph> {
  if (!/^\d+$/.test(id) || (await describeArtifact(lineage.database, Number(id))) === undefined) {
    throw new PipelineError('NOTHING_FOUND', { what: `Lineage knows no artifact "${id}".` });
  }
  return await lineageOf(lineage.database, Number(id), { direction });
}

/** One sentence per execution: `Trainer (run …, execution 7): examples 5, schema 3 → model 8`. */
function sentences({ executions, edges, artifacts }: LineageGraph): string[] {
  const types = new Map(artifacts.map((artifact) => [artifact.id, artifact.type]));
  return executions.map(({ executionId, node, pipeline, runId }) => {
    const wired = (direction: 'input' | 'output'): string =>
      edges
        .filter((edge) => edge.executionId === executionId && edge.direction === direction)
        .map((edge) => `${types.get(edge.artifactId) ?? edge.channel} ${edge.artifactId}`)
        .join(', ');
    return `${pc.bold(node)} ${pc.dim(`(${pipeline}, run ${runId.slice(0, 8)}, execution ${executionId})`)}: ${wired('input') || 'nothing'} → ${wired('output')}`;
  });
}
