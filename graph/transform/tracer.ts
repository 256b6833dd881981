import { PipelineError } from '../../errors/pipeline-error.js';
import type { AnalyzerNode, Attributes, Dtype, GraphNode, Json, NodeType, Shape } from './graph-spec.js';
import { describeType } from './graph-spec.js';
import type { Feature } from './user-api.js';

/** Where an id's range comes from: known when the graph is fitted. */
export interface Domain {
  readonly analyzer?: string | undefined;
  readonly attributes: Attributes;
}

/** A node of the graph being traced, as user code holds it. */
export class Traced implements Feature {
  readonly node: GraphNode;
  /** How the node reads in a message: `zScore(alcohol)`. */
  readonly label: string;
  readonly domain: Domain | undefined;

  constructor(node: GraphNode, label: string, domain?: Domain) {
    this.node = node;
    this.label = label;
    this.domain = domain;
  }

  get dtype(): Dtype {
    return this.node.dtype;
  }

  get shape(): Shape {
    return this.node.shape;
  }

  /** Operators on features are a mistake that JavaScript would not notice. */
  [Symbol.toPrimitive](): never {
    throw new PipelineError('TRANSFORM_OPERATOR', {
      what: `preprocessing uses ${this.label} in an expression, as if it were a value.`,
      details: { feature: this.label },
    });
  }
}

/** What a new node is made of; types that follow from the inputs are left out. */
export interface NodeFacts {
  readonly dtype: Dtype;
  readonly shape?: Shape;
  readonly mayBeMissing?: boolean;
  readonly attributes?: Attributes;
  readonly analyzer?: string | undefined;
  readonly label?: string;
  readonly domain?: Domain | undefined;
}

/** Collects the nodes of one graph. Equal nodes are one, so that a mean that is used twice is fitted once. */
export class Tracer {
  readonly nodes: GraphNode[] = [];
  readonly analyzers: AnalyzerNode[] = [];
  readonly #interned = new Map<string, GraphNode | AnalyzerNode>();
  readonly #filenames = new Set<string>();

  /** Adds a node that applies `operation` to `inputs`. */
  apply(operation: string, inputs: readonly Traced[], facts: NodeFacts): Traced {
    const attributes = facts.attributes ?? {};
    const ids = inputs.map(({ node }) => node.id);
    const key = JSON.stringify([operation, ids, attributes, facts.analyzer ?? null, facts.dtype]);
    const label = facts.label ?? `${operation}(${inputs.map((input) => input.label).join(', ')})`;
    const node = (this.#interned.get(key) as GraphNode | undefined) ?? this.#addNode(key, operation, inputs, facts);
    return new Traced(node, label, facts.domain);
  }

  /** Adds an analyzer; its id comes back. */
  analyze(analyzer: string, inputs: readonly Traced[], attributes: Attributes = {}): string {
    const ids = inputs.map(({ node }) => node.id);
    const key = JSON.stringify(['analyzer', analyzer, ids, attributes]);
    const known = this.#interned.get(key);
    if (known !== undefined) return known.id;
    const filename = attributes['filename'];
    const named =
      typeof filename === 'string' ? { ...attributes, filename: this.#uniqueFilename(filename) } : attributes;
    const node: AnalyzerNode = { id: `a${this.analyzers.length}`, analyzer, inputs: ids, attributes: named };
    this.analyzers.push(node);
    this.#interned.set(key, node);
    return node.id;
  }

  /** A literal of a type. */
  literal(value: number | string | boolean, dtype: Dtype): Traced {
    const json: Json = typeof value === 'number' && !Number.isFinite(value) ? String(value) : value;
    return this.apply('literal', [], {
      dtype,
      attributes: { value: typeof json === 'boolean' ? Number(json) : json },
      label: JSON.stringify(value),
    });
  }

  #addNode(key: string, operation: string, inputs: readonly Traced[], facts: NodeFacts): GraphNode {
    const type = this.#typeOf(operation, inputs, facts);
    const node: GraphNode = {
      id: `n${this.nodes.length}`,
      operation,
      inputs: inputs.map((input) => input.node.id),
      attributes: facts.attributes ?? {},
      ...(facts.analyzer === undefined ? {} : { analyzer: facts.analyzer }),
      ...type,
    };
    this.nodes.push(node);
    this.#interned.set(key, node);
    return node;
  }

  #typeOf(operation: string, inputs: readonly Traced[], facts: NodeFacts): NodeType {
    return {
      dtype: facts.dtype,
      shape: facts.shape ?? commonShape(operation, inputs),
      mayBeMissing: facts.mayBeMissing ?? inputs.some(({ node }) => node.mayBeMissing),
      constant: operation !== 'feature' && inputs.every(({ node }) => node.constant),
    };
  }

  #uniqueFilename(wanted: string): string {
    const base = wanted.replace(/[^A-Za-z0-9_-]/g, '_').slice(0, 100) || 'vocabulary';
    let name = base;
    for (let count = 1; this.#filenames.has(name.toLowerCase()); count++) name = `${base}_${count}`;
    this.#filenames.add(name.toLowerCase());
    return name;
  }
}

/** The shape of an elementwise result: that of the inputs which are not constants. They must agree. */
function commonShape(operation: string, inputs: readonly Traced[]): Shape {
  const shaped = inputs.filter(({ node }) => !node.constant);
  const [first, ...others] = shaped;
  if (first === undefined) return [];
  // Two lists may differ in length row by row, so even they do not fit.
  const second =
    first.shape === 'ragged' ? others[0] : others.find(({ shape }) => String(shape) !== String(first.shape));
  if (second === undefined) return first.shape;
  throw new PipelineError('TRANSFORM_TYPE', {
    what: `${operation} can not combine ${first.label}, ${describeType(first.node)}, with ${second.label}, ${describeType(second.node)}.`,
    fix: 'Combine values of one shape: reduce a list to one number first, or take one element of a vector.',
    details: { operation },
  });
}
