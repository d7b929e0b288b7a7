// A click on a heading sorts: one way, the other way, and as it was.
function sorting(table) {
  const input = document.createElement("input");
  Object.assign(input, { type: "hidden", name: `sort-${table.name}` });
  choices.append(input);
  table.heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...head.childNodes);
    head.append(button);
    const ways = head.classList.contains("number") ? ["down", "up"] : ["up", "down"];
    button.addEventListener("click", () => {
      const next = { [`${column}-${ways[0]}`]: `${column}-${ways[1]}`, [`${column}-${ways[1]}`]: "" };
      input.value = next[input.value] ?? `${column}-${ways[0]}`;
      changed();
    });
  });
}

function order(table, column, way) {
  const key = row => row.values[column] ?? (table.heads[column].classList.contains("number") ? null : row.cells[column].textContent);
  const sign = way === "up" ? 1 : -1;
  return [...table.rows].sort((a, b) => {
    const [one, other] = [key(a), key(b)];
    if (one === null || other === null) return (one === null) - (other === null) || a.place - b.place;
    const less = typeof one === "number" && typeof other === "number" ? one - other : `${one}`.localeCompare(`${other}`, "en", { numeric: true });
    return sign * less || a.place - b.place;
  });
}

tables.forEach(sorting);
applied.push(function sort(query) {
  for (const table of tables) {
    const asked = query.get(`sort-${table.name}`)?.match(/^(\d+)-(up|down)$/) ?? [""];
    if (asked[0] === (table.sorted ?? "")) continue;
    const [, column, way] = asked;
    table.sorted = asked[0];
    table.heads.forEach((head, place) => {
      if (`${place}` === column) head.setAttribute("aria-sort", way === "up" ? "ascending" : "descending");
      else head.removeAttribute("aria-sort");
    });
    table.root.classList.toggle("sorted", column in table.heads);
    if (column in table.heads) table.rows[0]?.home.append(...order(table, column, way).map(row => row.element));
    else for (const row of table.rows) row.home.append(row.element);
  }
});
