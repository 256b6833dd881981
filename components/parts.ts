import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { Artifact } from '../artifacts/artifact.js';
import { MOST_PARTS, type Contract, type ParametersOf } from './contract.js';
import type { Executor, ExecutorContext, ExecutorResult, Implementation, OutputPlace, Resources } from './implement.js';
import { outputPlace } from './output-place.js';

/*
 * A component in parts: `map` describes one part of the inputs by a small state, each part in an activity of its own on
 * any worker; `reduce` makes the outputs of all states. However many parts there are, the outputs must be the same,
 * because the number is not in the fingerprint.
 */

/** One of so many, counted from 0. */
export interface Part {
  readonly index: number;
  readonly count: number;
}

/** A file of an input. */
export interface PlannedFile {
  /** Relative to the payload folder, with `/`. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
}

/** What is known before anything is read. */
export interface PlanContext<C extends Contract> {
  readonly parameters: ParametersOf<C>;
  readonly inputs: {
    readonly [K in keyof C['inputs']]: readonly (Artifact & { readonly files: readonly PlannedFile[] })[];
  };
  /** The number that the call asks for. */
  readonly wanted?: number;
}

export interface PartsPlan {
  /** 1: the executor does all. At most `MOST_PARTS`. */
  readonly count: number;
  /** Why there are fewer parts than were asked for; shown in the summary. */
  readonly note?: string;
}

export interface PartContext<C extends Contract> extends Omit<ExecutorContext<C>, 'outputs'> {
  readonly part: Part;
  /** A fresh, empty folder for this part's state. */
  readonly state: OutputPlace;
}

export interface ReduceContext<C extends Contract> extends ExecutorContext<C> {
  /** Folders of the parts' states, in the parts' order. Read only. */
  readonly states: readonly { readonly path: string }[];
}

/** How a component is done in parts. */
export interface PartsOf<C extends Contract = Contract> {
  // Methods, not properties: so that an implementation of one contract is an implementation of some contract.
  /** In `tfx.begin`: how many parts the inputs are worth. */
  plan(context: PlanContext<C>): PartsPlan;
  /** Describes one part. Returns one line for people. */
  map(context: PartContext<C>): Promise<{ readonly summary: string }>;
  /** Makes the outputs of the states of all parts. */
  reduce(context: ReduceContext<C>): Promise<ExecutorResult<C>>;
}

interface PartsImplementation<C extends Contract> extends Omit<Implementation<C>, 'contract' | 'executor'> {
  readonly parts: PartsOf<C>;
  /** All at once. (Default: `map` of one part, then `reduce`) */
  readonly executor?: Executor<C>;
}

/**
 * Binds code to a contract with `inParts: true`: small inputs are done by the executor, large ones by `map` in several
 * activities and one `reduce`.
 */
export function implementInParts<C extends Contract>(contract: C, given: PartsImplementation<C>): Implementation<C> {
  if (!contract.inParts) throw new TypeError(`the contract of ${contract.type} does not say inParts: true`);
  return { ...given, contract, executor: given.executor ?? ((context) => inOnePart(given.parts, context)) };
}

async function inOnePart<C extends Contract>(
  parts: PartsOf<C>,
  context: ExecutorContext<C>,
): Promise<ExecutorResult<C>> {
  const folder = (name: string): string => {
    const made = path.join(context.resources.temporaryPath, name);
    mkdirSync(made, { recursive: true });
    return made;
  };
  const state = outputPlace(folder('state'));
  const resources = (name: string): Resources => ({ ...context.resources, temporaryPath: folder(name) });
  await parts.map({ ...context, resources: resources('map'), part: { index: 0, count: 1 }, state });
  return await parts.reduce({ ...context, resources: resources('reduce'), states: [state] });
}

/** Smaller inputs are not worth another activity. */
const BYTES_PER_PART = 128 * 1024 * 1024;

/** As many parts as files and their size are worth, or as are asked for: at most one per file. */
export function planByFiles(files: readonly PlannedFile[], wanted: number | undefined): PartsPlan {
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  const most = Math.max(1, Math.min(files.length, MOST_PARTS));
  const count = Math.min(wanted ?? Math.max(1, Math.round(bytes / BYTES_PER_PART)), most);
  if (wanted === undefined || count === wanted) return { count };
  return { count, note: `${count} of ${wanted} parts, for ${files.length} ${files.length === 1 ? 'file' : 'files'}` };
}

/** The files of a part: neighbours, of about equal bytes in each part, and at least one where there are enough. */
export function filesOfPart<F extends { readonly size: number }>(files: readonly F[], { index, count }: Part): F[] {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const found: F[] = [];
  let before = 0;
  let part = -1;
  for (const [position, file] of files.entries()) {
    const fair = total === 0 ? position : Math.floor(((before + file.size / 2) / total) * count);
    const least = Math.max(part, 0, count - (files.length - position));
    part = Math.min(Math.max(fair, least), part + 1, count - 1);
    before += file.size;
    if (part === index) found.push(file);
  }
  return found;
}
