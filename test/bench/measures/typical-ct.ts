import type { SampleDataSet, SampleElement } from '@sluice/samples';

/** What a CT scanner writes beside the least that it must: about 60 technical attributes, codes and references. */
const TECHNICAL = `
00080012DA20260314 00080013TM101501 00080021DA20260314 00080022DA20260314 00080023DA20260314 00080031TM101502 00080032TM101503
00080033TM101503 00081010SHCT01 00081040LORadiology 00081090LOPhantom-64 00101010AS061Y 00101030DS71 00180015CSCHEST 00180022CSHELIX
00180050DS1.25 00180060DS120 00180090DS500 00181000LOSN4711 00181020LOv12.3 00181030LOThorax 00181100DS360 00181110DS949 00181111DS541
00181120DS0 00181130DS142 00181140CSCW 00181150IS500 00181151IS240 00181152IS120 00181160SHBODY 00181170IS28 00181190DS1.2
00181210SHSTANDARD 00185100CSFFS 00200012IS1 00201040LOXY 00201041DS-120.5 00204000LTnone
00281050DS40 00281051DS400 00281054LOHU 00321060LOCT-thorax 00400244DA20260314 00400245TM101502
00400253SHPPS4711 00400254LOThorax 00180010LOIomeprol 00181041DS80 00181200DA20260101 00181201TM060000`;
const PRIVATE_GROUPS = [0x0009, 0x0019, 0x0021, 0x0043];
const PRIVATE_EACH = 25;

/** Elements to plant in a phantom so that its header is as long as those of scanners: about 200 elements, 104 of them private. */
export function typicalCt(): SampleDataSet {
  const technical = TECHNICAL.trim()
    .split(/\s+/)
    .map((entry): SampleElement => [
      Number.parseInt(entry.slice(0, 8), 16),
      entry.slice(8, 10),
      entry.slice(10),
    ]);
  const own = PRIVATE_GROUPS.flatMap((group): SampleElement[] => [
    [group * 0x10000 + 0x10, 'LO', 'PHANTOM WORKS 01'],
    ...Array.from({ length: PRIVATE_EACH }, (_, at): SampleElement => {
      return [group * 0x10000 + 0x1001 + at, at % 2 ? 'DS' : 'LO', at % 2 ? '12.75' : `setting ${at}`];
    }),
  ]);
  return [...technical, ...own];
}
