/** A property's value: what ml-metadata can hold and Temporal's JSON carries unchanged. */
export type PropertyValue = string | number | boolean;

export type Properties = Readonly<Record<string, PropertyValue>>;

/**
 * A reference to data that lives outside Temporal: all of it that ever enters a workflow's history.
 * At most 2 KiB as JSON (a guard refuses more).
 */
export interface Artifact<T extends string = string> {
  /** The artifact type, under TFX's name, e.g. `Examples`. */
  readonly type: T;
  /** The ml-metadata artifact id. */
  readonly id: number;
  /** Where the payload folder lies, e.g. `file:///…/Examples/…`. */
  readonly uri: string;
  /** sha256 (hex) over the payload's sorted list of paths, sizes and sha256s. */
  readonly digest: string;
  /** TFX's properties and custom properties of the artifact, and our short facts (counts, verdicts, reasons). */
  readonly properties: Properties;
}

/** The lists of artifacts that flow through a component's channels, by channel name. */
export type Channels = Readonly<Record<string, readonly Artifact[]>>;

/** The name of the folder that holds a split's files, as TFX lays it out. */
export function splitFolder(split: string): string {
  return `Split-${split}`;
}
