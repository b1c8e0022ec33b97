/** The command that enrols a machine: the token goes into a file that only its user can read, never into the arguments. */
export function enrolCommand(origin: string, token: string): string {
  const file = "portolan-sensor.token";
  return `(umask 077; printf %s '${token}' > ${file}) && portolan sensor --server ${origin} --token-file ${file}`;
}
