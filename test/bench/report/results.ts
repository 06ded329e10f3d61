import type { Load } from '../loads.ts';
import type { Machine } from '../machine.ts';
import type { DeidentifyFigure } from '../measures/deidentify.ts';
import type { FloorFigure } from '../measures/floor.ts';
import type { HeaderRewriteFigure } from '../measures/header-rewrite.ts';
import type { HeaderScrubFigure } from '../measures/header-scrub.ts';
import type { InferenceFigure } from '../measures/inference.ts';
import type { IntakeFigure } from '../measures/intake.ts';
import type { SealFigure } from '../measures/seal.ts';
import type { WholePathFigure } from '../measures/whole-path.ts';
import type { ProfileSummary } from '../profile.ts';

/** Everything that one run measured; the JSON file is this. */
export interface Results {
  readonly machine: Machine;
  readonly seconds: number;
  /** True: fewer rounds and smaller loads than the aims are meant for. */
  readonly rough: boolean;
  readonly loads: readonly Pick<Load, 'name' | 'words' | 'instances' | 'bytes'>[];
  readonly receivers: Readonly<Record<string, string>>;
  readonly intake: readonly IntakeFigure[];
  readonly floors: readonly FloorFigure[];
  readonly headerRewrite?: HeaderRewriteFigure | undefined;
  readonly headerScrub?: HeaderScrubFigure | undefined;
  readonly deidentify?: DeidentifyFigure | undefined;
  readonly seal?: readonly SealFigure[] | undefined;
  readonly inference?: InferenceFigure | undefined;
  readonly wholePath?: WholePathFigure | undefined;
  readonly profiles: readonly ProfileSummary[];
  /** What could not be measured, and why. */
  readonly missing: readonly string[];
}
