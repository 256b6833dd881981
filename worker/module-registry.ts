import type { ModuleRegistry } from '../activities/executor-runner.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { stampOf } from './bundle-notes.js';
import { bundleUserCode, importBundle, type UserBundle } from './bundle-user-code.js';

interface Known {
  readonly bundle: UserBundle;
  /** Times and sizes of the sources when it was bundled. */
  readonly stamp: string;
}

/** The modules of a worker: bundled on demand, and again when a source file changes. */
export class BundledModules implements ModuleRegistry {
  readonly #files: Readonly<Record<string, string>>;
  readonly #folder: string;
  readonly #known = new Map<string, Promise<Known>>();

  /**
   * @param files module name to absolute path
   * @param folder where bundles are kept
   */
  constructor(files: Readonly<Record<string, string>>, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  async digest(name: string): Promise<string> {
    return (await this.bundle(name)).digest;
  }

  async load(name: string): Promise<Readonly<Record<string, unknown>>> {
    return await importBundle(await this.bundle(name), `Module '${name}'`);
  }

  /** @throws PipelineError MODULE_UNKNOWN, MODULE_BUNDLE_FAILED */
  async bundle(name: string): Promise<UserBundle> {
    const file = Object.hasOwn(this.#files, name) ? this.#files[name] : undefined;
    if (file === undefined) throw unknownModule(name, Object.keys(this.#files));
    const known = await this.#known.get(name);
    if (known !== undefined && known.stamp === stampOf(known.bundle.sources)) return known.bundle;
    const building = this.#build(file);
    this.#known.set(name, building);
    // A failure is not remembered: the next call sees the corrected file.
    building.catch(() => this.#known.delete(name));
    return (await building).bundle;
  }

  async #build(file: string): Promise<Known> {
    const bundle = await bundleUserCode(file, this.#folder);
    return { bundle, stamp: stampOf(bundle.sources) };
  }
}

function unknownModule(name: string, known: readonly string[]): PipelineError {
  return new PipelineError('MODULE_UNKNOWN', {
    what: `There is no module '${name}'; this worker knows ${known.length === 0 ? 'none' : known.join(', ')}`,
    details: { name },
  });
}
