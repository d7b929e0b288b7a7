rule fetch:
    output:
        DATA,
    log:
        "results/logs/fetch/{dataset}.log",
    params:
        blocks=blocks("fetch"),
        code=code("fetch", "dataset"),
    container:
        IMAGE
    resources:
        mem_mb=4000,
        runtime=60,
    shell:
        "(smoot fetch --dataset {wildcards.dataset}) 2>&1 | tee {log} >&2"
