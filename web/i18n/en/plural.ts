/** `1 bot`, `2 bots`: a count and the word in its number. */
export function plural(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
