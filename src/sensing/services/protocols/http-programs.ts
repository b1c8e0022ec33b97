import type { Reading } from "../reading.ts";
import { jsonIn, type HttpReply } from "./http-reply.ts";

type Told = Pick<Reading, "service" | "product"> & Partial<Pick<Reading, "version" | "access">>;

const text = (value: unknown): string | undefined =>
  typeof value === "string" && /^v?\d[\w.+-]{0,40}$/.test(value) ? value.replace(/^v/, "") : undefined;
const record = (value: unknown): { readonly [name: string]: unknown } =>
  typeof value === "object" && value !== null ? { ...value } : {};

function told(service: string, product: string, version: unknown, access?: Reading["access"]): Told {
  const known = text(version);
  return {
    service,
    product,
    ...(known === undefined ? {} : { version: known }),
    ...(access === undefined ? {} : { access }),
  };
}

/**
 * Programs that identify themselves in JSON, on the pages requested here. Shapes are those of their own API documents.
 */
export function programIn({ status, headers, body }: HttpReply): Told | undefined {
  const json = jsonIn(body);
  if (json === undefined) return undefined;
  const version = record(json["version"]);
  if (json["tagline"] === "You Know, for Search") {
    return told("elasticsearch", "Elasticsearch", version["number"], status === 200 ? "anonymous" : "authenticated");
  }
  if (version["distribution"] === "opensearch") {
    return told("elasticsearch", "OpenSearch", version["number"], status === 200 ? "anonymous" : "authenticated");
  }
  if (typeof json["couchdb"] === "string") return told("couchdb", "CouchDB", json["version"]);
  if (json["etcdserver"] !== undefined) return told("etcd", "etcd", json["etcdserver"]);
  if (json["gitVersion"] !== undefined) return told("kubernetes", "Kubernetes", json["gitVersion"]);
  if (json["ApiVersion"] !== undefined && json["Version"] !== undefined) {
    return told("docker", "Docker", json["Version"], "anonymous");
  }
  if (json["kind"] === "Status" && json["apiVersion"] === "v1") {
    return told("kubernetes", "Kubernetes", undefined, status === 401 ? "authenticated" : undefined);
  }
  if (headers.has("x-elastic-product") && status === 401) {
    return told("elasticsearch", "Elasticsearch", undefined, "authenticated");
  }
  const data = record(json["data"]);
  if (json["status"] === "success" && data["goVersion"] !== undefined) {
    return told("prometheus", "Prometheus", data["version"]);
  }
  return undefined;
}
