import type { NamedDataSet } from '@sluice/dicom';
import { codeItem, type Code } from './codes.js';

type Relation =
  'CONTAINS' | 'HAS OBS CONTEXT' | 'HAS CONCEPT MOD' | 'INFERRED FROM' | 'SELECTED FROM' | 'HAS ACQ CONTEXT';

/** Everything but the value: how an item hangs on its parent, what it is called, what hangs on it (PS3.3 C.17.3). */
interface Item {
  readonly as: Relation;
  readonly name: Code;
  readonly children?: readonly NamedDataSet[];
}

function item(valueType: string, { as, name, children }: Item, value: NamedDataSet): NamedDataSet {
  return {
    RelationshipType: as,
    ValueType: valueType,
    ConceptNameCodeSequence: [codeItem(name)],
    ...value,
    ...(children?.length ? { ContentSequence: children } : {}),
  };
}

/** A heading with what stands under it. */
export function container(name: Code, children: readonly NamedDataSet[], template?: string): NamedDataSet {
  return item(
    'CONTAINER',
    { as: 'CONTAINS', name, children },
    {
      ContinuityOfContent: 'SEPARATE',
      ...(template === undefined ? {} : templateOf(template)),
    },
  );
}

/** The template that a container follows (PS3.16). */
export function templateOf(identifier: string): NamedDataSet {
  return { ContentTemplateSequence: [{ MappingResource: 'DCMR', TemplateIdentifier: identifier }] };
}

export function text(as: Relation, name: Code, value: string): NamedDataSet {
  return item('TEXT', { as, name }, { TextValue: value });
}

export function uidReference(as: Relation, name: Code, uid: string): NamedDataSet {
  return item('UIDREF', { as, name }, { UID: uid });
}

export function coded(as: Relation, name: Code, value: Code): NamedDataSet {
  return item('CODE', { as, name }, { ConceptCodeSequence: [codeItem(value)] });
}

/** A number in a unit; at most 16 characters. */
export function measured(
  name: Code,
  { value, unit }: { readonly value: string; readonly unit: Code },
  children: readonly NamedDataSet[] = [],
): NamedDataSet {
  const MeasuredValueSequence = [{ NumericValue: value, MeasurementUnitsCodeSequence: [codeItem(unit)] }];
  return item('NUM', { as: 'CONTAINS', name, children }, { MeasuredValueSequence });
}

/** A reference to an image; `reference` as PS3.3 C.17.3 has it. Without a name where the relation says enough. */
export function image(as: Relation, reference: NamedDataSet, name?: Code): NamedDataSet {
  const value = { ReferencedSOPSequence: [reference] };
  if (name) return item('IMAGE', { as, name }, value);
  return { RelationshipType: as, ValueType: 'IMAGE', ...value };
}

/** A line through points of an image: column, row, column, row (PS3.3 C.18.6). */
export function polyline(name: Code, points: readonly number[], reference: NamedDataSet): NamedDataSet {
  const children = [image('SELECTED FROM', reference)];
  return item(
    'SCOORD',
    { as: 'INFERRED FROM', name, children },
    { GraphicType: 'POLYLINE', GraphicData: points },
  );
}
