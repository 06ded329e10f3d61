import { examine, type Finding } from '@sluice/contracts';
import type { DoctorSettings } from './settings.js';

type Doors = Pick<DoctorSettings, 'BUS_URL' | 'STORE_URL' | 'KEYS_URL' | 'DATABASE_URL'>;

const EMBEDDED = /^(embedded|file|local|sqlite):/;

/** What settings that are right one by one get wrong together, and what they send in clear. */
export async function checkSettings(settings: Doors): Promise<readonly Finding[]> {
  const checks = [
    examine('doors', '', async () => doorsTogether(settings)),
    examine('KEYS_URL', '', async () => clearKeys(settings.KEYS_URL)),
    examine('STORE_URL', '', async () => clearLine(isClearEndpoint(settings.STORE_URL), 'an https endpoint')),
    examine('BUS_URL', '', async () => clearLine(isClearKafka(settings.BUS_URL), 'tls=true')),
    examine('DATABASE_URL', '', async () =>
      clearLine(isClearPostgres(settings.DATABASE_URL), 'sslmode=verify-full'),
    ),
  ];
  return Promise.all(checks);
}

function doorsTogether(settings: Doors): string | Omit<Finding, 'check'> {
  const doors = [settings.BUS_URL, settings.STORE_URL, settings.KEYS_URL, settings.DATABASE_URL];
  const embedded = doors.filter((url) => EMBEDDED.test(url));
  if (embedded.length === 0) return 'all real';
  if (embedded.length === doors.length) return 'all embedded: for one machine';
  const schemes = embedded.map((url) => url.slice(0, url.indexOf(':')));
  return {
    state: 'bad',
    found: `${schemes.join(', ')} beside real doors`,
    fix: 'Give all four doors of one kind: an embedded one is seen by its own machine alone.',
  };
}

/** Data keys travel in the answers of the key service. */
function clearKeys(url: string): string | Omit<Finding, 'check'> {
  if (!isClearEndpoint(url)) return 'nothing in clear leaves this machine';
  const fix = 'Give an https endpoint: whoever reads this line reads data keys.';
  return { state: 'bad', found: 'data keys travel in clear', fix };
}

function clearLine(clear: boolean, better: string): string | Omit<Finding, 'check'> {
  if (!clear) return 'nothing in clear leaves this machine';
  return { state: 'note', found: 'travels in clear', fix: `Give ${better}, unless the network encrypts.` };
}

function isClearEndpoint(url: string): boolean {
  const endpoint = URL.canParse(url) ? new URL(url).searchParams.get('endpoint') : undefined;
  if (!endpoint || !URL.canParse(endpoint)) return false;
  const { protocol, hostname } = new URL(endpoint);
  return protocol === 'http:' && !isHere(hostname);
}

function isClearKafka(url: string): boolean {
  const [hosts = '', query = ''] = url.replace(/^kafka:\/\//, '').split('?');
  if (!url.startsWith('kafka:') || new URLSearchParams(query).get('tls') === 'true') return false;
  return !hosts.split(',').every((host) => isHere(host.replace(/:\d+\/?$/, '')));
}

function isClearPostgres(url: string): boolean {
  const [, hosts = '', query = ''] =
    /^postgres(?:ql)?:\/\/(?:[^/?#]*@)?([^/?#@]*)[^?]*\??(.*)$/s.exec(url) ?? [];
  if (!hosts || new URLSearchParams(query).get('sslmode') === 'verify-full') return false;
  return !hosts.split(',').every((host) => isHere(host.replace(/:\d+$/, '')));
}

function isHere(host: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);
}
