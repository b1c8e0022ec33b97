/**
 * Sensors on other machines: their enrolment, the listeners they observed, and the times in which they observed
 * nothing.
 */
export { hostVantage } from "./vantage.ts";
export { sensorsDuring, type WatchingSensor } from "./io/sensors-during.ts";
export { listenersAt, type HostListener, type HostListeners } from "./io/listeners-at.ts";
export { createSensorGateway, type ChangedListeners } from "./io/sensor-gateway.ts";
export { sensorBindings } from "./io/sensor-bindings.ts";
export { stateWatches } from "./io/state-watch.ts";
export { watchBindings } from "./io/watch-bindings.ts";
export { listSensors } from "./io/sensor-list.ts";
export { setSensorsBack } from "./io/set-sensors-back.ts";
export { inviteSensor, revokeSensor } from "./io/enrolment.ts";
export { openSilences } from "./io/silence.ts";
