/** The exposure of an endpoint: its state from several vantage points and on its own machine. */
export { exposureOf, hostSays, type Exposure, type HostSays, type ListeningSocket, type Sight } from "./exposure.ts";
