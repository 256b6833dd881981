import type { Tensor } from '@tensorflow/tfjs-node';
import type { DType, Shape } from '../../formats/protobuf/tensorflow.js';
import { attr } from '../tensorflow/attributes.js';
import { control, frameAttributes, GraphBuilder, output, type TensorName } from '../tensorflow/graph-builder.js';
import type { TensorFlow } from '../tensorflow/tensorflow.js';
import { emit } from './emit.js';
import type { Optimizer } from './optimizer.js';
import { traceBatched, TRACE_SIZES } from './trace-batched.js';
import { ITERATIONS, type TrainingStep } from './training-step.js';

export interface TrainingGraphOptions {
  /** Columns of the feature matrix. */
  readonly width: number;
  /** Whether rows have weights. */
  readonly weighted: boolean;
  /** Of the random numbers that dropout draws. */
  readonly seed: number;
  /** False: the very ops of tfjs. Default: true. */
  readonly peephole?: boolean;
}

/** A graph that trains: its tensors by role. */
export interface TrainingGraph {
  readonly graph: GraphBuilder;
  /** Feeds of the data, and the op that keeps them in the session. */
  readonly data: {
    readonly x: TensorName;
    readonly y: TensorName;
    readonly weight?: TensorName;
    readonly load: TensorName;
  };
  /** Rows of the data, int32 `[steps, batch]`; learning rate; the mean loss of these steps, which trains. */
  readonly train: { readonly rows: TensorName; readonly learningRate: TensorName; readonly loss: TensorName };
  readonly predict: { readonly x: TensorName; readonly output: TensorName };
  /** Each state variable's value, feed and the op that assigns all feeds. */
  readonly read: ReadonlyMap<string, TensorName>;
  readonly feed: ReadonlyMap<string, TensorName>;
  readonly assign: TensorName;
}

type Handles = ReadonlyMap<string, TensorName>;
type Traces = ReturnType<typeof traceBatched>;

/**
 * Traces a training step and builds the graph that runs many of them in one call: a loop over rows of the data, whose
 * variables live in the session. Adam is TensorFlow's fused op; the others are traced.
 *
 * @throws NotTraceableError
 */
export function buildTrainingGraph(
  tf: typeof TensorFlow,
  step: TrainingStep,
  options: TrainingGraphOptions,
): TrainingGraph {
  const graph = new GraphBuilder();
  const handles = new Map<string, TensorName>();
  for (const [name, { shape }] of step.state) handles.set(name, declare(graph, name, 'float32', shape));
  const traces = traceStep(tf, step, options);
  const data = dataNodes(graph, options);
  const train = trainNodes(graph, { handles, traces, step, options, data });
  const predict = predictNodes(graph, tf, { handles, step, options });
  const read = new Map([...handles].map(([name, handle]) => [name, readVariable(graph, handle, `${name}/Read`)]));
  const feed = new Map(
    [...step.state].map(([name, { shape }]) => [name, graph.placeholder(`${name}/value`, 'float32', shape)]),
  );
  const assigns = [...handles].map(([name, handle]) =>
    graph.op('AssignVariableOp', [handle, feed.get(name) ?? ''], {}, `${name}/Assign`),
  );
  const assign = graph.identity(graph.scalar('int32', 0), 'assigned', assigns);
  return { graph, data, train, predict, read, feed, assign };
}

/** Inputs x, y, the learning rate last, and weights before it; a fused optimizer needs no learning rate. */
function traceStep(tf: typeof TensorFlow, step: TrainingStep, { width, weighted }: TrainingGraphOptions): Traces {
  const fused = step.optimizer.name === 'adam';
  const example = (batch: number) => [
    tf.randomNormal([batch, width], 0, 1, 'float32', batch),
    tf.ones([batch, 1]),
    ...(weighted ? [tf.ones([batch])] : []),
    ...(fused ? [] : [tf.scalar(0.001)]),
  ];
  const fn = (x: Tensor, y: Tensor, ...rest: Tensor[]): Tensor | Tensor[] => {
    const weight = weighted ? rest[0] : undefined;
    if (!fused) return step.run(x, y, weight, rest.at(-1) as never);
    const { loss, gradients } = step.gradients(x, y, weight);
    return [loss, ...gradients];
  };
  return traceBatched(tf, fn, example, step.state);
}

