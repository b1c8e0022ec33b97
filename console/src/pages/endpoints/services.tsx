import type { EndpointHistoryResult } from "../../../../src/contract/index.ts";
import { Facts } from "../../components/facts.tsx";
import { Instant } from "../../components/instant.tsx";
import { Panel } from "../../components/page.tsx";

type ServiceSpan = EndpointHistoryResult["endpoints"][number]["services"][number];
type Identified = NonNullable<ServiceSpan["identified"]>;
type Certificate = NonNullable<Identified["tls"]>["certificates"][number];

/** What answered there over time: service, TLS, and the certificate that it showed. */
export function Services({ of }: { readonly of: readonly ServiceSpan[] }) {
  return (
    <Panel title="Services and certificates">
      <ul>
        {of.toReversed().map(({ from, to, identified }) => (
          <li key={from}>
            <strong>
              <bdi>{identified === undefined ? "not identified" : wordsOf(identified)}</bdi>
            </strong>{" "}
            from <Instant of={from} />{" "}
            {to === undefined ? (
              "on"
            ) : (
              <>
                to <Instant of={to} />
              </>
            )}
            {identified === undefined ? null : <Details of={identified} />}
          </li>
        ))}
      </ul>
    </Panel>
  );
}

function wordsOf({ service, product = "", version = "" }: Identified): string {
  return [service, product, version].filter((part) => part !== "").join(" ");
}

function Details({ of: { confidence, distribution, access, tls } }: { readonly of: Identified }) {
  const [leaf, ...others] = tls?.certificates ?? [];
  return (
    <>
      <Facts
        of={{
          Confidence: confidence,
          "Packaged by": distribution,
          Access: access === "anonymous" ? "anonymous: no password is needed" : access,
          TLS: tls === undefined ? undefined : tls.versions.join(", ") || "no version was accepted",
          "Weak suites": tls === undefined || tls.weakSuites.length === 0 ? undefined : tls.weakSuites.join(", "),
        }}
      />
      {leaf === undefined ? null : (
        <details>
          <summary>
            Certificate of <bdi>{leaf.subject}</bdi>, valid until <Instant of={leaf.notAfter} />
          </summary>
          {[leaf, ...others].map((each) => (
            <CertificateFacts key={each.sha256} of={each} />
          ))}
        </details>
      )}
    </>
  );
}

function CertificateFacts({ of }: { readonly of: Certificate }) {
  return (
    <Facts
      of={{
        Subject: <bdi>{of.subject}</bdi>,
        Issuer: of.selfSigned ? "itself (self-signed)" : <bdi>{of.issuer}</bdi>,
        Names: of.names.length === 0 ? undefined : <bdi>{of.names.join(", ")}</bdi>,
        "Valid from": <Instant of={of.notBefore} />,
        "Valid until": <Instant of={of.notAfter} />,
        Key: of.keyBits === undefined ? of.keyType : `${of.keyType}, ${of.keyBits} bits`,
        "SHA-256": <code>{of.sha256}</code>,
      }}
    />
  );
}
