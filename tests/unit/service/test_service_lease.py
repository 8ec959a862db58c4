import subprocess
import sys
from pathlib import Path

from app.work.lease import Lease, lease_path, new_executor_id, take_from_the_dead

HOLD = """
import sys, pathlib
from app.work.lease import Lease
lease = Lease(pathlib.Path(sys.argv[1]), executor_id=sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


def test_a_lease_can_be_taken_from_the_dead_only(tmp_path: Path) -> None:
    executor = new_executor_id()
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path), executor], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert take_from_the_dead(tmp_path, executor_id=executor) is None
        holder.kill()
        holder.wait()
    taken = take_from_the_dead(tmp_path, executor_id=executor)
    assert taken is not None
    taken.release()
    assert not lease_path(tmp_path, executor_id=executor).exists()


def test_a_lease_is_released_by_hand(tmp_path: Path) -> None:
    lease = Lease(tmp_path, executor_id="a:1:b")
    assert take_from_the_dead(tmp_path, executor_id="a:1:b") is None
    lease.release()
    taken = take_from_the_dead(tmp_path, executor_id="a:1:b")
    assert taken is not None
    taken.release()


def test_no_two_executors_share_a_name() -> None:
    assert len({new_executor_id() for _ in range(100)}) == 100
