export { cached, type Download } from './cache/cache.js';
export { runCommand } from './cache/run-command.js';
export { kafkaClassPath, oneBroker, propertiesOf } from './processes/kafka.js';
export { chooseWay, startStack } from './stack.js';
export {
  DEFAULT_STACK_FOLDER,
  stackDown,
  stackStatus,
  stackUp,
  type ServiceStatus,
  type StackStatus,
} from './stack-folder.js';
export { SERVICES, type ServiceName, type Way } from './names.js';
export { type Backing, type Say, type Stack, type StackOptions } from './stack.types.js';
