import { builtinModules } from 'node:module';
import tseslint from 'typescript-eslint';

const nodeBuiltins = builtinModules.flatMap((name) => [name, `node:${name}`]);

/** Forbids imports of other rooms (folders), from any depth. `types` are still allowed as type imports. */
const rooms = (forbidden, { types = [], packages = [], paths = [] } = {}) => ({
  'no-restricted-imports': 'off',
  '@typescript-eslint/no-restricted-imports': [
    'error',
    {
      paths,
      patterns: [
        ...(forbidden.length > 0
          ? [
              {
                regex: `^\\.\\.?/(.*/)?(${forbidden.join('|')})/`,
                message: 'DESIGN: imports point one way between rooms.',
              },
            ]
          : []),
        ...(types.length > 0
          ? [
              {
                regex: `^\\.\\.?/(.*/)?(${types.join('|')})/`,
                allowTypeImports: true,
                message: 'Types only from this room.',
              },
            ]
          : []),
        ...packages.map((regex) => ({ regex, message: 'This room must not load that package.' })),
      ],
    },
  ],
});

const temporal = '^@temporalio/';
const postgres = '^pg$';
const all = [
  'workflows',
  'activities',
  'components',
  'graph',
  'formats',
  'lineage',
  'serving',
  'views',
  'worker',
  'client',
  'cli',
  'local',
];
const except = (...names) => all.filter((name) => !names.includes(name));

export default tseslint.config(
  { ignores: ['dist/**', 'node_modules/**', '.tfx-temporal/**', 'test/types/does-not-compile/**', 'test/fixtures/**'] },
  ...tseslint.configs.strictTypeChecked,
  {
    files: ['**/*.ts'],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          checkThenables: true,
          allowForKnownSafeCalls: [
            {
              from: 'package',
              package: 'node:test',
              name: ['describe', 'it', 'test', 'before', 'after', 'beforeEach', 'afterEach'],
            },
          ],
        },
      ],
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      '@typescript-eslint/no-confusing-void-expression': 'off',
      // With noUncheckedIndexedAccess, `values[i]!` in a loop over a typed array says that i is in range.
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'separate-type-imports' }],
      // `() => void list.push(x)` says that the value is not meant to be returned.
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      '@typescript-eslint/no-invalid-void-type': ['error', { allowInGenericTypeArguments: true }],
      'max-lines': ['error', { max: 350 }],
    },
  },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
  { files: ['errors/**/*.ts', 'artifacts/types.ts', 'artifacts/artifact.ts'], rules: rooms(all) },
  { files: ['artifacts/**/*.ts'], rules: rooms(all) },
  { files: ['local/**/*.ts'], rules: rooms([...except('local'), 'artifacts']) },
  {
    files: ['graph/**/*.ts', 'formats/**/*.ts'],
    rules: rooms(except('graph', 'formats'), { packages: [temporal, postgres] }),
  },
  {
    files: ['components/**/*.ts'],
    rules: rooms(except('components', 'graph', 'formats'), { packages: [temporal, postgres] }),
  },
  { files: ['lineage/**/*.ts'], rules: rooms(except('lineage'), { types: ['activities'], packages: [temporal] }) },
  {
    files: ['serving/**/*.ts'],
    rules: rooms(except('serving', 'graph', 'formats', 'components'), { packages: [temporal, postgres] }),
  },
  {
    files: ['views/**/*.ts'],
    rules: rooms(except('views', 'graph', 'formats', 'components'), { packages: [temporal, postgres] }),
  },
  { files: ['activities/**/*.ts'], rules: rooms(except('activities', 'components', 'lineage', 'graph', 'formats')) },
  {
    files: ['workflows/**/*.ts'],
    rules: rooms(except('workflows', 'components', 'activities'), {
      types: ['activities'],
      packages: [postgres, '/executor\\.js$', '/implement(ation)?s?\\.js$'],
      paths: nodeBuiltins.map((name) => ({ name, message: 'Workflow code is deterministic: no Node builtins.' })),
    }),
  },
  {
    files: ['client/**/*.ts'],
    rules: rooms(except('client', 'lineage', 'views', 'components', 'workflows', 'activities'), {
      types: ['workflows', 'activities'],
      packages: ['^@temporalio/(worker|testing|core-bridge)', '^@tensorflow/'],
    }),
  },
);
