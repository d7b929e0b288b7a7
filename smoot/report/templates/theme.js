// Light, dark, or as the system: by what the style sheets ask of `prefers-color-scheme`.
document.documentElement.classList.add("scripted-page");
const THEMES = ["as the system", "light", "dark"];

const kept = {
  read() { try { return localStorage.getItem("theme"); } catch { return null; } },
  write(theme) { try { localStorage.setItem("theme", theme); } catch { /* a browser may refuse; then it is not kept */ } },
};

const asked = new Map();  // what a rule asks of the system
function schemes() {
  for (const rule of [...document.styleSheets].flatMap(sheet => [...sheet.cssRules])) {
    if (!asked.has(rule) && rule.media?.mediaText.includes("prefers-color-scheme")) asked.set(rule, rule.media.mediaText);
  }
  return asked;
}

function show(theme) {
  for (const [rule, media] of schemes()) {
    const wants = media.includes("dark") ? "dark" : "light";
    rule.media.mediaText = theme === THEMES[0] ? media : theme === wants ? "screen" : "not all";
  }
  document.documentElement.style.colorScheme = theme === THEMES[0] ? "" : theme;
  const button = document.querySelector(".theme");
  if (button) {
    button.textContent = { light: "☀", dark: "☾" }[theme] ?? "◐";
    button.setAttribute("aria-label", `Colours: ${theme}`);
    button.title = `Colours: ${theme}`;
  }
  return theme;
}

let theme = show(THEMES.includes(kept.read()) ? kept.read() : THEMES[0]);
addEventListener("DOMContentLoaded", () => {
  show(theme);
  document.querySelector(".theme")?.addEventListener("click", () => {
    theme = show(THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]);
    kept.write(theme);
  });
});
