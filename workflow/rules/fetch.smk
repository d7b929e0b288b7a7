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
        **asked("fetch"),
    shell:
        '(smoot fetch --dataset {wildcards.dataset}) 2>&1 | "$SMOOT_KEEP_LOG" {log} {resources.attempt}'
