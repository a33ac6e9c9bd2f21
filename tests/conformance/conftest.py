"""What tests of the native kernel share."""

import pytest

try:
    from dedupe._kernels import _native_kernel as native
except ImportError:  # not built: whoever needs it skips
    native = None


@pytest.fixture(params=native.isas() if native else [])
def isa(request):
    """Each instruction set of this processor in turn."""
    before = native.isa()
    native.set_isa(request.param)
    yield request.param
    native.set_isa(before)
