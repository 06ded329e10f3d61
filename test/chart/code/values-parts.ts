import { z } from 'zod';

export const PORT = z.int().min(1).max(65_535);
/** Of Kubernetes: `500m`, `2Gi`, 1. */
export const QUANTITIES = z.union([z.number().min(0), z.string().regex(/^[0-9.]{1,16}([numkKMGTPE]i?)?$/)]);

export const text = (most: number): z.ZodString => z.string().max(most);
export const url = (schemes: readonly string[]): z.ZodType =>
  z
    .string()
    .max(2048)
    .regex(new RegExp(`^(${schemes.join('|')})://.`));
/** Labels, annotations, node selectors. */
export const names = z.record(z.string().max(317), z.string().max(65_536));
/** Handed on as it is: the API server judges it. */
export const kubernetesObject = z.record(z.string(), z.unknown());
export const kubernetesObjects = z.array(kubernetesObject).max(256);
