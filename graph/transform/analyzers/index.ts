import type { Analyzer } from './analyzer.js';
import { extremes } from './extremes.js';
import { moments } from './moments.js';
import { extremesPerKey, momentsPerKey, quantilesPerKey } from './per-key.js';
import { quantiles } from './quantiles.js';
import { fixedVocabulary, vocabulary } from './vocabulary.js';

/** States differ by analyzer; whoever holds one hands it back to the analyzer that made it. */
function erase<State, Fitted>(analyzer: Analyzer<State, Fitted>): Analyzer {
  return analyzer as unknown as Analyzer;
}

const analyzers = new Map<string, Analyzer>([
  ['moments', erase(moments)],
  ['extremes', erase(extremes)],
  ['quantiles', erase(quantiles)],
  ['vocabulary', erase(vocabulary)],
  ['fixedVocabulary', erase(fixedVocabulary)],
  ['momentsPerKey', erase(momentsPerKey)],
  ['extremesPerKey', erase(extremesPerKey)],
  ['quantilesPerKey', erase(quantilesPerKey)],
]);

/** The definition of an analyzer of a graph; undefined for a name that this version does not know. */
export function findAnalyzer(name: string): Analyzer | undefined {
  return analyzers.get(name);
}
