import type { Access, ServerOperations } from "../contract/index.ts";
import { createServer } from "./server.ts";

/** The OpenAPI 3.1 document of the API, generated from the routes without calling any operation. */
export async function openApiDocument(version: string): Promise<object> {
  const { server } = await createServer({
    operations: {} as ServerOperations,
    identity: {} as Access,
    token: "",
    version,
    hosts: [],
    onUnexpected: () => undefined,
  });
  const document = server.swagger();
  await server.close();
  return document;
}
