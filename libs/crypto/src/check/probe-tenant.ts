/** Whose data keys a check-up makes and opens: no tenant can be called so (`TenantId` has no hyphen), and its role opens no other's. */
export const PROBE_TENANT = 'doctor-probe';
