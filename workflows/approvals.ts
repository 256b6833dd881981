import type { Artifact } from '../artifacts/artifact.js';
import type { ApprovalAnswer, ApprovalDecision, PendingApproval } from './status.js';

interface Asked extends PendingApproval {
  decision: ApprovalDecision | undefined;
}

/** The questions of one run that wait for a person. */
export class Approvals {
  readonly #pending = new Map<string, Asked>();

  ask(node: string, facts: { readonly title: string; readonly evidence: readonly Artifact[] }): Asked {
    const { title, evidence } = facts;
    const shown = evidence.map(({ type, id }) => ({ type, id }));
    const asked: Asked = { node, title, evidence: shown, since: new Date().toISOString(), decision: undefined };
    this.#pending.set(node, asked);
    return asked;
  }

  close(node: string): void {
    this.#pending.delete(node);
  }

  pending(): PendingApproval[] {
    return [...this.#pending.values()].map(({ node, title, evidence, since }) => ({ node, title, evidence, since }));
  }

  /** Throws, in a sentence for whoever answers, unless the answer fits a question that is open. */
  check(answer: unknown): Asked {
    const { by, node, approved, why } = fields(answer);
    if (typeof by !== 'string' || by.trim() === '') throw new Error('`by` says who decides, e.g. {"by": "ann"}.');
    if (approved !== undefined && typeof approved !== 'boolean') throw new Error('`approved` is true or false.');
    if (why !== undefined && typeof why !== 'string') throw new Error('`why` is text.');
    const open = [...this.#pending.values()].filter((asked) => asked.decision === undefined);
    const found =
      node === undefined ? (open.length === 1 ? open[0] : undefined) : open.find((asked) => asked.node === node);
    if (found !== undefined) return found;
    if (open.length === 0) throw new Error('This run asks for no approval now.');
    throw new Error(`This run asks for ${open.map((asked) => asked.node).join(', ')}: name one as \`node\`.`);
  }

  answer(answer: ApprovalAnswer): { readonly node: string; readonly verdict: ApprovalDecision['verdict'] } {
    const asked = this.check(answer);
    const verdict = answer.approved === false ? 'NOT_APPROVED' : 'APPROVED';
    const why = (answer.why ?? '').slice(0, 2000);
    asked.decision = { verdict, by: answer.by.slice(0, 200), why, at: new Date().toISOString() };
    return { node: asked.node, verdict };
  }
}

function fields(answer: unknown): Readonly<Record<string, unknown>> {
  return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {};
}
