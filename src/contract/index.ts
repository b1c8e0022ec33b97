export * from "./results.ts";
export * from "./operations.ts";
