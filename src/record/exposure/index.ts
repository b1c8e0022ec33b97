/** An endpoint as several vantage points, and its own machine, see it. */
export { exposureOf, hostSays, type Exposure, type HostSays, type ListeningSocket, type Sight } from "./exposure.ts";
