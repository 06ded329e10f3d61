/** The part of dcmjs that is used here; it ships no types. */
declare module 'dcmjs' {
  interface Logger {
    setLevel(level: 'silent'): void;
  }
  interface ParsedElement {
    vr: string;
    Value?: unknown[];
  }
  /** A stream over bytes; text of an encoded VR goes through the decoder. */
  export interface ReadBufferStream {
    readonly size: number;
    offset: number;
    end(): boolean;
    increment(bytes: number): void;
    more(bytes: number): ReadBufferStream;
    readAsciiString(length: number): string;
    setDecoder(decoder: { decode(bytes: DataView): string }): void;
  }
  export interface ReadTag {
    tag: { toCleanString(): string; toString(): string };
    vr: { type: string };
    values: unknown;
    rawValues: unknown;
  }
  type ReadDataSet = (stream: ReadBufferStream, syntax: string) => unknown;
  interface Dcmjs {
    log: Logger & { getLogger(name: string): Logger };
    data: {
      DicomMessage: {
        readFile(bytes: ArrayBuffer): { dict: Record<string, ParsedElement> };
        /** Reads the items of a sequence too, by this name: it may be replaced. */
        _read: ReadDataSet;
        _readTag(stream: ReadBufferStream, syntax: string): ReadTag;
      };
      DicomMetaDictionary: { dictionary: Readonly<Record<string, { name: string; vr: string } | undefined>> };
      ReadBufferStream: new (bytes: ArrayBuffer, littleEndian: boolean) => ReadBufferStream;
    };
  }
  const dcmjs: Dcmjs;
  export default dcmjs;
}
