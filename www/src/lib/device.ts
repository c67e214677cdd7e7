// What kind of device this is, where a browser's abilities do not tell.

// Names by which browsers of TV sets and of boxes beside them are known: Samsung,
// LG, HbbTV (Philips, Panasonic, Sony …), Hisense, Fire TV, Android TV, Chromecast.
const SETS =
  /\b(Tizen|Web0S|webOS|NetCast|SMART-?TV|SmartTV|HbbTV|VIDAA|BRAVIA|AFT\w+|GoogleTV|Android TV|CrKey)\b/i;

/** It is watched from a sofa, with a remote control. */
export function isTelevision(agent: string = navigator.userAgent): boolean {
  return SETS.test(agent);
}
