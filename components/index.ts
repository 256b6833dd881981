/*
 * The standard components' contracts in pipeline order: this file is the map.
 * A contract is plain data and safe in the workflow sandbox.
 */
export {
  defineComponent,
  many,
  moduleParameters,
  ModuleName,
  one,
  optional,
  type Contract,
  type ExecutionHints,
  type InputChannel,
  type OutputsOf,
  type ParametersOf,
} from './contract.js';
