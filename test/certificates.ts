import { execFileSync } from "node:child_process";
import { chmodSync } from "node:fs";
import { join } from "node:path";

export interface CertificateFiles {
  readonly certificate: string;
  readonly key: string;
}

/** A self-signed certificate and its key, created by openssl: `<name>.pem` and `<name>.key` in the folder. */
export function makeCertificate(folder: string, name: string, ...further: readonly string[]): CertificateFiles {
  const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) };
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2"];
  const subject = ["-subj", `/CN=${name}`, "-keyout", files.key, "-out", files.certificate];
  execFileSync("openssl", [...request, ...subject, ...further], { stdio: "ignore" });
  chmodSync(files.key, 0o600);
  return files;
}

/** A certificate as a kubelet creates it: for its node, issued by an authority of its own named after it. */
export function makeNodeCertificate(folder: string, node: string): CertificateFiles {
  const authority = makeCertificate(folder, `${node}-ca@1700000000`);
  const issued = ["-CA", authority.certificate, "-CAkey", authority.key];
  return makeCertificate(folder, `${node}@1700000000`, ...issued);
}
