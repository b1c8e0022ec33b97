/** What the machines say of themselves: sensors, what they saw listening and when, and when they could not see. */
export { hostVantage } from "./vantage.ts";
export { listenersAt, type HostListener, type HostListeners } from "./io/listeners-at.ts";
export { createSensorGateway, type ChangedListeners } from "./io/sensor-gateway.ts";
export { listSensors } from "./io/sensor-list.ts";
export { inviteSensor, revokeSensor } from "./io/enrolment.ts";
export { openSilences } from "./io/silence.ts";
