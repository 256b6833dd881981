import type { Artifact } from '../artifacts/artifact.js';
import { refusal } from './refusal.js';
import type { ApprovalAnswer, ApprovalDecision, ApprovalReceipt, PendingApproval } from './status.js';

interface Asked {
  readonly question: PendingApproval;
  decision: ApprovalDecision | undefined;
}

interface Question {
  readonly title: string;
  readonly evidence: readonly Artifact[];
  readonly approvers?: readonly string[] | undefined;
  readonly timeoutMs?: number | undefined;
}

/** The questions of one run that wait for a person. */
export class Approvals {
  readonly #asked = new Map<string, Asked>();

  ask(node: string, { title, evidence, approvers, timeoutMs }: Question): Asked {
    const question: PendingApproval = {
      node,
      title,
      evidence: evidence.map(({ type, id }) => ({ type, id })),
      since: new Date().toISOString(),
      ...(approvers === undefined ? {} : { approvers }),
      ...(timeoutMs === undefined ? {} : { deadline: new Date(Date.now() + timeoutMs).toISOString() }),
    };
    const asked: Asked = { question, decision: undefined };
    this.#asked.set(node, asked);
    return asked;
  }

  close(node: string): void {
    this.#asked.delete(node);
  }

  /** Those that nobody has answered yet. */
  pending(): PendingApproval[] {
    return this.#open().map(({ question }) => question);
  }

  /** Throws, in a sentence for whoever answers, unless the answer fits a question that is open. */
  check(answer: unknown): Asked {
    const { by, node, approved, why } = fields(answer);
    if (typeof by !== 'string' || by.trim() === '') throw refusal('`by` says who decides, e.g. {"by": "ann"}.');
    if (approved !== undefined && typeof approved !== 'boolean') throw refusal('`approved` is true or false.');
    if (why !== undefined && typeof why !== 'string') throw refusal('`why` is text.');
    const asked = this.#find(node);
    const { title, approvers } = asked.question;
    if (approvers?.includes(by) === false) {
      throw refusal(`"${title}" is asked of ${approvers.join(', ')}: ${by.slice(0, 200)} may not answer it.`);
    }
    return asked;
  }

  answer(answer: ApprovalAnswer): ApprovalReceipt {
    const asked = this.check(answer);
    const verdict = answer.approved === false ? 'NOT_APPROVED' : 'APPROVED';
    const why = (answer.why ?? '').slice(0, 2000);
    asked.decision = { verdict, by: answer.by.slice(0, 200), why, at: new Date().toISOString() };
    return { node: asked.question.node, verdict };
  }

  #open(): Asked[] {
    return [...this.#asked.values()].filter(({ decision }) => decision === undefined);
  }

  #find(node: unknown): Asked {
    const open = this.#open();
    const [first, ...others] = open;
    if (first === undefined) throw refusal('This run asks for no approval now.');
    if (node === undefined && others.length === 0) return first;
    const found = open.find(({ question }) => question.node === node);
    if (found !== undefined) return found;
    throw refusal(`This run asks for ${open.map(({ question }) => question.node).join(', ')}: name one as \`node\`.`);
  }
}

function fields(answer: unknown): Readonly<Record<string, unknown>> {
  return typeof answer === 'object' && answer !== null ? (answer as Record<string, unknown>) : {};
}
