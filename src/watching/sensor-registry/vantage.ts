/** The vantage point that the listeners of a machine are seen from: the machine itself, by its sensor's name. */
export function hostVantage(sensor: string): string {
  return `host:${sensor}`;
}
