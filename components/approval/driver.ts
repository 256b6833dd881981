import { writeFile } from 'node:fs/promises';
import { implement } from '../implement.js';
import { Approval } from './contract.js';

/** Writes a decision down. */
export const approval = implement(Approval, {
  driver: async ({ inputs, parameters, outputs }) => {
    const { title, verdict, by, why, at, approvers } = parameters;
    const evidence = inputs.evidence.map(({ type, id, uri, digest }) => ({ type, id, uri, digest }));
    const decision = { title, verdict, by, why, at, evidence, ...(approvers === undefined ? {} : { approvers }) };
    await writeFile(outputs.approval.file('approval.json'), `${JSON.stringify(decision, null, 2)}\n`);
    const word = verdict === 'APPROVED' ? 'approved' : 'refused';
    const sentence = `${title}: ${word} by ${by}${why === '' ? '' : `: ${why}`}`;
    const reasons = JSON.stringify([sentence.slice(0, 300)]);
    return {
      properties: { approval: { verdict, by, why: why.slice(0, 300), at, title, reasons } },
      summary: sentence.slice(0, 200),
    };
  },
});
