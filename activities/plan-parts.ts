import type { Artifact } from '../artifacts/artifact.js';
import { MOST_PARTS } from '../components/contract.js';
import type { Implementation } from '../components/implement.js';
import type { PlannedFile } from '../components/parts.js';
import type { BeginRequest } from './protocol.js';
import type { ActivityRuntime } from './runtime.js';

export interface PlannedParts {
  readonly count: number;
  readonly note?: string;
}

const WHOLE: PlannedParts = { count: 1 };

/** How many parts an execution is done in: 1 unless workflow, component and inputs are made for more. */
export async function planParts(
  runtime: ActivityRuntime,
  { parts: implemented }: Implementation,
  { parts: asked, inputs }: BeginRequest,
  parameters: Readonly<Record<string, unknown>>,
): Promise<PlannedParts> {
  if (asked === undefined || asked === 1 || implemented === undefined) return WHOLE;
  const planned: Record<string, readonly (Artifact & { readonly files: readonly PlannedFile[] })[]> = {};
  for (const [channel, artifacts] of Object.entries(inputs)) {
    planned[channel] = await Promise.all(
      artifacts.map(async (artifact) => ({ ...artifact, files: await runtime.lineage.files(artifact.id) })),
    );
  }
  const plan = implemented.plan({ parameters, inputs: planned, ...(asked === 'auto' ? {} : { wanted: asked }) });
  return { ...plan, count: Math.max(1, Math.min(plan.count, MOST_PARTS)) };
}
