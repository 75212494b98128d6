/** `4,5` and `4.5` are numbers; anything else stays the text that it is. */
export function readNumber(text: string): number | string | null {
  const plain = text.trim().replace(",", ".");
  if (plain === "") return null;
  return /^[+-]?(\d+\.?\d*|\.\d+)$/.test(plain) ? Number(plain) : text;
}
