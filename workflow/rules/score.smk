rule score:
    input:
        data=data,
        model="results/runs/{dataset}/{model}/{method}/seed{seed}/model.safetensors",
        baseline=f"results/runs/{{dataset}}/{{model}}/{PARAMS['report']['baseline']}/seed{{seed}}/model.safetensors",
    output:
        "results/scores/{dataset}/{model}/{method}/seed{seed}/{panel}.json",
        "results/scores/{dataset}/{model}/{method}/seed{seed}/{panel}.npz",
    log:
        "results/logs/score/{dataset}/{model}/{method}/seed{seed}/{panel}.log",
    params:
        blocks=blocks("score"),
        code=code("score", "panel"),
    container:
        IMAGE
    threads: THREADS
    resources:
        **asked("score"),
    shell:
        "(smoot score --dataset {wildcards.dataset} --model {wildcards.model} --method {wildcards.method}"
        ' --seed {wildcards.seed} --panel {wildcards.panel}) 2>&1 | "$SMOOT_KEEP_LOG" {log} {resources.attempt}'
