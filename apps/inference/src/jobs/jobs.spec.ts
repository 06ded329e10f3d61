import { openInferenceRoom } from '../testing/inference-room.js';
import { jobsBehaviour } from '../testing/jobs-behaviour.js';
import { openPostgresRoom } from '../testing/postgres-place.js';

jobsBehaviour('jobs in SQLite', () => openInferenceRoom());
jobsBehaviour('jobs in PostgreSQL', () => openPostgresRoom(process.env['SLUICE_TEST_POSTGRES']));
