import { defaultPaymentSettings, type PaymentSettings } from "../../organization-settings.ts";

/**
 * How long a hold lives when the request does not say. Card networks let lodging and car
 * rental hold for a stay, everybody else for about a week.
 */
export const holdSeconds = (
  category: string | null,
  settings: Pick<PaymentSettings, "holdDays" | "travelHoldDays"> = defaultPaymentSettings,
): number =>
  day *
  (category !== null && isLodgingOrCarRental(category)
    ? settings.travelHoldDays
    : settings.holdDays);

const day = 86_400;

/** ISO 18245: 3351-3500 car rental companies, 3501-3999 hotel chains, 7011 lodging, 7512 car rental. */
const isLodgingOrCarRental = (category: string): boolean =>
  (category >= "3351" && category <= "3999") || category === "7011" || category === "7512";
