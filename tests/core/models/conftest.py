import pytest
from threadpoolctl import threadpool_limits


@pytest.fixture(scope="session", autouse=True)
def one_thread():
    """As the analyses have it: BLAS threads wait for each other on a busy machine, many times longer than small systems take."""
    with threadpool_limits(limits=1):
        yield
