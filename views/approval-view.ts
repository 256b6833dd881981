import type { Artifact } from '../artifacts/artifact.js';
import { printable } from './printable.js';

/**
 * A decision as lines of text: what was asked, who decided what, when and why, and on which evidence.
 * @param evidence what the execution that recorded it took as inputs
 */
export function approvalText({ properties }: Artifact, evidence: readonly Pick<Artifact, 'type' | 'id'>[]): string {
  const text = (name: string): string => printable(String(properties[name] ?? ''));
  const word = text('verdict') === 'APPROVED' ? 'approved' : 'not approved';
  const when = text('at').slice(0, 19).replace('T', ' ');
  return [
    `  "${text('title')}" was ${word} by ${text('by')} at ${when} UTC.`,
    ...(text('why') === '' ? [] : [`  why: ${text('why')}`]),
    `  evidence: ${evidence.map(({ type, id }) => `${type} ${id}`).join(', ') || 'none'}`,
  ].join('\n');
}
