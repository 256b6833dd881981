import type { Artifact, Channels } from '../artifacts/artifact.js';
import { type Contract, type Duration, MOST_PARTS } from '../components/contract.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { currentRun, type RunState } from './run-state.js';
import { runComponent } from './run-component.js';

/** How to run one component call. */
export interface CallOptions {
  /** The node's id, unique in the run; the component's type when left out. In a loop: `Trainer[${i}]`. */
  readonly id?: string;
  /** False: do not reuse an earlier execution's outputs. */
  readonly cache?: boolean;
  /** What to do when the data that the call asks for is not there. (Default: the schedule's policy, else `fail`) */
  readonly onMissing?: 'fail' | 'skip' | { readonly wait: Duration; readonly every?: Duration };
  /** How long one attempt of the executor may take. */
  readonly timeout?: Duration;
  /** How often the executor is tried in all. */
  readonly attempts?: number;
  /** Where the executor runs, e.g. on machines with a GPU. */
  readonly taskQueue?: string;
  /** In how many parts a component that can be done in parts is done, at most 64. (Default: as many as its inputs are worth) */
  readonly parts?: number;
}

/** A component call that was not awaited yet: it runs once, when first awaited. */
export interface ComponentCall<O> extends PromiseLike<O> {
  /** The component's type name. */
  readonly component: string;
}

/** A component in a workflow: a function from artifacts and parameters to artifacts. */
export type Component<C, O> = (call: C, options?: CallOptions) => ComponentCall<O>;

/** A call, checked and sorted into inputs and parameters. */
export interface CallPlan {
  readonly contract: Contract;
  readonly node: string;
  readonly inputs: Channels;
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly options: CallOptions;
}

/** The lazy, memoized thenable behind every component call. */
export class PlannedCall<O> implements ComponentCall<O> {
  readonly component: string;
  readonly plan: CallPlan;
  readonly #run: RunState | undefined;
  #result: Promise<O> | undefined;

  constructor(plan: CallPlan) {
    this.component = plan.contract.type;
    this.plan = plan;
    this.#run = currentRun();
    this.#run?.register(plan.node, plan.contract.type);
  }

  then<A = O, B = never>(
    onFulfilled?: ((value: O) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#result ??= this.#start();
    return this.#result.then(onFulfilled, onRejected);
  }

  #start(): Promise<O> {
    if (this.#run === undefined) {
      return Promise.reject(
        new PipelineError('CALL_OUTSIDE_PIPELINE', {
          what: `${this.component} was awaited outside of a running pipeline`,
        }),
      );
    }
    return this.#run.track(this.plan.node, runComponent(this.#run, this.plan)) as Promise<O>;
  }
}

/** Sorts a flat call into input channels and parameters. @throws PipelineError INPUT_INVALID */
export function planCall(contract: Contract, call: object, options: CallOptions): CallPlan {
  const inputs: Record<string, readonly Artifact[]> = {};
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(call)) {
    if (!Object.hasOwn(contract.inputs, name) && value !== undefined) parameters[name] = value;
  }
  for (const [name, channel] of Object.entries(contract.inputs)) {
    const value: unknown = Object.hasOwn(call, name) ? (call as Record<string, unknown>)[name] : undefined;
    const list: readonly unknown[] = value === undefined ? [] : Array.isArray(value) ? value : [value];
    inputs[name] = list.map((artifact) => checkedInput(contract, name, artifact));
    if (list.length === 0 && channel.arity !== 'optional' && channel.arity !== 'any')
      throw missingInput(contract, name);
    if (list.length > 1 && channel.arity !== 'many' && channel.arity !== 'any') {
      throw new PipelineError('INPUT_INVALID', {
        what: `${contract.type} takes one ${channel.type} as '${name}', not ${list.length}`,
      });
    }
  }
  checkParts(contract, options);
  return { contract, node: options.id ?? contract.type, inputs, parameters, options };
}

function checkParts({ type, inParts }: Contract, { parts }: CallOptions): void {
  if (parts === undefined) return;
  if (!inParts) throw new PipelineError('INPUT_INVALID', { what: `${type} cannot be done in parts` });
  if (Number.isInteger(parts) && parts >= 1 && parts <= MOST_PARTS) return;
  throw new PipelineError('INPUT_INVALID', {
    what: `${type} takes 1 to ${MOST_PARTS} as \`parts\`, not ${String(parts)}`,
  });
}

function checkedInput(contract: Contract, name: string, value: unknown): Artifact {
  const expected = contract.inputs[name]?.type ?? '';
  const found =
    typeof value === 'object' && value !== null && 'type' in value && 'uri' in value ? String(value.type) : undefined;
  if (found !== undefined && (found === expected || expected === 'Artifact')) return value as Artifact;
  const shown = found ?? (typeof value === 'object' ? 'something that is no artifact' : typeof value);
  throw new PipelineError('INPUT_INVALID', {
    what: `${contract.type} takes ${expected} as '${name}', but got ${shown}`,
    ...(value instanceof PlannedCall ? { fix: `Await ${value.component} and pass its output.` } : {}),
  });
}

function missingInput(contract: Contract, name: string): PipelineError {
  return new PipelineError('INPUT_INVALID', {
    what: `${contract.type} needs ${contract.inputs[name]?.type ?? ''} as '${name}', but none was given`,
  });
}
