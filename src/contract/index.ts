export * from "./backup.ts";
export * from "./configuration.ts";
export * from "./results.ts";
export * from "./operations.ts";
export * from "./permissions.ts";
export * from "./requests.ts";
export * from "./listing.ts";
export * as examples from "./examples.ts";
export * from "./sensors.ts";
