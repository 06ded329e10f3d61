-- After helm/sluice/files/database-roles.sql: one password for all roles, for one machine.
\getenv password SLUICE_DATABASE_PASSWORD
alter role sluice_scrubbing password :'password';
alter role sluice_inference password :'password';
alter role sluice_encryption password :'password';
alter role sluice_archival password :'password';
alter role sluice_admin_door password :'password';
