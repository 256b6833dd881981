import { condition, inWorkflowContext, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { BeginAnswer, OutcomeName, OutputReferences, RunFacts } from '../activities/protocol.js';
import type { Contract } from '../components/contract.js';
import { PipelineError } from '../errors/pipeline-error.js';
import type { FailureFacts } from '../activities/protocol.js';
import { Approvals } from './approvals.js';
import { detailsOf } from './current-details.js';
import { OutcomeReached } from './outcome.js';
import { refusal } from './refusal.js';
import type { RunOptions } from './run-options.js';
import type {
  ApprovalAnswer,
  ApprovalReceipt,
  NodeResult,
  NodeState,
  NodeStatus,
  Paused,
  PauseRequest,
  RunStatus,
} from './status.js';

interface Call {
  readonly node: string;
  readonly component: string;
  /** Set when the call is first awaited. */
  running?: Promise<unknown>;
  settled: boolean;
}

/** All that a running pipeline remembers of its nodes. One per workflow run. */
export class RunState {
  readonly facts: RunFacts;
  readonly options: RunOptions;
  readonly #approvals = new Approvals();
  #paused: RunStatus['paused'];
  readonly #calls = new Map<string, Call>();
  /** Nodes that a repeated run was called to run, but leaves out. */
  readonly #leftOut = new Set<string>();
  readonly #nodes = new Map<string, NodeStatus>();
  #state: RunStatus['state'] = 'running';
  /** Those that had all examples of this run so far. */
  #finishedRuns: readonly string[] | undefined;
  #isSearchable = false;
  #outcome: OutcomeName | undefined;
  #reasons: readonly string[] = [];

  constructor(facts: RunFacts, options: RunOptions) {
    this.facts = facts;
    this.options = options;
  }

  /** Takes a node id for a call. @throws PipelineError NODE_DUPLICATE, NODE_ID_INVALID */
  register(node: string, component: string): void {
    if (!/^[A-Za-z][\w.[\]-]{0,99}$/.test(node) || /\.(begin|publish|fail|part\[\d+\])$/.test(node)) {
      throw new PipelineError('NODE_ID_INVALID', { what: `'${node}' cannot be the id of a ${component} call` });
    }
    if (this.#calls.has(node)) {
      throw new PipelineError('NODE_DUPLICATE', {
        what: `${component} is called a second time with the node id '${node}'`,
        fix: `Give this call an id of its own as second argument: { id: '${node}[2]' }.`,
      });
    }
    this.#calls.set(node, { node, component, settled: false });
  }

  /** Notes that a call runs, so that the run's end waits for it. */
  track<T>(node: string, running: Promise<T>): Promise<T> {
    const call = this.#calls.get(node);
    if (call !== undefined) {
      call.running = running;
      const settle = (): void => void (call.settled = true);
      running.then(settle, settle);
    }
    return running;
  }

  /** @throws PipelineError CALL_NOT_AWAITED when a call was made that nothing awaited */
  assertAllAwaited(): void {
    const forgotten = [...this.#calls.values()].filter((call) => call.running === undefined);
    const first = forgotten[0];
    if (first === undefined) return;
    throw new PipelineError('CALL_NOT_AWAITED', {
      what: `${forgotten.map((call) => call.node).join(', ')} ${forgotten.length === 1 ? 'was' : 'were'} called but never awaited`,
      fix: `Put \`await\` before the call of ${first.node}, or remove it.`,
    });
  }

  /** The calls that were awaited and have not ended yet. */
  unsettled(): Promise<unknown>[] {
    return [...this.#calls.values()].flatMap((call) =>
      call.running === undefined || call.settled ? [] : [call.running],
    );
  }

  /**
   * Ends the run as SKIPPED before its first node that takes inputs, when that was asked for and all examples are those
   * of one finished run.
   */
  requireChange({ inputs }: Contract): void {
    if (this.#finishedRuns === undefined || Object.keys(inputs).length === 0) return;
    const [common] = this.#finishedRuns;
    if (common === undefined) return;
    throw new OutcomeReached({ outcome: 'SKIPPED', reasons: [`Nothing changed since the finished run ${common}.`] });
  }

  /** Notes what a begun node's worker knows, e.g. which finished runs had the same outputs of one that brings data in. */
  found(contract: Contract, { finishedRuns, searchable }: BeginAnswer): void {
    if (searchable === true) this.#isSearchable = true;
    if (!isSource(contract) || this.options.skipUnchanged !== true) return;
    const runs = finishedRuns ?? [];
    this.#finishedRuns = this.#finishedRuns?.filter((run) => runs.includes(run)) ?? runs;
  }

  /** Opens a question; its `decision` is set by an answer. */
  asks(node: string, facts: Parameters<Approvals['ask']>[1]): ReturnType<Approvals['ask']> {
    const asked = this.#approvals.ask(node, facts);
    const { title } = facts;
    this.#set({ node, component: 'Approval', state: 'waiting', summary: title, artifacts: {}, started: now() });
    return asked;
  }

  asked(node: string): void {
    this.#approvals.close(node);
  }

  checkAnswer(answer: unknown): void {
    this.#approvals.check(answer);
  }

  answer(answer: ApprovalAnswer): ApprovalReceipt {
    return this.#approvals.answer(answer);
  }

  /** Throws, in a sentence for whoever asks, when the run cannot be paused. */
  checkPause(request: unknown): void {
    if (this.#paused !== undefined) throw refusal('This run is paused already.');
    if (request !== undefined && (typeof request !== 'object' || request === null)) {
      throw refusal('A pause takes {"by": "ann", "why": "…"}, or nothing.');
    }
  }

  /** Until `unpause`, no more nodes start. */
  pause({ by, why }: PauseRequest): Paused {
    const paused = { since: now(), ...(by === undefined ? {} : { by }), ...(why === undefined ? {} : { why }) };
    this.#paused = paused;
    this.#show();
    return paused;
  }

  unpause(): undefined {
    this.#paused = undefined;
    this.#show();
  }

  /** Asked first, so that a run that nobody paused or repeats schedules the same commands in the same order as ever. */
  mustWait(node: string): boolean {
    return this.#paused !== undefined || this.options.repeat?.leaveOut?.includes(node) === true;
  }

  /** Waits while the run is paused. A node that a repeated run leaves out waits for all others, and ends the run. */
  async mayStart(node: string): Promise<void> {
    if (this.#paused !== undefined) await condition(() => this.#paused === undefined);
    if (this.options.repeat?.leaveOut?.includes(node) !== true) return;
    this.#leftOut.add(node);
    await condition(() => [...this.#calls.values()].every((call) => isQuiet(call) || this.#leftOut.has(call.node)));
    throw new OutcomeReached({ outcome: 'COMPLETED', reasons: [`Repeated as far as asked: not ${node}.`] });
  }

  /** Whether our search attributes are registered, as far as workers said. */
  get isSearchable(): boolean {
    return this.#isSearchable;
  }

  /** Whether a repeated run takes this node over from the run that it repeats. */
  isReused(node: string): boolean {
    return this.options.repeat?.nodes[node] === 'reuse';
  }

  started(node: string, component: string): void {
    const started = this.#nodes.get(node)?.started ?? now();
    this.#set({ node, component, state: 'running', summary: '', artifacts: {}, started });
  }

  begun(node: string, executionId: number): void {
    this.#update(node, { executionId });
  }

  /** The parts of a node that are done. */
  parts(node: string, parts: NonNullable<NodeStatus['parts']>): void {
    this.#update(node, { parts });
  }

  done(node: string, state: NodeState, summary: string, artifacts: OutputReferences): void {
    this.#update(node, { state, summary, artifacts, finished: now() });
  }

  failed(node: string, failure: FailureFacts): void {
    const state = failure.canceled ? 'canceled' : 'failed';
    const summary = failure.message.split('\n')[0] ?? '';
    this.#update(node, { state, summary, code: failure.code, finished: now() });
  }

  ended(state: RunStatus['state'], outcome: OutcomeName | undefined, reasons: readonly string[]): void {
    this.#state = state;
    this.#outcome = outcome;
    this.#reasons = reasons;
    this.#show();
  }

  status(): RunStatus {
    const approvals = this.#approvals.pending();
    return {
      pipeline: this.facts.pipeline,
      state: this.#state,
      ...(this.#outcome === undefined ? {} : { outcome: this.#outcome }),
      reasons: this.#reasons,
      ...(approvals.length === 0 ? {} : { approvals }),
      ...(this.#paused === undefined ? {} : { paused: this.#paused }),
      nodes: [...this.#nodes.values()],
    };
  }

  results(): NodeResult[] {
    return [...this.#nodes.values()].map(
      ({ node, component, state, summary, executionId, artifacts, started, finished }) => ({
        node,
        component,
        state,
        summary,
        ...(executionId === undefined ? {} : { executionId }),
        artifacts: Object.fromEntries(Object.entries(artifacts).map(([channel, artifact]) => [channel, artifact.id])),
        seconds: ((finished === undefined ? Date.now() : Date.parse(finished)) - Date.parse(started)) / 1000,
      }),
    );
  }

  #show(): void {
    const { workflowId } = workflowInfo();
    setCurrentDetails(detailsOf(this.status(), { workflowId, parameters: this.facts.parameters as object }));
  }

  #update(node: string, change: Partial<NodeStatus>): void {
    const status = this.#nodes.get(node);
    if (status !== undefined) this.#set({ ...status, ...change });
  }

  #set(status: NodeStatus): void {
    this.#nodes.set(status.node, status);
    this.#show();
  }
}

const isQuiet = ({ running, settled }: Call): boolean => running === undefined || settled;

/** Keyed by run id, because a module may be loaded once for several runs. */
const runs = new Map<string, RunState>();

export function openRun(facts: RunFacts, options: RunOptions): RunState {
  const run = new RunState(facts, options);
  runs.set(workflowInfo().runId, run);
  return run;
}

export function closeRun(): void {
  runs.delete(workflowInfo().runId);
}

/** The pipeline run in which this code is called, if it is in one. */
export function currentRun(): RunState | undefined {
  return inWorkflowContext() ? runs.get(workflowInfo().runId) : undefined;
}

/** A component that brings data in from outside, such as an ExampleGen. */
export const isSource = ({ inputs, runs }: Contract): boolean =>
  Object.keys(inputs).length === 0 && runs === 'executor';

const now = (): string => new Date().toISOString();
