import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ESLint } from 'eslint';
import { beforeAll, describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../..');
const folder = join(import.meta.dirname, 'fixtures');
/** `// as:` the file that a fixture stands for; `// broken:` the one rule that it breaks, or none. */
const HEADER = /^\/\/ as: (\S+)\n\/\/ broken: (\S+)\n/;

const fixtures = readdirSync(folder).map((file) => {
  const text = readFileSync(join(folder, file), 'utf8');
  const [, as = '', broken = ''] = HEADER.exec(text) ?? [];
  return { name: file.replace('.ts', '').replaceAll('-', ' '), as, broken, text };
});

let eslint: ESLint;
beforeAll(() => {
  // With CI set, typescript-eslint takes the files from disk once and would not see the fixtures' text.
  const parserOptions = { disallowAutomaticSingleRunInference: true };
  eslint = new ESLint({ cwd: root, overrideConfig: { languageOptions: { parserOptions } } });
});

async function brokenRules(text: string, as: string): Promise<readonly (string | null)[]> {
  const [result] = await eslint.lintText(text, { filePath: join(root, as) });
  return [...new Set(result?.messages.map((message) => message.ruleId))];
}

describe('lint', () => {
  it.each(fixtures)('$name: $broken', { timeout: 120_000 }, async ({ as, broken, text }) => {
    expect(as, 'a fixture says what it stands for').not.toBe('');
    expect(await brokenRules(text, as)).toEqual(broken === 'none' ? [] : [broken]);
  });

  it('stops a file at 400 lines, a spec at 600, a table nowhere', { timeout: 120_000 }, async () => {
    const lines = (count: number): string => 'export {};\n'.repeat(count);
    const limit = async (file: string): Promise<unknown> => {
      const config = (await eslint.calculateConfigForFile(join(root, file))) as {
        rules: Record<string, unknown>;
      };
      return config.rules['max-lines'];
    };
    expect(await brokenRules(lines(401), 'apps/scrubbing/src/main.ts')).toContain('max-lines');
    expect(await brokenRules(lines(400), 'apps/scrubbing/src/main.ts')).not.toContain('max-lines');
    expect(await limit('apps/scrubbing/src/x.spec.ts')).toEqual([2, 600]);
    expect(await limit('apps/scrubbing/src/x.table.ts')).toEqual([0, 400]);
  });

  it('lets an app use Nest in the files that Nest calls', async () => {
    const allowed = async (file: string): Promise<string> => {
      const config = (await eslint.calculateConfigForFile(join(root, file))) as {
        rules: Record<string, unknown>;
      };
      return JSON.stringify(config.rules['no-restricted-imports']);
    };
    for (const kind of ['module', 'controller', 'guard', 'filter'])
      expect(await allowed(`apps/intake/src/x.${kind}.ts`)).toContain('@nestjs');
    expect(await allowed('apps/intake/src/use-case.ts')).not.toContain('@nestjs');
    expect(await allowed('libs/store/src/x.module.ts')).not.toContain('@nestjs');
  });
});
