/** UTF-16 by its byte order mark. Windows PowerShell 5 writes it for `nmap -oX - > scan.xml`. */
const MARKS: readonly (readonly [first: number, second: number, label: string])[] = [
  [0xff, 0xfe, "utf-16le"],
  [0xfe, 0xff, "utf-16be"],
];

type Decoder = InstanceType<typeof TextDecoder>;

/** Decodes a file in pieces: UTF-16 where its first two bytes say so, else UTF-8. */
export function createTextDecoder(): { decode(piece: Uint8Array): string; end(): string } {
  let begun = new Uint8Array();
  let decoder: Decoder | undefined;
  const decide = (): Decoder => {
    const mark = MARKS.find(([first, second]) => begun[0] === first && begun[1] === second);
    return (decoder = new TextDecoder(mark?.[2] ?? "utf-8"));
  };
  return {
    decode(piece) {
      if (decoder !== undefined) return decoder.decode(piece, { stream: true });
      begun = Uint8Array.from([...begun, ...piece.subarray(0, 2)]);
      if (begun.length < 2) return "";
      // The first bytes that were held back, and the rest of this piece.
      return decide().decode(Buffer.concat([begun, piece.subarray(2)]), { stream: true });
    },
    end: () => (decoder === undefined ? decide().decode(begun) : decoder.decode()),
  };
}
