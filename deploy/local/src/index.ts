export { chooseWay, startStack } from './stack.js';
export {
  DEFAULT_STACK_FOLDER,
  stackDown,
  stackStatus,
  stackUp,
  type ServiceStatus,
  type StackStatus,
} from './stack-folder.js';
export {
  SERVICES,
  type Backing,
  type Say,
  type ServiceName,
  type Stack,
  type StackOptions,
  type Way,
} from './stack.types.js';
