import { describeRules } from '../components/schema-gen/describe-rules.js';
import type { FeatureProto, SchemaProto } from '../formats/schema.js';
import { markup, shorten, type Html } from './html.js';
import { page } from './page.js';
import { printable } from './printable.js';

const NAME_CHARACTERS = 120;
const RULE_CHARACTERS = 400;

/** A schema as lines of text: each feature's rules in words. */
export function schemaText(schema: SchemaProto): string {
  const lines = (schema.feature ?? []).map((feature) => {
    const rules = rulesOf(schema, feature).map(([rule, text]) => `${rule}: ${text}`);
    return `  ${printable(shorten(feature.name ?? '', NAME_CHARACTERS))}\n    ${printable(rules.join('; '))}`;
  });
  return [printable(heading(schema)), ...lines].join('\n');
}

/** A schema as a whole HTML page. */
export function schemaPage(schema: SchemaProto, title: string): string {
  return page(title, schemaHtml(schema));
}

/** A schema as an HTML table, a row per feature. */
export function schemaHtml(schema: SchemaProto): Html {
  return markup`<table><caption>${heading(schema)}</caption>
<thead><tr><th scope="col">feature</th><th scope="col">rules</th></tr></thead>
<tbody>
${(schema.feature ?? []).map((feature) => featureRow(schema, feature))}</tbody></table>
`;
}

function featureRow(schema: SchemaProto, feature: FeatureProto): Html {
  const rules = rulesOf(schema, feature).map(([rule, text]) => markup`<span class="dim">${rule}:</span> ${text}<br>`);
  return markup`<tr><th scope="row">${shorten(feature.name ?? '', NAME_CHARACTERS)}</th><td>${rules}</td></tr>
`;
}

function heading({ feature = [], defaultEnvironment = [] }: SchemaProto): string {
  const environments =
    defaultEnvironment.length === 0 ? '' : `, environments ${defaultEnvironment.slice(0, 20).join(', ')}`;
  return `${feature.length} ${feature.length === 1 ? 'feature' : 'features'}${shorten(environments, RULE_CHARACTERS)}`;
}

const rulesOf = (schema: SchemaProto, feature: FeatureProto): [string, string][] =>
  [...describeRules(schema, feature)].map(([rule, text]) => [rule, shorten(text, RULE_CHARACTERS)]);
