// Comes before everything else of the app and ends it where styles in layers are
// unknown: src/old/start.ts sees that nothing has begun and loads what is made for
// older browsers. Nothing of both may be there at the same time.
if (!import.meta.env.VITE_OLD && !("CSSLayerBlockRule" in window)) throw new Error();

export {};
