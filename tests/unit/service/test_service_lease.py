import subprocess
import sys
from pathlib import Path

import pytest

from app.work.lease import FileLease, lease_path, new_executor_id

HOLD = """
import sys, pathlib
from app.work.lease import FileLease
lease = FileLease(pathlib.Path(sys.argv[1]), executor_id=sys.argv[2])
print("held", flush=True)
sys.stdin.read()
"""


def test_a_lease_can_be_taken_from_the_dead_only(tmp_path: Path) -> None:
    executor, own = new_executor_id(), FileLease(tmp_path, executor_id=new_executor_id())
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, str(tmp_path), executor], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with own.taken_from(executor) as is_dead:
            assert not is_dead
        holder.kill()
        holder.wait()
    with own.taken_from(executor) as is_dead:
        assert is_dead
        with pytest.raises(BlockingIOError):
            FileLease(tmp_path, executor_id=executor)
    assert not lease_path(tmp_path, executor_id=executor).exists()
    own.release()


def test_a_lease_stands_until_it_is_released_or_its_file_is_another(tmp_path: Path) -> None:
    lease = FileLease(tmp_path, executor_id="a:1:b")
    assert lease.stands()
    lease_path(tmp_path, executor_id="a:1:b").unlink()
    assert not lease.stands()
    lease_path(tmp_path, executor_id="a:1:b").touch()
    assert not lease.stands()
    lease.release()
    FileLease(tmp_path, executor_id="a:1:b").release()


def test_no_two_executors_share_a_name() -> None:
    assert len({new_executor_id() for _ in range(100)}) == 100
