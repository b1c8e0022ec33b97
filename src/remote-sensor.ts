/**
 * The composition root of a sensor on another machine. It includes neither the database nor the scanner, and stays
 * small on machines with other work to do.
 */
export { runSensor, type SensorEvent } from "./sensing/sensor-agent/index.ts";
