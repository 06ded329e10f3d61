// Prints one line per de-identified instance of a tenant: `node docs/analytics/consume.mjs BROKER:PORT TENANT [TOPIC_PREFIX]`.
// A reader outside needs a Kafka user that may read `deid.*` topics and nothing else.
import { Kafka, logLevel } from 'kafkajs';

const [broker, tenant, prefix = ''] = process.argv.slice(2);
if (!broker || !tenant) {
  console.error('usage: node docs/analytics/consume.mjs BROKER:PORT TENANT [TOPIC_PREFIX]');
  process.exit(2);
}

const kafka = new Kafka({ brokers: [broker], clientId: 'analytics-sample', logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: `analytics-sample-${process.pid}` });
await consumer.connect();
await consumer.subscribe({ topics: [`${prefix}deid.${tenant}.instance.v1`], fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    // The topic is compacted by SOP Instance UID: a null value means that the instance was withdrawn.
    if (message.value === null) return console.log(`${message.key} withdrawn`);
    // CloudEvents binary mode: the type is a header, the value is the data. See deid.instance.v1.schema.json.
    if (message.headers.ce_type?.toString() !== 'deid.instance.v1') return;
    const instance = JSON.parse(message.value.toString());
    console.log(
      `${instance.Modality ?? '-'} ${instance.PatientPseudonym} ${instance.SOPInstanceUID} ${instance.Rows ?? '-'}x${instance.Columns ?? '-'}`,
    );
  },
});
process.once('SIGINT', () => void consumer.disconnect());
