import { globalRegistry, type z } from 'zod';
import type { SettingsSchema } from './read-settings.js';

/** One row of a README's settings table. */
export interface SettingRow {
  readonly name: string;
  /** Text of the default; undefined when there is none. */
  readonly default: string | undefined;
  readonly required: boolean;
  readonly description: string;
}

interface Definition {
  readonly innerType?: z.core.$ZodType;
  readonly in?: z.core.$ZodType;
  readonly defaultValue?: unknown;
}

/** What a schema asks for, in its own order: the `.describe()` texts and defaults. */
export function describeSettings(schema: SettingsSchema<unknown>): readonly SettingRow[] {
  return Object.entries(schema.shape).map(([name, field]) => {
    const layers = layersOf(field);
    const withDefault = layers.find((layer) => definitionOf(layer).defaultValue !== undefined);
    const description = layers.map((layer) => globalRegistry.get(layer)?.description).find(Boolean);
    return {
      name,
      default: withDefault && String(definitionOf(withDefault).defaultValue),
      required: !withDefault && !layers.some((layer) => layer._zod.def.type === 'optional'),
      description: description ?? '',
    };
  });
}

/** The same as a Markdown table, for a room's README. */
export function settingsTable(schema: SettingsSchema<unknown>): string {
  const rows = describeSettings(schema).map(
    (row) => `| \`${row.name}\` | ${defaultText(row)} | ${row.description} |`,
  );
  return ['| Name | Default | What it is |', '|---|---|---|', ...rows].join('\n');
}

function defaultText(row: SettingRow): string {
  if (row.required) return 'required';
  return row.default === undefined ? '-' : `\`${row.default}\``;
}

/** A schema and what it wraps (`.default()`, `.optional()`, `.transform()`), outermost first. */
function layersOf(type: z.core.$ZodType): z.core.$ZodType[] {
  const { innerType, in: input } = definitionOf(type);
  const next = innerType ?? input;
  return next ? [type, ...layersOf(next)] : [type];
}

const definitionOf = (type: z.core.$ZodType): Definition => type._zod.def as Definition;
