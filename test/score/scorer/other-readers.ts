import { spawnSync } from 'node:child_process';

/** How far a reader came with a file: not at all, its elements, its first frame, too. */
export type Reach = 'none' | 'elements' | 'pixels';

/** A reader of DICOM that is not ours. */
export interface OtherReader {
  readonly name: string;
  /** By file. A reader that dies read nothing. */
  read(files: readonly string[]): ReadonlyMap<string, Reach>;
}

const TIMEOUT_MS = 300_000;
const LONGEST_OUTPUT = 64 << 20;
/** Of DCMTK: native and RLE, JPEG, JPEG-LS. There is none for JPEG 2000. */
const DECODERS = ['dcm2pnm', 'dcmj2pnm', 'dcml2pnm'];

/** Says of each file how far pydicom comes, with whatever decoders are installed beside it. */
const PYDICOM = `
import sys, json, warnings, pydicom
warnings.filterwarnings("ignore")
for path in sys.stdin.read().splitlines():
    reach = "none"
    try:
        data = pydicom.dcmread(path)
        for element in data.iterall():
            element.value
        reach = "elements"
        if any(tag in data for tag in (0x7FE00010, 0x7FE00008, 0x7FE00009)):
            data.pixel_array
            reach = "pixels"
    except Exception:
        pass
    print(json.dumps([path, reach]))
`;

/** Those that are installed; which Python has pydicom says SCORE_PYTHON (default: python3). */
export function otherReaders(): OtherReader[] {
  const readers: OtherReader[] = [];
  const dcmtk = /\bv(\d[\d.]*)/.exec(said('dcmdump', ['--version']))?.[1];
  if (dcmtk) readers.push({ name: `DCMTK ${dcmtk}`, read: (files) => new Map(files.map(byDcmtk)) });
  const python = process.env['SCORE_PYTHON'] ?? 'python3';
  const pydicom = said(python, ['-c', 'import pydicom; print(pydicom.__version__)']).trim();
  if (pydicom)
    readers.push({ name: `pydicom ${pydicom}${besides(python)}`, read: (files) => byPydicom(python, files) });
  return readers;
}

/** GDCM and pylibjpeg, where pydicom finds them. */
function besides(python: string): string {
  const found = ['gdcm', 'pylibjpeg'].filter(
    (name) => said(python, ['-c', `import ${name}; print("there")`]) !== '',
  );
  return found.length > 0 ? ` with ${found.join(' and ')}` : '';
}

function said(program: string, words: readonly string[]): string {
  const { status, stdout } = spawnSync(program, words, { encoding: 'utf8', timeout: TIMEOUT_MS });
  return status === 0 ? stdout : '';
}

function byDcmtk(file: string): [string, Reach] {
  const run = (program: string, words: readonly string[]) =>
    spawnSync(program, words, { stdio: 'ignore', timeout: TIMEOUT_MS }).status === 0;
  if (!run('dcmdump', ['-q', file])) return [file, 'none'];
  return [file, DECODERS.some((decoder) => run(decoder, ['-q', file, '/dev/null'])) ? 'pixels' : 'elements'];
}

function byPydicom(python: string, files: readonly string[]): Map<string, Reach> {
  const { stdout } = spawnSync(python, ['-c', PYDICOM], {
    input: files.join('\n'),
    encoding: 'utf8',
    maxBuffer: LONGEST_OUTPUT,
    timeout: TIMEOUT_MS,
  });
  const lines = (stdout ?? '').split('\n').filter((line) => line !== '');
  return new Map(lines.map((line) => JSON.parse(line) as [string, Reach]));
}
