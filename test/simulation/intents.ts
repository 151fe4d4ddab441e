import type { Draw, Intent, Make } from "./intent.ts";
import { deposit, transfer, transferBatch, withdraw } from "./money-intents.ts";
import {
  authorize,
  authorizeBatch,
  capture,
  forceCapture,
  increment,
  refund,
  refundCard,
  reverse,
  sweep,
} from "./payment-intents.ts";
import {
  closeOwner,
  closeWallet,
  createCard,
  createWallet,
  deleteCards,
  deleteWallet,
  endCard,
  freezeCard,
  freezeWallet,
  replaceCard,
  updateCard,
  updateWallet,
} from "./settings-intents.ts";

/** The next thing that a client wants, by the taste of its world. */
export const intentOf = (draw: Draw): Intent | undefined => {
  const { money, payments, settings, endings } = draw.profile.taste;
  return draw.random.weighted<Make>([
    [8 * money, deposit],
    [5 * money, withdraw],
    [7 * money, transfer],
    [2 * money, transferBatch],
    [18 * payments, authorize],
    [2 * payments, authorizeBatch],
    [4 * payments, increment],
    [10 * payments, capture],
    [5 * payments, reverse],
    [4 * payments, refund],
    [1.5 * payments, forceCapture],
    [1 * payments, refundCard],
    [2.5 * payments, sweep],
    [3 * settings, updateWallet],
    [2 * settings, freezeWallet],
    [3 * settings, createCard],
    [2 * settings, updateCard],
    [2 * settings, freezeCard],
    [1 * settings, replaceCard],
    [2, createWallet],
    [1 * endings, endCard],
    [0.2 * endings, deleteCards],
    [1 * endings, closeWallet],
    [1 * endings, deleteWallet],
    [0.3 * endings, closeOwner],
  ])(draw);
};
