import { cp, mkdir, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { implement, type ExecutorContext } from '../implement.js';
import { InfraValidator } from './contract.js';
import { infraValidatorDriver } from './driver.js';
import { NotServable, queryModel, waitUntilLoaded } from './requests.js';
import { sampleExamples } from './sample-examples.js';

type Context = ExecutorContext<typeof InfraValidator>;

/** TFX's name of the model while it is validated. */
const MODEL_NAME = 'infra-validation-model';

/** Serves the model once, asks it real examples, and blesses it when it answers. Each try has a server of its own. */
export const infraValidator = implement(InfraValidator, { driver: infraValidatorDriver, executor: validate });

async function validate(context: Context) {
  const { parameters, inputs, outputs } = context;
  const examples = inputs.examples
    ? await sampleExamples(inputs.examples, parameters.splitName, parameters.numExamples, context.resources)
    : [];
  const basePath = await prepareBasePath(context);
  const logs: string[] = [];
  const reasons: string[] = [];
  let blessed = false;
  for (let attempt = 1; attempt <= parameters.numTries && !blessed; attempt++) {
    context.progress({ phase: 'serve', done: attempt, total: parameters.numTries, unit: 'tries' });
    const reason = await tryServing(context, basePath, examples, logs);
    blessed = reason === undefined;
    if (reason !== undefined) reasons.push(reason);
  }
  const verdict = blessed ? 'INFRA_BLESSED' : 'INFRA_NOT_BLESSED';
  await writeFile(outputs.infraBlessing.file(verdict), '');
  // A log has times and ports in it; the same blessing shall have the same bytes.
  if (!blessed) await writeFile(outputs.infraBlessing.file('server.log'), logs.join('\n'));
  return answer(context, verdict, blessed ? [] : [...new Set(reasons)], examples.length);
}

/** The layout that a model server expects: `<base>/1/saved_model.pb`. */
async function prepareBasePath({ inputs, resources }: Context): Promise<string> {
  const basePath = path.join(resources.temporaryPath, MODEL_NAME);
  await mkdir(basePath, { recursive: true });
  const [source, version] = [path.join(inputs.model.path, 'Format-Serving'), path.join(basePath, '1')];
  await symlink(source, version, 'dir').catch(() => cp(source, version, { recursive: true }));
  return basePath;
}

/** One try; the reason why the model cannot be served, or undefined when it can. */
async function tryServing(
  { parameters, services, signal }: Context,
  basePath: string,
  examples: readonly Uint8Array[],
  logs: string[],
): Promise<string | undefined> {
  const server = await services.modelServer.launch({ name: MODEL_NAME, basePath, signal });
  try {
    await waitUntilLoaded(server, MODEL_NAME, { seconds: parameters.maxLoadingTimeSeconds, signal });
    for (const signatureName of parameters.signatureNames) {
      await queryModel(server, { name: MODEL_NAME, signatureName, examples, signal });
    }
    return undefined;
  } catch (error) {
    if (error instanceof NotServable) return error.message;
    throw error;
  } finally {
    await server.stop();
    logs.push(server.log());
  }
}

function answer(
  { inputs, parameters }: Context,
  verdict: 'INFRA_BLESSED' | 'INFRA_NOT_BLESSED',
  reasons: readonly string[],
  asked: number,
) {
  const requests = asked * parameters.signatureNames.length;
  const served = requests === 0 ? 'the model loads' : `${requests} ${requests === 1 ? 'request' : 'requests'} answered`;
  return {
    summary: verdict === 'INFRA_BLESSED' ? `${verdict} · ${served}` : `${verdict} · ${reasons[0] ?? ''}`.slice(0, 400),
    properties: {
      infraBlessing: {
        verdict,
        reasons: JSON.stringify(reasons.slice(0, 3).map((reason) => reason.slice(0, 400))),
        blessed: verdict === 'INFRA_BLESSED' ? 1 : 0,
        has_model: 0,
        current_model: inputs.model.uri,
        current_model_id: inputs.model.id,
      },
    },
    metrics: { requests },
  };
}
