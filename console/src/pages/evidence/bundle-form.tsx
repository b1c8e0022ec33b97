import { useState } from "react";
import buttons from "../../components/button.module.css";
import { Panel } from "../../components/page.tsx";
import { readInstant, utc } from "../../time/instant.ts";
import { serverNow } from "../../time/now.ts";
import styles from "./evidence.module.css";

/** The evidence of a period as a folder that verifies itself, made by the server while it is downloaded. */
export function BundleForm() {
  const [from, setFrom] = useState("-30d");
  const [to, setTo] = useState("now");
  const [asset, setAsset] = useState("");
  const [isRedacted, setRedacted] = useState(false);
  const now = serverNow();
  const begin = readInstant(from, now);
  const end = readInstant(to, now);
  const problem =
    begin === undefined
      ? `"${from}" is not an instant.`
      : end === undefined
        ? `"${to}" is not an instant.`
        : begin >= end
          ? "The period ends before it begins."
          : undefined;
  const query = new URLSearchParams();
  if (begin !== undefined && end !== undefined) {
    query.set("from", utc(begin));
    query.set("to", utc(end));
  }
  if (asset.trim() !== "") query.set("asset", asset.trim());
  if (isRedacted) query.set("redactBanners", "true");
  return (
    <Panel title="Evidence bundle">
      <p className="soft">
        Records, entries, proofs, keys and the verifier in one folder. It needs neither Portolan nor a network to be
        checked.
      </p>
      <div className={styles["fields"]}>
        <label>
          From
          <input value={from} onChange={({ target }) => setFrom(target.value)} spellCheck={false} />
        </label>
        <label>
          To
          <input value={to} onChange={({ target }) => setTo(target.value)} spellCheck={false} />
        </label>
        <label>
          One asset only
          <input value={asset} onChange={({ target }) => setAsset(target.value)} spellCheck={false} />
        </label>
        <label className={styles["check"]}>
          <input type="checkbox" checked={isRedacted} onChange={({ target }) => setRedacted(target.checked)} /> Leave
          out raw banners
        </label>
      </div>
      {problem === undefined ? (
        <a
          className={`${buttons["button"]} ${buttons["primary"]}`}
          href={`/api/v1/evidence/export?${query.toString()}`}
          download
        >
          Download the bundle
        </a>
      ) : (
        <p role="alert">{problem} Write -30d, 2026-03-14 09:00, or RFC 3339.</p>
      )}
    </Panel>
  );
}
