import { createJsonReader } from "./json-scan.ts";
import { createListReader } from "./masscan-list.ts";
import { createNmapReader } from "./nmap-xml.ts";
import { unreadableScan, type ScanReader, type ScanSink, type Scanner } from "./scan-reader.ts";

/** The formats a person can name; `auto` detects the format from the beginning of the file. */
export type ScanFormat = "auto" | Scanner;

/** White space that a file can begin with before its first significant character. */
const MOST_SPACE = 65_536;

/** A reader that chooses the format by the first character of the file, and then reads the rest in it. */
export function createScanReader(sink: ScanSink, format: ScanFormat): ScanReader {
  let reader: ScanReader | undefined;
  let space = 0;

  return {
    write(text) {
      if (reader !== undefined) {
        reader.write(text);
        return;
      }
      const begun = text.replace(/^[\uFEFF\s]+/, "");
      space += text.length - begun.length;
      if (space > MOST_SPACE) throw unknownFormat();
      if (begun === "") return;
      reader = readerFor(begun, sink, format);
      reader.write(begun);
    },
    end() {
      if (reader === undefined) throw unreadableScan("The file is empty.", "Give a file that a scan has written.");
      return reader.end();
    },
  };
}

function readerFor(begun: string, sink: ScanSink, format: ScanFormat): ScanReader {
  const first = begun.charAt(0);
  if (/^# Nmap \d|^Starting Nmap \d/.test(begun)) {
    throw unreadableScan(
      "This is nmap's output for people or for grep, which leaves out most ports and all times.",
      "Give the XML of the same scan: nmap -oX FILE, or -oA for all three.",
    );
  }
  if (first === "<" && (format === "auto" || format === "nmap")) return createNmapReader(sink);
  if ((first === "[" || first === "{") && format !== "nmap") {
    return createJsonReader(sink, format === "auto" ? undefined : format);
  }
  if (/^[#a-z]/.test(first) && (format === "auto" || format === "masscan")) return createListReader(sink);
  throw unknownFormat(format);
}

function unknownFormat(format: ScanFormat = "auto"): Error {
  return unreadableScan(
    `The file does not begin like ${format === "auto" ? "one that can be imported" : `one of ${format}`}.`,
    "Give nmap XML (-oX), masscan JSON (-oJ, -oD) or list (-oL), or naabu JSON lines (-json), not compressed.",
  );
}
