import { component, pipeline, Type, type Artifact, type Component } from '../../workflows/index.js';
import { HeavyStep, LightStep } from './contracts.js';

interface StepCall {
  readonly before?: Artifact<'Step'> | undefined;
  readonly salt: string;
}
type Step = Component<StepCall, { readonly step: Artifact<'Step'> }>;

const Parameters = Type.Object({ steps: Type.Integer(), salt: Type.String() });

const chainOf = (step: Step) =>
  pipeline(Parameters, async (p) => {
    let before: Artifact<'Step'> | undefined;
    for (let i = 0; i < p.steps; i++) {
      before = (await step({ before, salt: `${p.salt} ${i}` }, { id: `Step[${i}]` })).step;
    }
  });

/** No-op components, each of which takes the output of the one before it. */
export const light = chainOf(component(LightStep));
export const heavy = chainOf(component(HeavyStep));
