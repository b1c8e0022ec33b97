/** The exposure of an endpoint: its state from several vantage points and on its own machine. And the map of all. */
export { exposureOf, hostSays, type Exposure, type HostSays, type ListeningSocket, type Sight } from "./exposure.ts";
export { columnsOf, createOpenCounts, type Column } from "./columns.ts";
export { createDictionary, runsOf, spansText } from "./runs.ts";
