"""``python -m dedupe`` is the command ``dedupe``."""

from dedupe.cli import main

if __name__ == "__main__":
    main()
