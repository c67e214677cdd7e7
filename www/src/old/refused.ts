// What a browser shows that is too old for either bundle. ES5, as start.ts.

/** Put in by the build: messages by language and key. */
declare const TEXTS: { [language: string]: { [key: string]: string } };

const wished = (navigator.language || "en").slice(0, 2);
const texts = TEXTS[wished] || TEXTS.en;
const app = document.getElementById("app");
if (app !== null && texts !== undefined) {
  document.documentElement.lang = TEXTS[wished] ? wished : "en";
  document.documentElement.dir = wished === "ar" ? "rtl" : "ltr";
  app.innerHTML = "<h1></h1><p></p>";
  const [heading, text] = [app.firstChild, app.lastChild];
  if (heading) heading.textContent = texts["old.heading"] || "";
  if (text) text.textContent = texts["old.text"] || "";
}

export {};
