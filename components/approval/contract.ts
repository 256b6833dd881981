import { Type } from '@sinclair/typebox';
import { any, defineComponent } from '../contract.js';

/**
 * What a person decided, recorded as an artifact: who, when, why, and on which evidence. Driver-only: the waiting is
 * the workflow's. Payload: `approval.json`.
 */
export const Approval = defineComponent({
  type: 'Approval',
  version: 1,
  cache: 'never',
  runs: 'driver',
  inputs: { evidence: any('Artifact') },
  outputs: { approval: 'Approval' },
  parameters: Type.Object({
    title: Type.String({ minLength: 1 }),
    verdict: Type.Union([Type.Literal('APPROVED'), Type.Literal('NOT_APPROVED')]),
    /** Who decided; `timeout` when nobody did in time. */
    by: Type.String({ minLength: 1 }),
    why: Type.String({ default: '' }),
    /** ISO time of the decision. */
    at: Type.String({ minLength: 1 }),
    /** Who could have decided; anybody when it is absent. */
    approvers: Type.Optional(Type.Array(Type.String())),
  }),
  execution: { timeout: '1 minute', weight: 'light' },
});
