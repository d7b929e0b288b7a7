rule fetch:
    input:
        code=lambda wildcards: code(
            "smoot/core",
            "smoot/data",
            "smoot/datasets/__init__.py",
            *datasets_code(wildcards.dataset),
        ),
    output:
        DATA,
    log:
        "results/logs/fetch/{dataset}.log",
    params:
        blocks=blocks("datasets.{dataset}"),
    conda:
        "../envs/smoot.yaml"
    resources:
        mem_mb=4000,
        runtime=60,
    shell:
        "(smoot fetch --dataset {wildcards.dataset}) 2>&1 | tee {log} >&2"
