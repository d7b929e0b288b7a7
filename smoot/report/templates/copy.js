// A table as it is shown, as Markdown or LaTeX.
const TEX = {
  "\\": "\\textbackslash{}", "~": "\\textasciitilde{}", "^": "\\textasciicircum{}", "↑": "$\\uparrow$", "↓": "$\\downarrow$",
  "−": "$-$", "–": "--", "≠": "$\\neq$", "·": "$\\cdot$", "×": "$\\times$",
};
const tex = text => text.replace(/[\\~^↑↓−–≠·×%&#_$}]|\x7b/g, sign => TEX[sign] ?? `\\${sign}`);
const markdown = text => text.replace(/[\\|*_`<>[\]]/g, "\\$&");

const seen = element => element.checkVisibility();
function said(cell) {
  const parts = [...(cell.querySelector(".sort") ?? cell).childNodes].filter(node => node.nodeType === Node.TEXT_NODE || seen(node));
  return parts.map(part => part.textContent).join("").replace(/\s+/g, " ").trim();
}

function lines(table) {
  const shown = all("tr", table.root).filter(row => !row.classList.contains("category") && seen(row));
  return shown.map(row => [...row.children].filter(seen).map(said));
}

function copied(table, as) {
  const [heads, ...rows] = lines(table);
  const right = table.heads.filter(seen).map(head => head.classList.contains("number"));
  if (as === "markdown") {
    const row = cells => `| ${cells.map(markdown).join(" | ")} |`;
    return [row(heads), `|${right.map(number => number ? " ---: " : " --- ").join("|")}|`, ...rows.map(row), ""].join("\n");
  }
  const row = cells => `${cells.map(tex).join(" & ")} \\\\`;
  const rules = ["\\toprule", row(heads), "\\midrule", ...rows.map(row), "\\bottomrule"];
  return [`\\begin{tabular}{${right.map(number => number ? "r" : "l").join("")}}`, ...rules, "\\end{tabular}", ""].join("\n");
}

async function put(text) {
  try { await navigator.clipboard.writeText(text); } catch {
    const area = document.createElement("textarea");
    area.value = text;
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

for (const table of tables) {
  for (const button of all("[data-as]", table.root)) {
    const title = button.textContent;
    button.addEventListener("click", async () => {
      await put(copied(table, button.dataset.as));
      button.textContent = "Copied";
      document.getElementById("told").textContent = `The table was copied as ${title}`;
      setTimeout(() => { button.textContent = title; }, 1500);
    });
  }
}
