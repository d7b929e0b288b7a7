#!/bin/sh
# Copies a job's output to its log, and to the log of all attempts at it: Snakemake removes the first before each.
# $1: the log. $2: the number of the attempt. What the job says when a signal ends it is kept too.
trap '' TERM INT
{
    echo "--- $(date '+%F %T') on $(hostname), attempt $2, SLURM job ${SLURM_JOB_ID:-none}"
    cat
} | tee -a "$1" "$1.all" >&2
