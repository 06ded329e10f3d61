/**
 * Losses that are meant, by row of Table E.1-1: the option would let the value stay, and it goes all the same. A leak is never known, nor is a fault.
 * A loss that does not stand here fails the run.
 */
export const KNOWN_LOSSES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      '00080106',
      '00080107',
      '00120086',
      '00120087',
      '0014407C',
      '0014407E',
      '00181200',
      '00181201',
      '00181202',
      '00181203',
      '0018700C',
      '0018700E',
      '0044000B',
      '00440104',
      '00440105',
      '300A022C',
      '300A022E',
      '00181204',
      '00181205',
      '0040DB06',
      '0040DB07',
      '00686226',
      '00686270',
      '0072000A',
    ].map((tag) => [tag, 'a date of no person that others know: moved, it would tell by how many days']),
  ),
  '00340007': 'bytes: nothing tells what they hold',
  '04000310': 'bytes: nothing tells what they hold',
};

/**
 * Errors of `dciodvfy` that the standard itself makes: Table E.1-1 says X of attributes that an IOD requires. By a part of the message, with the
 * reason.
 */
export const KNOWN_FAULTS: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    [
      'PresentationCreationDate',
      'PresentationCreationTime',
      'ResponsiblePerson',
      'ResponsibleOrganization',
    ].map((keyword) => [`Element=<${keyword}>`, 'Table E.1-1 removes it (X), though this IOD requires it']),
  ),
};
