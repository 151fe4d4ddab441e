/**
 * Compares digests, or secrets, in a time that tells nothing about where they differ. Both have a
 * fixed, public length, so the length check gives nothing away.
 */
export const sameText = (a: string, b: string): boolean => {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let at = 0; at < a.length; at++) difference |= a.charCodeAt(at) ^ b.charCodeAt(at);
  return difference === 0;
};
