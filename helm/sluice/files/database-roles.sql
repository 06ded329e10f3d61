-- One role and one schema per room (PostgreSQL 15 or newer). Run once, in a new database of Sluice (one from before the admin door:
-- database-roles-admin-door.sql), as a superuser. An owner of the database who may make roles but is none (as of a managed PostgreSQL)
-- needs `createrole_self_grant = 'set, inherit'` for it; that was not tried:
--   psql -v ON_ERROR_STOP=1 -f database-roles.sql
-- Then give each role a password (\password sluice_scrubbing) and put its URL into the room's Secret under DATABASE_URL.
-- Each room makes its own tables when it starts; nobody else can read them. Intake has no database.

revoke all on schema public from public;

create role sluice_scrubbing login;
create role sluice_inference login;
create role sluice_encryption login;
create role sluice_archival login;
create role sluice_admin_door login;

create schema scrubbing authorization sluice_scrubbing;
create schema inference authorization sluice_inference;
create schema encryption authorization sluice_encryption;
create schema archival authorization sluice_archival;

-- What rooms share: subjects' wrapped secrets (libs/crypto). Encryption owns the tables and changes them in an upgrade; the others
-- read and add, and change nothing.
create schema shared authorization sluice_encryption;
create table shared.crypto_subject_secrets (
  tenant text not null,
  subject_key text not null,
  purpose text not null,
  wrapped text not null,
  constraint crypto_subject_secrets_key primary key (tenant, subject_key, purpose)
);
create table shared.migrations_crypto (name varchar(255) not null primary key, timestamp varchar(255) not null);
create table shared.migrations_crypto_lock (id varchar(255) not null primary key, is_locked integer not null default 0);
insert into shared.migrations_crypto values ('2026-11-21-subject-secrets', '2026-11-21T00:00:00.000Z');
insert into shared.migrations_crypto_lock values ('migration_lock', 0);
alter table shared.crypto_subject_secrets owner to sluice_encryption;
alter table shared.migrations_crypto owner to sluice_encryption;
alter table shared.migrations_crypto_lock owner to sluice_encryption;
grant usage on schema shared to sluice_scrubbing, sluice_inference, sluice_archival;
grant select, insert on shared.crypto_subject_secrets to sluice_scrubbing, sluice_inference, sluice_archival;
grant select on shared.migrations_crypto, shared.migrations_crypto_lock to sluice_scrubbing, sluice_inference, sluice_archival;

-- The audit trail (libs/audit): archival owns it and appends to it, and the admin door appends. Triggers refuse every change of what was
-- written, to both; who owns a table can take its triggers off, and write another chain that fits unless its head is kept elsewhere (docs/running.md).
create schema audit authorization sluice_archival;
create table audit.audit_records (
  seq bigint primary key,
  id text not null unique,
  at text not null,
  action text not null,
  record text not null,
  previous text not null,
  hash text not null
);
create table audit.audit_head (name text primary key, seq bigint not null, hash text not null);
insert into audit.audit_head values ('head', 0, repeat('0', 64));
create function audit.audit_refuse_change() returns trigger language plpgsql as
  $$ begin raise exception 'audit records are append-only'; end $$;
create trigger audit_records_fixed before update or delete on audit.audit_records
  for each row execute function audit.audit_refuse_change();
create trigger audit_records_kept before truncate on audit.audit_records
  for each statement execute function audit.audit_refuse_change();
create trigger audit_head_kept before delete on audit.audit_head for each row execute function audit.audit_refuse_change();
create table audit.migrations_audit (name varchar(255) not null primary key, timestamp varchar(255) not null);
create table audit.migrations_audit_lock (id varchar(255) not null primary key, is_locked integer not null default 0);
insert into audit.migrations_audit values
  ('2026-11-21-a-tables', '2026-11-21T00:00:00.000Z'),
  ('2026-11-21-b-append-only', '2026-11-21T00:00:00.001Z');
insert into audit.migrations_audit_lock values ('migration_lock', 0);
alter table audit.audit_records owner to sluice_archival;
alter table audit.audit_head owner to sluice_archival;
alter function audit.audit_refuse_change() owner to sluice_archival;
alter table audit.migrations_audit owner to sluice_archival;
alter table audit.migrations_audit_lock owner to sluice_archival;

-- The admin door reads archival's tables, those to come too, and subjects' wrapped secrets. It appends to the trail; it changes nothing else.
grant usage on schema archival, audit, shared to sluice_admin_door;
alter default privileges for role sluice_archival in schema archival grant select on tables to sluice_admin_door;
grant select, insert on audit.audit_records to sluice_admin_door;
grant select, update (seq, hash) on audit.audit_head to sluice_admin_door;
grant select on audit.migrations_audit, shared.migrations_crypto, shared.crypto_subject_secrets to sluice_admin_door;

alter role sluice_scrubbing set search_path = scrubbing, shared;
alter role sluice_inference set search_path = inference, shared;
alter role sluice_encryption set search_path = encryption, shared;
alter role sluice_archival set search_path = archival, audit, shared;
alter role sluice_admin_door set search_path = archival, audit, shared;

-- What KEDA counts (files/inference-queue.sql), and no more than that: after inference has started once,
--   grant select (state, said_at) on inference.inference_jobs to sluice_scaler;
--   grant select (changed_at, gated_at, version, said_version) on inference.inference_series to sluice_scaler;
create role sluice_scaler login;
grant usage on schema inference to sluice_scaler;
alter role sluice_scaler set search_path = inference;