function declare(graph: GraphBuilder, name: string, dtype: DType, shape: Shape | undefined): TensorName {
  const attributes = { dtype: attr.type(dtype), shape: attr.shape(shape), shared_name: attr.string(name) };
  return graph.op('VarHandleOp', [], attributes, name);
}

function readVariable(graph: GraphBuilder, handle: TensorName, name: string, after: readonly TensorName[] = []) {
  return graph.op('ReadVariableOp', [handle, ...after.map(control)], { dtype: attr.type('float32') }, name);
}

interface DataNodes {
  readonly x: TensorName;
  readonly y: TensorName;
  readonly weight?: TensorName;
  readonly load: TensorName;
  readonly variables: readonly TensorName[];
}

function dataNodes(graph: GraphBuilder, { width, weighted }: TrainingGraphOptions): DataNodes {
  const shapes: [string, Shape][] = [
    ['x', [-1, width]],
    ['y', [-1, 1]],
    ...(weighted ? ([['weight', [-1]]] as [string, Shape][]) : []),
  ];
  const columns = shapes.map(([name, shape]) => {
    const value = graph.placeholder(`data/${name}`, 'float32', shape);
    const handle = declare(graph, `data/${name}/kept`, 'float32', undefined);
    return { value, handle, assign: graph.op('AssignVariableOp', [handle, value], {}, `data/${name}/keep`) };
  });
  const load = graph.identity(
    graph.scalar('int32', 0),
    'data/loaded',
    columns.map((column) => column.assign),
  );
  const [x = '', y = '', weight] = columns.map((column) => column.value);
  const kept = columns.map((column) => readVariable(graph, column.handle, 'data/Read'));
  return { x, y, load, variables: kept, ...(weight === undefined ? {} : { weight }) };
}

interface LoopFacts {
  readonly handles: Handles;
  readonly traces: Traces;
  readonly step: TrainingStep;
  readonly options: TrainingGraphOptions;
  readonly data: DataNodes;
}

/** A v1 while loop: its nodes need no function library, and its body's reads see the assigns of the step before. */
function trainNodes(graph: GraphBuilder, facts: LoopFacts): TrainingGraph['train'] {
  const rows = graph.placeholder('train/rows', 'int32', [-1, -1]);
  const learningRate = graph.placeholder('train/learning_rate', 'float32', []);
  const count = graph.batchSize(rows);
  const zero = [graph.scalar('int32', 0), graph.scalar('float32', 0)] as const;
  const { steps, total } = graph.withinFrame('train', () => {
    const [i, loss] = zero.map((value) => graph.op('Enter', [value], frameAttributes('train', false), 'train/Enter'));
    const merged = [graph.op('Merge', [i ?? '', 'train/next_i']), graph.op('Merge', [loss ?? '', 'train/next_loss'])];
    const more = graph.op('LoopCond', [graph.op('Less', [merged[0] ?? '', graph.enter(count)])]);
    const switched = merged.map((value) => graph.op('Switch', [value, more]));
    const [index = '', sum = ''] = switched.map((value) => graph.identity(output(value, 1)));
    const take = (values: TensorName, at: TensorName) => graph.op('GatherV2', [values, at, graph.scalar('int32', 0)]);
    const batch = take(graph.enter(rows), index);
    const inputs = facts.data.variables.map((values) => take(graph.enter(values), batch));
    const { loss: mean, assigns } = stepNodes(graph, facts, { inputs, rate: graph.enter(learningRate), after: index });
    const one = graph.scalar('int32', 1);
    const next = graph.op('AddV2', [index, one, ...assigns.map(control)]);
    graph.op('NextIteration', [next], {}, 'train/next_i');
    graph.op('NextIteration', [graph.op('AddV2', [sum, mean])], {}, 'train/next_loss');
    const [steps = '', total = ''] = switched.map((value) => graph.op('Exit', [value]));
    return { steps, total };
  });
  const loss = graph.op('RealDiv', [total, graph.cast(steps, 'float32')], {}, 'train/loss');
  return { rows, learningRate, loss };
}

interface StepInputs {
  readonly inputs: readonly TensorName[];
  readonly rate: TensorName;
  /** Reads come after this: the loop's counter, which waits for the assigns of the step before. */
  readonly after: TensorName;
}

