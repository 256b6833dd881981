import type { Queryable } from './database.js';
import { PipelineError } from '../errors/pipeline-error.js';
import { PropertyType, TypeKind } from './states.js';

type PropertyTypes = Readonly<Record<string, number>>;

const SPLIT_PROPERTIES: PropertyTypes = { span: PropertyType.INT, split_names: PropertyType.STRING };

/** The typed properties of TFX's artifact types; all other properties are custom properties. */
const TYPED_PROPERTIES: Readonly<Record<string, PropertyTypes>> = {
  Examples: { ...SPLIT_PROPERTIES, version: PropertyType.INT },
  ExampleStatistics: SPLIT_PROPERTIES,
  ExampleAnomalies: SPLIT_PROPERTIES,
};

/** TFX's base types. */
const ARTIFACT_BASES: Readonly<Record<string, string>> = {
  Examples: 'mlmd.Dataset',
  ExampleStatistics: 'mlmd.Statistics',
  Model: 'mlmd.Model',
  PushedModel: 'mlmd.Model',
};
const EXECUTION_BASES: Readonly<Record<string, string>> = {
  StatisticsGen: 'mlmd.Process',
  SchemaGen: 'mlmd.Process',
  DistributionValidator: 'mlmd.Process',
  ExampleDiff: 'mlmd.Process',
  Transform: 'mlmd.Transform',
  Trainer: 'mlmd.Train',
  Evaluator: 'mlmd.Evaluate',
  Pusher: 'mlmd.Deploy',
};

export function typedProperties(artifactType: string): PropertyTypes {
  return TYPED_PROPERTIES[artifactType] ?? {};
}

/** Registers types on demand and remembers their ids. Registering is idempotent and safe against races. */
export class TypeRegistry {
  readonly #ids = new Map<string, number>();
  readonly #database: Queryable;

  /** @param database not a transaction: a registered type stays, so that no transaction waits for another's */
  constructor(database: Queryable) {
    this.#database = database;
  }

  artifactType(name: string): Promise<number> {
    return this.#id(TypeKind.ARTIFACT, name, typedProperties(name), ARTIFACT_BASES[name]);
  }

  executionType(name: string): Promise<number> {
    return this.#id(TypeKind.EXECUTION, name, {}, EXECUTION_BASES[name]);
  }

  contextType(name: string): Promise<number> {
    return this.#id(TypeKind.CONTEXT, name, {}, undefined);
  }

  async #id(kind: number, name: string, properties: PropertyTypes, base: string | undefined): Promise<number> {
    const key = `${kind}:${name}`;
    const known = this.#ids.get(key);
    if (known !== undefined) return known;
    const id = (await this.#find(kind, name)) ?? (await this.#insert(kind, name));
    await this.#complete(id, kind, properties, base);
    this.#ids.set(key, id);
    return id;
  }

  async #find(kind: number, name: string): Promise<number | undefined> {
    const rows = await this.#database.query<{ id: number }>(
      'select id from type where type_kind = $1 and name = $2 and version is null',
      [kind, name],
    );
    return rows[0]?.id;
  }

  async #insert(kind: number, name: string): Promise<number> {
    await this.#database.query(
      `insert into type (type_kind, name) values ($1, $2)
       on conflict (type_kind, name, coalesce(version, '')) do nothing`,
      [kind, name],
    );
    const id = await this.#find(kind, name);
    if (id === undefined) throw new PipelineError('LINEAGE_REFUSED', { what: `Type ${name} was not registered.` });
    return id;
  }

  async #complete(id: number, kind: number, properties: PropertyTypes, base: string | undefined): Promise<void> {
    if (Object.keys(properties).length > 0) {
      await this.#database.query(
        `insert into typeproperty (type_id, name, data_type)
         select $1, * from unnest($2::text[], $3::int[]) on conflict do nothing`,
        [id, Object.keys(properties), Object.values(properties)],
      );
    }
    if (base === undefined) return;
    await this.#database.query(
      `insert into parenttype (type_id, parent_type_id)
       select $1, id from type where name = $2 and type_kind = $3 and version is null on conflict do nothing`,
      [id, base, kind],
    );
  }
}
