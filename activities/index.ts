import { partActivityType } from '../components/contract.js';
import { createBegin } from './begin.js';
import { createFinish } from './finish.js';
import { bindPart } from './part-activity.js';
import type { CoreActivities, ExecutorActivity, PartActivity, ServiceActivities } from './protocol.js';
import { createLook } from './look.js';
import { createNotify } from './notify.js';
import { createPublish } from './publish.js';
import type { ActivityRuntime, ComponentRegistry, ExecutorRuntime } from './runtime.js';
import { standardActivities } from './standard.js';
import { bindActivity, toActivity, type ComponentActivity } from './to-activity.js';

export type { ActivityRuntime, ComponentRegistry, ExecutorRuntime, ResourceBounds } from './runtime.js';
export type { Commit, CommitContext, StagedOutput } from './commit.js';
export { toActivity, type ComponentActivity } from './to-activity.js';

export type ExecutorActivities = Readonly<Record<string, ExecutorActivity>>;
/** By component type and `.part`. */
export type PartActivities = Readonly<Record<`${string}.part`, PartActivity>>;
export type Activities = CoreActivities & ServiceActivities & ExecutorActivities & PartActivities;

/** All activities of a worker, by activity type: `tfx.begin`, `tfx.publish`, `tfx.finish` and one per component. */
export async function createActivities(runtime: ActivityRuntime): Promise<Activities> {
  return {
    'tfx.begin': createBegin(runtime),
    'tfx.publish': createPublish(runtime),
    'tfx.finish': createFinish(runtime),
    'tfx.look': createLook(runtime),
    'tfx.notify': createNotify(),
    ...(await createExecutorActivities(runtime, runtime.components)),
  } as Activities;
}

/** The components' own activities and their parts': all that a worker without a database (heavy, GPU) runs. */
export async function createExecutorActivities(
  runtime: ExecutorRuntime,
  components: ComponentRegistry,
): Promise<ExecutorActivities & PartActivities> {
  const activities: Record<string, ExecutorActivity> = {};
  const parts: Record<string, PartActivity> = {};
  for (const type of await components.types()) {
    const component = await findActivity(components, type);
    const { contract, parts: inParts } = component.implementation;
    if (contract.runs === 'executor') activities[type] = bindActivity(runtime, component);
    if (inParts !== undefined) parts[partActivityType(type)] = bindPart(runtime);
  }
  return { ...activities, ...parts } as ExecutorActivities & PartActivities;
}

/** A user's own implementation of a standard component does not inherit what the standard activity adds. */
async function findActivity(components: ComponentRegistry, type: string): Promise<ComponentActivity> {
  const implementation = await components.find(type);
  const load = Object.hasOwn(standardActivities, type) ? standardActivities[type] : undefined;
  const standard = await load?.();
  return standard?.implementation === implementation ? standard : toActivity(implementation);
}
