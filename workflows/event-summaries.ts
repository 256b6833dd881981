import type { ExecutorAnswer, FinishRequest } from '../activities/protocol.js';
import { cutBytes } from '../errors/to-failure.js';
import type { CallPlan } from './component-call.js';

/** A longer label would hide other bars of the timeline in Temporal's UI. */
const LIMIT_BYTES = 90;
const VALUE_LIMIT = 40;

/** Of an executor: what it was called with, e.g. `module penguin · customConfig {"epochs":30}`. */
export function executorSummary({ node, contract, inputs, parameters }: CallPlan): string {
  const given = Object.entries(parameters)
    .filter(([, value]) => typeof value !== 'object' || textOf(value).length <= VALUE_LIMIT)
    .map(([name, value]) => `${name} ${textOf(value)}`);
  const used = Object.values(inputs).flatMap((artifacts) => artifacts.map(({ type, id }) => `${type} ${id}`));
  const facts = given.length > 0 ? given : used;
  return cut([...(node === contract.type ? [] : [node]), ...facts].join(' · ') || node);
}

/** Of a publication: what came out, e.g. `Trainer: 222 rows, 30 epochs; loss 0.03`. */
export const publishSummary = (node: string, { summary }: ExecutorAnswer): string =>
  cut(summary === '' ? node : `${node}: ${summary}`);

/** Of the end of a run: its outcome and the first reason. */
export const finishSummary = ({ outcome, reasons, failure }: FinishRequest): string =>
  cut([outcome ?? failure?.code ?? '', reasons[0] ?? ''].filter((text) => text !== '').join(': '));

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

const cut = (text: string): string => cutBytes(text.replace(/\s+/g, ' '), LIMIT_BYTES);
