/** The index of a line and column in a text, both counted from 1; the end of the text if it is shorter. */
export function positionOfLine(text: string, line: number, column: number): number {
  const lines = text.split("\n").slice(0, line);
  const last = lines.length < line ? "" : (lines.pop() ?? "");
  const before = lines.reduce((sum, each) => sum + each.length + 1, 0);
  return Math.min(text.length, before + Math.min(last.length, column - 1));
}
