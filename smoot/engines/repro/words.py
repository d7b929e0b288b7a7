"""What `smoot repro` says while it runs, and at its end."""

import sys
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from statistics import mean

from tabulate import tabulate
from tqdm import tqdm

from smoot.core.progress import say
from smoot.core.seconds import text_of
from smoot.engines.repro.schedule import Outcome, Schedule, State, log_of

OUTCOMES: dict[State, str] = {"run": "run", "restored": "from the cache", "unchanged": "up to date"}
BAR = "{l_bar}{bar}| {n_fmt}/{total_fmt}{postfix}"


class StagesProgress:
    """A bar with the time left on a terminal; a line for each command that has ended elsewhere."""

    def __init__(self, names: Sequence[str]) -> None:
        """names: of all stages."""
        self._names = names
        terminal = sys.stderr.isatty()
        self._bar = tqdm(total=len(names), dynamic_ncols=True, leave=False, bar_format=BAR) if terminal else None
        self._said: set[str] = set()

    def __call__(self, schedule: Schedule) -> None:
        left = time_left(self._names, schedule.outcomes, schedule.jobs)
        about = f"about {text_of(left)} left" if left else ""
        for name, outcome in schedule.outcomes.items():
            if name not in self._said and outcome.state in ("run", "failed", "stopped"):
                reason = f": {outcome.reason}" if outcome.reason else ""
                line = f"{name}: {outcome.state}, {text_of(outcome.seconds)}{reason}"
                if self._bar is None:
                    say(f"{line} ({len(schedule.outcomes)}/{len(self._names)}, {about})" if about else line)
                elif outcome.state == "failed":
                    self._bar.write(line, file=sys.stderr)
                self._said.add(name)
        if self._bar is not None:
            self._bar.n = len(schedule.outcomes)
            self._bar.set_postfix_str(" ".join(filter(None, [about, *(job.name for job in schedule.running)])))

    def close(self) -> None:
        if self._bar is not None:
            self._bar.close()


def time_left(names: Sequence[str], outcomes: Mapping[str, Outcome], jobs: int) -> float | None:
    """Seconds, by what commands of the same kind of stage have taken, else by what any have; None before one has."""
    took = defaultdict(list)
    for name, outcome in outcomes.items():
        if outcome.state == "run":
            took[_kind(name)].append(outcome.seconds)
    if not took:
        return None
    any_took = mean(seconds for kind in took.values() for seconds in kind)
    return sum(mean(took[_kind(name)] or [any_took]) for name in names if name not in outcomes) / jobs


def summary(outcomes: Mapping[str, Outcome], total: int, seconds: float) -> str:
    """How many stages ended how, and what failed, why, and where it says more."""
    counts = Counter(outcome.state for outcome in outcomes.values())
    done = ", ".join(f"{counts[state]} {words}" for state, words in OUTCOMES.items() if counts[state])
    lines = [f"{total} stages: {done or 'none done'}, in {text_of(seconds)}"]
    failed = [
        (name, text_of(outcome.seconds), outcome.reason, log_of(name))
        for name, outcome in outcomes.items()
        if outcome.state == "failed"
    ]
    if failed:
        lines += ["", tabulate(failed, ["failed", "after", "why", "log"], disable_numparse=True)]
    if not_run := [name for name, outcome in outcomes.items() if outcome.state == "not run"]:
        lines += ["", f"not run, as what they need failed: {', '.join(not_run)}"]
    return "\n".join(lines)


def _kind(name: str) -> str:
    """Such as "train" of train@mnist-cnn-sgt-0."""
    return name.partition("@")[0]
