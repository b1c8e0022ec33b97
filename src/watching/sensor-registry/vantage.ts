/** The vantage point of a machine's listeners: the machine itself, under its sensor's name. */
export function hostVantage(sensor: string): string {
  return `host:${sensor}`;
}
