import type { GenericContainer } from 'testcontainers';
import { asset } from '../assets.js';
import type { StackRecord } from '../record.js';
import type { ServiceName } from '../names.js';

interface Image {
  readonly name: string;
  /** The port inside the container. */
  readonly port: number;
  /** `port` here is the one on 127.0.0.1. */
  configure(container: GenericContainer, place: { port: number; record: StackRecord }): GenericContainer;
}

/** The same four servers at the same versions as images. */
export const IMAGES: Readonly<Record<ServiceName, Image>> = {
  kafka: {
    name: 'apache/kafka:4.3.1',
    port: 9092,
    configure: (container, { port }) => container.withEnvironment(kafkaEnvironment(port)),
  },
  s3: {
    name: 'versity/versitygw:v1.8.0',
    port: 7070,
    configure: (container, { record }) =>
      container
        .withEnvironment({ ROOT_ACCESS_KEY: record.accessKey, ROOT_SECRET_KEY: record.secretKey })
        .withCommand(['--port', ':7070', 'posix', '/tmp']),
  },
  kms: {
    name: 'motoserver/moto:5.2.5',
    port: 5000,
    configure: (container) =>
      container
        .withBindMounts([{ source: asset('kms_server.py'), target: '/kms_server.py', mode: 'ro' }])
        .withEnvironment({ KMS_STATE: '/tmp/keys.pickle' })
        .withEntrypoint(['python', '/kms_server.py', '--host', '0.0.0.0', '--port', '5000']),
  },
  postgres: {
    name: 'postgres:18',
    port: 5432,
    configure: (container, { record }) =>
      container
        .withEnvironment({
          POSTGRES_USER: 'sluice',
          POSTGRES_PASSWORD: record.password,
          POSTGRES_DB: 'postgres',
        })
        .withCommand(['postgres', '-c', 'max_connections=200']),
  },
};

function kafkaEnvironment(port: number): Record<string, string> {
  return {
    KAFKA_NODE_ID: '1',
    KAFKA_PROCESS_ROLES: 'broker,controller',
    KAFKA_CONTROLLER_QUORUM_VOTERS: '1@localhost:9093',
    KAFKA_LISTENERS: 'PLAINTEXT://:9092,CONTROLLER://:9093',
    KAFKA_ADVERTISED_LISTENERS: `PLAINTEXT://127.0.0.1:${port}`,
    KAFKA_LISTENER_SECURITY_PROTOCOL_MAP: 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    KAFKA_CONTROLLER_LISTENER_NAMES: 'CONTROLLER',
    KAFKA_INTER_BROKER_LISTENER_NAME: 'PLAINTEXT',
    KAFKA_AUTO_CREATE_TOPICS_ENABLE: 'false',
    KAFKA_GROUP_INITIAL_REBALANCE_DELAY_MS: '0',
    KAFKA_OFFSETS_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_REPLICATION_FACTOR: '1',
    KAFKA_TRANSACTION_STATE_LOG_MIN_ISR: '1',
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_REPLICATION_FACTOR: '1',
    KAFKA_SHARE_COORDINATOR_STATE_TOPIC_MIN_ISR: '1',
    KAFKA_BROKER_SESSION_TIMEOUT_MS: '3000',
    KAFKA_BROKER_HEARTBEAT_INTERVAL_MS: '500',
  };
}
