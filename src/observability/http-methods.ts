/** The methods that are told apart; a method is a client's text, and may be anything. */
export const httpMethods = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE", "OPTIONS"] as const;

export const knownMethod = (method: string): string =>
  (httpMethods as readonly string[]).includes(method) ? method : "other";
