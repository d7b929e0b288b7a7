// What a reader has chosen is in the address, behind the section: #scores?method=sgt&hide=nulls. The controls write it
// there, and whatever comes from there, a link or the back button, is applied to the controls and the page.
const all = (selector, root = document) => [...root.querySelectorAll(selector)];
const choices = document.getElementById("choices");
const applied = [];  // functions of the state, in order

function state() {
  const [anchor, query = ""] = location.hash.slice(1).split(/\?(.*)/s);
  return { anchor: new URLSearchParams(`id=${anchor}`).get("id"), query: new URLSearchParams(query) };
}

function address(anchor, query) {
  return "#" + anchor + (`${query}` || !anchor ? `?${query}` : "");
}

function chosen() {
  const query = new URLSearchParams();
  for (const control of choices.elements) {
    const given = control.type === "checkbox" ? control.checked : control.tagName === "SELECT" ? control.selectedIndex > 0 : control.value;
    if (control.name && given) query.append(control.name, control.value);
  }
  return query;
}

function choose(query) {
  for (const control of choices.elements) {
    if (control.type === "checkbox") control.checked = query.getAll(control.name).includes(control.value);
    else if (control.tagName === "SELECT") {
      const value = query.get(control.name);
      control.selectedIndex = Math.max(0, [...control.options].findIndex(option => option.value === value));
    } else if (control.name) control.value = query.get(control.name) ?? "";
  }
}

function changed() {
  location.hash = address(state().anchor, chosen());
}

function apply() {
  choose(state().query);
  const known = chosen();  // an address can say what the page has no control for
  for (const part of applied) part(known);
}

choices.addEventListener("change", changed);
addEventListener("change", event => { if (event.target.form === choices && !choices.contains(event.target)) changed(); });
choices.addEventListener("submit", event => event.preventDefault());
choices.querySelector(".everything")?.addEventListener("click", () => { location.hash = address(state().anchor, ""); });
