// The page's own few words in the reader's language, where the browser tells it: nothing is kept.
"use strict";
for (const asked of navigator.languages || []) {
  const [language, ...parts] = asked.toLowerCase().split("-");
  const traditional = ["hant", "tw", "hk", "mo"].some((part) => parts.includes(part));
  const words = { en: "en", zh: traditional ? "zh-Hant" : "zh-Hans" }[language];
  if (!words) continue;
  document.documentElement.dataset.words = words;
  break;
}
