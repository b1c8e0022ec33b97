import type { TlsFacts } from "../../model/index.ts";
import type { Reading } from "./reading.ts";

/**
 * A kubelet does not identify itself. It refuses with one plain word, behind a certificate that it made for its node:
 * `node@1700000000`, issued by `node-ca@1700000000` (client-go, `GenerateSelfSignedCertKeyWithOptions`). Other parts of
 * Kubernetes make theirs alike, but for localhost. One whose certificate is from the cluster is not told.
 */
export function kubeletIn(reading: Reading, tls: TlsFacts | undefined): Reading {
  const leaf = tls?.certificates[0];
  const said = reading.fields?.["http.body"]?.trim();
  if (leaf === undefined || reading.product !== undefined || said !== "Unauthorized") return reading;
  const [, host] = /^CN=([^@,]{1,253})@\d{10}$/.exec(leaf.subject) ?? [];
  const [, issuer] = /^CN=([^@,]{1,253})-ca@\d{10}$/.exec(leaf.issuer) ?? [];
  if (host === undefined || host !== issuer || host === "localhost") return reading;
  return { ...reading, service: "kubelet", product: "Kubelet", access: "authenticated" };
}
