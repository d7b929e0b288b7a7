# For DVC, which compares these files; here a job's code is one of its parameters.
rule code:
    output:
        CODE,
    log:
        "results/logs/code.log",
    params:
        code=lambda wildcards: [digest(PARAMS, stage, key) for stage, key in code_keys(PARAMS)],
    localrule: True
    container:
        IMAGE
    shell:
        "(smoot code) 2>&1 | tee {log} >&2"
