import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import { PipelineError } from '../errors/pipeline-error.js';
import { addRoutes } from './routes.js';
import { ServedModel } from './served-model.js';
import { ServingError } from './serving-error.js';

export interface ModelServerOptions {
  readonly models: readonly { readonly name: string; readonly basePath: string }[];
  /** (Default: 127.0.0.1) */
  readonly host?: string;
  /** 0 takes a free one. (Default: 8501, TensorFlow Serving's) */
  readonly port?: number;
  /** How often base paths are looked at. (Default: 1000) */
  readonly pollMs?: number;
  /** Larger requests get 413. (Default: 16 MiB) */
  readonly bodyLimitBytes?: number;
  /** Versions by label, by model: `/labels/<label>`. */
  readonly labels?: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly log?: (line: string) => void;
}

export interface ModelServer {
  /** `http://127.0.0.1:8501` */
  readonly url: string;
  readonly models: ReadonlyMap<string, ServedModel>;
  /** Answers what it has accepted, then ends. */
  close(): Promise<void>;
}

/**
 * Serves the newest version of each model over TensorFlow Serving's REST API. It listens at once: until a model is
 * loaded its requests get 404, as TensorFlow Serving answers.
 *
 * @throws SERVING_PORT_TAKEN
 */
export async function startModelServer(options: ModelServerOptions): Promise<ModelServer> {
  const log = options.log ?? (() => undefined);
  const models = new Map(
    options.models.map(({ name, basePath }) => [name, new ServedModel({ name, basePath, log })] as const),
  );
  const app = application(options.bodyLimitBytes ?? 16 * 1024 * 1024);
  addRoutes(app, { models, labels: new Map(Object.entries(options.labels ?? {})) });
  const url = await listen(app, options.host ?? '127.0.0.1', options.port ?? 8501);
  const poll = () => {
    for (const model of models.values()) model.poll().catch((error: unknown) => log(String(error)));
  };
  poll();
  const timer = setInterval(poll, options.pollMs ?? 1000);
  return {
    url,
    models,
    close: async () => {
      clearInterval(timer);
      await app.close();
      await Promise.all([...models.values()].map((model) => model.close()));
    },
  };
}

function application(bodyLimit: number): FastifyInstance {
  const app = Fastify({ bodyLimit, logger: false, forceCloseConnections: 'idle', exposeHeadRoutes: false });
  app.removeAllContentTypeParsers();
  // TensorFlow Serving reads JSON whatever the content type says.
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));
  app.addHook('preValidation', (request, _reply, done) => {
    if (request.method === 'POST' && typeof request.body !== 'string') request.body = '';
    done();
  });
  app.setNotFoundHandler((request, reply) =>
    reply
      .code(404)
      .type('application/json')
      .send(errorBody(`Not Found: ${request.method} ${request.url.slice(0, 200)}`)),
  );
  app.setErrorHandler((error: FastifyError | ServingError, _request, reply) => {
    const status = error instanceof ServingError ? error.status : (error.statusCode ?? 500);
    return reply.code(status).type('application/json').send(errorBody(error.message));
  });
  return app;
}

const errorBody = (message: string) => `${JSON.stringify({ error: message }, undefined, 1)}\n`;

async function listen(app: FastifyInstance, host: string, port: number): Promise<string> {
  try {
    return await app.listen({ host, port });
  } catch (cause) {
    await app.close();
    if ((cause as NodeJS.ErrnoException).code !== 'EADDRINUSE') throw cause;
    throw new PipelineError('SERVING_PORT_TAKEN', { what: `Port ${port} of ${host} is taken.`, cause });
  }
}
