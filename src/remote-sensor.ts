/**
 * The composition root of a sensor on another machine: the smaller one, without database and without scanner, so that
 * it is small on machines that have other things to do.
 */
export { runSensor, type SensorEvent } from "./sensing/sensor-agent/index.ts";
