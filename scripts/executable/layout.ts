/** By which names files are found in the executable. */
export const embeddedAs = {
  asset: (path: string): string => `assets/${path}`,
  migration: (file: string): string => `migrations/${file}`,
} as const;