function stepNodes(graph: GraphBuilder, { handles, traces, step, options }: LoopFacts, at: StepInputs) {
  const handle = (name: string) => graph.enter(handles.get(name) ?? '');
  const reads = new Map<string, TensorName>();
  const read = (name: string) => {
    const known = reads.get(name) ?? readVariable(graph, handle(name), 'train/Read', [at.after]);
    reads.set(name, known);
    return known;
  };
  const fused = step.optimizer.name === 'adam';
  const { outputs, updates } = emit(graph, traces, {
    inputs: fused ? at.inputs : [...at.inputs, at.rate],
    readVariable: read,
    sizes: TRACE_SIZES,
    ...(options.peephole === undefined ? {} : { peephole: options.peephole }),
    uniform: (shape, stream) => uniform(graph, shape, [options.seed, stream], read(ITERATIONS)),
  });
  const [loss = '', ...gradients] = outputs;
  const before = (name: string) => (reads.has(name) ? [control(read(name))] : []);
  const assigns = updates.map(({ variable, value }) =>
    graph.op('AssignVariableOp', [handle(variable), value, ...before(variable)], {}, 'train/Assign'),
  );
  if (step.optimizer.name === 'adam') {
    const names = step.network.trainable;
    assigns.push(...fusedAdam(graph, step.optimizer, { names, gradients, rate: at.rate, handle, read, before }));
  }
  return { loss, assigns };
}

interface AdamFacts {
  readonly names: readonly string[];
  readonly gradients: readonly TensorName[];
  readonly rate: TensorName;
  readonly handle: (name: string) => TensorName;
  readonly read: (name: string) => TensorName;
  readonly before: (name: string) => TensorName[];
}

function fusedAdam(graph: GraphBuilder, adam: Extract<Optimizer, { name: 'adam' }>, facts: AdamFacts): TensorName[] {
  const step = graph.op('AddV2', [facts.read(ITERATIONS), graph.scalar('float32', 1)]);
  const betas = [adam.beta1, adam.beta2].map((beta) => graph.scalar('float32', beta));
  const powers = betas.map((beta) => graph.op('Pow', [beta, step]));
  const scalars = [...powers, facts.rate, ...betas, graph.scalar('float32', adam.epsilon)];
  const applies = facts.names.map((name, index) => {
    const slots = [facts.handle(`adam/m/${name}`), facts.handle(`adam/v/${name}`)];
    const inputs = [facts.handle(name), ...slots, ...scalars, facts.gradients[index] ?? ''];
    return graph.op('ResourceApplyAdam', [...inputs, ...facts.before(name)], {}, 'train/Adam');
  });
  const counted = graph.op('AssignVariableOp', [facts.handle(ITERATIONS), step, ...facts.before(ITERATIONS)]);
  return [...applies, counted];
}

/** Random numbers that depend on nothing but the seed and the step, so that a resumed training draws the same. */
function uniform(
  graph: GraphBuilder,
  shape: TensorName,
  seed: readonly [number, number],
  step: TensorName,
): TensorName {
  const [base, stream] = seed;
  const first = graph.scalar('int32', (Math.imul(base, 1_000_003) + stream) | 0);
  const both = graph.op('Pack', [first, graph.cast(step, 'int32')]);
  return graph.op('StatelessRandomUniform', [shape, both], { dtype: attr.type('float32') });
}

function predictNodes(
  graph: GraphBuilder,
  tf: typeof TensorFlow,
  { handles, step, options }: Pick<LoopFacts, 'handles' | 'step' | 'options'>,
): TrainingGraph['predict'] {
  const fn = (x: Tensor) => step.network.apply(x, false);
  const traces = traceBatched(tf, fn, (batch) => [tf.ones([batch, options.width])], step.network.weights);
  const x = graph.placeholder('predict/x', 'float32', [-1, options.width]);
  const { outputs } = emit(graph, traces, {
    inputs: [x],
    readVariable: (name) => readVariable(graph, handles.get(name) ?? '', 'predict/Read'),
    sizes: TRACE_SIZES,
  });
  return { x, output: graph.identity(outputs[0] ?? '', 'predict/output') };
}
