import { describe, expect, it } from 'vitest';
import { frameHeader } from './header.js';
import { spacingOf } from './spacing.js';

const centimetres = { PhysicalUnitsXDirection: [3], PhysicalUnitsYDirection: [3] };

describe('the spacing', () => {
  it('of an ultrasound region is its delta in centimetres, whatever its direction', () => {
    const region = { ...centimetres, PhysicalDeltaX: [0.02], PhysicalDeltaY: [-0.01] };
    expect(spacingOf({ PixelSpacing: '9\\9' }, region)).toEqual({
      unit: 'mm',
      row: 0.1,
      column: 0.2,
      from: 'ultrasound-region',
    });
  });

  it('of a region in other units is not that of the region', () => {
    const seconds = {
      ...centimetres,
      PhysicalUnitsXDirection: [4],
      PhysicalDeltaX: [0.02],
      PhysicalDeltaY: [0.01],
    };
    expect(spacingOf({}, seconds)).toEqual({ unit: 'pixel', row: 1, column: 1, from: 'none' });
    expect(spacingOf({ PixelSpacing: '0.5\\0.25' }, seconds)).toEqual({
      unit: 'mm',
      row: 0.5,
      column: 0.25,
      from: 'pixel-spacing',
    });
  });

  it('of the detector is marked, and divided by the magnification', () => {
    expect(spacingOf({ ImagerPixelSpacing: '0.1\\0.1' })).toMatchObject({ row: 0.1, from: 'detector' });
    const magnified = { ImagerPixelSpacing: '0.15\\0.3', EstimatedRadiographicMagnificationFactor: '1.5' };
    const { row, column } = spacingOf(magnified);
    expect([row, column]).toEqual([expect.closeTo(0.1, 9), expect.closeTo(0.2, 9)]);
  });

  it('without millimetres is the shape of a pixel', () => {
    expect(spacingOf({ PixelAspectRatio: '3\\2' })).toEqual({
      unit: 'pixel',
      row: 1.5,
      column: 1,
      from: 'aspect-ratio',
    });
  });

  it.each(['0\\0', '-1\\1', '0.1', 'a\\b', '100000\\1', '0.01\\10', ''])(
    'that cannot be (%s) is none',
    (text) => {
      expect(spacingOf({ PixelSpacing: text })).toMatchObject({ unit: 'pixel', from: 'none' });
    },
  );

  it('of a frame is its own, else that of all frames', () => {
    const measures = (text: string) => ({ PixelMeasuresSequence: [{ PixelSpacing: text }] });
    const dataSet = {
      SharedFunctionalGroupsSequence: [measures('1\\1')],
      PerFrameFunctionalGroupsSequence: [{}, measures('2\\2')],
    };
    expect([0, 1, 2].map((frame) => spacingOf(frameHeader(dataSet, frame)).row)).toEqual([1, 2, 1]);
  });
});
