/** The part of dcmjs that is used here; it ships no types. */
declare module 'dcmjs' {
  interface Logger {
    setLevel(level: 'silent'): void;
  }
  interface ParsedElement {
    vr: string;
    Value?: unknown[];
  }
  interface Dcmjs {
    log: Logger & { getLogger(name: string): Logger };
    data: { DicomMessage: { readFile(bytes: ArrayBuffer): { dict: Record<string, ParsedElement> } } };
  }
  const dcmjs: Dcmjs;
  export default dcmjs;
}
