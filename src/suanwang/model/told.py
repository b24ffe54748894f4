"""What an agent may say of itself and of what it measures, so that nothing it says can upset whoever reckons with it.

These bounds are far beyond anything that is so; a message that is over one is not taken at all.
"""

from typing import Annotated

import msgspec

Figure = Annotated[float, msgspec.Meta(ge=0, le=1e21)]
"""A measurement: a number, not below 0. No NaN and no infinity, which no sum, no whole number and no JSON can hold."""
Ordinal = Annotated[int, msgspec.Meta(ge=0, le=1 << 53)]
"""A count or a number that rises; JSON has no larger whole ones that every reader takes as they are."""
Named = Annotated[str, msgspec.Meta(max_length=128)]
"""An id, or an address."""
