// Finding one's way: the section that a link names, the one that is being read, folds that open, files that are kept.
let anchored = null;
function go() {
  const { anchor } = state();
  const target = document.getElementById(anchor);
  if (!target || anchor === anchored) return;
  anchored = anchor;
  for (let fold = target.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  target.scrollIntoView();
  target.tabIndex = -1;
  target.focus({ preventScroll: true });
}

addEventListener("click", event => {
  const link = event.target.closest?.("a[href^='#']");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  anchored = null;
  const next = address(link.hash.slice(1), state().query);
  if (next === location.hash) go();
  else location.hash = next;
});

const links = new Map(all("nav a").map(link => [link.hash.slice(1), link]));
const reading = new IntersectionObserver(entries => {
  for (const { isIntersecting, target } of entries) {
    if (!isIntersecting) continue;
    links.forEach((link, id) => { if (id === target.id) link.setAttribute("aria-current", "true"); else link.removeAttribute("aria-current"); });
    const link = links.get(target.id), list = link?.closest("ol");
    if (list && list.scrollWidth > list.clientWidth) list.scrollLeft = link.offsetLeft - list.clientWidth / 2;
  }
}, { rootMargin: "-20% 0px -75% 0px" });
all("main > section").forEach(section => reading.observe(section));

let folded = [];
addEventListener("beforeprint", () => {
  folded = all("main details:not([open])");
  for (const fold of folded) fold.open = true;
});
addEventListener("afterprint", () => { for (const fold of folded) fold.open = false; });

for (const link of all("a[download]")) {
  link.addEventListener("click", () => {  // browsers refuse long addresses
    if (!link.href.startsWith("data:")) return;
    const bytes = Uint8Array.from(atob(link.href.split(",")[1]), sign => sign.charCodeAt(0));
    link.href = URL.createObjectURL(new Blob([bytes], { type: "application/octet-stream" }));
  });
}

const panel = document.querySelector("details.panel"), wide = matchMedia("(min-width: 1400px)");
const fitted = () => { if (panel) panel.open = wide.matches; };
const outside = event => event.key === "Escape" || (event.type === "click" && !panel?.contains(event.target));
wide.addEventListener("change", fitted);
fitted();
for (const type of ["click", "keydown"]) addEventListener(type, event => { if (panel?.open && !wide.matches && outside(event)) fitted(); });
addEventListener("hashchange", () => { apply(); go(); });
apply();
go();
