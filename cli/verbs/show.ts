import type { Command } from 'commander';
import pc from 'picocolors';
import type { Artifact } from '../../artifacts/artifact.js';
import { PipelineError } from '../../errors/pipeline-error.js';
import type { Lineage } from '../../lineage/index.js';
import { describeArtifact, type ArtifactView } from '../../lineage/queries/artifacts.js';
import { approvalText } from '../../views/approval-view.js';
import { executionsOfRun, type ExecutionView } from '../../lineage/queries/executions.js';
import { lineageOf } from '../../lineage/queries/lineage-graph.js';
import { explainCache, type CacheExplanation } from '../../lineage/queries/why.js';
import { print, printJson, table } from '../console.js';
import { requireRun } from '../find-run.js';
import { type Session, withSession } from '../session.js';

export function registerShow(program: Command): void {
  program
    .command('show <what>')
    .description(
      'show a run (its id, `latest` or `<pipeline>/latest`) and why each node hit or missed; or an artifact by number',
    )
    .option('--json', 'print JSON')
    .action(async (what: string, options: { json?: boolean }) => {
      await withSession({}, async (session) => {
        const asJson = options.json === true;
        if (/^\d+$/.test(what)) await showArtifact(session.lineage(), what, asJson);
        else await showRun(session, what, asJson);
      });
    });
}

interface ExplainedExecution extends ExecutionView {
  readonly why: CacheExplanation | undefined;
}

async function showRun(session: Session, name: string, asJson: boolean): Promise<void> {
  const run = await requireRun(session, name);
  const lineage = session.lineage();
  const nodes: ExplainedExecution[] = [];
  for (const execution of await executionsOfRun(lineage.database, run)) {
    nodes.push({ ...execution, why: await explainCache(lineage.database, execution.executionId) });
  }
  if (asJson) return printJson({ ...run, nodes });
  print(`${pc.bold(run.workflowId)}  ${run.outcome ?? run.state}`);
  for (const reason of run.reasons) print(`  - ${reason}`);
  if (run.failure !== undefined) print(`  ${pc.red(run.failure.code)}: ${run.failure.message}`);
  print('');
  for (const node of nodes) print(describeNode(node));
}

function describeNode(node: ExplainedExecution): string {
  const seconds = node.durationMs === undefined ? '' : `${(node.durationMs / 1000).toFixed(1)} s`;
  const lines = [`${pc.bold(node.node.padEnd(20))} ${node.state.padEnd(9)} ${seconds.padStart(8)}  ${node.summary}`];
  if (node.why !== undefined) lines.push(pc.dim(`    ${node.why.sentence}`));
  for (const { field, before, after } of node.why?.changes ?? []) {
    lines.push(pc.dim(`      ${field}: ${shorten(before)} → ${shorten(after)}`));
  }
  for (const [channel, artifacts] of Object.entries(node.outputs)) {
    for (const artifact of artifacts)
      lines.push(`    ${channel}: ${artifact.type} ${artifact.id}  ${pc.dim(artifact.uri)}`);
  }
  for (const { attempt, code, message } of node.errors) {
    lines.push(pc.red(`    attempt ${attempt}: ${code}: ${message.split('\n')[0] ?? ''}`));
  }
  return lines.join('\n');
}

const shorten = (text: string | undefined): string =>
  text === undefined ? '(none)' : text.length > 60 ? `${text.slice(0, 57)}…` : text;

async function showArtifact(lineage: Lineage, id: string, asJson: boolean): Promise<void> {
  const view = await describeArtifact(lineage.database, Number(id));
  if (view === undefined) throw new PipelineError('NOTHING_FOUND', { what: `Lineage knows no artifact ${id}.` });
  if (asJson) return printJson(view);
  print(describe(view, await specialLines(lineage, view)));
}

/** What is said of an artifact of this type instead of its bare properties. */
async function specialLines({ database }: Lineage, { artifact }: ArtifactView): Promise<readonly string[]> {
  if (artifact.type !== 'Approval') return propertyLines(artifact);
  const { artifacts, edges } = await lineageOf(database, artifact.id, { direction: 'upstream', hops: 1 });
  const taken = edges.filter(({ direction }) => direction === 'input').map(({ artifactId }) => artifactId);
  return [
    approvalText(
      artifact,
      artifacts.filter(({ id }) => taken.includes(id)),
    ),
  ];
}

function describe(view: ArtifactView, lines: readonly string[]): string {
  const { artifact, producer } = view;
  const made = producer === undefined ? 'comes from outside' : `was made by ${producer.node} in run ${producer.runId}`;
  const users = view.usedBy.map((use) => use.node);
  return [
    `${pc.bold(`${artifact.type} ${artifact.id}`)} ${made}${users.length === 0 ? '' : `; used by ${users.join(', ')}`}.`,
    `  ${artifact.uri}  (${view.files.length} files, ${view.totalBytes} bytes)`,
    `  digest ${artifact.digest}`,
    ...lines,
    '',
    table(
      ['file', 'bytes'],
      view.files.map((file) => [file.path, file.size]),
    ),
  ].join('\n');
}

const propertyLines = ({ properties }: Artifact): string[] =>
  Object.entries(properties).map(([name, value]) => `  ${name}: ${String(value)}`);
