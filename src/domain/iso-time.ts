const texts = new Map<number, string>();
const mostTexts = 64;

/**
 * A moment, in epoch milliseconds, as records and statements write it (ISO 8601, UTC). A batch is
 * full of the same few moments, and writing one costs ten times what looking it up does.
 */
export const isoTime = (ms: number): string => {
  let text = texts.get(ms);
  if (text === undefined) {
    if (texts.size >= mostTexts) texts.clear();
    text = new Date(ms).toISOString();
    texts.set(ms, text);
  }
  return text;
};

export const isoTimeOrNull = (ms: number | null): string | null =>
  ms === null ? null : isoTime(ms);
