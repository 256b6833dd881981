import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { implement, type ExecutorContext, type InputArtifact } from '../implement.js';
import { Pusher } from './contract.js';
import { pusherDriver } from './driver.js';
import { copySavedModel } from './saved-model-copy.js';

/**
 * Stages a copy of the model as PushedModel's payload, unless a blessing says no. Nothing outside is touched here:
 * `commitPush` puts what was staged at its destination when the activity has taken its fence.
 */
export const pusher = implement(Pusher, {
  driver: pusherDriver,
  executor: async (context) => {
    const { inputs, outputs, signal } = context;
    const refusal = refusalOf(inputs);
    if (refusal !== undefined) {
      await writeFile(outputs.pushedModel.file('NOT_PUSHED'), `${refusal}\n`);
      return { summary: `not pushed: ${refusal}`, properties: { pushedModel: { pushed: 0, reason: refusal } } };
    }
    await copySavedModel(path.join(inputs.model.path, 'Format-Serving'), outputs.pushedModel.path, signal);
    return {
      summary: `version ${context.parameters.version ?? '?'} for ${context.parameters.destination}`,
      properties: { pushedModel: { pushed: 1, model_digest: inputs.model.digest } },
    };
  },
});

function refusalOf({ blessing, infraBlessing }: ExecutorContext<typeof Pusher>['inputs']): string | undefined {
  if (blessing && !isBlessed(blessing, 'BLESSED')) return 'the model is not blessed';
  if (infraBlessing && !isBlessed(infraBlessing, 'INFRA_BLESSED')) return 'the model is not blessed for serving';
  return undefined;
}

/** By our verdict, or by TFX's property on imported artifacts. */
function isBlessed({ properties }: InputArtifact, verdict: string): boolean {
  return 'verdict' in properties ? properties['verdict'] === verdict : properties['blessed'] === 1;
}
