import { busBehaviour } from '../testing/bus-behaviour.js';
import { embeddedWorld } from '../testing/embedded-world.js';

busBehaviour('one folder', embeddedWorld);
