-- For a database whose roles were made by database-roles.sql before there was an admin door: makes the door's role, and takes the
-- audit trail from among archival's tables into a schema of its own. One transaction; run again, it changes nothing.
-- As a superuser, or as who ran database-roles.sql and is a member of the roles that it made; with archival stopped or its sessions renewed first (docs/upgrading.md):
--   psql -v ON_ERROR_STOP=1 -f database-roles-admin-door.sql
-- Then give the role a password (\password sluice_admin_door) and put its URL into the door's Secret under DATABASE_URL.

begin;
-- Who reads the trail for long makes this fail, and not all others wait behind it.
set local lock_timeout = '10s';

do $$
declare
  before constant boolean := to_regclass('archival.audit_records') is not null;
  moved constant boolean := to_regclass('audit.audit_records') is not null;
  paths constant text[] := array(select unnest(setconfig) from pg_db_role_setting where setrole = to_regrole('sluice_archival'));
begin
  if before and moved then
    raise exception 'there are two audit trails, in the schemas archival and audit: look at both before anything is moved';
  elsif not before and not moved then
    raise exception 'there is no audit trail yet: start archival once, then run this again';
  elsif before and not 'search_path=archival, audit, shared' = any (paths)
    and exists (select from pg_stat_activity where usename = 'sluice_archival' and datname = current_database()) then
    raise exception 'archival runs and looks for the trail where it was'
      using hint = 'Stop it, or: alter role sluice_archival set search_path = archival, audit, shared; and restart it.';
  end if;
  if to_regrole('sluice_admin_door') is null then
    create role sluice_admin_door login;
  end if;
  if before then
    create schema if not exists audit authorization sluice_archival;
    -- The head first, as whoever appends: neither waits for the other in turn.
    alter table archival.audit_head set schema audit;
    alter table archival.audit_records set schema audit;
    alter table archival.migrations_audit set schema audit;
    alter table archival.migrations_audit_lock set schema audit;
    alter function archival.audit_refuse_change() set schema audit;
  end if;
end $$;

-- As in database-roles.sql; and what archival has made up to now, too.
grant usage on schema archival, audit, shared to sluice_admin_door;
alter default privileges for role sluice_archival in schema archival grant select on tables to sluice_admin_door;
grant select on all tables in schema archival to sluice_admin_door;
grant select, insert on audit.audit_records to sluice_admin_door;
grant select, update (seq, hash) on audit.audit_head to sluice_admin_door;
grant select on audit.migrations_audit, shared.migrations_crypto, shared.crypto_subject_secrets to sluice_admin_door;

alter role sluice_archival set search_path = archival, audit, shared;
alter role sluice_admin_door set search_path = archival, audit, shared;
commit;
