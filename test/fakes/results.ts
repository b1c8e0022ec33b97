/** What the fakes answer is what the document of the API shows. */
export * from "../../src/contract/examples.ts";
