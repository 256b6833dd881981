import { createLogUpdate } from 'log-update';
import pc from 'picocolors';
import type { NodeProgress } from '../client/index.js';
import { isTerminal, say } from './console.js';

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 100;
/** Without a terminal, a node that runs longer than this says so before it ends. */
const SLOW_SECONDS = 5;

/** Shows a run's nodes as they change: live lines in a terminal, one plain line per event elsewhere. */
export interface ProgressView {
  update(nodes: readonly NodeProgress[]): void;
  /** Leaves the last state standing. */
  close(): void;
}

export const openProgress = (workflowId: string): ProgressView =>
  isTerminal() ? terminalProgress(workflowId) : plainProgress(workflowId);

function terminalProgress(workflowId: string): ProgressView {
  const draw = createLogUpdate(process.stderr);
  let nodes: readonly NodeProgress[] = [];
  let frame = 0;
  const render = (): void => {
    const lines = nodes.map((node) => liveLine(node, FRAMES[frame % FRAMES.length] ?? ''));
    draw([...lines, ...answerLines(nodes, workflowId)].join('\n'));
  };
  const timer = setInterval(() => {
    frame += 1;
    render();
  }, FRAME_MS);
  return {
    update: (next) => {
      nodes = next;
      render();
    },
    close: () => {
      clearInterval(timer);
      render();
      draw.done();
    },
  };
}

function plainProgress(workflowId: string): ProgressView {
  const said = new Map<string, string>();
  let answers = '';
  return {
    update: (nodes) => {
      for (const node of nodes) {
        const note =
          noteOf(node) === undefined ? '' : `${node.attempt ?? 1} ${node.warning === undefined ? '' : 'waits'}`;
        const key = `${node.state} ${node.state === 'running' ? (node.progress?.phase ?? '') : ''} ${note}`;
        const isShort = node.state === 'running' && node.seconds < SLOW_SECONDS;
        const isUsual = isShort || (node.state === 'waiting' && node.component !== 'Approval');
        if ((note === '' && isUsual) || said.get(node.node) === key) continue;
        said.set(node.node, key);
        say(liveLine(node, '…'));
      }
      const lines = answerLines(nodes, workflowId).join('\n');
      if (lines !== '' && lines !== answers) say(lines);
      answers = lines;
    },
    close: () => undefined,
  };
}

const MARKS: Readonly<Record<NodeProgress['state'], string>> = {
  waiting: pc.dim('·'),
  running: '',
  complete: pc.green('✔'),
  cached: pc.green('✔'),
  failed: pc.red('✖'),
};

/** `  ✔ StatisticsGen      2 splits, 344 rows        0.4 s`: one node in one line. */
export function liveLine(node: NodeProgress, spinner: string): string {
  const mark = node.state === 'running' ? pc.cyan(spinner) : MARKS[node.state];
  const text = noteOf(node) ?? (node.state === 'running' ? runningText(node) : node.summary);
  const cached = node.state === 'cached' ? pc.dim(' (cached)') : '';
  const seconds = pc.dim(`${node.seconds.toFixed(1)} s`.padStart(8));
  return `  ${mark} ${node.node.padEnd(20)} ${`${text}${cached}`.padEnd(56)} ${seconds}`.trimEnd();
}

/** How to answer each approval that the run waits for. */
export function answerLines(nodes: readonly NodeProgress[], workflowId: string): readonly string[] {
  const asked = nodes.filter(({ component, state }) => component === 'Approval' && state === 'waiting');
  return asked.map(({ node }) => {
    const which = asked.length > 1 ? ` --node ${node}` : '';
    return pc.yellow(`    Answer: tfx-temporal approve ${workflowId}${which} --by you   (or --reject --why …)`);
  });
}

/** What asks for attention while a node has not ended: nobody takes its work, or an attempt failed and is made again. */
function noteOf({ state, warning, attempt, lastFailure }: NodeProgress): string | undefined {
  if (state !== 'running' && state !== 'waiting') return undefined;
  if (warning !== undefined) return pc.yellow(warning);
  if (attempt === undefined) return undefined;
  const failure = lastFailure?.split('\n')[0] ?? '';
  return pc.yellow(`attempt ${attempt}${failure === '' ? '' : `, after: ${failure}`}`);
}

function runningText({ progress }: NodeProgress): string {
  if (!progress) return '';
  const counted =
    progress.done === undefined ? '' : `${progress.done}${progress.total === undefined ? '' : `/${progress.total}`}`;
  return [progress.phase, counted, progress.unit === progress.phase ? undefined : progress.unit, progress.message]
    .filter((part) => part !== undefined && part !== '')
    .join(' ');
}
