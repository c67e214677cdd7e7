// A script of its own in the page (vite.config.ts), which is here before the app:
// it asks what the screen will want, and the app asks no more for it. Where the app
// is the one for older sets (layers.ts) it does so as a part of that.
import { askEarly } from "../api/early.ts";

if (import.meta.env.VITE_OLD || "CSSLayerBlockRule" in window) askEarly();
