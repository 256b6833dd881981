import type {
  BeginAnswer,
  BeginRequest,
  ExecutorAnswer,
  FinishRequest,
  PublishAnswer,
  PublishRequest,
  Ticket,
} from '../../activities/protocol.js';
import type { Artifact } from '../../artifacts/artifact.js';
import { toFailure } from '../../errors/to-failure.js';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';

/** The activities of a run over plain maps: for tests of workflow code, without Postgres and an artifact store. */
export class InMemoryActivities {
  readonly log: string[] = [];
  readonly finished: FinishRequest[] = [];
  readonly failures: PublishRequest[] = [];
  readonly #cache = new Map<string, Readonly<Record<string, Artifact>>>();
  #ids = 0;

  /** What `Worker.create` takes. */
  activities(): Record<string, (argument: never) => Promise<unknown>> {
    return {
      'tfx.begin': (request: BeginRequest) => Promise.resolve(this.#begin(request)),
      'tfx.publish': (request: PublishRequest) => Promise.resolve(this.#publish(request)),
      'tfx.finish': (request: FinishRequest) => {
        this.log.push('finish');
        this.finished.push(request);
        return Promise.resolve();
      },
      Count: (ticket: Ticket) => this.#execute(ticket, 'numbers'),
      Sum: (ticket: Ticket) => this.#execute(ticket, 'sum'),
      Show: (ticket: Ticket) => this.#execute(ticket, 'shown'),
    };
  }

  #begin(request: BeginRequest): BeginAnswer {
    this.log.push(`${request.node}.begin`);
    const fingerprint = JSON.stringify([request.component, request.parameters, request.inputs]);
    const ticket: Ticket = {
      run: request.run,
      node: request.node,
      component: request.component,
      executionId: ++this.#ids,
      inputs: request.inputs,
      parameters: request.parameters,
      places: {},
      modules: {},
      fingerprint,
    };
    if (request.component === 'Nothing') return { ticket, cached: false, outputs: {}, summary: 'found nothing' };
    if (request.component === 'Approval') return { ticket, cached: false, outputs: this.#approve(ticket), summary: '' };
    const outputs = request.cache ? this.#cache.get(fingerprint) : undefined;
    return { ticket, cached: outputs !== undefined, summary: 'cached', ...(outputs === undefined ? {} : { outputs }) };
  }

  #approve({ parameters: { title, verdict, by, why } }: Ticket): Readonly<Record<string, Artifact>> {
    const properties = {
      verdict: String(verdict),
      reasons: JSON.stringify([`${String(title)}: ${String(by)}: ${String(why)}`]),
    };
    return { approval: { type: 'Approval', id: ++this.#ids, uri: 'file:///nowhere', digest: '', properties } };
  }

  async #execute(ticket: Ticket, channel: string): Promise<ExecutorAnswer> {
    this.log.push(ticket.node);
    if (ticket.parameters['fail'] === true) throw toFailure(new TypeError('asked to fail'));
    const steps = Number(ticket.parameters['steps'] ?? 0);
    for (let step = 0; step < steps; step++) {
      Context.current().heartbeat({ progress: { done: step, total: steps } });
      await Context.current().sleep(Number(ticket.parameters['stepMs'] ?? 0));
    }
    await sleep(0);
    const uri = `file:///nowhere/${ticket.executionId}`;
    return {
      outputs: { [channel]: { uri, manifestUri: `${uri}.manifest.json`, digest: ticket.fingerprint, properties: {} } },
      summary: `${ticket.node} made ${channel}`,
      metrics: {},
      modules: {},
    };
  }

  #publish({ ticket, answer, failure }: PublishRequest): PublishAnswer {
    this.log.push(`${ticket.node}.${failure === undefined ? 'publish' : 'fail'}`);
    if (failure !== undefined) this.failures.push({ ticket, failure });
    const types: Readonly<Record<string, string>> = { numbers: 'Numbers', sum: 'Sum', shown: 'Shown' };
    const outputs = Object.fromEntries(
      Object.entries(answer?.outputs ?? {}).map(([channel, { uri, digest, properties }]) => [
        channel,
        { type: types[channel] ?? channel, id: ++this.#ids, uri, digest: digest.slice(0, 64), properties },
      ]),
    );
    if (answer !== undefined) this.#cache.set(ticket.fingerprint, outputs);
    return { outputs };
  }
}
