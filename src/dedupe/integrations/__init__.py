"""Where other people's crawlers meet the index: one module per framework.

In come a framework's own items, out goes the same item with a decision on it, or the framework's own way of dropping
it. The decision itself, and everything that must survive a crash, is the engine's.
"""
