"""A second name for what has only a code: two words that can be said, remembered and told apart, made of its id.

The name is worked out anew each time and stored nowhere, so it says nothing that the id does not, and nothing has to be
erased. Two records can share one: the code beside it identifies. Names are the same in every language, like codes. The
words are of weather, light, land, stone, wood and tools: none describes a person, an age, a body or an act.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

_FIRST_WORDS = """
Amber Ancient Autumn Bright Bronze Broad Calm Cedar Central Chalk Clear Clouded Coastal Copper Coral Crystal
Dawning Deep Distant Dry Eastern Ebony Emerald Evening Faint Fallow Far Fern First Flint Floating Foggy Frosted
Gilded Glacial Golden Granite Grassy Grey Harvest Hazel Heather Hidden High Hollow Indigo Inland Iron Ivory Jade
Late Laurel Level Lilac Linen Little Lofty Lone Long Lunar Maple Marble Meadow Mellow Midday Misty Morning Mossy
Mountain Muted Narrow New Northern Oaken Ochre Olive Opal Orange Outer Pale Pearl Pebble Pine Plain Polar
Porcelain Quartz Quiet Rainy Red River Rocky Round Russet Rustic Sable Saffron Salt Sandy Scarlet Second Shaded
Silent Silver Slate Slow Snowy Solar Southern Spring Starlit Steady Stone Summer Sunlit Tall Teal Third Timber
Umber Upland Velvet Violet Western White Wide Winter Wooden
"""
FIRST = tuple(_FIRST_WORDS.split())

_SECOND_WORDS = """
Acorn Alcove Anchor Anvil Arbour Arch Archive Atlas Avenue Balcony Bank Barn Basin Bay Beacon Bell Bench Boulder
Bridge Brook Button Cabin Canal Candle Canvas Cape Cart Castle Causeway Cellar Chapel Chart Chimney Cliff Clock
Cloud Coast Column Comet Compass Cottage Courtyard Creek Crossing Dam Delta Desk Dome Door Dune Echo Estuary
Fence Ferry Field Fjord Fountain Gallery Garden Gate Glade Glen Grove Gull Hall Harbour Hearth Hedge Hill
Horizon Inlet Island Jetty Kettle Key Kiln Ladder Lagoon Lake Lantern Ledge Library Lighthouse Loom Map Market
Marsh Meridian Mill Mirror Moor Mosaic Nest Oar Orchard Path Pavilion Pier Plateau Pond Prairie Quarry Quay Reef
Ridge Road Sail Shore Signal Spire Square Stable Station Stream Studio Summit Terrace Tower Trail Tunnel Valley
Village Wall Weir Well Wharf Window Yard
"""
SECOND = tuple(_SECOND_WORDS.split())


def second_name(id: UUID) -> str:
    """Return the second name of a record: always the same for the same id."""
    number = int.from_bytes(hashlib.sha256(id.bytes).digest()[:8], "big")
    rest, first = divmod(number, len(FIRST))
    return f"{FIRST[first]} {SECOND[rest % len(SECOND)]}"
