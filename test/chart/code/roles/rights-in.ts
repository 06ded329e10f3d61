import { sql } from '@sluice/database';
import type { RoleGround } from './role-ground.js';

/** Owners and rights on schemas, tables, columns and functions of archival, audit and shared, and what each role logs in with, as sorted lines. */
export async function rightsIn({ owner, roleOf }: RoleGround): Promise<string[]> {
  const { rows } = await sql<{ says: string }>`
    with acls (thing, owner, acl) as (
      select 'schema ' || nspname, nspowner, coalesce(nspacl, acldefault('n', nspowner)) from pg_namespace
        where nspname in ('archival', 'audit', 'shared')
      union all select 'table ' || c.oid::regclass, relowner, coalesce(relacl, acldefault('r', relowner)) from pg_class c
        where relnamespace::regnamespace::text in ('archival', 'audit', 'shared') and relkind = 'r'
      union all select 'column ' || attrelid::regclass || '.' || attname, relowner, attacl
        from pg_attribute join pg_class c on c.oid = attrelid where attacl is not null
        and relnamespace::regnamespace::text in ('archival', 'audit', 'shared')
      union all select 'function ' || p.oid::regprocedure, proowner, coalesce(proacl, acldefault('f', proowner)) from pg_proc p
        where pronamespace::regnamespace::text in ('archival', 'audit', 'shared')
      union all select 'to come ' || defaclnamespace::regnamespace || ' ' || defaclobjtype::text, defaclrole, defaclacl from pg_default_acl
    )
    select concat_ws(' ', thing, pg_get_userbyid(owner), privilege_type,
      case grantee when 0 then 'public' else pg_get_userbyid(grantee) end, is_grantable) as says
      from acls, aclexplode(acl)
    union all select concat_ws(' ', 'role', rolname, rolcanlogin, rolsuper, rolcreaterole, rolinherit, array_to_string(setconfig, ' '))
      from pg_roles left join pg_db_role_setting on setrole = pg_roles.oid
      where starts_with(rolname, ${roleOf('')})`.execute(owner.tables());
  return rows.map(({ says }) => says.replaceAll(roleOf(''), 'sluice_')).sort();
}
