import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { parseJson } from './json.js';
import { metadataBody, statusBody } from './model-status.js';
import { predictRequest } from './predict-request.js';
import { predictResponse } from './predict-response.js';
import type { ServedModel } from './served-model.js';
import { invalidArgument, notFound, type ServingError } from './serving-error.js';

/** What a model server serves. */
export interface Serving {
  readonly models: ReadonlyMap<string, ServedModel>;
  /** Versions by label, by model. */
  readonly labels: ReadonlyMap<string, Readonly<Record<string, number>>>;
}

const PATH =
  /^\/v1\/models(?:\/(?<model>[^/:]+)(?:\/versions\/(?<version>\d+)|\/labels\/(?<label>[^/:]+))?)?(?<rest>\/metadata|:classify|:regress|:predict)?$/i;

interface Target {
  readonly name: string;
  readonly model: ServedModel | undefined;
  readonly version: number | undefined;
  readonly rest: string;
}

/** TensorFlow Serving's REST routes, and `/healthz` and `/readyz`. */
export function addRoutes(app: FastifyInstance, serving: Serving): void {
  app.get('/healthz', () => ({ status: 'ok' }));
  app.get('/readyz', (_request, reply) => {
    const waiting = [...serving.models.values()].filter((model) => !model.isAvailable()).map(({ name }) => name);
    return reply.code(waiting.length === 0 ? 200 : 503).send({ ready: waiting.length === 0, waiting });
  });
  app.get('/v1/*', (request, reply) => answerGet(request, reply, serving));
  app.post('/v1/*', (request, reply) => answerPost(request, reply, serving));
}

async function answerGet(request: FastifyRequest, reply: FastifyReply, serving: Serving): Promise<string> {
  const target = targetOf(request, serving);
  if (target.rest.startsWith(':')) throw malformed(request);
  if (target.name === '') throw invalidArgument('Missing model name in request.');
  void reply.type('application/json');
  const { name, model, version, rest } = target;
  if (rest !== '') {
    return await using(target, (served) => Promise.resolve(metadataBody(name, served.version, served.metaGraph)));
  }
  const statuses = model?.statuses() ?? [];
  const found = version === undefined ? statuses : statuses.filter((status) => status.version === version);
  if (found.length > 0) return statusBody(found);
  throw notFound(
    version === undefined || !model
      ? `Could not find any versions of model ${name}`
      : `Could not find version ${version} of model ${name}`,
  );
}

async function answerPost(request: FastifyRequest, reply: FastifyReply, serving: Serving): Promise<string> {
  const target = targetOf(request, serving);
  if (!target.rest.startsWith(':') || target.name === '') throw malformed(request);
  void reply.type('application/json');
  const method = target.rest.slice(1);
  return await using(target, async (served) => {
    void reply.header('x-model-version', String(served.version));
    if (method !== 'predict') throw otherMethod(method);
    const { signature, format, feeds } = predictRequest(parseJson(request.body as string), served);
    return predictResponse(await served.run(signature, feeds), format);
  });
}

async function using(target: Target, work: Parameters<typeof ServedModel.prototype.use<string>>[1]): Promise<string> {
  const { model, version, name } = target;
  if (model) return await model.use(version, work);
  const wanted = version === undefined ? `Latest(${name})` : `Specific(${name}, ${version})`;
  throw notFound(`Servable not found for request: ${wanted}`);
}

function targetOf(request: FastifyRequest, { models, labels }: Serving): Target {
  const [path = ''] = request.url.split('?', 1);
  const { model = '', version, label, rest = '' } = PATH.exec(path)?.groups ?? {};
  if (!PATH.test(path)) throw malformed(request);
  const name = decoded(model);
  const labelled = label === undefined ? undefined : versionOfLabel(labels.get(name), decoded(label));
  const wanted = version === undefined ? labelled : Number(version);
  return { name, model: models.get(name), version: wanted, rest: rest.toLowerCase() };
}

function versionOfLabel(labels: Readonly<Record<string, number>> | undefined, label: string): number {
  const version = labels && Object.hasOwn(labels, label) ? labels[label] : undefined;
  if (version === undefined) throw invalidArgument(`Unrecognized servable version label: ${label}`);
  return version;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function malformed({ method, url }: FastifyRequest): ServingError {
  return invalidArgument(`Malformed request: ${method} ${url.slice(0, 200)}`);
}

function otherMethod(method: string): ServingError {
  const kind = method === 'classify' ? 'classification' : 'regression';
  return invalidArgument(
    `Expected ${kind} signature method_name to be tensorflow/serving/${method}. Was: tensorflow/serving/predict`,
  );
}
