import type { LocalEvent } from '../local/index.js';
import pc from 'picocolors';
import { say } from './console.js';

/** Shows what happens to the embedded servers and the worker, as far as a person needs to know it. */
export function showLocalEvent(event: LocalEvent): void {
  switch (event.type) {
    case 'progress':
      return say(pc.dim(`  ${event.message}`));
    case 'server':
      if (event.state !== 'ready') say(pc.yellow(`  ${event.server} ${event.state}`));
      return;
    case 'worker':
      return showWorker(event);
    case 'recovering':
      return say(pc.yellow('  the servers were killed; starting them again'));
    case 'stopped':
      return say(pc.yellow(`  the servers were stopped: ${event.reason}`));
  }
}

function showWorker(event: Extract<LocalEvent, { type: 'worker' }>): void {
  if (event.state === 'exited')
    say(pc.yellow(`  the worker exited (${event.signal ?? event.code ?? 'unknown'}); restarting`));
  if (event.state !== 'failed') return;
  say(pc.red('  the worker does not start. The end of its log:'));
  for (const line of event.log ?? []) say(pc.dim(`    ${line}`));
}
