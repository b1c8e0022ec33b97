export { createSimulatedClock, type SimulatedClock } from "./simulated-clock.ts";
export { createSimulatedNetwork, type SimulatedNetwork } from "./simulated-network.ts";
export { createWorld, type SimulatedHost, type SimulatedPort, type World, type WorldChange } from "./world.ts";
