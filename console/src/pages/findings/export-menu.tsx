import { Download } from "lucide-react";
import { Disclosure } from "../../components/disclosure.tsx";
import buttons from "../../components/button.module.css";
import styles from "./export-menu.module.css";

const FORMATS = [
  ["csv", "CSV, for a spreadsheet"],
  ["pdf", "PDF, for reading"],
  ["html", "HTML, for a browser"],
  ["cef", "CEF, for a SIEM"],
] as const;

/** The findings as a file, made by the server from the record. */
export function ExportMenu({ status }: { readonly status: string }) {
  const selected = status === "" ? "&status=open" : status === "ended" ? "&status=resolved&status=out-of-scope" : "";
  return (
    <Disclosure
      align="end"
      className={`${buttons["button"]} ${buttons["plain"]}`}
      label={
        <>
          <Download aria-hidden size={15} /> Export
        </>
      }
    >
      {() => (
        <ul className={styles["formats"]}>
          {FORMATS.map(([format, words]) => (
            <li key={format}>
              <a href={`/api/v1/findings/export?format=${format}${selected}`} download>
                {words}
              </a>
            </li>
          ))}
        </ul>
      )}
    </Disclosure>
  );
}
