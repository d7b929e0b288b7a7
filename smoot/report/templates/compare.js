// Tables, as the page and its JSON have them; and the method that differences are to.
const signed = (x, digits = 3) => x === null ? "–" : (x < 0 ? "−" : "+") + Math.abs(x).toFixed(digits);

const tables = all(".table").map(root => {
  const data = JSON.parse(root.querySelector("script").textContent);
  const heads = all("thead th", root);
  const rows = all("tr[data-row]", root).map(element => {
    const place = Number(element.dataset.row);
    return { element, place, home: element.parentElement, cells: [...element.children], ...data.rows[place] };
  });
  return { root, name: root.id.slice("table-".length), heads, rows, compared: data.compared, pairs: data.pairs };
});

// Of the first method less the second, as [mean, low, high, probability that it is better, apart]; null if not known.
function between(table, row, method, other) {
  const place = table.pairs.findIndex(([a, b]) => (a === method && b === other) || (a === other && b === method));
  const known = row.differences?.[place];
  if (!known) return null;
  if (table.pairs[place][0] === method) return known;
  const [mean, low, high, better, apart] = known;
  const turned = x => x === null || x === 0 ? x : -x;
  return [turned(mean), turned(high), turned(low), better === null ? null : 1 - better, apart];
}

function difference([mean, low, high, better]) {
  const small = document.createElement("small");
  small.className = "difference";
  const bounded = [`${signed(mean)} [${signed(low)}, ${signed(high)}]`, `P(better) ${better === null ? "–" : better.toFixed(2)}`];
  const parts = low === null ? [signed(mean)] : bounded;
  small.append(...parts.flatMap(part => [" ", Object.assign(document.createElement("span"), { textContent: part })]).slice(1));
  return small;
}

applied.push(function compare(query) {
  for (const table of tables) {
    const other = query.get("with") || table.compared;
    if (!table.pairs.length || (table.shown ?? table.compared) === other) continue;
    table.shown = other;
    table.root.querySelector(".against b").textContent = other;
    for (const row of table.rows) {
      row.cells.forEach((cell, column) => {
        const method = table.heads[column].dataset.method;
        if (!method) return;
        const known = method === other ? null : between(table, row, method, other);
        cell.querySelector(".difference")?.remove();
        cell.classList.toggle("apart", Boolean(known?.[4]));
        const detail = cell.querySelector(".detail");
        if (detail) detail.hidden = other !== table.compared;
        if (!known) return;
        const added = cell.insertBefore(difference(known), detail);
        added.before(" ");
        added.after(" ");
      });
    }
  }
});
