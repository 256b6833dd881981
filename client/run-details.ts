import type { Repeat } from '../workflows/run-options.js';

/** Who started a run, for the people who look at it. Said, not proven. */
export interface StartedBy {
  readonly who: string;
  /** The command line, when it was one. */
  readonly command?: string;
}

interface RunOrigin {
  readonly namespace: string;
  readonly startedBy?: StartedBy | undefined;
  readonly schedule?: string | undefined;
  readonly repeat?: Repeat | undefined;
}

/** Where a run comes from, as Markdown beside it in Temporal's UI; nothing when nothing is known. */
export function runDetails({ namespace, startedBy, schedule, repeat }: RunOrigin): { readonly staticDetails?: string } {
  const pages = `/namespaces/${encodeURIComponent(namespace)}`;
  const lines = [
    ...(startedBy === undefined ? [] : [startedLine(startedBy)]),
    ...(schedule === undefined
      ? []
      : [`Started by the schedule ${link(schedule, `${pages}/schedules/${encodeURIComponent(schedule)}`)}.`]),
    ...(repeat === undefined ? [] : [repeatLine(repeat, pages)]),
  ];
  return lines.length === 0 ? {} : { staticDetails: lines.join('\n\n') };
}

function startedLine({ who, command }: StartedBy): string {
  return `Started by **${plain(who)}**${command === undefined ? '' : ` with \`${plain(command)}\``}.`;
}

function repeatLine({ workflowId, runId, nodes, leaveOut = [] }: Repeat, pages: string): string {
  const named = (kind: string): string[] => Object.keys(nodes).filter((node) => nodes[node] === kind);
  const page = `${pages}/workflows/${encodeURIComponent(workflowId)}/${encodeURIComponent(runId)}`;
  const parts = [
    ['Runs again', [...named('again'), ...named('run')]],
    ['Takes over', named('reuse')],
    ['Leaves out', leaveOut],
  ] as const;
  const said = parts.filter(([, list]) => list.length > 0).map(([words, list]) => `${words}: ${list.join(', ')}.`);
  return [`Repeats ${link(workflowId, page)}.`, ...said].join(' ');
}

const link = (text: string, address: string): string => `[${plain(text)}](${address})`;

const plain = (text: string): string => text.replace(/[`*[\]<>\\]|\s+/g, ' ').slice(0, 500);
