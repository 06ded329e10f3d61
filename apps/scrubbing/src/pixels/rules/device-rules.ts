import type { Rectangle } from '@sluice/dicom';

/** Where a device writes about the person: what is named must be equal (letter case and spaces around apart), and is not asked otherwise. */
export interface DeviceRule {
  readonly manufacturer?: string;
  readonly model?: string;
  readonly software?: string;
  readonly modality?: string;
  readonly rows?: number;
  readonly columns?: number;
  readonly mask: readonly Rectangle[];
}

/** A device as the header names it. */
export interface Device {
  readonly manufacturer: string;
  readonly model: string;
  readonly software: string;
  readonly modality: string;
}

const NAMES = ['manufacturer', 'model', 'software', 'modality'] as const;

/** The rules that speak of a device, whatever the size of its images. */
export function rulesFor(rules: readonly DeviceRule[], device: Device): readonly DeviceRule[] {
  return rules.filter((rule) =>
    NAMES.every((name) => !rule[name] || plain(rule[name]) === plain(device[name])),
  );
}

/** Rectangles of the rules for images of this size. */
export function ruleRectangles(
  rules: readonly DeviceRule[],
  { rows, columns }: { readonly rows: number; readonly columns: number },
): readonly Rectangle[] {
  return rules
    .filter((rule) => (rule.rows ?? rows) === rows && (rule.columns ?? columns) === columns)
    .flatMap(({ mask }) => mask);
}

function plain(text: string): string {
  return text.trim().toLowerCase();
}
