"""The nouns: each defined once, frozen, the same in the core, on the wire, on disk and in the API schema.

This package imports nothing of ours but itself. A noun is a `msgspec.Struct` with tuples inside, never lists or dicts. It
holds no cycle, so those of which there are many are left out of the garbage collector's rounds (`gc=False`).
"""
