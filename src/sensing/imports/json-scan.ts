import { createJsonRecords, readRecord } from "./json-records.ts";
import { masscanForm, readMasscan, type MasscanForm } from "./masscan-record.ts";
import { readNaabu } from "./naabu-record.ts";
import { unreadableScan, type ScanFacts, type ScanReader, type ScanSink } from "./scan-reader.ts";

type JsonScanner = "masscan" | "naabu";

/** masscan up to 1.0.4 ends its JSON with this, which is not JSON. */
const FINISHED = /^\{\s*"?finished"?\s*:\s*1\s*\}$/;

/**
 * Reads masscan's JSON (`-oJ`) and JSON lines (`-oD`), and naabu's JSON lines (`-json`). They list the endpoints that answered and not those
 * that were probed, so they cover only the endpoints they list.
 *
 * @param expected the scanner, when it is known; else the first record tells
 */
export function createJsonReader(sink: ScanSink, expected: JsonScanner | undefined): ScanReader {
  let scanner = expected;
  let isFinished = false;
  let form: MasscanForm | undefined;

  const records = createJsonRecords((text, line) => {
    if (FINISHED.test(text)) {
      isFinished = true;
      return;
    }
    const record = readRecord(text, line);
    const formHere = masscanForm(record);
    const written = formHere !== undefined ? "masscan" : "port" in record ? "naabu" : undefined;
    if (written === undefined) {
      sink.leaveOut("unreadable");
      return;
    }
    scanner ??= written;
    if (written !== scanner) {
      throw unreadableScan(
        `A record of the file is not of ${scanner}, but of ${written}.`,
        "Say the right --format, and give files of two scanners one by one.",
        `${line}`,
      );
    }
    form ??= formHere;
    if (formHere === undefined) readNaabu(record, line, sink);
    else readMasscan(record, formHere, sink);
  });

  return {
    write: (text) => records.write(text),
    end() {
      const ending = records.end();
      if (scanner === undefined) throw nothingInIt();
      return {
        scanner,
        hostsDown: 0,
        hostsNotScanned: 0,
        incomplete: whyIncomplete(ending, form, isFinished),
      } satisfies ScanFacts;
    },
  };
}

export function nothingInIt(): Error {
  return unreadableScan(
    "The file contains no observation, and so no time of a scan.",
    "An empty file of masscan or naabu shows nothing; nmap -oX also states what it scanned without result.",
  );
}

function whyIncomplete(
  ending: "closed" | "open" | "cut",
  form: MasscanForm | undefined,
  isFinished: boolean,
): string | undefined {
  if (ending === "cut") return "the file ends in the middle of a record";
  // JSON lines have no end: such a file never shows whether it is complete.
  if (form !== "array" || ending === "closed" || isFinished) return undefined;
  return "the file has no closing bracket, so masscan may not have finished";
}
