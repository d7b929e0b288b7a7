AXES = {
    "dataset": GRID["datasets"],
    "model": GRID["models"],
    "method": GRID["methods"],
    "seed": GRID["seeds"],
    "panel": GRID["panels"],
}
REPORT = f"reports/{PARAMS['report']['name']}"


rule report:
    input:
        runs=expand(rules.train.output, **AXES),
        scores=expand(rules.score.output, **AXES),
    output:
        report(f"{REPORT}/index.html", caption="../report/page.rst", category="Report"),
        f"{REPORT}/report.md",
        f"{REPORT}/results.csv",
        f"{REPORT}/tables.tex",
        f"{REPORT}/params.yaml",
        f"{REPORT}/metrics.json",
        f"{REPORT}/summary.json",
        directory(f"{REPORT}/records"),
        report(
            directory(f"{REPORT}/figures"),
            patterns=["{name}.svg"],
            caption="../report/figure.rst",
            category="Figures",
        ),
    log:
        f"results/logs/report/{PARAMS['report']['name']}.log",
    params:
        blocks=blocks("report"),
        code=code("report"),
    container:
        IMAGE
    resources:
        **asked("report"),
    shell:
        '(smoot report) 2>&1 | "$SMOOT_KEEP_LOG" {log} {resources.attempt}'
