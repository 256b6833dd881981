import type { Command } from 'commander';

/** A verb as `--help` lists it; its own file, and all that this imports, is loaded only when it is used. */
export interface Verb {
  readonly name: string;
  /** Its arguments, e.g. `<pipeline>`; as its own file declares them. */
  readonly usage: string;
  /** As its own file describes it. */
  readonly summary: string;
  /** @returns what adds the verb to the program */
  readonly load: () => Promise<(program: Command) => void>;
}

/** In the order in which a newcomer meets them. */
export const VERBS: readonly Verb[] = [
  {
    name: 'demo',
    usage: '',
    summary: 'run the penguin example end to end on embedded servers',
    load: async () => (await import('./verbs/demo.js')).registerDemo,
  },
  {
    name: 'run',
    usage: '<pipeline>',
    summary: 'run a pipeline of tfx.config.ts, watch it, and exit by its outcome',
    load: async () => (await import('./verbs/run.js')).registerRun,
  },
  {
    name: 'watch',
    usage: '<run>',
    summary: 'watch a run by its workflow id, from where it is to its end',
    load: async () => (await import('./verbs/watch.js')).registerWatch,
  },
  {
    name: 'approve',
    usage: '<run>',
    summary: 'answer the approval that a run waits for; who, when and why are recorded in lineage',
    load: async () => (await import('./verbs/approve.js')).registerApprove,
  },
  {
    name: 'rerun',
    usage: '<run>',
    summary: 'run a part of a run again; the other nodes are taken over from it, as CACHED',
    load: async () => (await import('./verbs/rerun.js')).registerRerun,
  },
  {
    name: 'retry',
    usage: '<run>',
    summary: 'go on with a failed or cancelled run, from where it stopped',
    load: async () => (await import('./verbs/rerun.js')).registerRetry,
  },
  {
    name: 'pause',
    usage: '<run>',
    summary: 'start no more nodes of a run; running ones end',
    load: async () => (await import('./verbs/pause.js')).registerPause,
  },
  {
    name: 'unpause',
    usage: '<run>',
    summary: 'let a paused run go on',
    load: async () => (await import('./verbs/pause.js')).registerUnpause,
  },
  {
    name: 'cancel',
    usage: '<run>',
    summary: 'end a run; what it has made is kept',
    load: async () => (await import('./verbs/cancel.js')).registerCancel,
  },
  {
    name: 'schedule',
    usage: '',
    summary: 'run a pipeline again and again; the nominal time of a run selects its data',
    load: async () => (await import('./verbs/schedule.js')).registerSchedule,
  },
  {
    name: 'retrain',
    usage: '',
    summary: 'run a pipeline whenever data arrives, has drifted, or is asked for',
    load: async () => (await import('./verbs/retrain.js')).registerRetrain,
  },
  {
    name: 'runs',
    usage: '',
    summary: 'list runs, newest first',
    load: async () => (await import('./verbs/runs.js')).registerRuns,
  },
  {
    name: 'show',
    usage: '<what>',
    summary:
      'show a run (its id, `latest` or `<pipeline>/latest`) and why each node hit or missed; or an artifact by number',
    load: async () => (await import('./verbs/show.js')).registerShow,
  },
  {
    name: 'models',
    usage: '',
    summary: 'list models with their verdicts and where they were pushed, newest first',
    load: async () => (await import('./verbs/models.js')).registerModels,
  },
  {
    name: 'lineage',
    usage: '<artifact>',
    summary: 'what an artifact was made from (--up, the default) or what was made from it (--down)',
    load: async () => (await import('./verbs/lineage.js')).registerLineage,
  },
  {
    name: 'data',
    usage: '',
    summary: 'describe, validate, compare, split and convert data, without any server',
    load: async () => (await import('./verbs/data.js')).registerData,
  },
  {
    name: 'serve',
    usage: '<models...>',
    summary: 'serve the newest version below each BASE_PATH as NAME=BASE_PATH, by TensorFlow Serving’s REST API',
    load: async () => (await import('./verbs/serve.js')).registerServe,
  },
  {
    name: 'dev',
    usage: '',
    summary: 'keep the embedded servers and the worker up until Ctrl-C; parked runs go on',
    load: async () => (await import('./verbs/dev.js')).registerDev,
  },
  {
    name: 'worker',
    usage: '',
    summary:
      "run this project's worker in the foreground, on your servers (TEMPORAL_ADDRESS, DATABASE_URL) or the embedded ones",
    load: async () => (await import('./verbs/worker.js')).registerWorker,
  },
  {
    name: 'doctor',
    usage: '',
    summary: 'check every part, and say how to fix what fails',
    load: async () => (await import('./verbs/doctor.js')).registerDoctor,
  },
  {
    name: 'setup',
    usage: '',
    summary: 'stage the native parts: libtensorflow, Temporal, Postgres',
    load: async () => (await import('./verbs/setup.js')).registerSetup,
  },
  {
    name: 'migrate',
    usage: '',
    summary: "bring DATABASE_URL to this release's schema",
    load: async () => (await import('./verbs/migrate.js')).registerMigrate,
  },
  {
    name: 'stop',
    usage: '',
    summary: 'stop the embedded servers now, whoever uses them; runs go on at the next start',
    load: async () => (await import('./verbs/stop.js')).registerStop,
  },
  {
    name: 'gc',
    usage: '',
    summary: 'remove what no lineage names: attempts that were given up, checkpoints, failed outputs',
    load: async () => (await import('./verbs/gc.js')).registerGc,
  },
  {
    name: 'explain',
    usage: '[code]',
    summary: 'say what an error code means and how to fix it',
    load: async () => (await import('./verbs/explain.js')).registerExplain,
  },
];
