// One choice of data sets, models, methods, attributions and categories for all tables.
const FACETS = ["dataset", "model", "method", "attribution", "category"];

function wanted(query) {
  return FACETS.map(facet => [facet, query.getAll(facet)]).filter(([, values]) => values.length);
}

// Opens the folds that hold a row which a facet has found, and closes those again that it had opened.
let found = "";
function unfold(facets) {
  if (found === String(facets)) return;
  found = String(facets);
  for (const fold of all("main details.part")) {
    const holds = tables.some(table => fold.contains(table.root) && table.rows.some(row =>
      !row.element.hidden && facets.some(([facet]) => row.labels[facet])));
    if (holds && !fold.open) {
      fold.open = true;
      fold.dataset.found = "";
    } else if (!holds && "found" in fold.dataset) {
      fold.open = false;
      delete fold.dataset.found;
    }
  }
}

applied.push(function filter(query) {
  const hide = query.getAll("hide"), facets = wanted(query), methods = query.getAll("method");
  document.body.classList.toggle("no-seeds", hide.includes("seeds"));
  for (const table of tables) {
    const columns = table.heads.map(({ dataset: { method, null: empty } }) =>
      (empty === undefined || !hide.includes("nulls")) && (!method || !methods.length || methods.includes(method)));
    columns.forEach((seen, column) => { table.heads[column].hidden = !seen; });
    const tells = table.pairs.length > 0 || table.root.querySelector(".apart") !== null;
    let count = 0;
    for (const row of table.rows) {
      row.cells.forEach((cell, column) => { cell.hidden = !columns[column]; });
      const fits = facets.every(([facet, values]) => !row.labels[facet] || values.includes(row.labels[facet]));
      const says = !(hide.includes("nulls") && row.element.classList.contains("null"));
      const apart = !(hide.includes("alike") && tells) || row.cells.some(cell => !cell.hidden && cell.classList.contains("apart"));
      row.element.hidden = !(fits && says && apart);
      count += !row.element.hidden;
    }
    table.root.querySelector(".count").textContent = count < table.rows.length ? `${count} of ${table.rows.length} rows` : "";
    table.root.querySelector(".empty").hidden = count > 0 || !table.rows.length;
    for (const body of all("tbody", table.root)) {
      const category = body.querySelector(".category");
      if (category) category.hidden = !all("tr[data-row]", body).some(row => !row.hidden);
    }
  }
  unfold(facets);
  const active = facets.length + hide.length + (query.get("with") ? 1 : 0);
  for (const told of all(".controls .active")) told.textContent = active ? `(${active})` : "";
  for (const facet of all(".facet")) {
    const ticked = all(":checked", facet).length;
    facet.querySelector(".chosen").textContent = ticked || "all";
  }
});
