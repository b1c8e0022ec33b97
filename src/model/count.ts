/** 196605 as `196,605`, in every locale. */
export function count(value: number): string {
  return value.toLocaleString("en-US");
}

/** `1 target`, `1,203 targets`; `many` where it is not the noun with an s. */
export function counted(value: number, noun: string, many = `${noun}s`): string {
  return `${count(value)} ${value === 1 ? noun : many}`;
}
