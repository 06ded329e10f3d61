-- One role and one schema per room (PostgreSQL 15 or newer). Run once, in the database of Sluice, as its owner:
--   psql -v ON_ERROR_STOP=1 -f database-roles.sql
-- Then give each role a password (\password sluice_scrubbing) and put its URL into the room's Secret under DATABASE_URL.
-- Each room makes its own tables when it starts; nobody else can read them. Intake has no database.

revoke all on schema public from public;

create role sluice_scrubbing login;
create role sluice_inference login;
create role sluice_encryption login;
create role sluice_archival login;

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

alter role sluice_scrubbing set search_path = scrubbing, shared;
alter role sluice_inference set search_path = inference, shared;
alter role sluice_encryption set search_path = encryption, shared;
alter role sluice_archival set search_path = archival, shared;

-- What KEDA counts (files/inference-queue.sql), and no more than that: after inference has started once,
--   grant select (state, said_at) on inference.inference_jobs to sluice_scaler;
--   grant select (changed_at, gated_at, version, said_version) on inference.inference_series to sluice_scaler;
create role sluice_scaler login;
grant usage on schema inference to sluice_scaler;
alter role sluice_scaler set search_path = inference;
