/** The protocol between a sensor on another machine and the server, and the sensor's side of it. */
export { claimedKey, contentDigest, isSignedBy, keyId, publicKeyOf, signRequest } from "./signature.ts";
export { runSensor, type RunningSensor, type RunSensorConfig, type SensorEvent } from "./io/run-sensor.ts";
