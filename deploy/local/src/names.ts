/** The four backing services; also the names of their folders and of their entries in stack.json. */
export const SERVICES = ['kafka', 's3', 'kms', 'postgres'] as const;
export type ServiceName = (typeof SERVICES)[number];

/** How the servers run: as containers where a Docker engine answers, otherwise as plain processes. */
export type Way = 'containers' | 'processes';
