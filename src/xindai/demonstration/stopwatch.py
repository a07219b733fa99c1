"""How long the stages of the main job take."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass(slots=True)
class Stopwatch:
    """Seconds by stage, and since the start."""

    started: float = field(default_factory=time.perf_counter)
    stages: dict[str, float] = field(default_factory=lambda: defaultdict(float))

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Count the time within to a stage."""
        begun = time.perf_counter()
        try:
            yield
        finally:
            self.stages[name] += time.perf_counter() - begun

    @property
    def seconds(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self.started
