"""Engines are lent to one at a time, and used again."""

from __future__ import annotations

import gc
import threading
from collections.abc import Callable

from envs.engines import EnginePool, Loan


class Toy:
    """An engine that lives until it is told not to."""

    alive = True
    closed = False

    def close(self) -> None:
        """Shut down."""
        self.closed = True
        if not self.alive:
            raise RuntimeError("there is nobody")


def pool(*, is_alive: Callable[[Toy], bool] = lambda toy: toy.alive) -> EnginePool[Toy]:
    """Make a pool of toys."""
    return EnginePool(Toy, is_alive=is_alive)


def test_an_engine_is_used_again_unless_it_died() -> None:
    """Given back it is the next one's; dead it is shut down, and nobody's."""
    toys = pool()
    loan = Loan(toys)
    first = loan.engine
    del loan
    loan = Loan(toys)
    assert loan.engine is first

    first.alive = False
    del loan

    assert Loan(toys).engine is not first
    assert first.closed


def test_an_engine_may_come_back_while_another_is_being_lent() -> None:
    """Garbage is collected at any moment: an engine that comes back then must not block."""
    toys = pool(is_alive=lambda toy: bool(gc.collect()) or toy.alive)
    kept = Loan(toys)
    circle: list[object] = [Loan(toys)]
    circle.append(circle)
    del kept, circle

    done = threading.Thread(target=lambda: Loan(toys), daemon=True)
    done.start()
    done.join(10)

    assert not done.is_alive()
