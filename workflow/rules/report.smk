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
        f"{REPORT}/index.html",
        f"{REPORT}/report.md",
        f"{REPORT}/results.csv",
        f"{REPORT}/tables.tex",
        directory(f"{REPORT}/figures"),
    log:
        f"results/logs/report/{PARAMS['report']['name']}.log",
    params:
        blocks=blocks("report"),
        code=code("report"),
    conda:
        "../envs/smoot.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    shell:
        "(smoot report) 2>&1 | tee {log} >&2"
