/** A model server that was launched in a process of its own. */
export interface RunningModelServer {
  /** `http://127.0.0.1:<port>`, TensorFlow Serving's REST API. */
  readonly url: string;
  /** Ends the process and waits until it is gone. */
  stop(): Promise<void>;
  /** What the server wrote so far. */
  log(): string;
  /** How the process ended; undefined while it runs. */
  exit(): string | undefined;
}

/** Launches model servers; handed in, so that components know nothing of `serving/`. */
export interface ModelServerService {
  launch(options: {
    readonly name: string;
    /** The folder of the model's versions. */
    readonly basePath: string;
    readonly signal: AbortSignal;
  }): Promise<RunningModelServer>;
}

declare module '../implement.js' {
  interface Services {
    readonly modelServer: ModelServerService;
  }
}
