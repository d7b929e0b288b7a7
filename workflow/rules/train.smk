rule train:
    input:
        data=data,
    output:
        "results/runs/{dataset}/{model}/{method}/seed{seed}/model.safetensors",
        "results/runs/{dataset}/{model}/{method}/seed{seed}/history.csv",
        "results/runs/{dataset}/{model}/{method}/seed{seed}/run.json",
        "results/runs/{dataset}/{model}/{method}/seed{seed}/cost.json",
    log:
        "results/logs/train/{dataset}/{model}/{method}/seed{seed}.log",
    params:
        blocks=blocks("train"),
        code=code("train", "method"),
    container:
        IMAGE
    threads: THREADS
    resources:
        **asked("train"),
    shell:
        "(smoot train --dataset {wildcards.dataset} --model {wildcards.model} --method {wildcards.method}"
        ' --seed {wildcards.seed}) 2>&1 | "$SMOOT_KEEP_LOG" {log} {resources.attempt}'
