import { defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';
import { refusal } from './refusal.js';
import type { RunState } from './run-state.js';
import {
  APPROVE_UPDATE,
  type ApprovalAnswer,
  type ApprovalReceipt,
  PAUSE_UPDATE,
  type Paused,
  type PauseRequest,
  type RunStatus,
  STATUS_QUERY,
  UNPAUSE_UPDATE,
} from './status.js';

const status = defineQuery<RunStatus>(STATUS_QUERY);
const approve = defineUpdate<ApprovalReceipt, [ApprovalAnswer]>(APPROVE_UPDATE);
const pause = defineUpdate<Paused, [PauseRequest | undefined]>(PAUSE_UPDATE);
const unpause = defineUpdate<undefined>(UNPAUSE_UPDATE);

/** What a running pipeline answers to. Handlers are set before anything else, so that no message comes too early. */
export function setHandlers(run: RunState): void {
  setHandler(status, () => run.status(), { description: 'The nodes of this run, their states and artifacts' });
  setHandler(approve, (answer) => run.answer(answer), {
    description:
      'Answers an approval: {"by": "ann", "approved": true, "why": "…"}; {"node": "…"} when several are asked',
    validator: (answer) => run.checkAnswer(answer),
  });
  setHandler(pause, (request) => run.pause(request ?? {}), {
    description: 'Starts no more nodes; running ones end: {"by": "ann", "why": "…"}',
    validator: (request: PauseRequest | undefined) => run.checkPause(request),
  });
  setHandler(unpause, () => run.unpause(), {
    description: 'Goes on after a pause',
    validator: () => {
      if (run.status().paused === undefined) throw refusal('This run is not paused.');
    },
  });
}
