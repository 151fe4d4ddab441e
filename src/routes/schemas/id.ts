import * as z from "zod";

/** Lower case, as they are stored and compared: an upper-case spelling names the same resource. */
export const id = z.uuid().toLowerCase().describe("An id, a UUID.");

export const pathId = id;
